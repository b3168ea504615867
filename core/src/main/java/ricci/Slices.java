package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/** Parts of tensors: read and written at positions that are data, and cut apart. */
public final class Slices {
    private Slices() {}

    /**
     * The part of {@code x} of the given lengths that starts at {@code starts}, an integer scalar per axis. A
     * negative start counts from the end; then it is moved so that the part lies inside.
     *
     * {@snippet :
     * Tensor window = dynamicSlice(image, List.of(row, column), 8, 8);
     * }
     *
     * @throws RicciException if the starts are not integer scalars, or the lengths do not fit
     */
    public static Tensor dynamicSlice(Tensor x, List<? extends Tensor> starts, long... lengths) {
        List<Tensor> operands = new ArrayList<>(List.of(x));
        operands.addAll(starts);
        return Trace.apply(new Windows.DynamicSlice(Shape.of(lengths)), operands).getFirst();
    }

    /** The part of length {@code length} along one axis, whole along the others. */
    public static Tensor dynamicSlice(Tensor x, int axis, Tensor start, long length) {
        int counted = Axes.of("dynamicSlice", x, axis);
        long[] lengths = x.shape().toArray();
        lengths[counted] = length;
        return dynamicSlice(x, starts(x, counted, start), lengths);
    }

    /**
     * {@code x} with {@code part} in place of what {@link #dynamicSlice(Tensor, List, long...)} reads there.
     *
     * @throws RicciException if the starts are not integer scalars, or the part is larger than x
     */
    public static Tensor dynamicUpdateSlice(Tensor x, Tensor part, List<? extends Tensor> starts) {
        DType dtype = DType.promote(x.dtype(), part.dtype());
        List<Tensor> operands = new ArrayList<>(List.of(x.to(dtype), part.to(dtype)));
        operands.addAll(starts);
        return Trace.apply(new Windows.DynamicUpdateSlice(), operands).getFirst();
    }

    /** The same along one axis, the part being placed at the beginning of the others. */
    public static Tensor dynamicUpdateSlice(Tensor x, Tensor part, int axis, Tensor start) {
        int counted = Axes.of("dynamicUpdateSlice", x, axis);
        return dynamicUpdateSlice(x, part, starts(x, counted, start));
    }

    private static List<Tensor> starts(Tensor x, int axis, Tensor start) {
        Tensor zero = Trace.fill(TensorType.of(DType.I32), 0);
        List<Tensor> starts = new ArrayList<>(Collections.nCopies(x.rank(), zero));
        starts.set(axis, start);
        return starts;
    }

    /**
     * The parts of the given lengths, one after the other along an axis.
     *
     * @throws RicciException.Shape if the lengths do not add up to that of the axis
     */
    public static List<Tensor> split(Tensor x, int axis, long... lengths) {
        int counted = Axes.of("split", x, axis);
        long length = x.shape().length(counted);
        boolean fits = Arrays.stream(lengths).allMatch(part -> part >= 0 && part <= length)
                && Arrays.stream(lengths).sum() == length;
        if (!fits) {
            throw new RicciException.Shape("split axis " + counted + " into " + Arrays.toString(lengths),
                    x.type().toString(), "the parts' lengths add up to that of the axis, " + length,
                    "change one of the lengths");
        }
        List<Tensor> parts = new ArrayList<>();
        long start = 0;
        for (long part : lengths) {
            parts.add(x.slice(counted, start, start + part));
            start += part;
        }
        return List.copyOf(parts);
    }

    /**
     * So many parts of one length along an axis.
     *
     * @throws RicciException.Shape if the length of the axis is no multiple of that number
     */
    public static List<Tensor> splitEvenly(Tensor x, int axis, int parts) {
        int counted = Axes.of("split", x, axis);
        long length = x.shape().length(counted);
        if (parts < 1 || length % parts != 0) {
            throw new RicciException.Shape("split axis " + counted + " into " + parts + " equal parts",
                    x.type().toString(), "the number of parts divides the length of the axis, " + length,
                    "give the lengths of the parts with split(x, axis, lengths)");
        }
        long[] lengths = new long[parts];
        Arrays.fill(lengths, length / parts);
        return split(x, counted, lengths);
    }
}
