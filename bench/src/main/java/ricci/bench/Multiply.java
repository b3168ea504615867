package ricci.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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
        /** The measure: as many multiplications and additions in registers, with nothing to load. */
        PEAK,
        RICCI,
        /** PyTorch by way of DJL. */
        TORCH,
        /** ND4J, whose products are OpenBLAS's. */
        ND4J
    }

    /** Makes the arguments. */
    @Setup
    public void prepare() {
        task = switch (by) {
            case PEAK -> Peak.of(product.operations());
            case RICCI -> ricci();
            case TORCH -> torch();
            case ND4J -> nd4j();
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
        Tensor x = Product.tensor(product.left());
        Tensor y = Product.tensor(product.right());
        Tensor bias = Product.tensor(product.columns);
        Fn3<Tensor, Tensor, Tensor, Tensor> compiled = Ricci.jit(product::ricci);
        return SteadyState.of(() -> compiled.apply(x, y, bias));
    }

    private Supplier<Object> torch() {
        NDManager manager = NDManager.newBaseManager("PyTorch");
        NDArray x = manager.create(Product.elements(product.left()), new Shape(product.left()));
        NDArray y = manager.create(Product.elements(product.right()), new Shape(product.right()));
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

    private Supplier<Object> nd4j() {
        if (product.batch > 1 || product.hasEnd) {
            throw new IllegalStateException("no single product");
        }
        INDArray x = Nd4j.createFromArray(Product.elements(product.left())).reshape(product.left());
        INDArray y = Nd4j.createFromArray(Product.elements(product.right())).reshape(product.right());
        return () -> {
            INDArray result = x.mmul(y);
            long size = result.length();
            result.close();
            return size;
        };
    }
}
