package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.ComplexNumber;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.OpText;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * Elementwise operations as users call them: operands are promoted to one dtype and broadcast to one shape
 * first.
 */
final class Elementwise {
    private Elementwise() {}

    static Tensor unary(Op.Unary.Function f, Tensor x) {
        return one(new Op.Unary(f), x);
    }

    /** A function that needs floats: integers are converted to the default float type. */
    static Tensor floating(Op.Unary.Function f, Tensor x) {
        return unary(f, toFloat(x));
    }

    static Tensor binary(Op.Binary.Function f, Tensor x, Tensor y) {
        return both(new Op.Binary(f), x, y);
    }

    /** Division and the like give floats, whatever they are given: promoted, then converted. */
    static Tensor floating(Op.Binary.Function f, Tensor x, Tensor y) {
        return floating(new Op.Binary(f), x, y);
    }

    /** A primitive on floats of one dtype and shape. */
    static Tensor floating(Op op, Tensor... operands) {
        List<Tensor> floats = floats(OpText.name(op), operands);
        Shape shape = common(OpText.name(op), floats);
        return Trace.apply(op, floats.stream().map(x -> broadcast(x, shape)).toList()).getFirst();
    }

    /** Several tensors as floats of the dtype to which all are promoted. */
    static List<Tensor> floats(String asked, Tensor... operands) {
        requirePresent(asked, operands);
        DType dtype = Arrays.stream(operands).map(Tensor::dtype).reduce(DType::promote).orElseThrow()
                .toFloat();
        return Arrays.stream(operands).map(x -> x.to(dtype)).toList();
    }

    /** The place of an extreme element along an axis; false is less than true. */
    static Tensor argReduce(Op.ArgReduce.Extremum extremum, Tensor x, int axis) {
        Tensor ordered = x.dtype() == DType.BOOL ? x.to(DType.U8) : x;
        return one(new Op.ArgReduce(extremum, axis, DType.I32), ordered);
    }

    /** What sums and products of integers and bools are computed in: 64 bits. */
    static Tensor accumulated(Tensor x) {
        return x.dtype().isInexact() ? x : x.to(x.dtype().isUnsigned() ? DType.U64 : DType.I64);
    }

    /** A whole power of anything but bools; others of floats. */
    static Tensor power(Tensor x, Number exponent) {
        Arguments.given("pow", "the exponent", exponent);
        boolean isWhole = !(exponent instanceof Double || exponent instanceof Float
                || exponent instanceof ComplexNumber)
                && exponent.longValue() == exponent.intValue();
        return isWhole ? one(new Op.IntegerPower(exponent.intValue()), number(x))
                : floating(Op.Binary.Function.POW, x, weak(exponent, x));
    }

    /** Bools count as i32. */
    static Tensor number(Tensor x) {
        return x.dtype() == DType.BOOL ? x.to(DType.I32) : x;
    }

    static Tensor compare(Op.Compare.Relation relation, Tensor x, Tensor y) {
        return both(new Op.Compare(relation), x, y);
    }

    static Tensor where(Tensor condition, Tensor x, Tensor y) {
        requirePresent("where", condition, x, y);
        DType dtype = DType.promote(x.dtype(), y.dtype());
        Shape shape = common("where", List.of(condition, x, y));
        return one(new Op.Select(), broadcast(condition, shape), broadcast(x.to(dtype), shape),
                broadcast(y.to(dtype), shape));
    }

    /**
     * The number as a scalar that adapts to {@code x}: it takes its dtype, unless that cannot hold a
     * fraction; then it is a float as {@link DType#toFloat} says.
     */
    static Tensor weak(Number number, Tensor x) {
        Arguments.given("compute with a number", "the number", number);
        boolean fraction = number instanceof Double || number instanceof Float;
        DType dtype = x.dtype();
        if (number instanceof ComplexNumber) {
            dtype = dtype.toFloat().complex();
        } else if (fraction) {
            dtype = dtype.toFloat();
        } else if (dtype == DType.BOOL) {
            dtype = DType.I32;
        }
        // Of x's own shape, so that a program shows a constant and no broadcast.
        return Trace.fill(new TensorType(dtype, x.shape()), number);
    }

    static Tensor toFloat(Tensor x) {
        requirePresent("compute with floats", x);
        return x.to(x.dtype().toFloat());
    }

