package ricci.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import ricci.ir.Collective;
import ricci.ir.NamedAxis;
import ricci.ir.Sharding;
import ricci.ir.TensorType;

/**
 * Shards as threads of this process: they read the operands where these lie and write their parts of the
 * results where those shall lie.
 */
final class LocalThreads implements SpmdEngine {
    private final Semaphore processors;

    /** At most so many shards compute at a time, of all pmaps together. */
    LocalThreads(int threads) {
        processors = new Semaphore(threads);
    }

    @Override
    public String name() {
        return "threads of this process";
    }

    @Override
    public List<Buffer> run(Collective.Pmap map, Executable program, List<Buffer> operands) {
        List<NamedAxis> mesh = map.axes();
        List<Buffer> results = new ArrayList<>();
        for (int i = 0; i < map.out().size(); i++) {
            TensorType whole = map.out().get(i).whole(map.body().results().get(i).type(), mesh);
            results.add(Buffer.allocate(whole.dtype(), whole.shape().size()));
        }
        @Nullable Shard parent = Shard.current();
        Gang gang = parent == null ? new Gang(processors) : parent.gang();
        gang.run(parent, mesh, shard -> {
            List<Buffer> parts = new ArrayList<>();
            for (int i = 0; i < operands.size(); i++) {
                parts.add(Part.of(map.in().get(i), map.body().inputs().get(i).type(), mesh, shard)
                        .take(operands.get(i)));
            }
            List<Buffer> all = program.run(parts);
            for (int i = 0; i < results.size(); i++) {
                Sharding out = map.out().get(i);
                List<NamedAxis> equal = out.replicatedOver(mesh);
                if (equal.isEmpty() || shard.index(equal) == 0) {
                    Part.of(out, map.body().results().get(i).type(), mesh, shard)
                            .put(all.get(i), results.get(i));
                }
            }
        });
        return results;
    }
}
