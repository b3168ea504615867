package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.Ricci.grad;
import static ricci.Ricci.tensor;

import org.junit.jupiter.api.Test;
import ricci.Tensor;

/** A logit of -inf rules a class out, and leaves the loss of the others finite. */
class RuledOutClassTest {
    private final Tensor logits = tensor(new float[] {0, Float.NEGATIVE_INFINITY, 0}, 1, 3);
    private final Tensor label = tensor(new int[] {2});

    @Test
    void lossIsThatOfTheOtherClasses() {
        assertEquals(Math.log(2), Nn.crossEntropy(logits, label).sum().item(), 1e-6);
    }

    @Test
    void gradientIsThatOfTheOtherClasses() {
        Tensor gradient = grad((Tensor x) -> Nn.crossEntropy(x, label).sum()).apply(logits);
        assertArrayEquals(new float[] {0.5f, 0, -0.5f}, gradient.toFloats(), 1e-6f);
    }
}
