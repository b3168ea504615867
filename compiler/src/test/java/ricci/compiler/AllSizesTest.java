package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.jvm.Code;
import ricci.jvm.Machine;
import ricci.jvm.Tiers;
import ricci.loop.Kernel;
import ricci.runtime.Buffer;

/**
 * Products of all numbers of rows and columns, from none to one more than two tiles have, by each family of
 * kernels that computes such: each element is as near to the sum of doubles as the rounding errors of K
 * multiplications and additions allow, in any order, and all families compute the same bits.
 */
class AllSizesTest {
    private static final long[] DEPTHS = {1, 2, 3, 5, 7, 11, 13, 17};
    /** So deep blocks cut most sums. */
    private static final long SHALLOW = 6;
    private static final long MOST_STRIP_ROWS = 17;
    /** Most sizes share their kernels. */
    private static final Map<Kernel, List<Code>> CODE = new HashMap<>();

    @Test
    void products() {
        Random random = new Random(11);
        Blocking tile = Blocking.of(Machine.here(), DType.F32.bytes());
        long rows = 2L * tile.tileRows() + 1;
        long columns = 2L * tile.tileColumns() + 1;
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (long m = 0; m <= rows; m++) {
            for (long n = 0; n <= columns; n++) {
                long k = (m + n) % 50 == 0 ? 0 : DEPTHS[random.nextInt(DEPTHS.length)];
                check(RandomProduct.of(random, DType.F32, DType.F32, List.of(), m, n, k), tile, counts);
            }
        }
        long nonEmpty = rows * columns;
        for (String family : List.of("packed", "shallow", "chosen")) {
            assertTrue(counts.getOrDefault(family, 0) > 0.95 * nonEmpty, counts::toString);
        }
        // These exist for some orders of axes, or numbers of columns, only.
        assertTrue(counts.getOrDefault("direct", 0) > 0.4 * nonEmpty, counts::toString);
        assertTrue(counts.getOrDefault("strips", 0) > 0.4 * nonEmpty, counts::toString);
        assertTrue(counts.getOrDefault("padded", 0) > 0, counts::toString);
    }

    /** Prime numbers of all three, some greater than any tile. */
    @Test
    void primes() {
        Random random = new Random(12);
        Blocking tile = Blocking.of(Machine.here(), DType.F32.bytes());
        Map<String, Integer> counts = new LinkedHashMap<>();
        long[] primes = {2, 7, 53, 101};
        for (long m : primes) {
            for (long n : primes) {
                for (long k : primes) {
                    check(RandomProduct.of(random, DType.F32, DType.F32, List.of(), m, n, k), tile, counts);
                }
            }
        }
        assertEquals(primes.length * primes.length * primes.length, counts.get("packed"));
    }

    private static void check(RandomProduct p, Blocking tile, Map<String, Integer> counts) {
        Equation e = p.program().equations().getLast();
        Op.DotGeneral op = (Op.DotGeneral) e.op();
        Dots.Product product = Dots.product(e, op, Fuse.of(p.program())).matrices();
        Sums sums = Sums.of(p, product);
        Map<String, List<Launch>> families = families(e, op, p, product, tile);
        double[] first = null;
        for (var family : families.entrySet()) {
            if (family.getValue().isEmpty()) {
                continue;
            }
            counts.merge(family.getKey(), 1, Integer::sum);
            for (Buffer result : Launched.run(p.program(), p.values(), family.getValue(),
                    kernel -> CODE.computeIfAbsent(kernel, Tiers::of))) {
                double[] numbers = result.reals();
                sums.check(numbers, family.getKey() + ":\n" + p.program());
                if (!family.getKey().equals("chosen")) {
                    first = first == null ? numbers : first;
                    assertEquals(-1, Arrays.mismatch(first, numbers), () -> family.getKey() + " of\n"
                            + p.program());
                }
            }
        }
    }

    private static Map<String, List<Launch>> families(Equation e, Op.DotGeneral op, RandomProduct p,
            Dots.Product product, Blocking tile) {
        Map<String, List<Launch>> families = new LinkedHashMap<>();
        boolean isEmpty = e.result().type().shape().size() == 0;
        if (isEmpty) {
            return families;
        }
        families.put("chosen", Dots.of(e, op, Fuse.of(p.program())));
        if (product.sum().getFirst().length() == 0) {
            return families;
        }
        families.put("packed", Gemm.packed(product, tile, 1));
        families.put("shallow", Gemm.packed(product, new Blocking(tile.tileRows(), tile.tileColumns(),
                SHALLOW, tile.tileRows(), tile.tileColumns()), 2));
        families.put("direct", Direct.exists(product) ? Direct.of(product, 2) : List.of());
        families.put("padded", Padded.of(product, 2));
        boolean areStrips = product.isAlongColumns() && product.rows().getFirst().length() <= MOST_STRIP_ROWS;
        families.put("strips", areStrips ? SkinnyGemm.of(product, 2) : List.of());
        return families;
    }

    /** What the elements are as doubles, and how far off they may be. */
    private static final class Sums {
        private final double[] sums;
        private final double[] slack;

        private Sums(double[] sums, double[] slack) {
            this.sums = sums;
            this.slack = slack;
        }

        static Sums of(RandomProduct p, Dots.Product product) {
            double[] x = p.values().getFirst().reals();
            double[] y = p.values().getLast().reals();
            Axis rows = product.rows().getFirst();
            Axis columns = product.columns().getFirst();
            Axis sum = product.sum().getFirst();
            double[] sums = new double[(int) (rows.length() * columns.length())];
            double[] slack = new double[sums.length];
            for (int i = 0; i < sums.length; i++) {
                long row = i / columns.length();
                long column = i % columns.length();
                for (long k = 0; k < sum.length(); k++) {
                    double a = x[(int) (product.x().offset() + row * rows.stride(0) + k * sum.stride(0))];
                    double b = y[(int) (product.y().offset() + column * columns.stride(0)
                            + k * sum.stride(1))];
                    sums[i] += a * b;
                    slack[i] += Math.abs(a * b);
                }
                slack[i] = 2 * sum.length() * 0x1p-24 * slack[i] + Float.MIN_VALUE;
            }
            return new Sums(sums, slack);
        }

        void check(double[] actual, String where) {
            for (int i = 0; i < sums.length; i++) {
                int element = i;
                assertTrue(Math.abs(actual[i] - sums[i]) <= slack[i]
                        || Double.compare((float) sums[i], actual[i]) == 0, () -> "element " + element
                        + " is " + actual[element] + ", not " + sums[element] + " by " + where);
            }
        }
    }
}
