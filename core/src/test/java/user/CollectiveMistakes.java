package user;

import static ricci.Collectives.allToAll;
import static ricci.Collectives.axisIndex;
import static ricci.Collectives.ppermute;
import static ricci.Collectives.pshuffle;
import static ricci.Collectives.psum;
import static ricci.Collectives.psumScatter;
import static ricci.Parallel.mesh;
import static ricci.Parallel.pmap;
import static ricci.Parallel.shard;
import static ricci.Parallel.spec;
import static ricci.Ricci.NONE;
import static ricci.Ricci.inAxes;
import static ricci.Ricci.jit;
import static ricci.Ricci.ones;
import static ricci.Ricci.outAxis;
import static ricci.Ricci.vmap;
import static ricci.Ricci.zeros;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.function.Executable;
import ricci.Fn;
import ricci.InAxes;
import ricci.Tensor;
import ricci.ir.Program;

/** What users get wrong with named axes and shards; see {@link Mistakes}. */
final class CollectiveMistakes {
    private CollectiveMistakes() {}

    static void add(Map<String, Executable> all) {
        InAxes overI = inAxes(0).named("i");
        Fn<Tensor, Tensor> sum = x -> psum(x, "i");
        all.put("collective-outside", () -> psum(ones(3), "i"));
        all.put("collective-outside-jit", () -> jit(sum).apply(ones(3)));
        all.put("collective-unknown-axis", () -> vmap((Tensor x) -> psum(x, "rows"), overI).apply(ones(3)));
        all.put("collective-axis-twice", () -> vmap((Tensor x) -> psum(x, "i", "i"), overI).apply(ones(3)));
        all.put("collective-no-axis", () -> vmap((Tensor x) -> psum(x), overI).apply(ones(3)));
        all.put("collective-split", () -> vmap((Tensor x) -> psumScatter(x, 0, true, "i"), overI)
                .apply(ones(3, 4)));
        all.put("collective-untiled", () -> vmap((Tensor x) -> allToAll(x, 0, 0, false, "i"), overI)
                .apply(ones(3, 4)));
        all.put("collective-scatter", () -> vmap((Tensor x) -> psumScatter(x, 0, false, "i"), overI)
                .apply(ones(3, 4)));
        all.put("collective-axis-of-scalar", () -> vmap((Tensor x) -> psumScatter(x, 0, true, "i"), overI)
                .apply(ones(3)));
        all.put("collective-pairs", () -> vmap((Tensor x) -> ppermute(x, new int[][] {{0, 1}, {2, 1}}, "i"),
                overI).apply(ones(3)));
        all.put("collective-shuffle", () -> vmap((Tensor x) -> pshuffle(x, new int[] {0, 0, 1}, "i"), overI)
                .apply(ones(3)));
        all.put("axis-name", () -> inAxes(0).named("my axis"));
        all.put("axis-size", () -> vmap((Tensor x) -> x, overI.size(4)).apply(ones(3)));
        all.put("pmap-out-none", () -> pmap((Tensor x) -> x, overI, outAxis(NONE)).apply(ones(3)));
        all.put("pmap-nothing", () -> pmap((Tensor x) -> x).apply(zeros(0, 2)));
        all.put("shard-replicated-claim", () -> shard((Tensor x) -> x.add(axisIndex("i")),
                mesh("i", 2).by("j", 2), spec("_ j"), spec("_ j")).apply(ones(3, 4)));
        all.put("shard-unequal-parts", () -> shard(sum, mesh("i", 2), spec("_ i"), spec(""))
                .apply(ones(4, 3)));
        all.put("shard-unknown-axis", () -> shard(sum, mesh("i", 2), spec("k"), spec("")).apply(ones(4)));
        all.put("shard-axis-twice", () -> shard(sum, mesh("i", 2), spec("i i"), spec("")).apply(ones(4, 4)));
        all.put("shard-too-many-axes", () -> shard(sum, mesh("i", 2), spec("_ i"), spec("")).apply(ones(4)));
        all.put("shard-too-many", () -> shard((Tensor x) -> x, mesh("k", Integer.MAX_VALUE), spec(""),
                spec("")).apply(ones(2)));
        all.put("shard-spec", () -> spec("i (j"));
        all.put("shard-arguments", () -> shard((Tensor x, Tensor y) -> x.add(y), mesh("i", 2),
                List.of(spec("i")), spec("i")));
        all.put("mesh", () -> mesh("i", 2).by("i", 3));
        all.put("program-pmap", () -> Program.parse("""
                program(a: f32[4]) {
                  b: f32[4] = pmap{over=[i], sizes=[3], in=[[[i]]], out=[[[i]]]} program(a: f32[2]) {
                    return a
                  }(a)
                  return b
                }
                """));
    }
}
