package ricci.einops;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lanes of doubles, for floats of either size, and for what is no integer of integers. Sums and means of
 * floats that are neighbours add four of them before they are widened, which is half of the work: two more
 * roundings, each of a part in 2^24, of terms that are rounded so in the end. Where that overflows, all is
 * added again in double.
 */
final class RealLanes extends Lanes {
    /** Longer runs are faster when they are read in four places at once. */
    private static final int LONGEST_RUN = 2048;
    private static final int HALF = Fold.FEW / 2;
    private static final double[] NONE = {};

    private final Reduction.Named reduction;
    private final Numbers numbers;
    private final long count;
    private final double[] lanes;
    /** Where elements are put that cannot be added where they are. */
    private double[] next = NONE;
    /** Made when two runs are to be reduced at a time. */
    private @Nullable FarRuns farRuns;
    /** In the second of two passes, the mean or the greatest element of the first. */
    private final double[] center;
    private boolean centered;
    /** Whether some were added as floats, and whether none may be. */
    private boolean narrowed;
    private boolean widens;

    RealLanes(Reduction.Named reduction, Numbers numbers, Object result, int most, long count) {
        super(result);
        this.reduction = reduction;
        this.numbers = numbers;
        this.count = count;
        lanes = new double[most];
        center = isTwoPasses() ? new double[most] : NONE;
    }

    private Step step() {
        return switch (reduction) {
            case SUM, MEAN, VAR, STD -> Step.ADD;
            case LOGSUMEXP -> centered ? Step.ADD : Step.MAX;
            case PROD -> Step.MULTIPLY;
            case MAX, ANY, ARGMAX -> Step.MAX;
            case MIN, ALL, ARGMIN -> Step.MIN;
        };
    }

    @Override
    void clear(int n) {
        boolean truths = reduction == Reduction.Named.ANY || reduction == Reduction.Named.ALL;
        Arrays.fill(lanes, 0, n, switch (step()) {
            case ADD -> 0;
            case MULTIPLY -> 1;
            case MAX -> truths ? 0 : Double.NEGATIVE_INFINITY;
            case MIN -> truths ? 1 : Double.POSITIVE_INFINITY;
        });
    }

    @Override
    void add(long place, long stride, int n, long order) {
        float[] floats = floatsToSum(stride);
        if (floats != null) {
            sum(floats, (int) (numbers.origin() + place), lanes, n);
            return;
        }
        next();
        numbers.reals(place, stride, n, next);
        prepare(n);
        combine(step(), lanes, next, n);
    }

    @Override
    void addFour(long place, long apart, long stride, int n, long order, long orders) {
        float[] floats = floatsToSum(stride);
        if (floats == null) {
            super.addFour(place, apart, stride, n, order, orders);
            return;
        }
        int start = (int) (numbers.origin() + place);
        if (narrows()) {
            narrowed = true;
            sumFourNarrowly(floats, start, (int) apart, lanes, 0, n);
        } else {
            sumFour(floats, start, (int) apart, lanes, n);
        }
    }

    // What is added is asked once for many short rows of lanes.
    @Override
    void addFours(long place, Nest.Loop loop, int n, Fours fours, long order) {
        float[] floats = narrows() ? floatsToSum(loop.from()) : null;
        if (floats == null || fours.times() == 0) {
            super.addFours(place, loop, n, fours, order);
            return;
        }
        narrowed = true;
        int start = (int) (numbers.origin() + place);
        int apart = (int) fours.apart();
        int step = (int) fours.step();
        int times = (int) fours.times();
        // A loop of which the JVM knows the length has no ends to care for: a fifth of the time.
        if (n == Fold.FEW && apart == n) {
            // Another fifth, where all is read in order: what is read at once lies closer together.
            for (int i = 0; i < times; i++) {
                sumFourNarrowly(floats, start + i * step, HALF, lanes, 0, HALF);
                sumFourNarrowly(floats, start + i * step + 4 * HALF, HALF, lanes, HALF, HALF);
            }
        } else if (n == Fold.FEW) {
            for (int i = 0; i < times; i++) {
                sumFourNarrowly(floats, start + i * step, apart, lanes, 0, Fold.FEW);
            }
        } else {
            for (int i = 0; i < times; i++) {
                sumFourNarrowly(floats, start + i * step, apart, lanes, 0, n);
            }
        }
    }

