package ricci.runtime;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import ricci.ir.ComplexNumber;
import ricci.ir.ConvolutionDimensions;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/** The interpreter's rules for {@link Windows}. */
final class EvalWindows {
    private EvalWindows() {}

    static List<Value> apply(Windows op, List<Value> x, List<TensorType> types, List<TensorType> results) {
        TensorType result = results.getFirst();
        return switch (op) {
            case Windows.Convolution convolution ->
                    List.of(convolution(convolution, x.get(0), x.get(1), types, result));
            case Windows.ReduceWindow reduce ->
                    List.of(reduceWindow(reduce, x.getFirst(), types.getFirst(), result));
            case Windows.ArgReduceWindow arg ->
                    List.of(argReduceWindow(arg, x.getFirst(), types.getFirst(), result));
            case Windows.DynamicSlice(var sizes) -> List.of(x.getFirst().take(
                    part(types.getFirst().shape(), sizes, x.subList(1, x.size()))));
            case Windows.DynamicUpdateSlice _ -> List.of(update(x, types));
            case Windows.TopK(var k, var index) -> topK(k, index, x.getFirst(), types.getFirst());
            case Windows.Clamp _ -> List.of(Eval.binary(Op.Binary.Function.MIN,
                    Eval.binary(Op.Binary.Function.MAX, x.get(1), x.get(0), result.dtype()), x.get(2),
                    result.dtype()));
        };
    }

    // ---- windows ----

    /**
     * A window over a base.
     *
     * @param strides the distance of neighbours of the base in memory, along each axis
     */
    private record Placed(Sliding sliding, Shape base, Shape window, Shape places, List<Integer> strides) {
        private static final int HOLE = -1;

        /** At the place of that number: for each element of the window the element of the base it meets. */
        int[] meets(int place) {
            long[] at = places.index(place);
            int[] met = {0};
            for (int axis = 0; axis < at.length; axis++) {
                int length = Value.length(window.length(axis));
                int[] further = new int[Value.length((long) met.length * length)];
                for (int i = 0; i < further.length; i++) {
                    long index = index(axis, at[axis], i % length);
                    int before = met[i / length];
                    further[i] = before == HOLE || index == HOLE ? HOLE
                            : before + (int) index * strides.get(axis);
                }
                met = further;
            }
            return met;
        }

        private long index(int axis, long place, long element) {
            long spread = place * sliding.strides().get(axis)
                    + element * sliding.windowDilation().get(axis) - sliding.low().get(axis);
            long dilation = sliding.baseDilation().get(axis);
            boolean isHole = spread < 0 || spread % dilation != 0 || spread / dilation >= base.length(axis);
            return isHole ? HOLE : spread / dilation;
        }
    }

    private static Placed placed(Sliding sliding, Shape base, Shape window, Shape places) {
        return new Placed(sliding, base, window, places, Arrays.stream(Places.strides(base)).boxed()
                .toList());
    }

    private static Value reduceWindow(Windows.ReduceWindow op, Value x, TensorType type, TensorType result) {
        Placed windows = placed(op.sliding(), type.shape(), op.window(), result.shape());
        DType dtype = type.dtype();
        Number neutral = op.monoid().neutral(dtype);
        Value y = Value.fill(dtype, Value.length(result.shape().size()), neutral);
        switch (y) {
            case Value.Reals(var sums) -> {
                DoubleBinaryOperator f = Scalars.reals(op.monoid().operation(), dtype);
                Arrays.setAll(sums, place -> dtype.round(elements(windows, place)
                        .mapToDouble(i -> Eval.reals(x)[i]).reduce(neutral.doubleValue(), f)));
            }
            case Value.Integers(var sums) -> {
                LongBinaryOperator f = Scalars.integers(op.monoid().operation(), dtype);
                Arrays.setAll(sums, place -> dtype.wrap(elements(windows, place)
                        .mapToLong(i -> Eval.integers(x)[i]).reduce(neutral.longValue(), f)));
            }
            case Value.Complexes sums -> {
                BinaryOperator<ComplexNumber> f = ComplexScalars.binary(op.monoid().operation());
                for (int place = 0; place < sums.count(); place++) {
                    sums.set(place, rounded(dtype, elements(windows, place)
                            .mapToObj(Eval.complexes(x)::at).reduce(ComplexNumber.of(neutral), f)));
                }
            }
        }
        return y;
    }

