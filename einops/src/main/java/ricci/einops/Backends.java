package ricci.einops;

import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Finds the backend of a tensor's class, once per class. */
final class Backends {
    private static final ClassValue<Optional<Backend<?>>> KNOWN = new ClassValue<>() {
        @Override
        protected Optional<Backend<?>> computeValue(Class<?> type) {
            ShapedBackend plain = new ShapedBackend();
            if (plain.handles(type)) {
                return Optional.of(plain);
            }
            Optional<Backend<?>> found = search(type,
                    ServiceLoader.load(Backend.class, type.getClassLoader()));
            return found.isPresent() ? found
                    : search(type, ServiceLoader.load(Backend.class, Backend.class.getClassLoader()));
        }

        @SuppressWarnings("rawtypes")
        private Optional<Backend<?>> search(Class<?> type, ServiceLoader<Backend> services) {
            for (Backend<?> backend : services) {
                if (backend.handles(type)) {
                    return Optional.of(backend);
                }
            }
            return Optional.empty();
        }
    };

    private Backends() {}

    /** The backend for a tensor; a backend that handles a class is one of its type, or of a supertype. */
    @SuppressWarnings("unchecked")
    static <T> @Nullable Backend<T> of(T tensor) {
        return (Backend<T>) KNOWN.get(tensor.getClass()).orElse(null);
    }

    /** Whether an exception's message is meant for the user as it is: those of {@link UserError}. */
    static boolean isForUsers(RuntimeException e) {
        return e instanceof UserError;
    }
}
