package ricci.ir;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An element of a complex tensor. As a plain number it is its real part. */
public final class ComplexNumber extends Number {
    private static final long serialVersionUID = 1L;

    private final double re;
    private final double im;

    private ComplexNumber(double re, double im) {
        this.re = re;
        this.im = im;
    }

    public static ComplexNumber of(double re, double im) {
        return new ComplexNumber(re, im);
    }

    /** The number itself if it is complex, else the number without an imaginary part. */
    public static ComplexNumber of(Number number) {
        return number instanceof ComplexNumber complex ? complex : of(number.doubleValue(), 0);
    }

    public double re() {
        return re;
    }

    public double im() {
        return im;
    }

    @Override
    public int intValue() {
        return (int) re;
    }

    @Override
    public long longValue() {
        return (long) re;
    }

    @Override
    public float floatValue() {
        return (float) re;
    }

    @Override
    public double doubleValue() {
        return re;
    }

    /** Equal in their bits, as {@link Double} is. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ComplexNumber z && Double.compare(re, z.re) == 0
                && Double.compare(im, z.im) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(re, im);
    }

    /** Text such as {@code 1.0-2.0i}. */
    @Override
    public String toString() {
        return text(Double.toString(re), Double.toString(im));
    }

    /** The text of two parts that are printed already. */
    public static String text(String re, String im) {
        return re + (im.startsWith("-") ? "" : "+") + im + "i";
    }
}
