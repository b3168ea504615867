package ricci.ir;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The typing rules of {@link Windows}. */
final class InferWindowTypes {
    private InferWindowTypes() {}

    static List<TensorType> of(Windows op, List<TensorType> operands) {
        return switch (op) {
            case Windows.Convolution convolution -> List.of(convolution(convolution, operands));
            case Windows.ReduceWindow(var monoid, var window, var sliding) -> {
                TensorType x = InferTypes.one(op, operands);
                InferTypes.acceptReduction(monoid, x);
                yield List.of(x.with(places(op, sliding, x.shape(), window, operands)));
            }
            case Windows.ArgReduceWindow arg -> List.of(argReduceWindow(arg, operands));
            case Windows.DynamicSlice(var sizes) -> List.of(dynamicSlice(op, sizes, operands, 1));
            case Windows.DynamicUpdateSlice _ -> List.of(dynamicUpdateSlice(op, operands));
            case Windows.TopK topK -> topK(topK, InferTypes.one(op, operands));
            case Windows.Clamp _ -> {
                TensorType x = InferTypes.equal(op, 3, operands);
                yield List.of(InferTypes.acceptDType("clamp", x.dtype() != DType.BOOL, x));
            }
        };
    }

    // ---- convolution ----

    private static TensorType convolution(Windows.Convolution op, List<TensorType> operands) {
        InferTypes.arity(op, 2, operands);
        TensorType x = operands.getFirst();
        TensorType w = operands.getLast();
        boolean numbers = x.dtype() != DType.BOOL && w.dtype() == x.dtype()
                && op.result().isFloat() == x.dtype().isFloat() && op.result() != DType.BOOL;
        if (!numbers) {
            throw new RicciException.DataType("convolve to " + op.result(), InferTypes.list(operands),
                    "both operands have one dtype, and the result is of the same kind (float or integer)",
                    "convert an operand, for example x.to(DType." + x.dtype().name() + ")");
        }
        ConvolutionDimensions d = op.dimensions();
        requireParts(op, x, d.input(), "input", operands);
        requireParts(op, w, d.kernel(), "kernel", operands);
        if (x.rank() != w.rank() || !isPermutation(d.result(), x.rank())) {
            throw broken("convolve", operands,
                    "input, kernel and result have one rank: two axes and the spatial ones",
                    "add the missing axis, for example a batch of one example");
        }
        Shape input = x.shape().select(d.input());
        Shape kernel = w.shape().select(d.kernel());
        requireGroups(op, input, kernel, operands);
        List<Integer> spatial = IntStream.range(2, x.rank()).boxed().toList();
        Shape places = places(op, op.sliding(), input.select(spatial), kernel.select(spatial), operands);
        long[] lengths = new long[x.rank()];
        lengths[d.result().get(0)] = input.length(0) / op.batchGroups();
        lengths[d.result().get(1)] = kernel.length(0);
        for (int i = 0; i < d.spatial(); i++) {
            lengths[d.result().get(2 + i)] = places.length(i);
        }
        return new TensorType(op.result(), Shape.of(lengths));
    }

    private static void requireParts(Windows.Convolution op, TensorType x, List<Integer> axes, String what,
            List<TensorType> operands) {
        if (x.rank() < 2 || !isPermutation(axes, x.rank())) {
            throw broken("convolve", operands, "the axes of the " + what + ", batch or output features, "
                    + "features and spatial ones, are all its axes, each once; here they are " + axes,
                    "check the axis correspondence " + OpText.parameters(op));
        }
    }

    private static boolean isPermutation(List<Integer> axes, int rank) {
        return axes.stream().sorted().toList().equals(IntStream.range(0, rank).boxed().toList());
    }

    private static void requireGroups(Windows.Convolution op, Shape input, Shape kernel,
            List<TensorType> operands) {
        long groups = op.featureGroups();
        long batchGroups = op.batchGroups();
        if (groups < 1 || batchGroups < 1 || (groups > 1 && batchGroups > 1)) {
            throw broken("convolve in " + groups + " feature groups and " + batchGroups + " batch groups",
                    operands, "there is at least one group, and not both kinds have several",
                    "use 1 for the kind that is not meant");
        }
        boolean fits = input.length(1) % groups == 0 && kernel.length(1) == input.length(1) / groups
                && kernel.length(0) % groups == 0;
        if (!fits) {
            throw broken("convolve" + (groups == 1 ? "" : " in " + groups + " feature groups"), operands,
                    "the kernel has the input's features, divided by the number of groups, and its output "
                    + "features are as many for each group; here the input has " + input.length(1)
                    + " features, the kernel " + kernel.length(1) + " and " + kernel.length(0)
                    + " output features", "check which axes hold the features, and the number of groups");
        }
        if (input.length(0) % batchGroups != 0 || kernel.length(0) % batchGroups != 0) {
            throw broken("convolve in " + batchGroups + " batch groups", operands,
                    "the groups divide the batch, here " + input.length(0)
                    + ", and the output features, here " + kernel.length(0),
                    "choose a number of groups that divides both");
        }
    }

    // ---- windows ----

