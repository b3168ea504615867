package frameworks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import frameworks.examples.Nd4jExample;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import ricci.einops.Einops;
import ricci.einops.EinopsException;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/** ND4J on the processor. */
class Nd4jTest extends FrameworkTest<INDArray> {
    @Override
    Set<ElementType> types() {
        return EnumSet.allOf(ElementType.class);
    }

    @Override
    INDArray tensor(Shaped<?> x) {
        INDArray flat = switch (x.data()) {
            case float[] a -> a.length == 0 ? empty(DataType.FLOAT, x) : Nd4j.createFromArray(a);
            case double[] a -> a.length == 0 ? empty(DataType.DOUBLE, x) : Nd4j.createFromArray(a);
            case int[] a -> a.length == 0 ? empty(DataType.INT32, x) : Nd4j.createFromArray(a);
            case long[] a -> a.length == 0 ? empty(DataType.INT64, x) : Nd4j.createFromArray(a);
            case short[] a -> a.length == 0 ? empty(DataType.INT16, x) : Nd4j.createFromArray(a);
            case byte[] a -> a.length == 0 ? empty(DataType.INT8, x) : Nd4j.createFromArray(a);
            default -> {
                boolean[] a = (boolean[]) x.data();
                yield a.length == 0 ? empty(DataType.BOOL, x) : Nd4j.createFromArray(a);
            }
        };
        return flat.isEmpty() ? flat : flat.reshape('c', x.shape());
    }

    private static INDArray empty(DataType type, Shaped<?> x) {
        return Nd4j.create(type, x.shape());
    }

    /** Element by element, so that no order and no view is taken for granted. */
    @Override
    Shaped<?> elements(INDArray x) {
        ElementType type = switch (x.dataType()) {
            case FLOAT -> ElementType.FLOAT;
            case DOUBLE -> ElementType.DOUBLE;
            case INT -> ElementType.INT;
            case LONG -> ElementType.LONG;
            case SHORT -> ElementType.SHORT;
            case BYTE -> ElementType.BYTE;
            default -> ElementType.BOOLEAN;
        };
        long[] shape = x.shape();
        Shaped<?> elements = type.filled(i -> type == ElementType.FLOAT || type == ElementType.DOUBLE ? 0
                : (long) x.getDouble(index(i, shape)), shape);
        int count = (int) LongStream.of(shape).reduce(1, (a, b) -> a * b);
        for (int i = 0; i < count; i++) {
            switch (elements.data()) {
                case float[] a -> a[i] = x.getFloat(index(i, shape));
                case double[] a -> a[i] = x.getDouble(index(i, shape));
                default -> { }
            }
        }
        return elements;
    }

    private static long[] index(long i, long... shape) {
        long[] index = new long[shape.length];
        long rest = i;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return index;
    }

    @Override
    Stream<INDArray> layouts(INDArray x) {
        INDArray framed = Nd4j.ones(x.dataType(), x.size(0) + 2, x.size(1) + 2);
        INDArray part = framed.get(NDArrayIndex.interval(1, x.size(0) + 1),
                NDArrayIndex.interval(1, x.size(1) + 1));
        part.assign(x);
        INDArray strided = Nd4j.ones(x.dataType(), 2 * x.size(0), x.size(1))
                .get(NDArrayIndex.interval(0, 2, 2 * x.size(0)), NDArrayIndex.all());
        strided.assign(x);
        return Stream.of(x, x.dup('f'), x.permute(1, 0).dup('c').permute(1, 0),
                x.permute(1, 0).dup('f').permute(1, 0), part, strided);
    }

    @Override
    String described(long... shape) {
        return "FLOAT " + Arrays.toString(shape);
    }

    @Override
    Reduction norm() {
        return Reduction.of(INDArray.class, (x, axes) -> x.norm2(axes));
    }

