package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Agrees with einops 0.8.2, call by call; {@code src/test/python/cases.py} made the calls and says what they mean. */
class EinopsCasesTest {
    /** One line of the table; the result is {@code rejected}, or a shape. */
    record Case(String function, String pattern, List<Axis> axes, List<String> shapes, String result, String elements) {
        static Case parse(String line) {
            String[] parts = line.split(" \\| ?", -1);
            List<Axis> axes = words(parts[2], " ").map(word -> word.split("=", 2))
                    .map(pair -> new Axis(pair[0], Long.parseLong(pair[1]))).toList();
            return new Case(parts[0], parts[1], axes, List.of(parts[3].split(";", -1)), parts[4], parts[5]);
        }

        boolean rejected() {
            return result.equals("rejected");
        }

        Shaped<?> run() {
            List<Shaped<float[]>> tensors = new ArrayList<>();
            for (int k = 0; k < shapes.size(); k++) {
                tensors.add(tensor(k, shape(shapes.get(k))));
            }
            Axis[] given = axes.toArray(Axis[]::new);
            boolean list = shapes.size() > 1;
            return switch (function) {
                case "einsum" -> Einops.einsum(tensors, pattern);
                case "rearrange" -> list ? Einops.rearrange(tensors, pattern, given)
                        : Einops.rearrange(tensors.getFirst(), pattern, given);
                case "repeat" -> list ? Einops.repeat(tensors, pattern, given)
                        : Einops.repeat(tensors.getFirst(), pattern, given);
                default -> list ? Einops.reduce(tensors, pattern, Tensors.reduction(function), given)
                        : Einops.reduce(tensors.getFirst(), pattern, function, given);
            };
        }

        private Shaped<float[]> tensor(int k, long[] shape) {
            boolean moving = function.equals("rearrange") || function.equals("repeat");
            return Tensors.filled(i -> moving ? i + 100 * k : (7 * i + 3 * k) % 5, shape);
        }
    }

    private static Stream<String> words(String text, String separator) {
        return Arrays.stream(text.split(separator)).filter(word -> !word.isEmpty());
    }

    private static long[] shape(String text) {
        return words(text, ",").mapToLong(Long::parseLong).toArray();
    }

    static Stream<Case> accepted() {
        return Tensors.lines("/einops-cases.txt").map(Case::parse).filter(c -> !c.rejected());
    }

    static Stream<Case> rejected() {
        return Tensors.lines("/einops-cases.txt").map(Case::parse).filter(Case::rejected);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void givesTheSame(Case c) {
        Shaped<?> result = c.run();
        double[] expected = words(c.elements(), " ")
                .mapToDouble(word -> word.equals("nan") ? Double.NaN : Double.parseDouble(word)).toArray();
        assertArrayEquals(shape(c.result()), result.shape());
        assertArrayEquals(expected, Tensors.reals(result), 0);
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void rejectsTheSame(Case c) {
        EinopsException e = assertThrows(EinopsException.class, c::run);
        assertEquals(c.pattern(), e.pattern());
    }
}
