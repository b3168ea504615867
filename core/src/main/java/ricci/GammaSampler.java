package ricci;

import java.util.List;
import ricci.ir.DType;
import ricci.ir.Op;

/**
 * Gamma numbers by Marsaglia and Tsang (2000, "A simple method for generating gamma variables"): each element
 * has a key of its own and rejects proposals until one fits. Keys are used in JAX's order.
 *
 * <p>The derivative by the shape parameter is that of the quantile at a fixed probability (implicit
 * reparameterisation: Figurnov, Mohamed and Mnih 2018). There is none of second order.
 */
final class GammaSampler {
    /** The square of the proposal's normal number, its cube, and the uniform number that it is held against. */
    record Proposal(Key key, Tensor square, Tensor cube, Tensor u) {}

    /** A normal number, until its cube is positive. */
    record Candidate(Key key, Tensor x, Tensor v) {}

    private GammaSampler() {}

    /** Numbers with shape parameters {@code a}, floats, or their logarithms. */
    static Tensor sample(Key key, Tensor a, boolean logarithm) {
        if (a.size() == 0) {
            return a;
        }
        Key keys = key.batch((int) a.size());
        Fn<Tensor, Tensor> drawn = CustomDerivatives.customJvp("gamma",
                (Tensor alpha) -> draw(keys, alpha, logarithm),
                (Tensor alpha, Tensor tangent) -> {
                    Tensor z = draw(keys, Ricci.stopGradient(alpha), logarithm);
                    return new ValueAndTangent<>(z, tangent.mul(slope(alpha, z, logarithm)));
                });
        return drawn.apply(a.reshape(a.size())).reshape(a.shape().toArray());
    }

    /** How the number, or its logarithm, varies with the shape parameter. */
    private static Tensor slope(Tensor alpha, Tensor z, boolean logarithm) {
        if (!logarithm) {
            return Elementwise.binary(Op.Binary.Function.RANDOM_GAMMA_GRAD, alpha, z);
        }
        // A number that is too small for the dtype is taken for the least that is not.
        Tensor number = z.exp();
        Tensor positive = Ricci.where(number.eq(0), Random.tiny(z.dtype()), number);
        return Elementwise.binary(Op.Binary.Function.RANDOM_GAMMA_GRAD, alpha, positive).div(positive);
    }

    private static Tensor draw(Key keys, Tensor alpha, boolean logarithm) {
        Fn2<Key, Tensor, Tensor> each = (key, a) -> one(key, a, logarithm);
        return Ricci.vmap(each).apply(keys, alpha);
    }

    /** Below 1 the parameter is raised by 1, and the number multiplied by a uniform one to the power 1/a. */
    private static Tensor one(Key key, Tensor a, boolean logarithm) {
        DType dtype = a.dtype();
        Tensor isRaised = a.lt(1);
        Tensor d = Ricci.where(isRaised, a.add(1), a).sub(1 / 3.0);
        Tensor c = constant(dtype, 1 / 3.0).div(d.sqrt());
        List<Key> keys = key.split(2);
        // Accepted by no test, so that there is at least one proposal.
        Proposal none = new Proposal(keys.getFirst(), constant(dtype, 0), constant(dtype, 1),
                constant(dtype, 2));
        Tensor cube = ControlFlow.whileLoop(p -> isRejected(p, d), p -> next(p.key(), c), none).cube();
        if (logarithm) {
            Tensor log = Random.exponential(keys.getLast(), dtype).neg();
            Tensor isNeeded = Elementwise.binary(Op.Binary.Function.AND, isRaised, log.ne(0));
            Tensor boost = Ricci.where(isNeeded, log.mul(inverse(a)), 0);
            return CephesLogarithm.log(d).add(CephesLogarithm.log(cube)).add(boost);
        }
        Tensor u = constant(dtype, 1).sub(Random.unit(keys.getLast(), dtype));
        return d.mul(cube).mul(Ricci.where(isRaised, u.pow(inverse(a)), 1));
    }

    private static Tensor isRejected(Proposal p, Tensor d) {
        Tensor outside = p.u().ge(constant(d.dtype(), 1).sub(p.square().mul(p.square()).mul(0.0331)));
        Tensor bound = p.square().mul(0.5).add(
                d.mul(constant(d.dtype(), 1).sub(p.cube()).add(p.cube().log())));
        return Elementwise.binary(Op.Binary.Function.AND, outside, p.u().log().ge(bound));
    }

    private static Proposal next(Key key, Tensor c) {
        DType dtype = c.dtype();
        List<Key> keys = key.split(3);
        Candidate first = new Candidate(keys.get(1), constant(dtype, 0), constant(dtype, -1));
        Candidate found = ControlFlow.whileLoop(candidate -> candidate.v().le(0), candidate -> {
            List<Key> halves = candidate.key().split(2);
            Tensor x = Random.normal(halves.getLast(), dtype);
            return new Candidate(halves.getFirst(), x, onePlus(x, c));
        }, first);
        Tensor cube = found.v().mul(found.v()).mul(found.v());
        return new Proposal(keys.getFirst(), found.x().mul(found.x()), cube,
                Random.unit(keys.get(2), dtype));
    }

    /** Rounded as XLA rounds it, which fuses the product and the sum, but not of halves. */
    private static Tensor onePlus(Tensor x, Tensor c) {
        return c.dtype().bytes() == 2 ? x.mul(c).add(1) : Arithmetic.fma(x, c, constant(c.dtype(), 1));
    }

    private static Tensor inverse(Tensor a) {
        return constant(a.dtype(), 1).div(a);
    }

    private static Tensor constant(DType dtype, double value) {
        return Ricci.full(ricci.ir.TensorType.of(dtype), value);
    }
}
