package ricci.einops;

/**
 * A repeat that waits for tensors, made by {@link Einops#repeat(String, AxisLengths...)}.
 *
 * {@snippet :
 * static final Repeat BATCH = Einops.repeat("c -> b c", axis("b", 8));
 * y = BATCH.apply(v);                                       // [3] to [8,3]
 * }
 */
public final class Repeat extends Layer {
    Repeat(Prepared prepared) {
        super(prepared, null);
    }
}
