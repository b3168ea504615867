package ricci.einops;

import java.util.Optional;
import java.util.stream.Stream;
import ricci.einops.EinopsException.Kind;

/**
 * A rearrange that waits for tensors, made by {@link Einops#rearrange(String, AxisLengths...)}.
 *
 * {@snippet :
 * static final Rearrange PATCHES =
 *         Einops.rearrange("b (h p) (w q) c -> b (h w) (p q c)", axis("p", 16), axis("q", 16));
 * y = PATCHES.apply(images);                                       // [8,224,224,3] to [8,196,768]
 * x = PATCHES.inverse(axis("h", 14), axis("c", 3)).apply(y);       // and back
 * }
 */
public final class Rearrange extends Layer {
    Rearrange(Prepared prepared) {
        super(prepared, null);
    }

    /**
     * The rearrange in the other direction.
     *
     * @param lengths those that the result does not tell, of axes that it has run together
     * @throws EinopsException if the pattern cannot be read backwards, as when its right side has an ellipsis
     *     in a group, or its left side a window or a diagonal
     */
    public Rearrange inverse(AxisLengths... lengths) {
        String pattern = prepared.pattern();
        Call call = new Call("inverse", pattern, java.util.List.of());
        Pattern parsed = Parser.pattern(call);
        Optional<Span> window = parsed.input().find(expr -> expr instanceof Expr.Strided);
        if (window.isPresent()) {
            throw call.failure(Kind.NO_INVERSE, window.get(), "a window cannot be read backwards",
                    "an element may be in several windows, or in none", "add the windows to a tensor of zeros with addAt");
        }
        long names = parsed.input().all(expr -> expr instanceof Expr.Name).size();
        if (names > parsed.output().all(expr -> expr instanceof Expr.Name).size()) {
            throw call.failure(Kind.NO_INVERSE, parsed.input().span(), "a diagonal cannot be read backwards",
                    "what is not on the diagonal is gone", "use setAt on a tensor of zeros");
        }
        int arrow = pattern.indexOf("->");
        AxisLengths[] all = Stream.concat(prepared.axes().stream(), Stream.of(lengths))
                .toArray(AxisLengths[]::new);
        return Einops.rearrange(pattern.substring(arrow + 2).strip() + " -> "
                + pattern.substring(0, arrow).strip(), all);
    }
}
