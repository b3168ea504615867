package ricci.runtime;

/**
 * The error functions, inverse hyperbolic functions and modified Bessel functions in double precision, from
 * their series, as Abramowitz & Stegun's handbook has them (A & S); speed is of no concern here.
 */
final class SpecialFunctions {
    private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

    private SpecialFunctions() {}

    static double erf(double x) {
        double size = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        return Math.copySign(size < 0.5 ? erfSeries(size) : 1 - erfcTail(size), x);
    }

    static double erfc(double x) {
        return Double.isNaN(x) ? x : x < 0.5 ? 1 - erf(x) : erfcTail(x);
    }

    /** The series of (-1)^n x^(2n+1) / (n! (2n+1)), whose terms fall fast below 1/2 (A & S 7.1.5). */
    private static double erfSeries(double x) {
        double power = x;
        double rest = 0;
        for (int n = 1; Math.abs(power) > x * 1e-18; n++) {
            power *= -x * x / n;
            rest += power / (2 * n + 1);
        }
        return TWO_OVER_SQRT_PI * (x + rest);
    }

    /**
     * The complement for x of 1/2 or more, by its continued fraction (A & S 7.1.14), from the far end.
     */
    private static double erfcTail(double x) {
        double fraction = x;
        for (int k = 20 + (int) Math.min(250 / (x * x), 1000); k >= 1; k--) {
            fraction = x + k / 2.0 / fraction;
        }
        // The square of few bits is exact; that of all would cost as many digits as it is large.
        double coarse = Double.longBitsToDouble(Double.doubleToRawLongBits(x) & (-1L << 27));
        double rest = (x - coarse) * (x + coarse);
        return x > 30 ? 0
                : StrictMath.exp(-coarse * coarse) * StrictMath.exp(-rest) / (fraction * Math.sqrt(Math.PI));
    }

    /** Newton's method on erf near 0, and on log erfc in the tail, where it is nearly linear in x². */
    static double erfInv(double y) {
        double size = Math.abs(y);
        if (!(size < 1)) {
            return size == 1 ? Math.copySign(Double.POSITIVE_INFINITY, y) : Double.NaN;
        }
        if (size < 1e-8) {
            return y / TWO_OVER_SQRT_PI;
        }
        double log = StrictMath.log1p(-size * size);
        double a = 2 / (Math.PI * 0.147) + log / 2;
        // Winitzki's closed form, good to 0.2 %, to start from.
        double x = Math.sqrt(Math.sqrt(a * a - log / 0.147) - a);
        double complement = 1 - size;
        for (int step = 0; step < 4; step++) {
            double slope = TWO_OVER_SQRT_PI * StrictMath.exp(-x * x);
            if (size < 0.9) {
                x -= (erf(x) - size) / slope;
            } else {
                double c = erfcTail(x);
                x += c * StrictMath.log(c / complement) / slope;
            }
        }
        return Math.copySign(x, y);
    }

    /** Of equal formulas those that cancel nothing and overflow nowhere. */
    static double asinh(double x) {
        double size = Math.abs(x);
        double square = size * size;
        return Math.copySign(size > 1e8 ? StrictMath.log(size) + Math.log(2)
                : StrictMath.log1p(size + square / (1 + Math.sqrt(square + 1))), x);
    }

    static double acosh(double x) {
        if (x < 1) {
            return Double.NaN;
        }
        double above = x - 1;
        return x > 1e8 ? StrictMath.log(x) + Math.log(2)
                : StrictMath.log1p(above + Math.sqrt(2 * above + above * above));
    }

    static double atanh(double x) {
        double size = Math.abs(x);
        return Math.copySign(0.5 * StrictMath.log1p(2 * size / (1 - size)), x);
    }

    static double besselI0e(double x) {
        double size = Math.abs(x);
        return size < 30 ? StrictMath.exp(-size) * besselSeries(size, 0) : besselTail(size, 0);
    }

    static double besselI1e(double x) {
        double size = Math.abs(x);
        return Math.copySign(size < 30 ? StrictMath.exp(-size) * size / 2 * besselSeries(size, 1)
                : besselTail(size, 4), x);
    }

    /** The sum of (x²/4)^k / (k! (k + order)!), all of whose terms are positive. */
    private static double besselSeries(double x, int order) {
        double term = 1;
        double sum = 1;
        for (int k = 1; term > sum * 1e-18; k++) {
            term *= x * x / 4 / k / (k + order);
            sum += term;
        }
        return sum;
    }

    /**
     * Hankel's expansion for x of 30 or more (Abramowitz & Stegun 9.7.1); {@code mu} is four times the square
     * of the order.
     */
    private static double besselTail(double x, double mu) {
        double term = 1;
        double sum = 1;
        for (int k = 1; Math.abs(term) > 1e-18; k++) {
            term *= -(mu - (2.0 * k - 1) * (2.0 * k - 1)) / (8 * k * x);
            sum += term;
        }
        return sum / Math.sqrt(2 * Math.PI * x);
    }
}
