package ricci.jvm;

import static ricci.jvm.Memory.ALL;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Finds the least of i32 that lie next to each other in memory, with their places in the row. Of many, those
 * are left out first that a sample tells to be too great. The others, with their places below them as i64,
 * are counted in buckets that divide the range of some of them evenly; what is not in the buckets of the
 * least is left out, and the rest is moved bucket by bucket, which leaves little to sort. If a bucket has too
 * many, the digits of the last of the least are found one by one, from the greatest digit on, and what is
 * greater is left out.
 */
final class Selection {
    private static final int BITS = 8;
    private static final int VALUES = 1 << BITS;
    /** So few too many are sorted with the others, as are so few in a bucket. */
    private static final long FEW = 32;
    private static final int SAMPLE = 128;
    /** So many tell the range that buckets divide. */
    private static final long BOUNDS = 64;
    /** By so many standard deviations, and elements of the sample, more are kept than there need be. */
    private static final long DEVIATIONS = 2;
    /** If so many times as many as may be left are there, a limit is guessed first. */
    private static final long FILTERED = 3;
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED;

    /** Rooms for a row of i64 each. */
    private final long first;
    private final long second;
    private final long third;
    private final long length;
    private final int[] block = new int[Marks.BLOCK];
    private final Marks marks = new Marks();
    private final int[] sample = new int[SAMPLE];
    private final Limit limit = new Limit();
    private final RadixSort sort = new RadixSort();
    /** For each value of a digit, and the last one for what needs none. */
    private final int[] counters = new int[2 * VALUES];
    /** The range of the sample, and by how much an element's place in it is shifted to have its bucket. */
    private long low;
    private int shift;

    Selection(long room, long length) {
        this.first = room;
        this.second = room + 8 * length;
        this.third = room + 16 * length;
        this.length = length;
    }

    /** Sorts the least {@code count} elements of a row to {@code to}; of equal ones the first. */
    void least(long row, long to, long count) {
        if (count == 0) {
            return;
        }
        if (length > FILTERED * enough(count)) {
            long left = pack(row, first, likely(row, count));
            if (left >= count) {
                if (!buckets(first, second, third, left, count)) {
                    digits(first, second, third, left, count, 0);
                }
                Memory.copy(second, to, 8 * count);
                return;
            }
        }
        packAll(row, first);
        digits(first, second, third, length, count, Integer.BYTES);
        Memory.copy(second, to, 8 * count);
    }

    /** Writes those that are not greater, above their places, in any order; returns how many that are. */
    private long pack(long row, long to, int limit) {
        long next = to;
        for (long at = 0; at < length; at += Marks.BLOCK) {
            int count = (int) Math.min(Marks.BLOCK, length - at);
            MemorySegment.copy(ALL, I32, row + 4 * at, block, 0, count);
            marks.mark(block, 0, count, limit);
            for (int word = 0; word < Marks.WORDS; word++) {
                next = packMarked(block, word, marks.bits(word), at, next);
            }
        }
        return (next - to) / 8;
    }

    private static long packMarked(int[] block, int word, long marked, long at, long to) {
        long next = to;
        for (long bits = marked; bits != 0; bits &= bits - 1) {
            int i = Marks.place(word, Long.numberOfTrailingZeros(bits));
            ALL.set(I64, next, (long) block[i] << Integer.SIZE | at + i);
            next += 8;
        }
        return next;
    }

    private void packAll(long row, long to) {
        for (long i = 0; i < length; i++) {
            ALL.set(I64, to + 8 * i, (long) ALL.get(I32, row + 4 * i) << Integer.SIZE | i);
        }
    }

    /** So many may be left to be sorted. */
    private static long enough(long count) {
        return count + count / 2 + FEW;
    }

    // ---- a sample ----

    /**
     * What likely, as a sample tells, some more than {@code count} elements are not greater than.
     */
    private int likely(long row, long count) {
        int taken = (int) Math.min(SAMPLE, length);
        long step = length / taken;
        long share = count * taken / length;
        int wanted = (int) (share + (long) (DEVIATIONS * Math.sqrt((double) share)) + DEVIATIONS);
        for (int i = 0; i < taken; i++) {
            sample[i] = ALL.get(I32, row + 4 * step * i);
        }
        return limit.of(sample, taken, wanted, wanted);
    }

