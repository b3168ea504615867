package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.einops.ContractionPath.Cost;
import ricci.einops.ContractionPath.Pair;

/** The order of contractions costs no more than any other, and no more than what peers find. */
class ContractionPathTest {
    /** An einsum whose operands are contracted; what only one operand has is summed before. */
    private record Sum(List<List<String>> operands, List<String> output, Map<String, Long> lengths) {
        ContractionPath path() {
            List<List<String>> needed = operands.stream()
                    .map(own -> own.stream().filter(this::isNeeded).toList()).toList();
            return new ContractionPath(needed, output, lengths);
        }

        private boolean isNeeded(String name) {
            return output.contains(name) || operands.stream().filter(own -> own.contains(name)).count() > 1;
        }

        static Sum random(Random random, int operands) {
            List<String> names = List.of("a", "b", "c", "d", "e", "f").subList(0, 2 + random.nextInt(5));
            Map<String, Long> lengths = new HashMap<>();
            names.forEach(name -> lengths.put(name, (long) random.nextInt(random.nextInt(10) == 0 ? 2 : 50)));
            List<List<String>> inputs = new ArrayList<>();
            for (int i = 0; i < operands; i++) {
                inputs.add(names.stream().filter(_ -> random.nextInt(3) == 0).toList());
            }
            List<String> output = names.stream().filter(name -> random.nextInt(4) == 0
                    && inputs.stream().anyMatch(own -> own.contains(name))).toList();
            return new Sum(inputs, output, lengths);
        }
    }

    static Stream<String> peers() {
        return Tensors.lines("/einsum-paths.txt");
    }

    @ParameterizedTest
    @MethodSource("peers")
    void costsNoMoreThanPeersPaths(String line) {
        String[] cells = line.split(" *\\| *", -1);
        String[] sides = cells[0].split(" *-> *", -1);
        List<List<String>> operands = Stream.of(sides[0].split(", ", -1))
                .map(side -> List.of(side.split(" ", -1))).toList();
        List<long[]> shapes = Stream.of(cells[1].split(";", -1)).map(Invocation::shape).toList();
        Map<String, Long> lengths = new HashMap<>();
        for (int i = 0; i < operands.size(); i++) {
            for (int axis = 0; axis < operands.get(i).size(); axis++) {
                lengths.put(operands.get(i).get(axis), shapes.get(i)[axis]);
            }
        }
        ContractionPath path = new Sum(operands, Invocation.words(sides[1], " ").toList(), lengths).path();
        long cost = path.cost(path.search()).multiplyAdds();
        assertTrue(cost <= Long.parseLong(cells[2]) && cost <= Long.parseLong(cells[3]),
                () -> cost + ": " + line);
    }

    @Property
    void upToEightOperandsNoOrderIsCheaper(@ForAll long seed) {
        Random random = new Random(seed);
        int operands = 1 + random.nextInt(5);
        ContractionPath path = Sum.random(random, operands).path();
        List<Integer> live = IntStream.range(0, operands).boxed().toList();
        assertEquals(cheapest(path, live, List.of()), path.cost(path.search()));
    }

    /** Of all orders, one by one. */
    private static Cost cheapest(ContractionPath path, List<Integer> live, List<Pair> sofar) {
        return live.size() == 1 ? path.cost(sofar) : live.stream()
                .flatMap(a -> live.stream().filter(b -> a < b).map(b -> new Pair(a, b)))
                .map(pair -> cheapest(path, live.stream().filter(i -> i != pair.b()).toList(),
                        Stream.concat(sofar.stream(), Stream.of(pair)).toList()))
                .min(Cost::compareTo).orElseThrow();
    }

    @Property
    void noPathCostsMoreThanLeftToRight(@ForAll long seed) {
        Random random = new Random(seed);
        ContractionPath path = Sum.random(random, 1 + random.nextInt(14)).path();
        assertTrue(path.cost(path.search()).compareTo(path.cost(path.leftToRight())) <= 0);
    }

    @Test
    void equalCostsAreContractedFromLeftToRight() {
        for (int n = 1; n <= 12; n++) {
            List<List<String>> vectors = Collections.nCopies(n, List.of("i"));
            ContractionPath path = new Sum(vectors, List.of(), Map.of("i", 3L)).path();
            assertEquals(path.leftToRight(), path.search());
        }
    }

    @Test
    void aLongChainIsContractedFromItsThinEnd() {
        List<List<String>> chain = new ArrayList<>();
        Map<String, Long> lengths = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            chain.add(List.of("x" + i, "x" + (i + 1)));
            lengths.put("x" + i, 10L);
        }
        lengths.put("x60", 1L);
        ContractionPath path = new Sum(chain, List.of("x0", "x60"), lengths).path();
        assertEquals(5900, path.cost(path.search()).multiplyAdds());
    }

    @Test
    void costsBeyondALongAreTheGreatest() {
        long huge = 1L << 40;
        ContractionPath path = new Sum(List.of(List.of("i", "j"), List.of("j", "k"), List.of("k", "i")),
                List.of(), Map.of("i", huge, "j", huge, "k", huge)).path();
        assertEquals(new Cost(Long.MAX_VALUE, Long.MAX_VALUE), path.cost(path.search()));
    }
}
