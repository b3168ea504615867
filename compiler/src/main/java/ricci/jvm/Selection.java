package ricci.jvm;

import static ricci.jvm.Memory.ALL;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Finds the least of i64 that lie next to each other in memory, by their upper 32 bits: the digits of the
 * last of them are found one by one, from the greatest digit on, and what is greater is left out.
 */
final class Selection {
    private static final int BITS = 8;
    private static final int VALUES = 1 << BITS;
    /** When so few too many are left, they are sorted. */
    private static final long FEW = 32;
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED;

    private final RadixSort sort = new RadixSort();
    /** For each value of a digit, and the last one for what needs none. */
    private final int[] counters = new int[2 * VALUES];

    /**
     * Sorts the least {@code count}, and maybe some more, of {@code length} elements to the begin of
     * {@code to}; of equal ones the first. Writes to all three rooms.
     */
    void least(long from, long to, long spare, long length, long count) {
        long source = from;
        long left = length;
        long prefix = 0;
        long sure = 0;
        for (int shift = Integer.SIZE - BITS; shift >= 0 && left > count + count / 2 + FEW; shift -= BITS) {
            Arrays.fill(counters, 0);
            count(source, left, shift, prefix << BITS);
            int digit = 0;
            while (sure + counters[digit] < count) {
                sure += counters[digit++];
            }
            prefix = prefix << BITS | digit;
            left = keep(source, spare, left, ((prefix + 1) << shift) - 1);
            source = spare;
        }
        sort.longs(source, to, source == from ? spare : from, left, Integer.BYTES);
    }

    /** The upper bits, so that they are ordered as unsigned ones. */
    private static long upper(long x) {
        return (x ^ Long.MIN_VALUE) >>> Integer.SIZE;
    }

    /**
     * Counts the digits at {@code shift} of elements with those before it as in {@code first}; those of
     * lesser elements are all counted together.
     */
    private void count(long from, long length, int shift, long first) {
        int[] counts = counters;
        int mask = counts.length - 1;
        for (long i = 0; i < length; i++) {
            long digit = (upper(ALL.get(I64, from + 8 * i)) >>> shift) - first;
            counts[(int) Math.max(digit, -1) & mask]++;
        }
    }

    /** Copies, in order, what is not greater than {@code limit}; returns how many that are. */
    private static long keep(long from, long to, long length, long limit) {
        long kept = 0;
        for (long i = 0; i < length; i++) {
            long x = ALL.get(I64, from + 8 * i);
            ALL.set(I64, to + 8 * kept, x);
            kept += 1 - ((limit - upper(x)) >>> (Long.SIZE - 1));
        }
        return kept;
    }
}
