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

/** One contender at one problem. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class Race {
    /** What is solved. */
    @Param
    public Problem problem = Problem.TRANSPOSE;
    /** By whom. */
    @Param
    public Contender contender = Contender.RICCI;
    private Supplier<Object> task = () -> "";

    /** Makes the argument. */
    @Setup
    public void prepare() {
        task = contender.solve(problem);
    }

    /** Solves the problem. */
    @Benchmark
    public Object solve() {
        return task.get();
    }
}
