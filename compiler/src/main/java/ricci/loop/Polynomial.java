package ricci.loop;

/**
 * A polynomial, its coefficients from the constant term on, one list for each width of floats.
 *
 * <p>The coefficients in this package are minimax: they make the greatest error of the whole formula,
 * relative to the function, as small as the degree allows. They come from Remez's exchange algorithm (Remez
 * 1934; Cheney, "Introduction to Approximation Theory", 1966, chapter 3) in 80 decimal digits, one
 * coefficient after the other rounded to the float's precision, from the constant term on, and the rest
 * fitted anew (so that rounding costs nearly nothing; compare Brisebarre & Chevillard, "Efficient
 * polynomial L∞-approximations", 2007).
 */
final class Polynomial {
    private final double[] single;
    private final double[] wide;

    Polynomial(double[] single, double[] wide) {
        this.single = single;
        this.wide = wide;
    }

    /** By Horner's rule, which has the fewest operations; vectors of many elements hide its latency. */
    Lane at(Lane x) {
        return horner(coefficients(x), x, 0);
    }

    /** The same with a constant term of two parts, where its rounding is a good part of the error. */
    Lane at(Lane x, double lowSingle, double lowWide) {
        double[] c = coefficients(x);
        return horner(c, x, 1).fma(x, x.constant(lowSingle, lowWide)).plus(c[0]);
    }

    /** What stands in brackets after the coefficients before {@code from}. */
    private static Lane horner(double[] c, Lane x, int from) {
        Lane sum = x.constant(c[c.length - 1]);
        for (int i = c.length - 2; i >= from; i--) {
            sum = sum.fma(x, c[i]);
        }
        return sum;
    }

    private double[] coefficients(Lane x) {
        return x.format() == Lane.Format.SINGLE ? single : wide;
    }
}
