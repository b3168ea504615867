package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.einsum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.jvm.Machine;
import ricci.jvm.Tiers;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Products of matrices by tiles are those of the interpreter, however they are cut. */
class GemmTest {
    private static final long[] LENGTHS = {1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 15, 16, 17, 23, 31, 32, 33, 37,
        48, 61, 64, 67};
    private static final List<Blocking> BLOCKINGS = List.of(
            new Blocking(6, 16, 1000, 12, 32), new Blocking(6, 16, 7, 6, 16), new Blocking(4, 24, 20, 8, 48),
            new Blocking(1, 8, 5, 3, 8), new Blocking(8, 48, 64, 16, 96));

    /** Copies of operands as numbers of another type give the same bits, wherever their elements lie. */
    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void operandsMayBeConvertedBefore(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = List.of(DType.F16, DType.BF16, DType.I8, DType.U16).get(random.nextInt(4));
        List<Long> batch = random.nextInt(3) > 0 ? List.of() : List.of(2L, 3L);
        RandomProduct p = RandomProduct.of(random, dtype, sums(dtype), batch, length(random), length(random),
                length(random));
        Blocking blocking = BLOCKINGS.get(random.nextInt(BLOCKINGS.size()));
        List<double[]> expected = run(p, Gemm.packed(product(p), blocking, 1));
        for (List<Integer> sides : List.of(List.of(0), List.of(1), List.of(0, 1))) {
            List<Launch> launches = new ArrayList<>();
            Dots.Product product = product(p);
            for (int side : sides) {
                product = Converted.of(product, side, launches);
            }
            assertEquals(sides.size(), launches.size());
            launches.addAll(Gemm.packed(product, blocking, 2));
            assertTrue(product.isAlongColumns() || !product(p).isAlongColumns(), p.program()::toString);
            List<double[]> results = run(p, launches);
            for (int tier = 0; tier < results.size(); tier++) {
                assertEquals(-1, Arrays.mismatch(expected.get(tier), results.get(tier)),
                        p.program()::toString);
            }
        }
    }

    private static DType sums(DType dtype) {
        return dtype.bytes() > 2 ? dtype : dtype.isFloat() ? DType.F32 : DType.I32;
    }

    /** All ways to cut a product give the same bits. */
    @Property(tries = 50, shrinking = ShrinkingMode.OFF)
    void isWhatTheInterpreterComputes(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = List.of(DType.F32, DType.F32, DType.F64, DType.I32, DType.F16, DType.BF16, DType.I8,
                DType.U16).get(random.nextInt(8));
        DType to = sums(dtype);
        List<Long> batch = random.nextInt(3) > 0 ? List.of()
                : random.nextBoolean() ? List.of(3L) : List.of(2L, 3L);
        RandomProduct p = RandomProduct.of(random, dtype, to, batch, length(random), length(random),
                length(random));
        double[] expected = numbers(Eval.run(p.program(), p.values()).getFirst());
        double[] slack = slack(p);
        Blocking some = BLOCKINGS.get(random.nextInt(BLOCKINGS.size()));
        List<double[]> results = new ArrayList<>();
        for (Blocking blocking : List.of(some, Blocking.of(Machine.here(), to.bytes()))) {
            for (int threads = 1; threads <= 3; threads++) {
                results.addAll(run(p, Gemm.packed(product(p), blocking, threads)));
            }
            Blocking other = new Blocking(3, 2 * blocking.tileColumns(), 1 + random.nextInt(70), 9,
                    8L * blocking.tileColumns());
            results.addAll(run(p, Gemm.packed(product(p), other, 2)));
        }
        if (Direct.exists(product(p))) {
            results.addAll(run(p, Direct.of(product(p), 2)));
        }
        if (product(p).isAlongColumns()) {
            results.addAll(run(p, SkinnyGemm.of(product(p), 2)));
        }
        for (List<Launch> chosen : List.of(Gemm.of(product(p)), Gemm.small(product(p)))) {
            results.addAll(chosen.isEmpty() ? List.of() : run(p, chosen));
        }
        for (double[] result : results) {
            Launched.assertClose(expected, slack, result, p.program());
            assertEquals(-1, Arrays.mismatch(results.getFirst(), result), () -> some + " of\n" + p.program());
        }
    }

