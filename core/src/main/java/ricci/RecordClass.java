package ricci;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
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
                accessors.add(lookup.unreflect(accessor));
            }
            Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<?> canonical = type.getDeclaredConstructor(types);
            canonical.setAccessible(true);
            constructor = lookup.unreflectConstructor(canonical).asSpreader(Object[].class, types.length);
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
        return guarded(() -> constructor.invoke(components));
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
