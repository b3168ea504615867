package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.einsum;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.Ricci;
import ricci.Tensor;
import ricci.Tensors;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.jvm.Tiers;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** What is computed where an operand is packed has the bits that it has by itself. */
class PrologueTest {
    private static final List<DType> TYPES = List.of(DType.F32, DType.F32, DType.F16, DType.BF16, DType.I8,
            DType.U8, DType.I32);
    private static final List<Blocking> BLOCKINGS = List.of(new Blocking(6, 16, 100, 12, 32),
            new Blocking(8, 48, 200, 16, 96), new Blocking(4, 32, 1000, 8, 640),
            new Blocking(3, 32, 64, 9, 4000));

    /** What an element of an operand is made of. */
    private interface Chain {
        Tensor of(List<Tensor> x);
    }

    /**
     * An operand that is computed.
     *
     * @param axes letters of its axes
     * @param inputs the first one is the largest
     */
    private record Side(String axes, List<TensorType> inputs, Chain chain) {
        Program program() {
            return Ricci.program((List<Tensor> x) -> chain.of(x), zeros());
        }

        private List<Tensor> zeros() {
            return inputs.stream().map(type -> Ricci.zeros(type.dtype(), type.shape().toArray())).toList();
        }
    }

    private static long[] lengths(String axes, Map<String, Long> all) {
        return axes.chars().filter(c -> c != ' ').mapToLong(c ->
                Objects.requireNonNull(all.get(String.valueOf((char) c)))).toArray();
    }

