package ricci;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/**
 * The elements of an array as NumPy prints them: aligned, rows in brackets, long axes abbreviated, lines
 * broken.
 */
final class ArrayText {
    private static final String DOTS = "...";

    private final PrintOptions options;
    private final Shape shape;
    private final boolean abbreviates;
    private final IntFunction<String> element;

    ArrayText(PrintOptions options, Array array) {
        this.options = options;
        this.shape = array.shape();
        this.abbreviates = array.size() > options.threshold();
        this.element = elements(array);
    }

    /** The type and the elements; of several lines, each has its own. */
    static String withType(Array array) {
        String text = PrintOptions.DEFAULT.print(array);
        return array.type() + (text.contains("\n") ? "\n" : " ") + text;
    }

    String print() {
        if (shape.size() == 0) {
            return "[]";
        }
        try {
            return print(0, 0, " ", options.lineWidth());
        } catch (StackOverflowError e) {
            throw new RicciException.Depth("print a tensor of " + shape.rank() + " axes");
        }
    }

    private IntFunction<String> elements(Array array) {
        DType dtype = array.dtype();
        if (array.size() == 0) {
            return _ -> "";
        }
        if (dtype.isFloat()) {
            double[] values = array.buffer().reals();
            if (shape.rank() == 0) {
                String text = FloatText.scalar(dtype, values[0]);
                return _ -> text;
            }
            FloatText text = FloatText.of(options, dtype, Arrays.stream(shown()).mapToDouble(i -> values[i])
                    .toArray(), false);
            return i -> text.print(values[i]);
        }
        if (dtype.isComplex()) {
            return complexes(array);
        }
        long[] values = array.toLongs();
        if (dtype == DType.BOOL) {
            String yes = shape.rank() == 0 ? "True" : " True";
            return i -> values[i] != 0 ? yes : "False";
        }
        int width = Arrays.stream(shown()).map(i -> dtype.digits(values[i]).length()).max().orElse(0);
        return i -> {
            String digits = dtype.digits(values[i]);
            return " ".repeat(Math.max(0, width - digits.length())) + digits;
        };
    }

    private IntFunction<String> complexes(Array array) {
        double[] parts = array.buffer().complexes();
        DType dtype = array.dtype().real();
        if (shape.rank() == 0) {
            String text = complex(dtype, parts[0], parts[1]);
            return _ -> text;
        }
        int[] shown = shown();
        FloatText real = FloatText.of(options, dtype,
                Arrays.stream(shown).mapToDouble(i -> parts[2 * i]).toArray(), false);
        FloatText imaginary = FloatText.of(options, dtype,
                Arrays.stream(shown).mapToDouble(i -> parts[2 * i + 1]).toArray(), true);
        return i -> {
            String padded = imaginary.print(parts[2 * i + 1]);
            int end = padded.stripTrailing().length();
            return real.print(parts[2 * i]) + padded.substring(0, end) + "j" + padded.substring(end);
        };
    }

    /** A number alone, in parentheses unless it is imaginary. */
    private static String complex(DType dtype, double real, double imaginary) {
        String i = part(dtype, imaginary) + "j";
        boolean isImaginary = Double.doubleToRawLongBits(real) == 0;
        return isImaginary ? i : "(" + part(dtype, real) + (i.startsWith("-") ? "" : "+") + i + ")";
    }

    private static String part(DType dtype, double x) {
        String text = FloatText.scalar(dtype, x);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** The places of the elements that are printed. */
    private int[] shown() {
        int[] places = {0};
        long stride = shape.size();
        for (int axis = 0; axis < shape.rank(); axis++) {
            int length = (int) shape.length(axis);
            stride /= length;
            int step = (int) stride;
            int[] kept = IntStream.range(0, length).filter(i -> !isLeftOut(i, length)).toArray();
            places = Arrays.stream(places).flatMap(p -> Arrays.stream(kept).map(i -> p + i * step)).toArray();
        }
        return places;
    }

    private boolean isLeftOut(int i, int length) {
        return abbreviates && length > 2 * options.edgeItems()
                && i >= options.edgeItems() && i < length - options.edgeItems();
    }

    private String print(int axis, int start, String indent, int width) {
        if (axis == shape.rank()) {
            return element.apply(start);
        }
        String inside = axis == shape.rank() - 1 ? row(start, indent, width)
                : rows(axis, start, indent, width);
        return "[" + inside.substring(indent.length()) + "]";
    }

    private String rows(int axis, int start, String indent, int width) {
        int length = (int) shape.length(axis);
        int step = (int) shape.select(IntStream.range(axis + 1, shape.rank()).boxed().toList()).size();
        String between = options.separator().stripTrailing() + "\n".repeat(shape.rank() - axis - 1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            if (isLeftOut(i, length)) {
                text.append(indent).append(DOTS).append(between);
                i = length - options.edgeItems();
            }
            text.append(indent).append(print(axis + 1, start + i * step, indent + " ", width - 1))
                    .append(i < length - 1 ? between : "");
        }
        return text.toString();
    }

    private String row(int start, String indent, int width) {
        int length = (int) shape.length(shape.rank() - 1);
        int room = width - Math.max(options.separator().stripTrailing().length(), 1);
        StringBuilder text = new StringBuilder();
        String line = indent;
        for (int i = 0; i < length; i++) {
            if (isLeftOut(i, length)) {
                line = extended(text, line, DOTS, room, indent) + options.separator();
                i = length - options.edgeItems();
            }
            line = extended(text, line, element.apply(start + i), room, indent)
                    + (i < length - 1 ? options.separator() : "");
        }
        return text + line;
    }

    /** The line with one word more; if there is no room, a new line, and the old one is in the text. */
    private static String extended(StringBuilder text, String line, String word, int room, String indent) {
        if (line.length() + word.length() > room && line.length() > indent.length()) {
            text.append(line.stripTrailing()).append('\n');
            return indent + word;
        }
        return line + word;
    }
}
