package ricci.einops;

/**
 * A reduce that waits for tensors, made by {@link Einops#reduce(String, Reduction, AxisLengths...)}.
 *
 * {@snippet :
 * static final Reduce POOL =
 *         Einops.reduce("b (h p) (w q) c -> b h w c", Reduction.MAX, axis("p", 2), axis("q", 2));
 * y = POOL.apply(images);                                          // [8,32,32,3] to [8,16,16,3]
 * }
 */
public final class Reduce extends Layer {
    Reduce(Prepared prepared, Reduction reduction) {
        super(prepared, reduction);
    }
}
