package ricci.einops;

import java.util.stream.Stream;

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
     *     in a group
     */
    public Rearrange inverse(AxisLengths... lengths) {
        int arrow = prepared.pattern().indexOf("->");
        String left = prepared.pattern().substring(0, arrow).strip();
        String right = prepared.pattern().substring(arrow + 2).strip();
        AxisLengths[] all = Stream.concat(prepared.axes().stream(), Stream.of(lengths))
                .toArray(AxisLengths[]::new);
        return Einops.rearrange(right + " -> " + left, all);
    }
}
