package ricci.runtime;

/** The regularised incomplete beta function in double precision, by its continued fraction (DLMF 8.17.22). */
final class IncompleteBeta {
    private static final int LONGEST = 1_000_000;

    private IncompleteBeta() {}

    static double regularized(double a, double b, double x) {
        if (Double.isNaN(a + b + x) || a < 0 || b < 0 || x < 0 || x > 1 || (a == 0 && b == 0)
                || (Double.isInfinite(a) && Double.isInfinite(b))) {
            return Double.NaN;
        }
        if (x == 0 || x == 1) {
            return x;
        }
        if (a == 0 || Double.isInfinite(b)) {
            return 1;
        }
        if (b == 0 || Double.isInfinite(a)) {
            return 0;
        }
        return x <= (a + 1) / (a + b + 2) ? fraction(a, b, x, 1 - x) : 1 - fraction(b, a, 1 - x, x);
    }

    /** Where x is below the mean, and y is 1 - x. Lentz's method (1976). */
    private static double fraction(double a, double b, double x, double y) {
        double c = 1;
        double d = 1 / (1 - (a + b) * x / (a + 1));
        double value = d;
        double change = 0;
        for (int m = 1; m < LONGEST && Math.abs(change - 1) > 0x1p-52; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / (1 + even * d);
            c = 1 + even / c;
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / (1 + odd * d);
            c = 1 + odd / c;
            change = d * c;
            value *= change;
        }
        return powers(a, b, x, y) * value / a;
    }

    /** x^a y^b / B(a, b), by way of Stirling's formula where powers and B would cancel. */
    private static double powers(double a, double b, double x, double y) {
        if (Math.min(a, b) < 1) {
            return StrictMath.exp(a * StrictMath.log(x) + b * StrictMath.log1p(-x) - logBeta(a, b));
        }
        double above = x * b - a * y;
        double exponent = a * IncompleteGamma.logOnePlusMinus(above / a)
                + b * IncompleteGamma.logOnePlusMinus(-above / b);
        double errors = GammaFunctions.stirlingError(a + b) - GammaFunctions.stirlingError(a)
                - GammaFunctions.stirlingError(b);
        return Math.sqrt(a / (2 * Math.PI) * (b / (a + b))) * StrictMath.exp(exponent + errors);
    }

    /** Where one operand is less than 1. */
    private static double logBeta(double a, double b) {
        double least = Math.min(a, b);
        double other = Math.max(a, b);
        if (other < 12) {
            return GammaFunctions.logGamma(least) + GammaFunctions.logGamma(other)
                    - GammaFunctions.logGamma(a + b);
        }
        // log Γ(other) - log Γ(other + least) without the two large numbers.
        double difference = (other - 0.5) * -StrictMath.log1p(least / other) + least
                - least * StrictMath.log(other + least)
                + GammaFunctions.stirlingError(other) - GammaFunctions.stirlingError(other + least);
        return GammaFunctions.logGamma(least) + difference;
    }
}