    /** The number of places along each axis. */
    private static Shape places(Op op, Sliding sliding, Shape base, Shape window,
            List<TensorType> operands) {
        int axes = base.rank();
        boolean entries = window.rank() == axes && Stream.of(sliding.strides(), sliding.low(), sliding.high(),
                sliding.baseDilation(), sliding.windowDilation()).allMatch(list -> list.size() == axes);
        if (!entries) {
            throw broken(asked(op), operands, "window, strides, padding and dilations have one entry for "
                    + "each of the " + axes + " axes along which the window slides",
                    "give " + axes + " entries");
        }
        long[] lengths = new long[axes];
        for (int axis = 0; axis < axes; axis++) {
            boolean steps = sliding.strides().get(axis) >= 1 && sliding.baseDilation().get(axis) >= 1
                    && sliding.windowDilation().get(axis) >= 1;
            // A kernel may be empty, but a window that something is said of is not.
            boolean hasElements = op instanceof Windows.Convolution || window.length(axis) >= 1;
            if (!steps || !hasElements) {
                throw broken(asked(op), operands, "strides, dilations and window lengths are 1 or more; "
                        + "on axis " + axis + " stride " + sliding.strides().get(axis) + ", dilations "
                        + sliding.baseDilation().get(axis) + " and " + sliding.windowDilation().get(axis)
                        + ", window " + window.length(axis), "use 1 where nothing is meant");
            }
            lengths[axis] = length(op, sliding, axis, base.length(axis), window.length(axis), operands);
        }
        return Shape.of(lengths);
    }

    private static long length(Op op, Sliding sliding, int axis, long base, long window,
            List<TensorType> operands) {
        try {
            if (sliding.padded(axis, base) < 0) {
                throw broken(asked(op), operands, "no more is cropped than there is; padding "
                        + sliding.low().get(axis) + " and " + sliding.high().get(axis) + " of length " + base
                        + " leaves less than nothing", "crop less: negative padding crops");
            }
            return sliding.places(axis, base, window);
        } catch (ArithmeticException overflow) {
            throw broken(asked(op), operands, "lengths with padding and dilation are below 2^63",
                    "use smaller padding, dilation or strides");
        }
    }

    private static String asked(Op op) {
        return op instanceof Windows.Convolution ? "convolve" : "reduce windows";
    }

    private static TensorType argReduceWindow(Windows.ArgReduceWindow op, List<TensorType> operands) {
        TensorType x = InferTypes.one(op, operands);
        InferTypes.acceptDType("argReduceWindow", x.dtype() != DType.BOOL, x);
        InferTypes.checkAxes(op, x, op.axes());
        if (!op.index().isInteger()) {
            throw new RicciException.DataType("find the extreme of windows", "index type " + op.index(),
                    "an index is an integer", "use i32 or i64");
        }
        Shape places = places(op, op.sliding(), x.shape(), op.window(), operands);
        for (int axis : x.shape().axesExcept(op.axes())) {
            if (op.window().length(axis) != 1 || !op.sliding().isPlain(axis)) {
                throw broken("find the extreme of windows", operands,
                        "positions run along all axes that the window does not leave as they are; axis "
                        + axis + " is not among " + op.axes(), "name that axis too");
            }
        }
        return new TensorType(op.index(), places);
    }

    // ---- slices ----

    /** The type of a part of the first operand, after {@code tensors} operands that are not starts. */
    private static TensorType dynamicSlice(Op op, Shape sizes, List<TensorType> operands, int tensors) {
        String asked = op instanceof Windows.DynamicSlice ? "take a slice of " + sizes
                : "write a slice of " + sizes;
        if (operands.size() < tensors || operands.size() != tensors + operands.getFirst().rank()) {
            throw new RicciException.IllTyped(asked, InferTypes.list(operands),
                    "after the tensors there is a start for each axis", "pass a scalar per axis");
        }
        TensorType x = operands.getFirst();
        for (TensorType start : operands.subList(tensors, operands.size())) {
            if (!start.dtype().isInteger() || start.rank() != 0) {
                throw new RicciException.DataType(asked, InferTypes.list(operands),
                        "the start on each axis is an integer scalar", "convert it: start.to(DType.I32)");
            }
        }
        boolean fits = sizes.rank() == x.rank();
        for (int axis = 0; fits && axis < x.rank(); axis++) {
            fits = sizes.length(axis) <= x.shape().length(axis);
        }
        if (!fits) {
            throw broken(asked, List.of(x), "a slice has a length for each axis, none beyond the tensor's",
                    "choose lengths up to " + x.shape());
        }
        return x.with(sizes);
    }

    private static TensorType dynamicUpdateSlice(Op op, List<TensorType> operands) {
        if (operands.size() < 2 || operands.get(1).dtype() != operands.getFirst().dtype()) {
            throw new RicciException.DataType("write a slice", InferTypes.list(operands),
                    "the slice has the tensor's dtype", "convert it");
        }
        dynamicSlice(op, operands.get(1).shape(), operands, 2);
        return operands.getFirst();
    }

    private static List<TensorType> topK(Windows.TopK op, TensorType x) {
        if (x.rank() == 0 || op.k() < 0 || op.k() > x.shape().length(x.rank() - 1)) {
            throw new RicciException.Shape("take the " + op.k() + " greatest", x.toString(),
                    "along the last axis there are as many elements or more", x.rank() == 0
                    ? "give the tensor an axis" : "ask for 0 to " + x.shape().length(x.rank() - 1));
        }
        if (!op.index().isInteger()) {
            throw new RicciException.DataType("take the " + op.k() + " greatest", "index type " + op.index(),
                    "an index is an integer", "use i32 or i64");
        }
        TensorType values = x.with(x.shape().with(x.rank() - 1, op.k()));
        return List.of(values, values.with(op.index()));
    }

    private static RicciException broken(String asked, List<TensorType> operands, String rule, String fix) {
        return new RicciException.Shape(asked, InferTypes.list(Collections.unmodifiableList(operands)), rule,
                fix);
    }
}
