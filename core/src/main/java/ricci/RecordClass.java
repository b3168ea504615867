package ricci;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.RicciException;

/** A record class seen from outside: names and accessors of its components, and its canonical constructor. */
final class RecordClass {
    private static final ClassValue<RecordClass> KNOWN = new ClassValue<>() {
        @Override
        protected RecordClass computeValue(Class<?> type) {
            return new RecordClass(type);
        }
    };

    private final Class<?> type;
    private final List<String> names = new ArrayList<>();
    private final List<Class<?>> types = new ArrayList<>();
    private final List<MethodHandle> accessors = new ArrayList<>();
    private final MethodHandle constructor;

    private RecordClass(Class<?> type) {
        this.type = type;
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        RecordComponent[] components = type.getRecordComponents();
        try {
            for (RecordComponent component : components) {
                Method accessor = component.getAccessor();
                accessor.setAccessible(true);
                names.add(component.getName());
                types.add(component.getType());
                accessors.add(lookup.unreflect(accessor));
            }
            Constructor<?> canonical = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            constructor = lookup.unreflectConstructor(canonical).asFixedArity()
                    .asSpreader(Object[].class, types.size());
        } catch (InaccessibleObjectException | ReflectiveOperationException e) {
            throw new RicciException.Structure(
                    "read the record " + type.getName(), type.getModule().toString(),
                    "the package of a record of tensors is open to ricci.core",
                    "write 'opens " + type.getPackageName() + " to ricci.core;' in your module-info.java");
        }
    }

    static RecordClass of(Class<?> type) {
        return KNOWN.get(type);
    }

    List<String> names() {
        return names;
    }

    @Nullable Object component(int index, Record record) {
        return guarded(() -> accessors.get(index).invoke(record));
    }

    Object construct(@Nullable Object[] components) {
        for (int i = 0; i < components.length; i++) {
            requireFits(type.getSimpleName() + "." + names.get(i), types.get(i), components[i]);
        }
        return guarded(() -> constructor.invoke(components));
    }

    /** A tree is rebuilt of lists, maps and tensors in general, which a narrower type may not accept. */
    static void requireFits(String place, Class<?> declared, @Nullable Object value) {
        if (value != null && !declared.isPrimitive() && !declared.isInstance(value)) {
            throw new RicciException.Structure("rebuild a tree", place + " of type "
                    + declared.getSimpleName(),
                    "transformations make new lists, maps and tensors, of no class in particular",
                    "declare it as a List, a Map or a Tensor");
        }
    }

    private interface Call {
        Object run() throws Throwable;
    }

    /** The user's constructor or accessor may throw: what it throws is the user's to see. */
    private Object guarded(Call call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new RicciException.Structure("make a " + type.getSimpleName(), e.toString(),
                    "the constructor and accessors of a record of tensors throw no checked exceptions",
                    "throw an unchecked exception instead");
        }
    }
}
