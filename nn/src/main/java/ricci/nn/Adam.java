package ricci.nn;

import java.util.List;
import ricci.Ricci;
import ricci.Tensor;
import ricci.Tree;
import ricci.ir.DType;
import ricci.ir.TensorType;

/**
 * Adam: steps scaled by running means of the gradient and of its square, both freed of their bias towards
 * zero (Kingma and Ba, "Adam: a method for stochastic optimization", 2015).
 *
 * @param learningRate the length of a step
 * @param beta1 how much of the mean is kept from step to step
 * @param beta2 how much of the mean of squares is kept
 * @param epsilon what keeps the quotient finite
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon) implements Optimizer {
    /** With the authors' constants: 0.9, 0.999, 1e-8. */
    public Adam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8);
    }

    @Override
    public <P> State<P> init(P params) {
        // Not one tree twice: who donates the state to a compiled step gives each tensor away once.
        return new State<>(params, List.of(zeros(params), zeros(params)),
                Ricci.full(TensorType.of(DType.I32), 0));
    }

    private static <P> P zeros(P params) {
        return Tree.map(params, Ricci::zerosLike);
    }

    @Override
    public <P> State<P> step(State<P> state, P gradient) {
        Tensor steps = state.steps().add(1);
        P mean = Tree.map(state.moments().get(0), gradient, (m, g) -> m.mul(beta1).add(g.mul(1 - beta1)));
        P square = Tree.map(state.moments().get(1), gradient,
                (v, g) -> v.mul(beta2).add(g.mul(g).mul(1 - beta2)));
        Tensor meanLeft = unbias(beta1, steps);
        Tensor squareLeft = unbias(beta2, steps);
        P params = Tree.map(state.params(), mean, square, (p, m, v) -> {
            Tensor scale = v.div(squareLeft.to(v.dtype())).sqrt().add(epsilon);
            return p.sub(m.div(meanLeft.to(m.dtype())).div(scale).mul(learningRate));
        });
        return new State<>(params, List.of(mean, square), steps);
    }

    /** 1 - beta^steps, by which a mean that started at 0 falls short; in f64, as parameters may be. */
    private static Tensor unbias(double beta, Tensor steps) {
        return Ricci.expm1(steps.to(DType.F64).mul(Math.log(beta))).neg();
    }
}
