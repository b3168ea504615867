package ricci.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ricci.Fft;
import ricci.Fn;
import ricci.Fn2;
import ricci.Fn3;
import ricci.Key;
import ricci.Linalg;
import ricci.Ordering;
import ricci.Random;
import ricci.Ricci;
import ricci.Tensor;
import ricci.Triple;
import ricci.ValueAndGrad;
import ricci.bench.Networks.Block;
import ricci.bench.Networks.Cnn;
import ricci.bench.Networks.Gru;
import ricci.bench.Networks.Lstm;
import ricci.bench.Networks.Mlp;
import ricci.ir.DType;
import ricci.nn.Adam;
import ricci.nn.Optimizer;

/** Networks, their training, and kernels of their own, with what they have to do. */
// Functions are never changed.
@SuppressWarnings("ImmutableEnumChecker")
public enum Workload {
    ATTENTION_256(attention(256), Work.products(attended(256)), seen(256)),
    ATTENTION_256_GRADIENT(attentionGradient(256), Work.products(3 * attended(256)), null),
    ATTENTION_2048(attention(2048), Work.products(attended(2048)), seen(2048)),
    ATTENTION_2048_GRADIENT(attentionGradient(2048), Work.products(3 * attended(2048)), null),
    MLP_STEP(() -> {
        Tensor labels = labels(128);
        Tensor x = normal(128, 784);
        return step(Mlp.init(Key.of(0)), (Mlp p) -> p.loss(x, labels));
    }, Work.products(128L * (2 * 784 * 512 + 3 * 512 * 512 + 3 * 512 * 10)), null),
    CNN_STEP(() -> {
        Tensor labels = labels(64);
        Tensor x = normal(64, 28, 28, 1);
        return step(Cnn.init(Key.of(0)), (Cnn p) -> p.loss(x, labels));
    }, Work.products(64L * (2 * 28 * 28 * 9 * 1 * 16 + 3 * 14 * 14 * 9 * 16 * 32
            + 3 * 7 * 7 * 32 * 128 + 3 * 128 * 10)), null),
    TRANSFORMER_BLOCK(() -> {
        Block block = Block.init(Key.of(0), 512);
        Tensor x = normal(4, 256, 512);
        Fn2<Block, Tensor, Tensor> f = Ricci.jit((Block b, Tensor y) -> b.apply(y, 8));
        return () -> f.apply(block, x);
    }, Work.products(block()), null),
    TRANSFORMER_BLOCK_GRADIENT(() -> {
        Block block = Block.init(Key.of(0), 512);
        Tensor x = normal(4, 256, 512);
        Fn2<Block, Tensor, Block> f = Ricci.jit(Ricci.grad(
                (Block b, Tensor y) -> b.apply(y, 8).square().mean()));
        return () -> f.apply(block, x);
    }, Work.products(3 * block() - 1024L * 3 * 512 * 512), null),
    LSTM(() -> {
        Lstm lstm = Lstm.init(Key.of(0), 256);
        Tensor x = normal(128, 32, 256);
        Fn2<Lstm, Tensor, Tensor> f = Ricci.jit(Lstm::apply);
        return () -> f.apply(lstm, x);
    }, Work.products(recurrent(2, 1024)), null),
    LSTM_GRADIENT(() -> {
        Lstm lstm = Lstm.init(Key.of(0), 256);
        Tensor x = normal(128, 32, 256);
        Fn2<Lstm, Tensor, Lstm> f = Ricci.jit(Ricci.grad((Lstm p, Tensor y) -> p.apply(y).square().sum()));
        return () -> f.apply(lstm, x);
    }, Work.products(recurrent(5, 1024)), null),
    GRU(() -> {
        Gru gru = Gru.init(Key.of(0), 256);
        Tensor x = normal(128, 32, 256);
        Fn2<Gru, Tensor, Tensor> f = Ricci.jit(Gru::apply);
        return () -> f.apply(gru, x);
    }, Work.products(recurrent(2, 768)), null),
    GRU_GRADIENT(() -> {
        Gru gru = Gru.init(Key.of(0), 256);
        Tensor x = normal(128, 32, 256);
        Fn2<Gru, Tensor, Gru> f = Ricci.jit(Ricci.grad((Gru p, Tensor y) -> p.apply(y).square().sum()));
        return () -> f.apply(gru, x);
    }, Work.products(recurrent(5, 768)), null),
    SORT(of(x -> x.sort(0), 1_000_000), Work.moved(4L * 2 * 1_000_000), torch(x -> x.sort(), 1_000_000)),
    ARGSORT(of(x -> x.argsort(0), 1_000_000), Work.moved(4L * 2 * 1_000_000),
            torch(x -> x.argSort(), 1_000_000)),
    SORT_ROWS(of(x -> x.sort(1), 4096, 256), Work.moved(4L * 2 * 4096 * 256),
            torch(x -> x.sort(1), 4096, 256)),
    TOP_K(of(x -> Ordering.topK(x, 64).values(), 4096, 1024), Work.moved(4L * 4096 * (1024 + 64)),
            torch(x -> x.topK(64, 1).getFirst(), 4096, 1024)),
    SEARCH_SORTED(() -> {
        Fn2<Tensor, Tensor, Tensor> f = Ricci.jit((Tensor sorted, Tensor x) ->
                Ordering.searchSorted(sorted, x, Ordering.Side.LEFT));
        Tensor sorted = normal(100_000).sort(0);
        Tensor x = normal(1_000_000);
        return () -> f.apply(sorted, x);
    }, Work.moved(4L * (100_000 + 2 * 1_000_000)), null),
    ONE_HOT_SUM(() -> {
        Fn<Tensor, Tensor> f = Ricci.jit((Tensor x) -> Ricci.oneHot(x, 1000).sum(0));
        Tensor x = Random.randint(Key.of(1), DType.I32, 0, 1000, 100_000);
        return () -> f.apply(x);
    }, Work.moved(4L * (100_000 + 1000)), null),
    SOLVE_3X3(() -> {
        Fn2<Tensor, Tensor, Tensor> f = Ricci.jit(Linalg::solve);
        Tensor a = normal(10_000, 3, 3).add(Ricci.eye(3).mul(4));
        Tensor b = normal(10_000, 3, 1);
        return () -> f.apply(a, b);
    }, Work.moved(4L * 10_000 * (9 + 3 + 3)), null),
    CHOLESKY_512(() -> {
        Fn<Tensor, Tensor> f = Ricci.jit(Linalg::cholesky);
        Tensor a = normal(512, 512);
        Tensor positive = a.matmul(a.transpose()).add(Ricci.eye(512).mul(512));
        return () -> f.apply(positive);
    }, Work.products(512L * 512 * 512 / 6), null),
    FFT(() -> {
        Fn<Tensor, Tensor> f = Ricci.jit((Tensor x) -> Fft.fft(x));
        Tensor x = normal(1_000_000).to(DType.C64);
        return () -> f.apply(x);
    }, Work.moved(8L * 2 * 1_000_000), torch(x -> x.fft(1_000_000), 1_000_000)),
    FFT_ROWS(() -> {
        Fn<Tensor, Tensor> f = Ricci.jit((Tensor x) -> Fft.fft(x));
        Tensor x = normal(4096, 256).to(DType.C64);
        return () -> f.apply(x);
    }, Work.moved(8L * 2 * 4096 * 256), torch(x -> x.fft(256, 1), 4096, 256)),
    DISTANCES(points((x, y) -> x.expandDims(1).sub(y.expandDims(0)).square().sum(2)),
            Work.products(2048L * 2048 * 64 * 3 / 2), null),
    DISTANCES_BY_PRODUCT(points((x, y) -> x.square().sum(1).expandDims(1).add(y.square().sum(1))
            .sub(x.matmul(y.transpose()).mul(2)).maximum(0).sqrt()), Work.products(2048L * 2048 * 64), null);

