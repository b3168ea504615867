package ricci.loop;

import java.util.ArrayList;
import java.util.List;

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

    /** {@code 2 p(2x)}. */
    Polynomial ofTwice() {
        return new Polynomial(ofTwice(single), ofTwice(wide));
    }

    private static double[] ofTwice(double[] c) {
        double[] scaled = new double[c.length];
        for (int i = 0; i < c.length; i++) {
            scaled[i] = Math.scalb(c[i], i + 1);
        }
        return scaled;
    }

    /**
     * {@code c0 + x q(x)}, and q from pairs and, if it is long, fours of terms, each of which need not wait
     * for the others (Estrin, "Organization of computer systems", 1960): a processor looks ahead for some
     * dozens of operations only, and one after the other they would take longer than it can bridge.
     */
    Lane at(Lane x) {
        double[] c = coefficients(x);
        if (c.length < 4) {
            return horner(c, x, 0);
        }
        List<Lane> terms = new ArrayList<>();
        for (int i = 1; i < c.length; i += 2) {
            terms.add(i + 1 < c.length ? x.fma(c[i + 1], x.constant(c[i])) : x.constant(c[i]));
        }
        Lane power = x.times(x);
        if (terms.size() > 3) {
            terms = joined(terms, power);
            power = power.times(power);
        }
        Lane sum = terms.getLast();
        for (Lane term : terms.reversed().subList(1, terms.size())) {
            sum = sum.fma(power, term);
        }
        return sum.fma(x, c[0]);
    }

    private static List<Lane> joined(List<Lane> terms, Lane power) {
        List<Lane> joined = new ArrayList<>();
        for (int i = 0; i < terms.size(); i += 2) {
            joined.add(i + 1 < terms.size() ? terms.get(i + 1).fma(power, terms.get(i)) : terms.get(i));
        }
        return joined;
    }

    /**
     * By Horner's rule, for greater x, with a constant term of two parts, where its rounding is a good part
     * of the error.
     */
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
