package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Logic.logicalOr;
import static ricci.Ricci.arange;
import static ricci.Ricci.grad;
import static ricci.Ricci.program;
import static ricci.Ricci.softmax;
import static ricci.Ricci.where;
import static ricci.Ricci.zeros;
import static ricci.einops.Einops.einsum;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.Debug;
import ricci.Fn;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Subprograms;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** What is cut into strips is what it was, and is nowhere in memory as a whole. */
class StripMineTest {
    private static final Path TEXTS = Path.of("src/test/resources/passes");
    private static final StripMine.Limits SMALL = new StripMine.Limits(600, 600, 600, 2, 5, 1 << 20);

    private record Inputs(Tensor q, Tensor k, Tensor v) {}

    /** Attention as users write it, of {@code [batch, queries or keys, features]}. */
    private static Tensor attention(Tensor q, Tensor k, Tensor v) {
        Tensor scores = einsum(q, k, "... i d, ... j d -> ... i j").mul(0.5);
        return einsum(softmax(scores, -1), v, "... i j, ... j d -> ... i d");
    }

    // ---- as texts to be read ----

    private static Map<String, Program> programs() {
        Tensor x = zeros(DType.F32, 24, 4);
        Map<String, Program> programs = new TreeMap<>();
        programs.put("attention", program((Tensor q, Tensor k, Tensor v) -> attention(q, k, v), x, x, x));
        programs.put("attention-causal", program((Tensor q, Tensor k, Tensor v) -> {
            Tensor isSeen = arange(24).expandDims(1).ge(arange(24));
            Tensor scores = where(isSeen, q.matmul(k.transpose()), q.sum().mul(0).sub(1e9));
            return softmax(scores, -1).matmul(v);
        }, x, x, x));
        programs.put("attention-gradient", program(grad((Inputs all, Tensor w) ->
                attention(all.q, all.k, all.v).matmul(w).square().sum()), new Inputs(x, x, x),
                zeros(DType.F32, 4, 4)));
        return programs;
    }

    @Test
    void programsBecomeTheseTexts() throws IOException {
        for (Map.Entry<String, Program> each : programs().entrySet()) {
            Program before = Pipeline.of(each.getValue());
            Path path = TEXTS.resolve(each.getKey() + ".txt");
            String text = ("before\n" + before + "\nafter\n" + StripMine.of(before,
                    new StripMine.Limits(2000, 2000, 1000, 8, 10, 1 << 20))).replaceAll(" *// .*", "");
            if ("write".equals(System.getProperty("ricci.golden"))) {
                Files.writeString(path, text);
            }
            assertEquals(Files.readString(path), text, each.getKey());
        }
    }

    @Test
    void itIsShownAmongThePasses() {
        List<String> passes = new ArrayList<>();
        Tensor x = zeros(DType.F32, 4096, 8);
        Pipeline.toPlan(program((Tensor q, Tensor k, Tensor v) -> attention(q, k, v), x, x, x),
                (name, _) -> passes.add(name));
        assertEquals("StripMine", passes.getLast());
    }

    // ---- the same numbers ----

    /** What is drawn at random of attention. */
    record Kind(Random random, DType dtype, List<Long> batch, long queries, long keys,
            long features) {
        static Kind of(long seed) {
            Random random = new Random(seed);
            List<Long> batch = List.of(List.<Long>of(), List.of(2L), List.of(6L), List.of(2L, 3L),
                    List.of(1L, 4L)).get(random.nextInt(5));
            return new Kind(random, random.nextInt(3) == 0 ? DType.F32 : DType.F64, batch,
                    20 + random.nextInt(12), 20 + random.nextInt(12), 1 + random.nextInt(3));
        }

        Tensor tensor(long... last) {
            long[] lengths = new long[batch.size() + last.length];
            for (int i = 0; i < lengths.length; i++) {
                lengths[i] = i < batch.size() ? batch.get(i) : last[i - batch.size()];
            }
            return zeros(dtype, lengths);
        }

        /** Scores that are masked, or not. */
        Tensor masked(Tensor scores, Tensor mask, int how) {
            Tensor rows = arange(queries).expandDims(1);
            return switch (how) {
                case 0 -> scores;
                case 1 -> scores.add(mask);
                case 2 -> where(rows.ge(arange(keys)), scores, scores.mul(0).sub(1e9));
                case 3 -> where(logicalOr(mask.gt(0), rows.eq(arange(keys))), scores, mask.mul(0).sub(1e9));
                case 4 -> scores.sub(rows.sub(arange(keys)).to(dtype).abs().mul(0.1));
                default -> scores.div(3).tanh().mul(3);
            };
        }
    }

