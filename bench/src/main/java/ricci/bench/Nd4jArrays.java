package ricci.bench;

import java.util.Arrays;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J; its arrays are freed at once, as its manual advises. */
final class Nd4jArrays {
    private Nd4jArrays() {}

    static Supplier<Object> solve(Problem problem) {
        long[] shape = problem.shape();
        INDArray x = Nd4j.createFromArray(problem.elements()).reshape(shape);
        INDArray split = x.reshape(problem.split());
        int[] axes = problem.axes();
        return freeing(switch (problem.kind) {
            case MOVE -> () -> split.permute(axes).dup('c');
            case SUM -> () -> x.sum(axes);
            case MEAN -> () -> x.mean(axes);
            case MAX -> () -> x.max(axes);
            case PRODUCT -> () -> x.mmul(x);
        });
    }

    private static Supplier<Object> freeing(Supplier<INDArray> step) {
        return () -> {
            INDArray y = step.get();
            String shape = Arrays.toString(y.shape());
            y.close();
            return shape;
        };
    }
}
