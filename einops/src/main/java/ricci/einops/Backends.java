package ricci.einops;

import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Finds the adapter of a tensor's class, once per class. */
final class Backends {
    private static final ClassValue<Optional<Adapter<?>>> KNOWN = new ClassValue<>() {
        @Override
        protected Optional<Adapter<?>> computeValue(Class<?> type) {
            if (ShapedBackend.PLAIN.handles(type)) {
                return Optional.of(ShapedBackend.PLAIN);
            }
            Optional<Adapter<?>> found = search(type, type.getClassLoader());
            return found.isPresent() ? found : search(type, Adapter.class.getClassLoader());
        }

        // Those whose library is not there cannot be loaded, and handle nothing.
        private Optional<Adapter<?>> search(Class<?> type, @Nullable ClassLoader loader) {
            var services = ServiceLoader.load(Adapter.class, loader).iterator();
            while (true) {
                try {
                    if (!services.hasNext()) {
                        return Optional.empty();
                    }
                    Adapter<?> adapter = services.next();
                    if (adapter.handles(type)) {
                        return Optional.of(adapter);
                    }
                } catch (ServiceConfigurationError | LinkageError e) {
                    LOG.log(System.Logger.Level.DEBUG, "skipped an adapter that cannot be loaded", e);
                }
            }
        }
    };

    private static final System.Logger LOG = System.getLogger("ricci.einops");

    private Backends() {}

    /** The adapter for a tensor; one that handles a class is one of its type, or of a supertype. */
    @SuppressWarnings("unchecked")
    static <T> @Nullable Adapter<T> of(T tensor) {
        return (Adapter<T>) KNOWN.get(tensor.getClass()).orElse(null);
    }

    /** What computes for an adapter: itself, or our own arrays, on what {@link Arguments#flat} has read. */
    @SuppressWarnings("unchecked")
    static <T> Backend<T> computing(Adapter<T> adapter) {
        return adapter instanceof Backend<T> backend ? backend
                : (Backend<T>) (Backend<?>) ShapedBackend.PLAIN;
    }

    /** Whether an exception's message is meant for the user as it is: those of {@link UserError}. */
    static boolean isForUsers(RuntimeException e) {
        return e instanceof UserError;
    }
}
