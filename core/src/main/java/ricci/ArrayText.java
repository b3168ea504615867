package ricci;

import java.util.function.IntFunction;
import ricci.ir.Shape;

/** Arrays as text: {@code f32[2,2] [[1.0, 2.0], [3.0, 4.0]]}, with "…" in long axes. */
final class ArrayText {
    private static final int WHOLE = 1000;
    private static final int EDGE = 3;

    private ArrayText() {}

    static String print(Array array) {
        Shape shape = array.shape();
        IntFunction<String> element = switch (array.dtype()) {
            case F64 -> {
                double[] values = array.toDoubles();
                yield i -> Double.toString(values[i]);
            }
            case F32, F16, BF16 -> {
                float[] values = array.toFloats();
                yield i -> Float.toString(values[i]);
            }
            case BOOL -> {
                long[] values = array.toLongs();
                yield i -> values[i] != 0 ? "true" : "false";
            }
            case I8, U8, U16, U32, U64, I16, I32, I64 -> {
                long[] values = array.toLongs();
                yield i -> array.dtype().digits(values[i]);
            }
        };
        StringBuilder text = new StringBuilder(array.type().toString()).append(' ');
        append(text, shape, 0, 0, element, isLong(shape));
        return text.toString();
    }

    /** Whether the text would be; the brackets of empty axes count too. */
    private static boolean isLong(Shape shape) {
        double count = 1;
        for (long length : shape.toArray()) {
            count *= Math.max(length, 1);
        }
        return count > WHOLE;
    }

    private static void append(StringBuilder text, Shape shape, int axis, int start,
            IntFunction<String> element,
            boolean abbreviate) {
        if (axis == shape.rank()) {
            text.append(element.apply(start));
            return;
        }
        int stride = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            stride *= (int) shape.length(i);
        }
        int length = (int) Math.min(shape.length(axis), Integer.MAX_VALUE);
        text.append('[');
        for (int i = 0; i < length; i++) {
            if (abbreviate && length > 2 * EDGE && i == EDGE) {
                text.append(", …");
                i = length - EDGE;
            }
            text.append(i > 0 ? ", " : "");
            append(text, shape, axis + 1, start + i * stride, element, abbreviate);
        }
        text.append(']');
    }
}
