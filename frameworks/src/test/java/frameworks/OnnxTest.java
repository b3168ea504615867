package frameworks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import frameworks.examples.OnnxExample;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ricci.einops.Einops;
import ricci.einops.EinopsException;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/** ONNX Runtime's tensors. */
class OnnxTest extends FrameworkTest<OnnxTensor> {
    private static final OrtEnvironment ORT = OrtEnvironment.getEnvironment();

    @Override
    Set<ElementType> types() {
        return EnumSet.allOf(ElementType.class);
    }

    @Override
    OnnxTensor tensor(Shaped<?> x) {
        try {
            return switch (x.data()) {
                case float[] a -> OnnxTensor.createTensor(ORT, FloatBuffer.wrap(a), x.shape());
                case double[] a -> OnnxTensor.createTensor(ORT, DoubleBuffer.wrap(a), x.shape());
                case int[] a -> OnnxTensor.createTensor(ORT, IntBuffer.wrap(a), x.shape());
                case long[] a -> OnnxTensor.createTensor(ORT, LongBuffer.wrap(a), x.shape());
                case short[] a -> OnnxTensor.createTensor(ORT, ShortBuffer.wrap(a), x.shape());
                case byte[] a ->
                        OnnxTensor.createTensor(ORT, ByteBuffer.wrap(a), x.shape(), OnnxJavaType.INT8);
                default -> {
                    boolean[] a = (boolean[]) x.data();
                    byte[] bytes = new byte[a.length];
                    for (int i = 0; i < a.length; i++) {
                        bytes[i] = (byte) (a[i] ? 1 : 0);
                    }
                    yield OnnxTensor.createTensor(ORT, ByteBuffer.wrap(bytes), x.shape(), OnnxJavaType.BOOL);
                }
            };
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    /** By the copies that ONNX Runtime makes of its own memory. */
    @Override
    Shaped<?> elements(OnnxTensor x) {
        byte[] bytes = new byte[x.getByteBuffer().remaining()];
        x.getByteBuffer().get(bytes);
        return new Shaped<>(switch (x.getInfo().type) {
            case FLOAT -> x.getFloatBuffer().array();
            case DOUBLE -> x.getDoubleBuffer().array();
            case INT32 -> x.getIntBuffer().array();
            case INT64 -> x.getLongBuffer().array();
            case INT16 -> x.getShortBuffer().array();
            case INT8 -> bytes;
            default -> {
                boolean[] truths = new boolean[bytes.length];
                for (int i = 0; i < truths.length; i++) {
                    truths[i] = bytes[i] != 0;
                }
                yield truths;
            }
        }, x.getInfo().getShape());
    }

    /** Of a heap buffer, of a part of a direct one, of bytes, and of an array. */
    @Override
    Stream<OnnxTensor> layouts(OnnxTensor x) {
        float[] a = x.getFloatBuffer().array();
        long[] shape = x.getInfo().getShape();
        ByteBuffer bytes = ByteBuffer.allocateDirect(Float.BYTES * (a.length + 2))
                .order(ByteOrder.nativeOrder());
        FloatBuffer part = bytes.asFloatBuffer().position(1).limit(a.length + 1);
        part.duplicate().put(a);
        float[][] rows = new float[(int) shape[0]][(int) shape[1]];
        for (int i = 0; i < a.length; i++) {
            rows[i / (int) shape[1]][i % (int) shape[1]] = a[i];
        }
        try {
            ByteBuffer slice = bytes.duplicate().order(ByteOrder.nativeOrder()).position(Float.BYTES)
                    .limit(Float.BYTES * (a.length + 1));
            return Stream.of(x, OnnxTensor.createTensor(ORT, part, shape),
                    OnnxTensor.createTensor(ORT, slice, shape, OnnxJavaType.FLOAT),
                    OnnxTensor.createTensor(ORT, rows));
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
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
    void resultsAreOverMemoryOfJavas() {
        OnnxTensor y = Einops.rearrange(tensor(ElementType.FLOAT.filled(i -> i, 2, 3)), "a b -> b a");
        assertFalse(y.ownsBuffer());
        assertTrue(y.getBufferRef().orElseThrow().isDirect());
        y.close();
    }

    @Test
    void otherTypes() throws OrtException {
        OnnxTensor bytes = OnnxTensor.createTensor(ORT, ByteBuffer.wrap(new byte[] {1, (byte) 200, -1, 4}),
                new long[] {2, 2}, OnnxJavaType.UINT8);
        OnnxTensor turned = Einops.rearrange(bytes, "a b -> b a");
        assertEquals(OnnxJavaType.UINT8, turned.getInfo().type);
        assertArrayEquals(new byte[][] {{1, -1}, {(byte) 200, 4}}, (byte[][]) turned.getValue());
        assertArrayEquals(new long[] {201, 259},
                (long[]) Einops.reduce(bytes, "a b -> a", Reduction.SUM).getValue());
        for (OnnxJavaType type : List.of(OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16)) {
            ShortBuffer bits = ShortBuffer.allocate(5);
            for (float x : new float[] {1, 2.5f, -0.125f, 256, Float.NaN}) {
                bits.put(type == OnnxJavaType.FLOAT16 ? Float.floatToFloat16(x)
                        : (short) (Float.floatToIntBits(x) >> Short.SIZE));
            }
            OnnxTensor halves = OnnxTensor.createTensor(ORT, bits.flip(), new long[] {5}, type);
            OnnxTensor twice = Einops.repeat(halves, "a -> 2 a");
            assertEquals(type, twice.getInfo().type);
            float[] expected = {1, 2.5f, -0.125f, 256, Float.NaN, 1, 2.5f, -0.125f, 256, Float.NaN};
            assertArrayEquals(expected, floats(twice));
        }
    }

    @Test
    void roundsToTheNearestOfSixteenBits() throws OrtException {
        short one = (short) (Float.floatToIntBits(1) >> Short.SIZE);
        short next = (short) (one + 1);
        OnnxTensor x = OnnxTensor.createTensor(ORT, ShortBuffer.wrap(new short[] {one, next, next, next}),
                new long[] {2, 2}, OnnxJavaType.BFLOAT16);
        // The mean of the first two is in the middle, and the even one of its neighbours is 1.
        assertArrayEquals(new float[] {1, Float.intBitsToFloat(next << Short.SIZE)},
                floats(Einops.reduce(x, "a b -> a", Reduction.MEAN)));
    }

    private static float[] floats(OnnxTensor x) {
        FloatBuffer buffer = x.getFloatBuffer();
        float[] floats = new float[buffer.remaining()];
        buffer.get(floats);
        return floats;
    }

    @Test
    void whatIsClosedIsRefused() {
        OnnxTensor x = tensor(ElementType.FLOAT.filled(i -> i, 2));
        x.close();
        EinopsException e = assertThrows(EinopsException.class, () -> Einops.rearrange(x, "a -> a 1"));
        assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
    }

    @Test
    void text() throws OrtException {
        OnnxTensor x = OnnxTensor.createTensor(ORT, new String[] {"a"});
        EinopsException e = assertThrows(EinopsException.class, () -> Einops.rearrange(x, "a -> a 1"));
        assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
    }

    @Test
    void example() throws Throwable {
        assertEquals(List.of("input    [2, 3, 4, 4]", "pooled   [[22.5, 23.5, 24.5], [70.5, 71.5, 72.5]]",
                "best     [2, 2]"),
                Printed.by(OnnxExample::main));
    }
}
