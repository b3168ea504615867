package ricci.jvm;

import java.lang.ref.SoftReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/** What is known of each length, computed when it is first asked for and kept until memory runs short. */
final class FourierTables<T> {
    private final ConcurrentHashMap<Integer, SoftReference<T>> known = new ConcurrentHashMap<>();
    private final IntFunction<T> compute;

    FourierTables(IntFunction<T> compute) {
        this.compute = compute;
    }

    /** Two threads may compute the same at once: one computation may ask for another, so none is locked. */
    T of(int length) {
        SoftReference<T> reference = known.get(length);
        T table = reference == null ? null : reference.get();
        if (table == null) {
            table = compute.apply(length);
            known.put(length, new SoftReference<>(table));
        }
        return table;
    }
}
