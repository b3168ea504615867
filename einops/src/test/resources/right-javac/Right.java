import static ricci.einops.Einops.*;

import java.util.List;
import java.util.function.BiFunction;
import ricci.einops.Axes;
import ricci.einops.Axis;
import ricci.einops.AxisLengths;
import ricci.einops.Einops;
import ricci.einops.Rearrange;
import ricci.einops.Reduction;

class Right {
    /** Splits nothing: its inverse runs the axes together. */
    static final Rearrange FOR_ITS_INVERSE = rearrange("(h w) -> h w");
    static final String ROWS = "a b";

    static Object right(float[][] x, List<float[][]> list, Axes axes, Axis axis, AxisLengths... more) {
        rearrange(x, "a b -> b a");
        rearrange(x, ROWS + " -> " + """
            b a""");
        rearrange(x, "(h p) w -> h w p", axis("p", 2));
        rearrange(x, "(h p) w -> h w p", axes);
        rearrange(x, "(h p) (w q) -> h w (p q)", axis("p", 2), axis);
        rearrange(x, "(h p) (w q) -> h w (p q)", more);
        rearrange(x, "(h p) (w q) -> h w (p q)", parseShape(x, "p q"));
        rearrange(x, "(h p) (w q) -> h w (p q)", axis(ROWS.substring(1), 2));
        rearrange(list, "n a b -> a (n b)");
        reduce(x, "a b -> a", "std");
        reduce(x, "a 3 -> a", Reduction.MAX);
        reduce(list, "n a b -> 1", Reduction.SUM);
        repeat(x, "a b -> a b 2 c", axis("c", x.length));
        einsum(x, "i i -> i");
        einsum(x, x, "i j, j k -> i k");
        einsum(list, "i j, j k, k l -> i l");
        // Right, if the ellipses stand for nothing.
        einsum(x, x, "... i j, ... j k -> i k");
        einsum(x, x, "(i n) j, j (k m) -> i k n m", axis("n", 2), axis("m", 2));
        einsum(x, x, "(n i) (n j), n k -> i j k");
        einsumPath("i j, j k -> i k", new long[] {2, 3}, new long[] {3, 4});
        pack(list, "h *");
        unpack(pack(list, " * w"), "* w");
        parseShape(x, "h _");
        parseShape(List.of(x, list), "h w, ...");
        parseShape(list, "h w");
        return check(x, "a 3", axis("a", 2));
    }

    /** What stands above einops. */
    static Object above(float[][] x, float[][][][] images, int[][] index, float[][] values, List<float[][]> list) {
        reduce(x, "a [b]", Reduction.MEAN);
        reduce(images, "b [h w] c -> b c", "logsumexp");
        softmax(x, "a [b]");
        logSoftmax(x, "[a] b -> a b");
        sort(x, "[a] b");
        argsort(x, "a [b]");
        cumulative(x, "a [b]", Reduction.SUM);
        flip(images, "b [h w] c");
        roll(images, "b [h] [w] c", 1, -1);
        getAt(x, index, "[a] b, p [1] -> p b");
        setAt(x, index, values, "[a] b, p [1], p b -> a b");
        addAt(x, index, values, "[a] b, p [1], p b");
        rearrangeAll(x, "a (b1 + b2) -> a b1, a b2", axis("b1", 2));
        rearrangeAll(list, "a b, a c -> a (b + c)");
        repeatAll(x, "a (b1 + b2) -> a b1 2, a b2", axis("b1", 2));
        rearrange(list, "a b1, a b2 -> a (b1 + b2)");
        rearrange(images, "b (s ds)... c -> b s... (ds... c)", axis("ds", 2, 2));
        rearrange(images, "b (h p=16) w c -> b h w (p c)");
        rearrange(images, "b ((h p) q) w c -> b h w p q c", axis("p", 2), axis("q", 2));
        reduce(images, "b (i*2 p=3) w c -> b i w c", "max");
        return rearrange(x, "i i -> i");
    }

    /** Nothing is known of these, wrong as they may be. */
    static Object unknown(float[][] x, String pattern, String reduction) {
        String variable = "a b -> ";
        BiFunction<float[][], String, float[][]> reference = Einops::rearrange;
        rearrange(x, pattern);
        rearrange(x, variable);
        rearrange(x, "a b -> " + pattern);
        rearrange(x, pattern.isEmpty() ? "a" : "b");
        rearrange(x, null + "a");
        reduce(x, "a b -> a", reduction);
        return reference.apply(x, "a");
    }

    /** A method of the same name that is another's. */
    static final class Play {
        static Object rearrange(String pattern, int pieces) {
            return pattern + pieces;
        }
    }

    static final Object ANOTHER = Play.rearrange("Hamlet", 2);
}
