package ricci.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import ai.onnxruntime.OnnxTensor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import ricci.Convolutions;
import ricci.Fn2;
import ricci.Padding;
import ricci.Ricci;
import ricci.Slide;
import ricci.Tensor;
import ricci.Tensors;

/** One contender at one convolution or pool. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class Convolve {
    private static final String LAST = "b h w c, kh kw c o -> b h w o";
    private static final String FIRST = "b c h w, o c kh kw -> b o h w";
    private static final String EACH = "b h w c, kh kw c -> b h w c";
    private static final Slide ONE = Slide.by(1).padded(Padding.SAME);
    private static final Slide TWO = Slide.by(2).padded(Padding.SAME);

    /** What is computed. */
    @Param
    public Case problem = Case.CHANNELS_LAST;
    /** By whom. */
    @Param
    public Contender contender = Contender.RICCI;
    private Supplier<Object> task = () -> "";

    /** Who computes. */
    public enum Contender {
        /** The measure: as many multiplications and additions in registers, or where none are, a copy. */
        LIMIT,
        /** A compiled program. */
        RICCI,
        /** PyTorch by way of DJL, which has channels first and no derivatives by hand. */
        TORCH,
        /** ONNX Runtime, which has channels first and no derivatives. */
        ONNX,
        /** oneDNN by itself: convolutions forward, with channels where the problem has them. */
        ONEDNN
    }

    /** Convolutions and pools, with what they have to do. */
    // Functions are never changed.
    @SuppressWarnings("ImmutableEnumChecker")
    public enum Case {
        CHANNELS_LAST((x, w) -> Convolutions.conv(x, w, LAST, ONE), shape(8, 56, 56, 64), shape(3, 3, 64, 64),
                Work.products(8L * 56 * 56 * 64 * 576),
                torch(shape(8, 64, 56, 56), shape(64, 64, 3, 3), 1, 1, 1)),
        /** With a bias for each channel, and what is negative cut off. */
        CHANNELS_LAST_BIAS_RELU(biased(), shape(8, 56, 56, 64), shape(3, 3, 64, 64),
                Work.products(8L * 56 * 56 * 64 * 576), () -> {
                    NDManager manager = NDManager.newBaseManager("PyTorch");
                    NDArray x = array(manager, shape(8, 64, 56, 56));
                    NDArray w = array(manager, shape(64, 64, 3, 3));
                    NDArray bias = array(manager, shape(64));
                    return () -> {
                        try (NDArray y = Conv2d.conv2d(x, w, bias, pair(1), pair(1), pair(1), 1)
                                .singletonOrThrow(); NDArray end = Activation.relu(y)) {
                            return end.size();
                        }
                    };
                }),
        CHANNELS_FIRST((x, w) -> Convolutions.conv(x, w, FIRST, ONE), shape(8, 64, 56, 56),
                shape(64, 64, 3, 3), Work.products(8L * 56 * 56 * 64 * 576),
                torch(shape(8, 64, 56, 56), shape(64, 64, 3, 3), 1, 1, 1)),
        ONE_BY_ONE((x, w) -> Convolutions.conv(x, w, LAST, ONE), shape(8, 56, 56, 64), shape(1, 1, 64, 256),
                Work.products(8L * 56 * 56 * 64 * 256),
                torch(shape(8, 64, 56, 56), shape(256, 64, 1, 1), 1, 0, 1)),
        STEM((x, w) -> Convolutions.conv(x, w, LAST, TWO), shape(8, 224, 224, 3), shape(7, 7, 3, 64),
                Work.products(8L * 112 * 112 * 64 * 147),
                torch(shape(8, 3, 224, 224), shape(64, 3, 7, 7), 2, 3, 1)),
        GRADIENT_OF_INPUT((y, w) -> Ricci.vjp((Tensor x) -> Convolutions.conv(x, w, LAST, ONE),
                Ricci.zeros(8, 56, 56, 64)).pullback().apply(y), shape(8, 56, 56, 64), shape(3, 3, 64, 64),
                Work.products(8L * 56 * 56 * 64 * 576), null),
        GRADIENT_OF_KERNEL((y, x) -> Ricci.vjp((Tensor w) -> Convolutions.conv(x, w, LAST, ONE),
                Ricci.zeros(3, 3, 64, 64)).pullback().apply(y), shape(8, 56, 56, 64), shape(8, 56, 56, 64),
                Work.products(8L * 56 * 56 * 64 * 576), null),
        TRANSPOSED((x, w) -> Convolutions.convTranspose(x, w, "b h w c, kh kw o c -> b h w o", TWO),
                shape(8, 28, 28, 64), shape(3, 3, 64, 64), Work.products(8L * 28 * 28 * 64 * 576), null),
        DEPTHWISE((x, w) -> Convolutions.conv(x, w, EACH, ONE), shape(8, 56, 56, 128), shape(3, 3, 128),
                Work.products(8L * 56 * 56 * 128 * 9),
                torch(shape(8, 128, 56, 56), shape(128, 1, 3, 3), 1, 1, 128)),
        DEPTHWISE_GRADIENT_OF_KERNEL((y, x) -> Ricci.vjp((Tensor w) -> Convolutions.conv(x, w, EACH, ONE),
                Ricci.zeros(3, 3, 128)).pullback().apply(y), shape(8, 56, 56, 128), shape(8, 56, 56, 128),
                Work.products(8L * 56 * 56 * 128 * 9), null),
        MAX_POOL((x, _) -> Convolutions.maxPool(x, "b [h w] c", Slide.by(2), 2, 2), shape(8, 56, 56, 64),
                shape(1), Work.moved(4L * (8 * 56 * 56 * 64 + 8 * 28 * 28 * 64)), Case::pool),
        MAX_POOL_GRADIENT((y, x) -> Ricci.vjp((Tensor z) -> Convolutions.maxPool(z, "b [h w] c", Slide.by(2),
                2, 2), x).pullback().apply(y), shape(8, 28, 28, 64), shape(8, 56, 56, 64),
                Work.moved(4L * (8 * 28 * 28 * 64 + 2 * 8 * 56 * 56 * 64)), null);

        private final Fn2<Tensor, Tensor, Tensor> ricci;
        private final long[] left;
        private final long[] right;
        private final Work work;
        private final @Nullable Supplier<Supplier<Object>> torch;

        Case(Fn2<Tensor, Tensor, Tensor> ricci, long[] left, long[] right, Work work,
                @Nullable Supplier<Supplier<Object>> torch) {
            this.ricci = ricci;
            this.left = left;
            this.right = right;
            this.work = work;
            this.torch = torch;
        }

        Work work() {
            return work;
        }

        private static Supplier<Supplier<Object>> torch(long[] input, long[] kernel, int stride, int padding,
                int groups) {
            return () -> {
                NDManager manager = NDManager.newBaseManager("PyTorch");
                NDArray x = array(manager, input);
                NDArray w = array(manager, kernel);
                return () -> {
                    try (NDArray y = Conv2d.conv2d(x, w, null, pair(stride), pair(padding), pair(1), groups)
                            .singletonOrThrow()) {
                        return y.size();
                    }
                };
            };
        }

        private static Fn2<Tensor, Tensor, Tensor> biased() {
            Tensor bias = Ricci.tensor(elements(shape(64)), 64);
            return (x, w) -> Tensors.relu(Convolutions.conv(x, w, LAST, ONE).add(bias));
        }

        private static Supplier<Object> pool() {
            NDArray x = array(NDManager.newBaseManager("PyTorch"), shape(8, 64, 56, 56));
            return () -> {
                try (NDArray y = Pool.maxPool2d(x, pair(2), pair(2), pair(0), false)) {
                    return y.size();
                }
            };
        }

        private static NDArray array(NDManager manager, long[] shape) {
            return manager.create(elements(shape), new ai.djl.ndarray.types.Shape(shape));
        }

        private static ai.djl.ndarray.types.Shape pair(int length) {
            return new ai.djl.ndarray.types.Shape(length, length);
        }
    }

    private static long[] shape(long... lengths) {
        return lengths;
    }

    private static float[] elements(long[] shape) {
        long count = 1;
        for (long length : shape) {
            count *= length;
        }
        float[] elements = new float[Math.toIntExact(count)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = i % 1000 / 1000f - 0.5f;
        }
        return elements;
    }

    /** Makes the arguments. */
    @Setup
    public void prepare() {
        task = switch (contender) {
            case LIMIT -> problem.work.limit();
            case RICCI -> ricci();
            case TORCH -> torch();
            case ONNX -> onnx();
            case ONEDNN -> oneDnn();
        };
        // What is not there fails now, and has no result.
        Object _ = task.get();
    }

    private Supplier<Object> ricci() {
        Tensor x = Ricci.tensor(elements(problem.left), problem.left);
        Tensor w = Ricci.tensor(elements(problem.right), problem.right);
        Fn2<Tensor, Tensor, Tensor> compiled = Ricci.jit(problem.ricci);
        return SteadyState.of(() -> compiled.apply(x, w));
    }

    private Supplier<Object> torch() {
        Supplier<Supplier<Object>> torch = problem.torch;
        if (torch == null) {
            throw new IllegalStateException("not in DJL");
        }
        return torch.get();
    }

    private Supplier<Object> onnx() {
        return switch (problem) {
            case CHANNELS_LAST, CHANNELS_FIRST -> onnx(shape(8, 64, 56, 56), shape(64, 64, 3, 3), 1, 1, 1);
            case ONE_BY_ONE -> onnx(shape(8, 64, 56, 56), shape(256, 64, 1, 1), 1, 0, 1);
            case STEM -> onnx(shape(8, 3, 224, 224), shape(64, 3, 7, 7), 2, 3, 1);
            case DEPTHWISE -> onnx(shape(8, 128, 56, 56), shape(128, 1, 3, 3), 1, 1, 128);
            case MAX_POOL -> new Onnx("MaxPool", Map.of("kernel_shape", shape(2, 2), "strides", shape(2, 2)))
                    .task(List.of(input(shape(8, 64, 56, 56))));
            case GRADIENT_OF_INPUT, GRADIENT_OF_KERNEL, TRANSPOSED, DEPTHWISE_GRADIENT_OF_KERNEL,
                    MAX_POOL_GRADIENT, CHANNELS_LAST_BIAS_RELU ->
                throw new IllegalStateException("not in ONNX, or otherwise");
        };
    }

    private Supplier<Object> oneDnn() {
        return switch (problem) {
            case CHANNELS_LAST, CHANNELS_FIRST -> OneDnn.convolution(shape(8, 64, 56, 56),
                    shape(64, 64, 3, 3), problem == Case.CHANNELS_LAST
                    ? OneDnn.Order.CHANNELS_LAST : OneDnn.Order.CHANNELS_FIRST, 1, 1, 1);
            case ONE_BY_ONE -> OneDnn.convolution(shape(8, 64, 56, 56), shape(256, 64, 1, 1),
                    OneDnn.Order.CHANNELS_LAST, 1, 0, 1);
            case STEM -> OneDnn.convolution(shape(8, 3, 224, 224), shape(64, 3, 7, 7),
                    OneDnn.Order.ANY, 2, 3, 1);
            case DEPTHWISE -> OneDnn.convolution(shape(8, 128, 56, 56), shape(128, 1, 3, 3),
                    OneDnn.Order.CHANNELS_LAST, 1, 1, 128);
            case CHANNELS_LAST_BIAS_RELU, GRADIENT_OF_INPUT, GRADIENT_OF_KERNEL, TRANSPOSED,
                    DEPTHWISE_GRADIENT_OF_KERNEL, MAX_POOL, MAX_POOL_GRADIENT ->
                throw new IllegalStateException("no convolution forward");
        };
    }

    private static Supplier<Object> onnx(long[] input, long[] kernel, int stride, int padding, int groups) {
        return new Onnx("Conv", Map.of("strides", shape(stride, stride), "pads",
                shape(padding, padding, padding, padding), "group", groups)).task(
                List.of(input(input), input(kernel)));
    }

    private static Supplier<OnnxTensor> input(long[] shape) {
        return Onnx.floats(elements(shape), shape);
    }

    /** Computes. */
    @Benchmark
    public Object convolve() {
        return task.get();
    }
}
