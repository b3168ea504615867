import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.einsumPath;

import java.util.List;

class Einsums {
    static Object all(float[][] x, float[][] y, List<float[][]> list) {
        einsum(x, "i j, j k -> i k"); // wrong
        einsum(x, y, "i j -> i"); // wrong
        einsum(x, y, x, "i j, j k -> i k"); // wrong
        einsum(List.of(x, y, x), "i j, j k -> i k"); // wrong
        einsum(list, "i j, j k -> i l"); // wrong
        einsum(x, y, "i j, j k -> i k k"); // wrong
        einsum(x, y, "i j, j k -> i, k"); // wrong
        einsum(x, y, "i j, j (k -> i k"); // wrong
        einsum(x, y, "(i ...) j, j k -> i k"); // wrong
        einsum(x, y, "i (j 2), j k -> i k", axis("l", 3)); // wrong
        einsum(x, y, "height j, j width -> heigth width"); // wrong
        einsumPath(list, "i j, j k -> i m"); // wrong
        return einsumPath("i j, j k > i k", new long[] {2, 3}, new long[] {3, 4}); // wrong
    }
}
