package frameworks;

import java.util.Arrays;
import ricci.einops.Einops;
import ricci.einops.EinopsException;

/** Needs the notation, and no library. */
public final class ArraysOnly {
    private ArraysOnly() {}

    public static void main(String... args) {
        float[][] matrix = {{0, 1}, {2, 3}};
        System.out.println(Arrays.deepToString(Einops.rearrange(matrix, "a b -> b a")));
        try {
            Einops.rearrange("text", "a -> a");
        } catch (EinopsException e) {
            System.out.println(e.kind());
        }
    }
}
