package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.tensor;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.pack;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.reduce;
import static ricci.einops.Einops.repeat;
import static ricci.einops.Einops.unpack;

import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.einops.Packed;
import ricci.einops.Reduction;
import ricci.ir.DType;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** The surface that users see: promotion, broadcasting, reductions, shapes, printing; traced and not. */
class TensorTest {
    /** NumPy's rule, written with coordinates: the operand's is 0 where its length is 1. */
    @Property(tries = 500)
    void broadcastingFollowsNumpy(@ForAll long seed) {
        Random random = new Random(seed);
        long[] result = random.longs(random.nextInt(4), 1, 4).toArray();
        Tensor a = operand(random, result);
        Tensor b = operand(random, result);
        Tensor sum = a.sub(b);
        long[] shape = sum.shape().toArray();
        double[] actual = sum.toDoubles();
        for (int i = 0; i < actual.length; i++) {
            assertEquals(at(a, i, shape) - at(b, i, shape), actual[i]);
        }
        assertArrayEquals(actual, Ricci.jit((Tensor x, Tensor y) -> x.sub(y)).apply(a, b).toDoubles());
    }

    private static Tensor operand(Random random, long[] result) {
        int rank = random.nextInt(result.length + 1);
        long[] lengths = java.util.Arrays.copyOfRange(result, result.length - rank, result.length);
        for (int axis = 0; axis < rank; axis++) {
            lengths[axis] = random.nextInt(3) == 0 ? 1 : lengths[axis];
        }
        return tensor(DType.F64, random.doubles(Shape.of(lengths).size()).toArray(), lengths);
    }

    private static double at(Tensor x, int flat, long[] shape) {
        long rest = flat;
        long place = 0;
        long stride = 1;
        for (int fromLast = 1; fromLast <= x.rank(); fromLast++) {
            long length = x.shape().length(x.rank() - fromLast);
            long coordinate = rest % shape[shape.length - fromLast];
            rest /= shape[shape.length - fromLast];
            place += (length == 1 ? 0 : coordinate) * stride;
            stride *= length;
        }
        return x.toDoubles()[(int) place];
    }

    @Test
    void numbersTakeTheTensorsType() {
        assertEquals(DType.F16, Ricci.ones(2).to(DType.F16).mul(0.5).dtype());
        assertEquals(DType.I8, tensor(DType.I8, new long[] {1}, 1).add(1).dtype());
        assertEquals(DType.F32, tensor(new int[] {1}).add(0.5).dtype());
        assertEquals(DType.F32, tensor(new int[] {1}).div(2).dtype());
        assertEquals(DType.F64, Ricci.ones(2).add(tensor(1.0)).dtype());
        assertEquals(0.5, tensor(new int[] {1}).div(2).item());
        assertEquals(DType.BOOL, Ricci.ones(2).gt(0).dtype());
    }

    @Test
    void integersWrapAround() {
        assertArrayEquals(new long[] {-128}, tensor(DType.I8, new long[] {127}, 1).add(1).toLongs());
        assertArrayEquals(new long[] {0}, tensor(DType.U8, new long[] {255}, 1).add(1).toLongs());
        assertArrayEquals(new long[] {-1}, tensor(new int[] {5}).to(DType.I32).rem(-3).sub(3).toLongs());
    }

