package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Agrees with einops 0.8.2, call by call; {@code src/test/python/cases.py} made the calls and says what they
 * mean.
 */
class EinopsCasesTest {
    /** One line of the table; the result is {@code rejected}, or a shape. */
    record Case(Invocation call, String result, String elements) {
        static Case parse(String line) {
            String[] parts = line.split(" \\| ?", -1);
            return new Case(Invocation.of(parts[0], parts[1], parts[2], parts[3]), parts[4], parts[5]);
        }
    }

    static Stream<Case> accepted() {
        return Tensors.lines("/einops-cases.txt").map(Case::parse)
                .filter(c -> !c.result().equals("rejected"));
    }

    /** Whether this is an einsum with groups or numbers, or repeats a name, which einops has not. */
    private static boolean hasMoreMeaning(Case c) {
        return c.call().pattern().matches(".*\\w[.]{3}.*") || (c.call().function().equals("einsum")
                && c.call().pattern().matches(".*([()]|(?<![\\w])[1-9]).*"));
    }

    static Stream<Case> rejected() {
        return Tensors.lines("/einops-cases.txt").map(Case::parse)
                .filter(c -> c.result().equals("rejected") && !hasMoreMeaning(c));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void givesTheSame(Case c) {
        Shaped<?> result = c.call().run();
        double[] expected = Invocation.words(c.elements(), " ")
                .mapToDouble(word -> word.equals("nan") ? Double.NaN : Double.parseDouble(word)).toArray();
        assertArrayEquals(Invocation.shape(c.result()), result.shape());
        assertArrayEquals(expected, Tensors.reals(result), 0);
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void rejectsTheSame(Case c) {
        EinopsException e = assertThrows(EinopsException.class, c.call()::run);
        assertEquals(c.call().pattern(), e.pattern());
    }
}
