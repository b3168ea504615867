package ricci.nn;

import java.util.List;
import ricci.Ricci;
import ricci.Tree;
import ricci.ir.DType;
import ricci.ir.TensorType;

/**
 * Stochastic gradient descent with momentum: steps along a decaying sum of gradients (Polyak 1964).
 *
 * @param learningRate the factor on the sum
 * @param momentum how much of the sum is kept from step to step; 0 for plain descent
 */
public record Sgd(double learningRate, double momentum) implements Optimizer {
    /** Plain descent. */
    public Sgd(double learningRate) {
        this(learningRate, 0);
    }

    @Override
    public <P> State<P> init(P params) {
        P zeros = Tree.map(params, Ricci::zerosLike);
        return new State<>(params, List.of(zeros), Ricci.full(TensorType.of(DType.I32), 0));
    }

    @Override
    public <P> State<P> step(State<P> state, P gradient) {
        P velocity = Tree.map(state.moments().getFirst(), gradient, (v, g) -> v.mul(momentum).add(g));
        P params = Tree.map(state.params(), velocity, (p, v) -> p.sub(v.mul(learningRate)));
        return new State<>(params, List.of(velocity), state.steps().add(1));
    }
}
