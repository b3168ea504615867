package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Contraction;
import ricci.ir.ConvolutionDimensions;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.Windows;

/** The rules of {@link Simplify} on products that are summed up. */
final class SimplifyProducts {
    static final List<Rule> RULES = List.of(
            new Rule("convolution with a kernel of one place -> dotGeneral", Windows.Convolution.class,
                    SimplifyProducts::pointwise),
            new Rule("convolution of single features with a few kernels each -> with one kernel each",
                    Windows.Convolution.class, SimplifyProducts::multiplied));
    /** More of them fill lanes by themselves. */
    private static final long FEW_KERNELS = 8;

    private SimplifyProducts() {}

    /**
     * Each place's features times the kernel: if the other axes of input and result are in the same order,
     * nothing has to be moved.
     */
    private static @Nullable Atom pointwise(Draft draft, Equation e) {
        Windows.Convolution op = (Windows.Convolution) e.op();
        ConvolutionDimensions d = op.dimensions();
        Atom x = e.operands().getFirst();
        Atom w = e.operands().getLast();
        boolean isPointwise = op.featureGroups() == 1 && op.batchGroups() == 1
                && IntStream.range(0, d.spatial()).allMatch(op.sliding()::isPlain)
                && w.type().shape().select(ConvolutionDimensions.spatial(d.kernel())).size() == 1;
        List<Integer> inputs = new ArrayList<>(d.input());
        List<Integer> results = new ArrayList<>(d.result());
        int inputFeatures = inputs.remove(/* index */ 1);
        int outputs = results.remove(/* index */ 1);
        List<Integer> order = IntStream.range(0, inputs.size()).boxed().toList();
        boolean isInOrder = sorted(order, inputs).equals(sorted(order, results));
        if (!isPointwise || !isInOrder) {
            return null;
        }
        // The axes of the input that come before the features of the result.
        List<Integer> before = sorted(order, inputs).stream().filter(i -> results.get(i) < outputs)
                .map(inputs::get).toList();
        boolean isInputFirst = d.kernel().get(1) < d.kernel().get(0);
        Shape matrix = w.type().shape().select(isInputFirst ? List.of(d.kernel().get(1), d.kernel().get(0))
                : List.of(d.kernel().get(0), d.kernel().get(1)));
        Atom kernel = draft.apply(new Op.Reshape(matrix), w);
        if (before.size() == inputs.size()) {
            return draft.apply(new Op.DotGeneral(new Contraction(List.of(), List.of(), List.of(inputFeatures),
                    List.of(isInputFirst ? 0 : 1)), op.result()), x, kernel);
        }
        int batches = before.size();
        List<Integer> matrixAxes = List.of(batches, batches + 1);
        Atom each = draft.apply(new Op.Broadcast(joined(x.type().shape().select(before), matrix), matrixAxes),
                kernel);
        return draft.apply(new Op.DotGeneral(new Contraction(IntStream.range(0, batches).boxed().toList(),
                before, List.of(batches + (isInputFirst ? 0 : 1)), List.of(inputFeatures)), op.result()),
                each, x);
    }

    /** By where they lie. */
    private static List<Integer> sorted(List<Integer> order, List<Integer> places) {
        return order.stream().sorted((a, b) -> Integer.compare(places.get(a), places.get(b))).toList();
    }

    private static Shape joined(Shape first, Shape second) {
        return Shape.of(IntStream.range(0, first.rank() + second.rank()).mapToLong(i ->
                i < first.rank() ? first.length(i) : second.length(i - first.rank())).toArray());
    }

    /** Each feature is written once for each of its kernels, so that each has its own. */
    private static @Nullable Atom multiplied(Draft draft, Equation e) {
        Windows.Convolution op = (Windows.Convolution) e.op();
        ConvolutionDimensions d = op.dimensions();
        Atom x = e.operands().getFirst();
        Atom w = e.operands().getLast();
        int features = d.input().get(1);
        long groups = op.featureGroups();
        long kernels = w.type().shape().length(d.kernel().getFirst()) / groups;
        // Complex numbers have no tiles, and the parts of what is repeated here would be repeated apart.
        boolean areFew = groups > 1 && kernels > 1 && kernels <= FEW_KERNELS && !op.result().isComplex()
                && w.type().shape().length(d.kernel().get(1)) == 1;
        if (!areFew) {
            return null;
        }
        Shape shape = x.type().shape();
        Shape before = shape.range(0, features + 1);
        Shape after = shape.range(features + 1, shape.rank());
        List<Integer> axes = IntStream.rangeClosed(0, shape.rank()).filter(axis -> axis != features + 1)
                .boxed().toList();
        Atom each = draft.apply(new Op.Broadcast(before.then(kernels).then(after), axes), x);
        Atom all = draft.apply(new Op.Reshape(shape.range(0, features).then(groups * kernels).then(after)),
                each);
        return draft.apply(new Windows.Convolution(d, op.sliding(), groups * kernels, 1, op.result()), all,
                w);
    }
}
