package ricci.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import ricci.Fn;
import ricci.Ricci;
import ricci.Tensor;

/** One contender at one computation. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Compute {
    /** What is computed. */
    @Param
    public Computation computation = Computation.EXP;
    /** By whom. */
    @Param
    public Machine machine = Machine.RICCI;
    private Supplier<Object> task = () -> "";

    /** Who computes. */
    public enum Machine {
        /** The measure: as many bytes copied to memory that is there, or read, in pieces of a vector. */
        LIMIT,
        /** A compiled program. */
        RICCI,
        /** Each operation for itself, as it is called. */
        EAGER,
        /** A loop as one writes it. */
        LOOP,
        /** PyTorch by way of DJL. */
        TORCH,
        /** ONNX Runtime. */
        ONNX,
        ND4J
    }

    /** Makes the argument. */
    @Setup
    public void prepare() {
        task = switch (machine) {
            case LIMIT -> limit();
            case RICCI -> ricci(Ricci.jit(computation.ricci));
            case EAGER -> ricci(computation.ricci);
            case LOOP -> loop();
            case TORCH -> torch();
            case ONNX -> onnx();
            case ND4J -> Nd4jArrays.compute(computation);
        };
        // What is not there fails now, and has no result.
        Object _ = task.get();
    }

    /** Computes. */
    @Benchmark
    public Object compute() {
        return task.get();
    }

    private Supplier<Object> ricci(Fn<Tensor, Tensor> f) {
        Tensor x = Ricci.tensor(computation.elements(), computation.shape());
        return SteadyState.of(() -> f.apply(x));
    }

    private Supplier<Object> limit() {
        long bytes = 4L * computation.size();
        return switch (computation.limit) {
            case COPY -> Copy.of(bytes);
            case READ -> {
                MemorySegment from = Copy.memory(bytes);
                // A comparison reads both, half of each.
                yield () -> from.asSlice(0, bytes / 2).mismatch(from.asSlice(bytes / 2));
            }
        };
    }

    private Supplier<Object> loop() {
        Computation.FloatFunction f = computation.loop;
        if (f == null) {
            throw new IllegalStateException("no loop");
        }
        float[] x = computation.elements();
        float[] y = new float[x.length];
        return () -> {
            for (int i = 0; i < x.length; i++) {
                y[i] = f.apply(x[i]);
            }
            return y;
        };
    }

    private Supplier<Object> torch() {
        Function<NDArray, NDArray> f = computation.torch;
        if (f == null) {
            throw new IllegalStateException("not in PyTorch");
        }
        NDManager manager = NDManager.newBaseManager("PyTorch");
        NDArray x = manager.create(computation.elements(), new Shape(computation.shape()));
        return Torch.closing(manager, x, f);
    }

    private Supplier<Object> onnx() {
        if (computation.onnx == null) {
            throw new IllegalStateException("no operator");
        }
        return computation.onnx.task(List.of(Onnx.floats(computation.elements(), computation.shape())));
    }
}
