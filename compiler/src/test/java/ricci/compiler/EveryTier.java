package ricci.compiler;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import ricci.ir.Equation;
import ricci.ir.LinearAlgebra;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Subprograms;
import ricci.ir.Windows;
import ricci.jvm.Tiers;
import ricci.runtime.Buffer;
import ricci.runtime.ThreadLimit;

/**
 * Runs whole programs with vectors, however small they are, and cut between as many threads as there are,
 * however little there is to do; and without vectors, on one thread: both have the same bits. What all their
 * equations come to is compared with the interpreter; and with their results where only these are computed,
 * so that as much is fused as may be.
 */
final class EveryTier {
    private final int bits;

    /** For vectors of at most so many bits. */
    EveryTier(int bits) {
        this.bits = bits;
    }

    void check(Program program, List<Buffer> inputs) {
        List<Buffer> all = AgainstInterpreter.check(program, inputs, this::run);
        List<Buffer> results = run(program, inputs);
        if (everything(program).noneMatch(EveryTier::hasOrder)) {
            int first = all.size() - results.size();
            compare(all.subList(first, all.size()), results, "where there is more to compute", program);
        }
    }

    private List<Buffer> run(Program program, List<Buffer> inputs) {
        Plan plan = Planner.plan(program);
        List<Buffer> fast = run(program, plan, inputs, true);
        List<Buffer> slow = ThreadLimit.call(1, () -> run(program, plan, inputs, false));
        if (everything(program).noneMatch(EveryTier::tellsNansApart)) {
            compare(slow, fast, "without vectors", program);
        }
        return fast;
    }

    private List<Buffer> run(Program program, Plan plan, List<Buffer> inputs, boolean hasVectors) {
        Assembly assembly = Assembly.of(plan, new Assembly.Choice(1, kernel ->
                Tiers.only(kernel, bits, hasVectors)));
        return new CompiledProgram(program, plan, assembly).run(inputs);
    }

    private static void compare(List<Buffer> expected, List<Buffer> actual, String where, Program program) {
        for (int i = 0; i < expected.size(); i++) {
            if (!isSame(expected.get(i), actual.get(i))) {
                throw new AssertionError("result " + i + " is " + text(actual.get(i)) + ", but "
                        + text(expected.get(i)) + " " + where + ":\n" + program);
            }
        }
    }

    /** Which NaN it is, is left open. */
    private static boolean isSame(Buffer x, Buffer y) {
        return x.dtype().isComplex() ? Arrays.equals(x.complexes(), y.complexes())
                : x.dtype().isFloat() ? Arrays.equals(x.reals(), y.reals())
                : Arrays.equals(x.integers(), y.integers());
    }

    private static String text(Buffer x) {
        return x.dtype().isComplex() ? Arrays.toString(x.complexes())
                : x.dtype().isFloat() ? Arrays.toString(x.reals()) : Arrays.toString(x.integers());
    }

    /** All equations, those of programs inside among them. */
    static Stream<Equation> everything(Program program) {
        return program.equations().stream().flatMap(e -> Stream.concat(Stream.of(e),
                Subprograms.of(e.op()).stream().flatMap(EveryTier::everything)));
    }

    private static boolean tellsNansApart(Equation e) {
        return e.operands().stream().anyMatch(x -> x.type().dtype().isInexact()) && switch (e.op()) {
            case Op.Bitcast _ -> true;
            case Op.Compare(var relation) -> switch (relation) {
                case TOTAL_EQ, TOTAL_LT, TOTAL_LE -> true;
                case EQ, NE, LT, LE, GT, GE -> false;
            };
            default -> false;
        };
    }

    /** Whether numbers are rounded in an order that may be another one where more is computed. */
    static boolean hasOrder(Equation e) {
        return tellsNansApart(e) || (e.results().stream().anyMatch(v -> v.type().dtype().isInexact())
                && switch (e.op()) {
                    case Op.Reduce(var monoid, _) -> isRounded(monoid);
                    case Windows.ReduceWindow(var monoid, _, _) -> isRounded(monoid);
                    case Op.DotGeneral _, Windows.Convolution _, Op.Cumulative _, Op.Scatter _,
                            LinearAlgebra _ -> true;
                    default -> false;
                });
    }

    private static boolean isRounded(Monoid monoid) {
        return monoid == Monoid.SUM || monoid == Monoid.PROD;
    }
}
