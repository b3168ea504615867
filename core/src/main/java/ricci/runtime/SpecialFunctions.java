package ricci.runtime;

/** The error function and its inverse in double precision, from their series; speed is of no concern here. */
final class SpecialFunctions {
    private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

    private SpecialFunctions() {}

    static double erf(double x) {
        double size = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        return Math.copySign(size < 2.5 ? erfSeries(size) : 1 - erfc(size), x);
    }

    /**
     * exp(-x²) times the series of x^(2n+1) 2^n / (2n+1)!!, whose terms are all positive (Abramowitz & Stegun
     * 7.1.6).
     */
    private static double erfSeries(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; term > sum * 1e-18; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return TWO_OVER_SQRT_PI * StrictMath.exp(-x * x) * sum;
    }

    /**
     * The complement for x of 1 or more, by its continued fraction (Abramowitz & Stegun 7.1.14), from the far
     * end.
     */
    private static double erfc(double x) {
        double fraction = x;
        for (int k = 160; k >= 1; k--) {
            fraction = x + k / 2.0 / fraction;
        }
        return StrictMath.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
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
                double c = erfc(x);
                x += c * StrictMath.log(c / complement) / slope;
            }
        }
        return Math.copySign(x, y);
    }
}
