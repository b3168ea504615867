package user;

import static ricci.Ricci.arange;
import static ricci.Ricci.grad;
import static ricci.Ricci.ones;
import static ricci.Ricci.tensor;

import java.util.Map;
import org.junit.jupiter.api.function.Executable;
import ricci.Key;
import ricci.Random;
import ricci.SpecialFunctions;
import ricci.Tensor;
import ricci.ir.DType;

/** What users get wrong with random numbers and special functions; see {@link Mistakes}. */
final class RandomMistakes {
    private RandomMistakes() {}

    static void add(Map<String, Executable> all) {
        Key key = Key.of(1);
        all.put("random-key-reuse", () -> Random.detectReuse(() -> {
            Tensor x = Random.normal(key, 3);
            return x.add(Random.normal(key, 3));
        }));
        all.put("random-integers-dtype", () -> Random.randint(key, DType.F32, 0, 9, 3));
        all.put("random-bits-dtype", () -> key.bits(DType.F32, 3));
        all.put("random-choice-too-many", () -> Random.choice(key, arange(4), false, 5));
        all.put("random-choice-of-nothing", () -> Random.choice(key, arange(0), true, 5));
        all.put("random-choice-probabilities", () -> Random.choice(key, arange(4), ones(3), true, 5));
        all.put("random-categories-too-many", () -> Random.categoricalWithoutReplacement(key, ones(3), 0, 4));
        all.put("random-parameters", () -> Random.gamma(key, ones(3), 2, 4));
        all.put("random-dirichlet-scalar", () -> Random.dirichlet(key, tensor(1f)));
        all.put("random-covariance", () -> Random.multivariateNormal(key, ones(3), ones(3, 2)));
        all.put("random-gamma-twice", () -> grad(grad((Tensor a) -> Random.gamma(key, a))).apply(tensor(2f)));
        all.put("integer-power-negative", () -> arange(3).pow(-1));
        all.put("reduce-precision", () -> SpecialFunctions.reducePrecision(ones(3), 0, 4));
        all.put("derivative-zeta", () -> grad((Tensor s) -> SpecialFunctions.zeta(s, tensor(2f)))
                .apply(tensor(3f)));
        all.put("derivative-betainc", () -> grad(
                (Tensor a) -> SpecialFunctions.betainc(a, tensor(2f), tensor(0.5f))).apply(tensor(3f)));
    }
}
