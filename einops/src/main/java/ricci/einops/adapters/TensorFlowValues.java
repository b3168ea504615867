package ricci.einops.adapters;

import java.util.Arrays;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;
import ricci.einops.Shaped;

/** The elements of TensorFlow's tensors: in Java arrays and back. */
final class TensorFlowValues {
    private TensorFlowValues() {}

    /** A copy; elements of 16 bits are read as floats, unsigned ones as ints. */
    static Shaped<?> read(TType x) {
        int count = Math.toIntExact(x.size());
        return new Shaped<>(switch (x) {
            case TFloat32 t -> floats(t, count);
            case TFloat16 t -> floats(t, count);
            case TBfloat16 t -> floats(t, count);
            case TFloat64 t -> {
                double[] a = new double[count];
                t.copyTo(DataBuffers.of(a, false, false));
                yield a;
            }
            case TInt32 t -> {
                int[] a = new int[count];
                t.copyTo(DataBuffers.of(a, false, false));
                yield a;
            }
            case TInt64 t -> {
                long[] a = new long[count];
                t.copyTo(DataBuffers.of(a, false, false));
                yield a;
            }
            case TUint8 t -> {
                byte[] a = new byte[count];
                t.copyTo(DataBuffers.of(a, false, false));
                int[] unsigned = new int[count];
                Arrays.setAll(unsigned, i -> Byte.toUnsignedInt(a[i]));
                yield unsigned;
            }
            case TUint16 t -> {
                short[] a = new short[count];
                t.copyTo(DataBuffers.of(a, false, false));
                int[] unsigned = new int[count];
                Arrays.setAll(unsigned, i -> Short.toUnsignedInt(a[i]));
                yield unsigned;
            }
            case TBool t -> {
                boolean[] a = new boolean[count];
                t.copyTo(DataBuffers.of(a, false, false));
                yield a;
            }
            default -> throw new IllegalArgumentException("cannot read a " + x.type().getSimpleName()
                    + ": no array of Java's holds elements of this type");
        }, x.shape().asArray());
    }

    private static float[] floats(org.tensorflow.ndarray.FloatNdArray x, int count) {
        float[] a = new float[count];
        x.copyTo(DataBuffers.of(a, false, false));
        return a;
    }

    /** A new tensor; of the given type, if elements of it are read as these are. */
    static TType write(Class<? extends TType> given, Shaped<?> result) {
        Shape shape = Shape.of(result.shape());
        return switch (result.data()) {
            case float[] a when given == TFloat16.class ->
                    Tensor.of(TFloat16.class, shape, t -> t.copyFrom(DataBuffers.of(a, true, false)));
            case float[] a when given == TBfloat16.class ->
                    Tensor.of(TBfloat16.class, shape, t -> t.copyFrom(DataBuffers.of(a, true, false)));
            case float[] a ->
                    Tensor.of(TFloat32.class, shape, t -> t.copyFrom(DataBuffers.of(a, true, false)));
            case double[] a ->
                    Tensor.of(TFloat64.class, shape, t -> t.copyFrom(DataBuffers.of(a, true, false)));
            case int[] a when given == TUint8.class -> {
                byte[] narrow = new byte[a.length];
                for (int i = 0; i < a.length; i++) {
                    narrow[i] = (byte) a[i];
                }
                yield Tensor.of(TUint8.class, shape, t -> t.copyFrom(DataBuffers.of(narrow, true, false)));
            }
            case int[] a when given == TUint16.class -> {
                short[] narrow = new short[a.length];
                for (int i = 0; i < a.length; i++) {
                    narrow[i] = (short) a[i];
                }
                yield Tensor.of(TUint16.class, shape, t -> t.copyFrom(DataBuffers.of(narrow, true, false)));
            }
            case int[] a ->
                    Tensor.of(TInt32.class, shape, t -> t.copyFrom(DataBuffers.of(a, true, false)));
            case long[] a ->
                    Tensor.of(TInt64.class, shape, t -> t.copyFrom(DataBuffers.of(a, true, false)));
            case boolean[] a ->
                    Tensor.of(TBool.class, shape, t -> t.copyFrom(DataBuffers.of(a, true, false)));
            default -> throw new IllegalArgumentException("no tensor of TensorFlow's holds " + result);
        };
    }
}
