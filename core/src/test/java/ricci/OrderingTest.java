package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.Ordering.clamp;
import static ricci.Ordering.histogram;
import static ricci.Ordering.searchSorted;
import static ricci.Ordering.topK;
import static ricci.Ricci.arange;
import static ricci.Ricci.grad;
import static ricci.Ricci.ones;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;
import static ricci.Slices.dynamicSlice;
import static ricci.Slices.dynamicUpdateSlice;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/** Bounds, the greatest, searching and counting, and slices at positions that are data. */
class OrderingTest {
    private static final float NAN = Float.NaN;

    @Test
    void theGreatestComeFirstAndNaNIsTheGreatest() {
        Tensor x = tensor(new float[] {1, 5, NAN, 5, -2, Float.POSITIVE_INFINITY});
        Ordering.TopK top = topK(x, 4);
        assertArrayEquals(new float[] {NAN, Float.POSITIVE_INFINITY, 5, 5}, top.values().toFloats());
        assertArrayEquals(new int[] {2, 5, 1, 3}, top.indices().toInts());
        Ordering.TopK columns = topK(tensor(new float[][] {{1, 9}, {3, 2}, {2, 5}}), 2, 0);
        assertArrayEquals(new float[] {3, 9, 2, 5}, columns.values().toFloats());
        assertArrayEquals(new int[] {1, 0, 2, 2}, columns.indices().toInts());
        assertArrayEquals(new int[] {0, 1}, topK(tensor(new float[] {-0f, 0f}), 2).indices().toInts());
        assertThrows(RicciException.Shape.class, () -> topK(x, 7));
        assertThrows(RicciException.Shape.class, () -> topK(tensor(1f), 0));
    }

    @Test
    void theDerivativeOfClampIsOneInsideOnly() {
        Tensor x = tensor(new float[] {-2, -1, 0, 1, 2});
        assertArrayEquals(new float[] {-1, -1, 0, 1, 1}, clamp(x, -1, 1).toFloats());
        assertArrayEquals(new float[] {0, 0, 1, 0, 0},
                grad((Tensor v) -> clamp(v, -1, 1).sum()).apply(x).toFloats());
        assertEquals(1, grad((Tensor low) -> clamp(x, low, tensor(1f)).sum()).apply(tensor(-1f)).item());
        assertArrayEquals(new float[] {NAN}, clamp(tensor(new float[] {NAN}), 0, 1).toFloats());
        assertArrayEquals(new long[] {0, 2, 3}, clamp(tensor(new int[] {-4, 2, 9}), 0, 3).toLongs());
    }

    @Property(tries = 200)
    void searchingFindsWhereASortedVectorGrows(@ForAll long seed) {
        java.util.Random random = new java.util.Random(seed);
        double[] sorted = random.ints(random.nextInt(9), 0, 6)
                .mapToDouble(v -> v == 5 ? Double.NaN : v).sorted().toArray();
        double[] values = random.ints(7, -1, 7).mapToDouble(v -> v == 6 ? Double.NaN : v).toArray();
        int[] left = searchSorted(tensor(sorted, sorted.length), tensor(values), Ordering.Side.LEFT).toInts();
        int[] right = searchSorted(tensor(sorted, sorted.length), tensor(values), Ordering.Side.RIGHT)
                .toInts();
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            assertEquals(Arrays.stream(sorted).filter(s -> Double.compare(s, value) < 0).count(), left[i]);
            assertEquals(Arrays.stream(sorted).filter(s -> Double.compare(s, value) <= 0).count(), right[i]);
        }
    }

    @Test
    void counting() {
        Tensor x = tensor(new int[] {1, 3, 1, 0, -1, 9}, 2, 3);
        assertArrayEquals(new long[] {1, 2, 0, 1}, Ordering.bincount(x, 4).toLongs());
        assertArrayEquals(new float[] {0.5f, 1, 0, 0.5f},
                Ordering.bincount(x, ones(2, 3).mul(0.5), 4).toFloats());
        Tensor v = tensor(new float[] {0, 0.5f, 1, 2, 3, 3.5f, -1, NAN});
        assertArrayEquals(new long[] {2, 1, 2}, histogram(v, 3, 0, 3).toLongs());
        assertArrayEquals(new long[0], histogram(v, tensor(new float[] {1})).toLongs());
        assertThrows(RicciException.class, () -> histogram(v, 3, 1, 1));
        assertThrows(RicciException.class, () -> Ordering.bincount(v, 3));
    }

    @Test
    void severalTensorsAreSortedByTheFirst() {
        List<Tensor> sorted = Ordering.sort(List.of(tensor(new int[] {2, 1, 2, 1}),
                tensor(new float[] {4, 3, 2, 9}), arange(4)), 2, 0);
        assertArrayEquals(new int[] {1, 1, 2, 2}, sorted.get(0).toInts());
        assertArrayEquals(new float[] {3, 9, 2, 4}, sorted.get(1).toFloats());
        assertArrayEquals(new int[] {1, 3, 2, 0}, sorted.get(2).toInts());
    }

    @Test
    void slicesStartWhereDataSays() {
        Tensor x = arange(12).reshape(3, 4);
        Tensor at = tensor(new int[] {1}).reshape();
        assertArrayEquals(new int[] {5, 6, 9, 10}, dynamicSlice(x, List.of(at, at), 2, 2).toInts());
        // From the end, once, and moved inside.
        assertArrayEquals(new int[] {6, 7, 10, 11}, dynamicSlice(x, List.of(at.sub(3), at.add(90)), 2, 2)
                .toInts());
        assertArrayEquals(new int[] {0, 1, 2, 3}, dynamicSlice(x, 0, at.sub(90), 1).toInts());
        assertArrayEquals(new int[] {0, 1, 2, 3, -1, -1, 6, 7, 8, 9, 10, 11}, dynamicUpdateSlice(
                x, tensor(new int[] {-1, -1}, 1, 2), 0, at).toInts());
        Tensor rows = vmap((Tensor i) -> dynamicSlice(x, 0, i, 1).reshape(4))
                .apply(tensor(new int[] {2, -3}));
        assertArrayEquals(new int[] {8, 9, 10, 11, 0, 1, 2, 3}, rows.toInts());
        Tensor d = grad((Tensor v) -> dynamicSlice(v, 0, at, 2).mul(tensor(new float[] {2, 3})).sum())
                .apply(ones(4));
        assertArrayEquals(new float[] {0, 2, 3, 0}, d.toFloats());
        assertThrows(RicciException.class, () -> dynamicSlice(x, List.of(at), 2, 2));
        assertThrows(RicciException.class, () -> dynamicSlice(x, 0, tensor(1f), 2));
        assertThrows(RicciException.class, () -> dynamicSlice(x, 0, at, 4));
    }

    @Test
    void splitting() {
        Tensor x = arange(6);
        List<Tensor> parts = Manipulation.splitLengths(x, 0, 1, 3, 2);
        assertArrayEquals(new int[] {1, 2, 3}, parts.get(1).toInts());
        assertEquals(Shape.of(2), Manipulation.split(x, 3, -1).getLast().shape());
        assertThrows(RicciException.Shape.class, () -> Manipulation.splitLengths(x, 0, 1, 3));
        assertThrows(RicciException.Shape.class, () -> Manipulation.split(x, 4, 0));
        assertEquals(DType.I32, parts.getFirst().dtype());
    }
}