    static Tensor one(Op op, Tensor... operands) {
        return Trace.apply(op, Arrays.asList(operands)).getFirst();
    }

    /**
     * {@code x} stretched to a shape by NumPy's rule: axes correspond from the last, those of length 1
     * repeat.
     */
    static Tensor broadcast(Tensor x, Shape shape) {
        requirePresent("broadcast", x);
        if (x.shape().equals(shape)) {
            return x;
        }
        int missing = shape.rank() - x.rank();
        boolean fits = missing >= 0;
        for (int axis = 0; fits && axis < x.rank(); axis++) {
            fits = x.shape().length(axis) == 1 || x.shape().length(axis) == shape.length(axis + missing);
        }
        if (!fits) {
            throw new RicciException.Shape("broadcast to " + shape, x.type().toString(),
                    "axes correspond from the last; each has the length asked for, or 1",
                    "reshape or rearrange the tensor first");
        }
        return one(new Op.Broadcast(shape, IntStream.range(missing, shape.rank()).boxed().toList()), x);
    }

    /** A tensor reduced over some axes, repeated along them again. */
    static Tensor repeated(Tensor reduced, Tensor original, List<Integer> axes) {
        return axes.isEmpty() ? reduced : one(
                new Op.Broadcast(original.shape(), original.shape().axesExcept(axes)), reduced);
    }

    /** The variance over some axes, in f32 or f64; of complex numbers, that of their distances. */
    static Tensor variance(Tensor x, List<Integer> axes) {
        Tensor wide = wide(x);
        double count = x.shape().select(axes).size();
        Tensor mean = sum(wide, axes).div(count);
        Tensor distance = wide.sub(repeated(mean, wide, axes));
        return sum((wide.dtype().isComplex() ? distance.abs() : distance).square(), axes).div(count);
    }

    /** In a type in which sums and squares of halves are not out of range: f32, f64 or complex. */
    static Tensor wide(Tensor x) {
        return x.to(DType.promote(x.dtype().toFloat(), DType.F32));
    }

    private static Tensor sum(Tensor x, List<Integer> axes) {
        return axes.isEmpty() ? x : one(new Op.Reduce(Monoid.SUM, axes), x);
    }

    static void requirePresent(String asked, Tensor... operands) {
        requirePresent(asked, Arrays.asList(operands));
    }

    static void requirePresent(String asked, List<? extends Tensor> operands) {
        for (Tensor operand : operands) {
            if (operand == null) {
                throw new RicciException.Argument(asked, "null", "operands are tensors, never null",
                        "find out why this one is null; zerosLike(x) is a tensor of zeros");
            }
        }
    }

    private static Tensor both(Op op, Tensor x, Tensor y) {
        requirePresent(OpText.name(op), x, y);
        if (x.type().equals(y.type())) {
            return one(op, x, y);
        }
        DType dtype = DType.promote(x.dtype(), y.dtype());
        Shape shape = common(OpText.name(op), List.of(x, y));
        return one(op, broadcast(x.to(dtype), shape), broadcast(y.to(dtype), shape));
    }

    /** The shape to which all broadcast. */
    static Shape common(String asked, List<? extends Tensor> operands) {
        requirePresent(asked, operands);
        int rank = operands.stream().mapToInt(Tensor::rank).max().orElse(0);
        long[] lengths = new long[rank];
        for (int fromLast = 1; fromLast <= rank; fromLast++) {
            List<Long> candidates = new ArrayList<>();
            for (Tensor x : operands) {
                long length = fromLast <= x.rank() ? x.shape().length(x.rank() - fromLast) : 1;
                if (length != 1 && !candidates.contains(length)) {
                    candidates.add(length);
                }
            }
            if (candidates.size() > 1) {
                throw mismatch(asked, operands, fromLast, candidates);
            }
            lengths[rank - fromLast] = candidates.isEmpty() ? 1 : candidates.getFirst();
        }
        return Shape.of(lengths);
    }

    private static RicciException mismatch(
            String asked, List<? extends Tensor> operands, int fromLast, List<Long> lengths) {
        return new RicciException.Shape(
                asked, String.join(" and ", operands.stream().map(x -> x.type().toString()).toList()),
                "axes correspond from the last and have equal lengths, or length 1; axis -" + fromLast
                + " has lengths "
                + lengths.getFirst() + " and " + lengths.get(1),
                "give the operands corresponding axes, for example with rearrange(x, \"n -> n 1\")");
    }
}
