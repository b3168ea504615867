package ricci.bench;

import static ricci.einops.Einops.axis;

import java.util.Arrays;
import java.util.function.Supplier;
import ricci.einops.Axis;
import ricci.einops.Einops;
import ricci.einops.Layer;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/** What everyone is asked to do, in floats. */
// The arrays are never written.
@SuppressWarnings("ImmutableEnumChecker")
public enum Problem {
    CHANNELS_FIRST(Kind.MOVE, "b h w c -> b c h w", shape(32, 224, 224, 3), shape(32, 224, 224, 3),
            order(0, 3, 1, 2)),
    SPACE_TO_DEPTH(Kind.MOVE, "b (h p) (w q) c -> b h w (p q c)", shape(32, 224, 224, 3),
            shape(32, 112, 2, 112, 2, 3), order(0, 1, 3, 2, 4, 5), axis("p", 2), axis("q", 2)),
    DEPTH_TO_SPACE(Kind.MOVE, "b h w (p q c) -> b (h p) (w q) c", shape(32, 112, 112, 12),
            shape(32, 112, 112, 2, 2, 3), order(0, 1, 3, 2, 4, 5), axis("p", 2), axis("q", 2)),
    TRANSPOSE(Kind.MOVE, "h w -> w h", shape(4096, 4096), shape(4096, 4096), order(1, 0)),
    CHANNEL_SUMS(Kind.SUM, "b h w c -> b c", shape(32, 224, 224, 3), shape(32, 224, 224, 3), order(1, 2)),
    IMAGE_MEANS(Kind.MEAN, "b h w c -> b", shape(32, 224, 224, 3), shape(32, 224, 224, 3), order(1, 2, 3)),
    ROW_SUMS(Kind.SUM, "h w -> h", shape(4096, 4096), shape(4096, 4096), order(1)),
    COLUMN_SUMS(Kind.SUM, "h w -> w", shape(4096, 4096), shape(4096, 4096), order(0)),
    ROW_MAXIMA(Kind.MAX, "h w -> h", shape(4096, 4096), shape(4096, 4096), order(1)),
    COLUMN_MAXIMA(Kind.MAX, "h w -> w", shape(4096, 4096), shape(4096, 4096), order(0)),
    PRODUCT(Kind.PRODUCT, "m k, k n -> m n", shape(512, 512), shape(512, 512), order());

    /** Kinds of problems. */
    enum Kind { MOVE, SUM, MEAN, MAX, PRODUCT }

    final Kind kind;
    private final String pattern;
    private final long[] shape;
    private final long[] split;
    private final int[] axes;
    private final Axis[] given;

    Problem(Kind kind, String pattern, long[] shape, long[] split, int[] axes, Axis... given) {
        this.kind = kind;
        this.pattern = pattern;
        this.shape = shape;
        this.split = split;
        this.axes = axes;
        this.given = given;
    }

    private static long[] shape(long... lengths) {
        return lengths;
    }

    private static int[] order(int... axes) {
        return axes;
    }

    String pattern() {
        return pattern;
    }

    long[] shape() {
        return shape.clone();
    }

    /** The elementary axes. */
    long[] split() {
        return split.clone();
    }

    /** The permutation of the elementary axes, or those that are reduced. */
    int[] axes() {
        return axes.clone();
    }

    /** The elements of the argument. */
    float[] elements() {
        long count = 1;
        for (long length : shape) {
            count *= length;
        }
        float[] elements = new float[(int) count];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = i % 1000 / 1000f;
        }
        return elements;
    }

    /** What Ricci does. */
    Supplier<Object> ricci() {
        Shaped<float[]> x = Einops.shaped(elements(), shape);
        return switch (kind) {
            case MOVE -> () -> Einops.rearrange(x, pattern, given);
            case SUM -> () -> Einops.reduce(x, pattern, Reduction.SUM);
            case MEAN -> () -> Einops.reduce(x, pattern, Reduction.MEAN);
            case MAX -> () -> Einops.reduce(x, pattern, Reduction.MAX);
            case PRODUCT -> () -> Einops.einsum(x, x, pattern);
        };
    }

    /** The same, into memory that is there where it can be. */
    Supplier<Object> ricciInto() {
        Shaped<float[]> x = Einops.shaped(elements(), shape);
        return switch (kind) {
            case MOVE -> into(Einops.rearrange(pattern, given), x);
            case SUM -> into(Einops.reduce(pattern, Reduction.SUM), x);
            case MEAN -> into(Einops.reduce(pattern, Reduction.MEAN), x);
            case MAX -> into(Einops.reduce(pattern, Reduction.MAX), x);
            case PRODUCT -> ricci();
        };
    }

    private Supplier<Object> into(Layer layer, Shaped<float[]> x) {
        long[] lengths = layer.shape(shape);
        long count = Arrays.stream(lengths).reduce(1, (a, b) -> a * b);
        Shaped<float[]> target = Einops.shaped(new float[(int) count], lengths);
        return () -> layer.applyInto(x, target);
    }
}
