package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.loop.Expression;
import ricci.loop.Statement;
import ricci.loop.Variable;

/**
 * What follows a convolution element by element: where the kernel that has the sums writes them as they lie
 * in the result, it makes that of them; else what copies the result to where it belongs does.
 *
 * @param strides of each of the tensors that are read besides the result, along the parts of the result
 */
record ConvolutionEnd(Epilogue epilogue, List<List<Long>> strides) {
    /** Temporary tensors of convolutions have smaller numbers. */
    private static final int ELEMENTS = 4;

    static ConvolutionEnd of(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        Windows.Convolution op = (Windows.Convolution) Objects.requireNonNull(group.product()).op();
        Epilogue epilogue = Epilogue.of(group, cut, outputs);
        return new ConvolutionEnd(epilogue, epilogue.strides(op.dimensions().result()));
    }

    /** How many tensors are read. */
    int others() {
        return strides.size();
    }

    /** How one of them moves along a part of the result. */
    long stride(int other, int part) {
        return strides.get(other).get(part);
    }

    View other(int other) {
        return epilogue.others().get(other).view();
    }

    /** How many operations it has. */
    int operations() {
        return epilogue.group().operations();
    }

    /** Whether all that is read are real elements in memory, in an order that begins at their offset. */
    boolean isForward() {
        return IntStream.range(0, others()).allMatch(i -> !other(i).isLine()
                && !other(i).base().type().dtype().isComplex()
                && strides.get(i).stream().allMatch(stride -> stride >= 0));
    }

    private Equation product() {
        return Objects.requireNonNull(epilogue.group().product());
    }

    private DType dtype() {
        return product().result().type().dtype();
    }

    /** As what a number waits for {@link #write}: halves are rounded there, in a loop. */
    private DType kept() {
        return LoopNest.isHalf(dtype()) ? DType.F32 : dtype();
    }

    /** So many numbers, which wait for {@link #write}. */
    Launch.Memory.Scratch room(long count) {
        return new Launch.Memory.Scratch(kept(), count, true);
    }

    /** Keeps a number for {@link #write}. */
    void keep(LoopNest nest, Launch.Memory.Scratch room, At at, Expression number) {
        nest.block().add(new Statement.Store(nest.scratch(room, at), number));
    }

    /** Writes what becomes of a number that was kept. */
    void write(LoopNest nest, Launch.Memory.Scratch room, At kept, At to, List<At> others) {
        write(nest, Lower.load(nest.block(), kept(), nest.scratch(room, kept)), to, others);
    }

    /** Writes what becomes of a number that was not kept. */
    void write(LoopNest nest, Expression number, At to, List<At> others) {
        Expression x = LoopNest.isHalf(dtype()) ? Halves.round(nest.block(), dtype(), number) : number;
        epilogue.write(nest, nest.let(x), to, others::get);
    }

    /** Writes what becomes of zeros, at the places of a part that meet nothing but holes. */
    Launch ofZeros(Convolutions.Tensor y, List<Segment> part) {
        Targets targets = new Targets(y, this);
        LoopNest nest = new LoopNest("convolution");
        List<Long> lengths = new ArrayList<>(List.of(y.length(Convolutions.BATCH)));
        part.forEach(segment -> lengths.add(segment.places()));
        List<Variable.Counter> counters = lengths.stream().map(nest::serial).toList();
        Variable.Counter feature = nest.vector(y.length(Convolutions.FEATURES));
        List<At> places = new ArrayList<>();
        for (int i = 0; i < targets.count(); i++) {
            At at = nest.at(targets.start(i, part))
                    .with(targets.stride(i, Convolutions.BATCH), counters.getFirst());
            for (int axis = 0; axis < part.size(); axis++) {
                at = at.with(part.get(axis).placeStep() * targets.stride(i, Convolutions.SPATIAL + axis),
                        counters.get(axis + 1));
            }
            places.add(at.with(targets.stride(i, Convolutions.FEATURES), feature));
        }
        epilogue.write(nest, Constants.of(dtype(), 0), places.getFirst(),
                places.subList(1, places.size())::get);
        return nest.launch(lengths.stream().reduce(y.length(Convolutions.FEATURES), (a, b) -> a * b));
    }

    /** A pass over the sums, which are somewhere else: {@code sums} are in the order of the result's axes. */
    List<Launch> pass(View sums, DType dtype) {
        Equation e = product();
        Atom.Var from = Alone.temporary(e, ELEMENTS, new TensorType(dtype, sums.shape()));
        Op op = dtype == dtype() ? new Op.Reshape(sums.shape()) : new Op.Convert(dtype());
        Map<Atom.Var, View> views = new HashMap<>(epilogue.cut().views());
        views.put(from, sums);
        Group all = new Group(epilogue.group().lengths());
        all.join(new Equation(e.results(), op, List.of(from), e.source()), Group.Role.FULL, 1);
        epilogue.group().members().forEach(member -> all.join(member, Group.Role.FULL, 1));
        return Lower.launches(all, epilogue.cut().with(views), epilogue.outputs());
    }
}