    private final Supplier<Supplier<Object>> ricci;
    private final Work work;
    private final @Nullable Supplier<Supplier<Object>> torch;

    Workload(Supplier<Supplier<Object>> ricci, Work work, @Nullable Supplier<Supplier<Object>> torch) {
        this.ricci = ricci;
        this.work = work;
        this.torch = torch;
    }

    /** Makes the arguments; what is returned runs the compiled program. */
    Supplier<Object> ricci() {
        return ricci.get();
    }

    /** The same by PyTorch. */
    Supplier<Object> torch() {
        if (torch == null) {
            throw new IllegalStateException("not in DJL");
        }
        return torch.get();
    }

    Work work() {
        return work;
    }

    /** Of attention: queries by keys, and their weights by values, for 32 heads of 64 features. */
    private static long attended(long length) {
        return 2 * 32 * length * length * 64;
    }

    /** Of a block at 1024 tokens: layers with twelve squares of weights, and attention. */
    private static long block() {
        return 1024L * 12 * 512 * 512 + attended(256);
    }

    /** Of 128 steps with so many products each, of 32 rows of 256 features by the weights of all gates. */
    private static long recurrent(long products, long gates) {
        return products * 128 * 32 * 256 * gates;
    }

    private static Tensor normal(long... shape) {
        return Random.normal(Key.of(1), shape);
    }

