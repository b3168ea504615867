package user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.LocalVariableInfo;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ricci.Carry;
import ricci.Collectives;
import ricci.ControlFlow;
import ricci.Convolutions;
import ricci.CustomDerivatives;
import ricci.Derivatives;
import ricci.Fn;
import ricci.Fn2;
import ricci.InAxes;
import ricci.Jitted;
import ricci.Key;
import ricci.Manipulation;
import ricci.Ordering;
import ricci.Parallel;
import ricci.Ricci;
import ricci.Slide;
import ricci.Tensor;
import ricci.ValueAndTangent;
import ricci.einops.UserError;
import ricci.ir.Program;
import ricci.ir.RicciException;

/** Null in the place of any argument is refused in the user's terms, by each method of the surface. */
class NullArgumentsTest {
    @Test
    void nullIsRefusedEverywhere() {
        List<String> accepted = new ArrayList<>();
        int tried = 0;
        for (Method method : Surface.methods()) {
            for (int i = 0; i < method.getParameterCount(); i++) {
                if (!mayBeNull(method, i)) {
                    tried++;
                    String failure = failure(method, i);
                    if (failure != null) {
                        accepted.add(failure);
                    }
                }
            }
        }
        accepted.forEach(System.out::println);
        assertEquals("", String.join("\n", accepted));
        assertTrue(tried > 800, "tried " + tried);
    }

    /** Not one of these reaches the inside of Ricci, where the JVM would call something else null. */
    @Test
    // Null is what is tested.
    @SuppressWarnings("NullAway")
    void nothingIsNull() {
        Tensor x = Ricci.ones(2);
        Fn<Tensor, Tensor> id = y -> y;
        Fn<Tensor, Tensor> none = null;
        InAxes named = Ricci.inAxes(0).named("i");
        Jitted.Of1<Tensor, Tensor> jitted = Ricci.jit(id);
        List<Supplier<@Nullable Object>> calls = List.of(
                () -> ControlFlow.whileLoop(y -> Ricci.tensor(true), none, x, 1),
                () -> ControlFlow.whileLoop((Fn<Tensor, Tensor>) null, id, x),
                () -> ControlFlow.scan((Fn2<Tensor, Tensor, Carry<Tensor, Tensor>>) null, x, x),
                () -> ControlFlow.scan((Fn<Tensor, Carry<Tensor, Tensor>>) null, x, 3),
                () -> ControlFlow.forLoop(0, 3, null, x),
                () -> ControlFlow.map(none, x),
                () -> ControlFlow.cond(Ricci.tensor(true), none, id, x),
                () -> ControlFlow.cond(Ricci.tensor(true), () -> x, (Supplier<Tensor>) null),
                () -> ControlFlow.switchOn(Ricci.tensor(0), null, x),
                () -> ControlFlow.switchOn(Ricci.tensor(0), Arrays.asList(id, none), x),
                () -> Ricci.jvp(none, x, x), () -> Ricci.vjp(none, x),
                () -> Derivatives.jvp((Fn2<Tensor, Tensor, Tensor>) null, x, x, x, x),
                () -> Derivatives.vjp((Fn2<Tensor, Tensor, Tensor>) null, x, x),
                () -> Derivatives.jacfwd(none).apply(x), () -> Derivatives.jacrev(none).apply(x),
                () -> Derivatives.jacfwd((Fn2<Tensor, Tensor, Tensor>) null).apply(x, x),
                () -> Derivatives.linearize(none, x), () -> Derivatives.linearTranspose(none, x),
                () -> CustomDerivatives.customJvp(none, (y, t) -> new ValueAndTangent<>(y, t)).apply(x),
                () -> Ricci.vmap(id, (InAxes) null), () -> Parallel.pmap(id, (InAxes) null),
                () -> Parallel.shard(id, null, Parallel.spec(""), Parallel.spec("")),
                () -> Ricci.vmap((Tensor y) -> Collectives.ppermute(y, null, "i"), named).apply(x),
                () -> Ricci.vmap((Tensor y) -> Collectives.ppermute(y, new int[][] {null}, "i"), named)
                        .apply(x),
                () -> Ricci.vmap((Tensor y) -> Collectives.psum(y, (String[]) null), named).apply(x),
                () -> Ricci.vmap((Tensor y) -> Collectives.pshuffle(y, null, "i"), named).apply(x),
                () -> jitted.donate((int[]) null), () -> jitted.explainCacheMiss((Object[]) null),
                () -> jitted.trace((Object[]) null), () -> new Key(null), () -> Ricci.onThreads(1, null),
                () -> Ricci.tensor((float[]) null), () -> Ricci.tensor((float[][]) null),
                () -> Ricci.tensor((double[]) null), () -> Ricci.tensor((long[]) null),
                () -> x.transpose((int[]) null), () -> Ordering.sort(null, 1, 0),
                () -> Convolutions.maxPool(x, null, Slide.by(1), 1),
                () -> Convolutions.maxPool(x, "[t]", null, 1),
                () -> Manipulation.pad(x, (long[][]) null, 1), () -> Program.parse(null));
        for (int i = 0; i < calls.size(); i++) {
            int number = i;
            RicciException error = assertThrows(RicciException.class,
                    () -> calls.get(number).get(), "call " + i);
            assertTrue(error.getMessage().contains("nothing is null"), "call " + i);
        }
    }

    /** A number has no null, and a tree of no tensors may be null. */
    private static boolean mayBeNull(Method method, int i) {
        Parameter parameter = method.getParameters()[i];
        Type type = parameter.getParameterizedType();
        return parameter.getType().isPrimitive() || type instanceof TypeVariable
                || parameter.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static @Nullable String failure(Method method, int i) {
        Object[] arguments = Arrays.stream(method.getGenericParameterTypes()).map(Surface::ordinary)
                .toArray();
        arguments[i] = null;
        try {
            Surface.callResult(Surface.call(method, Surface.matrix(), arguments), Surface.matrix());
            return "accepted: " + Surface.text(method, arguments);
        } catch (Throwable e) {
            return isClear(e, names(method).get(i)) ? null : Surface.text(method, arguments) + ": " + e;
        }
    }

    /**
     * Ricci's own error, or that of the JVM, which calls what is null by its name, but says nothing at all
     * once it has thrown it so often that it compiled the throw.
     */
    private static boolean isClear(Throwable e, String argument) {
        return e instanceof UserError || (e instanceof NullPointerException && (e.getStackTrace().length == 0
                || String.valueOf(e.getMessage()).contains("\"" + argument + "\" is null")));
    }

    /** The names of the parameters in the source; none if it was compiled without them. */
    private static List<String> names(Method method) {
        String path = "/" + method.getDeclaringClass().getName().replace('.', '/') + ".class";
        try (InputStream bytes = Surface.class.getResourceAsStream(path)) {
            MethodModel model = ClassFile.of().parse(bytes.readAllBytes()).methods().stream()
                    .filter(m -> m.methodName().equalsString(method.getName()) && m.methodType().equalsString(
                            MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                            .descriptorString())).findFirst().orElseThrow();
            boolean isStatic = Modifier.isStatic(method.getModifiers());
            return model.code().orElseThrow().findAttribute(Attributes.localVariableTable()).stream()
                    .flatMap(table -> table.localVariables().stream())
                    .filter(variable -> variable.startPc() == 0 && (isStatic || variable.slot() > 0))
                    .sorted(Comparator.comparingInt(LocalVariableInfo::slot))
                    .map(variable -> variable.name().stringValue()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