    @Test
    void reductions() {
        Tensor x = tensor(new float[][] {{1, 5, 3}, {4, 2, 6}});
        assertEquals(21, x.sum().item());
        assertArrayEquals(new float[] {5, 7, 9}, x.sum(0).toFloats());
        assertArrayEquals(new float[] {9, 12}, x.sum(-1).toFloats());
        assertEquals(3.5, x.mean().item());
        assertEquals(720, x.prod(1, 0).item());
        assertArrayEquals(new float[] {5, 6}, x.max(1).toFloats());
        assertArrayEquals(new float[] {1, 2, 3}, x.min(0).toFloats());
        assertArrayEquals(new int[] {1, 2}, x.argmax(1).toInts());
        assertArrayEquals(new int[] {0, 1, 0}, x.argmin(0).toInts());
        assertEquals(1, x.gt(0).all().item());
        assertEquals(0, x.gt(6).any().item());
        assertTrue(Double.isNaN(Ricci.zeros(0).mean().item()));
        assertEquals(DType.I64, tensor(DType.I8, new long[] {100, 100}, 2).sum().dtype());
        assertEquals(200, tensor(DType.I8, new long[] {100, 100}, 2).sum().item());
        assertTrue(Double.isNaN(tensor(new float[] {1, Float.NaN, 3}).max().item()));
        assertEquals(1, tensor(new float[] {1, Float.NaN, 3}).argmax(0).item());
        assertArrayEquals(new int[] {1, 0}, tensor(new double[] {0, 5, 3, 2}).reshape(2, 2).gt(0).argmax(1)
                .toInts());
        assertEquals(2, tensor(new double[] {1, 5, 0}).gt(0).argmin().item());
    }

    @Test
    void notationOnTensors() {
        Tensor x = Ricci.arange(24).to(DType.F32).reshape(2, 3, 4);
        assertEquals(Shape.of(4, 6), rearrange(x, "a b c -> c (a b)").shape());
        assertArrayEquals(x.transpose(2, 0, 1).toFloats(), rearrange(x, "a b c -> c a b").toFloats());
        assertArrayEquals(x.mean(1).toFloats(), reduce(x, "a b c -> a c", Reduction.MEAN).toFloats());
        assertEquals(Shape.of(2, 3, 4, 5), repeat(x, "a b c -> a b c 5").shape());
        Tensor y = Ricci.arange(12).to(DType.F32).reshape(4, 3);
        Tensor expected = x.slice(0, 1, 2).reshape(3, 4).matmul(y);
        assertArrayEquals(expected.toFloats(),
                einsum(x, y, "a b c, c d -> a b d").slice(0, 1, 2).reshape(3, 3).toFloats());
    }

