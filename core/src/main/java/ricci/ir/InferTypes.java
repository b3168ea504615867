package ricci.ir;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The typing rules: what each primitive accepts, and the types of its results. */
public final class InferTypes {
    private InferTypes() {}

    /**
     * The result types of {@code op} on operands of the given types.
     *
     * @throws RicciException if the primitive does not accept them
     */
    public static List<TensorType> of(Op op, List<TensorType> operands) {
        return switch (op) {
            case Op.Unary unary -> List.of(unary(unary, one(op, operands)));
            case Op.IntegerPower power -> List.of(integerPower(power, one(op, operands)));
            case Op.IsFinite _ -> List.of(floats(op, one(op, operands)).with(DType.BOOL));
            case Op.ReducePrecision reduce -> List.of(reducePrecision(reduce, one(op, operands)));
            case Op.Fma _ -> List.of(floats(op, equal(op, 3, operands)));
            case Op.RegularizedIncompleteBeta _ -> List.of(floats(op, equal(op, 3, operands)));
            case Op.Binary binary -> List.of(binary(binary, equal(op, 2, operands)));
            case Op.Compare compare -> List.of(compare(compare, equal(op, 2, operands)));
            case Op.Select _ -> List.of(select(op, operands));
            case Op.Convert(var dtype) -> List.of(one(op, operands).with(dtype));
            case Op.Bitcast(var dtype) -> List.of(bitcast(one(op, operands), dtype));
            case Op.Iota(var type, var axis) -> List.of(iota(op, operands, type, axis));
            case Op.Reshape(var shape) -> List.of(reshape(one(op, operands), shape));
            case Op.Transpose(var permutation) -> List.of(transpose(op, one(op, operands), permutation));
            case Op.Rearrange(var split, var permutation, var result) -> List.of(reshape(
                    transpose(op, reshape(one(op, operands), split), permutation), result));
            case Op.Broadcast broadcast -> List.of(broadcast(broadcast, one(op, operands)));
            case Op.Reduce reduce -> List.of(reduce(reduce, one(op, operands)));
            case Op.Cumulative cumulative -> List.of(cumulative(cumulative, one(op, operands)));
            case Op.ArgReduce argReduce -> List.of(argReduce(argReduce, one(op, operands)));
            case Op.DotGeneral dot -> List.of(dotGeneral(dot, operands));
            case Op.Slice slice -> List.of(slice(slice, one(op, operands)));
            case Op.Pad pad -> List.of(pad(pad, operands));
            case Op.Concatenate(var axis) -> List.of(concatenate(op, operands, axis));
            case Op.Reverse(var axes) -> List.of(checkAxes(op, one(op, operands), axes));
            case Op.Sort sort -> sort(sort, operands);
            case Op.Gather gather -> List.of(InferIndexingTypes.gather(gather, operands));
            case Op.Scatter scatter -> List.of(InferIndexingTypes.scatter(scatter, operands));
            case Op.Threefry _ -> threefry(op, operands);
            case Op.StopGradient _ -> List.of(one(op, operands));
            case Op.Call(_, var body) -> call(op, body, operands);
            case Collective collective -> InferCollectiveTypes.of(collective, operands);
            case Complex complex -> List.of(complex(complex, operands));
            case LinearAlgebra linear -> InferLinearAlgebraTypes.of(linear, operands);
            case Windows windows -> InferWindowTypes.of(windows, operands);
            case Control control -> InferControlTypes.of(control, operands);
            case Custom custom -> InferCustomTypes.of(custom, operands);
            case Effect effect -> InferEffectTypes.of(effect, operands);
        };
    }

    private static TensorType unary(Op.Unary op, TensorType x) {
        boolean accepted = switch (op.function()) {
            case NEG, ABS, SIGN -> x.dtype() != DType.BOOL;
            case EXP, EXPM1, LOG, LOG1P, SQRT, RSQRT, SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, TANH,
                 LOGISTIC -> x.dtype().isInexact();
            case FLOOR, CEIL, ROUND, TRUNC, EXP2, CBRT, ASINH, ACOSH, ATANH, ERF, ERFC, ERF_INV, LGAMMA,
                 DIGAMMA, BESSEL_I0E, BESSEL_I1E -> x.dtype().isFloat();
            case NOT -> !x.dtype().isInexact();
            case POPCNT, CLZ -> x.dtype().isInteger();
        };
        TensorType y = acceptDType(op, accepted, x);
        return op.function() == Op.Unary.Function.ABS ? y.with(y.dtype().real()) : y;
    }

