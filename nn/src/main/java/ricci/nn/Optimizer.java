package ricci.nn;

import java.util.List;
import ricci.Tensor;

/**
 * A rule that improves parameters by a gradient: a pure function on trees, so that it can be traced.
 *
 * {@snippet :
 * Optimizer adam = new Adam(0.001);
 * var state = adam.init(params);
 * state = adam.step(state, grad(loss).apply(state.params(), batch));
 * }
 */
public interface Optimizer {
    /** The state before the first step. */
    <P> State<P> init(P params);

    /** The state after a step along {@code gradient}, a tree like the parameters. */
    <P> State<P> step(State<P> state, P gradient);

    /**
     * Parameters in training.
     *
     * @param moments what the rule remembers of earlier gradients: trees like the parameters
     * @param steps how many steps were made, a scalar of dtype i32
     */
    record State<P>(P params, List<P> moments, Tensor steps) {
        public State {
            moments = List.copyOf(moments);
        }
    }
}