    @Test
    void notationTracesAndDifferentiates() {
        Tensor x = Ricci.arange(6).to(DType.F64).reshape(2, 3);
        Fn<Tensor, Tensor> trace = y -> einsum(y, "i i ->");
        assertArrayEquals(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1},
                Ricci.grad(trace).apply(Ricci.ones(3, 3).to(DType.F64)).toDoubles());
        Fn<Tensor, Tensor> f = y -> reduce(rearrange(y, "a b -> (b a)"), "c ->", Reduction.MAX);
        assertArrayEquals(new double[] {0, 0, 0, 0, 0, 1}, Ricci.jit(Ricci.grad(f)).apply(x).toDoubles());
        Fn<Tensor, Tensor> g = y -> repeat(y, "a b -> b a 4").mul(2).sum();
        assertArrayEquals(new double[] {8, 8, 8, 8, 8, 8}, Ricci.grad(g).apply(x).toDoubles());
    }

    @Test
    void packingTracesAndDifferentiates() {
        Tensor image = Ricci.arange(12).to(DType.F64).reshape(2, 2, 3);
        Tensor mask = Ricci.ones(2, 2).to(DType.F64);
        Fn2<Tensor, Tensor, Tensor> f = (x, y) -> {
            Packed<Tensor> packed = pack(List.of(x, y), "h w *");
            List<Tensor> parts = unpack(packed, "h w *");
            return parts.getFirst().mul(2).sum().add(packed.tensor().sum());
        };
        assertEquals(Shape.of(2, 2, 4), pack(List.of(image, mask), "h w *").tensor().shape());
        double[] threes = new double[12];
        java.util.Arrays.fill(threes, 3);
        assertArrayEquals(threes, Ricci.jit(Ricci.grad(f)).apply(image, mask).toDoubles());
    }

    @Property(tries = 300)
    void reshapesTransposesAndSlicesMoveElements(@ForAll long seed) {
        Random random = new Random(seed);
        long[] lengths = random.longs(3, 1, 4).toArray();
        Tensor x = Ricci.arange(Shape.of(lengths).size()).reshape(lengths);
        BiFunction<Tensor, Integer, Tensor> first = (y, axis) -> y.slice(axis, 0, 1);
        assertArrayEquals(x.toInts(), x.transpose().transpose().toInts());
        assertArrayEquals(x.toInts(), x.reshape(-1).toInts());
        assertArrayEquals(x.toInts(), x.transpose(1, 2, 0).transpose(2, 0, 1).toInts());
        for (int axis = 0; axis < 3; axis++) {
            assertEquals(1, first.apply(x, axis - 3).shape().length(axis));
            int cut = random.nextInt((int) lengths[axis] + 1);
            Tensor parts = Ricci.concatenate(
                    List.of(x.slice(axis, 0, cut), x.slice(axis, cut, lengths[axis])), axis);
            assertArrayEquals(x.toInts(), parts.toInts());
        }
    }

    /** As JAX's. */
    @Test
    void reluKeepsNaN() {
        float[] values = {Float.NaN, -1, 0, 2, Float.POSITIVE_INFINITY};
        assertArrayEquals(new float[] {Float.NaN, 0, 0, 2, Float.POSITIVE_INFINITY},
                Ricci.relu(tensor(values)).toFloats());
    }

    /** As JAX's, which adds halves up in f32. */
    @Test
    void meanOfManyHalvesIsFinite() {
        assertEquals(1, Ricci.ones(70_000).to(DType.F16).mean().item());
        assertEquals(DType.BF16, Ricci.ones(3).to(DType.BF16).mean().dtype());
    }

    @Test
    void oneHotCountsBeyondTheIndicesRange() {
        Tensor index = tensor(DType.U8, new long[] {5}, 1);
        assertEquals(1, Ricci.oneHot(index, 600).sum().item());
    }

    @Test
    void noRowsAreTakenOfNone() {
        Tensor none = tensor(new int[0]);
        assertEquals(TensorType.of(DType.F32, 0, 3), Ricci.zeros(0, 3).take(none).type());
        assertEquals(TensorType.of(DType.F32, 0, 3), Ricci.zeros(5, 3).take(none).type());
    }

    @Test
    void javaArraysOfAnyDepthBecomeTensors() {
        assertEquals(TensorType.of(DType.I32, 1, 2, 2),
                Ricci.array(new int[][][] {{{1, 2}, {3, 4}}}).type());
        assertArrayEquals(new long[] {1, 2, 3, 4}, Ricci.array(new int[][][] {{{1, 2}, {3, 4}}}).toLongs());
        assertEquals(TensorType.of(DType.I8, 2), Ricci.array(new byte[] {1, 2}).type());
        assertEquals(TensorType.of(DType.I16, 1, 1), Ricci.array(new short[][] {{5}}).type());
        assertArrayEquals(new double[] {0.5, 2}, Ricci.array(new double[][] {{0.5}, {2}}).toDoubles());
        assertArrayEquals(new long[] {1, 0}, Ricci.array(new boolean[] {true, false}).toLongs());
        assertEquals(TensorType.of(DType.F32, 0, 0), Ricci.array(new float[0][]).type());
        assertEquals(TensorType.of(DType.F32, 2, 0), Ricci.array(new float[2][0]).type());
        assertEquals(TensorType.of(DType.F64), Ricci.array(2.5).type());
        assertEquals(TensorType.of(DType.I64), Ricci.array(2L).type());
        assertEquals(DType.I32, tensor(3).dtype());
        assertEquals(DType.I64, Ricci.arange(0, 1L << 40, 1L << 38).dtype());
        assertEquals(DType.I64, tensor(new long[] {1}).dtype());
    }
}
