import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.repeat;

import ricci.einops.Axis;
import ricci.einops.Axes;
import ricci.einops.Einops;

class GivenLengths {
    static final int PATCH = 4;

    static Object all(float[][] x, Axes axes, Axis axis, String name, int n) {
        rearrange(x, "(h p) w -> h w p"); // wrong
        rearrange(x, "(h p) (w q) -> h w (p q)", axis("p", n)); // wrong
        rearrange(x, "(h p) w -> h w p", axis("patch", n)); // wrong
        rearrange(x, "(h p) w -> h w p", axis("p ", n)); // wrong
        rearrange(x, "(h p) w -> h w p", axis("p", -PATCH * 2)); // wrong
        rearrange(x, "(h p) w -> h w p", axis("p", PATCH), axis("p", 1 << 3)); // wrong
        rearrange(x, "(h p) w -> h w p", axis("p", PATCH), axis("p", n)); // wrong
        repeat(x, "a b -> a b c d", axis("c", PATCH + 1), Einops.axis("e", n)); // wrong
        repeat(x, "a b -> a b c d", axis("c", PATCH + 1)); // wrong
        repeat(x, "a b -> a b c d", axis("c", n)); // wrong
        // Not all lengths are known, but this is wrong all the same.
        repeat(x, "a b -> a c", axes); // wrong
        return rearrange(x, "(h p) w -> h w p q", axis, axis(name, 3)); // wrong
    }
}
