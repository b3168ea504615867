package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Contractions are sums of products, whatever order the axes are in and whatever holds the elements. */
class MatrixProductTest {
    /** Axes of b, m, k and n, in some order for each operand. */
    private record Operands(List<Integer> lengths, List<Integer> a, List<Integer> b) {
        static Operands random(Random random) {
            Integer[] lengths = new Integer[4];
            for (int i = 0; i < 4; i++) {
                lengths[i] = random.nextInt(30) == 0 ? 0
                        : 1 + random.nextInt(i == 0 ? 3 : random.nextInt(3) == 0 ? 300 : 9);
            }
            lengths[1] = Math.min(lengths[1], 20);
            List<Integer> a = new ArrayList<>(List.of(0, 1, 2));
            List<Integer> b = new ArrayList<>(List.of(0, 2, 3));
            Collections.shuffle(a, random);
            Collections.shuffle(b, random);
            return new Operands(List.of(lengths), a, b);
        }

        long[] shape(List<Integer> axes) {
            return axes.stream().mapToLong(lengths::get).toArray();
        }

        int place(List<Integer> axes, int... index) {
            int place = 0;
            for (int axis : axes) {
                place = place * lengths.get(axis) + index[axis];
            }
            return place;
        }

        double[] product(double[] x, double[] y) {
            int m = lengths.get(1);
            int n = lengths.get(3);
            double[] product = new double[lengths.get(0) * m * n];
            for (int i = 0; i < product.length; i++) {
                for (int k = 0; k < lengths.get(2); k++) {
                    product[i] += x[place(a, i / (m * n), i / n % m, k, i % n)]
                            * y[place(b, i / (m * n), i / n % m, k, i % n)];
                }
            }
            return product;
        }

        Contraction contraction() {
            return new Contraction(List.of(a.indexOf(0)), List.of(b.indexOf(0)), List.of(a.indexOf(2)),
                    List.of(b.indexOf(2)));
        }
    }

    @Property
    void products(@ForAll long seed, @ForAll ElementType type, @ForAll StorageKind kind) {
        Random random = new Random(seed);
        Operands operands = Operands.random(random);
        // No larger, so that sums of bytes do not wrap.
        Shaped<?> a = type.of(Tensors.filled(_ -> random.nextInt(40) == 0 ? 1 : 0,
                operands.shape(operands.a)));
        Shaped<?> b = type.of(Tensors.filled(_ -> random.nextInt(2), operands.shape(operands.b)));
        double[] expected = operands.product(Tensors.reals(a), Tensors.reals(b));
        Shaped<?> product = ShapedBackend.PLAIN.contract(new Shaped<>(kind.of(a.data()), a.shape()),
                new Shaped<>(kind.of(b.data()), b.shape()), operands.contraction());
        if (Storage.type(product.data()) == boolean.class) {
            expected = java.util.Arrays.stream(expected).map(x -> Math.min(x, 1)).toArray();
        }
        assertArrayEquals(operands.shape(List.of(0, 1, 3)),
                product.shape());
        assertArrayEquals(expected, Tensors.reals(new Shaped<>(Storage.array(product.data()),
                product.shape())), operands::toString);
    }

    /** Wider than a block, with rows and depths that leave a rest, and integers that are exact everywhere. */
    @Property(tries = 40)
    void wideProducts(@ForAll long seed, @ForAll ElementType type) {
        Assume.that(type != ElementType.BOOLEAN);
        Random random = new Random(seed);
        int m = 1 + random.nextInt(19);
        int k = 1 + random.nextInt(300);
        int n = 200 + random.nextInt(900);
        Shaped<?> a = type.of(Tensors.filled(_ -> random.nextInt(40) == 0 ? random.nextInt(3) : 0, 2, m, k));
        Shaped<?> b = type.of(Tensors.filled(_ -> random.nextInt(3), 2, k, n));
        double[] x = Tensors.reals(a);
        double[] y = Tensors.reals(b);
        double[] expected = new double[2 * m * n];
        for (int row = 0; row < 2 * m; row++) {
            for (int l = 0; l < k; l++) {
                for (int j = 0; j < n; j++) {
                    expected[row * n + j] += x[row * k + l] * y[(row / m * k + l) * n + j];
                }
            }
        }
        Shaped<?> product = ShapedBackend.PLAIN.contract(a, b,
                new Contraction(List.of(0), List.of(0), List.of(2), List.of(1)));
        assertArrayEquals(expected, Tensors.reals(product), () -> m + " " + k + " " + n);
    }

    @Property
    void typesMeet(@ForAll ElementType one, @ForAll ElementType other) {
        Shaped<?> a = one.of(Tensors.filled(i -> i == 0 ? 1 : 0, 2, 3));
        Shaped<?> b = other.of(Tensors.filled(_ -> 1, 3, 9));
        Object product = ShapedBackend.PLAIN.contract(a, b,
                new Contraction(List.of(), List.of(), List.of(1), List.of(0))).data();
        boolean floats = Primitives.isFloat(a.data()) || Primitives.isFloat(b.data());
        boolean wide = one == ElementType.DOUBLE || other == ElementType.DOUBLE;
        Class<?> expected = one == other ? a.data().getClass() : wide ? double[].class
                : floats ? float[].class : long[].class;
        assertEquals(expected, product.getClass());
    }

    /** Against sums in double. */
    @Test
    void floatsAreAsExactAsTheyAreElsewhere() {
        Random random = new Random(1);
        int k = 5000;
        Shaped<float[]> a = Tensors.filled(_ -> random.nextDouble(), 3, k);
        Shaped<float[]> b = Tensors.filled(_ -> random.nextDouble(), k, 16);
        float[] product = Einops.einsum(a, b, "m k, k n -> m n").data();
        for (int i = 0; i < product.length; i++) {
            int row = i / 16;
            int column = i % 16;
            double exact = IntStream.range(0, k)
                    .mapToDouble(l -> (double) a.data()[row * k + l] * b.data()[l * 16 + column]).sum();
            assertEquals(exact, product[i], 1e-6 * exact);
        }
    }
}
