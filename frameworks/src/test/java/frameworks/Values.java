package frameworks;

import java.util.stream.LongStream;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;
import ricci.einops.Shaped;

/** TensorFlow's tensors, made and read element by element. */
final class Values {
    private Values() {}

    static TType tensor(Shaped<?> x) {
        Shape shape = Shape.of(x.shape());
        long[] lengths = x.shape();
        return switch (x.data()) {
            case float[] a -> Tensor.of(TFloat32.class, shape, t -> {
                for (int i = 0; i < a.length; i++) {
                    t.setFloat(a[i], index(i, lengths));
                }
            });
            case double[] a -> Tensor.of(TFloat64.class, shape, t -> {
                for (int i = 0; i < a.length; i++) {
                    t.setDouble(a[i], index(i, lengths));
                }
            });
            case int[] a -> Tensor.of(TInt32.class, shape, t -> {
                for (int i = 0; i < a.length; i++) {
                    t.setInt(a[i], index(i, lengths));
                }
            });
            case long[] a -> Tensor.of(TInt64.class, shape, t -> {
                for (int i = 0; i < a.length; i++) {
                    t.setLong(a[i], index(i, lengths));
                }
            });
            default -> Tensor.of(TBool.class, shape, t -> {
                boolean[] a = (boolean[]) x.data();
                for (int i = 0; i < a.length; i++) {
                    t.setBoolean(a[i], index(i, lengths));
                }
            });
        };
    }

    static Shaped<?> elements(TType x) {
        long[] lengths = x.shape().asArray();
        int count = (int) LongStream.of(lengths).reduce(1, (a, b) -> a * b);
        return new Shaped<>(switch (x) {
            case TFloat32 t -> {
                float[] a = new float[count];
                for (int i = 0; i < count; i++) {
                    a[i] = t.getFloat(index(i, lengths));
                }
                yield a;
            }
            case TFloat64 t -> {
                double[] a = new double[count];
                for (int i = 0; i < count; i++) {
                    a[i] = t.getDouble(index(i, lengths));
                }
                yield a;
            }
            case TInt32 t -> {
                int[] a = new int[count];
                for (int i = 0; i < count; i++) {
                    a[i] = t.getInt(index(i, lengths));
                }
                yield a;
            }
            case TInt64 t -> {
                long[] a = new long[count];
                for (int i = 0; i < count; i++) {
                    a[i] = t.getLong(index(i, lengths));
                }
                yield a;
            }
            default -> {
                boolean[] a = new boolean[count];
                for (int i = 0; i < count; i++) {
                    a[i] = ((TBool) x).getBoolean(index(i, lengths));
                }
                yield a;
            }
        }, lengths);
    }

    private static long[] index(long i, long... shape) {
        long[] index = new long[shape.length];
        long rest = i;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return index;
    }
}
