package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.einops.EinopsException.Kind;

/** Indices are integers of any type, in any memory; nothing else is. */
class IndicesTest {
    private static final Shaped<float[]> X = Tensors.counting(3, 2);
    private static final Shaped<float[]> PLACES = Tensors.filled(i -> i == 1 ? 1 : 0, 4);

    private static EinopsException rejects(Kind kind, Executable call) {
        EinopsException e = assertThrows(EinopsException.class, call);
        assertEquals(kind, e.kind(), e::getMessage);
        return e;
    }

    @Property(tries = 200)
    void whateverHoldsThem(@ForAll ElementType type, @ForAll StorageKind kind) {
        Shaped<?> places = new Shaped<>(kind.of(type.of(PLACES).data()), 4);
        Class<?> stored = Storage.type(places.data());
        if (stored == float.class || stored == double.class || stored == boolean.class) {
            EinopsException e = rejects(Kind.INDEX_TYPE,
                    () -> Einops.<Shaped<?>>getAt(X, places, "[n] c, p -> p c"));
            assertTrue(String.valueOf(e.getMessage()).contains("the indices are " + stored + "[4]\n"),
                    e::getMessage);
            rejects(Kind.INDEX_TYPE,
                    () -> Einops.<Shaped<?>>setAt(X, places, Tensors.counting(2), "[n] c, p, c"));
        } else {
            assertEquals(new Shaped<>(new float[] {0, 1, 2, 3, 0, 1, 0, 1}, 4, 2),
                    Einops.<Shaped<?>>getAt(X, places, "[n] c, p -> p c"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoTypesTogether(ElementType type) {
        Shaped<?> longs = ElementType.LONG.of(PLACES);
        Executable call = () -> assertEquals(new Shaped<>(new float[] {0, 3, 0, 0}, 4),
                Einops.<Shaped<?>>getAt(X, List.of(longs, type.of(PLACES)), "[n m], p, p -> p"));
        switch (type) {
            case FLOAT, DOUBLE, BOOLEAN -> rejects(Kind.INDEX_TYPE, call);
            case INT, LONG, SHORT, BYTE, CHAR -> org.junit.jupiter.api.Assertions.assertDoesNotThrow(call);
        }
    }

    @Test
    void outOfBounds() {
        for (long place : new long[] {-1, 3, Long.MIN_VALUE, Long.MAX_VALUE}) {
            Shaped<?> places = new Shaped<>(new long[] {0, place}, 2);
            rejects(Kind.INDEX_OUT_OF_BOUNDS, () -> Einops.<Shaped<?>>getAt(X, places, "[n] c, p -> p c"));
            rejects(Kind.INDEX_OUT_OF_BOUNDS,
                    () -> Einops.<Shaped<?>>addAt(X, places, Tensors.counting(2), "[n] c, p, c"));
        }
    }

    @Test
    void noIndices() {
        List<Shaped<?>> none = List.of();
        rejects(Kind.NO_TENSORS, () -> Einops.<Shaped<?>>getAt(X, none, "[n] c -> c"));
        rejects(Kind.NO_TENSORS,
                () -> Einops.<Shaped<?>>setAt(X, none, Tensors.counting(2), "[n] c, c"));
    }

    /** An index that is out of bounds in a user's own code is not one of the call. */
    @Test
    void outOfBoundsElsewhere() {
        EinopsException e = rejects(Kind.BACKEND_FAILED, () -> Einops.reduce(X, "a b -> a",
                Reduction.of(Shaped.class, (x, axes) -> Tensors.counting(axes[7]))));
        assertTrue(e.getCause() instanceof ArrayIndexOutOfBoundsException);
    }
}
