package ricci.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import ricci.ir.ComplexNumber;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.Lists;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** The interpreter's rules that fold many elements into one. */
final class Reductions {
    private Reductions() {}

    static Value reduce(Op.Reduce op, Value x, TensorType type) {
        int[] kept = Places.along(type.shape(), type.shape().axesExcept(op.axes()));
        int[] folded = Places.along(type.shape(), op.axes());
        DType dtype = type.dtype();
        Number neutral = op.monoid().neutral(dtype);
        return switch (x) {
            case Value.Reals(var data) -> {
                DoubleBinaryOperator f = Scalars.reals(op.monoid().operation(), dtype);
                yield new Value.Reals(Arrays.stream(kept).mapToDouble(base -> {
                    double sum = neutral.doubleValue();
                    for (int offset : folded) {
                        sum = f.applyAsDouble(sum, data[base + offset]);
                    }
                    return dtype.round(sum);
                }).toArray());
            }
            case Value.Integers(var data) -> {
                LongBinaryOperator f = Scalars.integers(op.monoid().operation(), dtype);
                yield new Value.Integers(Arrays.stream(kept).mapToLong(base -> {
                    long sum = neutral.longValue();
                    for (int offset : folded) {
                        sum = f.applyAsLong(sum, data[base + offset]);
                    }
                    return dtype.wrap(sum);
                }).toArray());
            }
            case Value.Complexes z -> {
                BinaryOperator<ComplexNumber> f = ComplexScalars.binary(op.monoid().operation());
                yield Value.Complexes.of(dtype, kept.length, i -> {
                    ComplexNumber sum = ComplexNumber.of(neutral);
                    for (int offset : folded) {
                        sum = f.apply(sum, z.at(kept[i] + offset));
                    }
                    return sum;
                });
            }
        };
    }

    static Value cumulative(Op.Cumulative op, Value x, TensorType type) {
        int[] lanes = Places.along(type.shape(), type.shape().axesExcept(List.of(op.axis())));
        int[] along = Places.along(type.shape(), List.of(op.axis()));
        DType dtype = type.dtype();
        Value y = Value.fill(dtype, lanes.length * along.length, 0);
        for (int lane : lanes) {
            int first = lane + (op.reverse() && along.length > 0 ? along[along.length - 1] : 0);
            int step = along.length < 2 ? 0 : op.reverse() ? -along[1] : along[1];
            switch (y) {
                case Value.Reals(var data) -> scan(Scalars.reals(op.function(), dtype), Eval.reals(x), data,
                        first, step, along.length, dtype);
                case Value.Integers(var data) -> scan(Scalars.integers(op.function(), dtype),
                        Eval.integers(x), data, first, step, along.length, dtype);
                case Value.Complexes z -> scan(ComplexScalars.binary(combination(op.function())),
                        Eval.complexes(x), z, first, step, along.length, dtype);
            }
        }
        return y;
    }

