package ricci.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import java.util.function.Supplier;

/** PyTorch by way of DJL, whose number of threads is set when the process is started. */
final class Torch {
    private Torch() {}

    static Supplier<Object> solve(Problem problem) {
        // Lives as long as the process.
        NDManager manager = NDManager.newBaseManager("PyTorch");
        NDArray x = manager.create(problem.elements(), new Shape(problem.shape()));
        Shape split = new Shape(problem.split());
        int[] axes = problem.axes();
        return closing(manager, x, switch (problem.kind) {
            // A view until it is flattened, which copies.
            case MOVE -> y -> y.reshape(split).transpose(axes).flatten();
            case SUM -> y -> y.sum(axes);
            case MEAN -> y -> y.mean(axes);
            case MAX -> y -> y.max(axes);
            case PRODUCT -> y -> y.matMul(y);
        });
    }

    /** Everything that is made on the way is freed. */
    static Supplier<Object> closing(NDManager manager, NDArray x,
            Function<NDArray, NDArray> step) {
        return () -> {
            try (NDManager scope = manager.newSubManager()) {
                x.attach(scope);
                long size = step.apply(x).size();
                x.attach(manager);
                return size;
            }
        };
    }
}
