package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * An einsum of random tensors is the sum of products that the oracle computes, with diagonals and
 * broadcasting.
 */
class EinsumMeaningTest {
    private static final List<String> NAMES = List.of("i", "j", "kk", "_", "日");

    @Property
    void einsum(@ForAll long seed) {
        Sum sum = new Sum(new Random(seed));
        for (int k = 1 + sum.random.nextInt(4); k > 0; k--) {
            sum.addOperand();
        }
        sum.addOutput();
        Shaped<float[]> result = Einops.einsum(sum.tensors, sum.pattern());
        assertArrayEquals(sum.shape(sum.output), result.shape(), sum::pattern);
        assertArrayEquals(Oracle.einsum(sum.inputs, sum.output, sum.tensors, sum.lengths),
                Tensors.reals(result), 0,
                sum::pattern);
    }

    /** A random einsum; the axes of an ellipsis are counted from its end. */
    private static final class Sum {
        private final Random random;
        private final Map<String, Long> lengths = new HashMap<>();
        private final List<String> dots;
        private final List<List<String>> inputs = new ArrayList<>();
        private final List<Shaped<float[]>> tensors = new ArrayList<>();
        private final List<String> texts = new ArrayList<>();
        private final Set<String> used = new LinkedHashSet<>();
        private final List<String> output = new ArrayList<>();
        private String outputText = "";
        private boolean ellipsis;

        Sum(Random random) {
            this.random = random;
            NAMES.forEach(name -> lengths.put(name, random.nextInt(15) == 0 ? 0L : 1 + random.nextInt(3)));
            dots = List.of("...2", "...1").subList(random.nextInt(3), 2);
        }

        void addOperand() {
            List<String> words = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                words.add(NAMES.get(random.nextInt(NAMES.size())));
            }
            used.addAll(words);
            List<String> axes = new ArrayList<>(words);
            if (random.nextInt(3) == 0) {
                ellipsis = true;
                int place = random.nextInt(words.size() + 1);
                words.add(place, "...");
                axes.addAll(place, dots.subList(random.nextInt(dots.size() + 1), dots.size()));
            }
            long[] shape = new long[axes.size()];
            for (int axis = 0; axis < shape.length; axis++) {
                boolean named = !axes.get(axis).startsWith(".");
                shape[axis] = named ? Oracle.at(lengths, axes.get(axis)) : 1 + random.nextInt(2);
                lengths.merge(axes.get(axis), shape[axis], Math::max);
            }
            inputs.add(axes);
            texts.add(String.join(" ", words));
            int k = tensors.size();
            tensors.add(Tensors.filled(i -> (5 * i + k) % 7 - 2, shape));
        }

        void addOutput() {
            output.addAll(used);
            Collections.shuffle(output, random);
            output.subList(random.nextInt(output.size() + 1), output.size()).clear();
            List<String> words = new ArrayList<>(output);
            if (ellipsis) {
                int place = random.nextInt(output.size() + 1);
                words.add(place, "...");
                output.addAll(place, dots.stream().filter(lengths::containsKey).toList());
            }
            outputText = String.join(" ", words);
        }

        String pattern() {
            return String.join(", ", texts) + " -> " + outputText;
        }

        long[] shape(List<String> axes) {
            return axes.stream().mapToLong(axis -> Oracle.at(lengths, axis)).toArray();
        }
    }
}