    /** Few rows, too. */
    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void fewRowsAreReadOnce(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = List.of(DType.F32, DType.F64, DType.I32).get(random.nextInt(3));
        List<Long> batch = random.nextInt(3) > 0 ? List.of() : List.of(3L);
        RandomProduct p = RandomProduct.of(random, dtype, dtype, batch, 1 + random.nextInt(15),
                random.nextInt(5) == 0 ? 700 : length(random), length(random));
        if (!product(p).isAlongColumns()) {
            return;
        }
        List<double[]> results = new ArrayList<>(run(p, SkinnyGemm.of(product(p), 1)));
        results.addAll(run(p, SkinnyGemm.of(product(p), 3)));
        for (double[] result : results) {
            Launched.assertClose(numbers(Eval.run(p.program(), p.values()).getFirst()), slack(p), result,
                    p.program());
            assertEquals(-1, Arrays.mismatch(results.getFirst(), result), p.program()::toString);
        }
    }

    /** Few columns have a tile as wide as they are, of which only what there is is written. */
    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void fewColumnsArePadded(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = List.of(DType.F32, DType.F32, DType.F64, DType.I32, DType.F16).get(random.nextInt(5));
        DType to = sums(dtype);
        int lanes = Blocking.lanes(Machine.here(), to.bytes());
        long columns = 1L + random.nextInt(4 * lanes);
        RandomProduct p = RandomProduct.of(random, dtype, to, List.of(), 8 + random.nextInt(60), columns,
                1 + random.nextInt(90));
        Dots.Product product = product(p);
        List<Launch> padded = Padded.of(product, 2);
        if (padded.isEmpty()) {
            assertTrue(columns >= lanes || 3 * columns < lanes || !product.isAlongColumns(),
                    p.program()::toString);
            return;
        }
        double[] expected = numbers(Eval.run(p.program(), p.values()).getFirst());
        List<double[]> results = new ArrayList<>(run(p, padded));
        results.addAll(run(p, Padded.of(product, 1)));
        results.addAll(run(p, Gemm.packed(product, new Blocking(6, lanes, 40, 12, 4L * lanes), 2)));
        for (double[] result : results) {
            Launched.assertClose(expected, slack(p), result, p.program());
            assertEquals(-1, Arrays.mismatch(results.getFirst(), result), p.program()::toString);
        }
    }

    /** Axes that do not lie as one are made one. */
    @Test
    void axesMayBeMany() {
        check("f c b e a, e h c g -> a b f g h", new long[] {3, 6, 4, 5, 7}, new long[] {5, 9, 6, 8});
        check("a b f, f g h -> g a h b", new long[] {5, 9, 33}, new long[] {33, 7, 6});
        check("b c i k, b c k j -> b c i j", new long[] {3, 4, 40, 30}, new long[] {3, 4, 30, 50});
        check("q b c k, r b c k -> c b q r", new long[] {40, 3, 4, 30}, new long[] {50, 3, 4, 30});
    }

    /** What lies askew in memory is packed, and a few columns sum up in lanes. */
    @Test
    void sizesMayBeOdd() {
        check("i k, k j -> i j", new long[] {25, 33}, new long[] {33, 41});
        check("i k, k j -> i j", new long[] {29, 17}, new long[] {17, 19});
        check("k i, k j -> i j", new long[] {37, 31}, new long[] {37, 23});
        check("i k, j k -> i j", new long[] {30, 40}, new long[] {35, 40});
        check("k i, j k -> i j", new long[] {40, 26}, new long[] {16, 40});
        check("b i k, b k j -> b i j", new long[] {3, 24, 16}, new long[] {3, 16, 17});
        for (long columns = 2; columns < 8; columns++) {
            check("i k, k j -> i j", new long[] {17 + columns, 30 + columns},
                    new long[] {30 + columns, columns});
        }
        check("b i k, b k j -> b i j", new long[] {2, 20, 33}, new long[] {2, 33, 5});
    }

