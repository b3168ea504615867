package ricci.compiler;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.ComplexNumber;
import ricci.ir.DType;
import ricci.ir.InferTypes;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Operations on single elements, as the reference interpreter computes them. */
final class Literals {
    private static final long NAN = Double.doubleToRawLongBits(Double.NaN);

    private Literals() {}

    /** The value, if all elements of {@code atom} have the same one by construction. */
    static @Nullable Number value(Atom atom) {
        return atom instanceof Atom.Literal literal ? literal.value() : null;
    }

    /** Whether {@code atom} is {@code element} everywhere, to the bit. */
    static boolean is(Atom atom, Number element) {
        return atom instanceof Atom.Literal(var type, var value)
                && value.equals(type.dtype().element(element));
    }

    /**
     * The first element of each result of {@code op} on operands of the given shape, filled with the
     * literals' values; null if one is a NaN that a literal cannot stand for, with another sign than that of
     * {@link Double#NaN}.
     */
    static @Nullable List<Number> compute(Op op, List<Atom.Literal> operands, Shape shape) {
        List<TensorType> types = operands.stream().map(literal -> literal.type().with(shape)).toList();
        List<DType> dtypes = InferTypes.of(op, types).stream().map(TensorType::dtype).toList();
        List<Buffer> results = Eval.apply(op, types, operands.stream()
                .map(literal -> filled(literal, Math.toIntExact(shape.size()))).toList());
        List<Number> elements = IntStream.range(0, results.size())
                .mapToObj(i -> first(results.get(i), dtypes.get(i))).toList();
        return elements.stream().allMatch(Literals::isWritten) ? elements : null;
    }

    private static Buffer filled(Atom.Literal literal, int count) {
        DType dtype = literal.type().dtype();
        if (dtype.isComplex()) {
            ComplexNumber z = ComplexNumber.of(literal.value());
            return Buffer.ofComplexes(dtype, IntStream.range(0, 2 * count)
                    .mapToDouble(i -> i % 2 == 0 ? z.re() : z.im()).toArray());
        }
        if (dtype.isFloat()) {
            double[] data = new double[count];
            Arrays.fill(data, literal.value().doubleValue());
            return Buffer.ofReals(dtype, data);
        }
        long[] data = new long[count];
        Arrays.fill(data, literal.value().longValue());
        return Buffer.ofIntegers(dtype, data);
    }

    private static Number first(Buffer buffer, DType dtype) {
        if (dtype.isComplex()) {
            double[] parts = buffer.complexes();
            return ComplexNumber.of(parts[0], parts[1]);
        }
        if (dtype.isFloat()) {
            return buffer.reals()[0];
        }
        long x = buffer.integers()[0];
        return dtype == DType.U64 && x < 0 ? (Number) new BigInteger(Long.toUnsignedString(x)) : (Number) x;
    }

    private static boolean isWritten(Number element) {
        return element instanceof ComplexNumber z ? isWritten(z.re()) && isWritten(z.im())
                : !(element instanceof Double x) || isWritten((double) x);
    }

    private static boolean isWritten(double x) {
        return !Double.isNaN(x) || Double.doubleToRawLongBits(x) == NAN;
    }
}
