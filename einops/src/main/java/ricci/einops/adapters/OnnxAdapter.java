package ricci.einops.adapters;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Optional;
import ricci.einops.Adapter;
import ricci.einops.Shaped;

/**
 * ONNX Runtime's {@code OnnxTensor}, which holds data and computes nothing: operations run on Java arrays.
 * Elements are read where they are, if the tensor was made of a buffer, else from a copy. A result is a new
 * tensor over memory of Java's, which ONNX Runtime does not copy; the caller closes it.
 *
 * <p>Elements of 16 bits are computed as {@code float} and rounded once; bytes without sign are computed as
 * {@code int}, and stay bytes where they are only moved.
 *
 * <p>ONNX Runtime is called by name: its one artifact holds the libraries of all operating systems, some
 * 75 megabytes, which nobody should have to load in order to build this module.
 */
public final class OnnxAdapter implements Adapter<Object> {
    private static final String TENSOR = "ai.onnxruntime.OnnxTensor";

    /** What is called; of the tensors' own class loader, whichever that is. */
    private static final ClassValue<Methods> METHODS = new ClassValue<>() {
        @Override
        protected Methods computeValue(Class<?> tensor) {
            try {
                return new Methods(tensor);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("this version of ONNX Runtime lacks what reads and makes tensors", e);
            }
        }
    };

    /** For the service loader. */
    public OnnxAdapter() {}

    @Override
    public boolean handles(Class<?> type) {
        return type.getName().equals(TENSOR);
    }

    @Override
    public Shaped<?> read(Object tensor) {
        Methods methods = METHODS.get(tensor.getClass());
        Buffer elements = methods.elements(tensor);
        return new Shaped<>(switch (methods.type(tensor)) {
            case "FLOAT" -> elements instanceof ByteBuffer b ? b.asFloatBuffer() : elements;
            case "DOUBLE" -> elements instanceof ByteBuffer b ? b.asDoubleBuffer() : elements;
            case "INT32" -> elements instanceof ByteBuffer b ? b.asIntBuffer() : elements;
            case "INT64" -> elements instanceof ByteBuffer b ? b.asLongBuffer() : elements;
            case "INT16" -> elements instanceof ByteBuffer b ? b.asShortBuffer() : elements;
            case "INT8" -> elements;
            case "UINT8" -> unsigned((ByteBuffer) elements);
            case "BOOL" -> truths((ByteBuffer) elements);
            case "FLOAT16", "BFLOAT16" -> floats(methods.type(tensor).equals("FLOAT16"),
                    elements instanceof ByteBuffer b ? b.asShortBuffer() : (ShortBuffer) elements);
            default -> throw new IllegalArgumentException("cannot read an OnnxTensor of "
                    + methods.type(tensor) + ": no array of Java's holds elements of this type");
        }, methods.shape(tensor));
    }

    private static int[] unsigned(ByteBuffer bytes) {
        int[] unsigned = new int[bytes.remaining()];
        for (int i = 0; i < unsigned.length; i++) {
            unsigned[i] = Byte.toUnsignedInt(bytes.get(bytes.position() + i));
        }
        return unsigned;
    }

    private static boolean[] truths(ByteBuffer bytes) {
        boolean[] truths = new boolean[bytes.remaining()];
        for (int i = 0; i < truths.length; i++) {
            truths[i] = bytes.get(bytes.position() + i) != 0;
        }
        return truths;
    }

    private static float[] floats(boolean half, ShortBuffer bits) {
        float[] floats = new float[bits.remaining()];
        for (int i = 0; i < floats.length; i++) {
            short x = bits.get(bits.position() + i);
            floats[i] = half ? Float.float16ToFloat(x) : Float.intBitsToFloat(x << Short.SIZE);
        }
        return floats;
    }

