package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Logic.logicalAnd;
import static ricci.Ricci.arange;
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
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.Fn;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** A softmax of which no row is anywhere as a whole is what it was. */
class OnlineSoftmaxTest {
    private static final Path TEXTS = Path.of("src/test/resources/passes");
    private static final long MOST = 400;
    private static final long PART = 200;

    private static Tensor attention(Tensor q, Tensor k, Tensor v) {
        return softmax(einsum(q, k, "... i d, ... j d -> ... i j"), -1).matmul(v);
    }

    private static Program late(Program program) {
        return LateNormalization.of(Pipeline.of(program));
    }

    // ---- as texts to be read ----

    private static Map<String, Program> programs() {
        Tensor q = zeros(DType.F32, 8, 4);
        Tensor k = zeros(DType.F32, 26, 4);
        Map<String, Program> programs = new TreeMap<>();
        programs.put("attention-online", program((Tensor x, Tensor y, Tensor v) -> attention(x, y, v), q, k,
                k));
        programs.put("logsumexp-online", program((Tensor x, Tensor y) -> {
            Tensor scores = x.matmul(y.transpose());
            Tensor greatest = scores.max(1);
            return scores.sub(greatest.expandDims(1)).exp().sum(1).log().add(greatest);
        }, q, k));
        return programs;
    }

    @Test
    void programsBecomeTheseTexts() throws IOException {
        for (Map.Entry<String, Program> each : programs().entrySet()) {
            Program before = Pipeline.of(each.getValue());
            Program late = LateNormalization.of(before);
            String text = ("before\n" + before + "\nnormalized late\n" + late + "\nonline\n"
                    + OnlineSoftmax.of(late, MOST, PART)).replaceAll(" *// .*", "");
            Path path = TEXTS.resolve(each.getKey() + ".txt");
            if ("write".equals(System.getProperty("ricci.golden"))) {
                Files.writeString(path, text);
            }
            assertEquals(Files.readString(path), text, each.getKey());
        }
    }

    // ---- the same numbers ----

    private static Program random(StripMineTest.Kind kind) {
        Random random = kind.random();
        int how = random.nextInt(6);
        boolean isColumnWise = random.nextBoolean();
        boolean isOnTheRight = random.nextBoolean();
        Tensor mask = random.nextBoolean() ? zeros(kind.dtype(), kind.queries(), kind.keys())
                : kind.tensor(kind.queries(), kind.keys());
        Fn<List<Tensor>, Object> f = x -> {
            Tensor scores = kind.masked(einsum(x.get(0), x.get(1), "... i d, ... j d -> ... i j"), x.get(3),
                    how);
            Tensor p = isColumnWise ? softmax(scores.swapAxes(-1, -2), -2) : softmax(scores, -1);
            String axes = isColumnWise ? "... j i" : "... i j";
            return isOnTheRight ? einsum(x.get(2), p, "... j d, " + axes + " -> ... d i")
                    : einsum(p, x.get(2), axes + ", ... j d -> ... i d");
        };
        return late(program(f, List.of(kind.tensor(kind.queries(), kind.features()),
                kind.tensor(kind.keys(), kind.features()), kind.tensor(kind.keys(), kind.features()), mask)));
    }

    /** Of which some are not finite: what is masked is minus infinity, sometimes in a whole row. */
    private static List<Buffer> samples(Program program, Random random) {
        return program.inputTypes().stream().map(type -> {
            double[] values = random.doubles(type.shape().size(), -2, 2).toArray();
            boolean isMask = type.shape().length(type.rank() - 1) >= 20;
            double least = random.nextInt(4) == 0 ? -3 : 2 * random.nextDouble();
            if (isMask) {
                Arrays.setAll(values, i -> values[i] < least - 1 ? Double.NEGATIVE_INFINITY : values[i]);
            }
            return Buffer.ofReals(type.dtype(), values);
        }).toList();
    }

    /** To some digits of the greatest; what is no finite number is the same. */
    private static void same(DType dtype, List<Buffer> expected, List<Buffer> actual, Program program) {
        double[] x = expected.stream().flatMapToDouble(each -> Arrays.stream(each.reals())).toArray();
        double[] y = actual.stream().flatMapToDouble(each -> Arrays.stream(each.reals())).toArray();
        double most = Arrays.stream(x).filter(Double::isFinite).map(Math::abs).max().orElse(0);
        double slack = (dtype == DType.F64 ? 1e-12 : 1e-4) * Math.max(most, 1);
        for (int i = 0; i < x.length; i++) {
            String where = "element " + i + " is " + y[i] + ", not " + x[i] + ", of\n" + program;
            assertTrue(Double.compare(x[i], y[i]) == 0 || Math.abs(x[i] - y[i]) <= slack, where);
        }
    }

