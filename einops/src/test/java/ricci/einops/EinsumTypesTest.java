package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The types of products are those that the documentation of einsum says. */
class EinsumTypesTest {
    private static Class<?> type(Shaped<?> x) {
        return Storage.type(x.data());
    }

    @Property
    void ofTwoTypes(@ForAll ElementType one, @ForAll ElementType other, @ForAll StorageKind kind) {
        Shaped<?> a = one.of(Tensors.filled(_ -> 1, 2, 3));
        Shaped<?> b = other.of(Tensors.filled(_ -> 1, 3, 2));
        Shaped<?> stored = new Shaped<>(kind.of(a.data()), a.shape());
        Shaped<?> product = Einops.<Shaped<?>>einsum(stored, b, "i j, j k -> i k");
        Class<?> left = type(stored);
        Class<?> right = type(b);
        Class<?> expected = left == right ? left
                : left == double.class || right == double.class ? double.class
                : left == float.class || right == float.class ? float.class : long.class;
        // Buffers know no booleans.
        assertEquals(Storage.typeIn(product.data(), expected), type(product));
    }

    @ParameterizedTest
    @EnumSource
    void ofWhatIsSummedFirst(ElementType type) {
        Shaped<?> x = type.of(Tensors.filled(_ -> 1, 2, 3));
        Class<?> summed = Primitives.isFloat(x.data()) ? type(x) : long.class;
        assertEquals(summed, type(Einops.<Shaped<?>>einsum(x, "i j -> i")));
        assertEquals(summed, type(Einops.<Shaped<?>>einsum(x, x, "i j, i k -> i k")));
        assertEquals(type(x), type(Einops.<Shaped<?>>einsum(x, "i j -> j i")));
    }

    @Test
    void integersWrap() {
        Shaped<byte[]> x = new Shaped<>(new byte[] {100, 100}, 2);
        assertArrayEquals(new byte[] {(byte) 20_000}, Einops.einsum(x, x, "i, i -> 1").data());
        Shaped<int[]> y = new Shaped<>(new int[] {Integer.MAX_VALUE}, 1);
        assertArrayEquals(new int[] {1}, Einops.einsum(y, y, "i, i -> 1").data());
        Shaped<boolean[]> z = new Shaped<>(new boolean[] {true, true}, 2);
        assertArrayEquals(new boolean[] {true}, Einops.einsum(z, z, "i, i -> 1").data());
    }
}
