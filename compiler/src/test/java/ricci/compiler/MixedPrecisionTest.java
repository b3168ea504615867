package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;
import static ricci.einops.Einops.einsum;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.Tensor;
import ricci.Tensors;
import ricci.ir.Atom;
import ricci.ir.Bindings;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Products of narrow numbers have wide sums, each of which is rounded or wrapped once. */
class MixedPrecisionTest {
    private static final long[] LENGTHS = {0, 1, 2, 5, 8, 13, 16, 17, 23, 24, 31, 32, 33, 37, 48, 49, 64,
        67, 97};

    /** A type of operands and one of the result. */
    private record Types(DType of, DType to) {}

    private static final List<Types> TYPES = List.of(
            new Types(DType.BF16, DType.BF16), new Types(DType.F16, DType.F16),
            new Types(DType.BF16, DType.F32), new Types(DType.F16, DType.F32),
            new Types(DType.F32, DType.BF16), new Types(DType.F16, DType.BF16),
            new Types(DType.F32, DType.F64), new Types(DType.I8, DType.I8),
            new Types(DType.I8, DType.I32), new Types(DType.I16, DType.I16),
            new Types(DType.I16, DType.I32), new Types(DType.U8, DType.U8),
            new Types(DType.U8, DType.I32), new Types(DType.U16, DType.U32),
            new Types(DType.U32, DType.U32), new Types(DType.I32, DType.I8),
            new Types(DType.I8, DType.I64));

    /**
     * What is drawn at random.
     *
     * @param program a product, perhaps of operands that are converted first, and perhaps the negative of it
     * @param sums its sums, of the same inputs, as f64 or i64
     */
    private record Kind(RandomProduct of, Program program, Program sums, DType to, boolean isNegative,
            long depth) {
        static Kind of(Random random, long m, long n, long k) {
            Types types = TYPES.get(random.nextInt(TYPES.size()));
            List<Long> batch = random.nextInt(3) > 0 ? List.of()
                    : random.nextBoolean() ? List.of(3L) : List.of(2L, 3L);
            RandomProduct p = RandomProduct.of(random, types.of, types.to, batch, m, n, k);
            int converted = types.of.bytes() < types.to.bytes() ? random.nextInt(3) : 0;
            boolean isNegative = random.nextInt(3) == 0;
            return new Kind(p, written(p.program(), converted > 0 ? types.to : types.of, types.to,
                    isNegative), written(p.program(), wide(types.to), wide(types.to), false), types.to,
                    isNegative, k);
        }

        private static DType wide(DType dtype) {
            return dtype.isFloat() ? DType.F64 : DType.I64;
        }

        /** The same product of operands of another type, as another type. */
        private static Program written(Program program, DType of, DType to, boolean isNegative) {
            Builder b = new Builder();
            List<Atom.Var> inputs = b.inputs(program.inputTypes());
            Bindings bindings = new Bindings(program, inputs);
            Equation last = program.equations().getLast();
            for (Equation e : program.equations()) {
                List<Atom> x = bindings.of(e.operands());
                bindings.define(e, !e.equals(last) ? b.apply(e.op(), x) : List.of(b.apply(
                        new Op.DotGeneral(((Op.DotGeneral) e.op()).contraction(), to),
                        x.stream().map(operand -> b.convert(operand, of)).toArray(Atom[]::new))));
            }
            Atom result = bindings.of(last.result());
            return b.program(inputs, List.of(isNegative ? b.neg(result) : result));
        }

        /** Sums are rounded in f32, in whatever order; what they come to, is rounded once more. */
        void check(Buffer actual) {
            Buffer expected = Eval.run(program, of.values()).getFirst();
            if (!to.isFloat()) {
                assertArrayEquals(expected.integers(), actual.integers(), program::toString);
                return;
            }
            double[] exact = Eval.run(sums, of.values()).getFirst().reals();
            double[] magnitudes = Eval.run(sums, of.values().stream().map(x -> Buffer.ofReals(x.dtype(),
                    Arrays.stream(x.reals()).map(Math::abs).toArray())).toList()).getFirst().reals();
            double[] found = actual.reals();
            for (int i = 0; i < found.length; i++) {
                double slack = 2 * (depth + 1) * 0x1p-24 * magnitudes[i] + Float.MIN_VALUE;
                double sum = isNegative ? -exact[i] : exact[i];
                boolean isRight = Double.isFinite(slack)
                        ? to.round(sum - slack) <= found[i] && found[i] <= to.round(sum + slack)
                        : sum == found[i] || (Double.isNaN(sum) && Double.isNaN(found[i]));
                assertTrue(isRight, i + ": " + found[i] + ", not " + sum + ":\n" + program);
            }
        }
    }

