package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import ricci.Fn;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.runtime.Buffer;

/** What is reduced to one element, in pieces that threads share. */
class PiecesTest {
    private static final Map<String, Fn<Tensor, Object>> FUNCTIONS = Map.of(
            "sum", x -> x.sum(),
            "norm", x -> x.square().sum().sqrt(),
            "greatest", x -> x.max(),
            "least", x -> x.neg().min(),
            "any", x -> x.gt(5).any(),
            "all", x -> x.lt(5).all(),
            "two", x -> List.of(x.abs().max().mul(2), x.mean()),
            "where", x -> List.of(x.argmax(0), x.neg().argmin(0)),
            "a part", x -> x.slice(0, 7, x.size() - 3).sum());

    @Provide
    Arbitrary<String> functions() {
        return Arbitraries.of(FUNCTIONS.keySet().stream().sorted().toList());
    }

    @Provide
    Arbitrary<DType> dtypes() {
        return Arbitraries.of(DType.F32, DType.F64, DType.F16, DType.BF16, DType.I8, DType.U32, DType.I64);
    }

    private static Program function(String name, DType dtype, long... shape) {
        return program(Objects.requireNonNull(FUNCTIONS.get(name)), zeros(dtype, shape));
    }

    @Property(tries = 40)
    void asTheInterpreter(@ForAll @From("functions") String name, @ForAll @From("dtypes") DType dtype,
            @ForAll @LongRange(min = 1 << 17, max = 3 << 17) long length, @ForAll long seed) {
        Program f = function(name, dtype, length);
        AgainstInterpreter.check(f, CompiledProgramTest.samples(f, seed));
    }

    /** The same extreme, in one piece, in another one, in what is left over, or nowhere. */
    @Property(tries = 20)
    void theFirstOfEqualExtremes(@ForAll @LongRange(min = 1 << 17, max = 1 << 18) long length,
            @ForAll long seed, @ForAll boolean hasNans) {
        Program f = program((Tensor x) -> List.of(x.argmax(0), x.argmin(0), x.max(), x.min()), zeros(length));
        Random random = new Random(seed);
        double[] x = new double[(int) length];
        for (int i = random.nextInt(20); i > 0; i--) {
            x[random.nextInt(x.length)] = hasNans && random.nextBoolean() ? Double.NaN
                    : random.nextInt(5) - 2;
        }
        for (double[] some : List.of(x, nothingBut(Double.NEGATIVE_INFINITY, length),
                nothingBut(Double.POSITIVE_INFINITY, length))) {
            AgainstInterpreter.check(f, List.of(Buffer.ofReals(DType.F32, some)));
        }
    }

    private static double[] nothingBut(double number, long length) {
        double[] x = new double[(int) length];
        Arrays.fill(x, number);
        return x;
    }

    /** Two axes that are not one, of which the outer is cut. */
    @Property(tries = 10)
    void alongTwoAxes(@ForAll @LongRange(min = 300, max = 700) long rows,
            @ForAll @LongRange(min = 300, max = 700) long columns, @ForAll long seed) {
        Program f = program((Tensor x, Tensor y) -> x.transpose().mul(y).sum(), zeros(columns, rows),
                zeros(rows, columns));
        AgainstInterpreter.check(f, CompiledProgramTest.samples(f, seed));
    }

    @Test
    void piecesHaveTurnsForThreads() {
        for (String name : List.of("sum", "norm", "greatest", "where")) {
            String text = Explain.text(Planner.plan(function(name, DType.F32, 10_000_019)), false);
            assertTrue(text.contains(", 64 turns"), text);
        }
        String text = Explain.text(Planner.plan(function("sum", DType.F32, 1 << 16)), false);
        assertTrue(text.contains("1. sum, 1 turn\n"), text);
    }

    /** Pieces are equal, begin at cache lines, and leave little over. */
    @Property
    void lengths(@ForAll @LongRange(min = 1 << 17, max = 1L << 40) long length) {
        long count = Pieces.count(length);
        long each = Pieces.length(length, count);
        assertEquals(0, each % 64);
        assertTrue(count * each <= length && length - count * each < each, () -> count + " of " + each);
    }
}
