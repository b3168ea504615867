package ricci;

import java.util.List;
import ricci.ir.DType;

/**
 * Normal numbers from the error function's values, √2·erfInv(u). Up to f32 the inverse is Giles' polynomial
 * (2010, "Approximating the erfinv function") computed in f32 step by step, with XLA's logarithm, so that all
 * numbers are JAX's to the last bit. In their tails the polynomial itself is some ulp off, which no
 * distribution would notice. In f64 it is the inverse itself.
 */
final class NormalQuantile {
    private static final List<Double> CENTRE = List.of(2.81022636e-08, 3.43273939e-07, -3.5233877e-06,
            -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941);
    private static final List<Double> TAIL = List.of(-0.000200214257, 0.000100950558, 0.00134934322,
            -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682);

    /** The polynomial's value with the derivative of the function itself. */
    private static final Fn<Tensor, Tensor> INVERSE = CustomDerivatives.customJvp("normal_quantile",
            NormalQuantile::polynomial, NormalQuantile::derivative);

    private NormalQuantile() {}

    static Tensor fromErf(Tensor u) {
        Tensor inverse = u.dtype() == DType.F64 ? Ricci.erfInv(u)
                : INVERSE.apply(u.to(DType.F32)).to(u.dtype());
        return inverse.mul(Math.sqrt(2));
    }

    private static Tensor polynomial(Tensor u) {
        Tensor w = CephesLogarithm.log1p(u.mul(u.neg())).neg();
        Tensor isCentral = w.lt(5);
        Tensor x = Ricci.where(isCentral, w.sub(2.5), w.sqrt().sub(3));
        Tensor sum = Ricci.where(isCentral, Ricci.full(x.type(), CENTRE.getFirst()), TAIL.getFirst());
        for (int i = 1; i < CENTRE.size(); i++) {
            Tensor coefficient = Ricci.where(isCentral, Ricci.full(x.type(), CENTRE.get(i)), TAIL.get(i));
            sum = Arithmetic.fma(sum, x, coefficient);
        }
        Tensor atEnd = u.mul(Double.POSITIVE_INFINITY);
        return Ricci.where(u.abs().eq(1), atEnd, sum.mul(u));
    }

    private static ValueAndTangent<Tensor> derivative(Tensor u, Tensor tangent) {
        Tensor value = INVERSE.apply(u);
        Tensor slope = value.square().exp().mul(Math.sqrt(Math.PI) / 2);
        return new ValueAndTangent<>(value, slope.mul(tangent));
    }
}
