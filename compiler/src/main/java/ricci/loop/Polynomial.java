package ricci.loop;

/**
 * A polynomial, its coefficients from the constant term on, one list for each width of floats.
 *
 * <p>The coefficients in this package are minimax: they make the greatest error of the whole formula, relative
 * to the function, as small as the degree allows. They come from Remez's exchange algorithm (Remez 1934; Cheney,
 * "Introduction to Approximation Theory", 1966, chapter 3) in 80 decimal digits, one coefficient after the other
 * rounded to the float's precision, from the constant term on, and the rest fitted anew (so that rounding costs
 * nearly nothing; compare Brisebarre & Chevillard, "Efficient polynomial L∞-approximations", 2007).
 */
record Polynomial(double[] single, double[] wide) {
    /** By Horner's rule, which has the fewest operations; vectors of many elements hide its latency. */
    Lane at(Lane x) {
        double[] c = x.format() == Lane.Format.SINGLE ? single : wide;
        Lane sum = x.constant(c[c.length - 1]);
        for (int i = c.length - 2; i >= 0; i--) {
            sum = sum.fma(x, c[i]);
        }
        return sum;
    }

    /** The same with a constant term of two parts, where its rounding is a good part of the error. */
    Lane at(Lane x, double lowSingle, double lowWide) {
        double[] c = x.format() == Lane.Format.SINGLE ? single : wide;
        Lane sum = x.constant(c[c.length - 1]);
        for (int i = c.length - 2; i > 0; i--) {
            sum = sum.fma(x, c[i]);
        }
        return sum.fma(x, x.constant(lowSingle, lowWide)).plus(c[0]);
    }
}
