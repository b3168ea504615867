import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.reduce;
import static ricci.einops.Einops.repeat;

import java.util.List;
import ricci.einops.Einops;
import ricci.einops.Reduce;
import ricci.einops.Reduction;
import ricci.einops.Repeat;

class Arrangements {
    static final Reduce POOL = reduce("b (h p) -> b h q", Reduction.MAX, Einops.axis("p", 2)); // wrong
    static final Repeat BATCH = repeat("c -> b c"); // wrong

    static Object all(float[][] x, List<float[][]> list) {
        rearrange(x, "batch h -> h bach"); // wrong
        rearrange(x, "a b -> b a -> a b"); // wrong
        rearrange(x, "a b → b a"); // wrong
        rearrange(x, "a (b -> b a"); // wrong
        rearrange(x, "a 2 -> 2 a"); // wrong
        rearrange(x, "a b -> b a ..."); // wrong
        rearrange(list, "n a b -> a (n c)"); // wrong
        reduce(x, "a b -> c", Reduction.SUM); // wrong
        reduce(x, "a b -> a", "maximum"); // wrong
        reduce(list, "n a b -> a b c", Reduction.MEAN); // wrong
        repeat(list, "n a b -> a b"); // wrong
        return repeat(x, "a b -> a b copies"); // wrong
    }
}
