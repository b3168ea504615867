package ricci.compiler;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.InferTypes;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;

/** Windows of any length, several of which are taken in a turn, and some of which are the same or overlap. */
class IndexedTest {
    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void rows(@ForAll @IntRange(max = 9) int count, @ForAll @IntRange(min = 1, max = 70) int length,
            @ForAll Op.Scatter.Combiner combiner, @ForAll Op.OutOfBounds mode) {
        check(count, new GatherDimensions(List.of(1), List.of(0), List.of(), List.of(), List.of(0)),
                Shape.of(3, length), Shape.of(1, length), combiner, mode);
    }

    /** So long that threads share each of them. */
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void longRows(@ForAll @IntRange(max = 40) int count, @ForAll @IntRange(min = 1, max = 6) int lines,
            @ForAll Op.Scatter.Combiner combiner, @ForAll Op.OutOfBounds mode) {
        check(count, new GatherDimensions(List.of(1), List.of(0), List.of(), List.of(), List.of(0)),
                Shape.of(30, 1024L * lines), Shape.of(1, 1024L * lines), combiner, mode);
    }

    /** The updates come one after the other, also where windows overlap. */
    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void overlaps(@ForAll @IntRange(max = 9) int count, @ForAll @IntRange(min = 1, max = 70) int length,
            @ForAll Op.Scatter.Combiner combiner, @ForAll Op.OutOfBounds mode) {
        check(count, new GatherDimensions(List.of(1), List.of(), List.of(), List.of(), List.of(0)),
                Shape.of(length + 4), Shape.of(length), combiner, mode);
    }

    private static void check(int count, GatherDimensions d, Shape shape, Shape window,
            Op.Scatter.Combiner combiner, Op.OutOfBounds mode) {
        TensorType type = new TensorType(DType.F32, shape);
        TensorType of = new TensorType(DType.I32, Shape.of(count, 1));
        Op.Gather gather = new Op.Gather(d, window, mode);
        TensorType updates = InferTypes.of(gather, List.of(type, of)).getFirst();
        Buffer x = numbers(type, 7);
        // Some are outside, and some there twice.
        Buffer places = Buffer.ofIntegers(DType.I32,
                IntStream.range(0, count).mapToLong(i -> i * 5 % 7 - 1).toArray());
        run(gather, List.of(type, of), List.of(x, places));
        run(new Op.Scatter(d, combiner, mode), List.of(type, of, updates),
                List.of(x, places, numbers(updates, 11)));
    }

    private static Buffer numbers(TensorType type, int period) {
        return Buffer.ofReals(type.dtype(), IntStream.range(0, (int) type.shape().size())
                .mapToDouble(i -> i % period == 3 ? Double.NaN : i % period * 0.3 - 1).toArray());
    }

    private static void run(Op op, List<TensorType> types, List<Buffer> inputs) {
        Builder b = new Builder();
        List<Atom.Var> variables = b.inputs(types);
        Atom result = b.apply(op, variables.toArray(Atom[]::new));
        Program program = b.build("IndexedTest", variables, List.of(result));
        AgainstInterpreter.check(program, inputs);
        BothTiers.check(program, inputs);
    }
}
