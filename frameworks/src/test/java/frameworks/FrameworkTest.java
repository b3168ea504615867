package frameworks;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.shaped;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import ricci.einops.Axis;
import ricci.einops.Einops;
import ricci.einops.EinopsException;
import ricci.einops.Packed;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/**
 * What holds on the tensors of every framework: calls give what einops gives, and what they give on Java
 * arrays, elements' type and all.
 *
 * @param <T> the tensors
 */
abstract class FrameworkTest<T> {
    private static final double ACCURACY = 1e-5;

    /** The element types that the framework has. */
    abstract Set<ElementType> types();

    abstract T tensor(Shaped<?> x);

    /** The elements, read by the framework's own means. */
    abstract Shaped<?> elements(T x);

    /** The same tensor in other layouts of memory. */
    abstract Stream<T> layouts(T x);

    /** How an error shows a tensor of floats with this shape. */
    abstract String described(long... shape);

    void assertClose(Shaped<?> expected, Shaped<?> actual, String what) {
        assertAll(what, () -> assertArrayEquals(expected.shape(), actual.shape()),
                () -> assertSame(expected.data().getClass(), actual.data().getClass()),
                () -> assertArrayEquals(ElementType.reals(expected.data()), ElementType.reals(actual.data()),
                        ACCURACY));
    }

    @TestFactory
    Stream<DynamicTest> agreesWithEinops() {
        return Invocation.table("/einops-cases.txt").filter(line -> !line[4].equals("rejected"))
                .map(line -> DynamicTest.dynamicTest(String.join(" | ", Arrays.copyOf(line, 4)), () -> {
                    Invocation call = Invocation.of(line);
                    Shaped<?> y = elements(call.run(call.tensors(ElementType.FLOAT).stream()
                            .map(this::tensor).toList()).getFirst());
                    double[] expected = Invocation.words(line[5], " ").mapToDouble(word ->
                            word.equals("nan") ? Double.NaN : Double.parseDouble(word)).toArray();
                    assertArrayEquals(Invocation.shape(line[4]), y.shape());
                    assertArrayEquals(expected, ElementType.reals(y.data()), ACCURACY);
                }));
    }

    @TestFactory
    Stream<DynamicTest> agreesWithArrays() {
        return Stream.of("/calls.txt", "/extended.txt").flatMap(Invocation::table)
                .flatMap(line -> types().stream().map(type -> {
                    Invocation call = Invocation.of(line);
                    return DynamicTest.dynamicTest(call + " " + type, () -> {
                        List<Shaped<?>> x = call.tensors(type);
                        List<T> tensors = x.stream().map(this::tensor).toList();
                        if (line.length > 4) {
                            assertRefused(line[4], () -> call.run(x));
                            assertRefused(line[4], () -> call.run(tensors));
                        } else {
                            assertAgrees(call, x, tensors);
                        }
                    });
                }));
    }

    private static void assertRefused(String kind, Executable call) {
        EinopsException e = assertThrows(EinopsException.class, call);
        assertEquals(EinopsException.Kind.valueOf(kind), e.kind(), e::getMessage);
    }

