package ricci;

import java.util.List;
import ricci.ir.ComplexNumber;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;

/**
 * Tensors of complex numbers: c64, two f32 each, and c128, two f64. Arithmetic and the elementary functions
 * are those of {@link Tensor}; complex numbers have no order, so comparisons are {@code eq} and {@code ne}.
 *
 * <p>The gradient of a real function of z = x + i·y is ∂x - i·∂y, as in JAX; to descend, subtract a multiple
 * of its conjugate.
 *
 * {@snippet :
 * Tensor z = Complex.of(re, im);                               // f32[3], f32[3] to c64[3]
 * Tensor w = z.mul(Complex.number(0, 1)).exp();
 * Fn<Tensor, Tensor> energy = x -> x.abs().square().sum();
 * Tensor down = z.sub(grad(energy).apply(z).conj().mul(0.1));
 * Tensor derivative = Complex.holomorphicGrad((Tensor x) -> x.mul(x).sum()).apply(z);   // 2z
 * }
 */
public final class Complex {
    private Complex() {}

    /** The complex numbers with these parts, in c128 if one of them is f64, else in c64. */
    public static Tensor of(Tensor re, Tensor im) {
        Elementwise.requirePresent("complex", re, im);
        DType dtype = DType.promote(re.dtype(), im.dtype()).complex().real();
        Shape shape = Elementwise.common("complex", List.of(re, im));
        return Elementwise.one(new ricci.ir.Complex.OfParts(),
                Elementwise.broadcast(re.to(dtype), shape), Elementwise.broadcast(im.to(dtype), shape));
    }

    /** A complex number, to add to a tensor or multiply it with: {@code x.mul(Complex.number(0, 1))}. */
    public static ComplexNumber number(double re, double im) {
        return ComplexNumber.of(re, im);
    }

    /**
     * A tensor of dtype c128 with these parts in row-major order; without lengths, a vector.
     *
     * @throws RicciException.Shape if the parts differ in number, or the lengths do not multiply to it
     */
    public static Tensor tensor(double[] re, double[] im, long... lengths) {
        TensorType type = TensorType.of(DType.C128, lengths.length == 0 ? new long[] {re.length} : lengths);
        if (re.length != im.length || type.shape().size() != re.length) {
            throw new RicciException.Shape("make a tensor of shape " + type.shape(),
                    re.length + " real and " + im.length + " imaginary parts",
                    "there are as many of both as the lengths multiply to",
                    "give " + type.shape().size() + " of each");
        }
        double[] parts = new double[2 * re.length];
        for (int i = 0; i < re.length; i++) {
            parts[2 * i] = re[i];
            parts[2 * i + 1] = im[i];
        }
        return new Array(type, Buffer.ofComplexes(DType.C128, parts));
    }

    /** The complex number with that absolute value and angle. */
    public static Tensor polar(Tensor length, Tensor angle) {
        return of(length.mul(angle.cos()), length.mul(angle.sin()));
    }

    /** The angle to the positive real axis, from -π to π. */
    public static Tensor angle(Tensor x) {
        Tensor z = Elementwise.toFloat(x);
        return Elementwise.floating(ricci.ir.Op.Binary.Function.ATAN2, z.imag(), z.real());
    }

    /**
     * The complex derivative of a function of complex numbers to one complex number, which has to be
     * holomorphic: the parts of no number are taken on the way.
     */
    public static <A> Fn<A, A> holomorphicGrad(Fn<A, Tensor> f) {
        return a -> Differentiate.<A>holomorphic(x -> Arguments.function(f).apply(point(x)), a).grad();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <A> A point(Object arguments) {
        return (A) ((List<?>) arguments).getFirst();
    }
}
