package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.einsum;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.Fn4;
import ricci.Ricci;
import ricci.Tensor;
import ricci.Tensors;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.jvm.Tiers;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** What follows a product in its tiles gives the bits that it gives by itself. */
class EpilogueTest {
    /** Of a product, a row, a column and a matrix like it. */
    private static final Map<String, Fn4<Tensor, Tensor, Tensor, Tensor, Tensor>> ENDS = Map.ofEntries(
            Map.entry("bias", (c, row, column, like) -> c.add(row)),
            Map.entry("bias of rows", (c, row, column, like) -> c.add(column)),
            Map.entry("scale", (c, row, column, like) -> c.mul(0.125f)),
            Map.entry("residual", (c, row, column, like) -> like.add(c).mul(column)),
            Map.entry("relu", (c, row, column, like) -> Tensors.relu(c.add(row))),
            Map.entry("gelu", (c, row, column, like) -> {
                Tensor x = c.add(row);
                return x.mul(Tensors.erf(x.mul(0.70710677f)).add(1f)).mul(0.5f);
            }),
            Map.entry("silu", (c, row, column, like) -> c.div(c.neg().exp().add(1f))),
            Map.entry("sigmoid", (c, row, column, like) -> Tensors.sigmoid(c.add(row))),
            Map.entry("distance", (c, row, column, like) -> column.add(row).sub(c.mul(2)).maximum(0)),
            Map.entry("gate", (c, row, column, like) -> like.exp().mul(row).mul(Tensors.sigmoid(c))),
            Map.entry("waves", (c, row, column, like) -> c.sin().exp().mul(c.cos()).mul(row)),
            Map.entry("clamp", (c, row, column, like) -> c.clip(-0.5, 0.5).sub(like)),
            Map.entry("narrow", (c, row, column, like) -> c.add(row).to(DType.BF16)),
            Map.entry("truth", (c, row, column, like) -> c.gt(like)));