    private Program random(Kind kind) {
        Random random = kind.random;
        int how = random.nextInt(6);
        boolean isDropped = random.nextInt(3) == 0;
        boolean isColumnWise = random.nextInt(4) == 0;
        int loss = random.nextInt(4);
        boolean isOfAll = random.nextBoolean();
        Tensor mask = random.nextBoolean() ? zeros(kind.dtype, kind.queries, kind.keys)
                : kind.tensor(kind.queries, kind.keys);
        Tensor kept = kind.tensor(kind.queries, kind.keys);
        Fn<List<Tensor>, Tensor> f = x -> {
            Tensor scores = kind.masked(einsum(x.get(0), x.get(1), "... i d, ... j d -> ... i j"), x.get(3),
                    how);
            Tensor p = isColumnWise ? softmax(scores.swapAxes(-1, -2), -2).swapAxes(-1, -2)
                    : softmax(scores, -1);
            return einsum(isDropped ? p.mul(x.get(4)) : p, x.get(2), "... i j, ... j d -> ... i d");
        };
        Fn<List<Tensor>, Tensor> sum = x -> switch (loss) {
            case 1 -> f.apply(x).square().sum();
            case 2 -> f.apply(x).square().sum().sqrt();
            default -> f.apply(x).sum(-1).sin().mul(f.apply(x).mean()).sum();
        };
        List<Tensor> all = List.of(kind.tensor(kind.queries, kind.features),
                kind.tensor(kind.keys, kind.features), kind.tensor(kind.keys, kind.features), mask, kept);
        Fn<List<Tensor>, Object> whole = loss == 0 ? f::apply : isOfAll
                ? x -> grad((List<Tensor> y) -> sum.apply(List.of(y.get(0), y.get(1), y.get(2), x.get(3),
                        x.get(4)))).apply(x.subList(0, 3))
                : x -> grad((Tensor q) -> sum.apply(List.of(q, x.get(1), x.get(2), x.get(3), x.get(4))))
                        .apply(x.getFirst());
        return Pipeline.of(program(whole, all));
    }

    @Property(tries = 300)
    void stripsComputeTheSame(@ForAll long seed) {
        Kind kind = Kind.of(seed);
        Program before = random(kind);
        Program after = StripMine.of(before, SMALL);
        assertTrue(largest(after) < largest(before), () -> "not cut:\n" + before + after);
        List<Buffer> x = samples(before, kind.random);
        same(kind.dtype, Eval.run(before, x), Eval.run(after, x), before);
    }

    @Property(tries = 40)
    void compiledStripsComputeTheSame(@ForAll long seed) {
        Kind kind = Kind.of(seed);
        Program before = random(kind);
        List<Buffer> x = samples(before, kind.random);
        Program after = StripMine.of(before, SMALL);
        same(kind.dtype, Eval.run(before, x), new Compiler().compile(after).run(x), before);
    }

    private static void same(DType dtype, List<Buffer> expected, List<Buffer> actual, Program program) {
        double unit = dtype == DType.F64 ? 1e-12 : 1e-4;
        for (int i = 0; i < expected.size(); i++) {
            double[] x = expected.get(i).reals();
            double[] y = actual.get(i).reals();
            double most = Arrays.stream(x).map(Math::abs).max().orElse(0);
            for (int j = 0; j < x.length; j++) {
                assertEquals(x[j], y[j], unit * Math.max(most, 1), () -> "of\n" + program);
            }
        }
    }

    private static List<Buffer> samples(Program program, Random random) {
        return program.inputs().stream().map(v -> Buffer.ofReals(v.type().dtype(), random.doubles(
                v.type().shape().size(), -2, 2).toArray())).toList();
    }

