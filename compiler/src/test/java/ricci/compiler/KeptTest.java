package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.jit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.Fn;
import ricci.Jitted;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;
import ricci.runtime.Executable;
import ricci.runtime.Pool;

/** What is made of captured arrays for products is kept beside them, and changes no bit of any result. */
class KeptTest {
    private static final List<Integer> ROWS = List.of(1, 2, 7, 8, 9, 16, 17, 31, 48, 53, 100);
    private static final List<Integer> LENGTHS = List.of(1, 17, 64, 129, 300, 511, 640);

    /** A product with a weight, turned or not, of some type; and others with the same or another weight. */
    private static Program program(DType dtype, int rows, int depth, int columns, boolean isTurned,
            int kind) {
        Tensor w = isTurned ? Ricci.zeros(dtype, columns, depth) : Ricci.zeros(dtype, depth, columns);
        return Ricci.program((Tensor u, Tensor v, Tensor x) -> {
            Tensor once = (isTurned ? u.transpose() : u).to(x.dtype());
            Tensor twice = (isTurned ? v.transpose() : v).to(x.dtype());
            Tensor y = x.matmul(once);
            return switch (kind) {
                case 0 -> y;
                case 1 -> y.add(1).tanh().add(x.matmul(twice));
                case 2 -> x.matmul(once.add(twice)).add(x.sin().matmul(once));
                case 3 -> y.matmul(once.transpose()).matmul(once);
                default -> y.add(once.at(0).get()).mul(x.matmul(once.mul(0.5).tanh()));
            };
        }, w, w, Ricci.zeros(dtype.isFloat() && dtype.bytes() >= 4 ? dtype : DType.F32, rows, depth));
    }

    private static List<Buffer> inputs(Random random, Program program) {
        List<Buffer> all = new ArrayList<>();
        for (TensorType type : program.inputTypes()) {
            double[] x = random.doubles(type.shape().size(), -3, 3).map(v -> Math.rint(v * 64) / 64)
                    .toArray();
            if (random.nextInt(4) == 0) {
                x[random.nextInt(x.length)] = List.of(Double.NaN, -0.0, Double.POSITIVE_INFINITY)
                        .get(random.nextInt(3));
            }
            all.add(type.dtype().isFloat() ? Buffer.ofReals(type.dtype(), x)
                    : Eval.run(Ricci.program((Tensor y) -> y.to(type.dtype()),
                            Ricci.zeros(DType.F64, x.length)),
                            List.of(Buffer.ofReals(DType.F64, x))).getFirst());
        }
        return all;
    }

