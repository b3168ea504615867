package ricci.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import ricci.Fn2;
import ricci.Ricci;
import ricci.Tensor;

/**
 * A process in which one contender multiplies square matrices of floats. Prints a line for each size, and one
 * for the peak: how many operations it does in a nanosecond, at best.
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
        if (by == Multiply.By.PEAK) {
            print(MANY, Peak.of(MANY));
            return;
        }
        // All are called before any is measured, so that nothing is compiled any more.
        List<Supplier<Object>> tasks = IntStream.of(SIZES).mapToObj(size -> switch (by) {
            case RICCI -> ricci(size);
            case OPENBLAS -> OpenBlas.floats(Product.elements(size, size), Product.elements(size, size), size,
                    size, size);
            case ONEDNN -> OneDnn.product(Product.elements(size, size), Product.elements(size, size), size,
                    size, size);
            case PEAK, TORCH, ONNX -> throw new IllegalArgumentException(by + " is not measured by size");
        }).toList();
        for (int i = 0; i < SIZES.length; i++) {
            print(2.0 * SIZES[i] * SIZES[i] * SIZES[i], tasks.get(i));
        }
    }

    private static Supplier<Object> ricci(int size) {
        Tensor x = Product.tensor(size, size);
        Tensor y = Product.tensor(size, size);
        Fn2<Tensor, Tensor, Tensor> product = Ricci.jit(Tensor::matmul);
        return SteadyState.of(() -> product.apply(x, y));
    }

    private static void print(double operations, Supplier<Object> task) {
        double each = Fastest.call(task, 1, TIME / 2);
        int calls = (int) Math.clamp(TOGETHER / each, 1, 1000);
        System.out.printf(Locale.ROOT, "%.3f%n", operations / Fastest.call(task, calls, TIME));
    }
}
