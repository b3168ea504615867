package ricci;

import java.util.List;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Op.Binary.Function;

/**
 * Logarithms as XLA computes them up to f32, to the last bit: the approximations of Moshier's Cephes library,
 * rounded where XLA rounds them. They are up to 2 ulp off, which {@link Ricci#log1p} is not; they are here
 * for random numbers, which are to be JAX's own, and have no derivatives. In f64 these are the logarithms
 * themselves. Not for subnormal numbers.
 */
final class CephesLogarithm {
    private static final List<Double> NUMERATOR = List.of(4.5270000862445e-5, 0.498541028231934,
            6.57873259420610, 29.9119193285531, 60.9496679809878, 57.1129635905856, 20.0395534992013);
    private static final List<Double> DENOMINATOR = List.of(1.0, 15.0629090834692, 83.0475659679672,
            221.762398237329, 309.098722253121, 216.427886144960, 60.1186604976038);
    /** Three polynomials in place of one of eighth degree: their steps do not wait for each other. */
    private static final List<Double> LAST = List.of(7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1);
    private static final List<Double> MIDDLE = List.of(-1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1);
    private static final List<Double> FIRST = List.of(2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1);
    /** ln 2 in two parts, of which the first has few digits, so that its multiples are exact. */
    private static final double LN2_HIGH = 0.693359375;
    private static final double LN2_LOW = -2.12194440e-4;

    private CephesLogarithm() {}

    static Tensor log(Tensor x) {
        return x.dtype() == DType.F64 ? x.log() : single(x.to(DType.F32)).to(x.dtype());
    }

    static Tensor log1p(Tensor x) {
        if (x.dtype() == DType.F64) {
            return Ricci.log1p(x);
        }
        Tensor y = x.to(DType.F32);
        Tensor isSmall = y.abs().lt(Math.sqrt(2) - 1);
        return Ricci.where(isSmall, ofSmall(y), single(y.add(1))).to(x.dtype());
    }

    private static Tensor ofSmall(Tensor x) {
        Tensor square = x.mul(x);
        Tensor ratio = polynomial(x, NUMERATOR).div(polynomial(x, DENOMINATOR));
        return x.add(Arithmetic.fma(square, like(x, -0.5), x.mul(square).mul(ratio)));
    }

    private static Tensor single(Tensor z) {
        Tensor bits = Elementwise.one(new Op.Bitcast(DType.I32), z);
        Tensor exponent = Key.shifted(Function.SHIFT_RIGHT_LOGICAL, bits, 23).sub(126);
        // The mantissa from 1/2 to 1, and then the same number between the roots of 1/2 and 2.
        Tensor half = Elementwise.one(new Op.Bitcast(DType.F32), bits.sub(exponent.mul(1 << 23)));
        Tensor isBelow = half.lt(Math.sqrt(0.5));
        Tensor e = exponent.to(DType.F32).sub(Ricci.where(isBelow, like(z, 1), 0));
        Tensor x = half.sub(1).add(Ricci.where(isBelow, half, 0));
        Tensor square = x.mul(x);
        Tensor cube = square.mul(x);
        Tensor series = Arithmetic.fma(polynomial(x, LAST), cube, polynomial(x, MIDDLE));
        series = Arithmetic.fma(series, cube, polynomial(x, FIRST));
        Tensor rest = Arithmetic.fma(series, cube, e.mul(LN2_LOW));
        Tensor sum = Arithmetic.fma(square, like(x, -0.5), x).add(rest);
        Tensor value = Arithmetic.fma(e, like(z, LN2_HIGH), sum);
        Tensor isPositive = z.gt(0);
        Tensor others = Ricci.where(isPositive, z, Ricci.where(z.eq(0), like(z, Double.NEGATIVE_INFINITY),
                Double.NaN));
        return Ricci.where(Logic.logicalAnd(isPositive, z.lt(Double.POSITIVE_INFINITY)), value, others);
    }

    /** Horner's scheme, the coefficient of the highest power first. */
    static Tensor polynomial(Tensor x, List<Double> coefficients) {
        Tensor sum = like(x, coefficients.getFirst());
        for (double coefficient : coefficients.subList(1, coefficients.size())) {
            sum = Arithmetic.fma(sum, x, like(x, coefficient));
        }
        return sum;
    }

    private static Tensor like(Tensor x, double value) {
        return Ricci.full(x.type(), value);
    }
}
