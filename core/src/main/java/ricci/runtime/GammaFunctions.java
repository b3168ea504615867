package ricci.runtime;

/**
 * The logarithm of the gamma function, its derivatives, and the Hurwitz zeta function, in double precision.
 */
final class GammaFunctions {
    /** B(2k) / (2k)!, for k from 1: what the Euler-Maclaurin formula weighs derivatives with. */
    private static final double[] EULER_MACLAURIN = {
        1 / 12.0, -1 / 720.0, 1 / 30240.0, -1 / 1209600.0, 1 / 47900160.0, -691 / 1307674368000.0,
        1 / 74724249600.0, -3617 / 10670622842880000.0, 43867 / 5109094217170944000.0};
    /** B(2k) / (2k (2k-1)), for k from 1: Stirling's series. */
    private static final double[] STIRLING = {
        1 / 12.0, -1 / 360.0, 1 / 1260.0, -1 / 1680.0, 1 / 1188.0, -691 / 360360.0, 1 / 156.0,
        -3617 / 122400.0, 43867 / 244188.0};
    /** B(2k) / 2k, for k from 1. */
    private static final double[] DIGAMMA = {
        1 / 12.0, -1 / 120.0, 1 / 252.0, -1 / 240.0, 1 / 132.0, -691 / 32760.0, 1 / 12.0, -3617 / 8160.0};
    private static final double EULER = 0.5772156649015329;
    private static final double HALF_LOG_TWO_PI = 0.9189385332046728;
    /** From here on the asymptotic series are exact to the last bit. */
    private static final double LARGE = 12;
    private static final double[] ZETA_MINUS_ONE = zetaMinusOne();

    private GammaFunctions() {}

    /** Powers of the distance from 2 have the coefficients (ζ(k) - 1)/k in log Γ. */
    private static double[] zetaMinusOne() {
        double[] values = new double[45];
        for (int k = 2; k < values.length; k++) {
            values[k] = zeta(k, 2);
        }
        return values;
    }

    /** log|Γ(x)|; infinite at the poles. */
    static double logGamma(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        if (Double.isInfinite(x) || (x <= 0 && x == Math.floor(x))) {
            return Double.POSITIVE_INFINITY;
        }
        if (x < 0) {
            // Γ(x) Γ(-x) = -π / (x sin πx)
            return StrictMath.log(Math.PI / Math.abs(x * sinPi(x))) - logGamma(-x);
        }
        if (x < 0.5) {
            return nearTwo(x) - StrictMath.log1p(x) - StrictMath.log(x);
        }
        if (x < 1.5) {
            return nearTwo(x - 1) - StrictMath.log1p(x - 1);
        }
        if (x < LARGE) {
            double product = 1;
            double y = x;
            while (y >= 2.5) {
                y -= 1;
                product *= y;
            }
            return StrictMath.log(product) + nearTwo(y - 2);
        }
        return (x - 0.5) * (StrictMath.log(x) - 1) - 0.5 + HALF_LOG_TWO_PI + stirlingError(x);
    }

    /** log Γ(2 + z) for |z| up to 1/2. */
    private static double nearTwo(double z) {
        double sum = 0;
        for (int k = ZETA_MINUS_ONE.length - 1; k >= 2; k--) {
            sum = ZETA_MINUS_ONE[k] / k - z * sum;
        }
        return z * (1 - EULER + z * sum);
    }

    /** What log Γ(x), x > 0, has beyond Stirling's formula (x - 1/2) log x - x + log √2π. */
    static double stirlingError(double x) {
        if (x < LARGE) {
            return logGamma(x) - ((x - 0.5) * StrictMath.log(x) - x + HALF_LOG_TWO_PI);
        }
        double sum = 0;
        for (int k = STIRLING.length - 1; k >= 0; k--) {
            sum = STIRLING[k] + sum / (x * x);
        }
        return sum / x;
    }

    /** The derivative of {@link #logGamma}; NaN at the poles, as in JAX. */
    static double digamma(double x) {
        if (Double.isNaN(x) || (x <= 0 && x == Math.floor(x))) {
            return Double.NaN;
        }
        if (x < 0) {
            // ψ(1 - x) - ψ(x) = π cot πx
            return digamma(1 - x) - Math.PI * cotPi(x);
        }
        double shifted = 0;
        double y = x;
        while (y < LARGE) {
            shifted += 1 / y;
            y += 1;
        }
        double square = y * y;
        double sum = 0;
        for (int k = DIGAMMA.length - 1; k >= 0; k--) {
            sum = (DIGAMMA[k] + sum) / square;
        }
        return StrictMath.log(y) - 0.5 / y - sum - shifted;
    }