    private static Tensor labels(int count) {
        return Random.randint(Key.of(4), DType.I32, 0, 10, count);
    }

    private static Supplier<Supplier<Object>> of(Fn<Tensor, Tensor> f, long... shape) {
        return () -> {
            Fn<Tensor, Tensor> compiled = Ricci.jit(f);
            Tensor x = normal(shape);
            return () -> compiled.apply(x);
        };
    }

    private static Supplier<Supplier<Object>> attention(int length) {
        return () -> {
            Fn3<Tensor, Tensor, Tensor, Tensor> f = Ricci.jit(Networks::attention);
            Tensor x = normal(4, 8, length, 64);
            return () -> f.apply(x, x, x);
        };
    }

    private static Supplier<Supplier<Object>> attentionGradient(int length) {
        return () -> {
            Fn<Triple<Tensor, Tensor, Tensor>, Triple<Tensor, Tensor, Tensor>> f =
                    Ricci.jit(Ricci.grad((Triple<Tensor, Tensor, Tensor> x) ->
                            Networks.attention(x.first(), x.second(), x.third()).square().sum()));
            Tensor x = normal(4, 8, length, 64);
            return () -> f.apply(new Triple<>(x, x, x));
        };
    }

    /** A step of Adam after another, each from the result of the last, in whose memory it writes. */
    private static <P> Supplier<Object> step(P params, Fn<P, Tensor> loss) {
        Adam adam = new Adam(0.001);
        Fn<P, ValueAndGrad<P>> both = Ricci.valueAndGrad(loss);
        Fn<Optimizer.State<P>, Optimizer.State<P>> step = Ricci.jit((Optimizer.State<P> state) ->
                adam.step(state, both.apply(state.params()).grad())).donate(0);
        return new Supplier<>() {
            private Optimizer.State<P> state = adam.init(params);

            @Override
            public Object get() {
                state = step.apply(state);
                return state;
            }
        };
    }

    private static Supplier<Supplier<Object>> points(Fn2<Tensor, Tensor, Tensor> f) {
        return () -> {
            Fn2<Tensor, Tensor, Tensor> jitted = Ricci.jit(f);
            Tensor x = normal(2048, 64);
            Tensor y = Random.normal(Key.of(2), 2048, 64);
            return () -> jitted.apply(x, y);
        };
    }

    private static Supplier<Supplier<Object>> seen(int length) {
        return torch(x -> x.matMul(x.transpose(0, 1, 3, 2)).mul(0.125f).softmax(3).matMul(x), 4, 8,
                length, 64);
    }

    private static Supplier<Supplier<Object>> torch(Function<NDArray, NDArray> f, long... shape) {
        return () -> {
            NDManager manager = NDManager.newBaseManager("PyTorch");
            NDArray x = manager.create(normal(shape).toFloats(), new Shape(shape));
            return Torch.closing(manager, x, f);
        };
    }
}
