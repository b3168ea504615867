package ricci.bench;

import java.util.Arrays;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

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

    static Supplier<Object> compute(Computation computation) {
        INDArray x = Nd4j.createFromArray(computation.elements()).reshape(computation.shape());
        return freeing(switch (computation) {
            case EXP, EXP_IN_CACHE -> () -> Transforms.exp(x);
            case TANH, TANH_IN_CACHE -> () -> Transforms.tanh(x);
            case SIN, SIN_IN_CACHE -> () -> Transforms.sin(x);
            case SUM_256_AXIS_0, SUM_4096_AXIS_0 -> () -> x.sum(0);
            case SUM_256_AXIS_1, SUM_4096_AXIS_1 -> () -> x.sum(1);
            case SUM_256_AXIS_2 -> () -> x.sum(2);
            case ARGMAX -> () -> x.argMax(1);
            case CUMSUM -> () -> x.cumsum(0);
            case SOFTMAX -> () -> Transforms.softmax(x);
            case TRANSPOSE -> () -> x.transpose().dup('c');
            case CHANNELS_FIRST -> () -> x.permute(0, 3, 1, 2).dup('c');
            case GELU_CHAIN, LAYER_NORM, SOFTMAX_GRADIENT, LAYER_NORM_GRADIENT, GATHER, SCATTER_ADD,
                    SCATTER_ADD_FEWER, UNIFORM, NORMAL ->
                throw new IllegalStateException("several operations, or the same only in another form");
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
