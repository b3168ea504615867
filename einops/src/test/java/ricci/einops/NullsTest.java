package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.einops.EinopsException.Kind;

/** Null, for each argument of all that users call, is refused as such. */
class NullsTest {
    private static final Shaped<float[]> X = Tensors.counting(2, 3);
    private static final Shaped<int[]> PLACES = new Shaped<>(new int[] {1, 0}, 2);

    /**
     * All that users call. The rest of the package is what libraries implement, which the notation calls, and
     * what the compiler calls.
     */
    private static final List<Class<?>> CALLED = List.of(Einops.class, Layer.class, Rearrange.class,
            Reduce.class, Repeat.class, Reduction.class, Reduction.Custom.class, Along.Cumulative.class,
            Shaped.class, Elements.class, Images.class, Axis.class, Axes.class, Packed.class,
            Contraction.class, EinsumPath.class, EinsumPath.Step.class, Span.class);

    static Stream<Executable> called() {
        return CALLED.stream().flatMap(type -> Stream.concat(Arrays.stream(type.getDeclaredConstructors()),
                Arrays.stream(type.getDeclaredMethods()))).filter(e -> Modifier.isPublic(e.getModifiers())
                && !e.isSynthetic() && !e.getName().equals("equals")
                && Arrays.stream(e.getParameterTypes()).anyMatch(type -> !type.isPrimitive()));
    }

