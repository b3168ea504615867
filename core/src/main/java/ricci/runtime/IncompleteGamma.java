package ricci.runtime;

/**
 * The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x), and what varies with a, in
 * double precision: by the power series below the mean, by Legendre's continued fraction above it (DLMF 8.11.4
 * and 8.9.2), and by the leading terms of Temme's expansion (1979) for a so large that both would be slow.
 */
final class IncompleteGamma {
    private static final double TEMME = 1e8;
    private static final double EPSILON = 1e-17;
    private static final int LONGEST = 10_000_000;

    private IncompleteGamma() {}

    static double lower(double a, double x) {
        return isDegenerate(a, x) ? degenerate(a, x)
                : a > TEMME ? temme(a, x, false)
                : x < a + 1 ? prefactor(a, x) / a * series(a, x).value()
                : 1 - prefactor(a, x) * fraction(a, x).value();
    }

    static double upper(double a, double x) {
        return isDegenerate(a, x) ? 1 - degenerate(a, x)
                : a > TEMME ? temme(a, x, true)
                : x < a + 1 ? complement(a, x)
                : prefactor(a, x) * fraction(a, x).value();
    }

    /** The derivative of P by a. */
    static double gradient(double a, double x) {
        if (Double.isNaN(a + x) || !(a > 0) || x < 0 || Double.isInfinite(a) || Double.isInfinite(x)) {
            return a == Double.POSITIVE_INFINITY && x == 0 ? 0 : Double.NaN;
        }
        return x == 0 ? 0 : -prefactor(a, x) / x * sample(a, x);
    }

    /** How a sample x of the gamma distribution varies with a at a fixed P: -(dP/da) / (dP/dx). */
    static double sampleGradient(double a, double x) {
        if (Double.isNaN(a + x) || !(a > 0) || x < 0 || Double.isInfinite(a) || Double.isInfinite(x)) {
            return a == Double.POSITIVE_INFINITY && x == 0 ? 0 : Double.NaN;
        }
        return x == 0 ? 0 : sample(a, x);
    }

    /** With the prefactor x^a e^-x / Γ(a) divided out, which may be out of range. */
    private static double sample(double a, double x) {
        if (a > TEMME) {
            // Cornish-Fisher: a quantile is a + z √a + (z² - 1)/3 + …
            return 1 + (x - a) / (2 * a);
        }
        if (x < a + 1) {
            // The prefactor's own logarithmic derivative, of x^a e^-x / Γ(a+1) as for small a it cancels less.
            double slope = StrictMath.log(x) - GammaFunctions.digamma(a + 1);
            Dual series = series(a, x);
            return -x / a * (series.value() * slope + series.slope());
        }
        double slope = StrictMath.log(x) - GammaFunctions.digamma(a);
        Dual fraction = fraction(a, x);
        return x * (fraction.value() * slope + fraction.slope());
    }

    /** A number and its derivative by a. */
    private record Dual(double value, double slope) {}

    /** a P / prefactor: the sum of x^n / ((a+1) … (a+n)). */
    private static Dual series(double a, double x) {
        double term = 1;
        double logSlope = 0;
        double sum = 1;
        double slope = 0;
        for (int n = 1; n < LONGEST && (term > sum * EPSILON || term * logSlope < slope * EPSILON); n++) {
            term *= x / (a + n);
            logSlope -= 1 / (a + n);
            sum += term;
            slope += term * logSlope;
        }
        return new Dual(sum, slope);
    }

    /** Q / prefactor: 1/(x+1-a - 1(1-a)/(x+3-a - 2(2-a)/(x+5-a - …))), from the far end. */
    private static Dual fraction(double a, double x) {
        int length = fractionLength(a, x);
        double value = x + 2.0 * length + 1 - a;
        double slope = -1;
        for (int n = length; n >= 1; n--) {
            double quotient = n * (n - a) / value;
            // The derivatives of the quotient and of the next denominator by a.
            double quotientSlope = (-n - quotient * slope) / value;
            value = x + 2.0 * n - 1 - a - quotient;
            slope = -1 - quotientSlope;
        }
        return new Dual(1 / value, -slope / (value * value));
    }

