package ricci.einops;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded map for several threads. Two generations: when the young one is full it becomes the old one,
 * whose entries return to the young one when they are used, so what is in use stays and reading takes no
 * lock.
 */
final class Cache<K, V> {
    private final int bound;
    private volatile ConcurrentHashMap<K, V> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<K, V> old = new ConcurrentHashMap<>();

    Cache(int bound) {
        this.bound = bound;
    }

    /** The value for a key, made if it is not there; two threads may both make it, and then share one. */
    V get(K key, Supplier<V> maker) {
        V value = find(key);
        return value != null ? value : keep(key, maker.get());
    }

    /** The value for a key, if it is there. */
    @Nullable V find(K key) {
        V value = young.get(key);
        if (value != null) {
            return value;
        }
        V earlier = old.get(key);
        return earlier == null ? null : keep(key, earlier);
    }

    private V keep(K key, V value) {
        if (young.size() >= bound) {
            turn();
        }
        V raced = young.putIfAbsent(key, value);
        return raced == null ? value : raced;
    }

    int size() {
        return young.size() + old.size();
    }

    private synchronized void turn() {
        if (young.size() >= bound) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }
}
