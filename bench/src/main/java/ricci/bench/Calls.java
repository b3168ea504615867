package ricci.bench;

import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.shaped;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import ricci.einops.Einops;
import ricci.einops.Rearrange;
import ricci.einops.Reduce;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/** What a call costs when there is next to nothing to do. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Calls {
    private static final Rearrange TURN = Einops.rearrange("h w -> w h");
    private static final Rearrange PATCHES = Einops.rearrange("(h p) w -> h (p w)", axis("p", 2));
    private static final Reduce SUM = Einops.reduce("h w -> h", Reduction.SUM);

    private final Shaped<float[]> tiny = shaped(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2);
    private final Shaped<float[]> square = shaped(filled(), 70, 70);

    private static float[] filled() {
        float[] x = new float[70 * 70];
        Arrays.fill(x, 0.5f);
        return x;
    }

    /** The least that a rearrange can do: a result is made and filled. */
    @Benchmark
    public Object turnByHand() {
        float[] x = tiny.data();
        float[] y = new float[x.length];
        for (int w = 0; w < 2; w++) {
            for (int h = 0; h < 4; h++) {
                y[w * 4 + h] = x[h * 2 + w];
            }
        }
        return shaped(y, 2, 4);
    }

    /** A call whose pattern is known. */
    @Benchmark
    public Object turnByCall() {
        return Einops.rearrange(tiny, "h w -> w h");
    }

    /** A call with an axis' length. */
    @Benchmark
    public Object patchesByCall() {
        return Einops.rearrange(tiny, "(h p) w -> h (p w)", axis("p", 2));
    }

    /** An operation that was made before. */
    @Benchmark
    public Object turnByLayer() {
        return TURN.apply(tiny);
    }

    /** An operation that only reshapes. */
    @Benchmark
    public Object patchesByLayer() {
        return PATCHES.apply(tiny);
    }

    /** A reduction that was made before. */
    @Benchmark
    public Object sumByLayer() {
        return SUM.apply(tiny);
    }

    /** Three factors of 70 by 70. */
    @Benchmark
    public Object chainByEinsum() {
        return Einops.einsum(square, square, square, "a b, b c, c d -> a d");
    }

    /** The same in loops. */
    @Benchmark
    public Object chainByHand() {
        return Loops.product(Loops.product(square.data(), square.data(), 70), square.data(), 70);
    }
}
