package ricci;

import ricci.ir.TensorType;
import ricci.runtime.Buffer;

/**
 * How tensors are printed; the defaults are NumPy's, and so are the names.
 *
 * {@snippet :
 * IO.println(PrintOptions.DEFAULT.withPrecision(3).print(x));
 * }
 *
 * @param precision the most digits after the point
 * @param threshold with more elements than that, long axes are abbreviated
 * @param edgeItems how many elements of a long axis stay at either end
 * @param lineWidth after how many characters a line is broken
 * @param suppress whether small numbers are printed as 0 rather than with exponents
 * @param separator what stands between two elements
 */
public record PrintOptions(int precision, int threshold, int edgeItems, int lineWidth, boolean suppress,
                           String separator) {
    /** As NumPy prints. */
    public static final PrintOptions DEFAULT = new PrintOptions(8, 1000, 3, 75, false, " ");

    /** The same with another number of digits after the point. */
    public PrintOptions withPrecision(int digits) {
        return new PrintOptions(digits, threshold, edgeItems, lineWidth, suppress, separator);
    }

    /** The same with another number of elements that are printed in full. */
    public PrintOptions withThreshold(int elements) {
        return new PrintOptions(precision, elements, edgeItems, lineWidth, suppress, separator);
    }

    /** The same with another number of elements at either end of an abbreviated axis. */
    public PrintOptions withEdgeItems(int elements) {
        return new PrintOptions(precision, threshold, elements, lineWidth, suppress, separator);
    }

    /** The same with another width of lines. */
    public PrintOptions withLineWidth(int characters) {
        return new PrintOptions(precision, threshold, edgeItems, characters, suppress, separator);
    }

    /** The same, and small numbers are printed as 0. */
    public PrintOptions withSuppress(boolean small) {
        return new PrintOptions(precision, threshold, edgeItems, lineWidth, small, separator);
    }

    /** The same with something else between elements, for example {@code ", "}. */
    public PrintOptions withSeparator(String between) {
        return new PrintOptions(precision, threshold, edgeItems, lineWidth, suppress, between);
    }

    /** The elements of a tensor of that type in memory, as NumPy's {@code str} prints them. */
    public String print(TensorType type, Buffer elements) {
        return new ArrayText(this, new Array(type, elements)).print();
    }

    /** The elements, as NumPy's {@code str} prints them; a traced tensor's type, as it has no values. */
    public String print(Tensor x) {
        return switch (x) {
            case Array array -> new ArrayText(this, array).print();
            case Tracer tracer -> tracer.toString();
        };
    }
}
