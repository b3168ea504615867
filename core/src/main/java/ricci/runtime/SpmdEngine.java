package ricci.runtime;

import java.util.List;
import java.util.ServiceLoader;
import ricci.ir.Collective;

/**
 * What runs the shards of a {@link Collective.Pmap}. The default runs them on threads of this process, which
 * share its memory. Another one, such as a cluster's, is provided as a service of this interface.
 *
 * <p>An engine cuts the operands as the pmap says, has its program run once for each point of its mesh, lets
 * the shards meet at collectives, and puts the results together. What a collective computes is said at its
 * record; sums go over the shards in the order of their numbers, so that results are the same, bit for bit,
 * wherever the shards run. If a shard fails, all end, and the error says which it was. An engine keeps no
 * threads or memory once it has returned.
 */
public interface SpmdEngine {
    /** A short name, for people. */
    String name();

    /**
     * The results of {@code map} on whole operands.
     *
     * @param shard runs the program of {@code map} on one shard's parts, on the thread that calls it; inside,
     *     collectives go through the {@link Shard} in whose scope it is called. An engine elsewhere runs
     *     {@code map.body()} in its own way.
     * @throws ricci.ir.RicciException if a shard fails
     */
    List<Buffer> run(Collective.Pmap map, Executable shard, List<Buffer> operands);

    /** The engine in use: the first provided one, else threads of this process. */
    static SpmdEngine installed() {
        return Installed.ENGINE;
    }

    /** Looks the service up once, when it is first needed. */
    final class Installed {
        private static final SpmdEngine ENGINE =
                ServiceLoader.load(SpmdEngine.class, SpmdEngine.class.getClassLoader())
                .findFirst().orElseGet(() -> new LocalThreads(Runtime.getRuntime().availableProcessors()));

        private Installed() {}
    }
}