    /** The most elements that a tensor has which is computed, and not only moved. */
    static long largest(Program program) {
        long most = 0;
        for (Equation e : program.equations()) {
            for (Program inner : Subprograms.of(e.op())) {
                most = Math.max(most, largest(inner));
            }
            if (e.op() instanceof Op.DotGeneral || Split.isElementwise(e.op())) {
                most = Math.max(most, e.result().type().shape().size());
            }
        }
        return most;
    }

    /** An effect in the middle sees what it saw, and when it did. */
    @Test
    void effectsKeepTheirOrder() {
        Tensor x = zeros(DType.F64, 24, 2);
        Program before = Pipeline.of(program(grad((Inputs all) -> {
            Tensor out = attention(all.q, all.k, all.v);
            Debug.print("first {}", out.sum());
            Debug.print("second {}", all.q.sum());
            return out.square().sum();
        }), new Inputs(x, x, x)));
        Program after = StripMine.of(before, SMALL);
        assertTrue(largest(after) < largest(before), after.toString());
        assertEquals(prints(before), prints(after));
    }

    private static List<String> prints(Program program) {
        return program.equations().stream().filter(e -> e.op() instanceof Effect)
                .map(e -> e.op().toString()).toList();
    }

    // ---- what stays as it is ----

    private static void stays(Program program) {
        Program before = Pipeline.of(program);
        assertEquals(before, StripMine.of(before, SMALL));
    }

    @Test
    void whatIsReadAsAWholeIsNotCut() {
        Tensor x = zeros(DType.F32, 24, 2);
        Tensor all = zeros(DType.F32, 24, 24);
        stays(program((Tensor q, Tensor k) -> softmax(q.matmul(k.transpose()), -1), x, x));
        stays(program((Tensor q, Tensor k) -> {
            Tensor scores = q.matmul(k.transpose());
            return softmax(scores, -1).matmul(softmax(scores, 0)).matmul(k);
        }, x, x));
        stays(program((Tensor q, Tensor k) -> softmax(q.matmul(k.transpose()).sort(0), -1).matmul(k), x, x));
        stays(program((Tensor q, Tensor k, Tensor m) -> softmax(q.matmul(k.transpose()).matmul(m), -1)
                .matmul(k), zeros(DType.F32, 24, 20), zeros(DType.F32, 24, 20), all));
    }

    @Test
    void whatNeedsNoWholeRowsIsNotCut() {
        stays(program((Tensor x, Tensor v, Tensor w) -> Ricci.relu(x.matmul(v)).matmul(w),
                zeros(DType.F32, 40, 2), zeros(DType.F32, 2, 40), zeros(DType.F32, 40, 2)));
    }

    // ---- memory ----

    private static Program lengthy(long length, boolean isGradient) {
        Tensor x = zeros(DType.F32, 2, length, 16);
        Tensor w = zeros(DType.F32, 16, 16);
        return isGradient ? program(grad((Inputs all, Tensor y) -> einsum(attention(all.q, all.k, all.v), y,
                "... i d, d e -> ... i e").square().sum()), new Inputs(x, x, x), w)
                : program((Tensor q, Tensor k, Tensor v) -> attention(q, k, v), x, x, x);
    }

    @Test
    void memoryGrowsWithTheLengthNotItsSquare() {
        for (boolean isGradient : List.of(false, true)) {
            long some = Planner.plan(lengthy(4096, isGradient)).arena();
            long twice = Planner.plan(lengthy(8192, isGradient)).arena();
            assertTrue(twice < 2.5 * some, some + " bytes of one length, " + twice + " of twice that");
            assertTrue(twice < 4L * 8192 * 8192 / 8, twice + " bytes");
        }
    }

    /** Those that find the other threads busy run on one. */
    @Test
    void threadsDoNotMatter() {
        Program program = lengthy(1200, true);
        Random random = new Random(1);
        List<Buffer> x = samples(program, random);
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        List<Buffer> expected = compiled.run(x);
        List<CompletableFuture<List<Buffer>>> runs = List.of(
                CompletableFuture.supplyAsync(() -> compiled.run(x)),
                CompletableFuture.supplyAsync(() -> compiled.run(x)),
                CompletableFuture.supplyAsync(() -> compiled.run(x)));
        for (CompletableFuture<List<Buffer>> run : runs) {
            List<Buffer> actual = run.join();
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i).reals(), actual.get(i).reals());
            }
        }
    }
}
