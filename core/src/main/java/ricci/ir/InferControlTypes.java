package ricci.ir;

import static ricci.ir.InferTypes.list;

import java.util.ArrayList;
import java.util.List;

/** The typing rules of {@link Control}. */
final class InferControlTypes {
    private static final TensorType INDEX = TensorType.of(DType.I32);
    private static final TensorType TRUTH = TensorType.of(DType.BOOL);

    private InferControlTypes() {}

    static List<TensorType> of(Control op, List<TensorType> operands) {
        return switch (op) {
            case Control.Cond cond -> cond(cond, operands);
            case Control.While loop -> loop(loop, operands);
            case Control.Scan scan -> scan(scan, operands);
        };
    }

    private static List<TensorType> cond(Control.Cond op, List<TensorType> operands) {
        require(!op.branches().isEmpty(), op, operands, "there is at least one branch");
        require(!operands.isEmpty() && operands.getFirst().equals(INDEX), op, operands,
                "the first operand is the index of a branch, " + INDEX);
        List<TensorType> results = op.branches().getFirst().resultTypes();
        for (Program branch : op.branches()) {
            accepts(branch, op, operands.subList(1, operands.size()), operands);
            require(branch.resultTypes().equals(results), op, operands,
                    "all branches give the same types; one gives " + list(results) + ", another "
                    + list(branch.resultTypes()));
        }
        return results;
    }

    private static List<TensorType> loop(Control.While op, List<TensorType> operands) {
        int first = op.conditionConstants();
        int second = op.bodyConstants();
        require(first >= 0 && second >= 0 && operands.size() == first + second + op.carries(), op, operands,
                "the operands are the constants of condition and body, and the carry");
        List<TensorType> carry = operands.subList(first + second, operands.size());
        accepts(op.condition(), op, Lists.join(operands.subList(0, first), carry), operands);
        accepts(op.body(), op, operands.subList(first, operands.size()), operands);
        require(op.condition().resultTypes().equals(List.of(TRUTH)), op, operands,
                "the condition gives " + TRUTH + ", not " + list(op.condition().resultTypes()));
        require(op.body().resultTypes().equals(carry), op, operands,
                "the body gives the types of the carry, " + list(carry) + ", not "
                + list(op.body().resultTypes()));
        return carry;
    }

    private static List<TensorType> scan(Control.Scan op, List<TensorType> operands) {
        int first = op.constants();
        int last = first + op.carries();
        require(first >= 0 && op.carries() >= 0 && op.xs() >= 0 && op.outputs() >= 0 && op.length() >= 0
                && operands.size() == last + op.xs(), op, operands,
                "the operands are constants, carries and xs, as many as the body has inputs, and no count "
                + "is negative");
        List<TensorType> each = new ArrayList<>(operands.subList(0, last));
        for (TensorType x : operands.subList(last, operands.size())) {
            require(x.rank() > 0 && x.shape().length(0) == op.length(), op, operands,
                    "the first axis of xs has the length " + op.length() + "; that of " + x + " has not");
            each.add(x.with(x.shape().without(List.of(0))));
        }
        accepts(op.body(), op, each, operands);
        List<TensorType> given = op.body().resultTypes();
        List<TensorType> carry = operands.subList(first, last);
        require(given.subList(0, op.carries()).equals(carry), op, operands,
                "the body gives the types of the carry, " + list(carry) + ", not "
                + list(given.subList(0, op.carries())));
        List<TensorType> results = new ArrayList<>(carry);
        given.subList(op.carries(), given.size()).forEach(y -> results.add(stacked(y, op.length())));
        return results;
    }

    /** That many of the type along a new first axis. */
    static TensorType stacked(TensorType each, long length) {
        long[] lengths = new long[each.rank() + 1];
        System.arraycopy(each.shape().toArray(), 0, lengths, 1, each.rank());
        lengths[0] = length;
        return each.with(Shape.of(lengths));
    }

    private static void accepts(Program program, Op op, List<TensorType> types, List<TensorType> operands) {
        require(program.inputTypes().equals(types), op, operands, "a program inside has the inputs "
                + list(program.inputTypes()) + ", and is given " + list(types));
    }

    private static void require(boolean holds, Op op, List<TensorType> operands, String rule) {
        if (!holds) {
            throw new RicciException.IllTyped("run " + OpText.name(op), list(operands), rule,
                    "pass operands and programs that fit");
        }
    }
}
