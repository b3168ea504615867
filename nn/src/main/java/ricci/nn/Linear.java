package ricci.nn;

import static ricci.einops.Einops.einsum;

import ricci.Key;
import ricci.Random;
import ricci.Ricci;
import ricci.Tensor;

/**
 * An affine map of the last axis: {@code y = x · weight + bias}.
 *
 * @param weight [inputs, outputs]
 * @param bias [outputs]
 */
public record Linear(Tensor weight, Tensor bias) {
    /**
     * Weights drawn from a normal distribution of variance 2 / inputs, which keeps the size of activations
     * through layers with relu (He et al. 2015); biases zero. f32.
     */
    public static Linear init(Key key, long inputs, long outputs) {
        Tensor weight = Random.normal(key, inputs, outputs).mul(Math.sqrt(2.0 / Math.max(1, inputs)));
        return new Linear(weight, Ricci.zeros(outputs));
    }

    /** The map applied to the last axis of {@code x}, [..., inputs] to [..., outputs]. */
    public Tensor apply(Tensor x) {
        return einsum(x, weight, "... i, i o -> ... o").add(bias);
    }
}