    @Property(tries = 80, shrinking = ShrinkingMode.OFF)
    void isWhatTheInterpreterComputes(@ForAll long seed) {
        Random random = new Random(seed);
        Kind kind = Kind.of(random, length(random), length(random), length(random));
        kind.check(new Compiler().compile(kind.program).run(kind.of.values()).getFirst());
    }

    /** So many multiplications that operands are packed, and so long sums that they are cut. */
    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void largeOnesToo(@ForAll long seed) {
        Random random = new Random(seed);
        boolean isDeep = random.nextBoolean();
        Kind kind = Kind.of(random, 90 + random.nextInt(60), 90 + random.nextInt(120),
                isDeep ? 1100 + random.nextInt(300) : 300 + random.nextInt(100));
        kind.check(new Compiler().compile(kind.program).run(kind.of.values()).getFirst());
    }

    private static long length(Random random) {
        return LENGTHS[random.nextInt(LENGTHS.length)];
    }

    /** What follows a product reads its elements as they would be in memory. */
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void whatFollowsReadsRoundedSums(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = List.of(DType.BF16, DType.F16, DType.I8).get(random.nextInt(3));
        boolean isLarge = random.nextInt(3) == 0;
        Tensor x = zeros(dtype, 1 + random.nextInt(90), isLarge ? 1500 : 1 + random.nextInt(90));
        Tensor y = zeros(dtype, x.shape().length(1), 1 + random.nextInt(90));
        Tensor bias = zeros(dtype, y.shape().length(1));
        boolean isKept = random.nextBoolean();
        Program both = program((Tensor a, Tensor b, Tensor c) -> {
            Tensor product = einsum(a, b, "i k, k j -> i j");
            Tensor end = product.add(c).mul(product);
            return isKept ? List.of(end, product) : List.of(end);
        }, x, y, bias);
        Program product = program((Tensor a, Tensor b) -> einsum(a, b, "i k, k j -> i j"), x, y);
        Program after = program((Tensor p, Tensor c) -> p.add(c).mul(p),
                zeros(dtype, x.shape().length(0), y.shape().length(1)), bias);
        List<Buffer> values = both.inputTypes().stream().map(type -> numbers(random, type)).toList();
        Buffer p = new Compiler().compile(product).run(values.subList(0, 2)).getFirst();
        Buffer end = new Compiler().compile(after).run(List.of(p, values.getLast())).getFirst();
        List<Buffer> results = new Compiler().compile(both).run(values);
        assertArrayEquals(bytes(end), bytes(results.getFirst()), both::toString);
        if (isKept) {
            assertArrayEquals(bytes(p), bytes(results.getLast()), both::toString);
        }
    }

    private static Buffer numbers(Random random, TensorType type) {
        long count = type.shape().size();
        return type.dtype().isFloat()
                ? Buffer.ofReals(type.dtype(), random.doubles(count).map(x -> x - 0.5).toArray())
                : Buffer.ofIntegers(type.dtype(), random.longs(count, -128, 128).toArray());
    }

    private static byte[] bytes(Buffer buffer) {
        return buffer.segment().toArray(ValueLayout.JAVA_BYTE);
    }

    // ---- sums of bytes as floats ----