    @ParameterizedTest
    @MethodSource("called")
    void isRefused(Executable called) throws ReflectiveOperationException {
        Object[] arguments = IntStream.range(0, called.getParameterCount())
                .mapToObj(i -> sample(called, i)).toArray();
        // Without a null there is nothing wrong.
        call(called, arguments);
        List<org.junit.jupiter.api.function.Executable> checks = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            if (!called.getParameterTypes()[i].isPrimitive()) {
                checks.add(check(called, arguments, i, null));
                if (arguments[i] instanceof List<?> list) {
                    checks.add(check(called, arguments, i, withNull(list)));
                    if (list.getFirst() instanceof List<?> inner) {
                        checks.add(check(called, arguments, i, Arrays.asList(withNull(inner))));
                    }
                } else if (arguments[i] instanceof Object[] array && !(array instanceof Shaped<?>[])) {
                    checks.add(check(called, arguments, i, Arrays.copyOf(array, array.length + 1)));
                }
            }
        }
        assertAll(checks);
    }

    private static List<?> withNull(List<?> list) {
        List<@Nullable Object> longer = new ArrayList<>(list);
        longer.add(null);
        return longer;
    }

    private static org.junit.jupiter.api.function.Executable check(Executable called, Object[] arguments,
            int index, @Nullable Object missing) {
        @Nullable Object[] all = arguments.clone();
        all[index] = missing;
        return () -> {
            Throwable e = assertThrows(Throwable.class, () -> call(called, all),
                    () -> called + " takes " + missing + " as argument " + index);
            String text = called + ", argument " + index;
            if (called.equals(Axes.class.getMethod("length", String.class))) {
                // As for any other name that no axis has.
                assertEquals("there is no axis null; the axes are a=2", e.getMessage());
                return;
            }
            EinopsException refusal = assertInstanceOf(EinopsException.class, e, text);
            assertEquals(Kind.NULL_ARGUMENT, refusal.kind(), text);
            assertFalse(String.valueOf(e.getMessage()).lines().anyMatch(String::isBlank), e::getMessage);
        };
    }

    private static @Nullable Object call(Executable called, @Nullable Object... arguments)
            throws ReflectiveOperationException {
        try {
            return switch (called) {
                case Constructor<?> constructor -> constructor.newInstance(arguments);
                case Method method -> method.invoke(Modifier.isStatic(method.getModifiers()) ? null
                        : receiver(method.getDeclaringClass()), arguments);
            };
        } catch (InvocationTargetException e) {
            throw NullsTest.<RuntimeException>sneaky(Objects.requireNonNull(e.getCause()));
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(Throwable cause) throws E {
        throw (E) cause;
    }

    private static Object receiver(Class<?> type) {
        return type == Reduce.class ? Einops.reduce("a b -> a", Reduction.SUM)
                : type == Repeat.class ? Einops.repeat("a b -> a b 2")
                : type == Axes.class ? new Axes(List.of(Einops.axis("a", 2)))
                : Einops.rearrange("a b -> b a");
    }

    /** An argument with which the call works. */
    private static Object sample(Executable called, int index) {
        Class<?> type = called.getParameterTypes()[index];
        Type generic = called.getGenericParameterTypes()[index];
        String name = called.getName();
        if (name.equals("shaped") || called.getDeclaringClass() == Shaped.class) {
            return type == MemorySegment.class ? MemorySegment.ofArray(new float[6])
                    : type == ValueLayout.class ? ValueLayout.JAVA_FLOAT
                    : type == long[].class ? new long[] {2, 3} : new float[6];
        }
        if (name.equals("image")) {
            return Images.pixels(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
        }
        return generic instanceof TypeVariable<?> || type == Object.class ? tensor(called, index)
                : type == List.class ? list(called, (ParameterizedType) generic)
                : type == String.class ? text(called, index)
                : type == long[].class ? name.equals("roll") ? new long[] {1} : new long[] {2, 3}
                : type == long[][].class ? new long[][] {{2, 3}, {2, 3}}
                : type == AxisLengths[].class ? new AxisLengths[0]
                : type == Reduction.class || type == Reduction.Named.class ? Reduction.Named.SUM
                : type == Packed.class ? Einops.pack(List.of(X, X), "a *")
                : type == Rearrange.class ? Einops.rearrange("b a -> (a b)")
                : type == Class.class ? Shaped.class
                : type == BiFunction.class ? (BiFunction<Object, int[], Object>) (x, axes) -> x
                : type == BufferedImage.class ? new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)
                : type == MemorySegment.class ? MemorySegment.ofArray(new float[6])
                : type == ValueLayout.class ? ValueLayout.JAVA_FLOAT
                : type == int.class ? (Object) 1 : type == long.class ? (Object) 2L : unknown(called, type);
    }

    private static Object unknown(Executable called, Class<?> type) {
        throw new AssertionError("no argument is known here for the " + type + " of " + called);
    }

    private static Object tensor(Executable called, int index) {
        boolean indexed = called.getName().endsWith("At");
        return indexed && index == 1 ? PLACES : indexed && index == 2 ? new Shaped<>(new float[2], 2)
                : called.getName().equals("applyInto") && index == 1 ? new Shaped<>(new float[6], 3, 2) : X;
    }

    private static Object list(Executable called, ParameterizedType type) {
        String element = type.getActualTypeArguments()[0].getTypeName();
        return element.equals("java.util.List<java.lang.Long>") ? List.of(List.of(1L), List.of(2L))
                : element.equals("java.lang.Integer") ? List.of(1)
                : element.equals("ricci.einops.Axis") ? List.of(Einops.axis("a", 2))
                : element.endsWith("$Step") ? List.of(new EinsumPath.Step(List.of(1), 2, "a -> a", 0, 2))
                : called.getName().endsWith("At") ? List.of(PLACES) : List.of(X, X);
    }

    private static String text(Executable called, int index) {
        List<Class<?>> types = List.of(called.getParameterTypes());
        if (types.indexOf(String.class) < index) {
            return "sum";
        }
        boolean waits = index == 0;
        boolean lists = types.getFirst() == List.class;
        return switch (called.getName()) {
            case "rearrange", "rearrangeAll" -> lists ? "n a b -> b a n" : "a b -> b a";
            case "reduce" -> lists ? "n a b -> a" : "a b -> a";
            case "repeat", "repeatAll" -> lists ? "n a b -> n a b 2" : "a b -> a b 2";
            case "softmax", "logSoftmax", "sort", "argsort", "cumulative", "flip", "roll" -> "a [b]";
            case "getAt" -> "[a] b, p -> p b";
            case "setAt", "addAt" -> "[a] b, p, p";
            case "einsum", "einsumPath" -> String.join(", ", java.util.Collections.nCopies(
                    lists || waits ? 2 : index, "a b")) + " -> a";
            case "pack", "unpack" -> "a *";
            case "parseShape", "check" -> lists ? "a b, a b" : "a b";
            default -> "a";
        };
    }
}
