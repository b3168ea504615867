package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Groups, axes of length 1 and numbers in an einsum mean what they mean to rearrange, reduce and repeat. */
class EinsumGroupsTest {
    private static final List<String> NAMES = List.of("i", "j", "k", "l");

    /** A side in two spellings: its axes one by one, numbers by made-up names, and as the pattern has it. */
    private record Spelt(List<String> axes, List<Long> shape, String text) {
        static Spelt of(Random random, List<String> names, Map<String, Long> lengths) {
            List<String> axes = new ArrayList<>();
            List<Long> shape = new ArrayList<>();
            List<String> items = new ArrayList<>();
            List<String> rest = new ArrayList<>(names);
            while (!rest.isEmpty() || random.nextInt(4) == 0) {
                boolean group = random.nextBoolean();
                List<String> words = new ArrayList<>();
                long length = 1;
                for (int n = group ? random.nextInt(4) : 1; n > 0; n--) {
                    if (random.nextInt(5) == 0 || rest.isEmpty()) {
                        long number = 1L + random.nextInt(3);
                        words.add(String.valueOf(number));
                        axes.add("number" + lengths.size());
                        lengths.put(axes.getLast(), number);
                    } else {
                        words.add(rest.removeFirst());
                        axes.add(words.getLast());
                    }
                    length *= Oracle.at(lengths, axes.getLast());
                }
                shape.add(length);
                items.add(group ? "(" + String.join(" ", words) + ")" : words.getFirst());
            }
            return new Spelt(axes, shape, String.join(" ", items));
        }

        long[] lengths(List<String> of, Map<String, Long> lengths) {
            return of.stream().mapToLong(name -> Oracle.at(lengths, name)).toArray();
        }
    }

    @Property
    void isTheSumOfProductsOfTheSplitTensors(@ForAll long seed) {
        Random random = new Random(seed);
        Map<String, Long> lengths = new HashMap<>();
        NAMES.forEach(name -> lengths.put(name, 1L + random.nextInt(3)));
        List<Spelt> inputs = new ArrayList<>();
        List<Shaped<float[]>> split = new ArrayList<>();
        List<Shaped<float[]>> tensors = new ArrayList<>();
        Set<String> used = new LinkedHashSet<>();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            List<String> own = NAMES.stream().filter(_ -> random.nextBoolean()).toList();
            used.addAll(own);
            Spelt input = Spelt.of(random, own, lengths);
            inputs.add(input);
            split.add(Tensors.filled(i -> (5 * i + 1) % 7 - 2, input.lengths(input.axes, lengths)));
            tensors.add(new Shaped<>(split.getLast().data(),
                    input.shape.stream().mapToLong(Long::longValue).toArray()));
        }
        Axis[] given = used.stream().map(name -> axis(name, Oracle.at(lengths, name))).toArray(Axis[]::new);
        Spelt output = Spelt.of(random, used.stream().filter(_ -> random.nextBoolean()).toList(), lengths);
        String pattern = String.join(", ", inputs.stream().map(Spelt::text).toList()) + " -> " + output.text;
        Shaped<float[]> result = einsum(tensors, pattern, given);
        assertEquals(output.shape, Arrays.stream(result.shape()).boxed().toList(), pattern);
        List<List<String>> axes = inputs.stream().map(Spelt::axes).toList();
        assertArrayEquals(Oracle.einsum(axes, output.axes, split, lengths),
                Tensors.reals(result), 0, pattern);
    }

    @Test
    void aHeadOfAttention() {
        Shaped<float[]> x = Tensors.counting(2, 6);
        Shaped<float[]> w = Tensors.counting(6, 4);
        Shaped<float[]> y = einsum(x, w, "b (h d), (h d) o -> b h o", axis("h", 3));
        Shaped<float[]> same = einsum(Einops.rearrange(x, "b (h d) -> b h d", axis("h", 3)),
                Einops.rearrange(w, "(h d) o -> h d o", axis("h", 3)), "b h d, h d o -> b h o");
        assertArrayEquals(same.shape(), y.shape());
        assertArrayEquals(same.data(), y.data());
    }

    @Test
    void lengthsAreInferredFromOtherTensors() {
        assertArrayEquals(new long[] {2, 3}, einsum(Tensors.counting(6), Tensors.counting(12),
                Tensors.counting(2), "(i j), (j k i), i -> k j").shape());
    }

    @Test
    void anEllipsisIsMerged() {
        assertArrayEquals(new long[] {20, 6}, einsum(Tensors.counting(4, 5, 3), Tensors.counting(3, 6),
                "... c, c d -> (...) d").shape());
    }

    @Test
    void differentGivenLengthsAreDifferentCalls() {
        Shaped<float[]> x = Tensors.counting(6);
        assertArrayEquals(new long[] {2}, einsum(x, "(i j) -> i", axis("i", 2)).shape());
        assertArrayEquals(new long[] {3}, einsum(x, "(i j) -> i", axis("i", 3)).shape());
    }

    @Test
    void theReportShowsNumbers() {
        String report = Einops.einsumPath(List.of(Tensors.counting(6)), "(i 3) -> 2 i").toString();
        assertTrue(report.contains("i 3 -> i"), report);
        assertEquals(6, Einops.einsumPath(List.of(Tensors.counting(6)), "(i 3) -> 2 i").naive());
    }
}
