package ricci.bench;

import java.util.List;
import java.util.Map;
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
            case LIMIT -> workload.work().limit();
            case RICCI -> SteadyState.of(workload.ricci());
            case TORCH -> workload.torch();
            case ONNX -> onnx();
            case ONEDNN -> throw new IllegalStateException("no single primitive of oneDNN");
        };
        // What is not there fails now, and has no result.
        Object _ = task.get();
    }

    /** Computes. */
    @Benchmark
    public Object perform() {
        return task.get();
    }

    private Supplier<Object> onnx() {
        return switch (workload) {
            case TOP_K -> new Onnx("TopK", Map.of("axis", 1), List.of(Onnx.longs(64))).task(
                    List.of(Onnx.floats(Product.elements(4096, 1024), 4096, 1024)));
            case ATTENTION_256, ATTENTION_256_GRADIENT, ATTENTION_2048, ATTENTION_2048_GRADIENT, MLP_STEP,
                    CNN_STEP, TRANSFORMER_BLOCK, TRANSFORMER_BLOCK_GRADIENT, LSTM, LSTM_GRADIENT, GRU,
                    GRU_GRADIENT, SORT, ARGSORT, SORT_ROWS, SEARCH_SORTED, ONE_HOT_SUM, SOLVE_3X3,
                    CHOLESKY_512, FFT, FFT_ROWS, DISTANCES, DISTANCES_BY_PRODUCT ->
                    throw new IllegalStateException("no single operator of ONNX");
        };
    }
}
