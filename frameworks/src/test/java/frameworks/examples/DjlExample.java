package frameworks.examples;

import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.reduce;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ricci.einops.Reduction;

/** The first steps of a vision transformer, on DJL's arrays: patches, heads, scores. */
public final class DjlExample {
    private DjlExample() {}

    public static void main(String... args) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray images = manager.arange(2f * 32 * 32 * 3).reshape(2, 32, 32, 3);

            NDArray patches = rearrange(images, "b (h p) (w q) c -> b (h w) (p q c)",
                    axis("p", 8), axis("q", 8));
            System.out.println("patches  " + patches.getShape());

            NDArray heads = rearrange(patches, "b n (head d) -> b head n d", axis("head", 4));
            NDArray scores = einsum(heads, heads, "b head n d, b head m d -> b head n m");
            System.out.println("scores   " + scores.getShape());

            NDArray colours = reduce(images, "b h w c -> b c", Reduction.MEAN);
            System.out.println("colours  " + colours.getShape() + ", the first is "
                    + colours.getFloat(0, 0));
        }
    }
}