    /** As many as a float counts, and one more; and the greatest, of one sign. */
    @Test
    void sumsOfBytesAreExact() {
        for (long depth : new long[] {300, 1024, 1025, 2500}) {
            Program program = program((Tensor x, Tensor y) -> einsum(x.to(DType.I32), y.to(DType.I32),
                    "i k, k j -> i j"), zeros(DType.I8, 257, depth), zeros(DType.I8, depth, 261));
            assertTrue(products(MixedPrecision.of(program)).allMatch(e ->
                    e.result().type().dtype() == DType.F32), program::toString);
            Random random = new Random(depth);
            List<Buffer> some = program.inputTypes().stream().map(type -> numbers(random, type)).toList();
            List<Buffer> least = program.inputTypes().stream()
                    .map(type -> Buffer.filled(type.dtype(), type.shape().size(), -128)).toList();
            for (List<Buffer> values : List.of(some, least)) {
                long[] expected = Eval.run(program, values).getFirst().integers();
                assertArrayEquals(expected, Eval.run(MixedPrecision.of(program), values).getFirst()
                        .integers());
                assertArrayEquals(expected, new Compiler().compile(program).run(values).getFirst()
                        .integers());
            }
        }
    }

    // ---- the pass ----

    private static Stream<Equation> products(Program program) {
        return program.equations().stream().filter(e -> e.op() instanceof Op.DotGeneral);
    }

    private static long conversions(Program program) {
        return program.equations().stream().filter(e -> e.op() instanceof Op.Convert).count();
    }

    @Test
    void exactConversionsOfOperandsGo() {
        Tensor x = zeros(DType.BF16, 40, 50);
        Program program = program((Tensor a, Tensor b) -> einsum(a.to(DType.F32), b.to(DType.F32),
                "i k, k j -> i j"), x, zeros(DType.BF16, 50, 60));
        assertEquals(0, conversions(MixedPrecision.of(program)));
        Program square = program((Tensor a) -> {
            Tensor wide = a.to(DType.F32);
            return einsum(wide, wide, "i k, j k -> i j");
        }, x);
        assertEquals(0, conversions(MixedPrecision.of(square)));
    }

    @Test
    void whatElseIsReadStays() {
        Tensor x = zeros(DType.BF16, 40, 50);
        Tensor y = zeros(DType.BF16, 50, 60);
        Program isRead = program((Tensor a, Tensor b) -> {
            Tensor wide = a.to(DType.F32);
            return List.of(einsum(wide, b.to(DType.F32), "i k, k j -> i j"), wide);
        }, x, y);
        assertSame(isRead, MixedPrecision.of(isRead));
        Program isRounded = program((Tensor a, Tensor b) -> einsum(a.to(DType.BF16).to(DType.F32),
                b.to(DType.F32), "i k, k j -> i j"), zeros(40, 50), zeros(DType.F16, 50, 60));
        assertSame(isRounded, MixedPrecision.of(isRounded));
        // Sums as f32 would not be those of f64 that are asked for.
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(List.of(TensorType.of(DType.F32, 40, 50)));
        Atom wide = b.convert(inputs.getFirst(), DType.F64);
        Program isWide = b.program(inputs, List.of(b.apply(new Op.DotGeneral(new ricci.ir.Contraction(
                List.of(), List.of(), List.of(1), List.of(1)), DType.F32), wide, wide)));
        assertSame(isWide, MixedPrecision.of(isWide));
    }

    @Test
    void roundingIsPartOfTheTiles() {
        Program program = program((Tensor x, Tensor y, Tensor b) -> Tensors.relu(x.matmul(y).add(b)),
                zeros(DType.BF16, 64, 32), zeros(DType.BF16, 32, 48), zeros(DType.BF16, 48));
        Plan plan = Planner.plan(program);
        assertFalse(plan.actions().isEmpty());
        // Besides the tiles, there are copies of the operands.
        assertTrue(plan.actions().size() <= 3, plan::toString);
    }
}
