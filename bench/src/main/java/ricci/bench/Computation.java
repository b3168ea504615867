package ricci.bench;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.Fn;
import ricci.Index;
import ricci.IndexMode;
import ricci.Key;
import ricci.Manipulation;
import ricci.Random;
import ricci.Ricci;
import ricci.Tensor;
import ricci.einops.Einops;
import ricci.ir.DType;

/** Functions of one tensor of floats, compiled by Ricci, and as the others compute them. */
// Functions are never changed.
@SuppressWarnings("ImmutableEnumChecker")
public enum Computation {
    GELU_CHAIN(Limit.COPY, x -> gelu(x.mul(1.5).add(0.25)).mul(0.75),
            x -> gelu(x.mul(1.5f).add(0.25f)).mul(0.75f), x -> 0.75f * gelu(1.5f * x + 0.25f), null,
            10_000_000),
    EXP(Limit.COPY, Tensor::exp, NDArray::exp, x -> (float) Math.exp(x), onnx("Exp"),
            10_000_000),
    TANH(Limit.COPY, Tensor::tanh, NDArray::tanh, x -> (float) Math.tanh(x), onnx("Tanh"),
            10_000_000),
    SIN(Limit.COPY, Tensor::sin, NDArray::sin, x -> (float) Math.sin(x), onnx("Sin"),
            10_000_000),
    EXP_IN_CACHE(Limit.COPY, Tensor::exp, NDArray::exp, x -> (float) Math.exp(x),
            onnx("Exp"), 16_384),
    TANH_IN_CACHE(Limit.COPY, Tensor::tanh, NDArray::tanh, x -> (float) Math.tanh(x),
            onnx("Tanh"), 16_384),
    SIN_IN_CACHE(Limit.COPY, Tensor::sin, NDArray::sin, x -> (float) Math.sin(x),
            onnx("Sin"), 16_384),
    SUM_256_AXIS_0(Limit.READ, x -> x.sum(0), x -> x.sum(new int[] {0}), null, sums(0), 256, 256, 256),
    SUM_256_AXIS_1(Limit.READ, x -> x.sum(1), x -> x.sum(new int[] {1}), null, sums(1), 256, 256, 256),
    SUM_256_AXIS_2(Limit.READ, x -> x.sum(2), x -> x.sum(new int[] {2}), null, sums(2), 256, 256, 256),
    SUM_4096_AXIS_0(Limit.READ, x -> x.sum(0), x -> x.sum(new int[] {0}), null, sums(0), 4096, 4096),
    SUM_4096_AXIS_1(Limit.READ, x -> x.sum(1), x -> x.sum(new int[] {1}), null, sums(1), 4096, 4096),
    ARGMAX(Limit.READ, x -> x.argmax(1), x -> x.argMax(1), null,
            new Onnx("ArgMax", Map.of("axis", 1, "keepdims", 0)), 4096, 1024),
    CUMSUM(Limit.COPY, x -> x.cumsum(0), x -> x.cumSum(0), null,
            new Onnx("CumSum", Map.of(), List.of(Onnx.longs(0))), 10_000_000),
    SOFTMAX(Limit.COPY, Computation::softmax, x -> x.softmax(1), null,
            new Onnx("Softmax", Map.of("axis", 1)), 4096, 1024),
    LAYER_NORM(Limit.COPY, Computation::layerNorm, null, null,
            new Onnx("LayerNormalization", Map.of("axis", 1, "epsilon", 1e-5f),
                    List.of(Onnx.floats(ones(1024), 1024))), 4096, 1024),
    SOFTMAX_GRADIENT(Limit.COPY, Ricci.grad((Tensor x) -> softmax(x).square().sum()), null, null, null, 4096,
            1024),
    LAYER_NORM_GRADIENT(Limit.COPY, Ricci.grad((Tensor x) -> layerNorm(x).mul(x).sum()), null, null, null,
            4096, 1024),
    TRANSPOSE(Limit.COPY, Tensor::transpose, x -> x.transpose().flatten(), null,
            new Onnx("Transpose", Map.of("perm", new long[] {1, 0})), 4096, 4096),
    CHANNELS_FIRST(Limit.COPY, x -> Einops.rearrange(x, "b h w c -> b c h w"),
            x -> x.transpose(0, 3, 1, 2).flatten(), null,
            new Onnx("Transpose", Map.of("perm", new long[] {0, 3, 1, 2})), 32, 64, 64, 64),
    GATHER(Limit.COPY, x -> Manipulation.take(x, rows(), 0, IndexMode.CLIP), null, null,
            new Onnx("Gather", Map.of("axis", 0),
                    List.of(Onnx.longs(IntStream.of(row()).asLongStream().toArray()))), 100_000, 64),
    SCATTER_ADD(Limit.COPY, x -> Ricci.zeros(100_000, 64).at(Index.of(rows())).add(x), null, null, null,
            100_000, 64),
    /** To a tenth as many rows. */
    SCATTER_ADD_FEWER(Limit.READ, x -> Ricci.zeros(10_000, 64).at(Index.of(fewer())).add(x),
            null, null, null, 100_000, 64),
    /** Bits of JAX, for a key that is an argument. */
    UNIFORM(Limit.COPY, x -> Random.uniform(key(x), x.size()), null, null, null, 10_000_000),
    NORMAL(Limit.COPY, x -> Random.normal(key(x), x.size()), null, null, null, 10_000_000);