    private static TensorType binary(Op.Binary op, TensorType x) {
        boolean accepted = switch (op.function()) {
            case ADD, SUB, MUL, DIV, POW -> x.dtype() != DType.BOOL;
            case REM, MAX, MIN -> x.dtype() != DType.BOOL && !x.dtype().isComplex();
            case ATAN2, NEXTAFTER, POLYGAMMA, ZETA, IGAMMA, IGAMMAC, IGAMMA_GRAD_A, RANDOM_GAMMA_GRAD ->
                    x.dtype().isFloat();
            case AND, OR, XOR -> !x.dtype().isInexact();
            case SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC, MULHI -> x.dtype().isInteger();
        };
        return acceptDType(op, accepted, x);
    }

    private static TensorType compare(Op.Compare op, TensorType x) {
        boolean accepted = switch (op.relation()) {
            case EQ, NE -> true;
            case LT, LE, GT, GE, TOTAL_EQ, TOTAL_LT, TOTAL_LE -> !x.dtype().isComplex();
        };
        return acceptDType(op, accepted, x).with(DType.BOOL);
    }

    private static TensorType complex(Complex op, List<TensorType> operands) {
        TensorType x = equal(op, op instanceof Complex.OfParts ? 2 : 1, operands);
        return switch (op) {
            case Complex.OfParts _ -> {
                acceptDType(op, x.dtype() == DType.F32 || x.dtype() == DType.F64, x);
                yield x.with(x.dtype().complex());
            }
            case Complex.Real _, Complex.Imag _ -> acceptDType(op, x.dtype().isComplex(), x)
                    .with(x.dtype().real());
            case Complex.Conj _ -> acceptDType(op, x.dtype().isComplex(), x);
        };
    }

    private static TensorType floats(Op op, TensorType x) {
        return acceptDType(op, x.dtype().isFloat(), x);
    }

    private static TensorType integerPower(Op.IntegerPower op, TensorType x) {
        acceptDType(op, x.dtype() != DType.BOOL, x);
        if (op.exponent() < 0 && !x.dtype().isInexact()) {
            throw new RicciException.Argument("raise to the power " + op.exponent(), x.toString(),
                    "an integer has integer powers for exponents of 0 and more only",
                    "convert to floats first, for example x.to(DType.F32)");
        }
        return x;
    }

    private static TensorType reducePrecision(Op.ReducePrecision op, TensorType x) {
        floats(op, x);
        if (op.exponentBits() < 1 || op.fractionBits() < 0) {
            throw new RicciException.Argument("reduce precision to " + op.exponentBits()
                    + " bits of exponent and " + op.fractionBits() + " of fraction", x.toString(),
                    "there is at least one bit of exponent, and no negative number of bits",
                    "f16 has 5 and 10, bf16 has 8 and 7");
        }
        return x;
    }

    private static TensorType acceptDType(Op op, boolean accepted, TensorType x) {
        return accepted ? x : acceptDType(OpText.name(op), accepted, x);
    }

    static TensorType acceptDType(String name, boolean accepted, TensorType x) {
        if (!accepted) {
            throw new RicciException.DataType(name, x.toString(),
                    name + " is not defined for elements of type " + x.dtype(),
                    x.dtype().isComplex() ? "take a real number first, for example x.abs() or x.real()"
                    : "convert first, for example x.to(DType." + (x.dtype().isFloat() ? "I32)" : "F32)"));
        }
        return x;
    }

    private static TensorType select(Op op, List<TensorType> operands) {
        arity(op, 3, operands);
        TensorType predicate = operands.getFirst();
        TensorType value = equal(op, 2, operands.subList(1, 3));
        if (predicate.dtype() != DType.BOOL) {
            throw new RicciException.DataType("select by a condition", list(operands),
                    "the condition has dtype bool", "compare first, for example x.gt(0)");
        }
        if (!predicate.shape().equals(value.shape())) {
            throw new RicciException.Shape("select by a condition", list(operands),
                    "condition and values have one shape", "broadcast the condition to " + value.shape());
        }
        return value;
    }

