package ricci.ir;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the axes of operand, indices and windows correspond, as in XLA's gather and scatter.
 *
 * <p>The last axis of the indices holds one coordinate per entry of {@code indexed}; its other axes enumerate
 * windows.
 *
 * @param offset the axes of the result (of the updates, for a scatter) that run inside a window
 * @param collapsed the operand's axes whose window length is 1 and that the result lacks
 * @param operandBatch the operand's axes that run together with {@code indexBatch}; the result has them once
 * @param indexBatch the corresponding axes of the indices
 * @param indexed the operand's axis that each coordinate is for
 */
public record GatherDimensions(List<Integer> offset, List<Integer> collapsed, List<Integer> operandBatch,
                               List<Integer> indexBatch, List<Integer> indexed) {
    public GatherDimensions {
        offset = List.copyOf(offset);
        collapsed = List.copyOf(collapsed);
        operandBatch = List.copyOf(operandBatch);
        indexBatch = List.copyOf(indexBatch);
        indexed = List.copyOf(indexed);
    }

    /** The operand's axes that the window keeps, in order. */
    public List<Integer> windowAxes(Shape operand) {
        return operand.axesExcept(Stream.concat(collapsed.stream(), operandBatch.stream())
                .toList());
    }

    /** The window's length along each axis of the operand, for updates of that shape. */
    public Shape window(Shape operand, Shape updates) {
        long[] lengths = new long[operand.rank()];
        Arrays.fill(lengths, 1);
        List<Integer> kept = windowAxes(operand);
        for (int i = 0; i < kept.size(); i++) {
            lengths[kept.get(i)] = updates.length(offset.get(i));
        }
        return Shape.of(lengths);
    }
}