    /** The results are those of arrays, and what was given is as it was. */
    private void assertAgrees(Invocation call, List<Shaped<?>> x, List<T> tensors) {
        List<Shaped<?>> expected = call.run(x);
        List<Shaped<?>> actual = call.run(tensors).stream().<Shaped<?>>map(this::elements).toList();
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertClose(expected.get(i), actual.get(i), call.toString());
        }
        for (int i = 0; i < x.size(); i++) {
            assertClose(x.get(i), elements(tensors.get(i)), "what was given to " + call);
        }
    }

    @Test
    void layoutsDoNotMatter() {
        Shaped<?> x = ElementType.FLOAT.filled(i -> i, 4, 6);
        for (String pattern : List.of("a b -> b a", "a b -> (a b)", "(a x) (b y) -> (a b) (y x)",
                "a b -> a b")) {
            Shaped<?> expected = Einops.rearrange(x, pattern, axes(pattern));
            layouts(tensor(x)).forEach(y -> assertClose(expected,
                    elements(Einops.rearrange(y, pattern, axes(pattern))), pattern));
        }
        for (Reduction reduction : Reduction.Named.values()) {
            Shaped<?> expected = Einops.reduce(x, "(a x) b -> b a", reduction, new Axis("x", 2));
            layouts(tensor(x)).forEach(y -> assertClose(expected,
                    elements(Einops.reduce(y, "(a x) b -> b a", reduction, new Axis("x", 2))),
                    reduction.toString()));
        }
        Shaped<?> product = Einops.<Shaped<?>>einsum(x, x, "a c, b c -> a b");
        layouts(tensor(x)).forEach(y -> assertClose(product,
                elements(Einops.einsum(y, y, "a c, b c -> a b")), "einsum"));
        Shaped<?> twice = Einops.repeat(x, "a b -> (b r) a", new Axis("r", 2));
        layouts(tensor(x)).forEach(y -> assertClose(twice,
                elements(Einops.repeat(y, "a b -> (b r) a", new Axis("r", 2))), "repeat"));
    }

    @TestFactory
    Stream<DynamicTest> layoutsDoNotMatterInBrackets() {
        return Invocation.table("/extended.txt").filter(line -> line.length == 4).map(Invocation::of)
                .filter(call -> call.tensors(ElementType.FLOAT).size() == 1)
                .filter(call -> Arrays.stream(call.tensors(ElementType.FLOAT).getFirst().shape())
                        .filter(length -> length > 0).count() == 2)
                .map(call -> DynamicTest.dynamicTest(call.toString(), () -> {
                    Shaped<?> x = call.tensors(ElementType.FLOAT).getFirst();
                    layouts(tensor(x)).forEach(y -> assertAgrees(call, List.of(x), List.of(y)));
                }));
    }

    /** A reduction of one's own, on what the framework computes with: the root of the sum of squares. */
    abstract Reduction norm();

    /** The same on arrays. */
    static final Reduction NORM_OF_ARRAYS = Reduction.of(Shaped.class, (x, axes) -> {
        long[] shape = Arrays.copyOf(x.shape(), x.shape().length - axes.length);
        double[] elements = ElementType.reals(x.data());
        float[] norms = new float[(int) LongStream.of(shape).reduce(1, (a, b) -> a * b)];
        int row = elements.length / norms.length;
        for (int i = 0; i < norms.length; i++) {
            norms[i] = (float) Math.sqrt(Arrays.stream(elements, i * row, (i + 1) * row)
                    .map(each -> each * each).sum());
        }
        return new Shaped<>(norms, shape);
    });

    @Test
    void reductionsOfOnesOwn() {
        Shaped<?> x = ElementType.FLOAT.filled(i -> i, 2, 3, 4);
        for (String pattern : List.of("a b c -> b", "a [b] c", "a b c -> c a", "... c -> c", "[a] ...",
                "a b c ->", "a b (y*2 p=2) -> a y", "a b c -> a c 1 b")) {
            Shaped<?> expected = Einops.<Shaped<?>>reduce(x, pattern, NORM_OF_ARRAYS);
            assertClose(expected, elements(Einops.reduce(tensor(x), pattern, norm())), pattern);
            assertClose(expected, elements(Einops.reduce(pattern, norm()).apply(tensor(x))), pattern);
        }
        List<Shaped<?>> two = List.of(x, x);
        assertClose(Einops.<Shaped<?>>reduce(two, "n a b c -> a", NORM_OF_ARRAYS),
                elements(Einops.reduce(List.of(tensor(x), tensor(x)), "n a b c -> a", norm())), "stacked");
    }

    @Test
    void reductionsForOtherTensors() {
        EinopsException e = assertThrows(EinopsException.class, () -> Einops.reduce(
                tensor(ElementType.FLOAT.filled(i -> i, 2, 3)), "a b -> a",
                Reduction.of(String.class, (x, _) -> x)));
        assertEquals(EinopsException.Kind.WRONG_REDUCTION, e.kind());
    }

    private static Axis[] axes(String pattern) {
        return pattern.contains("x") ? new Axis[] {new Axis("x", 2), new Axis("y", 3)} : new Axis[0];
    }

    @Test
    void whatIsNotFinite() {
        Shaped<?> undefined = shaped(new float[] {1, Float.NaN, 3, 2, 5, 4, 0, 0, Float.NaN}, 3, 3);
        for (Reduction reduction : List.of(Reduction.MAX, Reduction.MIN, Reduction.ARGMAX, Reduction.ARGMIN,
                Reduction.ANY, Reduction.ALL, Reduction.SUM, Reduction.LOGSUMEXP)) {
            assertClose(Einops.reduce(undefined, "a b -> a", reduction),
                    elements(Einops.reduce(tensor(undefined), "a b -> a", reduction)), reduction.toString());
        }
        float infinity = Float.POSITIVE_INFINITY;
        Shaped<?> large = shaped(new float[] {1000, 1000, -infinity, -infinity, infinity, 1}, 3, 2);
        assertClose(Einops.reduce(large, "a b -> a", "logsumexp"),
                elements(Einops.reduce(tensor(large), "a b -> a", "logsumexp")), "logsumexp");
    }

    @Test
    void packedAndUnpacked() {
        List<Shaped<?>> x = List.of(ElementType.FLOAT.filled(i -> i, 2, 3, 4),
                ElementType.FLOAT.filled(i -> 100 + i, 2, 4),
                ElementType.FLOAT.filled(i -> 200 + i, 2, 5, 1, 4));
        Packed<T> packed = Einops.pack(x.stream().map(this::tensor).toList(), "a * b");
        assertClose(Einops.pack(x, "a * b").tensor(), elements(packed.tensor()), "packed");
        List<T> again = Einops.unpack(packed, "a * b");
        for (int i = 0; i < x.size(); i++) {
            assertClose(x.get(i), elements(again.get(i)), "part " + i);
        }
    }

    @Test
    void lengthsByName() {
        T x = tensor(ElementType.FLOAT.filled(i -> i, 2, 3, 4));
        assertEquals(List.of(new Axis("a", 2), new Axis("c", 4)), Einops.parseShape(x, "a _ c").axes());
        assertSame(x, Einops.check(x, "a b 4", new Axis("a", 2)));
        T y = tensor(ElementType.FLOAT.filled(i -> i, 4, 5));
        assertEquals(List.of(new Axis("a", 2), new Axis("c", 4), new Axis("d", 5)),
                Einops.parseShape(List.of(x, y), "a 3 c, c d").axes());
        EinopsException e = assertThrows(EinopsException.class,
                () -> Einops.check(List.of(x, y), "a b c, b d"));
        assertEquals(EinopsException.Kind.LENGTH_MISMATCH, e.kind());
        assertEquals(List.of(described(2, 3, 4), described(4, 5)), e.shapes());
    }

    @Test
    void preparedOperations() {
        var patches = Einops.rearrange("(h p) w -> h (p w)", new Axis("p", 2));
        Shaped<?> x = ElementType.FLOAT.filled(i -> i, 4, 3);
        assertClose(patches.apply(x), elements(patches.apply(tensor(x))), "prepared");
    }

    @Test
    void mistakesAreShownWithTheFrameworksTypes() {
        T x = tensor(ElementType.FLOAT.filled(i -> i, 4, 3));
        EinopsException e = assertThrows(EinopsException.class, () -> Einops.rearrange(x, "a b c -> c a b"));
        assertEquals(EinopsException.Kind.WRONG_RANK, e.kind());
        assertEquals(List.of(described(4, 3)), e.shapes());
        assertTrue(e.getMessage().contains(described(4, 3)), e.getMessage());
        T y = tensor(ElementType.FLOAT.filled(i -> i, 2, 3));
        e = assertThrows(EinopsException.class, () -> Einops.einsum(x, y, "i j, j k -> i k"));
        assertEquals(EinopsException.Kind.LENGTH_MISMATCH, e.kind());
        e = assertThrows(EinopsException.class, () -> Einops.rearrange(List.of(x, y), "n a b -> a n b"));
        assertEquals(EinopsException.Kind.STACK_MISMATCH, e.kind());
    }

    @Test
    void tensorsOfTwoLibraries() {
        Object x = tensor(ElementType.FLOAT.filled(i -> i, 2));
        EinopsException e = assertThrows(EinopsException.class,
                () -> Einops.einsum(x, shaped(new float[2], 2), "i, i ->"));
        assertEquals(EinopsException.Kind.UNKNOWN_TENSOR, e.kind());
    }
}