    /** Whose elements are several times in a view, and more of them than its memory has. */
    @Test
    void windowsThatOverlap() {
        List<String> patterns = List.of("(y*1 p=9) c -> y p c", "(y*1 p=9) c -> c p y",
                "(y*1 p=9) c -> y (p c)", "(y*1 p=9) c -> (y p) c", "(y*2 p=9) c -> 1 y p 1 c");
        Shaped<?> x = ElementType.FLOAT.filled(i -> i, 40, 2);
        INDArray given = tensor(x);
        for (String pattern : patterns) {
            Shaped<?> expected = Einops.rearrange(x, pattern);
            INDArray windows = Einops.rearrange(given, pattern);
            assertClose(expected, elements(windows), pattern);
            windows.addi(1);
            assertClose(x, elements(given), "what was given to " + pattern);
            assertUnfreed(given, x);
        }
        Shaped<?> small = ElementType.FLOAT.filled(i -> 1 + i % 7 / 3, 40, 2);
        INDArray reduced = tensor(small);
        for (Reduction reduction : Reduction.Named.values()) {
            assertClose(Einops.reduce(small, "(y*1 p=9) c -> c y", reduction),
                    elements(Einops.reduce(reduced, "(y*1 p=9) c -> c y", reduction)), reduction.toString());
            assertUnfreed(reduced, small);
        }
        Shaped<?> kernels = ElementType.FLOAT.filled(i -> i % 5, 3, 2, 9);
        for (String pattern : List.of("(y*1 p=9) c, o c p -> y o", "(y*1 p=9) c, o c p -> c o y p")) {
            assertClose(Einops.<Shaped<?>>einsum(x, kernels, pattern),
                    elements(Einops.einsum(given, tensor(kernels), pattern)), pattern);
            assertUnfreed(given, x);
        }
        // As many columns as rows are apart, and fewer: what BLAS would not take.
        Reduction product = Reduction.of(INDArray.class, (rows, _) -> rows.mmul(
                Nd4j.ones(rows.dataType(), rows.size(1), 1)).reshape(rows.size(0)));
        for (String pattern : List.of("(y*1 p=9) -> y", "(y*2 p=9) -> y", "(y*9 p=9) -> y")) {
            Shaped<?> row = ElementType.FLOAT.filled(i -> i, 81);
            assertClose(Einops.reduce(row, pattern, Reduction.SUM),
                    elements(Einops.reduce(tensor(row), pattern, product)), pattern);
        }
    }

    /** New arrays get the memory of one that was freed. */
    private void assertUnfreed(INDArray x, Shaped<?> elements) {
        for (int i = 0; i < 50; i++) {
            assertEquals(-1, Nd4j.zeros(x.dataType(), x.shape()).addi(-1).getDouble(0, 0));
        }
        assertClose(elements, elements(x), "what was given");
    }

    @Test
    void windowsThatDoNotOverlapAreViews() {
        INDArray x = tensor(ElementType.FLOAT.filled(i -> i, 8, 2));
        for (String pattern : List.of("y*2 c -> y c", "(y*3 p=2) c -> p c y", "(y*2 p=2) c -> y p c")) {
            assertEquals(x.data().address(), Einops.rearrange(x, pattern).data().address(), pattern);
        }
    }

    @Test
    void bytesWithoutSign() {
        INDArray x = Nd4j.createFromArray(1, 200, 255, 4).castTo(DataType.UINT8).reshape('c', 2L, 2L);
        INDArray turned = Einops.rearrange(x, "a b -> b a");
        assertEquals(DataType.UINT8, turned.dataType());
        assertArrayEquals(new int[] {1, 255, 200, 4}, turned.dup('c').data().asInt());
        INDArray sums = Einops.reduce(x, "a b -> a", Reduction.SUM);
        assertEquals(DataType.INT64, sums.dataType());
        assertArrayEquals(new long[] {201, 259}, sums.toLongVector());
        INDArray greatest = Einops.reduce(x, "a b -> b", Reduction.MAX);
        assertEquals(DataType.UINT8, greatest.dataType());
        assertArrayEquals(new int[] {255, 200}, greatest.toIntVector());
    }

    @Test
    void halvesStayHalves() {
        for (DataType type : List.of(DataType.FLOAT16, DataType.BFLOAT16)) {
            INDArray x = Nd4j.createFromArray(1f, 2, 3, 4).castTo(type).reshape('c', 2L, 2L);
            for (INDArray y : List.of(Einops.reduce(x, "a b -> a", Reduction.SUM),
                    Einops.reduce(x, "a b -> b a", Reduction.SUM), Einops.einsum(x, x, "i j, j k -> i k"))) {
                assertEquals(type, y.dataType());
            }
            assertArrayEquals(new float[] {7, 10, 15, 22},
                    Einops.einsum(x, x, "i j, j k -> (i k)").castTo(DataType.FLOAT).toFloatVector());
        }
    }

    @Test
    void joinsOneTypeOnly() {
        EinopsException e = assertThrows(EinopsException.class, () -> Einops.rearrange(
                List.of(Nd4j.ones(DataType.FLOAT, 2), Nd4j.ones(DataType.DOUBLE, 2)), "a b -> b a"));
        assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
    }

    @Test
    void whatIsClosedIsRefused() {
        INDArray x = Nd4j.ones(DataType.FLOAT, 2, 2);
        x.close();
        assertThrows(EinopsException.class, () -> Einops.reduce(x, "a b -> b", Reduction.SUM));
    }

    @Test
    void text() {
        INDArray x = Nd4j.create("a", "b");
        EinopsException e = assertThrows(EinopsException.class,
                () -> Einops.reduce(x, "a -> ", Reduction.MAX));
        assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
    }

    @Test
    void example() throws Throwable {
        assertEquals(List.of("days     [3, 2, 24]", "peaks    [[23,23],[23,23],[23,23]]",
                "products [3, 3], the first is 321480.0"),
                Printed.by(Nd4jExample::main));
    }
}
