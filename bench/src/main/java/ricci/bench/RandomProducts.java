package ricci.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import ricci.Fn2;
import ricci.Ricci;
import ricci.Tensor;

/**
 * A process that multiplies matrices of random sizes by Ricci and by OpenBLAS, which take turns at each; of
 * each the fastest call counts. Ricci's results are new tensors, OpenBLAS's go to memory that is there.
 */
final class RandomProducts {
    private static final long SEED = 20_260_101;
    private static final int MOST = 300;
    private static final int TURNS = 5;
    /** Nanoseconds in which Ricci has code with vectors ready, which it makes when there are many calls. */
    private static final long WARM_UP = 1_000_000_000L;
    /** Nanoseconds of a turn. */
    private static final long TURN = 20_000_000;
    /** So long are calls measured together. */
    private static final double TOGETHER = 400_000;
    private static final int WORST = 8;

    private RandomProducts() {}

    private record Outcome(int rows, int sums, int columns, double ricci, double openBlas) {
        double ratio() {
            return openBlas / ricci;
        }
    }

    /** How many sizes. */
    public static void main(String... args) {
        Random random = new Random(SEED);
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[0]); i++) {
            outcomes.add(measure(length(random), length(random), length(random)));
        }
        outcomes.sort(Comparator.comparingDouble(Outcome::ratio));
        double mean = Math.exp(outcomes.stream().mapToDouble(o -> Math.log(o.ratio())).average()
                .orElseThrow());
        System.out.printf(Locale.ROOT, "%n%d products of 1 to %d rows, sums and columns: Ricci's speed as"
                + " part of OpenBLAS's %.2f in the geometric mean, %.2f to %.2f, quartiles %.2f %.2f %.2f%n",
                outcomes.size(), MOST, mean, outcomes.getFirst().ratio(), outcomes.getLast().ratio(),
                quantile(outcomes, 0.25), quantile(outcomes, 0.5), quantile(outcomes, 0.75));
        for (Outcome o : outcomes.subList(0, Math.min(WORST, outcomes.size()))) {
            System.out.printf(Locale.ROOT, "%17s  %8.2f us, OpenBLAS %8.2f, %.2f%n",
                    o.rows + "x" + o.sums + "x" + o.columns, o.ricci / 1000, o.openBlas / 1000, o.ratio());
        }
    }

    private static int length(Random random) {
        return 1 + random.nextInt(MOST);
    }

    private static double quantile(List<Outcome> outcomes, double part) {
        return outcomes.get((int) (part * (outcomes.size() - 1))).ratio();
    }

    private static Outcome measure(int rows, int sums, int columns) {
        Tensor x = Product.tensor(rows, sums);
        Tensor y = Product.tensor(sums, columns);
        Fn2<Tensor, Tensor, Tensor> product = Ricci.jit(Tensor::matmul);
        Supplier<Object> own = () -> product.apply(x, y);
        Supplier<Object> openBlas = OpenBlas.floats(Product.elements(rows, sums),
                Product.elements(sums, columns), rows, sums, columns);
        for (long begin = System.nanoTime(); System.nanoTime() - begin < WARM_UP; ) {
            Object _ = own.get();
        }
        double ricci = Double.POSITIVE_INFINITY;
        double other = Double.POSITIVE_INFINITY;
        for (int turn = 0; turn < TURNS; turn++) {
            ricci = Math.min(ricci, best(own));
            other = Math.min(other, best(openBlas));
        }
        return new Outcome(rows, sums, columns, ricci, other);
    }

    private static double best(Supplier<Object> task) {
        double each = Fastest.call(task, 1, 0);
        return Fastest.call(task, (int) Math.clamp(TOGETHER / each, 1, 1000), TURN);
    }
}
