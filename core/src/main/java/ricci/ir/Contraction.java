package ricci.ir;

import java.util.List;
import java.util.stream.Stream;

/**
 * Which axes of two operands run together: batch axes stay, contracted ones are summed over, the rest are
 * free.
 */
public record Contraction(List<Integer> leftBatch, List<Integer> rightBatch,
                          List<Integer> leftContracted, List<Integer> rightContracted) {
    public Contraction {
        leftBatch = List.copyOf(leftBatch);
        rightBatch = List.copyOf(rightBatch);
        leftContracted = List.copyOf(leftContracted);
        rightContracted = List.copyOf(rightContracted);
    }

    /** The free axes of the left operand, in order. */
    public List<Integer> leftFree(Shape left) {
        return free(left, leftBatch, leftContracted);
    }

    /** The free axes of the right operand, in order. */
    public List<Integer> rightFree(Shape right) {
        return free(right, rightBatch, rightContracted);
    }

    /** The same product with the operands exchanged. */
    public Contraction swapped() {
        return new Contraction(rightBatch, leftBatch, rightContracted, leftContracted);
    }

    private static List<Integer> free(Shape shape, List<Integer> batch, List<Integer> contracted) {
        return shape.axesExcept(Stream.concat(batch.stream(), contracted.stream()).toList());
    }
}