    private static <T> T some(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    @Property(tries = 40)
    void changesNoBit(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = some(random, List.of(DType.F32, DType.F32, DType.F64, DType.F16, DType.I8));
        Program program = program(dtype, some(random, ROWS), some(random, LENGTHS), some(random, LENGTHS),
                random.nextBoolean(), random.nextInt(5));
        Executable plain = new Compiler().compile(program);
        int constants = random.nextInt(3);
        Executable keeping = new Compiler().compile(program, constants);
        List<Buffer> one = inputs(random, program);
        List<Buffer> other = inputs(random, program);
        for (int turn = 0; turn < 5; turn++) {
            // Most often those it is meant for, but any are right.
            List<Buffer> x = new ArrayList<>(one);
            x.set(2, some(random, List.of(one, other)).get(2));
            if (turn == 3) {
                x.set(random.nextInt(2), other.get(random.nextInt(2)));
            }
            double[] expected = plain.run(x).getFirst().reals();
            assertArrayEquals(expected, keeping.run(x).getFirst().reals(), program::toString);
        }
    }

    private static Plan plan(int rows, int constants) {
        return Planner.plan(program(DType.F32, rows, 700, 1000, false, 0), constants);
    }

    @Test
    void weightsArePackedOnce() {
        Plan plan = plan(32, 2);
        assertTrue(plan.once() > 0);
        assertEquals(List.of(0), plan.kept().stream().map(Kept::input).toList());
        assertEquals(plan.once(), plan.kept().getFirst().actions());
        long weight = Nest.bytes(plan.inputs().getFirst().type());
        long bytes = plan.kept().getFirst().bytes();
        assertTrue(bytes >= weight && bytes < 1.1 * weight, () -> bytes + " of " + weight);
        assertEquals(0, plan.arena());
        plan.actions().stream().skip(plan.once()).forEach(action -> assertFalse(
                ((Plan.Action.Run) action).launch().memory().contains(
                        new Launch.Memory.Of(plan.inputs().getFirst()))));
        assertTrue(Explain.text(plan, false).contains("kept from run to run"));
        // Few rows read it where it lies, and what is no constant is packed in each run.
        assertEquals(List.of(), plan(8, 2).kept());
        assertEquals(List.of(), plan(64, 0).kept());
    }

    /** Programs that pack the same in the same way share it, whatever else differs. */
    @Test
    void isThereForOtherPrograms() {
        Kept.How how = plan(32, 1).kept().getFirst().how();
        assertEquals(how, plan(200, 1).kept().getFirst().how());
        assertEquals(how.hashCode(), plan(200, 1).kept().getFirst().how().hashCode());
        assertFalse(how.equals(Planner.plan(program(DType.F32, 32, 700, 1000, true, 0), 1)
                .kept().getFirst().how()));
    }

    @Test
    void isMadeByTheFirstRunAndGoesWithTheArray() {
        Program program = program(DType.F32, 32, 700, 1000, false, 0);
        Executable keeping = new Compiler().compile(program, 1);
        Kept.How how = plan(32, 1).kept().getFirst().how();
        List<Buffer> x = inputs(new Random(1), program);
        assertNull(x.getFirst().made(how));
        keeping.run(x);
        Buffer packed = x.getFirst().made(how);
        assertNotNull(packed);
        keeping.run(x);
        assertSame(packed, x.getFirst().made(how));
        Buffer given = x.getFirst().give();
        assertNotNull(given);
        assertNull(x.getFirst().made(how));
        assertNull(given.made(how));
    }

    private static Program dequantized(long rows) {
        return Ricci.program((Tensor w, Tensor scale, Tensor x) ->
                x.matmul(w.to(DType.F32).mul(scale)), Ricci.zeros(DType.I8, 700, 1000), Ricci.zeros(1000),
                Ricci.zeros(rows, 700));
    }

    /** Of weights and their scale, panels are kept, and nothing else is made of them. */
    @Test
    void weightsAreScaledOnce() {
        for (long rows : List.of(9, 16, 32, 100)) {
            Plan plan = Planner.plan(dequantized(rows), 2);
            assertEquals(List.of(List.of(0, 1)), plan.kept().stream().map(Kept::inputs).toList());
            long floats = 4 * 700 * 1000;
            assertTrue(plan.kept().getFirst().bytes() < 1.1 * floats);
            assertEquals(0, plan.arena());
            plan.actions().stream().skip(plan.once()).forEach(action ->
                    assertTrue(((Plan.Action.Run) action).launch().name().startsWith("matmul")));
        }
    }

    @Property(tries = 20)
    void ofSeveralConstantsNoBitChanges(@ForAll long seed) {
        Random random = new Random(seed);
        Program program = dequantized(some(random, ROWS));
        Executable plain = new Compiler().compile(program);
        Executable keeping = new Compiler().compile(program, 1 + random.nextInt(2));
        List<List<Buffer>> all = List.of(inputs(random, program), inputs(random, program));
        List<Buffer> x = new ArrayList<>(all.getFirst());
        for (int turn = 0; turn < 5; turn++) {
            assertArrayEquals(plain.run(x).getFirst().reals(), keeping.run(x).getFirst().reals());
            int some = random.nextInt(3);
            x.set(some, all.get(random.nextInt(2)).get(some));
        }
    }

    /** Which of two inputs is which matters, though the kernels are the same. */
    @Test
    void ofTwoEqualTypes() {
        List<Program> both = IntStream.range(0, 2).mapToObj(first -> Ricci.program((Tensor u, Tensor v,
                Tensor x) -> x.matmul((first == 0 ? u : v).sub(first == 0 ? v : u)),
                Ricci.zeros(DType.F16, 700, 1000), Ricci.zeros(DType.F16, 700, 1000),
                Ricci.zeros(DType.F16, 32, 700))).toList();
        List<Buffer> x = inputs(new Random(2), both.getFirst());
        for (Program program : both) {
            for (int turn = 0; turn < 2; turn++) {
                assertArrayEquals(new Compiler().compile(program).run(x).getFirst().reals(),
                        new Compiler().compile(program, 2).run(x).getFirst().reals());
            }
        }
    }

    @Test
    void isKeptWhereThereIsRoom() {
        assertTrue(Kept.isAffordable(new Pool.State(50, 0, 0, 100, 0)));
        assertFalse(Kept.isAffordable(new Pool.State(51, 0, 0, 100, 0)));
    }

    @Test
    void severalThreadsRunIt() {
        Program program = program(DType.F32, 48, 511, 640, true, 1);
        List<Buffer> x = inputs(new Random(3), program);
        double[] expected = new Compiler().compile(program).run(x).getFirst().reals();
        Executable keeping = new Compiler().compile(program, 2);
        IntStream.range(0, 16).parallel().forEach(_ ->
                assertArrayEquals(expected, keeping.run(x).getFirst().reals()));
    }

    /** The user's view: each function has the array that it captured, though they share their code. */
    @Test
    void functionsThatCaptureOtherArrays() {
        Tensor x = Ricci.arange(32 * 400).reshape(32, 400).to(DType.F32).mul(1e-3);
        List<Tensor> weights = IntStream.range(1, 4).mapToObj(i ->
                Ricci.arange(400 * 600).reshape(400, 600).to(DType.F32).mul(1e-5 * i)).toList();
        List<Jitted.Of1<Tensor, Tensor>> all = weights.stream().map(w -> jit((Tensor y) -> y.matmul(w)))
                .toList();
        Fn<Tensor, Tensor> bare = jit((Tensor y) -> y.matmul(weights.getFirst()).mul(1));
        for (int turn = 0; turn < 2; turn++) {
            for (int i = 0; i < all.size(); i++) {
                Tensor w = weights.get(i);
                assertArrayEquals(jit((Tensor y, Tensor v) -> y.matmul(v)).apply(x, w).buffer().reals(),
                        all.get(i).apply(x).buffer().reals());
            }
        }
        assertArrayEquals(all.getFirst().apply(x).buffer().reals(), bare.apply(x).buffer().reals());
        jit((Tensor w) -> w.add(1)).donate(0).apply(weights.getFirst());
        assertThrows(RicciException.Argument.class, () -> all.getFirst().apply(x));
    }
}
