package ricci.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import ricci.Fn3;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.jvm.Workers;

/** One contender at one product of matrices. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Multiply {
    /** What is computed. */
    @Param
    public Product product = Product.SQUARE_64;
    /** By whom. */
    @Param
    public By by = By.RICCI;
    private Supplier<Object> task = () -> "";

    /** Who computes. */
    public enum By {
        /** The measure: as many multiplications and additions in registers of all threads, nothing loaded. */
        PEAK,
        RICCI,
        /** PyTorch by way of DJL. */
        TORCH,
        /** OpenBLAS by itself, one product for each of a batch. */
        OPENBLAS,
        /** oneDNN by itself, likewise. */
        ONEDNN,
        /** ONNX Runtime. */
        ONNX
    }

    /** Makes the arguments. */
    @Setup
    public void prepare() {
        task = switch (by) {
            // Of doubles, half as many fit into a register; what is narrower is multiplied as floats.
            case PEAK -> Peak.of(product.operations() * Math.max(product.dtype.bytes(), Float.BYTES)
                    / Float.BYTES / Workers.count());
            case RICCI -> ricci();
            case TORCH -> torch();
            case OPENBLAS -> openBlas();
            case ONEDNN -> oneDnn();
            case ONNX -> onnx();
        };
        // What is not there fails now, and has no result.
        Object _ = task.get();
    }

    /** Computes. */
    @Benchmark
    public Object multiply() {
        return task.get();
    }

    private Supplier<Object> ricci() {
        Tensor x = product.operand(product.left());
        Tensor y = product.operand(product.right());
        Tensor bias = Product.tensor(product.columns);
        Fn3<Tensor, Tensor, Tensor, Tensor> compiled = Ricci.jit(product::ricci);
        return SteadyState.of(() -> compiled.apply(x, y, bias));
    }

    private Supplier<Object> torch() {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        if (product.dtype == DType.I8) {
            throw new IllegalStateException("no product of bytes");
        }
        DataType type = product.dtype == DType.F64 ? DataType.FLOAT64
                : product.dtype == DType.BF16 ? DataType.BFLOAT16 : DataType.FLOAT32;
        NDArray x = manager.create(Product.elements(product.left()), new Shape(product.left()))
                .toType(type, false);
        NDArray y = manager.create(Product.elements(product.right()), new Shape(product.right()))
                .toType(type, false);
        NDArray bias = manager.create(Product.elements(product.columns));
        return () -> {
            try (NDManager scope = manager.newSubManager()) {
                new NDList(x, y, bias).attach(scope);
                NDArray result = x.matMul(y);
                long size = (product.hasEnd ? Activation.gelu(result.addi(bias)) : result).size();
                new NDList(x, y, bias).attach(manager);
                return size;
            }
        };
    }

    private Supplier<Object> openBlas() {
        if (product.dtype.bytes() < Float.BYTES) {
            throw new IllegalStateException("no product of 16 bits or less");
        }
        return product.dtype == DType.F64 ? alone(() -> OpenBlas.doubles(
                Product.doubles(product.rows, product.sums), Product.doubles(product.sums, product.columns),
                (int) product.rows, (int) product.sums, (int) product.columns))
                : alone(() -> OpenBlas.floats(Product.elements(product.rows, product.sums),
                Product.elements(product.sums, product.columns), (int) product.rows, (int) product.sums,
                (int) product.columns));
    }

    private Supplier<Object> oneDnn() {
        if (product.dtype != DType.F32) {
            throw new IllegalStateException("no product of floats");
        }
        return alone(() -> OneDnn.product(Product.elements(product.rows, product.sums),
                Product.elements(product.sums, product.columns), (int) product.rows, (int) product.sums,
                (int) product.columns));
    }

    /** By a library of products alone: one for each of a batch. */
    private Supplier<Object> alone(Supplier<Supplier<Object>> one) {
        if (product.hasEnd) {
            throw new IllegalStateException("no product alone");
        }
        List<Supplier<Object>> each = Stream.generate(one).limit(product.batch).toList();
        return () -> {
            Object last = each;
            for (Supplier<Object> task : each) {
                last = task.get();
            }
            return last;
        };
    }

    private Supplier<Object> onnx() {
        if (product.hasEnd || product.dtype != DType.F32) {
            throw new IllegalStateException("no product of floats alone");
        }
        return new Onnx("MatMul", Map.of()).task(Stream.of(product.left(), product.right())
                .map(shape -> Onnx.floats(Product.elements(shape), shape)).toList());
    }
}
