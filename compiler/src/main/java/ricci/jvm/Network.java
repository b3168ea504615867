package ricci.jvm;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The comparators of a sorting network for any number of elements: Batcher's merge exchange (Knuth, The Art
 * of Computer Programming 5.2.2, algorithm M).
 */
final class Network {
    private Network() {}

    /** What is done with a comparator: the lesser of two elements goes to the first place. */
    @FunctionalInterface
    private interface Comparator {
        void of(int low, int high);
    }

    static int comparators(int length) {
        int[] count = {0};
        each(length, (_, _) -> count[0]++);
        return count[0];
    }

    /** The two places of each comparator that has a part in what the first {@code kept} are. */
    static int[] comparators(int length, int kept) {
        int[] all = new int[2 * comparators(length)];
        int[] at = {0};
        each(length, (low, high) -> {
            all[at[0]++] = low;
            all[at[0]++] = high;
        });
        boolean[] isNeeded = new boolean[length];
        Arrays.fill(isNeeded, 0, kept, true);
        int first = all.length;
        for (int i = all.length - 2; i >= 0; i -= 2) {
            int low = all[i];
            int high = all[i + 1];
            if (isNeeded[low] || isNeeded[high]) {
                isNeeded[low] = true;
                isNeeded[high] = true;
                all[--first] = high;
                all[--first] = low;
            }
        }
        return Arrays.copyOfRange(all, first, all.length);
    }

    /** Writes the two places of each comparator as i32. */
    static void write(long address, int length) {
        long[] at = {address};
        each(length, (low, high) -> {
            Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, at[0], low);
            Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, at[0] + 4, high);
            at[0] += 8;
        });
    }

    private static void each(int length, Comparator comparator) {
        int half = length < 2 ? 0 : Integer.highestOneBit(length - 1);
        for (int p = half; p > 0; p /= 2) {
            int r = 0;
            int d = p;
            for (int q = half;; q /= 2) {
                for (int i = 0; i < length - d; i++) {
                    if ((i & p) == r) {
                        comparator.of(i, i + d);
                    }
                }
                if (q == p) {
                    break;
                }
                d = q - p;
                r = p;
            }
        }
    }
}
