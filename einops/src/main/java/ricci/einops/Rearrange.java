package ricci.einops;

import java.util.List;
import java.util.Optional;
import java.util.Set;
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
        Call call = new Call("inverse", prepared.pattern(), List.of());
        List<Axis> given = Arguments.axes(call, lengths);
        Prepared before = prepared.before();
        if (before == null) {
            return inverse(call, given);
        }
        return new Rearrange(prepared.alone()).inverse(call, of(call, given))
                .andThen(new Rearrange(before).inverse(of(new Call("inverse", before.pattern(), List.of()),
                given)
                        .toArray(AxisLengths[]::new)));
    }

    /** The lengths of axes that a pattern has, where there are several patterns. */
    private static List<Axis> of(Call call, List<Axis> given) {
        Set<String> names = Parser.pattern(call).input().names();
        return given.stream().filter(axis -> names.contains(axis.name())).toList();
    }

    private Rearrange inverse(Call call, List<Axis> given) {
        String pattern = prepared.pattern();
        Pattern parsed = Parser.pattern(call);
        Optional<Span> window = parsed.input().find(expr -> expr instanceof Expr.Strided);
        if (window.isPresent()) {
            throw call.failure(Kind.NO_INVERSE, window.get(), "a window cannot be read backwards",
                    "an element may be in several windows, or in none",
                            "add the windows to a tensor of zeros with addAt");
        }
        long names = parsed.input().all(expr -> expr instanceof Expr.Name).size();
        if (names > parsed.output().all(expr -> expr instanceof Expr.Name).size()) {
            throw call.failure(Kind.NO_INVERSE, parsed.input().span(), "a diagonal cannot be read backwards",
                    "what is not on the diagonal is gone", "use setAt on a tensor of zeros");
        }
        int arrow = pattern.indexOf("->");
        AxisLengths[] all = Stream.concat(prepared.axes().stream(), given.stream())
                .toArray(AxisLengths[]::new);
        return Einops.rearrange(pattern.substring(arrow + 2).strip() + " -> "
                + pattern.substring(0, arrow).strip(), all);
    }

    /**
     * This and then another one, with one plan for both, which goes through memory once where the two plans
     * fit together.
     *
     * {@snippet :
     * static final Rearrange TILES = PATCHES.andThen(Einops.rearrange("b n (p c) -> b p n c", axis("c", 3)));
     * }
     */
    public Rearrange andThen(Rearrange next) {
        Arguments.require(next, "andThen", "the second rearrange", "pass one made by rearrange(…)");
        return new Rearrange(prepared.andThen(next.prepared));
    }
}