    @Override
    public Object write(Object given, Shaped<?> result) {
        Methods methods = METHODS.get(given.getClass());
        String type = type(methods.type(given), result.data());
        int count = Array.getLength(result.data());
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(count, size(type)))
                .order(ByteOrder.nativeOrder());
        switch (result.data()) {
            case float[] a when type.equals("FLOAT16") -> {
                for (int i = 0; i < count; i++) {
                    bytes.putShort(Short.BYTES * i, Float.floatToFloat16(a[i]));
                }
            }
            case float[] a when type.equals("BFLOAT16") -> {
                for (int i = 0; i < count; i++) {
                    bytes.putShort(Short.BYTES * i, bfloat16(a[i]));
                }
            }
            case float[] a -> bytes.asFloatBuffer().put(a);
            case double[] a -> bytes.asDoubleBuffer().put(a);
            case long[] a -> bytes.asLongBuffer().put(a);
            case short[] a -> bytes.asShortBuffer().put(a);
            case byte[] a -> bytes.put(0, a);
            case int[] a when type.equals("UINT8") -> {
                for (int i = 0; i < count; i++) {
                    bytes.put(i, (byte) a[i]);
                }
            }
            case int[] a -> bytes.asIntBuffer().put(a);
            default -> {
                boolean[] a = (boolean[]) result.data();
                for (int i = 0; i < count; i++) {
                    bytes.put(i, (byte) (a[i] ? 1 : 0));
                }
            }
        }
        return methods.tensor(bytes, result.shape(), type);
    }

    /** The given type, if elements of it are read as these are. */
    private static String type(String given, Object data) {
        return switch (data) {
            case float[] _ -> given.endsWith("FLOAT16") ? given : "FLOAT";
            case double[] _ -> "DOUBLE";
            case int[] _ -> given.equals("UINT8") ? given : "INT32";
            case long[] _ -> "INT64";
            case short[] _ -> "INT16";
            case byte[] _ -> "INT8";
            case boolean[] _ -> "BOOL";
            default -> throw new IllegalArgumentException("no OnnxTensor holds elements of a "
                    + data.getClass().getSimpleName());
        };
    }

    private static int size(String type) {
        return switch (type) {
            case "INT8", "UINT8", "BOOL" -> Byte.BYTES;
            case "INT16", "FLOAT16", "BFLOAT16" -> Short.BYTES;
            case "FLOAT", "INT32" -> Integer.BYTES;
            default -> Long.BYTES;
        };
    }

    /** The upper half of a float, rounded to the nearest, to even if it is in the middle. */
    private static short bfloat16(float x) {
        int bits = Float.floatToIntBits(x);
        int odd = (bits >> Short.SIZE) & 1;
        return (short) ((Float.isNaN(x) ? bits : bits + 0x7fff + odd) >> Short.SIZE);
    }

    /** The methods of ONNX Runtime. */
    private static final class Methods {
        private final MethodHandle isClosed;
        private final MethodHandle info;
        private final MethodHandle shape;
        private final MethodHandle type;
        private final MethodHandle buffer;
        private final MethodHandle copy;
        private final MethodHandle environment;
        private final MethodHandle create;
        private final Class<?> javaType;

        Methods(Class<?> tensor) throws ReflectiveOperationException {
            ClassLoader loader = tensor.getClassLoader();
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> tensorInfo = Class.forName("ai.onnxruntime.TensorInfo", true, loader);
            Class<?> ortEnvironment = Class.forName("ai.onnxruntime.OrtEnvironment", true, loader);
            javaType = Class.forName("ai.onnxruntime.OnnxJavaType", true, loader);
            isClosed = lookup.findVirtual(tensor, "isClosed", MethodType.methodType(boolean.class));
            info = lookup.findVirtual(tensor, "getInfo", MethodType.methodType(tensorInfo));
            shape = lookup.findVirtual(tensorInfo, "getShape", MethodType.methodType(long[].class));
            type = lookup.findGetter(tensorInfo, "type", javaType);
            buffer = lookup.findVirtual(tensor, "getBufferRef", MethodType.methodType(Optional.class));
            copy = lookup.findVirtual(tensor, "getByteBuffer", MethodType.methodType(ByteBuffer.class));
            environment = lookup.findStatic(ortEnvironment, "getEnvironment",
                    MethodType.methodType(ortEnvironment));
            create = lookup.findStatic(tensor, "createTensor", MethodType.methodType(tensor, ortEnvironment,
                    ByteBuffer.class, long[].class, javaType));
        }

        long[] shape(Object tensor) {
            return (long[]) call(shape, call(info, tensor));
        }

        /** The name of the type. */
        String type(Object tensor) {
            return call(type, call(info, tensor)).toString();
        }

        /** What the tensor was made of, or a copy. */
        Buffer elements(Object tensor) {
            if ((boolean) call(isClosed, tensor)) {
                throw new IllegalStateException("the OnnxTensor is closed");
            }
            Buffer elements = ((Optional<?>) call(buffer, tensor)).map(b -> (Buffer) b)
                    .orElseGet(() -> (Buffer) call(copy, tensor));
            return elements instanceof ByteBuffer b ? b.order(ByteOrder.nativeOrder()) : elements;
        }

        Object tensor(ByteBuffer bytes, long[] lengths, String typeName) {
            Object constant = Arrays.stream(javaType.getEnumConstants())
                    .filter(c -> c.toString().equals(typeName)).findFirst().orElseThrow();
            return call(create, call(environment), bytes, lengths, constant);
        }

        private static Object call(MethodHandle method, Object... arguments) {
            try {
                return method.invokeWithArguments(arguments);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
    }
}
