package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.jvm.Code;
import ricci.jvm.Machine;
import ricci.jvm.Tiers;
import ricci.runtime.Buffer;

/** Small products, of all sizes about that of a tile, are what they are by definition. */
class DirectTest {
    private static final int LANES = Blocking.lanes(Machine.here(), 4);

    @Test
    void allSizesAboutThatOfATile() {
        Blocking tile = Blocking.of(Machine.here(), 4);
        Random random = new Random(3);
        for (long m = 1; m <= 2L * tile.tileRows() + 1; m++) {
            for (long n = LANES; n <= 2L * tile.tileColumns() + 1; n++) {
                check(random, m, n, 1 + random.nextInt(20));
            }
        }
        for (long prime : new long[] {29, 31, 37, 41, 53, 67, 97, 101, 127}) {
            check(random, prime, LANES + random.nextInt(100), prime);
            check(random, 1 + random.nextInt(100), prime, 1 + random.nextInt(200));
        }
    }

    /** With and without vectors, whatever the order of tiles, wherever the operands lie. */
    private static void check(Random random, long m, long n, long k) {
        RandomProduct p = RandomProduct.of(random, DType.F32, DType.F32, List.of(), m, n, k);
        Equation e = p.program().equations().getLast();
        Dots.Product product = Dots.product(e, (Op.DotGeneral) e.op(), Fuse.of(p.program())).matrices();
        if (!Direct.exists(product)) {
            return;
        }
        double[] sums = new double[(int) (m * n)];
        double[] magnitudes = new double[sums.length];
        sums(p, product, sums, magnitudes);
        double[] first = run(Direct.of(product, 1), p, 0);
        for (int i = 0; i < sums.length; i++) {
            int element = i;
            double slack = 2 * k * 0x1p-24 * magnitudes[i] + Float.MIN_VALUE;
            assertTrue(Math.abs(first[i] - sums[i]) <= slack
                    || Double.compare((float) sums[i], first[i]) == 0,
                    () -> element + " of " + m + "x" + n + "x" + k + ": " + first[element] + ", not "
                    + sums[element] + "\n" + p.program());
        }
        Direct.Shape other = new Direct.Shape((int) Math.min(m, 1 + random.nextInt(6)), LANES);
        for (List<Launch> launches : List.of(Direct.of(product, 2), List.of(Direct.of(product, other, 1)))) {
            for (int tier = 0; tier < 2; tier++) {
                assertEquals(-1, Arrays.mismatch(first, run(launches, p, tier)), p.program()::toString);
            }
        }
    }

    private static void sums(RandomProduct p, Dots.Product product, double[] sums, double[] magnitudes) {
        double[] x = p.values().getFirst().reals();
        double[] y = p.values().getLast().reals();
        Axis rows = product.rows().getFirst();
        Axis columns = product.columns().getFirst();
        Axis sum = product.sum().getFirst();
        for (int i = 0; i < sums.length; i++) {
            long row = i / columns.length();
            long column = i % columns.length();
            for (long k = 0; k < sum.length(); k++) {
                double a = x[(int) (product.x().offset() + row * rows.stride(0) + k * sum.stride(0))];
                double b = y[(int) (product.y().offset() + column * columns.stride(0) + k * sum.stride(1))];
                sums[i] += a * b;
                magnitudes[i] += Math.abs(a * b);
            }
        }
    }

    /** The result; the turns are taken in two parts, the later one first. */
    private static double[] run(List<Launch> launches, RandomProduct p, int tier) {
        try (Arena arena = Arena.ofConfined()) {
            long count = p.program().resultTypes().getFirst().shape().size();
            MemorySegment result = arena.allocate(4 * count, 64);
            result.fill((byte) -1);
            for (Launch launch : launches) {
                Launches.check(launch);
                Code code = Tiers.of(launch.kernel()).get(tier);
                long[] at = launch.memory().stream().mapToLong(memory -> {
                    int input = p.program().inputs().indexOf(((Launch.Memory.Of) memory).variable());
                    return input < 0 ? result.address() : p.values().get(input).segment().address();
                }).toArray();
                long[] sizes = launch.sizes().stream().mapToLong(size -> size).toArray();
                code.run(at, sizes, launch.turns() / 2, launch.turns());
                code.run(at, sizes, 0, launch.turns() / 2);
            }
            return Buffer.of(DType.F32, result).reals();
        }
    }

