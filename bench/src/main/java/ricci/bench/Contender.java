package ricci.bench;

import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** Who solves problems. */
public enum Contender {
    /** The measure: a copy of the same bytes, or where elements are reduced, a sum of as many ints. */
    PLAIN,
    RICCI,
    /** The measure of what is written into memory that is there: a copy into an array that is there. */
    PLAIN_INTO,
    /** Ricci, with its result in an array that is there. */
    RICCI_INTO,
    /** Loops as one writes them. */
    LOOPS,
    /** PyTorch by way of DJL. */
    TORCH,
    ND4J;

    Supplier<Object> solve(Problem problem) {
        return switch (this) {
            case PLAIN -> plain(problem);
            case RICCI -> problem.ricci();
            case PLAIN_INTO -> plainInto(problem);
            case RICCI_INTO -> problem.ricciInto();
            case LOOPS -> Loops.solve(problem);
            case TORCH -> Torch.solve(problem);
            case ND4J -> Nd4jArrays.solve(problem);
        };
    }

    private static Supplier<Object> plain(Problem problem) {
        float[] x = problem.elements();
        int[] ints = new int[x.length];
        return switch (problem.kind) {
            case MOVE -> () -> {
                float[] y = new float[x.length];
                MemorySegment.copy(MemorySegment.ofArray(x), 0, MemorySegment.ofArray(y), 0, 4L * x.length);
                return y;
            };
            case SUM, MEAN, MAX -> () -> sum(ints);
            case PRODUCT -> Loops.solve(problem);
        };
    }

    private static Supplier<Object> plainInto(Problem problem) {
        float[] x = problem.elements();
        float[] y = new float[x.length];
        return switch (problem.kind) {
            case MOVE -> () -> {
                MemorySegment.copy(MemorySegment.ofArray(x), 0, MemorySegment.ofArray(y), 0, 4L * x.length);
                return y;
            };
            case SUM, MEAN, MAX, PRODUCT -> plain(problem);
        };
    }

    private static int sum(int[] x) {
        int sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i];
        }
        return sum;
    }
}
