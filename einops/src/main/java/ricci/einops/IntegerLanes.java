package ricci.einops;

import java.util.Arrays;

/** Lanes of longs, for integers and truths. */
final class IntegerLanes extends Lanes {
    private final Numbers numbers;
    private final boolean truths;
    private final Step step;
    private final long[] lanes;
    private final long[] next;

    IntegerLanes(Reduction.Named reduction, Numbers numbers, Object result, int most) {
        super(result);
        lanes = new long[most];
        next = new long[most];
        this.numbers = numbers;
        truths = reduction == Reduction.Named.ANY || reduction == Reduction.Named.ALL;
        step = switch (reduction) {
            case SUM, MEAN, VAR, STD, LOGSUMEXP -> Step.ADD;
            case PROD -> Step.MULTIPLY;
            case MAX, ANY, ARGMAX -> Step.MAX;
            case MIN, ALL, ARGMIN -> Step.MIN;
        };
    }

    @Override
    void clear(int n) {
        Arrays.fill(lanes, 0, n, switch (step) {
            case ADD -> 0;
            case MULTIPLY -> 1;
            case MAX -> truths ? 0 : Long.MIN_VALUE;
            case MIN -> truths ? 1 : Long.MAX_VALUE;
        });
    }

    @Override
    void add(long place, long stride, int n, long order) {
        numbers.integers(place, stride, n, next);
        if (truths) {
            for (int i = 0; i < n; i++) {
                next[i] = next[i] != 0 ? 1 : 0;
            }
        }
        combine(step, lanes, next, n);
    }

    private static void combine(Step step, long[] lanes, long[] next, int n) {
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

    @Override
    void fold(int from, int n) {
        System.arraycopy(lanes, from, next, 0, n);
        combine(step, lanes, next, n);
    }

    @Override
    boolean again(int n, int width) {
        return false;
    }

    @Override
    void write(int lane, int n, long place, long stride) {
        for (int i = 0; i < n; i++) {
            Primitives.set(result, (int) (place + i * stride), lanes[lane + i]);
        }
    }
}
