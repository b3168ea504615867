package ricci.cli;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The {@code main} method of a program, found by the rules of the Java launcher: one with a {@code String[]}
 * before one without; declared or inherited; static or not, in which case the class is instantiated; never
 * private.
 *
 * @param method what is called
 */
record EntryPoint(Method method, Class<?> mainClass) {
    /** Finds {@code main}, or says why the program cannot be started. */
    static EntryPoint of(Compilation program) throws Refusal {
        Class<?> mainClass;
        try {
            mainClass = Class.forName(program.mainClass(), false, program.loader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw cannotStart(program, "its class %s cannot be loaded: %s".formatted(program.mainClass(), e));
        }
        var method = find(mainClass, String[].class).or(() -> find(mainClass));
        if (method.isEmpty()) {
            throw cannotStart(program, whyNoMain(mainClass));
        }
        var entryPoint = new EntryPoint(method.get(), mainClass);
        if (entryPoint.needsInstance()) {
            entryPoint.checkInstantiable(program);
        }
        return entryPoint;
    }

    /** Calls {@code main}. */
    void start(String[] arguments) throws Failed {
        try {
            method.setAccessible(true);
            Object target = null;
            if (needsInstance()) {
                Constructor<?> constructor = mainClass.getDeclaredConstructor();
                constructor.setAccessible(true);
                target = constructor.newInstance();
            }
            if (method.getParameterCount() == 0) {
                method.invoke(target);
            } else {
                method.invoke(target, (Object) arguments);
            }
        } catch (InvocationTargetException e) {
            throw new Failed(Objects.requireNonNullElse(e.getCause(), e));
        } catch (ReflectiveOperationException | LinkageError | StackOverflowError | OutOfMemoryError e) {
            throw new Failed(e);
        }
    }

    private boolean needsInstance() {
        return !Modifier.isStatic(method.getModifiers());
    }

    private void checkInstantiable(Compilation program) throws Refusal {
        String name = mainClass.getSimpleName();
        if (mainClass.isInterface() || Modifier.isAbstract(mainClass.getModifiers())) {
            throw cannotStart(program, "its main method is not static, and %s is abstract".formatted(name));
        }
        Optional<Constructor<?>> constructor = Arrays.stream(mainClass.getDeclaredConstructors())
                .filter(each -> each.getParameterCount() == 0).findFirst();
        if (constructor.isEmpty() || Modifier.isPrivate(constructor.get().getModifiers())) {
            throw cannotStart(program, ("its main method is not static, so %s needs a constructor that is "
                    + "not private and takes nothing").formatted(name));
        }
    }

    private static Refusal cannotStart(Compilation program, String reason) {
        return Refusal.program("ricci: cannot start %s: %s".formatted(program.source().path(), reason));
    }

    private static Optional<Method> find(Class<?> mainClass, Class<?>... parameters) {
        return mains(mainClass).stream()
                .filter(method -> Arrays.equals(method.getParameterTypes(), parameters))
                .filter(method -> method.getReturnType() == void.class)
                .filter(method -> isInherited(method, mainClass))
                .findFirst();
    }

    private static boolean isInherited(Method method, Class<?> mainClass) {
        Class<?> owner = method.getDeclaringClass();
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers)) {
            return false;
        }
        if (owner == mainClass) {
            return true;
        }
        if (owner.isInterface() && Modifier.isStatic(modifiers)) {
            return false;
        }
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers)
                || owner.getPackageName().equals(mainClass.getPackageName());
    }

    /** Every method named main in the class, its superclasses and its interfaces, the nearest first. */
    private static List<Method> mains(Class<?> mainClass) {
        var mains = new ArrayList<Method>();
        for (Class<?> type = mainClass; type != null; type = type.getSuperclass()) {
            addMains(mains, type.getDeclaredMethods());
        }
        addMains(mains, mainClass.getMethods());
        return mains;
    }

    private static void addMains(List<Method> mains, Method[] methods) {
        Arrays.stream(methods)
                .filter(method -> method.getName().equals("main") && !method.isSynthetic())
                .filter(method -> !mains.contains(method))
                .forEach(mains::add);
    }

    private static String whyNoMain(Class<?> mainClass) {
        String name = mainClass.getSimpleName();
        var mains = mains(mainClass);
        if (mains.isEmpty()) {
            return "%s, its first class, has no main method; the class with one comes first".formatted(name);
        }
        var nearest = mains.getFirst();
        if (Modifier.isPrivate(nearest.getModifiers())) {
            return "the main method of %s is private; leave out 'private'".formatted(name);
        }
        if (nearest.getReturnType() != void.class) {
            return "the main method of %s returns %s; it must be void".formatted(name,
                    nearest.getReturnType().getSimpleName());
        }
        return "the main method of %s takes %s; it may take nothing or String[]".formatted(name,
                String.join(", ",
                        Arrays.stream(nearest.getParameterTypes()).map(Class::getSimpleName).toList()));
    }

    /** What {@code main} threw. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        Failed(Throwable failure) {
            super(null, failure, false, false);
        }

        Throwable failure() {
            return Objects.requireNonNull(getCause());
        }
    }
}