    private static void scan(DoubleBinaryOperator f, double[] x, double[] y, int first, int step, int count,
            DType dtype) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            int place = first + i * step;
            sum = i == 0 ? x[place] : f.applyAsDouble(sum, x[place]);
            y[place] = dtype.round(sum);
        }
    }

    private static void scan(BinaryOperator<ComplexNumber> f, Value.Complexes x, Value.Complexes y,
            int first, int step, int count, DType dtype) {
        ComplexNumber sum = ComplexNumber.of(0, 0);
        for (int i = 0; i < count; i++) {
            int place = first + i * step;
            sum = i == 0 ? x.at(place) : f.apply(sum, x.at(place));
            y.set(place, ComplexNumber.of(dtype.round(sum.re()), dtype.round(sum.im())));
        }
    }

    private static Op.Binary.Function combination(Op.Cumulative.Function f) {
        return switch (f) {
            case SUM -> Op.Binary.Function.ADD;
            case PROD -> Op.Binary.Function.MUL;
            case MAX -> Op.Binary.Function.MAX;
            case MIN -> Op.Binary.Function.MIN;
            case LOGSUMEXP -> throw new IllegalArgumentException("log-sum-exp is not one operation");
        };
    }

    private static void scan(LongBinaryOperator f, long[] x, long[] y, int first, int step, int count,
            DType dtype) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            int place = first + i * step;
            sum = i == 0 ? x[place] : dtype.wrap(f.applyAsLong(sum, x[place]));
            y[place] = sum;
        }
    }

    static Value argReduce(Op.ArgReduce op, Value x, TensorType type) {
        int[] kept = Places.along(type.shape(), type.shape().axesExcept(List.of(op.axis())));
        int[] along = Places.along(type.shape(), List.of(op.axis()));
        int sign = sign(op.extremum());
        return new Value.Integers(Arrays.stream(kept).mapToLong(base -> {
            int best = 0;
            for (int i = 1; i < along.length; i++) {
                int order = order(x, type.dtype(), base + along[i], base + along[best], sign);
                best = Integer.signum(order) == sign ? i : best;
            }
            return op.index().wrap(best);
        }).toArray());
    }

    /** What the order of a better element to a worse one is. */
    static int sign(Op.ArgReduce.Extremum extremum) {
        return switch (extremum) {
            case ARGMAX -> 1;
            case ARGMIN -> -1;
        };
    }

    /** The order of two elements; NaN lies beyond the extreme that {@code sign} asks for. */
    static int order(Value x, DType dtype, int i, int j, int sign) {
        return switch (x) {
            case Value.Reals(var data) -> {
                boolean nanI = Double.isNaN(data[i]);
                boolean nanJ = Double.isNaN(data[j]);
                yield nanI || nanJ ? (nanI == nanJ ? 0 : nanI ? sign : -sign)
                        : data[i] < data[j] ? -1 : data[i] > data[j] ? 1 : 0;
            }
            case Value.Integers(var data) -> dtype.compare(data[i], data[j]);
            case Value.Complexes _ -> throw new AssertionError("complex numbers have no order");
        };
    }

    static Value dotGeneral(Op.DotGeneral op, Value x, Value y, List<TensorType> types) {
        Contraction c = op.contraction();
        Shape left = types.getFirst().shape();
        Shape right = types.getLast().shape();
        int[] leftOuter = Places.along(left, Lists.join(c.leftBatch(), c.leftFree(left)));
        int[] rightFree = Places.along(right, c.rightFree(right));
        int[] rightBatch = Places.along(right, c.rightBatch());
        int[] leftInner = Places.along(left, c.leftContracted());
        int[] rightInner = Places.along(right, c.rightContracted());
        int rows = rightBatch.length == 0 ? 0 : leftOuter.length / rightBatch.length;
        int columns = rightFree.length;
        Value z = Value.fill(op.result(), Value.length((long) leftOuter.length * columns), 0);
        for (int outer = 0; outer < leftOuter.length; outer++) {
            for (int column = 0; column < columns; column++) {
                int a = leftOuter[outer];
                int b = rightBatch[outer / rows] + rightFree[column];
                int place = outer * columns + column;
                switch (z) {
                    case Value.Reals(var data) ->
                            data[place] = op.result().round(
                                    dot(Eval.reals(x), a, leftInner, Eval.reals(y), b, rightInner));
                    case Value.Integers(var data) -> data[place] =
                            op.result().wrap(dot(Eval.integers(x), a, leftInner, Eval.integers(y), b,
                            rightInner));
                    case Value.Complexes sums -> {
                        ComplexNumber sum = dot(
                                Eval.complexes(x), a, leftInner, Eval.complexes(y), b, rightInner);
                        sums.set(place, ComplexNumber.of(
                                op.result().round(sum.re()), op.result().round(sum.im())));
                    }
                }
            }
        }
        return z;
    }

    private static double dot(double[] x, int a, int[] xPlaces, double[] y, int b, int[] yPlaces) {
        double sum = 0;
        for (int k = 0; k < xPlaces.length; k++) {
            sum += x[a + xPlaces[k]] * y[b + yPlaces[k]];
        }
        return sum;
    }

    private static ComplexNumber dot(Value.Complexes x, int a, int[] xPlaces, Value.Complexes y, int b,
            int[] yPlaces) {
        ComplexNumber sum = ComplexNumber.of(0, 0);
        for (int k = 0; k < xPlaces.length; k++) {
            sum = ComplexScalars.add(sum, ComplexScalars.mul(x.at(a + xPlaces[k]), y.at(b + yPlaces[k])));
        }
        return sum;
    }

    private static long dot(long[] x, int a, int[] xPlaces, long[] y, int b, int[] yPlaces) {
        long sum = 0;
        for (int k = 0; k < xPlaces.length; k++) {
            sum += x[a + xPlaces[k]] * y[b + yPlaces[k]];
        }
        return sum;
    }
}
