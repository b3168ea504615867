package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.arange;
import static ricci.Ricci.where;
import static ricci.Ricci.zeros;
import static ricci.einops.Einops.einsum;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.runtime.Buffer;

/** Nests that become one compute what they computed, each after what it needs. */
class MergeTest {
    private static final Tensor MATRIX = zeros(30, 70);
    private static final Tensor SQUARE = zeros(40, 40);
    private static final Tensor COLUMN = zeros(30);

    private static Fuse.Cut cut(Program program) {
        return Merge.joined(Fuse.of(Pipeline.toPlan(program)), false);
    }

    private static long nests(Program program) {
        return cut(program).steps().stream().filter(step -> step instanceof Step.Fused).count();
    }

    private static void check(Program program) {
        List<Buffer> x = CompiledProgramTest.ordinary(program, 1);
        AgainstInterpreter.check(program, x);
        BothTiers.checkPlan(program, x);
    }

    private static void assertNests(int expected, Program program) {
        assertEquals(expected, nests(program), program::toString);
        check(program);
    }

    @Test
    void whatReadsTwoNestsIsOneWithBoth() {
        assertNests(1, Ricci.program((Tensor x, Tensor y) -> x.mul(2).exp().add(y.mul(3).tanh()),
                MATRIX, MATRIX));
        assertNests(1, Ricci.program((Tensor x, Tensor y, Tensor z) -> x.exp().add(y.tanh()).mul(z.sin())
                .sum(1), MATRIX, MATRIX, MATRIX));
    }

    @Test
    void reductionsOverTheSameAxesMeetInOneNest() {
        assertNests(1, Ricci.program((Tensor x, Tensor y) -> x.sub(x.max(1).expandDims(1)).exp()
                .mul(y.square().sub(y.mean(1).expandDims(1))), MATRIX, MATRIX));
        // Over others, they do not.
        assertNests(2, Ricci.program((Tensor x, Tensor y) -> x.sub(x.max(1).expandDims(1))
                .mul(y.sub(y.max(0))), SQUARE, SQUARE));
    }

    @Test
    void littleForEachRowJoinsTheNestOfRows() {
        assertNests(1, Ricci.program((Tensor x, Tensor y) -> where(y.mul(2).add(1).expandDims(1).gt(x), x, 0)
                .sum(1), MATRIX, COLUMN));
        // Vectors take what is much.
        assertNests(2, Ricci.program((Tensor x, Tensor y) -> x.sub(y.exp().expandDims(1)).sum(1),
                MATRIX, COLUMN));
    }

    /** Such as the sums of squares of distances, which would be a matrix of their own. */
    @Test
    void whatOnlyTheEndOfAProductReadsIsComputedThere() {
        assertNests(1, Ricci.program((Tensor x, Tensor y, Tensor rows) -> rows.expandDims(1)
                .add(rows).sub(einsum(x, y, "a b, b c -> a c").mul(2)).maximum(0),
                SQUARE, SQUARE, zeros(40)));
        assertNests(1, Ricci.program((Tensor x, Tensor y, Tensor z) -> z.exp().mul(z)
                .add(einsum(x, y, "a b, b c -> a c").tanh()), SQUARE, SQUARE, SQUARE));
        // Not what the product reads itself, or a step between, or another one after it; nor a result.
        assertNests(2, Ricci.program((Tensor x, Tensor y) -> {
            Tensor first = x.exp();
            return einsum(first, y, "a b, b c -> a c").tanh().add(first);
        }, SQUARE, SQUARE));
        assertNests(2, Ricci.program((Tensor x, Tensor y) -> {
            Tensor first = x.exp();
            Tensor between = einsum(first, y, "a b, b c -> a c");
            return einsum(between, y, "a b, b c -> a c").tanh().add(first);
        }, SQUARE, SQUARE));
        assertNests(2, Ricci.program((Tensor x, Tensor y, Tensor z) -> {
            Tensor first = z.exp();
            return List.of(einsum(x, y, "a b, b c -> a c").tanh().add(first), first.transpose().sum(1));
        }, SQUARE, SQUARE, SQUARE));
        assertNests(2, Ricci.program((Tensor x, Tensor y, Tensor z) -> {
            Tensor first = z.exp();
            return List.of(einsum(x, y, "a b, b c -> a c").tanh().add(first), first);
        }, SQUARE, SQUARE, SQUARE));
    }

    /** A product that needs the first nest, and that the second needs, runs between the two. */
    @Test
    void whatHasToRunBetweenKeepsThemApart() {
        assertNests(2, Ricci.program((Tensor x, Tensor y) -> {
            Tensor first = x.exp();
            return first.mul(einsum(first, y, "a b, b c -> a c").transpose()).add(y.tanh()).sum(1);
        }, SQUARE, SQUARE));
    }