    private static TensorType bitcast(TensorType x, DType dtype) {
        acceptDType("bitcast", !x.dtype().isComplex(), x);
        acceptDType("bitcast", !dtype.isComplex(), x.with(dtype));
        if (x.dtype().bytes() != dtype.bytes()) {
            throw new RicciException.DataType("bitcast to " + dtype, x.toString(),
                    "both types have one width; " + x.dtype() + " has " + x.dtype().bytes() + " bytes, "
                    + dtype
                    + " has " + dtype.bytes(), "choose a type of " + x.dtype().bytes() + " bytes");
        }
        return x.with(dtype);
    }

    private static TensorType iota(Op op, List<TensorType> operands, TensorType type, int axis) {
        arity(op, 0, operands);
        if (type.dtype() == DType.BOOL) {
            throw new RicciException.DataType(
                    "iota", type.toString(), "an index is a number", "use an integer dtype");
        }
        return checkAxes(op, type, List.of(axis));
    }

    private static TensorType reshape(TensorType x, Shape shape) {
        if (x.shape().size() != shape.size()) {
            throw new RicciException.Shape("reshape to " + shape, x.toString(),
                    "a reshape keeps the number of elements: " + x.shape().size() + " here, " + shape.size()
                    + " asked for", "give lengths whose product is " + x.shape().size());
        }
        return x.with(shape);
    }

    private static TensorType transpose(Op op, TensorType x, List<Integer> permutation) {
        checkAxes(op, x, permutation);
        if (permutation.size() != x.rank()) {
            throw new RicciException.Axis("transpose by " + permutation, x.toString(),
                    "a permutation names each of the " + x.rank() + " axes once", "name all axes");
        }
        return x.with(x.shape().select(permutation));
    }

    private static TensorType broadcast(Op.Broadcast op, TensorType x) {
        boolean fits = op.axes().size() == x.rank();
        for (int i = 0; fits && i < x.rank(); i++) {
            int axis = op.axes().get(i);
            fits = axis >= 0 && axis < op.shape().rank() && (i == 0 || op.axes().get(i - 1) < axis)
                    && (x.shape().length(i) == 1 || x.shape().length(i) == op.shape().length(axis));
        }
        if (!fits) {
            throw new RicciException.Shape(
                    "broadcast to " + op.shape() + " along axes " + op.axes(), x.toString(),
                    "axes of the operand go, in order, to axes of the result; each has its length, or 1",
                    "reshape or rearrange the operand first");
        }
        return x.with(op.shape());
    }

    static void acceptReduction(Monoid monoid, TensorType x) {
        boolean accepted = switch (monoid) {
            case SUM, PROD -> x.dtype() != DType.BOOL;
            case MAX, MIN -> x.dtype() != DType.BOOL && !x.dtype().isComplex();
            case AND, OR, XOR -> !x.dtype().isInexact();
        };
        if (!accepted) {
            acceptDType("reduce by " + monoid.name().toLowerCase(Locale.ROOT), false, x);
        }
    }

    private static TensorType reduce(Op.Reduce op, TensorType x) {
        acceptReduction(op.monoid(), x);
        return x.with(checkAxes(op, x, op.axes()).shape().without(op.axes()));
    }

    private static TensorType cumulative(Op.Cumulative op, TensorType x) {
        boolean accepted = switch (op.function()) {
            case SUM, PROD -> x.dtype() != DType.BOOL;
            case MAX, MIN -> x.dtype() != DType.BOOL && !x.dtype().isComplex();
            case LOGSUMEXP -> x.dtype().isFloat();
        };
        acceptDType("accumulate by " + op.function().name().toLowerCase(Locale.ROOT), accepted, x);
        return checkAxes(op, x, List.of(op.axis()));
    }

    private static TensorType argReduce(Op.ArgReduce op, TensorType x) {
        checkAxes(op, x, List.of(op.axis()));
        acceptDType(op, x.dtype() != DType.BOOL && !x.dtype().isComplex(), x);
        if (x.shape().length(op.axis()) == 0) {
            throw new RicciException.Shape(OpText.name(op) + " along axis " + op.axis(), x.toString(),
                    "an empty axis has no extreme element", "reduce an axis of length 1 or more");
        }
        if (!op.index().isInteger()) {
            throw new RicciException.DataType(OpText.name(op), "index type " + op.index(),
                    "an index is an integer", "use i32 or i64");
        }
        return new TensorType(op.index(), x.shape().without(List.of(op.axis())));
    }

