package ricci.nn;

import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ricci.Key;
import ricci.Random;
import ricci.Tensor;
import ricci.einops.Axis;
import ricci.ir.DType;
import ricci.ir.RicciException;

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
 * @param bias of one length for every axis of the right side that has no ellipsis before it, 1 where it
 *     repeats
 * @param pattern the pattern
 */
public record EinMix(Tensor weight, Optional<Tensor> bias, Mixing pattern) {

    /**
     * What is mixed.
     *
     * @param left the axes of the input, groups and all
     * @param right the axes of the result, groups and all
     * @param weight the axes of the weight
     * @param axes the lengths that tell how groups split
     */
    public record Mixing(String left, String right, String weight, List<Axis> axes) {
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
     * @throws RicciException.Argument if the names do not fit together
     */
    public static EinMix init(Key key, String pattern, String weight, String bias, Axis... axes) {
        Sides sides = Sides.of(pattern, weight, bias);
        Map<String, Long> lengths = new HashMap<>();
        for (Axis axis : axes) {
            lengths.put(axis.name(), axis.length());
        }
        long[] shape = sides.weight.stream().mapToLong(name -> sides.length(name, lengths)).toArray();
        double inputs = sides.weight.stream().filter(name -> !sides.right.contains(name))
                .mapToLong(name -> sides.length(name, lengths)).asDoubleStream().reduce(1, (a, b) -> a * b);
        List<Key> keys = key.split(2);
        Optional<Tensor> start = sides.bias.isEmpty() ? Optional.empty()
                : Optional.of(uniform(keys.getLast(), Math.sqrt(1 / Math.max(1, inputs)),
                sides.biasShape(lengths)));
        // Lengths of axes that only the weight has would be refused where the input is split.
        List<Axis> splitting = Arrays.stream(axes).filter(axis -> sides.left.contains(axis.name())).toList();
        return new EinMix(uniform(keys.getFirst(), Math.sqrt(3 / Math.max(1, inputs)), shape), start,
                new Mixing(sides.leftText, sides.rightText, String.join(" ", sides.weight), splitting));
    }

    private static Tensor uniform(Key key, double bound, long... lengths) {
        return Random.uniform(key, DType.F32, -bound, bound, lengths);
    }

    /** The layer's result. */
    public Tensor apply(Tensor x) {
        String from = flat(pattern.left());
        String to = flat(pattern.right());
        Tensor split = rearrange(x, pattern.left() + " -> " + from, pattern.axes().toArray(Axis[]::new));
        Tensor mixed = einsum(split, weight, from + ", " + pattern.weight() + " -> " + to);
        Tensor moved = bias.map(mixed::add).orElse(mixed);
        return rearrange(moved, to + " -> " + pattern.right());
    }

    /** A side with its groups taken apart. */
    private static String flat(String side) {
        return side.replace('(', ' ').replace(')', ' ').strip();
    }

    /** The names of a pattern, checked against one another. */
    private static final class Sides {
        private final String pattern;
        private final String leftText;
        private final String rightText;
        private final List<String> left;
        private final List<String> right;
        private final List<String> weight;
        private final List<String> bias;

        private Sides(String pattern, String weight, String bias) {
            this.pattern = pattern;
            int arrow = pattern.indexOf("->");
            if (arrow < 0) {
                throw wrong("it has no arrow", "a pattern has two sides: \"input axes -> output axes\"",
                        "write the axes of the result after ->");
            }
            leftText = pattern.substring(0, arrow).strip();
            rightText = pattern.substring(arrow + 2).strip();
            left = names(leftText);
            right = names(rightText);
            this.weight = names(weight);
            this.bias = names(bias);
        }

        static Sides of(String pattern, String weight, String bias) {
            Sides sides = new Sides(pattern, weight, bias);
            sides.check(weight + bias);
            return sides;
        }

        private void check(String shapes) {
            if (shapes.contains("(") || shapes.contains("...") || shapes.contains(",")) {
                throw wrong("the shape '" + shapes + "' has more than names",
                        "weight and bias have plain axes",
                        "name their axes one by one, with spaces between them");
            }
            if (left.contains("...") != right.contains("...")) {
                throw wrong("an ellipsis is on one side only", "what an ellipsis stands for is kept",
                        "write ... on both sides");
            }
            Set<String> known = new LinkedHashSet<>(left);
            known.addAll(weight);
            require(weight, name -> left.contains(name) || right.contains(name), "the weight's axis",
                    "an axis of the weight is on the left, on the right, or on both");
            require(right, known::contains, "the right side's axis",
                    "what is on the right comes from the left side or from the weight");
            require(left, name -> right.contains(name) || weight.contains(name), "the left side's axis",
                    "what is on the left is kept on the right or summed with the weight");
            List<String> afterDots = right.subList(right.indexOf("...") + 1, right.size());
            require(bias, afterDots::contains, "the bias's axis",
                    "the axes of the bias are on the right, behind the ellipsis if there is one");
        }

        private void require(List<String> names, java.util.function.Predicate<String> known, String which,
                String rule) {
            names.stream().filter(name -> !known.test(name)).findFirst().ifPresent(name -> {
                throw wrong(which + " " + name + " does not fit", rule, "correct the names");
            });
        }

        private long length(String name, Map<String, Long> lengths) {
            Long length = lengths.get(name);
            if (length == null) {
                throw wrong("the length of " + name + " is not given",
                        "every axis of weight and bias has a length",
                        "pass axis(\"" + name + "\", …)");
            }
            return length;
        }

        private long[] biasShape(Map<String, Long> lengths) {
            return right.subList(right.indexOf("...") + 1, right.size()).stream()
                    .mapToLong(name -> bias.contains(name) ? length(name, lengths) : 1).toArray();
        }

        private RicciException wrong(String problem, String rule, String fix) {
            return new RicciException.Argument("make a layer of \"" + pattern + "\"", problem, rule, fix);
        }

        private static List<String> names(String side) {
            return Arrays.stream(flat(side).split(" +")).filter(word -> !word.isEmpty()).toList();
        }
    }
}
