package ricci.einops;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Suggestions for names that are probably misspelt. */
final class Spelling {
    private Spelling() {}

    /** "did you mean …?", if one of the names is near. */
    static Optional<String> suggest(String name, List<String> names) {
        // Nobody reads a longer name than that, and the distance of two takes the product of their lengths.
        Predicate<String> isShort = other -> other.length() <= 64;
        Optional<String> stem = names.stream().filter(other -> other.length() > 2 && name.startsWith(other))
                .findFirst();
        if (stem.isPresent()) {
            return stem.map(other -> "did you mean " + other + "?");
        }
        return names.stream().filter(isShort).filter(_ -> isShort.test(name))
                .min(Comparator.comparingInt(other -> distance(name, other)))
                .filter(other -> distance(name, other) <= Math.max(1, name.length() / 3)
                        && distance(name, other) < Math.max(name.length(), other.length()))
                .map(other -> "did you mean " + other + "?");
    }

    static String list(List<String> names) {
        return names.isEmpty() ? "it has none" : String.join(", ", names);
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
