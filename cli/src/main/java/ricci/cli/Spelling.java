package ricci.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Guesses what a mistyped word was meant to be. */
record Spelling(String word) {
    /** The known words that are only a slip away, nearest first; of one or two letters, all would be. */
    List<String> nearest(Collection<String> known) {
        int slips = word.length() / 3;
        return known.stream().filter(each -> distance(each) <= slips)
                .sorted(Comparator.<String>comparingInt(this::distance)
                        .thenComparing(Comparator.naturalOrder()))
                .limit(3).toList();
    }

    /**
     * The distance of Damerau and Levenshtein: how many letters to insert, delete or replace, or neighbours
     * to swap; upper and lower case are the same.
     */
    private int distance(String other) {
        String from = word.toLowerCase(Locale.ROOT);
        String to = other.toLowerCase(Locale.ROOT);
        int[][] steps = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                steps[i][j] = i == 0 || j == 0 ? i + j : Math.min(replaced(steps, from, to, i, j),
                        1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
            }
        }
        return steps[from.length()][to.length()];
    }

    /** Steps between {@code i} and {@code j} letters if the last ones are replaced, kept or swapped. */
    private static int replaced(int[][] steps, String from, String to, int i, int j) {
        int replaced = steps[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        boolean swapped = i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(replaced, 1 + steps[i - 2][j - 2]) : replaced;
    }
}