    private static ComplexNumber rounded(DType dtype, ComplexNumber z) {
        return ComplexNumber.of(dtype.round(z.re()), dtype.round(z.im()));
    }

    /** The elements of the base that a window holds, in order. */
    private static IntStream elements(Placed windows, int place) {
        return Arrays.stream(windows.meets(place)).filter(met -> met != Placed.HOLE);
    }

    private static Value argReduceWindow(Windows.ArgReduceWindow op, Value x, TensorType type,
            TensorType result) {
        Placed windows = placed(op.sliding(), type.shape(), op.window(), result.shape());
        int sign = Reductions.sign(op.extremum());
        Shape counted = type.shape().select(op.axes());
        int[] strides = Places.strides(counted);
        long[] positions = new long[Value.length(result.shape().size())];
        Arrays.setAll(positions, place -> {
            int best = elements(windows, place)
                    .reduce((i, j) -> Integer.signum(
                            Reductions.order(x, type.dtype(), j, i, sign)) == sign ? j : i)
                    .orElse(Placed.HOLE);
            return best == Placed.HOLE ? op.index().wrap(-1)
                    : op.index().wrap(position(type.shape().index(best), op.axes(), strides));
        });
        return new Value.Integers(positions);
    }

    private static long position(long[] at, List<Integer> axes, int[] strides) {
        return IntStream.range(0, axes.size()).mapToLong(i -> at[axes.get(i)] * strides[i]).sum();
    }

    // ---- convolution ----

    private static Value convolution(Windows.Convolution op, Value x, Value w, List<TensorType> types,
            TensorType result) {
        ConvolutionDimensions d = op.dimensions();
        Shape input = types.getFirst().shape();
        Shape kernel = types.getLast().shape();
        int[] inX = strides(input, d.input());
        int[] inW = strides(kernel, d.kernel());
        int[] inY = strides(result.shape(), d.result());
        List<Integer> resultSpatial = ConvolutionDimensions.spatial(d.result());
        List<Integer> kernelSpatial = ConvolutionDimensions.spatial(d.kernel());
        List<Integer> inputSpatial = ConvolutionDimensions.spatial(d.input());
        Placed windows = new Placed(op.sliding(), input.select(inputSpatial), kernel.select(kernelSpatial),
                result.shape().select(resultSpatial), IntStream.of(inX).skip(2).boxed().toList());
        int[] placesOfY = Places.along(result.shape(), resultSpatial);
        int[] elementsOfW = Places.along(kernel, kernelSpatial);
        int batch = (int) result.shape().length(d.result().get(0));
        int outputs = (int) kernel.length(d.kernel().get(0));
        int features = (int) kernel.length(d.kernel().get(1));
        Value y = Value.fill(op.result(), Value.length(result.shape().size()), 0);
        for (int place = 0; place < placesOfY.length; place++) {
            int[] met = windows.meets(place);
            for (int n = 0; n < batch; n++) {
                for (int o = 0; o < outputs; o++) {
                    // Output features are as many in each group, one group after the other.
                    long group = o * op.featureGroups() / outputs;
                    long batchGroup = o * op.batchGroups() / outputs;
                    int firstX = (int) ((batchGroup * batch + n) * inX[0] + group * features * inX[1]);
                    int at = placesOfY[place] + n * inY[0] + o * inY[1];
                    switch (y) {
                        case Value.Reals(var sums) -> sums[at] = op.result().round(sum(Eval.reals(x), firstX,
                                inX[1], met, Eval.reals(w), o * inW[0], inW[1], elementsOfW, features));
                        case Value.Integers(var sums) -> sums[at] = op.result().wrap(sum(Eval.integers(x),
                                firstX, inX[1], met, Eval.integers(w), o * inW[0], inW[1], elementsOfW,
                                features));
                        case Value.Complexes sums -> sums.set(at, rounded(op.result(), sum(Eval.complexes(x),
                                firstX, inX[1], met, Eval.complexes(w), o * inW[0], inW[1], elementsOfW,
                                features)));
                    }
                }
            }
        }
        return y;
    }

