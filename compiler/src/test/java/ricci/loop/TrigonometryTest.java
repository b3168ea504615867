package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.ir.Op;
import ricci.ir.Op.Unary.Function;

/** sin, cos and tan of arguments of every size, and where they or their inverses are nearly 0. */
final class TrigonometryTest {
    private static final MathContext WIDE = new MathContext(420);
    private static final MathContext NARROW = new MathContext(60);
    private static final BigDecimal HALF_PI = halfPi();
    /** The f64 that is nearest to a multiple of π/2: by 4.7e-19. */
    private static final double NEAREST = 0x1.6ac5b262ca1ffp849;

    /** π/2 by Machin's formula. */
    private static BigDecimal halfPi() {
        return arcTangentOfInverse(5).multiply(BigDecimal.valueOf(8))
                .subtract(arcTangentOfInverse(239).multiply(BigDecimal.TWO));
    }

    private static BigDecimal arcTangentOfInverse(int x) {
        BigDecimal square = BigDecimal.valueOf(-(long) x * x);
        BigDecimal power = BigDecimal.ONE.divide(BigDecimal.valueOf(x), WIDE);
        BigDecimal sum = power;
        for (int n = 3; power.abs().compareTo(new BigDecimal("1e-420")) > 0; n += 2) {
            power = power.divide(square, WIDE);
            sum = sum.add(power.divide(BigDecimal.valueOf(n), WIDE));
        }
        return sum;
    }

    private static BigDecimal exact(Function f, double x) {
        BigDecimal n = new BigDecimal(x).divide(HALF_PI, 0, RoundingMode.HALF_EVEN);
        BigDecimal r = new BigDecimal(x).subtract(n.multiply(HALF_PI)).round(NARROW);
        int quarter = n.toBigInteger().intValue() & 3;
        BigDecimal sine = series(r, r, 1);
        BigDecimal cosine = series(BigDecimal.ONE, r, 0);
        BigDecimal sin = quarter % 2 == 0 ? sine : cosine;
        BigDecimal cos = quarter % 2 == 0 ? cosine : sine;
        sin = quarter >= 2 ? sin.negate() : sin;
        cos = quarter == 1 || quarter == 2 ? cos.negate() : cos;
        return f == Function.SIN ? sin : f == Function.COS ? cos : sin.divide(cos, NARROW);
    }

    /** {@code first - first r² / ((n + 1) (n + 2)) + …}. */
    private static BigDecimal series(BigDecimal first, BigDecimal r, int n) {
        BigDecimal square = r.multiply(r, NARROW).negate();
        BigDecimal sum = first;
        BigDecimal term = first;
        for (int i = n + 1; term.abs().compareTo(first.abs().scaleByPowerOfTen(-45)) > 0; i += 2) {
            term = term.multiply(square).divide(BigDecimal.valueOf((long) i * (i + 1)), NARROW);
            sum = sum.add(term, NARROW);
        }
        return sum;
    }

    private static double ulps(double y, BigDecimal exact) {
        return new BigDecimal(y).subtract(exact).abs().doubleValue() / Math.ulp(exact.doubleValue());
    }

    /** Of any bits, and those next to a multiple of π/2. */
    private static List<Double> arguments(int count) {
        Random random = new Random(5);
        List<Double> arguments = new ArrayList<>(List.of(NEAREST, -NEAREST, 0x1p47, Math.nextDown(0x1p47)));
        while (arguments.size() < count) {
            arguments.add(Double.longBitsToDouble(random.nextLong()));
            long n = random.nextLong() >> random.nextInt(64);
            arguments.add(HALF_PI.multiply(BigDecimal.valueOf(n)).doubleValue());
        }
        arguments.removeIf(x -> !Double.isFinite(x) || x == 0);
        return arguments;
    }

    @ParameterizedTest
    @EnumSource(value = Function.class, names = {"SIN", "COS", "TAN"})
    void doublesOfEverySizeAreWithinTwoUlps(Function f) {
        double[] x = arguments(1500).stream().mapToDouble(v -> v).toArray();
        double[] y = ElementaryTest.formula(Register.F64, f).orElseThrow().ofDoubles(x);
        double worst = 0;
        for (int i = 0; i < x.length; i++) {
            double error = ulps(y[i], exact(f, x[i]));
            worst = Math.max(worst, error);
            assertTrue(error <= 2, f + "(" + x[i] + ") is not " + y[i] + ": " + error + " ulps");
        }
        System.out.printf("%s f64 of every size: %.3f ulps%n", f, worst);
    }

    @ParameterizedTest
    @EnumSource(value = Function.class, names = {"SIN", "COS", "TAN"})
    void singlesNextToZerosAndPolesAreWithinTwoUlps(Function f) {
        Random random = new Random(6);
        float[] x = new float[200_000];
        double[] wide = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (Math.PI / 2 * (random.nextLong() >>> (16 + random.nextInt(48))));
            wide[i] = x[i];
        }
        // The float whose remainder is the smallest of all.
        x[0] = 16367173 * 0x1p72f;
        wide[0] = x[0];
        float[] y = ElementaryTest.formula(Register.F32, f).orElseThrow().ofFloats(x);
        double[] want = ElementaryTest.reference(new Op.Unary(f), wide);
        double worst = 0;
        for (int i = 0; i < x.length; i++) {
            double error = ElementaryTest.ulps(y[i], want[i]);
            worst = Math.max(worst, error);
            assertTrue(error <= 2, f + "(" + x[i] + ") is " + want[i] + ", not " + y[i]);
        }
        System.out.printf("%s f32 next to multiples of π/2: %.3f ulps%n", f, worst);
    }
}
