package ricci.jvm;

import static ricci.jvm.Memory.ALL;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Sorts signed integers that lie next to each other in memory, digit by digit from the least on: all elements
 * with the same digit keep their order, so it is that of the digits before (Knuth, The Art of Computer
 * Programming 5.2.5). Digits that are the same in all elements are left out.
 *
 * <p>What is sorted stays as it is, and is nothing that others may write to meanwhile: what was counted must
 * be what is moved. The result is another room, by way of a third one.
 */
final class RadixSort {
    /** So few are inserted one after the other. */
    private static final long SHORT = 40;
    private static final int BITS = 8;
    private static final int VALUES = 1 << BITS;
    /** So many elements are moved in one call: the JVM soon compiles what is called often. */
    private static final int PIECE = 1 << 12;
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED;

    /** For each digit, one for each of its values. */
    private final int[][] counters = new int[Long.SIZE / BITS][VALUES];

    /** Sorts {@code length} i32. */
    void ints(long from, long to, long spare, long length) {
        if (length <= SHORT) {
            insertInts(from, to, (int) length);
            return;
        }
        int digits = Integer.SIZE / BITS;
        clear(0, digits);
        for (long at = 0; at < length; at += PIECE) {
            count(from + 4 * at, (int) Math.min(PIECE, length - at), counters[0], counters[1], counters[2],
                    counters[3]);
        }
        int moving = begins(0, digits, length);
        if (moving == 0) {
            Memory.copy(from, to, 4 * length);
        }
        long source = from;
        for (int digit = 0; digit < digits; digit++) {
            if ((moving & 1 << digit) != 0) {
                long target = (Integer.bitCount(moving >>> digit) & 1) == 1 ? to : spare;
                for (long at = 0; at < length; at += PIECE) {
                    moveInts(source + 4 * at, target, (int) Math.min(PIECE, length - at), counters[digit],
                            BITS * digit);
                }
                source = target;
            }
        }
    }

    /**
     * Sorts {@code length} i64.
     *
     * @param first the first of the eight digits that count, 0 or 4; the elements are in the order of those
     *     before it
     */
    void longs(long from, long to, long spare, long length, int first) {
        if (length <= SHORT) {
            insertLongs(from, to, (int) length);
            return;
        }
        int digits = Long.SIZE / BITS;
        clear(first, digits);
        for (int d = first; d < digits; d += 4) {
            for (long at = 0; at < length; at += PIECE) {
                count(from + 8 * at, (int) Math.min(PIECE, length - at), BITS * d, counters[d],
                        counters[d + 1], counters[d + 2], counters[d + 3]);
            }
        }
        int moving = begins(first, digits, length);
        if (moving == 0) {
            Memory.copy(from, to, 8 * length);
        }
        long source = from;
        for (int digit = first; digit < digits; digit++) {
            if ((moving & 1 << digit) != 0) {
                long target = (Integer.bitCount(moving >>> digit) & 1) == 1 ? to : spare;
                for (long at = 0; at < length; at += PIECE) {
                    moveLongs(source + 8 * at, target, (int) Math.min(PIECE, length - at), counters[digit],
                            BITS * digit);
                }
                source = target;
            }
        }
    }

    // ---- counting ----

    private void clear(int first, int digits) {
        for (int digit = first; digit < digits; digit++) {
            Arrays.fill(counters[digit], 0);
        }
    }

    // In what follows, a mask of the length of an array tells the JVM that an index is inside of it.

    private static void count(long from, int count, int[] first, int[] second, int[] third, int[] last) {
        int a = first.length - 1;
        int b = second.length - 1;
        int c = third.length - 1;
        int d = last.length - 1;
        for (int i = 0; i < count; i++) {
            int x = ALL.get(I32, from + 4L * i);
            first[x & a]++;
            second[x >>> BITS & b]++;
            third[(x >>> (2 * BITS)) & c]++;
            last[(x >>> (3 * BITS)) & d]++;
        }
    }

    /** Four digits of i64 from a bit on. */
    private static void count(long from, int count, int shift, int[] first, int[] second, int[] third,
            int[] last) {
        int a = first.length - 1;
        int b = second.length - 1;
        int c = third.length - 1;
        int d = last.length - 1;
        for (int i = 0; i < count; i++) {
            int x = (int) (ALL.get(I64, from + 8L * i) >>> shift);
            first[x & a]++;
            second[x >>> BITS & b]++;
            third[(x >>> (2 * BITS)) & c]++;
            last[(x >>> (3 * BITS)) & d]++;
        }
    }

    /**
     * Turns the counters into where the elements with each value begin.
     *
     * @return a bit for each digit that is not the same in all elements
     */
    private int begins(int first, int digits, long length) {
        int moving = 0;
        for (int digit = first; digit < digits; digit++) {
            int[] begins = counters[digit];
            // The topmost bit is the sign.
            int flip = digit == digits - 1 ? VALUES / 2 : 0;
            int sum = 0;
            boolean isSame = false;
            for (int value = 0; value < VALUES; value++) {
                int count = begins[value ^ flip];
                begins[value ^ flip] = sum;
                sum += count;
                isSame |= count == length;
            }
            moving |= isSame ? 0 : 1 << digit;
        }
        return moving;
    }