    // ---- buckets ----

    /** Returns whether it could be done; if not, no element has changed its place. */
    private boolean buckets(long from, long to, long other, long length, long count) {
        sample(from, length, Math.max(length / BOUNDS, 1));
        int[] begins = counters;
        Arrays.fill(begins, 0);
        countBuckets(from, length, low, shift, begins);
        long left = 0;
        int bucket = 0;
        for (; left < count; bucket++) {
            int inside = begins[bucket];
            if (inside > FEW) {
                return false;
            }
            begins[bucket] = (int) left;
            left += inside;
        }
        long kept = keep(from, from, length, limit(bucket));
        moveToBuckets(from, other, kept, low, shift, begins);
        RadixSort.insertLongs(other, to, (int) kept);
        return true;
    }

    /** The greatest of the first buckets. Nothing is too great for the last one. */
    private long limit(int buckets) {
        return buckets == counters.length ? Integer.MAX_VALUE : low + ((long) buckets << shift) - 1;
    }

    private void sample(long from, long length, long step) {
        long least = Integer.MAX_VALUE;
        long greatest = Integer.MIN_VALUE;
        for (long i = 0; i < length; i += step) {
            long x = ALL.get(I64, from + 8 * i) >> Integer.SIZE;
            least = Math.min(least, x);
            greatest = Math.max(greatest, x);
        }
        int bits = Long.SIZE - Long.numberOfLeadingZeros(greatest - least);
        low = least;
        shift = Math.max(bits - (BITS + 1), 0);
    }

    private static int bucket(long x, long low, int shift, int last) {
        return (int) Math.clamp(((x >> Integer.SIZE) - low) >> shift, 0L, (long) last);
    }

    private static void countBuckets(long from, long length, long low, int shift, int[] counts) {
        int last = counts.length - 1;
        for (long i = 0; i < length; i++) {
            counts[bucket(ALL.get(I64, from + 8 * i), low, shift, last) & last]++;
        }
    }

    private static void moveToBuckets(long from, long to, long length, long low, int shift, int[] next) {
        int last = next.length - 1;
        for (long i = 0; i < length; i++) {
            long x = ALL.get(I64, from + 8 * i);
            ALL.set(I64, to + 8L * next[bucket(x, low, shift, last) & last]++, x);
        }
    }

    /**
     * Copies, maybe in place, in order, those whose upper bits, signed, are not greater; returns how many
     * that are.
     */
    private static long keep(long from, long to, long length, long limit) {
        long kept = 0;
        for (long i = 0; i < length; i++) {
            long x = ALL.get(I64, from + 8 * i);
            ALL.set(I64, to + 8 * kept, x);
            kept += 1 - ((limit - (x >> Integer.SIZE)) >>> (Long.SIZE - 1));
        }
        return kept;
    }

    // ---- digits ----

    /**
     * Sorts the least.
     *
     * @param unsorted the first byte that they are not in the order of
     */
    private void digits(long from, long to, long other, long length, long count, int unsorted) {
        long left = length;
        long prefix = 0;
        long sure = 0;
        for (int at = Integer.SIZE - BITS; at >= 0 && left > enough(count); at -= BITS) {
            Arrays.fill(counters, 0);
            count(from, left, at, prefix << BITS);
            int digit = 0;
            while (sure + counters[digit] < count) {
                sure += counters[digit++];
            }
            prefix = prefix << BITS | digit;
            left = keep(from, from, left, ((prefix + 1) << at) - 1 + Integer.MIN_VALUE);
        }
        sort.longs(from, to, other, left, unsorted);
    }

    /** The upper bits, so that they are ordered as unsigned ones. */
    private static long upper(long x) {
        return (x ^ Long.MIN_VALUE) >>> Integer.SIZE;
    }

    /**
     * Counts the digits at {@code at} of elements with those before it as in {@code first}; those of
     * lesser elements are all counted together.
     */
    private void count(long from, long length, int at, long first) {
        int[] counts = counters;
        int mask = counts.length - 1;
        for (long i = 0; i < length; i++) {
            long digit = (upper(ALL.get(I64, from + 8 * i)) >>> at) - first;
            counts[(int) Math.max(digit, -1) & mask]++;
        }
    }
}
