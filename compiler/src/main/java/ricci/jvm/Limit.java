package ricci.jvm;

/**
 * Finds what as many of some numbers as are wanted are not greater than. The limit of the numbers before is
 * tried first, as those of the next row are often like them; then where it would be if the numbers were
 * spread evenly, and, for those that are not, every other time halfway.
 */
final class Limit {
    private int last;

    /** What at least {@code fewest}, and if it can be, at most {@code most}, are not greater than. */
    int of(int[] x, int length, int fewest, int most) {
        int least = Integer.MAX_VALUE;
        int greatest = Integer.MIN_VALUE;
        for (int i = 0; i < length; i++) {
            least = Math.min(least, x[i]);
            greatest = Math.max(greatest, x[i]);
        }
        long low = least;
        long high = greatest;
        int belowLow = 0;
        int belowHigh = length;
        double wanted = (fewest + most) / 2.0;
        for (int turn = 0; low < high && belowHigh > most; turn++) {
            double share = turn % 2 == 0 ? 0.5 : (wanted - belowLow) / (belowHigh - belowLow);
            long middle = turn == 0 ? last : low + (long) (share * (high - low));
            middle = Math.clamp(middle, low, high - 1);
            int below = Marks.count(x, length, (int) middle);
            if (below < fewest) {
                low = middle + 1;
                belowLow = below;
            } else {
                high = middle;
                belowHigh = below;
            }
        }
        last = (int) high;
        return last;
    }
}
