package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.Key;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.RicciException;

/** Shuffled batches of a data set. */
class BatchesTest {
    /** Examples that carry their number twice. */
    public record Data(Tensor x, List<Tensor> rest) {}

    private static Data examples(int count) {
        return new Data(Ricci.arange(count), List.of(Ricci.arange(2L * count).reshape(count, 2)));
    }

    private static List<Integer> order(Batches<Data> batches, int epoch) {
        List<Integer> order = new ArrayList<>();
        for (Data batch : batches.epoch(epoch)) {
            Arrays.stream(batch.x().toInts()).forEach(order::add);
        }
        return order;
    }

    @Property(tries = 60)
    void anEpochVisitsEveryExampleOnceButTheRemainder(@ForAll @IntRange(min = 1, max = 60) int count,
            @ForAll @IntRange(min = 1, max = 60) int wanted, @ForAll long seed,
            @ForAll @IntRange(max = 5) int epoch) {
        int size = Math.min(wanted, count);
        Batches<Data> batches = new Batches<>(examples(count), size, Key.of(seed));
        assertEquals(count / size, batches.perEpoch());
        int seen = 0;
        for (Data batch : batches.epoch(epoch)) {
            int[] numbers = batch.x().toInts();
            assertEquals(size, numbers.length);
            int[] pairs = batch.rest().getFirst().toInts();
            for (int i = 0; i < size; i++) {
                assertArrayEquals(new int[] {2 * numbers[i], 2 * numbers[i] + 1},
                        Arrays.copyOfRange(pairs, 2 * i, 2 * i + 2), "all tensors go together");
            }
            seen++;
        }
        List<Integer> order = order(batches, epoch);
        assertEquals(batches.perEpoch(), seen);
        assertEquals(size * (count / size), new HashSet<>(order).size(), "none twice");
        assertTrue(order.stream().allMatch(i -> i >= 0 && i < count));
    }

    @Property(tries = 30)
    void theOrderDependsOnKeyAndEpochAlone(@ForAll long seed) {
        Batches<Data> batches = new Batches<>(examples(40), 7, Key.of(seed));
        List<Integer> first = order(batches, 0);
        assertEquals(first, order(batches, 0), "asked twice");
        assertEquals(first, order(new Batches<>(examples(40), 7, Key.of(seed)), 0));
        assertFalse(first.equals(order(batches, 1)), "another epoch");
        Key other = Key.of(seed).foldIn(1);
        assertFalse(first.equals(order(new Batches<>(examples(40), 7, other), 0)), "another key");
    }

    @Test
    void anEpochCanBeWalkedTwice() {
        Iterable<Data> epoch = new Batches<>(examples(10), 3, Key.of(1)).epoch(2);
        List<Integer> first = new ArrayList<>();
        epoch.forEach(batch -> first.add(batch.x().toInts()[0]));
        List<Integer> second = new ArrayList<>();
        epoch.forEach(batch -> second.add(batch.x().toInts()[0]));
        assertEquals(3, first.size());
        assertEquals(first, second);
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        for (int size : new int[] {0, -1, 11}) {
            var refusal = assertThrows(RicciException.Argument.class,
                    () -> new Batches<>(examples(10), size, Key.of(1)));
            assertTrue(refusal.fix().contains("from 1 to 10"), refusal.fix());
        }
    }

    @Test
    void tensorsThatCountOtherExamplesAreRefused() {
        assertThrows(RicciException.Shape.class,
                () -> Batches.countExamples(List.of(Ricci.zeros(3), Ricci.zeros(4))));
        assertThrows(RicciException.Shape.class, () -> Batches.countExamples(Ricci.tensor(1f)));
        assertThrows(RicciException.Shape.class, () -> Batches.countExamples("no tensors"));
        assertEquals(3, Batches.countExamples(List.of(Ricci.zeros(3), Ricci.zeros(3, 9))));
    }

    @Test
    void rowsAreTakenOfEveryTensor() {
        Data rows = Batches.rows(examples(5), Ricci.tensor(new int[] {4, 0}));
        assertArrayEquals(new int[] {4, 0}, rows.x().toInts());
        assertArrayEquals(new int[] {8, 9, 0, 1}, rows.rest().getFirst().toInts());
    }
}
