package user;

import static ricci.Checkpoint.named;
import static ricci.CustomDerivatives.customJvp;
import static ricci.CustomDerivatives.customVjp;
import static ricci.Derivatives.jacfwd;
import static ricci.Derivatives.jacrev;
import static ricci.Ricci.arange;
import static ricci.Ricci.grad;
import static ricci.Ricci.jvp;
import static ricci.Ricci.ones;

import java.util.Map;
import org.junit.jupiter.api.function.Executable;
import ricci.Complex;
import ricci.Fn;
import ricci.Manipulation;
import ricci.Pair;
import ricci.Tensor;
import ricci.ValueAndTangent;

/** What users get wrong with derivatives of their own, and what is too large; see {@link Mistakes}. */
final class CustomMistakes {
    private CustomMistakes() {}

    static void add(Map<String, Executable> all) {
        rules(all);
        complex(all);
        sizes(all);
    }

    private static void rules(Map<String, Executable> all) {
        all.put("custom-name", () -> customJvp("my rule", (Tensor x) -> x.sin(),
                (x, t) -> new ValueAndTangent<>(x.sin(), t)).apply(ones(3)));
        Fn<Tensor, Tensor> jvpOfOtherShape = customJvp("half", (Tensor x) -> x.mul(0.5),
                (x, t) -> new ValueAndTangent<>(x.mul(0.5), t.sum()));
        all.put("custom-jvp-tangent",
                () -> grad((Tensor x) -> jvpOfOtherShape.apply(x).sum()).apply(ones(3)));
        Fn<Tensor, Tensor> valueOfTangent = customJvp("half", (Tensor x) -> x.mul(0.5),
                (x, t) -> new ValueAndTangent<>(t.mul(0.5), t.mul(0.5)));
        all.put("custom-jvp-value", () -> grad((Tensor x) -> valueOfTangent.apply(x).sum()).apply(ones(3)));
        Fn<Tensor, Tensor> forwardOfOtherShape = customVjp("half", (Tensor x) -> x.mul(0.5),
                (Tensor x) -> new Pair<>(x.sum(), x), (Tensor x, Tensor ct) -> ct.mul(0.5));
        all.put("custom-vjp-forward",
                () -> grad((Tensor x) -> forwardOfOtherShape.apply(x).sum()).apply(ones(3)));
        Fn<Tensor, Tensor> backwardOfOtherShape = customVjp("half", (Tensor x) -> x.mul(0.5),
                (Tensor x) -> new Pair<>(x.mul(0.5), x), (Tensor x, Tensor ct) -> ct.sum());
        all.put("custom-vjp-backward",
                () -> grad((Tensor x) -> backwardOfOtherShape.apply(x).sum()).apply(ones(3)));
        Fn<Tensor, Tensor> clipped = customVjp("clipped", (Tensor x) -> x.mul(0.5),
                (Tensor x) -> new Pair<>(x.mul(0.5), x), (Tensor x, Tensor ct) -> ct.clip(-1, 1));
        all.put("custom-vjp-forward-mode", () -> jvp(clipped, ones(3), ones(3)));
        Fn<Tensor, Tensor> square = customJvp("square", (Tensor x) -> x.square(),
                (x, t) -> new ValueAndTangent<>(x.square(), t.mul(t)));
        all.put("custom-jvp-nonlinear", () -> grad((Tensor x) -> square.apply(x).sum()).apply(ones(3)));
        all.put("checkpoint-name", () -> named(ones(3), "layer 1"));
    }

    private static void complex(Map<String, Executable> all) {
        all.put("jacobian-complex-result", () -> jacfwd((Tensor x) -> Complex.of(x, x)).apply(ones(3)));
        all.put("jacobian-complex-argument",
                () -> jacrev((Tensor x) -> x.real()).apply(Complex.of(ones(3), ones(3))));
    }

    private static void sizes(Map<String, Executable> all) {
        all.put("range-too-long", () -> arange(-1L << 62, 1L << 62, 2));
        all.put("padding-too-far", () -> Manipulation.pad(ones(2), Long.MAX_VALUE));
        all.put("padding-edges-too-far",
                () -> Manipulation.pad(ones(2), 1L << 40, Manipulation.Padding.EDGE));
        all.put("tile-overflow", () -> Manipulation.tile(ones(2, 3), 1L << 40, 1L << 40));
    }
}