    private static <T> T some(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** @param isExact whether all results are multiples of 1/8 that are not large */
    private static Side side(Random random, String axes, Map<String, Long> all, boolean isExact) {
        long[] shape = lengths(axes, all);
        int rank = shape.length;
        int turned = random.nextInt(4);
        long[] lies = shape.clone();
        if (turned == 1) {
            lies[rank - 1] = shape[rank - 2];
            lies[rank - 2] = shape[rank - 1];
        } else if (turned == 2) {
            lies[rank - 1] += 3;
        }
        long[] rows = shape.clone();
        rows[rank - 1] = 1;
        long[] columns = {shape[rank - 1]};
        List<TensorType> inputs = List.of(new TensorType(some(random, TYPES), Shape.of(lies)),
                new TensorType(DType.F32, Shape.of(rows)), new TensorType(DType.F32, Shape.of(columns)),
                new TensorType(DType.BOOL, Shape.of(shape)));
        List<Integer> steps = IntStream.range(0, 1 + random.nextInt(4)).map(_ -> random.nextInt(10)).boxed()
                .toList();
        Chain chain = x -> {
            Tensor y = x.getFirst();
            y = turned == 1 ? y.swapAxes(rank - 1, rank - 2)
                    : turned == 2 ? y.slice(rank - 1, 2, 2 + shape[rank - 1])
                    : turned == 3 ? y.flip(rank - 1) : y;
            y = y.to(DType.F32);
            for (int step : steps) {
                y = step(y, step, x, isExact);
            }
            return y;
        };
        return new Side(axes, inputs, chain);
    }

    private static Tensor step(Tensor y, int step, List<Tensor> x, boolean isExact) {
        return switch (step) {
            case 0 -> y.mul(x.get(1));
            case 1 -> y.add(x.get(2));
            case 2 -> y.sub(x.get(1)).abs();
            case 3 -> Tensors.where(x.get(3), y, 0.5f);
            case 4 -> y.neg().add(0.25f);
            case 5 -> y.maximum(x.get(2));
            case 6 -> isExact ? y.clip(-3f, 4f) : y.mul(Tensors.erf(y.mul(0.70710677f)).add(1f)).mul(0.5f);
            case 7 -> isExact ? Tensors.relu(y) : y.tanh();
            case 8 -> isExact ? y.mul(0.5f) : y.div(y.square().add(0.5f));
            default -> y.mul(x.get(2)).sub(x.get(1));
        };
    }

    private static Buffer numbers(Random random, TensorType type, boolean isExact) {
        int count = (int) type.shape().size();
        if (type.dtype() == DType.BOOL || !type.dtype().isFloat()) {
            int least = type.dtype() == DType.I8 || type.dtype() == DType.I32 ? -2 : 0;
            int most = type.dtype() == DType.BOOL ? 2 : 3;
            Program convert = Ricci.program((Tensor y) -> y.to(type.dtype()), Ricci.zeros(DType.I64, count));
            return Eval.run(convert, List.of(Buffer.ofIntegers(DType.I64, random.longs(count, least, most)
                    .toArray()))).getFirst();
        }
        double[] x = isExact ? random.ints(count, -2, 3).asDoubleStream().toArray()
                : random.doubles(count, -1, 1).toArray();
        if (!isExact && random.nextInt(6) == 0) {
            x[random.nextInt(count)] = some(random, List.of(Double.NaN, -0.0, Double.NEGATIVE_INFINITY));
        }
        return Buffer.ofReals(type.dtype(), x);
    }

    /** Two operands, and sizes for which it is worth to pack. */
    private record Case(Side left, Side right, String pattern, boolean hasEnd) {
        static Case of(Random random, boolean isExact) {
            boolean isBatch = random.nextInt(4) == 0;
            Map<String, Long> all = new HashMap<>();
            all.put("b", isBatch ? 2L + random.nextInt(2) : 1L);
            all.put("i", 48L + random.nextInt(150));
            all.put("k", 20L + random.nextInt(200));
            long least = (1L << 22) / (all.get("i") * all.get("k") * all.get("b")) + 1;
            all.put("j", least + random.nextInt(100));
            String batch = isBatch ? "b " : "";
            String left = batch + (random.nextBoolean() ? "i k" : "k i");
            String right = batch + (random.nextBoolean() ? "k j" : "j k");
            return new Case(side(random, left, all, isExact), side(random, right, all, isExact),
                    left + ", " + right + " -> " + batch + "i j", random.nextInt(3) == 0);
        }

        Tensor product(Tensor x, Tensor y) {
            Tensor c = einsum(x, y, pattern);
            return hasEnd ? Tensors.relu(c.mul(0.5f)) : c;
        }

        Program program() {
            int split = left.inputs.size();
            List<Tensor> inputs = new ArrayList<>(left.zeros());
            inputs.addAll(right.zeros());
            return Ricci.program((List<Tensor> x) -> product(left.chain.of(x.subList(0, split)),
                    right.chain.of(x.subList(split, x.size()))), inputs);
        }
    }

    private static List<Buffer> run(Program program, List<Buffer> inputs) {
        // Inputs that nothing reads are there all the same.
        return new Compiler().compile(program).run(inputs);
    }

    private static byte[] bytes(Buffer buffer) {
        return buffer.segment().toArray(ValueLayout.JAVA_BYTE);
    }

    private static long prologues(Program program) {
        return Planner.plan(program).single().stream().filter(a -> a instanceof Plan.Action.Run(var launch, _)
                && launch.name().startsWith("pack_")).count();
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void givesTheBitsThatItGivesByItself(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        Case some = Case.of(random, false);
        Program program = some.program();
        List<Buffer> x = program.inputTypes().stream().map(t -> numbers(random, t, false)).toList();
        int split = some.left.inputs.size();
        Program left = some.left.program();
        Program right = some.right.program();
        Program product = Ricci.program((Tensor a, Tensor b) -> some.product(a, b),
                Ricci.zeros(left.resultTypes().getFirst().shape().toArray()),
                Ricci.zeros(right.resultTypes().getFirst().shape().toArray()));
        Buffer expected = run(product, List.of(run(left, x.subList(0, split)).getFirst(),
                run(right, x.subList(split, x.size())).getFirst())).getFirst();
        assertArrayEquals(bytes(expected), bytes(run(program, x).getFirst()), program::toString);
        Blocking blocking = some(random, BLOCKINGS);
        Buffer tuned = ScopedValue.where(Blocking.TRIED, blocking).call(() -> run(program, x).getFirst());
        assertArrayEquals(bytes(expected), bytes(tuned), () -> blocking + " of\n" + program);
    }

    /** With numbers of which all sums are exact. */
    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void isWhatTheInterpreterComputes(@ForAll long seed) {
        Random random = new Random(seed);
        Program program = Case.of(random, true).program();
        List<Buffer> x = program.inputTypes().stream().map(t -> numbers(random, t, true)).toList();
        assertArrayEquals(Eval.run(program, x).getFirst().reals(), run(program, x).getFirst().reals(),
                program::toString);
    }

    /** The property is about something. */
    @Test
    void manyOfTheseProgramsHaveOne() {
        long count = IntStream.range(0, 40).filter(seed -> prologues(Case.of(new Random(seed), false)
                .program()) > 0).count();
        assertTrue(count >= 15, () -> count + " of 40");
    }

    /** Each launch in parts, in both tiers; of what is not written nothing is read. */
    @Test
    void runsInPartsOnAnyNumberOfThreads() {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            Program program = Case.of(random, false).program();
            List<Buffer> x = program.inputTypes().stream().map(t -> numbers(random, t, false)).toList();
            BothTiers.checkPlan(program, x);
        }
    }

    private static Program dequantized(long rows, long depth, long columns, long... scale) {
        return Ricci.program((Tensor x, Tensor w, Tensor s) -> x.matmul(w.to(DType.F32).mul(s)),
                Ricci.zeros(rows, depth), Ricci.zeros(DType.I8, depth, columns), Ricci.zeros(scale));
    }

    private static void assertNoPass(Program program, String packing) {
        Plan plan = Planner.plan(program);
        for (Plan.Action action : plan.single()) {
            String name = ((Plan.Action.Run) action).launch().name();
            assertTrue(name.startsWith(packing) || name.startsWith("matmul"), name);
        }
        assertTrue(Explain.text(plan, false).contains(packing));
    }

    @Test
    void weightsOfFewBitsAreNoFloatsInMemory() {
        assertNoPass(dequantized(64, 512, 1024, 1024), "pack_convert_mul");
        assertNoPass(dequantized(64, 512, 1024, 512, 1), "pack_convert_mul");
        assertNoPass(Ricci.program((Tensor x, Tensor w, List<Tensor> s) -> x.matmul(w.to(DType.F32)
                        .sub(s.getFirst()).mul(s.getLast()).transpose()), Ricci.zeros(64, 512),
                Ricci.zeros(DType.I8, 1024, 512), List.of(Ricci.zeros(1024, 1), Ricci.zeros(1024, 1))),
                "pack_convert_sub_mul");
    }

    @Test
    void aMaskAndAnActivation() {
        assertNoPass(Ricci.program((Tensor x, Tensor w, Tensor mask) -> x.matmul(Tensors.where(mask, w, 0f)),
                Ricci.zeros(64, 512), Ricci.zeros(512, 1024), Ricci.zeros(DType.BOOL, 512, 1024)), "pack_");
        assertNoPass(Ricci.program((Tensor x, Tensor w) -> x.matmul(w.mul(Tensors.erf(w.mul(0.7f)).add(1f))),
                Ricci.zeros(64, 512), Ricci.zeros(512, 1024)), "pack_mul_erf_add");
    }

    /** Of a normalisation only its sums, a number for each row, are in memory. */
    @Test
    void theLastPartOfANormalisation() {
        Program program = Ricci.program((Tensor x, Tensor w, Tensor gamma) -> {
            Tensor c = w.sub(w.mean(1).reshape(1024, 1));
            Tensor y = c.mul(Tensors.rsqrt(c.square().mean(1).reshape(1024, 1).add(1e-5f))).mul(gamma);
            return x.matmul(y.transpose());
        }, Ricci.zeros(64, 512), Ricci.zeros(1024, 512), Ricci.zeros(512));
        assertTrue(prologues(program) > 0);
        Plan plan = Planner.plan(program);
        Launch sums = ((Plan.Action.Run) plan.single().getFirst()).launch();
        InPlace.written(sums).forEach(v -> assertEquals(1024, v.type().shape().size()));
    }

    /** What others read, or what would be computed again and again, is a pass of its own. */
    @Test
    void onlyWhatPays() {
        Tensor x = Ricci.zeros(64, 512);
        Tensor w = Ricci.zeros(512, 1024);
        assertEquals(0, prologues(Ricci.program((Tensor a, Tensor b) -> {
            Tensor y = b.tanh();
            return List.of(a.matmul(y), y);
        }, x, w)));
        assertEquals(0, prologues(Ricci.program((Tensor a, Tensor b) -> {
            Tensor y = b.mul(2f).reshape(1, 512, 1024);
            return einsum(a.reshape(4, 16, 512), y.broadcastTo(4, 512, 1024), "b i k, b k j -> b i j");
        }, x, w)));
        // Rows are read as they lie.
        assertEquals(0, prologues(Ricci.program((Tensor a, Tensor b) -> a.mul(2f).matmul(b), x, w)));
        // No panels: few rows, a small right operand, no sums.
        assertEquals(0, prologues(dequantized(3, 512, 4096, 4096)));
        assertEquals(0, prologues(dequantized(2048, 64, 64, 64)));
        assertEquals(0, prologues(dequantized(64, 0, 1024, 1024)));
        assertEquals(0, prologues(Ricci.program((Tensor a) -> {
            Tensor y = a.mul(2f);
            return y.transpose().matmul(y);
        }, w)));
    }

    /** The JVM compiles no longer methods. */
    @Test
    void kernelsAreCompiledAsAWhole() {
        for (int seed = 0; seed < 30; seed++) {
            Program program = Case.of(new Random(seed), false).program();
            for (Plan.Action action : Planner.plan(program).single()) {
                Launch launch = ((Plan.Action.Run) action).launch();
                int bytes = launch.name().startsWith("pack_") ? Tiers.bytes(launch.kernel()) : 0;
                assertTrue(bytes < 8000, () -> bytes + " bytes of " + action);
            }
        }
    }
}
