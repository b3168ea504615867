package ricci.bench;

import java.util.Locale;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import ricci.Fn2;
import ricci.Ricci;
import ricci.Tensor;

/**
 * A process in which one contender multiplies square matrices of floats. Prints a line for each size: how
 * many operations it does in a nanosecond, at best.
 */
final class Squares {
    static final int[] SIZES = {16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048};
    private static final long TIME = 600_000_000L;
    /** So long are calls measured together. */
    private static final double TOGETHER = 200_000;
    private static final double MANY = 1e9;

    private Squares() {}

    /** The name of one of {@link Multiply.By}. */
    public static void main(String... args) {
        Multiply.By by = Multiply.By.valueOf(args[0]);
        for (int size : SIZES) {
            double operations = 2.0 * size * size * size;
            switch (by) {
                case PEAK -> print(MANY, Peak.of(MANY));
                case RICCI -> print(operations, ricci(size));
                case ND4J -> print(operations, nd4j(size));
                case TORCH -> throw new IllegalArgumentException("not measured by size");
            }
        }
    }

    private static Supplier<Object> ricci(int size) {
        Tensor x = Product.tensor(size, size);
        Tensor y = Product.tensor(size, size);
        Fn2<Tensor, Tensor, Tensor> product = Ricci.jit(Tensor::matmul);
        return SteadyState.of(() -> product.apply(x, y));
    }

    private static Supplier<Object> nd4j(int size) {
        INDArray x = Nd4j.createFromArray(Product.elements(size, size)).reshape(size, size);
        INDArray y = Nd4j.createFromArray(Product.elements(size, size)).reshape(size, size);
        return () -> {
            INDArray result = x.mmul(y);
            long length = result.length();
            result.close();
            return length;
        };
    }

    private static void print(double operations, Supplier<Object> task) {
        double each = best(task, 1, TIME / 2);
        int calls = (int) Math.clamp(TOGETHER / each, 1, 1000);
        System.out.printf(Locale.ROOT, "%.3f%n", operations / best(task, calls, TIME));
    }

    /** Nanoseconds of a call. */
    private static double best(Supplier<Object> task, int calls, long time) {
        double best = Double.POSITIVE_INFINITY;
        long begin = System.nanoTime();
        do {
            long start = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                Object _ = task.get();
            }
            best = Math.min(best, (System.nanoTime() - start) / (double) calls);
        } while (System.nanoTime() - begin < time);
        return best;
    }
}
