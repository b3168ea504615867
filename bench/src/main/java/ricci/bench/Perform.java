package ricci.bench;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One contender at one network, or kernel of its own. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class Perform {
    /** What is computed. */
    @Param
    public Workload workload = Workload.SORT;
    /** By whom. */
    @Param
    public Convolve.Contender contender = Convolve.Contender.RICCI;
    private Supplier<Object> task = () -> "";

    /** Makes the arguments. */
    @Setup
    public void prepare() {
        task = switch (contender) {
            case RICCI -> SteadyState.of(workload.ricci());
            case TORCH -> workload.torch();
        };
        // What is not there fails now, and has no result.
        Object _ = task.get();
    }

    /** Computes. */
    @Benchmark
    public Object perform() {
        return task.get();
    }
}