    /** What bounds a computation. */
    enum Limit {
        /** Reading every element and writing as many. */
        COPY,
        /** Reading every element. */
        READ
    }

    /** A function of a float. */
    interface FloatFunction {
        float apply(float x);
    }

    final Limit limit;
    final Fn<Tensor, Tensor> ricci;
    final @Nullable Function<NDArray, NDArray> torch;
    final @Nullable FloatFunction loop;
    final @Nullable Onnx onnx;
    private final long[] shape;

    Computation(Limit limit, Fn<Tensor, Tensor> ricci, @Nullable Function<NDArray, NDArray> torch,
            @Nullable FloatFunction loop, @Nullable Onnx onnx, long... shape) {
        this.limit = limit;
        this.ricci = ricci;
        this.torch = torch;
        this.loop = loop;
        this.onnx = onnx;
        this.shape = shape;
    }

    long[] shape() {
        return shape.clone();
    }

    int size() {
        int size = 1;
        for (long length : shape) {
            size = Math.toIntExact(size * length);
        }
        return size;
    }

    /** All rows of 100,000, in an order that no cache likes. */
    private static Tensor rows() {
        return Ricci.tensor(row());
    }

    /** Each of 10,000 rows ten times. */
    private static Tensor fewer() {
        return Ricci.tensor(IntStream.of(row()).map(i -> i % 10_000).toArray());
    }

    private static int[] row() {
        return IntStream.range(0, 100_000).map(i -> (int) (i * 61_803L % 100_000)).toArray();
    }

    private static Onnx onnx(String operator) {
        return new Onnx(operator, Map.of());
    }

    private static Onnx sums(long axis) {
        return new Onnx("ReduceSum", Map.of("keepdims", 0), List.of(Onnx.longs(axis)));
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Key key(Tensor x) {
        return new Key(x.slice(0, 0, 2).to(DType.I32));
    }

    /** The elements of the argument, from -3 to 3. */
    float[] elements() {
        float[] elements = new float[size()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = i % 6007 / 1001f - 3;
        }
        return elements;
    }

    private static Tensor gelu(Tensor x) {
        return x.mul(0.5).mul(x.add(x.mul(x).mul(x).mul(0.044715)).mul(0.7978845608).tanh().add(1));
    }

    private static NDArray gelu(NDArray x) {
        return x.mul(0.5f).mul(x.add(x.mul(x).mul(x).mul(0.044715f)).mul(0.7978846f).tanh().add(1f));
    }

    private static float gelu(float x) {
        return 0.5f * x * ((float) Math.tanh((x + x * x * x * 0.044715f) * 0.7978846f) + 1);
    }

    private static Tensor softmax(Tensor x) {
        Tensor e = x.sub(Einops.rearrange(x.max(1), "b -> b 1")).exp();
        return e.div(Einops.rearrange(e.sum(1), "b -> b 1"));
    }

    private static Tensor layerNorm(Tensor x) {
        Tensor centred = x.sub(Einops.rearrange(x.mean(1), "b -> b 1"));
        return centred.div(Einops.rearrange(centred.square().mean(1), "b -> b 1").add(1e-5).sqrt());
    }
}