    @Property(tries = 300)
    void aPartOfARowAtATimeIsTheSame(@ForAll long seed) {
        StripMineTest.Kind kind = StripMineTest.Kind.of(seed);
        Program before = random(kind);
        Program after = OnlineSoftmax.of(before, MOST, PART);
        assertTrue(StripMineTest.largest(after) < StripMineTest.largest(before),
                () -> "not cut:\n" + before + after);
        List<Buffer> x = samples(before, kind.random());
        same(kind.dtype(), Eval.run(before, x), Eval.run(after, x), before);
    }

    @Property(tries = 40)
    void itIsTheSameCompiled(@ForAll long seed) {
        StripMineTest.Kind kind = StripMineTest.Kind.of(seed);
        Program before = random(kind);
        List<Buffer> x = samples(before, kind.random());
        same(kind.dtype(), Eval.run(before, x),
                new Compiler().compile(OnlineSoftmax.of(before, MOST, PART)).run(x), before);
    }

    /** Of numbers of all sizes, such as overflow or are none; keys that no query sees come first or last. */
    @Property(tries = 200)
    void rowsOfAnyNumbersAreTheSame(@ForAll long seed, @ForAll @IntRange(min = 0, max = 26) int first,
            @ForAll @IntRange(min = 0, max = 26) int end) {
        Program before = late(program((Tensor q, Tensor k, Tensor v) -> {
            Tensor keys = arange(26);
            Tensor isSeen = logicalAnd(keys.ge(first), keys.lt(end)).expandDims(0).broadcastTo(8, 26);
            Tensor scores = q.matmul(k.transpose());
            return softmax(where(isSeen, scores, scores.mul(0).sub(Double.POSITIVE_INFINITY)), -1).matmul(v);
        }, zeros(DType.F32, 8, 2), zeros(DType.F32, 26, 2), zeros(DType.F32, 26, 2)));
        Program after = OnlineSoftmax.of(before, MOST, PART);
        assertTrue(StripMineTest.largest(after) < StripMineTest.largest(before), after::toString);
        Random random = new Random(seed);
        double[] kinds = {1, 1, 1, 1, 1e3, 1e25, 1e-30, 0, Double.POSITIVE_INFINITY, Double.NaN};
        List<Buffer> x = before.inputTypes().stream().map(type -> {
            int most = 4 + random.nextInt(7);
            double[] values = random.doubles(type.shape().size(), -2, 2).toArray();
            Arrays.setAll(values, i -> values[i] * kinds[random.nextInt(8) == 0 ? random.nextInt(most) : 0]);
            return Buffer.ofReals(type.dtype(), values);
        }).toList();
        same(DType.F32, Eval.run(before, x), Eval.run(after, x), before);
    }

    // ---- what stays as it is ----

    private static void stays(Program program) {
        Program before = late(program);
        assertEquals(before, OnlineSoftmax.of(before, MOST, PART));
    }

    @Test
    void whatIsNoSumOfExponentialsIsNotCut() {
        Tensor x = zeros(DType.F32, 24, 2);
        stays(program((Tensor q, Tensor k) -> softmax(q.matmul(k.transpose()), -1), x, x));
        // Of the greatest of each row, written along columns.
        stays(program((Tensor q, Tensor k) -> {
            Tensor scores = q.matmul(k.transpose());
            return scores.sub(scores.max(1)).exp().matmul(k);
        }, x, x));
        // Squares grow by another factor.
        stays(program((Tensor q, Tensor k) -> {
            Tensor scores = q.matmul(k.transpose());
            Tensor e = scores.sub(scores.max(1).expandDims(1)).exp();
            return e.square().matmul(k);
        }, x, x));
        stays(program((Tensor q, Tensor k) -> {
            Tensor scores = q.matmul(k.transpose());
            Tensor e = scores.sub(scores.max(1).expandDims(1)).exp();
            return e.matmul(k).add(scores.matmul(k));
        }, x, x));
        // The greatest of each row is read elsewhere, too: as a whole, a part at a time, and made again.
        stays(program((Tensor q, Tensor k) -> {
            Tensor scores = q.matmul(k.transpose());
            Tensor e = scores.sub(scores.max(1).expandDims(1)).exp();
            return e.matmul(k.add(scores.max(1).expandDims(1)));
        }, x, x));
        for (int axis : List.of(0, 1)) {
            stays(program((Tensor q, Tensor k) -> {
                Tensor scores = q.matmul(k.transpose());
                Tensor greatest = scores.max(1);
                Tensor e = scores.sub(greatest.expandDims(1)).exp();
                return e.matmul(greatest.expandDims(axis).broadcastTo(24, axis == 0 ? 24 : 8));
            }, x, x));
        }
    }

