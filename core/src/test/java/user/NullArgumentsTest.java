package user;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ricci.einops.UserError;

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