    /** The derivative of order {@code n} of {@link #digamma}. */
    static double polygamma(double n, double x) {
        if (n == 0) {
            return digamma(x);
        }
        if (!(n > 0) || n != Math.floor(n) || Double.isInfinite(n) || Double.isNaN(x)) {
            return Double.NaN;
        }
        double sign = n % 2 == 0 ? -1 : 1;
        double factorial = logGamma(n + 1);
        double sum = zeta(n + 1, x);
        // Both may be out of range where the product is not.
        return factorial < 600 && sum != 0 && !Double.isInfinite(sum) ? sign * factorial(n) * sum
                : sign * StrictMath.exp(factorial + logZeta(n + 1, x)) * Math.signum(sum == 0 ? 1 : sum);
    }

    private static double factorial(double n) {
        double product = 1;
        for (double k = 2; k <= n && product < Double.POSITIVE_INFINITY; k++) {
            product *= k;
        }
        return product;
    }

    private static double logZeta(double s, double q) {
        double sum = zeta(s, q);
        // Out of range, the first term is the whole sum or, far out, the integral is.
        if (sum != 0 && !Double.isInfinite(sum)) {
            return StrictMath.log(Math.abs(sum));
        }
        return q < s ? -s * StrictMath.log(Math.abs(q)) : (1 - s) * StrictMath.log(q) - StrictMath.log(s - 1);
    }

    /** The sum of (q + k)^-s over all k from 0; where q is negative, only for whole s. */
    static double zeta(double s, double q) {
        if (s == 1) {
            return Double.POSITIVE_INFINITY;
        }
        if (!(s > 1) || Double.isNaN(q) || q == Double.NEGATIVE_INFINITY) {
            return Double.NaN;
        }
        if (q <= 0 && q == Math.floor(q)) {
            return s == Math.floor(s) && s % 2 != 0 ? Double.NaN : Double.POSITIVE_INFINITY;
        }
        if (q > 0 && s == Double.POSITIVE_INFINITY) {
            // The first term is all that is left, and that is none if q is greater than 1.
            return q > 1 ? 0 : q == 1 ? 1 : Double.POSITIVE_INFINITY;
        }
        if (q > 0) {
            return eulerMaclaurin(s, q);
        }
        if (s != Math.floor(s)) {
            return Double.NaN;
        }
        // The terms left of 0 mirrored: those of 1 - r but not of 1 - q, where r = q mod 1.
        double r = q - Math.floor(q);
        double mirrored = eulerMaclaurin(s, 1 - r) - eulerMaclaurin(s, 1 - q);
        return eulerMaclaurin(s, r) + (s % 2 == 0 ? mirrored : -mirrored);
    }

    private static double eulerMaclaurin(double s, double q) {
        double sum = 0;
        double y = q;
        for (; y < Math.max(LARGE, s); y++) {
            double term = StrictMath.pow(y, -s);
            sum += term;
            // Terms that underflow end the sum too, before y is too large to grow.
            if (term == 0 || Double.isInfinite(sum) || term * (1 + y / (s - 1)) < sum * 1e-18) {
                return sum;
            }
        }
        double power = StrictMath.pow(y, -s);
        sum += power * y / (s - 1) + power / 2;
        double factor = s * power / y;
        for (int k = 0; k < EULER_MACLAURIN.length; k++) {
            sum += EULER_MACLAURIN[k] * factor;
            factor *= (s + 2 * k + 1) * (s + 2 * k + 2) / (y * y);
        }
        return sum;
    }

    /** sin πx without a large multiple of π. */
    private static double sinPi(double x) {
        double r = x - 2 * Math.rint(x / 2);
        return StrictMath.sin(Math.PI * (r > 0.5 ? 1 - r : r < -0.5 ? -1 - r : r));
    }

    private static double cotPi(double x) {
        double r = x - Math.rint(x);
        // Of two quotients the one that is exact near its zero.
        return Math.abs(r) < 0.25 ? 1 / StrictMath.tan(Math.PI * r)
                : StrictMath.tan(Math.PI * (Math.copySign(0.5, r) - r));
    }
}