    private static TensorType dotGeneral(Op.DotGeneral op, List<TensorType> operands) {
        arity(op, 2, operands);
        TensorType left = operands.getFirst();
        TensorType right = operands.getLast();
        Contraction c = op.contraction();
        checkAxes(op, left, Stream.concat(c.leftBatch().stream(), c.leftContracted().stream()).toList());
        checkAxes(op, right, Stream.concat(c.rightBatch().stream(), c.rightContracted().stream()).toList());
        boolean paired = left.shape().select(c.leftBatch()).equals(right.shape().select(c.rightBatch()))
                && left.shape().select(c.leftContracted()).equals(right.shape().select(c.rightContracted()));
        if (!paired) {
            throw new RicciException.Shape(
                    "contract axes " + c.leftContracted() + " with " + c.rightContracted()
                    + (c.leftBatch().isEmpty() ? "" : ", batch axes " + c.leftBatch() + " with "
                    + c.rightBatch()),
                    list(operands), "axes that run together have one length",
                    "check which axes are meant; rearrange an operand if they are in another order");
        }
        boolean numbers = left.dtype() != DType.BOOL && right.dtype() == left.dtype()
                && op.result().isLike(left.dtype());
        if (!numbers) {
            throw new RicciException.DataType("contract to " + op.result(), list(operands),
                    "both operands have one dtype, and the result is of the same kind "
                    + "(float, integer or complex)",
                    "convert an operand, for example x.to(DType." + left.dtype().name() + ")");
        }
        return new TensorType(op.result(), left.shape().select(c.leftBatch())
                .then(left.shape().select(c.leftFree(left.shape())))
                .then(right.shape().select(c.rightFree(right.shape()))));
    }

    private static TensorType slice(Op.Slice op, TensorType x) {
        boolean fits = op.starts().size() == x.rank() && op.limits().size() == x.rank()
                && op.strides().size() == x.rank();
        long[] lengths = new long[x.rank()];
        for (int i = 0; fits && i < x.rank(); i++) {
            long start = op.starts().get(i);
            long limit = op.limits().get(i);
            long stride = op.strides().get(i);
            fits = 0 <= start && start <= limit && limit <= x.shape().length(i) && stride >= 1;
            lengths[i] = fits ? Math.ceilDiv(limit - start, stride) : 0;
        }
        if (!fits) {
            throw new RicciException.Shape(
                    "slice from " + op.starts() + " to " + op.limits() + " by " + op.strides(),
                    x.toString(), "on each axis 0 ≤ start ≤ limit ≤ length and stride ≥ 1",
                    "choose bounds inside " + x.shape());
        }
        return x.with(Shape.of(lengths));
    }

    private static TensorType pad(Op.Pad op, List<TensorType> operands) {
        arity(op, 2, operands);
        TensorType x = operands.getFirst();
        if (!operands.getLast().equals(new TensorType(x.dtype(), Shape.SCALAR))) {
            throw new RicciException.DataType("pad", list(operands),
                    "the padding value is a scalar of the operand's dtype", "pass a scalar of type "
                    + x.dtype());
        }
        boolean fits = op.low().size() == x.rank() && op.high().size() == x.rank() && op.interior()
                .size() == x.rank();
        long[] lengths = new long[x.rank()];
        for (int i = 0; fits && i < x.rank(); i++) {
            long length = x.shape().length(i);
            long gaps = Math.max(length - 1, 0);
            double about = (double) op.low().get(i) + length + (double) gaps * op.interior().get(i)
                    + op.high().get(i);
            lengths[i] = op.low().get(i) + length + gaps * op.interior().get(i) + op.high().get(i);
            // Beyond, longs wrap around.
            fits = lengths[i] >= 0 && op.interior().get(i) >= 0 && about < 0x1p62;
        }
        if (!fits) {
            throw new RicciException.Shape(
                    "pad by " + op.low() + " and " + op.high() + ", interior " + op.interior(),
                    x.toString(),
                    "there is one entry per axis, no interior is negative, and no length becomes negative "
                    + "or 2^62",
                    "give " + x.rank() + " entries each, and crop no more than there is");
        }
        return x.with(Shape.of(lengths));
    }

