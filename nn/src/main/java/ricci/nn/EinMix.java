package ricci.nn;

import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;

import java.util.List;
import java.util.Optional;
import ricci.Key;
import ricci.Random;
import ricci.Tensor;
import ricci.einops.Axis;
import ricci.einops.EinopsException;
import ricci.einops.MixPattern;
import ricci.ir.DType;

/**
 * A linear layer whose pattern says which axes it mixes: the axes of the weight that the right side lacks are
 * summed over, those that the left side lacks are new; the others run along. As in einops.
 *
 * {@snippet :
 * var patches = EinMix.init(key, "b (h p) (w q) c -> b h w d", "p q c d", "d",
 *         axis("p", 16), axis("q", 16), axis("c", 3), axis("d", 256));
 * y = patches.apply(images);                                // [8,224,224,3] to [8,14,14,256]
 * }
 *
 * @param weight of the lengths that the axes of its shape were given
 * @param bias of one length for every axis of the right side but those of the ellipsis, 1 where it repeats
 * @param pattern the pattern
 */
public record EinMix(Tensor weight, Optional<Tensor> bias, Mixing pattern) {

    /**
     * What is mixed.
     *
     * @param split the pattern that takes the input's groups apart
     * @param product the einsum of that and the weight
     * @param merge the pattern that makes the groups of the result
     * @param axes the lengths that tell how groups split
     */
    public record Mixing(String split, String product, String merge, List<Axis> axes) {
        public Mixing {
            axes = List.copyOf(axes);
        }
    }

    /** A layer without bias; see {@link #init(Key, String, String, String, Axis...)}. */
    public static EinMix init(Key key, String pattern, String weight, Axis... axes) {
        return init(key, pattern, weight, "", axes);
    }

    /**
     * A layer with weights uniform between ±sqrt(3 / n) and biases uniform between ±sqrt(1 / n), where n
     * inputs make one output. f32.
     *
     * @param weight the names of the weight's axes, all of which have a length in {@code axes}
     * @param bias the names of the bias's axes, among those of the right side, with lengths; empty for no
     *     bias
     * @throws EinopsException if the names do not fit together, or a length is missing
     */
    public static EinMix init(Key key, String pattern, String weight, String bias, Axis... axes) {
        MixPattern mix = MixPattern.of(pattern, weight, bias, axes);
        double inputs = Math.max(1, mix.inputs());
        List<Key> keys = key.split(2);
        Optional<Tensor> start = bias.isBlank() ? Optional.empty()
                : Optional.of(uniform(keys.getLast(), Math.sqrt(1 / inputs), mix.bias()));
        return new EinMix(uniform(keys.getFirst(), Math.sqrt(3 / inputs), mix.weight()), start,
                new Mixing(mix.split(), mix.product(), mix.merge(), mix.given()));
    }

    private static Tensor uniform(Key key, double bound, List<Long> lengths) {
        return Random.uniform(key, DType.F32, -bound, bound,
                lengths.stream().mapToLong(Long::longValue).toArray());
    }

    /** The layer's result. */
    public Tensor apply(Tensor x) {
        Tensor split = rearrange(x, pattern.split(), pattern.axes().toArray(Axis[]::new));
        Tensor mixed = einsum(split, weight, pattern.product());
        return rearrange(bias.map(mixed::add).orElse(mixed), pattern.merge());
    }
}