    /** The axes of a product may come in another order than those of the softmax. */
    @Test
    void axesOfBatchesMayBeInAnyOrder() {
        Tensor x = zeros(DType.F64, 3, 20, 2);
        for (String axes : List.of("i b j, b j d -> b i d", "i b j, b j d -> i d b")) {
            Program before = Pipeline.of(program((Tensor q, Tensor k, Tensor v) ->
                    einsum(softmax(einsum(q, k, "b i d, b j d -> i b j"), -1), v, axes), x, x, x));
            Program late = LateNormalization.of(before);
            Program after = OnlineSoftmax.of(late, MOST, PART);
            assertTrue(StripMineTest.largest(after) < StripMineTest.largest(late), after::toString);
            List<Buffer> inputs = samples(before, new Random(1));
            List<Buffer> expected = Eval.run(before, inputs);
            same(DType.F64, expected, Eval.run(late, inputs), before);
            same(DType.F64, expected, Eval.run(after, inputs), before);
        }
    }

    /** Without a division, too, a row of which all is masked comes to what it did. */
    @Test
    void rowsOfWhichNothingIsSeenAreNoNumbers() {
        Tensor q = zeros(DType.F64, 8, 2);
        Tensor k = zeros(DType.F64, 26, 2);
        Program before = late(program((Tensor x, Tensor y, Tensor mask) -> {
            Tensor scores = x.matmul(y.transpose()).add(mask);
            Tensor greatest = scores.max(1);
            Tensor e = scores.sub(greatest.expandDims(1)).exp();
            return List.of(e.matmul(y), e.sum(1).log().add(greatest));
        }, q, k, zeros(DType.F64, 8, 26)));
        Program after = OnlineSoftmax.of(before, MOST, PART);
        assertTrue(StripMineTest.largest(after) < StripMineTest.largest(before), after::toString);
        List<Buffer> x = new ArrayList<>(samples(before, new Random(2)));
        double[] mask = new double[8 * 26];
        Arrays.fill(mask, 3 * 26, 5 * 26, Double.NEGATIVE_INFINITY);
        x.set(2, Buffer.ofReals(DType.F64, mask));
        List<Buffer> expected = Eval.run(before, x);
        assertTrue(Double.isNaN(expected.getFirst().reals()[3 * 2]));
        same(DType.F64, expected, Eval.run(after, x), before);
    }

    /** A softmax that is read elsewhere is divided where it was: it is one value. */
    @Test
    void aSoftmaxThatIsReadTwiceIsNotNormalizedLate() {
        Tensor x = zeros(DType.F32, 24, 2);
        Program before = Pipeline.of(program((Tensor q, Tensor k) -> {
            Tensor p = softmax(q.matmul(k.transpose()), -1);
            return List.of(p.matmul(k), p.sum(0));
        }, x, x));
        assertEquals(before, LateNormalization.of(before));
    }

    /** Of all the scores of long rows, a few parts are in memory. */
    @Test
    void memoryDoesNotGrowWithTheLengthOfRows() {
        long some = Planner.plan(lengthy(1 << 14)).arena();
        long twice = Planner.plan(lengthy(1 << 15)).arena();
        assertTrue(twice - some < 1 << 20, some + " bytes of one length, " + twice + " of twice that");
        assertTrue(late(lengthy(1 << 14)).equations().stream().anyMatch(e -> e.op() instanceof Op.DotGeneral));
    }

    private static Program lengthy(long keys) {
        Tensor x = zeros(DType.F32, keys, 16);
        return program((Tensor q, Tensor k, Tensor v) -> attention(q, k, v), zeros(DType.F32, 128, 16), x, x);
    }
}
