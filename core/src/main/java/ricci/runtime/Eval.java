package ricci.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.Collective;
import ricci.ir.Complex;
import ricci.ir.ComplexNumber;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.InferTypes;
import ricci.ir.LinearAlgebra;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.Source;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.transform.TransposeCustom;

/**
 * The reference interpreter: what a program means, one rule per primitive. Everything else that runs programs
 * is compared with it, so it is written to be read, never to be fast.
 *
 * <p>Values are Java arrays of double or long. Each primitive computes in those and rounds or wraps its
 * results to their dtype once; sums and products of floats are accumulated in double.
 */
public final class Eval {
    private Eval() {}

    /**
     * Runs {@code program} on buffers of its input types.
     *
     * @throws RicciException.Argument if there is not enough memory
     * @throws RicciException.Depth if the programs in it are nested too deep
     */
    public static List<Buffer> run(Program program, List<Buffer> inputs) {
        try {
            return runAll(program, inputs);
        } catch (StackOverflowError e) {
            throw new RicciException.Depth("run a program");
        } catch (OutOfMemoryError e) {
            throw Heap.tooLarge(program.resultTypes());
        }
    }

    private static List<Buffer> runAll(Program program, List<Buffer> inputs) {
        List<Value> values = inputs.stream().map(Value::of).toList();
        List<Value> results = Watch.over(() -> evaluate(program, values));
        List<Buffer> buffers = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            buffers.add(results.get(i).toBuffer(program.results().get(i).type().dtype()));
        }
        return buffers;
    }

    /**
     * Runs one primitive on buffers of the given types.
     *
     * @throws RicciException.Argument if there is not enough memory
     */
    public static List<Buffer> apply(Op op, List<TensorType> types, List<Buffer> operands) {
        return run(op, types, InferTypes.of(op, types), operands);
    }

    /** As above, when the types of the results are known. */
    public static List<Buffer> run(Op op, List<TensorType> types, List<TensorType> resultTypes,
            List<Buffer> operands) {
        Heap.require(resultTypes);
        try {
            return applyTo(op, types, operands, resultTypes);
        } catch (OutOfMemoryError e) {
            throw Heap.tooLarge(resultTypes);
        }
    }

    private static List<Buffer> applyTo(Op op, List<TensorType> types, List<Buffer> operands,
            List<TensorType> resultTypes) {
        List<Value> x = new ArrayList<>(operands.size());
        operands.forEach(operand -> x.add(Value.of(operand)));
        List<Value> results = Watch.over(() -> {
            List<Value> y = apply(op, x, types, resultTypes);
            Watch watch = Watch.current();
            if (watch != null && Subprograms.of(op).isEmpty()) {
                watch.saw(op, types, x, y, Source.here());
            }
            return y;
        });
        List<Buffer> buffers = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            buffers.add(results.get(i).toBuffer(resultTypes.get(i).dtype()));
        }
        return buffers;
    }

    static List<Value> evaluate(Program program, List<Value> inputs) {
        return new Prepared(program).run(inputs);
    }

    /** Applies one primitive to values of the given types. */
    static List<Value> apply(Op op, List<Value> x, List<TensorType> types, List<TensorType> results) {
        TensorType result = results.isEmpty() ? TensorType.of(DType.F32) : results.getFirst();
        return switch (op) {
            case Op.Unary(var f) -> List.of(unary(f, x.getFirst(), result.dtype()));
            case Op.IntegerPower(var exponent) -> List.of(power(exponent, x.getFirst(), result.dtype()));
            case Op.IsFinite _ -> List.of(new Value.Integers(Arrays.stream(reals(x.getFirst()))
                    .mapToLong(v -> Double.isFinite(v) ? 1 : 0).toArray()));
            case Op.ReducePrecision(var exponent, var fraction) -> List.of(new Value.Reals(
                    Arrays.stream(reals(x.getFirst()))
                            .map(v -> Scalars.reducePrecision(v, exponent, fraction)).toArray()));
            case Op.Fma _ -> List.of(fma(x, result.dtype()));
            case Op.RegularizedIncompleteBeta _ -> List.of(incompleteBeta(x, result.dtype()));
            case Op.Binary(var f) -> List.of(binary(f, x.get(0), x.get(1), result.dtype()));
            case Complex complex -> List.of(complex(complex, x, result.dtype()));
            case Op.Compare(var relation) -> List.of(
                    compare(relation, x.get(0), x.get(1), types.getFirst().dtype()));
            case Op.Select _ -> List.of(select(integers(x.getFirst()), x.get(1), x.get(2)));
            case Op.Convert(var dtype) -> List.of(convert(x.getFirst(), types.getFirst().dtype(), dtype));
            case Op.Bitcast(var dtype) -> List.of(bitcast(x.getFirst(), types.getFirst().dtype(), dtype));
            case Op.Iota(var type, var axis) -> List.of(iota(type, axis));
            case Op.Reshape _, Op.StopGradient _ -> x;
            case Op.Transpose(var permutation) ->
                    List.of(x.getFirst().take(Places.along(types.getFirst().shape(), permutation)));
            case Op.Rearrange(var split, var permutation, _) ->
                    List.of(x.getFirst().take(Places.along(split, permutation)));
            case Op.Broadcast(var shape, var axes) ->
                    List.of(x.getFirst().take(broadcastPlaces(types.getFirst().shape(), shape, axes)));
            case Op.Reduce reduce -> List.of(Reductions.reduce(reduce, x.getFirst(), types.getFirst()));
            case Op.Cumulative c -> List.of(Reductions.cumulative(c, x.getFirst(), types.getFirst()));
            case Op.ArgReduce arg -> List.of(Reductions.argReduce(arg, x.getFirst(), types.getFirst()));
            case Op.DotGeneral dot -> List.of(Reductions.dotGeneral(dot, x.get(0), x.get(1), types));
            case Op.Slice(var starts, _, var strides) ->
                    List.of(x.getFirst().take(slicePlaces(
                            types.getFirst().shape(), result.shape(), starts, strides)));
            case Op.Pad pad -> List.of(pad(pad, x.get(0), x.get(1), types.getFirst(), result));
            case Op.Concatenate(var axis) -> List.of(concatenate(axis, x, types, result));
            case Op.Reverse(var axes) -> List.of(
                    x.getFirst().take(reversePlaces(types.getFirst().shape(), axes)));
            case Op.Sort sort -> Sorting.sort(sort, x, types);
            case Op.Gather gather -> List.of(
                    Indexing.gather(gather, x.get(0), integers(x.get(1)), types, result));
            case Op.Scatter scatter -> List.of(Indexing.scatter(scatter, x, types));
            case Op.Threefry _ -> Threefry.encrypt(x.stream().map(Eval::integers).toList());
            case Op.Call(_, var body) -> evaluate(body, x);
            case Collective collective -> EvalCollective.apply(collective, x, types, results);
            case LinearAlgebra linear -> EvalLinearAlgebra.apply(linear, x, types, results);
            case Windows windows -> EvalWindows.apply(windows, x, types, results);
            case Control control -> EvalControl.run(control, x, results, Source.here());
            case Custom custom -> custom(custom, x);
            case Effect effect -> EvalEffect.run(effect, x, types, Source.here());
        };
    }

    /** What it computes does not depend on how it is differentiated. */
    private static List<Value> custom(Custom op, List<Value> x) {
        return switch (op) {
            case Custom.CustomJvp(_, var function, _, _) -> evaluate(function, x);
            case Custom.CustomVjp(_, var function, _, _, _) -> evaluate(function, x);
            case Custom.CustomLinear linear -> evaluate(TransposeCustom.function(linear), x);
            case Custom.Remat(var body, _) -> evaluate(body, x);
            case Custom.Named _ -> x;
        };
    }

    private static Value unary(Op.Unary.Function f, Value x, DType dtype) {
        return switch (x) {
            case Value.Reals(var data) -> {
                DoubleUnaryOperator function = Scalars.reals(f);
                yield new Value.Reals(Arrays.stream(data).map(v -> dtype.round(function.applyAsDouble(v)))
                        .toArray());
            }
            case Value.Integers(var data) -> {
                LongUnaryOperator function = Scalars.integers(f, dtype);
                yield new Value.Integers(Arrays.stream(data).map(v -> dtype.wrap(function.applyAsLong(v)))
                        .toArray());
            }
            case Value.Complexes z when f == Op.Unary.Function.ABS ->
                    new Value.Reals(IntStream.range(0, z.count())
                    .mapToDouble(i -> dtype.round(ComplexScalars.abs(z.at(i)))).toArray());
            case Value.Complexes z -> {
                UnaryOperator<ComplexNumber> function = ComplexScalars.unary(f);
                yield Value.Complexes.of(dtype, z.count(), i -> function.apply(z.at(i)));
            }
        };
    }

    static Value binary(Op.Binary.Function f, Value x, Value y, DType dtype) {
        return switch (x) {
            case Value.Reals(var data) -> {
                DoubleBinaryOperator function = Scalars.reals(f, dtype);
                double[] other = reals(y);
                double[] z = new double[data.length];
                Arrays.setAll(z, i -> dtype.round(function.applyAsDouble(data[i], other[i])));
                yield new Value.Reals(z);
            }
            case Value.Integers(var data) -> {
                LongBinaryOperator function = Scalars.integers(f, dtype);
                long[] other = integers(y);
                long[] z = new long[data.length];
                Arrays.setAll(z, i -> dtype.wrap(function.applyAsLong(data[i], other[i])));
                yield new Value.Integers(z);
            }
            case Value.Complexes z -> {
                BinaryOperator<ComplexNumber> function = ComplexScalars.binary(f);
                Value.Complexes w = complexes(y);
                yield Value.Complexes.of(dtype, z.count(), i -> function.apply(z.at(i), w.at(i)));
            }
        };
    }

    private static Value complex(Complex op, List<Value> x, DType dtype) {
        return switch (op) {
            case Complex.OfParts _ -> {
                double[] re = reals(x.getFirst());
                double[] im = reals(x.getLast());
                yield Value.Complexes.of(dtype, re.length, i -> ComplexNumber.of(re[i], im[i]));
            }
            case Complex.Real _ -> part(complexes(x.getFirst()), 0);
            case Complex.Imag _ -> part(complexes(x.getFirst()), 1);
            case Complex.Conj _ -> {
                Value.Complexes z = complexes(x.getFirst());
                yield Value.Complexes.of(dtype, z.count(),
                        i -> ComplexNumber.of(z.at(i).re(), -z.at(i).im()));
            }
        };
    }

    private static Value.Reals part(Value.Complexes z, int which) {
        double[] parts = new double[z.count()];
        Arrays.setAll(parts, i -> z.data()[2 * i + which]);
        return new Value.Reals(parts);
    }

    private static Value power(int exponent, Value x, DType dtype) {
        return switch (x) {
            case Value.Reals(var data) -> new Value.Reals(
                    Arrays.stream(data).map(v -> dtype.round(StrictMath.pow(v, exponent))).toArray());
            case Value.Integers(var data) -> new Value.Integers(
                    Arrays.stream(data).map(v -> dtype.wrap(Scalars.power(v, exponent))).toArray());
            case Value.Complexes z -> Value.Complexes.of(dtype, z.count(),
                    i -> ComplexScalars.power(z.at(i), exponent));
        };
    }

    private static Value fma(List<Value> operands, DType dtype) {
        double[] x = reals(operands.get(0));
        double[] y = reals(operands.get(1));
        double[] z = reals(operands.get(2));
        double[] sums = new double[x.length];
        Arrays.setAll(sums, i -> dtype == DType.F64 ? Math.fma(x[i], y[i], z[i])
                : dtype.round(Math.fma((float) x[i], (float) y[i], (float) z[i])));
        return new Value.Reals(sums);
    }

    private static Value incompleteBeta(List<Value> x, DType dtype) {
        double[] a = reals(x.get(0));
        double[] b = reals(x.get(1));
        double[] limit = reals(x.get(2));
        double[] z = new double[a.length];
        Arrays.setAll(z, i -> dtype.round(IncompleteBeta.regularized(a[i], b[i], limit[i])));
        return new Value.Reals(z);
    }

    private static Value compare(Op.Compare.Relation relation, Value x, Value y, DType dtype) {
        return switch (x) {
            case Value.Reals(var a) -> {
                double[] b = reals(y);
                long[] z = new long[a.length];
                boolean total = Scalars.isTotal(relation);
                Arrays.setAll(z, i -> Scalars.holds(relation, total
                        ? Long.compare(Scalars.totalOrder(a[i]), Scalars.totalOrder(b[i]))
                        : a[i] < b[i] ? -1 : a[i] > b[i] ? 1 : 0,
                        total || (!Double.isNaN(a[i]) && !Double.isNaN(b[i]))) ? 1 : 0);
                yield new Value.Integers(z);
            }
            case Value.Integers(var a) -> {
                long[] b = integers(y);
                long[] z = new long[a.length];
                Arrays.setAll(z, i -> Scalars.holds(relation, dtype.compare(a[i], b[i]), true) ? 1 : 0);
                yield new Value.Integers(z);
            }
            case Value.Complexes a -> {
                Value.Complexes b = complexes(y);
                long[] z = new long[a.count()];
                Arrays.setAll(z, i -> {
                    boolean isSame = a.at(i).re() == b.at(i).re() && a.at(i).im() == b.at(i).im();
                    return isSame == (relation == Op.Compare.Relation.EQ) ? 1 : 0;
                });
                yield new Value.Integers(z);
            }
        };
    }

    private static Value select(long[] predicate, Value onTrue, Value onFalse) {
        return switch (onTrue) {
            case Value.Reals(var a) -> {
                double[] b = reals(onFalse);
                double[] z = new double[a.length];
                Arrays.setAll(z, i -> predicate[i] != 0 ? a[i] : b[i]);
                yield new Value.Reals(z);
            }
            case Value.Integers(var a) -> {
                long[] b = integers(onFalse);
                long[] z = new long[a.length];
                Arrays.setAll(z, i -> predicate[i] != 0 ? a[i] : b[i]);
                yield new Value.Integers(z);
            }
            case Value.Complexes a -> {
                Value.Complexes b = complexes(onFalse);
                double[] z = new double[a.data().length];
                Arrays.setAll(z, i -> predicate[i / 2] != 0 ? a.data()[i] : b.data()[i]);
                yield new Value.Complexes(z);
            }
        };
    }

    private static Value convert(Value x, DType from, DType dtype) {
        return switch (x) {
            case Value.Complexes(var data) when dtype.isComplex() ->
                    new Value.Complexes(Arrays.stream(data).map(dtype::round).toArray());
            case Value.Complexes z when dtype == DType.BOOL -> new Value.Integers(
                    IntStream.range(0, z.count()).mapToLong(i -> ComplexScalars.abs(z.at(i)) == 0 ? 0 : 1)
                    .toArray());
            case Value.Complexes z -> convert(part(z, 0), from, dtype);
            case Value.Reals(var data) when dtype.isComplex() ->
                    Value.Complexes.of(dtype, data.length, i -> ComplexNumber.of(data[i], 0));
            case Value.Integers(var data) when dtype.isComplex() ->
                    Value.Complexes.of(dtype, data.length, i -> ComplexNumber.of(
                            dtype.nearest(data[i], from), 0));
            case Value.Reals(var data) when dtype.isFloat() ->
                    new Value.Reals(Arrays.stream(data).map(dtype::round).toArray());
            case Value.Reals(var data) ->
                    new Value.Integers(Arrays.stream(data).mapToLong(dtype::saturate).toArray());
            case Value.Integers(var data) when dtype.isFloat() ->
                    new Value.Reals(Arrays.stream(data).mapToDouble(v -> dtype.nearest(v, from)).toArray());
            case Value.Integers(var data) when dtype == DType.BOOL ->
                    new Value.Integers(Arrays.stream(data).map(v -> v != 0 ? 1 : 0).toArray());
            case Value.Integers(var data) ->
                    new Value.Integers(Arrays.stream(data).map(dtype::wrap).toArray());
        };
    }

    private static Value bitcast(Value x, DType from, DType to) {
        long[] bits = switch (x) {
            case Value.Reals(var data) -> Arrays.stream(data).mapToLong(from::toBits).toArray();
            case Value.Integers(var data) -> data;
            case Value.Complexes _ -> throw new AssertionError("complex numbers have no bits");
        };
        return to.isFloat() ? new Value.Reals(Arrays.stream(bits).mapToDouble(to::fromBits).toArray())
                : new Value.Integers(Arrays.stream(bits).map(to::wrap).toArray());
    }

    private static Value iota(TensorType type, int axis) {
        int[] onAxis = new int[type.rank()];
        onAxis[axis] = 1;
        long[] index = Arrays.stream(Places.of(0, type.shape(), onAxis)).mapToLong(i -> i).toArray();
        return convert(new Value.Integers(index), DType.I64, type.dtype());
    }

    private static int[] broadcastPlaces(Shape from, Shape to, List<Integer> axes) {
        int[] strides = Places.strides(from);
        int[] stretched = new int[to.rank()];
        for (int i = 0; i < from.rank(); i++) {
            stretched[axes.get(i)] = from.length(i) == 1 ? 0 : strides[i];
        }
        return Places.of(0, to, stretched);
    }

    private static int[] slicePlaces(Shape from, Shape to, List<Long> starts, List<Long> steps) {
        int[] strides = Places.strides(from);
        int start = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            start += (int) (starts.get(axis) * strides[axis]);
            strides[axis] *= (int) (long) steps.get(axis);
        }
        return Places.of(start, to, strides);
    }

    private static int[] reversePlaces(Shape shape, List<Integer> axes) {
        int[] strides = Places.strides(shape);
        int start = 0;
        for (int axis : axes) {
            start += (int) Math.max(shape.length(axis) - 1, 0) * strides[axis];
            strides[axis] = -strides[axis];
        }
        return Places.of(start, shape, strides);
    }

    private static Value pad(Op.Pad op, Value x, Value padding, TensorType from, TensorType to) {
        Number element = switch (padding) {
            case Value.Reals(var data) -> data[0];
            case Value.Integers(var data) -> data[0];
            case Value.Complexes z -> z.at(0);
        };
        Value padded = Value.fill(to.dtype(), Value.length(to.shape().size()), element);
        int[] strides = Places.strides(to.shape());
        int[] places = Places.of(0, from.shape(), new int[from.rank()]);
        for (int axis = 0; axis < strides.length; axis++) {
            int[] onAxis = new int[strides.length];
            onAxis[axis] = 1;
            int[] index = Places.of(0, from.shape(), onAxis);
            for (int i = 0; i < places.length; i++) {
                long target = op.low().get(axis) + index[i] * (op.interior().get(axis) + 1);
                boolean inside = target >= 0 && target < to.shape().length(axis);
                places[i] = inside && places[i] >= 0 ? places[i] + (int) target * strides[axis] : -1;
            }
        }
        padded.put(places, x);
        return padded;
    }

    private static Value concatenate(int axis, List<Value> x, List<TensorType> types, TensorType to) {
        Value joined = Value.fill(to.dtype(), Value.length(to.shape().size()), 0);
        int[] strides = Places.strides(to.shape());
        int start = 0;
        for (int i = 0; i < x.size(); i++) {
            Shape part = types.get(i).shape();
            joined.put(Places.of(start, part, strides), x.get(i));
            start += (int) part.length(axis) * strides[axis];
        }
        return joined;
    }

    static double[] reals(Value value) {
        return ((Value.Reals) value).data();
    }

    static Value.Complexes complexes(Value value) {
        return (Value.Complexes) value;
    }

    static long[] integers(Value value) {
        return ((Value.Integers) value).data();
    }
}