    @Override
    boolean addRuns(long place, long apart, int n, long length) {
        float[] floats = length <= LONGEST_RUN ? floatsToSum(1) : null;
        if (floats == null) {
            return false;
        }
        boolean narrows = narrows();
        narrowed |= narrows;
        int start = (int) (numbers.origin() + place);
        for (int i = 0; i < n; i++) {
            int from = start + i * (int) apart;
            lanes[i] += narrows ? sumNarrowly(floats, from, (int) length) : sum(floats, from, (int) length);
        }
        return true;
    }

    @Override
    boolean reduceTwoRuns(long first, long second, long length, boolean many) {
        float[] floats = isTwoPasses() ? null : floatsToSum(1);
        if (floats == null) {
            return false;
        }
        if (farRuns == null) {
            farRuns = new FarRuns(many);
        }
        int origin = (int) numbers.origin();
        farRuns.add(floats, origin + (int) first, origin + (int) second, (int) length);
        lanes[0] = farRuns.sum(true);
        lanes[1] = farRuns.sum(false);
        return true;
    }

    private void next() {
        if (next.length == 0) {
            next = new double[lanes.length];
        }
    }

    /** Variances need their mean exactly. */
    private boolean narrows() {
        return !widens && !isTwoPasses();
    }

    /** The array, if neighbours of it are added as they are: the commonest of all, without a detour. */
    private float @Nullable [] floatsToSum(long stride) {
        boolean sums = switch (reduction) {
            case SUM, MEAN -> true;
            case VAR, STD -> !centered;
            case PROD, MAX, MIN, ANY, ALL, LOGSUMEXP, ARGMAX, ARGMIN -> false;
        };
        return sums && stride == 1 ? numbers.floats() : null;
    }

    private static void sum(float[] x, int start, double[] lanes, int n) {
        for (int i = 0; i < n; i++) {
            lanes[i] += x[start + i];
        }
    }

    private static void sumFour(float[] x, int start, int apart, double[] lanes, int n) {
        int second = start + apart;
        int third = second + apart;
        int fourth = third + apart;
        for (int i = 0; i < n; i++) {
            lanes[i] += ((double) x[start + i] + x[second + i]) + ((double) x[third + i] + x[fourth + i]);
        }
    }

    /** Adds four elements to each of {@code n} lanes from {@code to} on. */
    private static void sumFourNarrowly(float[] x, int start, int apart, double[] lanes, int to, int n) {
        int second = start + apart;
        int third = second + apart;
        int fourth = third + apart;
        for (int i = 0; i < n; i++) {
            lanes[to + i] += (x[start + i] + x[second + i]) + (x[third + i] + x[fourth + i]);
        }
    }

    private static double sumNarrowly(float[] x, int start, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = start;
        for (; i + 16 <= start + n; i += 16) {
            s0 += (x[i] + x[i + 1]) + (x[i + 2] + x[i + 3]);
            s1 += (x[i + 4] + x[i + 5]) + (x[i + 6] + x[i + 7]);
            s2 += (x[i + 8] + x[i + 9]) + (x[i + 10] + x[i + 11]);
            s3 += (x[i + 12] + x[i + 13]) + (x[i + 14] + x[i + 15]);
        }
        return (s0 + s1) + (s2 + s3) + sum(x, i, start + n - i);
    }

    private static double sum(float[] x, int start, int n) {
        double s = 0;
        for (int i = start; i < start + n; i++) {
            s += x[i];
        }
        return s;
    }

