package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.Fn;
import ricci.Fn2;
import ricci.Key;
import ricci.Random;
import ricci.Ricci;
import ricci.Tensor;
import ricci.einops.Axis;
import ricci.einops.Einops;
import ricci.einops.EinopsException;
import ricci.ir.DType;
import ricci.ir.Shape;

/** The layers that einops makes, and those that it refuses to make; the tables were written by einops. */
class EinMixCasesTest {
    private static final Key KEY = Key.of(7);

    /** A line of a table: a layer, and what is said of it. */
    record Case(String pattern, String weight, String bias, List<Axis> axes, List<String> rest) {
        static Case of(List<String> parts) {
            return new Case(parts.get(0), parts.get(1), parts.get(2), Arrays.stream(parts.get(3).split(" "))
                    .filter(word -> !word.isEmpty()).map(word -> word.split("=", 2))
                    .map(pair -> new Axis(pair[0], Long.parseLong(pair[1]))).toList(),
                    parts.subList(4, parts.size()));
        }

        EinMix layer() {
            return EinMix.init(KEY, pattern, weight, bias, axes.toArray(Axis[]::new));
        }

        Shape input() {
            return shape(rest.getFirst());
        }

        @Override
        public String toString() {
            return '"' + pattern + "\", weight \"" + weight + "\", bias \"" + bias + "\", "
                    + axes.stream().map(axis -> axis.name() + "=" + axis.length())
                    .collect(Collectors.joining(" "));
        }
    }

    private static Shape shape(String lengths) {
        return Shape.of(Arrays.stream(lengths.split(",")).filter(length -> !length.isEmpty())
                .mapToLong(Long::parseLong).toArray());
    }

