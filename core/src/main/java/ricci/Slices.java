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

/** Parts of tensors, read and written at positions that are data. */
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
        List<Tensor> operands = new ArrayList<>(Arrays.asList(x));
        operands.addAll(Arguments.given("dynamicSlice", "the list of starts", starts));
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
        operands.addAll(Arguments.given("dynamicUpdateSlice", "the list of starts", starts));
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
}