    private void prepare(int n) {
        if (!centered && isTwoPasses()) {
            return;
        }
        switch (reduction) {
            case VAR, STD -> {
                for (int i = 0; i < n; i++) {
                    double distance = next[i] - center[i];
                    next[i] = distance * distance;
                }
            }
            case LOGSUMEXP -> {
                for (int i = 0; i < n; i++) {
                    next[i] = Math.exp(next[i] - center[i]);
                }
            }
            case ANY, ALL -> {
                for (int i = 0; i < n; i++) {
                    next[i] = next[i] != 0 ? 1 : 0;
                }
            }
            case SUM, MEAN, PROD, MAX, MIN, ARGMAX, ARGMIN -> { }
        }
    }

    private static void combine(Step step, double[] lanes, double[] next, int n) {
        switch (step) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    lanes[i] += next[i];
                }
            }
            case MULTIPLY -> {
                for (int i = 0; i < n; i++) {
                    lanes[i] *= next[i];
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    lanes[i] = Math.max(lanes[i], next[i]);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    lanes[i] = Math.min(lanes[i], next[i]);
                }
            }
        }
    }

    /** Sums that become one do so in four, which is less work than halving them six times. */
    @Override
    void foldAll(int n, int width) {
        if (width > 1 || n % 4 != 0 || step() != Step.ADD) {
            super.foldAll(n, width);
            return;
        }
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int i = 0; i < n; i += 4) {
            s0 += lanes[i];
            s1 += lanes[i + 1];
            s2 += lanes[i + 2];
            s3 += lanes[i + 3];
        }
        lanes[0] = (s0 + s1) + (s2 + s3);
    }

    @Override
    void fold(int from, int n) {
        if (step() == Step.ADD) {
            for (int i = 0; i < n; i++) {
                lanes[i] += lanes[from + i];
            }
        } else {
            next();
            System.arraycopy(lanes, from, next, 0, n);
            combine(step(), lanes, next, n);
        }
    }

    /** So variances lose nothing where the mean is large, and exponentials do not overflow. */
    private boolean isTwoPasses() {
        return reduction == Reduction.Named.VAR || reduction == Reduction.Named.STD
                || reduction == Reduction.Named.LOGSUMEXP;
    }

    @Override
    boolean again(int n, int width) {
        int results = Math.min(n, width);
        if (narrowed && !widens && !areFinite(results)) {
            widens = true;
            return true;
        }
        narrowed = false;
        widens = false;
        // Of nothing there is no second pass.
        if (isTwoPasses() && !centered && count > 0) {
            for (int i = 0; i < results; i++) {
                // An infinite maximum would give inf - inf.
                center[i] = reduction != Reduction.Named.LOGSUMEXP ? lanes[i] / count
                        : Double.isFinite(lanes[i]) ? lanes[i] : 0;
            }
            for (int i = results; i < n; i++) {
                center[i] = center[i - width];
            }
            centered = true;
            return true;
        }
        for (int i = 0; i < results; i++) {
            lanes[i] = switch (reduction) {
                case MEAN, VAR -> lanes[i] / count;
                case STD -> Math.sqrt(lanes[i] / count);
                case LOGSUMEXP -> count == 0 ? Double.NEGATIVE_INFINITY : Math.log(lanes[i]) + center[i];
                case SUM, PROD, MAX, MIN, ANY, ALL, ARGMAX, ARGMIN -> lanes[i];
            };
        }
        centered = false;
        return false;
    }

    private boolean areFinite(int n) {
        for (int i = 0; i < n; i++) {
            if (!Double.isFinite(lanes[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    void write(int lane, int n, long place, long stride) {
        int q = (int) place;
        int step = (int) stride;
        switch (result) {
            case float[] y -> {
                for (int i = 0; i < n; i++) {
                    y[q + i * step] = (float) lanes[lane + i];
                }
            }
            case double[] y -> {
                for (int i = 0; i < n; i++) {
                    y[q + i * step] = lanes[lane + i];
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    ((boolean[]) result)[q + i * step] = lanes[lane + i] != 0;
                }
            }
        }
    }
}
