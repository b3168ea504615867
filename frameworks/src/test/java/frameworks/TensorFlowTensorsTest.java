package frameworks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;
import ricci.einops.Einops;
import ricci.einops.EinopsException;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/** TensorFlow's tensors outside of a session. */
class TensorFlowTensorsTest extends FrameworkTest<TType> {
    @Override
    Set<ElementType> types() {
        return EnumSet.complementOf(EnumSet.of(ElementType.SHORT, ElementType.BYTE));
    }

    @Override
    TType tensor(Shaped<?> x) {
        return Values.tensor(x);
    }

    @Override
    Shaped<?> elements(TType x) {
        return Values.elements(x);
    }

    @Override
    Stream<TType> layouts(TType x) {
        return Stream.of(x);
    }

    /** They are computed as arrays. */
    @Override
    String described(long... shape) {
        return "float" + Arrays.toString(shape).replace(" ", "");
    }

    @Override
    Reduction norm() {
        return NORM_OF_ARRAYS;
    }

    @Test
    void typesStay() {
        TFloat32 x = TFloat32.tensorOf(Shape.of(2, 2), DataBuffers.of(1f, 2, 3, 4));
        TFloat32 y = Einops.rearrange(x, "a b -> (b a)");
        assertEquals(3, y.getFloat(1));
        TUint8 bytes = TUint8.tensorOf(Shape.of(2), DataBuffers.of((byte) 200, (byte) 1));
        TUint8 twice = Einops.repeat(bytes, "a -> (a 2)");
        assertEquals((byte) 200, twice.getByte(1));
        TUint16 shorts = TUint16.tensorOf(Shape.of(2), DataBuffers.of((short) 40_000, (short) 1));
        TUint16 one = Einops.reduce(shorts, "a -> 1", Reduction.MAX);
        assertEquals((short) 40_000, one.getShort(0));
        TType sum = Einops.<TType>reduce(shorts, "a -> 1", Reduction.SUM);
        assertArrayEquals(new long[] {40_001}, (long[]) elements(sum).data());
    }

    @Test
    void halvesStayHalves() {
        TFloat16 half = TFloat16.tensorOf(Shape.of(2), DataBuffers.of(1f, 2));
        assertEquals(1.5f, Einops.reduce(half, "a -> 1", Reduction.MEAN).getFloat(0));
        TBfloat16 bhalf = TBfloat16.tensorOf(Shape.of(2), DataBuffers.of(1f, 2));
        assertEquals(1.5f, Einops.reduce(bhalf, "a -> 1", Reduction.MEAN).getFloat(0));
    }

    @Test
    void text() {
        TString x = TString.tensorOf(NdArrays.vectorOfObjects("a", "b"));
        EinopsException e = assertThrows(EinopsException.class, () -> Einops.rearrange(x, "a -> a 1"));
        assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
    }
}