    /** A product that needs the first nest, but not the second one, runs after both. */
    @Test
    void whatNeedsOnlyTheFirstWaits() {
        Program program = Ricci.program((Tensor x, Tensor y) -> {
            Tensor first = x.exp();
            Tensor product = einsum(first, y, "a b, b c -> a c");
            return List.of(product, y.tanh().add(first));
        }, SQUARE, SQUARE);
        List<Step> steps = cut(program).steps();
        assertEquals(2, steps.size(), program::toString);
        assertTrue(steps.getFirst() instanceof Step.Fused, program::toString);
        check(program);
    }

    @Test
    void whatIsMadeOfConstantsIsNotMadeAgainInEachStep() {
        Program program = Pipeline.toPlan(Ricci.program((Tensor x, Tensor y) -> x.exp().add(y.tanh()),
                MATRIX, MATRIX));
        assertEquals(2, steps(program, 1, true));
        assertEquals(1, steps(program, 2, true));
        assertEquals(1, steps(program, 1, false));
        Program positions = Pipeline.toPlan(Ricci.program((Tensor x, Tensor y) -> x.mul(arange(30 * 70)
                .reshape(30, 70).to(DType.F32)).exp().add(y.tanh()), MATRIX, MATRIX));
        assertEquals(2, steps(positions, 1, true));
        assertEquals(1, steps(positions, 0, true));
    }

    private static int steps(Program program, int constants, boolean isBody) {
        return Merge.joined(Fuse.of(program).with(program.inputs(), constants), isBody).steps().size();
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void whateverIsMergedComputesTheSame(@ForAll long seed) {
        Program program = random(new Random(seed));
        assertOrdered(cut(program));
        AgainstInterpreter.check(program, CompiledProgramTest.ordinary(program, seed));
    }

    /** Some of their steps are equal, such as two checks of one condition. */
    @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
    void everythingComesAfterWhatItNeeds(@ForAll long seed) {
        Program program = Pipeline.toPlan(Opened.open(RandomProgram.any(seed, 40)));
        Fuse.Cut apart = Fuse.of(program);
        Fuse.Cut merged = Merge.joined(apart, false);
        assertOrdered(merged);
        assertEquals(effects(apart), effects(merged));
    }

    private static List<Step> effects(Fuse.Cut cut) {
        return cut.steps().stream().filter(step -> step instanceof Step.Single(var e, _)
                && Effect.isIn(e.op())).toList();
    }

    /** Elements, rows' sums and products of matrices that read one another at random. */
    private static Program random(Random random) {
        long n = 1L + random.nextInt(33);
        return Ricci.program((List<Tensor> inputs) -> {
            List<Tensor> all = new ArrayList<>(inputs);
            for (int i = 0; i < 5 + random.nextInt(20); i++) {
                all.add(value(random, all));
            }
            List<Tensor> results = new ArrayList<>(List.of(all.getLast()));
            all.stream().filter(_ -> random.nextInt(5) == 0).forEach(results::add);
            return results;
        }, List.of(zeros(n, n), zeros(n, n), zeros(n, n), zeros(DType.F64, n, n).to(DType.F32), zeros(n)));
    }

    private static Tensor value(Random random, List<Tensor> all) {
        Tensor x = all.get(random.nextInt(all.size()));
        Tensor y = all.get(random.nextInt(all.size()));
        boolean areMatrices = x.rank() == 2 && y.rank() == 2;
        return switch (random.nextInt(9)) {
            case 0 -> x.tanh();
            case 1 -> x.abs().neg();
            case 2 -> x.rank() == 2 ? x.mean(random.nextInt(2)) : x.sin();
            case 3 -> x.rank() == 2 ? x.max(1) : x.cos();
            case 4 -> areMatrices ? einsum(x, y, "a b, b c -> a c").div(x.shape().length(0)) : x.sin();
            case 5 -> x.rank() == 2 ? x.transpose() : x;
            case 6 -> where(x.gt(0), y, 1);
            default -> x.rank() == y.rank() ? x.mul(y) : x.sub((x.rank() < y.rank() ? y.max(1) : y));
        };
    }

    private static void assertOrdered(Fuse.Cut cut) {
        Set<Atom> missing = new HashSet<>();
        for (Step step : cut.steps()) {
            missing.addAll(results(step));
        }
        for (Step step : cut.steps()) {
            missing.removeAll(results(step));
            cut.reads(step).forEach(v -> assertTrue(!missing.contains(v), () -> v + " is read too early"));
        }
    }

    private static List<Atom.Var> results(Step step) {
        return switch (step) {
            case Step.Fused(var group) -> Stream.concat(Stream.ofNullable(group.product()),
                    group.members().stream()).flatMap(e -> e.results().stream()).toList();
            case Step.Alone(var e) -> e.results();
            case Step.Single(var e, _) -> e.results();
        };
    }
}
