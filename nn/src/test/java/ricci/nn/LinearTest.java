package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import ricci.Key;
import ricci.Random;
import ricci.Ricci;
import ricci.einops.EinopsException;

/** The affine layer. */
class LinearTest {
    @Property(tries = 50)
    void mapsTheLastAxisAndKeepsTheOthers(
            @ForAll @Size(max = 3) List<@IntRange(min = 1, max = 4) Integer> leading,
            @ForAll @IntRange(min = 1, max = 5) int inputs, @ForAll @IntRange(min = 1, max = 5) int outputs,
            @ForAll long seed) {
        List<Key> keys = Key.of(seed).split(3);
        Linear layer = new Linear(Random.normal(keys.get(0), inputs, outputs),
                Random.normal(keys.get(1), outputs));
        long[] lengths = new long[leading.size() + 1];
        Arrays.setAll(lengths, i -> i < leading.size() ? leading.get(i) : inputs);
        var x = Random.normal(keys.get(2), lengths);
        double[] w = layer.weight().toDoubles();
        double[] b = layer.bias().toDoubles();
        double[] in = x.toDoubles();
        double[] expected = new double[in.length / inputs * outputs];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = b[i % outputs];
            for (int k = 0; k < inputs; k++) {
                expected[i] += in[i / outputs * inputs + k] * w[k * outputs + i % outputs];
            }
        }
        var y = layer.apply(x);
        lengths[leading.size()] = outputs;
        assertArrayEquals(lengths, y.shape().toArray());
        assertArrayEquals(expected, y.toDoubles(), 1e-5);
    }

    @Test
    void weightsStartWithVarianceTwoOverInputsAndBiasesWithZero() {
        Linear layer = Linear.init(Key.of(3), 50, 400);
        double mean = layer.weight().mean().item();
        assertEquals(0, mean, 0.01);
        assertEquals(2.0 / 50, layer.weight().square().mean().item() - mean * mean, 0.002);
        assertArrayEquals(new float[400], layer.bias().toFloats());
        assertArrayEquals(layer.weight().toFloats(), Linear.init(Key.of(3), 50, 400).weight().toFloats());
        assertNotEquals(layer.weight().sum().item(), Linear.init(Key.of(4), 50, 400).weight().sum().item());
    }

    @Test
    void anInputOfAnotherLengthIsRefused() {
        Linear layer = Linear.init(Key.of(1), 3, 2);
        assertThrows(EinopsException.class, () -> layer.apply(Ricci.zeros(5, 4)));
        assertThrows(EinopsException.class, () -> layer.apply(Ricci.tensor(1f)));
    }
}
