package ricci.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Guesses what a mistyped word was meant to be. */
record Spelling(String word) {
    /** The known words that are only a slip away, nearest first. */
    List<String> nearest(Collection<String> known) {
        int slips = Math.max(1, word.length() / 3);
        return known.stream().filter(each -> distance(each) <= slips)
                .sorted(Comparator.<String>comparingInt(this::distance).thenComparing(Comparator.naturalOrder()))
                .limit(3).toList();
    }

    /** Levenshtein's distance: how many letters to insert, delete or replace; upper and lower case are the same. */
    private int distance(String other) {
        String from = word.toLowerCase(Locale.ROOT);
        String to = other.toLowerCase(Locale.ROOT);
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
