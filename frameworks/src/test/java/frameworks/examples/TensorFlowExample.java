package frameworks.examples;

import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.reduce;

import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import ricci.einops.Reduction;

/** Attention with several heads, on TensorFlow's operands. */
public final class TensorFlowExample {
    private TensorFlowExample() {}

    public static void main(String... args) {
        try (EagerSession session = EagerSession.create()) {
            Ops tf = Ops.create(session);
            Operand<TFloat32> words = tf.reshape(tf.range(tf.constant(0f), tf.constant(40f), tf.constant(1f)),
                    tf.constant(new int[] {1, 5, 8}));

            Operand<TFloat32> heads = rearrange(words, "b n (head d) -> b head n d", axis("head", 2));
            Operand<TFloat32> scores = einsum(heads, heads, "b h n d, b h m d -> b h n m");
            System.out.println("scores   " + scores.shape());

            Operand<TFloat32> mixed = einsum(tf.nn.softmax(scores), heads, "b h n m, b h m d -> b n (h d)");
            System.out.println("mixed    " + mixed.shape());

            Operand<TFloat32> greatest = reduce(mixed, "b n d -> b", Reduction.MAX);
            System.out.println("greatest " + greatest.asTensor().getFloat(0));
        }
    }
}