    // ---- moving, four elements at once: so loads wait less often for the stores before them ----

    private static void moveInts(long from, long to, int count, int[] next, int shift) {
        int mask = next.length - 1;
        int i = 0;
        for (; i < count - 3; i += 4) {
            int a = ALL.get(I32, from + 4L * i);
            int b = ALL.get(I32, from + 4L * i + 4);
            int c = ALL.get(I32, from + 4L * i + 8);
            int d = ALL.get(I32, from + 4L * i + 12);
            int toA = next[a >>> shift & mask]++;
            int toB = next[b >>> shift & mask]++;
            int toC = next[c >>> shift & mask]++;
            int toD = next[d >>> shift & mask]++;
            ALL.set(I32, to + 4L * toA, a);
            ALL.set(I32, to + 4L * toB, b);
            ALL.set(I32, to + 4L * toC, c);
            ALL.set(I32, to + 4L * toD, d);
        }
        for (; i < count; i++) {
            int a = ALL.get(I32, from + 4L * i);
            ALL.set(I32, to + 4L * next[a >>> shift & mask]++, a);
        }
    }

    private static void moveLongs(long from, long to, int count, int[] next, int shift) {
        int mask = next.length - 1;
        int i = 0;
        for (; i < count - 3; i += 4) {
            long a = ALL.get(I64, from + 8L * i);
            long b = ALL.get(I64, from + 8L * i + 8);
            long c = ALL.get(I64, from + 8L * i + 16);
            long d = ALL.get(I64, from + 8L * i + 24);
            int toA = next[(int) (a >>> shift) & mask]++;
            int toB = next[(int) (b >>> shift) & mask]++;
            int toC = next[(int) (c >>> shift) & mask]++;
            int toD = next[(int) (d >>> shift) & mask]++;
            ALL.set(I64, to + 8L * toA, a);
            ALL.set(I64, to + 8L * toB, b);
            ALL.set(I64, to + 8L * toC, c);
            ALL.set(I64, to + 8L * toD, d);
        }
        for (; i < count; i++) {
            long a = ALL.get(I64, from + 8L * i);
            ALL.set(I64, to + 8L * next[(int) (a >>> shift) & mask]++, a);
        }
    }

    // ---- few elements ----

    private static void insertInts(long from, long to, int length) {
        for (int i = 0; i < length; i++) {
            int x = ALL.get(I32, from + 4L * i);
            long at = to + 4L * i;
            for (; at > to; at -= 4) {
                int before = ALL.get(I32, at - 4);
                if (before <= x) {
                    break;
                }
                ALL.set(I32, at, before);
            }
            ALL.set(I32, at, x);
        }
    }

    static void insertLongs(long from, long to, int length) {
        for (int i = 0; i < length; i++) {
            long x = ALL.get(I64, from + 8L * i);
            long at = to + 8L * i;
            for (; at > to; at -= 8) {
                long before = ALL.get(I64, at - 8);
                if (before <= x) {
                    break;
                }
                ALL.set(I64, at, before);
            }
            ALL.set(I64, at, x);
        }
    }

    // ---- zeros ----

    /**
     * Where both -1, for -0, and 0 are among what was sorted, gives them the order back in which they were.
     */
    static void zeroInts(long from, long to, long length) {
        long middle = smallerInts(to, length, 0);
        if (middle == 0 || middle == length || ALL.get(I32, to + 4 * middle) != 0
                || ALL.get(I32, to + 4 * middle - 4) != -1) {
            return;
        }
        long at = to + 4 * smallerInts(to, middle, -1);
        for (long i = 0; i < length; i++) {
            int x = ALL.get(I32, from + 4 * i);
            if (x == 0 || x == -1) {
                ALL.set(I32, at, x);
                at += 4;
            }
        }
    }

    /** As {@link #zeroInts}, of i64. */
    static void zeroLongs(long from, long to, long length) {
        long middle = smallerLongs(to, length, 0);
        if (middle == 0 || middle == length || ALL.get(I64, to + 8 * middle) != 0
                || ALL.get(I64, to + 8 * middle - 8) != -1) {
            return;
        }
        long at = to + 8 * smallerLongs(to, middle, -1);
        for (long i = 0; i < length; i++) {
            long x = ALL.get(I64, from + 8 * i);
            if (x == 0 || x == -1) {
                ALL.set(I64, at, x);
                at += 8;
            }
        }
    }

    /** How many of sorted elements are smaller than {@code limit}. */
    private static long smallerInts(long sorted, long length, int limit) {
        long low = 0;
        long high = length;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (ALL.get(I32, sorted + 4 * middle) < limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static long smallerLongs(long sorted, long length, long limit) {
        long low = 0;
        long high = length;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (ALL.get(I64, sorted + 8 * middle) < limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
