package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The order in which an einsum contracts its operands does not show in its result. */
class EinsumOrderTest {
    private static final List<String> NAMES = List.of("i", "j", "k", "l");

    @Property
    void isTheSumOfProductsWhateverTheOrder(@ForAll long seed) {
        Random random = new Random(seed);
        Map<String, Long> lengths = new HashMap<>();
        NAMES.forEach(name -> lengths.put(name, 1L + random.nextInt(3)));
        List<List<String>> inputs = new ArrayList<>();
        List<Shaped<float[]>> tensors = new ArrayList<>();
        for (int n = 3 + random.nextInt(8); n > 0; n--) {
            List<String> own = NAMES.stream().filter(_ -> random.nextInt(5) < 2).toList();
            inputs.add(own);
            // Elements are -1, 0 and 1: sums of products are exact in any order.
            tensors.add(Tensors.filled(_ -> random.nextInt(3) - 1,
                    own.stream().mapToLong(name -> Oracle.at(lengths, name)).toArray()));
        }
        List<String> output = NAMES.stream().filter(name -> random.nextInt(3) == 0
                && inputs.stream().anyMatch(own -> own.contains(name))).toList();
        List<String> sides = inputs.stream().map(own -> String.join(" ", own)).toList();
        String pattern = String.join(", ", sides) + " -> " + String.join(" ", output);
        assertArrayEquals(Oracle.einsum(inputs, output, tensors, lengths),
                Tensors.reals(Einops.einsum(tensors, pattern)), 0, pattern);
    }

    @Test
    void contractsTheCheapPairFirst() {
        List<long[]> shapes = List.of(new long[] {70, 70}, new long[] {70, 700}, new long[] {700, 10});
        assertEquals("contract tensor 2 with 3, [1] with [0], then contract tensor 1 with 2, [1] with [0]",
                EinsumPlanner.plan(new Call("einsum", "i j, j k, k l -> i l", List.of()), List.of(), shapes)
                        .toString());
    }
}
