package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.reduce;
import static ricci.einops.Einops.shaped;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A shaped array is its elements and a shape that fits them. */
class ShapedTest {
    @Test
    void sharesTheArrayButNotTheShape() {
        float[] data = {1, 2, 3, 4};
        long[] shape = {2, 2};
        Shaped<float[]> x = shaped(data, shape);
        shape[0] = 7;
        x.shape()[0] = 9;
        assertSame(data, x.data());
        assertArrayEquals(new long[] {2, 2}, x.shape());
    }

    @Test
    void equalsByElementsAndShape() {
        assertEquals(Tensors.counting(2, 2), Tensors.counting(2, 2));
        assertEquals(Tensors.counting(2, 2).hashCode(), Tensors.counting(2, 2).hashCode());
        assertNotEquals(Tensors.counting(2, 2), Tensors.counting(4));
        assertNotEquals(Tensors.counting(2), shaped(new double[] {0, 1}, 2));
    }

    @Test
    void printsTypeShapeAndElements() {
        assertEquals("float[2,1] [0.0, 1.0]", Tensors.counting(2, 1).toString());
        assertEquals("int[] [7]", shaped(new int[] {7}).toString());
    }

    @Test
    void shapesThatDoNotFit() {
        for (long[] shape : List.of(new long[] {}, new long[] {3}, new long[] {-2, -2},
                new long[] {1L << 32, 1L << 32})) {
            assertThrows(IllegalArgumentException.class, () -> shaped(new float[4], shape));
            assertThrows(IllegalArgumentException.class, () -> shaped(new float[0], shape));
        }
        assertThrows(IllegalArgumentException.class, () -> shaped(new float[4], (1L << 62) + 1, 4));
    }

    @Test
    void elementsAreInArraysOfPrimitives() {
        assertThrows(IllegalArgumentException.class, () -> shaped("text", 4));
        assertThrows(IllegalArgumentException.class, () -> shaped(new float[2][2], 2, 2));
    }

    static List<Object> arrays() {
        return List.of(new float[] {1, 2, 3, 4, 5, 6}, new double[] {1, 2, 3, 4, 5, 6},
                new int[] {1, 2, 3, 4, 5, 6},
                new long[] {1, 2, 3, 4, 5, 6}, new short[] {1, 2, 3, 4, 5, 6}, new byte[] {1, 2, 3, 4, 5, 6},
                new char[] {1, 2, 3, 4, 5, 6});
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void everyPrimitiveType(Object array) {
        Shaped<?> x = shaped(array, 2, 3);
        Shaped<?> turned = Einops.rearrange(x, "a b -> b a");
        assertSame(array.getClass(), turned.data().getClass());
        assertArrayEquals(new double[] {1, 4, 2, 5, 3, 6}, Tensors.reals(turned));
        assertArrayEquals(new double[] {3, 6}, Tensors.reals(reduce(x, "a b -> a", Reduction.MAX)));
        assertArrayEquals(new double[] {1, 4}, Tensors.reals(reduce(x, "a b -> a", Reduction.MIN)));
        assertArrayEquals(new double[] {6, 15}, Tensors.reals(reduce(x, "a b -> a", Reduction.SUM)));
        assertArrayEquals(new double[] {6, 120}, Tensors.reals(reduce(x, "a b -> a", Reduction.PROD)));
        assertArrayEquals(new double[] {2.5, 3.5, 4.5}, Tensors.reals(reduce(x, "a b -> b", Reduction.MEAN)));
        assertArrayEquals(new double[] {14, 32, 32, 77},
                Tensors.reals(Einops.einsum(x, x, "a b, c b -> a c")));
    }

    @Test
    void truths() {
        Shaped<?> x = shaped(new boolean[] {true, false, true, true}, 2, 2);
        assertEquals(shaped(new boolean[] {true, true}, 2), reduce(x, "a b -> a", Reduction.ANY));
        assertEquals(shaped(new boolean[] {false, true}, 2), reduce(x, "a b -> a", Reduction.ALL));
        assertEquals(shaped(new long[] {1, 2}, 2), reduce(x, "a b -> a", Reduction.SUM));
    }

    @Test
    void notANumber() {
        Shaped<float[]> x = shaped(new float[] {1, Float.NaN, 2, 3}, 2, 2);
        for (Reduction reduction : List.of(Reduction.MAX, Reduction.MIN, Reduction.SUM, Reduction.MEAN,
                Reduction.PROD)) {
            float[] result = reduce(x, "a b -> a", reduction).data();
            assertTrue(Float.isNaN(result[0]) && result[1] > 1, () -> reduction + " of " + x);
        }
    }
}
