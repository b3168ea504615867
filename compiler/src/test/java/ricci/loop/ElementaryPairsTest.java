package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import ricci.ir.Op;

/** Functions of two arguments, integer powers, and great arguments of periodic functions. */
final class ElementaryPairsTest {
    private static Batch formula(Register register, Op.Binary.Function f) {
        return new Batch(register, 2, (block, x) -> Elementary.binary(block, f, x[0], x[1]).orElseThrow());
    }

    /**
     * Every special number with every other; the interpreter is StrictMath with the corners of IEEE
     * 754-2019.
     */
    @ParameterizedTest
    @EnumSource(value = Op.Binary.Function.class, names = {"POW", "ATAN2", "NEXTAFTER"})
    void pairsAreRightAtTheEnds(Op.Binary.Function f) {
        double[] special = ElementaryTest.special();
        int count = special.length * special.length;
        double[] x = IntStream.range(0, count).mapToDouble(i -> special[i / special.length]).toArray();
        double[] y = IntStream.range(0, count).mapToDouble(i -> special[i % special.length]).toArray();
        double[] got = formula(Register.F64, f).ofDoubles(x, y);
        double[] want = ElementaryTest.reference(new Op.Binary(f), x, y);
        for (int i = 0; i < count; i++) {
            ElementaryTest.assertClose(f + "(" + x[i] + ", " + y[i] + ")", want[i], got[i]);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Op.Binary.Function.class, names = {"POW", "ATAN2"})
    void pairsOfSinglesAreWithinTheirBound(Op.Binary.Function f) {
        int count = 150_000;
        Random random = new Random(1);
        float[] x = new float[count];
        float[] y = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = i % 3 == 0 ? (float) Math.exp(10 * random.nextGaussian())
                    : i % 3 == 1 ? 1 + 0.3f * (float) random.nextGaussian()
                    : Float.intBitsToFloat(random.nextInt());
            double log = Math.abs(Math.log(Math.abs(x[i]))) + 1e-30;
            y[i] = i % 5 == 0 ? Float.intBitsToFloat(random.nextInt())
                    : i % 5 == 1 ? random.nextInt(41) - 20
                    : (float) (f == Op.Binary.Function.POW ? (2 * random.nextDouble() - 1) * 105 / log
                            : random.nextGaussian() * Math.abs(x[i]));
        }
        float[] got = formula(Register.F32, f).ofFloats(x, y);
        double[] want = ElementaryTest.reference(new Op.Binary(f), wide(x), wide(y));
        double worst = 0;
        for (int i = 0; i < count; i++) {
            double error = ElementaryTest.ulps(got[i], want[i]);
            assertTrue(error <= 1.5, f + "(" + x[i] + ", " + y[i] + ") = " + got[i] + ", not " + want[i]);
            worst = Math.max(worst, error);
        }
        System.out.printf("%s f32 %.3f ulps, %d operations%n", f, worst,
                formula(Register.F32, f).operations());
    }

    private static double[] wide(float[] x) {
        return IntStream.range(0, x.length).mapToDouble(i -> x[i]).toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 23, 31, 100, 1000, 4097, -1, -2, -3, -4, -5,
        -7, -16, -100, -1001})
    void integerPowersAreNearlyRounded(int n) {
        Batch formula = new Batch(Register.F64, 1, (block, x) -> Elementary.integerPower(block, x[0], n));
        Batch single = new Batch(Register.F32, 1, (block, x) -> Elementary.integerPower(block, x[0], n));
        Random random = new Random(n);
        double reach = 700.0 / Math.max(Math.abs(n), 2);
        double[] x = random.doubles(300, -reach, reach).map(v -> Math.exp(v) * (v < 0 ? -1 : 1)).toArray();
        float[] f = new float[x.length];
        IntStream.range(0, x.length).forEach(i -> f[i] = (float) Math.pow(Math.abs(x[i]), 0.12));
        double bound = n == 3 ? 2 : 1.1;
        double[] y = formula.ofDoubles(x);
        float[] g = single.ofFloats(f);
        for (int i = 0; i < x.length; i++) {
            BigDecimal exact = new BigDecimal(x[i]).pow(n, new MathContext(40));
            BigDecimal error = new BigDecimal(y[i]).subtract(exact).abs();
            assertTrue(error.doubleValue() <= bound * Math.ulp(exact.doubleValue()),
                    x[i] + "^" + n + " is not " + y[i]);
            double want = StrictMath.pow(f[i], n);
            assertTrue(ElementaryTest.ulps(g[i], want) <= bound,
                    f[i] + "^" + n + " is " + want + ", not " + g[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 9, -1, -2, -3, -4, -5})
    void integerPowersAreRightAtTheEnds(int n) {
        Batch formula = new Batch(Register.F64, 1, (block, x) -> Elementary.integerPower(block, x[0], n));
        double[] x = ElementaryTest.special();
        double[] y = formula.ofDoubles(x);
        double[] want = ElementaryTest.reference(new Op.IntegerPower(n), x);
        for (int i = 0; i < x.length; i++) {
            ElementaryTest.assertClose(x[i] + "^" + n, want[i], y[i]);
        }
    }

    /** Where the two terms do not cancel. */
    @Test
    void logSumExpOfTwo() {
        Batch formula = new Batch(Register.F32, 2, (block, x) -> Elementary.logSumExp(block, x[0], x[1]));
        Random random = new Random(3);
        float[] x = new float[30_000];
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian() * 5;
            y[i] = (float) random.nextGaussian() * 5;
        }
        float infinity = Float.POSITIVE_INFINITY;
        float[] z = formula.ofFloats(x, y);
        for (int i = 0; i < x.length; i++) {
            double top = Math.max(x[i], y[i]);
            double more = StrictMath.log1p(StrictMath.exp(-Math.abs((double) x[i] - y[i])));
            double scale = Math.ulp((float) Math.max(Math.abs(top), Math.max(more, Math.abs(top + more))));
            assertTrue(Math.abs(z[i] - (top + more)) <= 2.5 * scale, x[i] + ", " + y[i] + ": " + z[i]);
        }
        float[] ends = formula.ofFloats(new float[] {infinity, -infinity, infinity, 1, Float.NaN, infinity},
                new float[] {-infinity, -infinity, infinity, -infinity, 1, Float.NaN});
        assertEquals("[Infinity, -Infinity, Infinity, 1.0, NaN, NaN]", Arrays.toString(ends));
    }

    @Test
    void isFinite() {
        Batch formula = new Batch(Register.F64, 1, (block, x) -> Elementary.isFinite(block, x[0]));
        double[] x = ElementaryTest.special();
        long[] y = formula.of(Arrays.stream(x).mapToLong(Double::doubleToRawLongBits).toArray());
        for (int i = 0; i < x.length; i++) {
            assertEquals(Double.isFinite(x[i]) ? 1 : 0, y[i], () -> "isFinite");
        }
    }
}