    private static Fn4<Tensor, Tensor, Tensor, Tensor, Tensor> then(String end) {
        return Objects.requireNonNull(ENDS.get(end));
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void givesTheBitsThatItGivesByItself(@ForAll long seed) {
        Random random = new Random(seed);
        long m = 1L + random.nextInt(70);
        long n = 8L + random.nextInt(90);
        long k = 1L + random.nextInt(100);
        check(random, new ArrayList<>(ENDS.keySet()).get(random.nextInt(ENDS.size())), m, n, k);
    }

    /** Sums of sums; only the last ones go on. */
    @Test
    void largeOnes() {
        Random random = new Random(5);
        for (String end : ENDS.keySet()) {
            check(random, end, 125, 150, 1200);
            check(random, end, 200, 209, 110);
            check(random, end, 3, 900, 1700);
        }
    }

    /** Strips of a right operand that is too large for the second cache, whether steps divide it or not. */
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void fewRows(@ForAll long seed) {
        Random random = new Random(seed);
        long n = 600L + random.nextInt(500);
        long k = random.nextBoolean() ? 512 : 500 + random.nextInt(100);
        check(random, new ArrayList<>(ENDS.keySet()).get(random.nextInt(ENDS.size())),
                1L + random.nextInt(random.nextBoolean() ? 9 : 60), n, k);
    }

    /** Infinities, numbers that are none, and zeros of both signs. */
    @Test
    void rareNumbersOfFewRows() {
        Random random = new Random(3);
        for (long rows : List.of(1L, 3L, 8L, 11L)) {
            for (String end : List.of("bias", "relu", "clamp", "narrow", "sigmoid")) {
                Fn4<Tensor, Tensor, Tensor, Tensor, Tensor> then = then(end);
                Program both = Ricci.program((Tensor a, Tensor b, List<Tensor> o) -> then.apply(
                        einsum(a, b, "i k, k j -> i j"), o.get(0), o.get(1), o.get(2)),
                        Ricci.zeros(rows, 515), Ricci.zeros(515, 612), List.of(Ricci.zeros(612),
                        Ricci.zeros(rows, 1), Ricci.zeros(rows, 612)));
                double[] rare = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 3e38};
                List<Buffer> values = both.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                        random.doubles(type.shape().size()).map(x -> x > 0.002 ? 0.0
                                : rare[random.nextInt(5)]).toArray())).toList();
                assertArrayEquals(Eval.run(both, values).getFirst().reals(),
                        new Compiler().compile(both).run(values).getFirst().reals(), end + " of " + rows);
            }
        }
    }

    private static void check(Random random, String end, long m, long n, long k) {
        Fn4<Tensor, Tensor, Tensor, Tensor, Tensor> then = then(end);
        boolean isTurned = random.nextBoolean();
        String pattern = isTurned ? "i k, j k -> i j" : "i k, k j -> i j";
        Tensor x = Ricci.zeros(m, k);
        Tensor y = isTurned ? Ricci.zeros(n, k) : Ricci.zeros(k, n);
        List<Tensor> others = List.of(Ricci.zeros(n), Ricci.zeros(m, 1), Ricci.zeros(m, n));
        Program product = Ricci.program((Tensor a, Tensor b) -> einsum(a, b, pattern), x, y);
        Program after = Ricci.program((Tensor c, List<Tensor> o) -> then.apply(c, o.get(0), o.get(1),
                o.get(2)), Ricci.zeros(m, n), others);
        boolean keeps = random.nextInt(3) == 0;
        Program both = Ricci.program((Tensor a, Tensor b, List<Tensor> o) -> {
            Tensor c = einsum(a, b, pattern);
            Tensor d = then.apply(c, o.get(0), o.get(1), o.get(2));
            return keeps ? List.of(d, c) : List.of(d);
        }, x, y, others);
        List<Buffer> values = both.inputTypes().stream().map(type -> numbers(random, type)).toList();
        Buffer c = new Compiler().compile(product).run(values.subList(0, 2)).getFirst();
        List<Buffer> inputs = new ArrayList<>(List.of(c));
        inputs.addAll(values.subList(2, values.size()));
        assertEquals(after.inputs().size(), inputs.size());
        Buffer expected = new Compiler().compile(after).run(inputs).getFirst();
        List<Buffer> actual = new Compiler().compile(both).run(values);
        String what = end + " of " + m + "x" + n + "x" + k;
        assertArrayEquals(bytes(expected), bytes(actual.getFirst()), what);
        if (keeps) {
            assertArrayEquals(bytes(c), bytes(actual.getLast()), what);
        }
    }

    private static Buffer numbers(Random random, TensorType type) {
        return Buffer.ofReals(type.dtype(), random.doubles(type.shape().size()).map(x -> x - 0.5).toArray());
    }

    private static byte[] bytes(Buffer buffer) {
        return buffer.segment().toArray(ValueLayout.JAVA_BYTE);
    }

    /** There is one step, and no product in memory. */
    @Test
    void isOneStep() {
        Program program = Ricci.program((Tensor x, Tensor y, Tensor b) -> einsum(x, y, "i k, k j -> i j")
                .add(b).tanh(), Ricci.zeros(64, 32), Ricci.zeros(32, 48), Ricci.zeros(48));
        Plan plan = Planner.plan(program);
        assertEquals(1, plan.actions().size());
        assertEquals(0, plan.arena());
    }

    /** Parts of long sums are kept where the result will be: and not over a residual, which is read last. */
    @Test
    void longSumsHaveNoMemoryOfTheirOwn() {
        Tensor x = Ricci.zeros(125, 1200);
        Tensor y = Ricci.zeros(1200, 150);
        Program product = Ricci.program((Tensor a, Tensor b) -> einsum(a, b, "i k, k j -> i j"), x, y);
        Program bounded = Ricci.program((Tensor a, Tensor b) -> einsum(a, b, "i k, k j -> i j").tanh(), x, y);
        assertEquals(Planner.plan(product).arena(), Planner.plan(bounded).arena());
        Program residual = Ricci.program((Tensor c, Tensor d) -> c.add(d.exp()), Ricci.zeros(125, 150),
                Ricci.zeros(125, 150));
        Program both = Ricci.program((Tensor a, Tensor b, Tensor d) -> {
            Tensor exp = d.exp();
            // Read by a loop of its own, too.
            return List.of(einsum(a, b, "i k, k j -> i j").add(exp), exp.sum());
        }, x, y, Ricci.zeros(125, 150));
        Random random = new Random(2);
        List<Buffer> values = both.inputTypes().stream().map(type -> numbers(random, type)).toList();
        Buffer c = new Compiler().compile(product).run(values.subList(0, 2)).getFirst();
        assertArrayEquals(
                bytes(new Compiler().compile(residual).run(List.of(c, values.getLast())).getFirst()),
                bytes(new Compiler().compile(both).run(values).getFirst()));
    }

    /** Of few rows, there are no more kernels than those of the product, and no product in memory. */
    @Test
    void noPassFollowsAProductOfFewRows() {
        for (long rows : List.of(1L, 2L, 8L, 16L)) {
            Tensor x = Ricci.zeros(rows, 1024);
            Tensor y = Ricci.zeros(1024, 4096);
            Program product = Ricci.program((Tensor a, Tensor b) -> einsum(a, b, "i k, k j -> i j"), x, y);
            Program both = Ricci.program((Tensor a, Tensor b, Tensor row) -> then("gelu").apply(
                    einsum(a, b, "i k, k j -> i j"), row, row, row), x, y, Ricci.zeros(4096));
            Plan plan = Planner.plan(both);
            assertEquals(Planner.plan(product).actions().size(), plan.actions().size(), plan::toString);
            assertEquals(0, plan.arena());
        }
    }

    /** Batches that are packed a part at a time. */
    @Test
    void manyAtOnce() {
        Program program = Ricci.program((Tensor x, Tensor y, Tensor z) ->
                einsum(x, y, "b i k, b k j -> b i j").mul(0.5f).add(z), Ricci.zeros(40, 70, 300),
                Ricci.zeros(40, 300, 80), Ricci.zeros(40, 1, 80));
        Random random = new Random(1);
        List<Buffer> values = program.inputTypes().stream().map(t -> numbers(random, t)).toList();
        Program product = Ricci.program((Tensor x, Tensor y) -> einsum(x, y, "b i k, b k j -> b i j"),
                Ricci.zeros(40, 70, 300), Ricci.zeros(40, 300, 80));
        Program after = Ricci.program((Tensor c, Tensor z) -> c.mul(0.5f).add(z), Ricci.zeros(40, 70, 80),
                Ricci.zeros(40, 1, 80));
        Buffer c = new Compiler().compile(product).run(values.subList(0, 2)).getFirst();
        assertArrayEquals(bytes(new Compiler().compile(after).run(List.of(c, values.get(2))).getFirst()),
                bytes(new Compiler().compile(program).run(values).getFirst()));
    }

    /** The JVM compiles no longer methods. */
    @Test
    void kernelsAreCompiledAsAWhole() {
        for (String end : ENDS.keySet()) {
            // An f64 is rounded to a bf16 by the interpreter.
            for (DType dtype : end.equals("narrow") ? List.of(DType.F32) : List.of(DType.F32, DType.F64)) {
                areCompiled(end, dtype, 125, 700, 150);
                areCompiled(end, dtype, 480, 48, 128);
                for (long rows : List.of(1L, 2L, 8L, 20L, 47L)) {
                    areCompiled(end, dtype, rows, 700, 900);
                }
            }
        }
    }

    private static void areCompiled(String end, DType dtype, long m, long k, long n) {
        Program program = Ricci.program((Tensor x, Tensor y, List<Tensor> o) -> then(end).apply(
                einsum(x, y, "i k, k j -> i j"), o.get(0), o.get(1), o.get(2)), Ricci.zeros(dtype, m, k),
                Ricci.zeros(dtype, k, n), List.of(Ricci.zeros(dtype, n), Ricci.zeros(dtype, m, 1),
                Ricci.zeros(dtype, m, n)));
        for (Plan.Action action : Planner.plan(program).single()) {
            int bytes = Tiers.bytes(((Plan.Action.Run) action).launch().kernel());
            assertTrue(bytes < 8000, () -> end + " of " + dtype + ": " + bytes + " bytes of " + action);
        }
    }
}