    /** How many quotients matter: as many as Lentz's forward method (1976) takes, and some for the slope. */
    private static int fractionLength(double a, double x) {
        // A whole a would end the fraction, but not its slope.
        double order = a == Math.floor(a) ? a + 1 / 1024.0 : a;
        double denominator = x + 1 - order;
        double c = Double.MAX_VALUE;
        double d = 1 / denominator;
        int n = 1;
        // To the last bit: beyond it, the change of a great x is the same roundings again and again.
        for (double change = 0; Math.abs(change - 1) > 0x1p-52 && n < LONGEST; n++) {
            double numerator = -n * (n - order);
            denominator += 2;
            d = 1 / (numerator * d + denominator);
            c = denominator + numerator / c;
            change = c * d;
        }
        return n + n / 4 + 10;
    }

    /** x^a e^-x / Γ(a), by way of Stirling's formula where powers and Γ would cancel. */
    private static double prefactor(double a, double x) {
        if (a < 1) {
            return StrictMath.exp(a * StrictMath.log(x) - x - GammaFunctions.logGamma(a));
        }
        double exponent = a * logOnePlusMinus((x - a) / a) - GammaFunctions.stirlingError(a);
        return Math.sqrt(a / (2 * Math.PI)) * StrictMath.exp(exponent);
    }

    /** log(1 + u) - u, from its series where the two cancel. */
    static double logOnePlusMinus(double u) {
        if (Math.abs(u) > 0.4) {
            return StrictMath.log1p(u) - u;
        }
        // log(1+u) = 2 artanh(r), r = u/(2+u), and u = 2r/(1-r), so the difference is a series in r.
        double r = u / (2 + u);
        double square = r * r;
        double sum = 0;
        double power = square * r;
        for (int k = 3; Math.abs(power) > 1e-18 * Math.abs(u * u) && k < 100; k += 2) {
            sum += power / k;
            power *= square;
        }
        return 2 * sum - u * r;
    }

    /** 1 - P; for small a and x of what is left when 1 is taken out of the series beforehand. */
    private static double complement(double a, double x) {
        if (a > 1 || x > 1.5) {
            return 1 - prefactor(a, x) / a * series(a, x).value();
        }
        // P = x^a/Γ(a+1) · (1 + a Σ (-x)^n / (n! (a+n))) and 1 - x^a/Γ(a+1) by expm1 (DLMF 8.7.1).
        double logFirst = a * StrictMath.log(x) - GammaFunctions.logGamma(a + 1);
        double term = 1;
        double sum = 0;
        for (int n = 1; n < 100; n++) {
            term *= -x / n;
            sum += term / (a + n);
        }
        return -StrictMath.expm1(logFirst) - StrictMath.exp(logFirst) * a * sum;
    }

    /** Half of erfc(±η √(a/2)) and the first correction, which is in a relation of 1/√a to it. */
    private static double temme(double a, double x, boolean upper) {
        double mu = (x - a) / a;
        double eta = Math.copySign(Math.sqrt(Math.max(-2 * logOnePlusMinus(mu), 0)), mu);
        double first = -1 / 3.0 + eta * (1 / 12.0 + eta * (-2 / 135.0 + eta * (1 / 864.0 + eta / 2835)));
        double correction = StrictMath.exp(-a * eta * eta / 2) / Math.sqrt(2 * Math.PI * a)
                * (first - 1 / (540 * a));
        double z = eta * Math.sqrt(a / 2);
        return upper ? 0.5 * SpecialFunctions.erfc(z) + correction
                : 0.5 * SpecialFunctions.erfc(-z) - correction;
    }

    private static boolean isDegenerate(double a, double x) {
        return !(a > 0) || !(x > 0) || Double.isInfinite(a) || Double.isInfinite(x);
    }

    /** P at the bounds of its domain and beyond. */
    private static double degenerate(double a, double x) {
        if (Double.isNaN(a + x) || a < 0 || x < 0 || (a == 0 && x == 0)) {
            return Double.NaN;
        }
        return x == 0 || (Double.isInfinite(a) && !Double.isInfinite(x)) ? 0 : 1;
    }
}