    /** On any machine, all sums have registers, and a tile is not larger than the result. */
    @Property
    void tilesHaveRegisters(@ForAll @IntRange(min = 7, max = 11) int bits,
            @ForAll @IntRange(min = 1, max = 70) int m, @ForAll @IntRange(min = 1, max = 300) int n,
            @ForAll @IntRange(min = 1, max = 1000) int k) {
        Machine machine = new Machine(1 << bits);
        int lanes = Blocking.lanes(machine, 4);
        Direct.Shape shape = Direct.Shape.of(new Direct.Sizes(machine, 4, m, n, k));
        int vectors = shape.columns() / lanes;
        assertEquals(0, shape.columns() % lanes);
        assertTrue(shape.rows() * vectors + vectors + 2 <= machine.registers(), shape::toString);
        assertTrue(shape.rows() <= m, shape::toString);
        assertTrue(n < lanes || shape.columns() <= n, shape::toString);
        Direct.Shape shifted = Direct.Shape.of(new Direct.Sizes(machine, 4, m, n, k, false, true));
        assertTrue(shifted.rows() <= m && shifted.columns() < Math.max(n, lanes) + lanes, shifted::toString);
        assertTrue((shifted.rows() + 1) * shifted.columns() / lanes + 2 <= machine.registers(),
                shifted::toString);
    }

    /** Batches of examples have many sizes. */
    @Test
    void productsOfManySizesShareTiles() {
        Machine machine = new Machine(512);
        for (int m : List.of(37, 64, 96, 100, 128, 130, 160, 200, 256)) {
            assertEquals(new Direct.Shape(6, 16), Direct.Shape.wide(new Direct.Sizes(machine, 4, m, 16, 512)));
            assertEquals(new Direct.Shape(4, 64), Direct.Shape.of(new Direct.Sizes(machine, 4, m, 512, 10)));
            assertEquals(new Direct.Shape(4, 64),
                    Direct.Shape.of(new Direct.Sizes(machine, 4, 784, 512, Math.min(m, 128))));
        }
    }

    /** A tile that is wider than the result computes some columns twice, to the same bits. */
    @Test
    void theLastVectorMayBeginEarlier() {
        for (int vectors = 2; vectors <= Direct.MOST_VECTORS; vectors++) {
            for (long n = (vectors - 1L) * LANES + 1; n < (long) vectors * LANES; n++) {
                RandomProduct p = RandomProduct.of(new Random(n), DType.F32, DType.F32, List.of(), 7, n, 5);
                Equation e = p.program().equations().getLast();
                Dots.Product product = Dots.product(e, (Op.DotGeneral) e.op(), Fuse.of(p.program()))
                        .matrices();
                if (!Direct.exists(product)) {
                    continue;
                }
                Launch whole = Direct.of(product, new Direct.Shape(2, LANES), 1);
                Launch wider = Direct.of(product, new Direct.Shape(3, vectors * LANES), 1);
                for (int tier = 0; tier < 2; tier++) {
                    assertEquals(-1, Arrays.mismatch(run(List.of(whole), p, tier),
                            run(List.of(wider), p, tier)), p.program()::toString);
                }
            }
        }
    }

    /** The JVM compiles no longer methods. */
    @Test
    void kernelsAreCompiledAsAWhole() {
        RandomProduct p = RandomProduct.of(new Random(1), DType.F32, DType.F32, List.of(2L, 3L), 40, 70, 9);
        Equation e = p.program().equations().getLast();
        Dots.Product product = Dots.product(e, (Op.DotGeneral) e.op(), Fuse.of(p.program())).matrices();
        int most = LongStream.rangeClosed(1, 3).mapToInt(vectors -> Tiers.bytes(Direct.of(product,
                new Direct.Shape((int) (12 / vectors), (int) vectors * LANES), 2).kernel())).max().orElse(0);
        assertTrue(most > 0 && most < 8000, () -> most + " bytes");
    }
}
