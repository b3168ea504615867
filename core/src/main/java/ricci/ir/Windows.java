package ricci.ir;

import java.util.List;

/**
 * The primitives that look at windows of a tensor, and others that choose elements by where they are or by
 * their order.
 */
public sealed interface Windows extends Op {

    /**
     * Operands input and kernel: at every place of the kernel over the input, the sum of the products of the
     * elements that meet, over the spatial axes and the input features. The kernel is not reversed; holes
     * hold 0.
     *
     * <p>With feature groups, input features and output features fall into that many groups, and only
     * features of one group meet. With batch groups, the batch and the output features do, and the result
     * has the batch of one group. Sums and result have dtype {@code result}.
     */
    record Convolution(ConvolutionDimensions dimensions, Sliding sliding, long featureGroups,
                       long batchGroups, DType result) implements Windows {}

    /** The monoid's sum over each window; holes hold its neutral element. */
    record ReduceWindow(Monoid monoid, Shape window, Sliding sliding) implements Windows {}

    /**
     * Where in each window the first extreme element is: its position in row-major order along {@code axes}
     * of the operand, which are all that the window does not leave as they are; -1 where there are only
     * holes. NaN is the most extreme.
     */
    record ArgReduceWindow(Op.ArgReduce.Extremum extremum, Shape window, Sliding sliding,
                           List<Integer> axes, DType index) implements Windows {
        public ArgReduceWindow {
            axes = List.copyOf(axes);
        }
    }

    /**
     * Operands x and an integer scalar per axis: the part of x that starts there. A negative start counts
     * from the end, once; then it is moved so that the part lies inside.
     */
    record DynamicSlice(Shape sizes) implements Windows {}

    /** Operands x, a part, and starts as in {@link DynamicSlice}: x with that part in place of its own. */
    record DynamicUpdateSlice() implements Windows {}

    /**
     * The k greatest elements along the last axis, from the greatest on, and where they are; NaN is the
     * greatest, and of equal ones the first comes first.
     */
    record TopK(long k, DType index) implements Windows {}

    /** Operands low, x and high: {@code min(max(x, low), high)}. Inside the bounds x has the derivative. */
    record Clamp() implements Windows {}
}
