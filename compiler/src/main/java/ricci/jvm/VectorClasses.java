package ricci.jvm;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Has all classes of vectors and masks loaded before a kernel is compiled. The JVM compiles on the assumption
 * that those it has seen are all there are. When the first kernel with vectors of another kind comes, it
 * would throw away the code of all others, which then take seconds until they are compiled again.
 *
 * <p>This takes a moment, so it begins early, on a thread of its own.
 */
final class VectorClasses {
    private static final List<Class<?>> ELEMENTS = List.of(byte.class, short.class, int.class, long.class,
            float.class, double.class);
    private static final int NARROWEST = 64;

    private static final CompletableFuture<Integer> DONE = CompletableFuture.supplyAsync(VectorClasses::load,
            task -> Thread.ofPlatform().daemon().name("ricci-vectors").start(task));

    private VectorClasses() {}

    /** Begins. */
    static void begin() {}

    /** Waits until they are there. */
    static void await() {
        Integer _ = DONE.join();
    }

    /** Loads them, and counts the lanes of all. */
    private static int load() {
        int lanes = 0;
        int widest = Machine.here().vectorBits();
        for (int bits = NARROWEST; bits <= widest; bits *= 2) {
            for (Class<?> element : ELEMENTS) {
                VectorSpecies<?> species = VectorSpecies.of(element, VectorShape.forBitSize(bits));
                VectorMask<?> mask = species.zero().compare(VectorOperators.EQ, 0);
                lanes += mask.trueCount() + species.maskAll(true).trueCount();
            }
        }
        return lanes;
    }
}