    private static String text(String resource) {
        try (InputStream stream = EinMixCasesTest.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(stream, resource).readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<List<String>> lines(String resource) {
        return text(resource).lines().filter(line -> !line.startsWith("#"))
                .map(line -> List.of(line.split(" *\\| ?", -1)));
    }

    static Stream<Case> accepted() {
        return lines("einmix-accepted.txt").map(Case::of);
    }

    private static Tensor filled(Shape shape, IntToDoubleFunction f) {
        return Ricci.tensor(DType.F32, IntStream.range(0, (int) shape.size()).mapToDouble(f).toArray(),
                shape.toArray());
    }

    /** The layer with parameters as in the table. */
    private static EinMix filled(EinMix layer) {
        return new EinMix(filled(layer.weight().shape(), i -> i * 7 % 5 - 2),
                layer.bias().map(bias -> filled(bias.shape(), i -> i * 3 % 4 - 1)), layer.pattern());
    }

    private static Tensor input(Case c) {
        return filled(c.input(), i -> i % 7 - 3);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void givesWhatEinopsGives(Case c) {
        EinMix layer = filled(c.layer());
        assertEquals(shape(c.rest.get(1)), layer.weight().shape());
        assertEquals(c.rest.get(2), layer.bias().map(bias -> Arrays.stream(bias.shape().toArray())
                .mapToObj(Long::toString).collect(Collectors.joining(","))).orElse("-"));
        double[] expected = Arrays.stream(c.rest.get(4).split(" ")).filter(word -> !word.isEmpty())
                .mapToDouble(Double::parseDouble).toArray();
        for (Tensor y : List.of(layer.apply(input(c)), Ricci.jit(layer::apply).apply(input(c)))) {
            assertEquals(shape(c.rest.get(3)), y.shape());
            assertArrayEquals(expected, y.toDoubles());
        }
    }

    /** Without a bias, one einsum that takes groups apart and makes them. */
    @ParameterizedTest
    @MethodSource("accepted")
    void isAnEinsum(Case c) {
        EinMix layer = c.layer();
        EinMix unbiased = new EinMix(layer.weight(), Optional.empty(), layer.pattern());
        Tensor x = Random.normal(KEY, c.input().toArray());
        String[] sides = c.pattern.split("->", 2);
        Axis[] split = c.axes.stream().filter(axis -> Arrays.asList(sides[0].split("[ ()]+"))
                .contains(axis.name())).toArray(Axis[]::new);
        Tensor expected = Einops.einsum(x, layer.weight(),
                sides[0] + ", " + c.weight + " -> " + sides[1], split);
        assertArrayEquals(expected.toFloats(), unbiased.apply(x).toFloats(), 1e-5f);
    }

    /** The sum of a layer's results, each with a weight: linear in each of its arguments, with a bias. */
    private static Tensor probed(EinMix layer, Tensor x) {
        Tensor y = layer.apply(x);
        return y.mul(filled(y.shape(), i -> i * 11 % 7 - 3)).sum();
    }

    private static double dot(Tensor a, Tensor b) {
        return a.mul(b).sum().item();
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void hasDerivatives(Case c) {
        EinMix layer = filled(c.layer());
        Tensor x = input(c);
        double value = probed(layer, x).item();
        Fn2<EinMix, Tensor, EinMix> grad = Ricci.grad((EinMix m, Tensor y) -> probed(m, y));
        for (EinMix slope : List.of(grad.apply(layer, x), Ricci.jit(grad).apply(layer, x))) {
            EinMix unweighted = new EinMix(layer.weight().mul(0), layer.bias(), layer.pattern());
            assertEquals(value - probed(unweighted, x).item(), dot(slope.weight(), layer.weight()), 1e-3);
            EinMix unbiased = new EinMix(layer.weight(), Optional.empty(), layer.pattern());
            assertEquals(value - probed(unbiased, x).item(), layer.bias().map(bias ->
                    dot(slope.bias().orElseThrow(), bias)).orElse(0.0), 1e-3);
        }
        Tensor atX = Ricci.grad((Tensor y) -> probed(layer, y)).apply(x);
        assertEquals(value - probed(layer, x.mul(0)).item(), dot(atX, x), 1e-3);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void batchesAreLoops(Case c) {
        EinMix layer = c.layer();
        List<Tensor> xs = IntStream.range(0, 3).mapToObj(i ->
                Random.normal(Key.of(i), c.input().toArray())).toList();
        Fn2<EinMix, Tensor, EinMix> grad = Ricci.grad((EinMix m, Tensor y) -> probed(m, y));
        for (Fn<Tensor, Tensor> f : List.<Fn<Tensor, Tensor>>of(layer::apply,
                x -> grad.apply(layer, x).weight(),
                x -> Ricci.grad((Tensor y) -> probed(layer, y)).apply(x))) {
            Tensor expected = Ricci.stack(xs.stream().map(f::apply).toList());
            Tensor actual = Ricci.vmap(f).apply(Ricci.stack(xs));
            assertEquals(expected.shape(), actual.shape());
            assertArrayEquals(expected.toFloats(), actual.toFloats(), 1e-4f);
        }
        // A layer for each example.
        Fn2<Tensor, Tensor, Tensor> own = (w, x) -> new EinMix(w, layer.bias(), layer.pattern()).apply(x);
        List<Tensor> weights = xs.stream().map(x -> layer.weight().mul(x.sum())).toList();
        assertArrayEquals(Ricci.stack(IntStream.range(0, 3).mapToObj(i ->
                own.apply(weights.get(i), xs.get(i))).toList()).toFloats(),
                Ricci.vmap(own).apply(Ricci.stack(weights), Ricci.stack(xs)).toFloats(), 1e-4f);
    }

    /** Kinds of errors; their texts are in {@code einmix-errors.txt}: see ErrorMessagesTest of einops. */
    @Test
    void refusesWhatEinopsRefuses() throws IOException {
        StringBuilder texts = new StringBuilder();
        lines("einmix-rejected.txt").forEach(line -> {
            Case c = Case.of(line.subList(1, line.size()));
            EinopsException e = assertThrows(EinopsException.class, c::layer, c::toString);
            assertEquals(line.getFirst(), e.kind().toString(), e::getMessage);
            texts.append(String.valueOf(e.getMessage()).replaceFirst("\n  at: .*", "")).append("\n\n");
        });
        if ("write".equals(System.getProperty("ricci.golden"))) {
            Files.writeString(Path.of("src/test/resources/ricci/nn/einmix-errors.txt"), texts);
        } else {
            assertEquals(text("einmix-errors.txt"), texts.toString());
        }
    }

    @Test
    void groupsNestAndLengthsStandInPlace() {
        EinMix expected = EinMix.init(KEY, "b (h i) -> b (o h)", "i o", "o", new Axis("i", 3),
                new Axis("o", 5));
        Tensor x = Random.normal(KEY, 4, 6);
        for (EinMix layer : List.of(EinMix.init(KEY, "b ((h i)) -> b (o (h))", "i=3 o=5", "o"),
                EinMix.init(KEY, "b (h i=3) -> b (o h)", "i o", "o", new Axis("o", 5)),
                EinMix.init(KEY, "b (h i) -> b (o h)", "i=3 o", "o=5"))) {
            assertArrayEquals(expected.apply(x).toFloats(), layer.apply(x).toFloats());
        }
    }

    @Test
    void ofNothing() {
        EinMix layer = EinMix.init(KEY, "b i -> b o", "i o", "o", new Axis("i", 0), new Axis("o", 2));
        Tensor y = layer.apply(Ricci.ones(3, 0));
        assertEquals(Shape.of(3, 2), y.shape());
        assertArrayEquals(layer.bias().orElseThrow().broadcastTo(3, 2).toFloats(), y.toFloats());
    }

    @Test
    void inputsThatDoNotFit() {
        EinMix layer = EinMix.init(KEY, "b (h i) -> b h o", "i o", new Axis("i", 3), new Axis("o", 5));
        assertEquals(EinopsException.Kind.NOT_DIVISIBLE, assertThrows(EinopsException.class,
                () -> layer.apply(Ricci.ones(2, 7))).kind());
        assertEquals(EinopsException.Kind.WRONG_RANK, assertThrows(EinopsException.class,
                () -> layer.apply(Ricci.ones(2))).kind());
        EinMix plain = EinMix.init(KEY, "b i -> b o", "i o", new Axis("i", 3), new Axis("o", 5),
                new Axis("b", 2));
        assertEquals(EinopsException.Kind.LENGTH_MISMATCH, assertThrows(EinopsException.class,
                () -> plain.apply(Ricci.ones(2, 4))).kind());
        EinopsException e = assertThrows(EinopsException.class, () -> plain.apply(Ricci.ones(3, 3)));
        assertTrue(String.valueOf(e.getMessage()).contains("b"), e::getMessage);
        assertEquals(EinopsException.Kind.LENGTH_MISMATCH, e.kind());
    }
}
