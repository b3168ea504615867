package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import ricci.Key;
import ricci.Random;
import ricci.Ricci;
import ricci.Tensor;
import ricci.Tree;
import ricci.ir.Shape;

/** The layer that is a pattern: against the operations that it is made of. */
class EinMixTest {
    private static final Key KEY = Key.of(5);

    @Test
    void isALinearLayer() {
        Tensor x = Random.normal(KEY, 4, 3);
        EinMix mix = EinMix.init(KEY, "b i -> b o", "i o", "o", axis("i", 3), axis("o", 5));
        Tensor expected = new Linear(mix.weight(), mix.bias().orElseThrow().reshape(5)).apply(x);
        assertArrayEquals(expected.toFloats(), mix.apply(x).toFloats());
    }

    @Test
    void embedsPatches() {
        Tensor x = Random.normal(KEY, 2, 4, 6, 3);
        EinMix mix = EinMix.init(KEY, "b (h p) (w q) c -> b h w d", "p q c d", axis("p", 2), axis("q", 3),
                axis("c", 3), axis("d", 7));
        assertTrue(mix.bias().isEmpty());
        Tensor patches = rearrange(x, "b (h p) (w q) c -> b h w (p q c)", axis("p", 2), axis("q", 3));
        Tensor expected = einsum(patches, rearrange(mix.weight(), "p q c d -> (p q c) d"),
                "b h w i, i d -> b h w d");
        assertArrayEquals(expected.toFloats(), mix.apply(x).toFloats(), 1e-5f);
    }

    @Test
    void mixesPerHeadAndMergesAgain() {
        Tensor x = Random.normal(KEY, 2, 5, 6);
        EinMix mix = EinMix.init(KEY, "b t (h c) -> b t (h d)", "h c d", "h d", axis("h", 2), axis("c", 3),
                axis("d", 4));
        assertEquals(Shape.of(1, 1, 2, 4), mix.bias().orElseThrow().shape());
        Tensor heads = rearrange(x, "b t (h c) -> b t h c", axis("h", 2));
        Tensor expected = rearrange(einsum(heads, mix.weight(), "b t h c, h c d -> b t h d")
                .add(mix.bias().orElseThrow()), "b t h d -> b t (h d)");
        assertArrayEquals(expected.toFloats(), mix.apply(x).toFloats());
    }

    @Test
    void keepsWhatTheEllipsisStandsFor() {
        EinMix mix = EinMix.init(KEY, "b ... c -> b ... d", "c d", "d", axis("c", 3), axis("d", 2));
        assertEquals(Shape.of(4, 2), mix.apply(Ricci.ones(4, 3)).shape());
        assertEquals(Shape.of(4, 5, 6, 2), mix.apply(Ricci.ones(4, 5, 6, 3)).shape());
    }

    @Test
    void startsAsEinopsDoes() {
        EinMix mix = EinMix.init(KEY, "b (h i) -> b o", "h i o", "o", axis("h", 10), axis("i", 30),
                axis("o", 50));
        double most = Arrays.stream(mix.weight().toDoubles()).map(Math::abs).max().orElseThrow();
        assertEquals(Math.sqrt(3.0 / 300), most, 1e-4);
        double mostBias = Arrays.stream(mix.bias().orElseThrow().toDoubles()).map(Math::abs).max()
                .orElseThrow();
        assertTrue(mostBias <= Math.sqrt(1.0 / 300) && mostBias > 0.8 * Math.sqrt(1.0 / 300));
    }

    @Test
    void isATreeOfItsTensors() {
        EinMix mix = EinMix.init(KEY, "b i -> b o", "i o", "o", axis("i", 3), axis("o", 5));
        assertEquals(2, Tree.leaves(mix).size());
        Tensor x = Random.normal(KEY, 4, 3);
        EinMix slope = Ricci.jit(Ricci.grad((EinMix m, Tensor y) -> m.apply(y).sum())).apply(mix, x);
        float[] columnSums = x.sum(0).toFloats();
        float[] weights = slope.weight().toFloats();
        for (int i = 0; i < 3; i++) {
            assertEquals(columnSums[i], weights[5 * i], 1e-5f);
        }
        assertArrayEquals(new float[] {4, 4, 4, 4, 4}, slope.bias().orElseThrow().toFloats());
    }
}