    @Test
    void nothingSumsUpToZero() {
        check("i k, k j -> i j", new long[] {40, 0}, new long[] {0, 50});
        check("i k, k j -> i j", new long[] {0, 40}, new long[] {40, 50});
        check("i, j -> i j", new long[] {40}, new long[] {50});
        check("i k, k -> i", new long[] {40, 300}, new long[] {300});
        check("k, k j -> j", new long[] {300}, new long[] {300, 50});
    }

    private static void check(String pattern, long[] left, long[] right) {
        Random random = new Random(7);
        Program program = Ricci.program((Tensor x, Tensor y) -> einsum(x, y, pattern), Ricci.zeros(left),
                Ricci.zeros(right));
        List<Buffer> values = program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                random.doubles(type.shape().size()).map(x -> x - 0.5).toArray())).toList();
        AgainstInterpreter.check(program, values);
        BothTiers.check(program, values);
    }

    private static double[] numbers(Buffer buffer) {
        return buffer.dtype().isFloat() ? buffer.reals() : Arrays.stream(buffer.integers()).asDoubleStream()
                .toArray();
    }

    private static long length(Random random) {
        return LENGTHS[random.nextInt(LENGTHS.length)];
    }

    private static Dots.Product product(RandomProduct p) {
        Fuse.Cut cut = Fuse.of(p.program());
        Equation e = p.program().equations().getLast();
        Dots.Product product = Dots.product(e, (Op.DotGeneral) e.op(), cut);
        // Axes of one element have gone.
        return product.matrices();
    }

    /** The error bound of sums in any order: twice as many roundings as there are, of the magnitudes. */
    private static double[] slack(RandomProduct p) {
        List<Buffer> magnitudes = p.values().stream().map(b -> b.dtype().isFloat()
                ? Buffer.ofReals(b.dtype(), Arrays.stream(b.reals()).map(Math::abs).toArray()) : b).toList();
        Equation e = p.program().equations().getLast();
        DType to = e.result().type().dtype();
        int side = ((Op.DotGeneral) e.op()).contraction().leftContracted().getFirst();
        double terms = e.operands().getFirst().type().shape().length(side);
        double unit = !to.isFloat() ? 0 : to == DType.F64 ? 0x1p-53 : 0x1p-24;
        return Arrays.stream(numbers(Eval.run(p.program(), magnitudes).getFirst()))
                .map(sum -> 2 * (terms + 1) * unit * sum + (to.isFloat() ? Float.MIN_VALUE : 0)).toArray();
    }

    /** The results without and with vectors. */
    private static List<double[]> run(RandomProduct p, List<Launch> launches) {
        assertFalse(launches.isEmpty());
        return Launched.run(p.program(), p.values(), launches).stream().map(GemmTest::numbers).toList();
    }

    @Test
    void kernelsAreCompiledAsAWhole() {
        Random random = new Random(1);
        for (Blocking blocking : BLOCKINGS) {
            RandomProduct p = RandomProduct.of(random, DType.F32, DType.F32, List.of(2L, 3L), 100, 200, 300);
            assertCompiled(Gemm.packed(product(p), blocking, 2));
        }
        for (int rows = 1; rows < 60; rows++) {
            RandomProduct p = RandomProduct.of(random, DType.F32, DType.F32, List.of(), rows, 201, 1025);
            assertCompiled(SkinnyGemm.of(product(p), 1));
        }
    }

    /** The JVM compiles no longer ones. */
    private static void assertCompiled(List<Launch> launches) {
        for (Launch launch : launches) {
            int bytes = Tiers.bytes(launch.kernel());
            assertTrue(bytes < 8000, () -> bytes + " bytes: " + launch.kernel());
        }
    }
}
