package frameworks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.axis;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import frameworks.examples.DjlExample;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ricci.einops.Einops;
import ricci.einops.EinopsException;
import ricci.einops.Packed;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/** DJL with its PyTorch engine. */
class DjlTest extends FrameworkTest<NDArray> {
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void free() {
        manager.close();
    }

    /** The PyTorch engine has no 16-bit integers. */
    @Override
    Set<ElementType> types() {
        return EnumSet.complementOf(EnumSet.of(ElementType.SHORT));
    }

    @Override
    NDArray tensor(Shaped<?> x) {
        Shape shape = new Shape(x.shape());
        return switch (x.data()) {
            case float[] a -> manager.create(a, shape);
            case double[] a -> manager.create(a, shape);
            case int[] a -> manager.create(a, shape);
            case long[] a -> manager.create(a, shape);
            case byte[] a -> manager.create(a, shape);
            default -> manager.create((boolean[]) x.data(), shape);
        };
    }

    @Override
    Shaped<?> elements(NDArray x) {
        return new Shaped<>(switch (x.getDataType()) {
            case FLOAT32 -> x.toFloatArray();
            case FLOAT64 -> x.toDoubleArray();
            case INT32 -> x.toIntArray();
            case INT64 -> x.toLongArray();
            case INT8 -> x.toByteArray();
            default -> x.toBooleanArray();
        }, x.getShape().getShape());
    }

    @Override
    Stream<NDArray> layouts(NDArray x) {
        NDArray framed = x.pad(new Shape(1, 1, 1, 1), 7);
        long[] shape = framed.getShape().getShape();
        return Stream.of(x, x.transpose().duplicate().transpose(),
                framed.get(new NDIndex("1:" + (shape[0] - 1) + ", 1:" + (shape[1] - 1))));
    }

    @Override
    String described(long... shape) {
        return "float32 " + new Shape(shape);
    }

    @Override
    Reduction norm() {
        return Reduction.of(NDArray.class, (x, axes) -> x.square().sum(axes).sqrt());
    }

    @Test
    void bytesWithoutSign() {
        NDArray x = manager.create(new float[] {1, 200, 255, 4}, new Shape(2, 2))
                .toType(DataType.UINT8, false);
        NDArray turned = Einops.rearrange(x, "a b -> b a");
        assertEquals(DataType.UINT8, turned.getDataType());
        assertArrayEquals(new int[] {1, 255, 200, 4}, turned.toUint8Array());
        assertArrayEquals(new long[] {201, 259}, Einops.reduce(x, "a b -> a", Reduction.SUM).toLongArray());
        assertArrayEquals(new int[] {255, 200}, Einops.reduce(x, "a b -> b", Reduction.MAX).toUint8Array());
        assertArrayEquals(new double[] {100.5, 129.5},
                Einops.reduce(x, "a b -> a", Reduction.MEAN).toDoubleArray());
    }

    @Test
    void halvesStayHalves() {
        NDArray x = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2)).toType(DataType.FLOAT16, false);
        for (NDArray y : List.of(Einops.reduce(x, "a b -> a", Reduction.SUM),
                Einops.reduce(x, "a b -> a", Reduction.VAR), Einops.einsum(x, x, "i j, j k -> i k"))) {
            assertEquals(DataType.FLOAT16, y.getDataType());
        }
        assertArrayEquals(new float[] {7, 10, 15, 22}, Einops.einsum(x, x, "i j, j k -> (i k)")
                .toType(DataType.FLOAT32, false).toFloatArray());
    }

    @Test
    void resultsBelongToTheManagerOfTheArgument() {
        NDArray y;
        try (NDManager scope = manager.newSubManager()) {
            y = Einops.rearrange(scope.create(new float[24], new Shape(2, 3, 4)), "a b c -> (c a) b");
            assertSame(scope, y.getManager());
            assertFalse(y.isReleased());
        }
        assertTrue(y.isReleased());
    }

    @Test
    void nothingElseIsKept() {
        NDArray x = manager.create(new float[24], new Shape(2, 3, 4));
        NDArray w = manager.create(new float[12], new Shape(4, 3));
        long before = manager.getManagedArrays().size();
        for (int i = 0; i < 10; i++) {
            Einops.rearrange(x, "a b c -> (c a) b").close();
            Einops.reduce(x, "(a y) (b x) c -> c a", Reduction.STD, axis("x", 3), axis("y", 2)).close();
            Einops.reduce(x, "a b c -> b", Reduction.LOGSUMEXP).close();
            Einops.repeat(x, "a b c -> (a r) b c", axis("r", 3)).close();
            Packed<NDArray> packed = Einops.pack(List.of(x, x), "* c");
            Einops.unpack(packed, "* c").forEach(NDArray::close);
            packed.tensor().close();
            Einops.einsum(List.of(x, w, x), "a b c, c d, a d e -> b (a e)").close();
            Einops.reduce(List.of(x, x), "n a b c -> c", Reduction.MAX).close();
            assertThrows(EinopsException.class, () -> Einops.rearrange(x, "a b -> b a"));
            assertThrows(EinopsException.class,
                    () -> Einops.reduce(x, "a b c -> b", Reduction.of(NDArray.class, (y, axes) -> {
                        throw new IllegalStateException("a mistake");
                    })));
        }
        assertEquals(before, manager.getManagedArrays().size());
        assertFalse(x.isReleased() || w.isReleased());
    }

    @Test
    void closingAResultLeavesTheArgument() {
        NDArray x = manager.create(new float[] {1, 2}, new Shape(1, 2));
        for (String pattern : List.of("a b -> a b", "a b -> b a", "a b -> (a b)")) {
            Einops.rearrange(x, pattern).close();
            assertArrayEquals(new float[] {1, 2}, x.toFloatArray());
        }
    }

    @Test
    void gradientsPass() {
        NDArray x = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
        x.setRequiresGradient(true);
        try (var tape = Engine.getInstance().newGradientCollector()) {
            NDArray y = Einops.rearrange(x, "a b -> (b a)");
            tape.backward(Einops.einsum(y, y, "i, i ->"));
        }
        assertArrayEquals(new float[] {2, 4, 6, 8}, x.getGradient().toFloatArray());
    }

    @Test
    void whatIsClosedIsRefused() {
        NDArray x = manager.create(new float[4], new Shape(2, 2));
        x.close();
        EinopsException e = assertThrows(EinopsException.class, () -> Einops.rearrange(x, "a b -> b a"));
        assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
    }

    @Test
    void whatTheEngineRefuses() {
        NDArray x = manager.create(new float[8], new Shape(2, 2, 2));
        EinopsException e = assertThrows(EinopsException.class, () -> Einops.reduce(x, "a b c -> a",
                Reduction.of(NDArray.class, (y, axes) -> y.max(axes))));
        assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
        assertEquals(List.of(described(2, 2, 2)), e.shapes());
    }

    @Test
    void example() throws Throwable {
        assertEquals(List.of("patches  (2, 16, 192)", "scores   (2, 4, 16, 16)",
                "colours  (2, 3), the first is 1534.5"),
                Printed.by(DjlExample::main));
    }
}