    private static TensorType concatenate(Op op, List<TensorType> operands, int axis) {
        if (operands.isEmpty()) {
            throw new RicciException.Argument("concatenate", "no tensors", "there is at least one operand",
                    "pass one tensor or more");
        }
        TensorType first = checkAxes(op, operands.getFirst(), List.of(axis));
        long length = 0;
        for (TensorType x : operands) {
            if (x.rank() != first.rank() || !x.with(x.shape().with(axis, 0))
                    .equals(first.with(first.shape().with(axis, 0)))) {
                throw new RicciException.Shape("concatenate along axis " + axis, list(operands),
                        "operands have one dtype, and one shape but for axis " + axis,
                        "reshape, slice or convert the operand that differs, " + x);
            }
            length += x.shape().length(axis);
        }
        return first.with(first.shape().with(axis, length));
    }

    private static List<TensorType> sort(Op.Sort op, List<TensorType> operands) {
        if (operands.isEmpty() || op.keys() < 1 || op.keys() > operands.size()
                || operands.stream().anyMatch(x -> !x.shape().equals(operands.getFirst().shape()))) {
            throw new RicciException.Shape("sort by " + op.keys() + " keys", list(operands),
                    "operands have one shape, and 1 to all of them are keys",
                    "broadcast the operands to one shape");
        }
        checkAxes(op, operands.getFirst(), List.of(op.axis()));
        return operands;
    }

    private static List<TensorType> threefry(Op op, List<TensorType> operands) {
        TensorType word = equal(op, 4, operands);
        acceptDType(op, word.dtype() == DType.I32, word);
        return List.of(word, word);
    }

    private static List<TensorType> call(Op op, Program body, List<TensorType> operands) {
        if (!body.inputTypes().equals(operands)) {
            throw new RicciException.IllTyped("call " + OpText.name(op), list(operands),
                    "a program is called with its input types, " + list(body.inputTypes()),
                    "pass these types");
        }
        return body.resultTypes();
    }

    static TensorType one(Op op, List<TensorType> operands) {
        arity(op, 1, operands);
        return operands.getFirst();
    }

    static void arity(Op op, int count, List<TensorType> operands) {
        if (operands.size() != count) {
            throw new RicciException.IllTyped(OpText.name(op), list(operands),
                    OpText.name(op) + " has " + count + " operands", "pass " + count);
        }
    }

    static TensorType equal(Op op, int count, List<TensorType> operands) {
        arity(op, count, operands);
        TensorType first = operands.getFirst();
        for (TensorType other : operands) {
            if (other.dtype() != first.dtype()) {
                throw new RicciException.DataType(OpText.name(op), list(operands), "operands have one dtype",
                        "convert one of them, for example x.to(DType." + first.dtype().name() + ")");
            }
            if (!other.shape().equals(first.shape())) {
                throw new RicciException.Shape(OpText.name(op), list(operands), "operands have one shape",
                        "broadcast or reshape one of them");
            }
        }
        return first;
    }

    static TensorType checkAxes(Op op, TensorType x, List<Integer> axes) {
        for (int axis : axes) {
            if (axis < 0 || axis >= x.rank()) {
                throw new RicciException.Axis(OpText.name(op) + " along axis " + axis, x.toString(),
                        x.rank() == 0 ? "a scalar has no axes"
                                : "axes of a tensor of rank " + x.rank() + " count from 0 to "
                                + (x.rank() - 1),
                        "choose an axis of " + x.shape());
            }
        }
        if (axes.size() > 1 && new HashSet<>(axes).size() != axes.size()) {
            throw new RicciException.Axis(OpText.name(op) + " along axes " + axes, x.toString(),
                    "each axis is named at most once", "drop the repeated axis");
        }
        return x;
    }

    /** Types as errors list them. */
    public static String list(List<TensorType> types) {
        return types.isEmpty() ? "nothing"
                : types.stream().map(TensorType::toString).collect(Collectors.joining(" and "));
    }

}
