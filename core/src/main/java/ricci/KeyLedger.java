package ricci;

import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import ricci.ir.RicciException;
import ricci.ir.Source;

/** Which keys have been used, and where: those of {@link Random#detectReuse}. */
final class KeyLedger {
    private static final ScopedValue<KeyLedger> CURRENT = ScopedValue.newInstance();

    private final Map<Object, Source> used = new HashMap<>();
    /** What a traced key was folded from: the same number folded into the same key is the same key. */
    private final IdentityHashMap<Tensor, Object> folded = new IdentityHashMap<>();

    private KeyLedger() {}

    static <R> R watch(Supplier<R> f) {
        return ScopedValue.where(CURRENT, new KeyLedger()).call(f::get);
    }

    static boolean isWatching() {
        return CURRENT.isBound();
    }

    /** A key is used up, if someone is watching. */
    static void use(Key key) {
        if (CURRENT.isBound()) {
            CURRENT.get().enter(key);
        }
    }

    /** A key was made of another one and a number; neither is used up. */
    static void fold(Key from, long number, Key to) {
        if (CURRENT.isBound() && to.words() instanceof Tracer) {
            KeyLedger ledger = CURRENT.get();
            ledger.folded.put(to.words(), new Folded(ledger.identity(from.words()), number));
        }
    }

    private record Folded(Object from, long number) {}

    private record Traced(Trace trace, Object atom) {}

    private Object identity(Tensor words) {
        Object origin = folded.get(words);
        return origin != null ? origin : switch (words) {
            case Array array -> Arrays.stream(array.toLongs()).boxed().toList();
            case Tracer tracer -> new Traced(tracer.trace(), tracer.atom());
        };
    }

    private void enter(Key key) {
        Source here = Source.here();
        Source before = used.putIfAbsent(identity(key.words()), here);
        if (before != null) {
            throw new RicciException.KeyReuse("use a key for the second time",
                    key + ", used at " + before + " and again at " + here,
                    "the same key gives the same numbers, so what is drawn from it twice is not independent",
                    "split it and use each part once: List<Key> keys = key.split(2)");
        }
    }
}