    private static int[] strides(Shape shape, List<Integer> axes) {
        int[] strides = Places.strides(shape);
        return axes.stream().mapToInt(axis -> strides[axis]).toArray();
    }

    /** Over the features, and over the elements of the kernel that do not meet a hole. */
    private static double sum(double[] x, int firstX, int featureX, int[] met, double[] w, int firstW,
            int featureW, int[] elementsOfW, int features) {
        double sum = 0;
        for (int c = 0; c < features; c++) {
            for (int k = 0; k < met.length; k++) {
                if (met[k] != Placed.HOLE) {
                    sum += x[firstX + c * featureX + met[k]] * w[firstW + c * featureW + elementsOfW[k]];
                }
            }
        }
        return sum;
    }

    private static ComplexNumber sum(Value.Complexes x, int firstX, int featureX, int[] met,
            Value.Complexes w, int firstW, int featureW, int[] elementsOfW, int features) {
        ComplexNumber sum = ComplexNumber.of(0, 0);
        for (int c = 0; c < features; c++) {
            for (int k = 0; k < met.length; k++) {
                if (met[k] != Placed.HOLE) {
                    sum = ComplexScalars.add(sum, ComplexScalars.mul(x.at(firstX + c * featureX + met[k]),
                            w.at(firstW + c * featureW + elementsOfW[k])));
                }
            }
        }
        return sum;
    }

    private static long sum(long[] x, int firstX, int featureX, int[] met, long[] w, int firstW,
            int featureW, int[] elementsOfW, int features) {
        long sum = 0;
        for (int c = 0; c < features; c++) {
            for (int k = 0; k < met.length; k++) {
                if (met[k] != Placed.HOLE) {
                    sum += x[firstX + c * featureX + met[k]] * w[firstW + c * featureW + elementsOfW[k]];
                }
            }
        }
        return sum;
    }

    // ---- slices, order ----

    /** Where the elements of a part of that size lie. */
    private static int[] part(Shape shape, Shape sizes, List<Value> starts) {
        int[] strides = Places.strides(shape);
        int first = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            long start = Eval.integers(starts.get(axis))[0];
            long counted = start < 0 ? start + shape.length(axis) : start;
            first += (int) Math.clamp(counted, 0, shape.length(axis) - sizes.length(axis)) * strides[axis];
        }
        return Places.of(first, sizes, strides);
    }

    private static Value update(List<Value> x, List<TensorType> types) {
        Shape shape = types.getFirst().shape();
        Value y = x.getFirst().take(IntStream.range(0, (int) shape.size()).toArray());
        y.put(part(shape, types.get(1).shape(), x.subList(2, x.size())), x.get(1));
        return y;
    }

    private static List<Value> topK(long k, DType index, Value x, TensorType type) {
        Shape shape = type.shape();
        int length = (int) shape.length(shape.rank() - 1);
        int lanes = length == 0 ? 0 : (int) (shape.size() / length);
        int[] places = new int[(int) (lanes * k)];
        long[] indices = new long[places.length];
        Comparator<Integer> descending = (i, j) -> Sorting.compare(List.of(x), List.of(type), j, i);
        for (int lane = 0; lane < lanes; lane++) {
            int first = lane * length;
            Integer[] order = IntStream.range(first, first + length).boxed().toArray(Integer[]::new);
            Arrays.sort(order, descending);
            for (int i = 0; i < k; i++) {
                places[(int) (lane * k) + i] = order[i];
                indices[(int) (lane * k) + i] = index.wrap(order[i] - first);
            }
        }
        return List.of(x.take(places), new Value.Integers(indices));
    }
}
