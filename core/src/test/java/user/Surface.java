package user;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.Carry;
import ricci.Checkpoint;
import ricci.Fn;
import ricci.Fn2;
import ricci.Fn3;
import ricci.Fn4;
import ricci.InAxes;
import ricci.Key;
import ricci.MappedAxis;
import ricci.Mesh;
import ricci.Padding;
import ricci.Pair;
import ricci.Parallel;
import ricci.Part;
import ricci.PartitionSpec;
import ricci.Ricci;
import ricci.Slide;
import ricci.Tensor;
import ricci.Triple;
import ricci.ValueAndTangent;
import ricci.WithAux;
import ricci.ir.DType;
import ricci.ir.TensorType;

/** What users can call: the public static methods of package ricci, and the methods of tensors, keys, … */
final class Surface {
    /** Those whose methods are called too. */
    private static final Set<Class<?>> INSTANCES = Set.of(Tensor.class, Key.class, Part.class, Mesh.class,
            InAxes.class, MappedAxis.class, PartitionSpec.class, Slide.class);
    private static final Set<String> OBJECTS = Set.of("equals", "hashCode", "toString");

    private Surface() {}

    /** All of them, in an order that does not change. */
    static List<Method> methods() {
        Path classes = Path.of(URI.create(Ricci.class.getProtectionDomain().getCodeSource().getLocation()
                .toString())).resolve("ricci");
        try (Stream<Path> files = Files.list(classes)) {
            return files.map(Path::getFileName).map(Path::toString)
                    .filter(name -> name.endsWith(".class") && !name.contains("-"))
                    .map(name -> load("ricci." + name.substring(0, name.length() - ".class".length())))
                    .filter(type -> Modifier.isPublic(type.getModifiers()) && !type.isEnum())
                    .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                    .filter(Surface::isCalledByUsers)
                    .sorted(Comparator.comparing(Method::toGenericString)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isCalledByUsers(Method method) {
        return Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()
                && !OBJECTS.contains(method.getName())
                && (Modifier.isStatic(method.getModifiers())
                || INSTANCES.contains(method.getDeclaringClass()));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Surface.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Calls a method, if it is one of tensors that of {@code x}. What it throws comes as it is. */
    static @Nullable Object call(Method method, Tensor x, @Nullable Object... arguments) throws Throwable {
        boolean isStatic = Modifier.isStatic(method.getModifiers());
        Class<?> type = method.getDeclaringClass();
        Object self = isStatic ? null : type == Tensor.class ? x : ordinary(type);
        try {
            return method.invoke(self, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** A function that was returned, called with tensors. */
    static @Nullable Object callResult(@Nullable Object result, Tensor x) {
        return switch (result) {
            case Fn<?, ?> f -> Surface.<Fn<Object, Object>>cast(f).apply(x);
            case Fn2<?, ?, ?> f -> Surface.<Fn2<Object, Object, Object>>cast(f).apply(x, x);
            case Fn3<?, ?, ?, ?> f -> Surface.<Fn3<Object, Object, Object, Object>>cast(f).apply(x, x, x);
            case Fn4<?, ?, ?, ?, ?> f ->
                    Surface.<Fn4<Object, Object, Object, Object, Object>>cast(f).apply(x, x, x, x);
            case null, default -> result;
        };
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> T cast(Object value) {
        return (T) value;
    }

    static Tensor matrix() {
        return Ricci.array(new double[][] {{2, 0.5, 0.25}, {0.5, 3, 0.125}, {0.25, 0.125, 4}});
    }

    /** An argument that most methods accept. */
    static Object ordinary(Type type) {
        return candidates(type).getFirst();
    }

    /** Arguments of a type: an ordinary one, then others that make little sense. */
    static List<?> candidates(Type type) {
        return switch (type) {
            case Class<?> c -> ofClass(c);
            case ParameterizedType p when p.getRawType() == List.class ->
                    lists(p.getActualTypeArguments()[0]);
            case ParameterizedType p -> List.of(function((Class<?>) p.getRawType(),
                    p.getActualTypeArguments()[p.getActualTypeArguments().length - 1]));
            case WildcardType w -> candidates(w.getUpperBounds()[0]);
            case TypeVariable<?> _ -> tensors();
            case GenericArrayType a -> throw new AssertionError(a);
            default -> throw new AssertionError(type);
        };
    }

    private static List<?> ofClass(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "int", "Integer" -> List.of(1, 0, -1, 2, 100, 1 << 30, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "long", "Long" -> List.of(2L, 0L, -1L, 3L, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE);
            case "double" -> List.of(0.5, 0.0, -0.0, -1.0, 1e308, Double.NaN, Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY, Double.MIN_VALUE, 3.0);
            case "float" -> List.of(0.5f, Float.NaN, Float.POSITIVE_INFINITY);
            case "boolean" -> List.of(true, false);
            case "Number" -> List.of(2, 0.5, -1L, Long.MIN_VALUE, Long.MAX_VALUE, Double.NaN, 1e308);
            case "String" -> List.of("i", "", "i j", "a b -> b a", "((", "{}", "{", "\0", "é… 1");
            case "Object" -> List.of(1.0f, new float[0][0], new int[][] {{1}, {1, 2}}, "x", new Object[0],
                    new Object[] {null}, List.of());
            case "DType" -> Arrays.asList(DType.values());
            case "TensorType" -> List.of(TensorType.of(DType.F32, 2, 3), TensorType.of(DType.I64, 1L << 40),
                    TensorType.of(DType.BOOL), TensorType.of(DType.C128, 0));
            case "Tensor" -> tensors();
            case "Key" -> List.of(Key.of(0));
            case "InAxes" -> List.of(Ricci.inAxes(0), Ricci.inAxes(0, 0), Ricci.inAxes(0, -1, 1),
                    Ricci.inAxes(Ricci.NONE), Ricci.inAxes(Integer.MAX_VALUE), Ricci.inAxes(new int[0]),
                    Ricci.inAxes(0, 0, 0, 0));
            case "MappedAxis" -> List.of(Ricci.axis(0), Ricci.axis(Ricci.NONE), Ricci.axis(100),
                    Ricci.axis(-3));
            case "Mesh" -> List.of(Parallel.mesh("i", 3), Parallel.mesh("i", 1), Parallel.mesh("j", 2));
            case "PartitionSpec" -> List.of(Parallel.spec("i"), Parallel.spec(""), Parallel.spec("i j"));
            case "Slide" -> List.of(Slide.by(1), Slide.by(1, 1), Slide.by(Long.MAX_VALUE), Slide.by());
            case "Part" -> List.of(matrix().at(0), matrix().at(Ricci.slice(5, 0, -1)));
            case "Padding" -> type.isEnum() ? Arrays.asList(type.getEnumConstants()) : List.of(Padding.SAME,
                    Padding.of(Long.MAX_VALUE), Padding.of(Long.MIN_VALUE), Padding.of(List.of(), List.of()));
            case "Policy" -> List.of(Checkpoint.saveNothing(), Checkpoint.saveNamed());
            case "Reduction", "TernaryOperator" -> List.of(function(type, Tensor.class));
            default -> type.isArray() ? arrays(type.getComponentType())
                    : type.isEnum() ? Arrays.asList(type.getEnumConstants())
                    : fail(type);
        };
    }

    private static List<?> fail(Type type) {
        throw new AssertionError("no arguments for " + type);
    }

    private static List<?> arrays(Class<?> component) {
        return switch (component.getSimpleName()) {
            case "int" -> List.of(new int[] {0}, new int[0], new int[] {-1}, new int[] {0, 1},
                    new int[] {1, 0}, new int[] {0, 0}, new int[] {Integer.MIN_VALUE},
                    new int[] {Integer.MAX_VALUE}, new int[100]);
            case "long" -> List.of(new long[] {3, 3}, new long[0], new long[] {0}, new long[] {1},
                    new long[] {-1}, new long[] {2}, new long[] {1L << 40}, new long[] {1L << 32, 1L << 32},
                    new long[] {Long.MAX_VALUE}, new long[] {Long.MIN_VALUE}, new long[100], ones(100));
            case "double" -> List.of(new double[] {0.5, 1}, new double[0], new double[] {Double.NaN});
            case "float" -> List.of(new float[] {0.5f, 1}, new float[0]);
            case "boolean" -> List.of(new boolean[] {true}, new boolean[0]);
            case "int[]" -> List.of(new int[][] {{0, 1}}, new int[0][], new int[][] {{}},
                    new int[][] {{-1, 5}}, new int[][] {{1}, {0, 1}});
            case "long[]" -> List.of(new long[][] {{0, 1}, {1, 0}}, new long[0][], new long[][] {{}},
                    new long[][] {{Long.MAX_VALUE, 1}, {0, 0}}, new long[][] {{-1, -1}},
                    new long[][] {{1L << 40, 0}, {0, 0}});
            case "float[]" -> List.of(new float[][] {{1}, {2}}, new float[0][], new float[][] {{1}, {}});
            case "String" -> List.of(new String[] {"i"}, new String[0], new String[] {"i", "i"},
                    new String[] {""}, new String[] {"a b"});
            case "Object" -> List.of(new Object[] {0}, new Object[0], new Object[] {Long.MAX_VALUE},
                    new Object[] {Ricci.slice(Long.MIN_VALUE, Long.MAX_VALUE)}, new Object[] {0, 0, 0, 0},
                    new Object[] {Ricci.ELLIPSIS, Ricci.ELLIPSIS}, new Object[] {"x"}, new Object[] {-1.5},
                    new Object[] {Ricci.slice(5L, -5L, Long.MIN_VALUE)}, new Object[] {matrix()},
                    new Object[] {Collections.nCopies(100, Ricci.NEWAXIS).toArray()},
                    Collections.nCopies(100, Ricci.NEWAXIS).toArray());
            case "MappedAxis" -> List.of(new MappedAxis[] {Ricci.axis(0)}, new ricci.MappedAxis[0]);
            case "Tensor" -> List.of(new Tensor[] {matrix(), matrix()}, new Tensor[0],
                    new Tensor[] {matrix()}, tensors().toArray(Tensor[]::new));
            default -> fail(component);
        };
    }

    private static List<?> lists(Type element) {
        List<List<?>> lists = new ArrayList<>();
        List<?> elements = candidates(element);
        lists.add(List.of(elements.getFirst(), elements.getFirst()));
        lists.add(List.of());
        elements.forEach(each -> lists.add(List.of(each)));
        lists.add(elements);
        return lists;
    }

    private static long[] ones(int rank) {
        long[] ones = new long[rank];
        Arrays.fill(ones, 1);
        return ones;
    }

    static List<Tensor> tensors() {
        return List.of(matrix(), Ricci.tensor(2f), Ricci.tensor(3), Ricci.tensor(true),
                Ricci.tensor(DType.F32, new double[0], 0), Ricci.tensor(DType.F64, new double[0], 0, 3),
                Ricci.tensor(DType.I32, new long[0], 3, 0),
                Ricci.tensor(DType.F32, new double[0], 0, 0, 0, 0),
                Ricci.tensor(new int[] {Integer.MIN_VALUE, 1, Integer.MAX_VALUE}),
                Ricci.tensor(new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE}),
                Ricci.tensor(new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1e308}),
                Ricci.tensor(DType.U64, new long[] {-1, 0}, 2),
                Ricci.tensor(DType.F16, new double[] {1, 2}, 2, 1),
                Ricci.tensor(new boolean[] {true, false, true}), matrix().to(DType.C64),
                Ricci.tensor(1.0).reshape(ones(100)), Ricci.tensor(new int[] {0, 1, 2, 3}).reshape(2, 1, 2));
    }

    /** A function that returns its first argument, in a wrapping of the type that it is to return. */
    @SuppressWarnings("ReferenceEquality") // a proxy equals itself only
    private static Object function(Class<?> type, Type result) {
        InvocationHandler identity = (self, method, arguments) -> switch (method.getName()) {
            case "toString" -> "a function";
            case "hashCode" -> System.identityHashCode(self);
            case "equals" -> self == arguments[0];
            default -> method.isDefault() ? InvocationHandler.invokeDefault(self, method, arguments)
                    : wrapped(result, arguments == null ? matrix() : arguments[0]);
        };
        return Proxy.newProxyInstance(type.getClassLoader() == null ? Surface.class.getClassLoader()
                : type.getClassLoader(), new Class<?>[] {type}, identity);
    }

    private static Object wrapped(Type type, Object x) {
        Type raw = type instanceof ParameterizedType p ? p.getRawType() : type;
        Tensor tensor = x instanceof Tensor t ? t : Ricci.tensor(1.0);
        return switch (raw) {
            case Class<?> c when c == Tensor.class -> tensor;
            case Class<?> c when c == Carry.class -> new Carry<>(x, x);
            case Class<?> c when c == Pair.class -> new Pair<>(tensor, tensor);
            case Class<?> c when c == Triple.class -> new Triple<>(tensor, tensor, tensor);
            case Class<?> c when c == WithAux.class -> new WithAux<>(tensor, tensor);
            case Class<?> c when c == ValueAndTangent.class -> new ValueAndTangent<>(tensor, tensor);
            default -> x;
        };
    }

    /** A method with arguments, as a user would write the call. */
    static String text(Method method, @Nullable Object... arguments) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName()
                + Arrays.stream(arguments).map(Surface::text).toList();
    }

    private static String text(@Nullable Object argument) {
        return switch (argument) {
            case Tensor tensor -> tensor.type().toString();
            case Object[] all -> Arrays.stream(all).map(Surface::text).toList().toString();
            case List<?> all -> all.stream().map(Surface::text).toList().toString();
            case long[] all -> Arrays.toString(all);
            case int[] all -> Arrays.toString(all);
            case double[] all -> Arrays.toString(all);
            case null, default -> String.valueOf(argument);
        };
    }
}
