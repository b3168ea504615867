package ricci;

import static ricci.transform.Vmap.NONE;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Collective;
import ricci.ir.NamedAxis;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;
import ricci.transform.Spmd;
import ricci.transform.Vmap;

/**
 * The vectorising transformation: trace the function on one example, transform its program, apply that to all
 * examples.
 *
 * <p>Only what is mapped is traced. The function gets all other tensors as they are, so it may read them, and
 * those it uses are captured like any from outside.
 */
final class Vectorize {
    private static final String ASKED = "map over the arguments";
    private static final int LISTED = 3;

    private final Function<Object, @Nullable Object> function;
    private final InAxes in;
    private final MappedAxis out;
    private final boolean parallel;

    /** A function of one tree: of the list of its {@code arity} arguments. */
    Vectorize(Function<Object, @Nullable Object> function, int arity, InAxes in, MappedAxis out) {
        this(function, arity, in, out, false);
    }

    /** If {@code parallel}, each example is computed in a shard of its own instead. */
    Vectorize(Function<Object, @Nullable Object> function, int arity, InAxes in, MappedAxis out,
            boolean parallel) {
        this.function = function;
        this.parallel = parallel;
        Arguments.given(ASKED, "the axes of the arguments", in);
        this.in = parallel ? in.orNamed("shards") : in;
        this.out = Arguments.given(ASKED, "the axis of the result", out);
        if (in.arguments().size() != arity) {
            throw new RicciException.Argument(ASKED, "a function of " + arity + (arity == 1 ? " argument"
                    : " arguments") + ", and axes for " + in.arguments().size(),
                    "inAxes has one entry per argument",
                    "give an axis for each, or NONE for one that is the same for all examples");
        }
    }

    /** A tensor of an argument; its axis is counted from 0, or {@link Vmap#NONE}. */
    private record Leaf(String name, Tensor tensor, int axis) {
        boolean isMapped() {
            return axis != NONE;
        }

        long length() {
            return tensor.shape().length(axis);
        }

        /** The type of one example. */
        TensorType each() {
            return tensor.type().with(tensor.shape().without(List.of(axis)));
        }

        @Override
        public String toString() {
            return name + " (" + tensor.type() + (isMapped() ? ", axis " + axis : ", not mapped") + ")";
        }
    }

    /** The result, typed as the caller knows it to be. */
    @SuppressWarnings("TypeParameterUnusedInFormals")
    <R> R call(List<?> arguments) {
        List<Leaf> leaves = leaves(arguments);
        List<Leaf> mapped = leaves.stream().filter(Leaf::isMapped).toList();
        long size = size(leaves, mapped);
        List<NamedAxis> names = in.axisName().map(name -> List.of(NamedAxis.of(name, size)))
                .orElse(List.of());
        Structure structure = Tree.flatten(arguments).structure();
        List<Integer> outAxes = new ArrayList<>();
        Trace.Traced traced = Trace.of(parallel ? "pmap" : "vmap", names, examples -> {
            Iterator<Tensor> next = Tree.leaves(examples).iterator();
            Object result = function.apply(Tree.unflatten(structure, leaves.stream()
                    .map(leaf -> leaf.isMapped() ? next.next() : leaf.tensor()).toList()));
            outAxes.addAll(outAxes(Tree.flatten(result)));
            return result;
        }, new Structure.OfList(mapped.stream().<Structure>map(_ -> new Structure.Leaf()).toList()),
                mapped.stream().map(Leaf::each).toList(), List.of());
        List<Integer> axes = Stream.concat(traced.captures().stream().map(_ -> NONE),
                mapped.stream().map(Leaf::axis)).toList();
        List<Tensor> inputs = traced.inputs(mapped.stream().map(Leaf::tensor).toList());
        return Tree.unflatten(traced.results(), parallel
                ? inParallel(traced, names.getFirst(), axes, outAxes, inputs)
                : atOnce(traced, size, names, axes, outAxes, inputs));
    }

    private static List<Tensor> atOnce(Trace.Traced traced, long size, List<NamedAxis> names,
            List<Integer> axes, List<Integer> outAxes, List<Tensor> inputs) {
        Program one = traced.program();
        Vmap.Result all = Vmap.of(one, size, axes, names.isEmpty() ? null : names.getFirst().name());
        List<Boolean> differs = names.isEmpty() || size == 0 ? Collections.nCopies(outAxes.size(), true)
                : Spmd.differs(one, names.getFirst(), axes);
        requireSame(traced, IntStream.range(0, outAxes.size())
                .mapToObj(i -> all.axes().get(i) != NONE && differs.get(i)).toList(), size, outAxes);
        return Trace.inline(all.withResultsAlong(outAxes), inputs);
    }

    private static List<Tensor> inParallel(Trace.Traced traced, NamedAxis axis, List<Integer> axes,
            List<Integer> outAxes, List<Tensor> inputs) {
        Collective.Pmap map = Spmd.ofExamples(traced.program(), axis, axes, outAxes);
        requireSame(traced, Spmd.variance(map).stream().map(over -> over.contains(axis.name())).toList(),
                axis.size(), outAxes);
        return Trace.apply(map, inputs);
    }

    private List<Leaf> leaves(List<?> arguments) {
        List<Leaf> leaves = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = "argument " + (i + 1);
            Tree.Flat flat = Tree.flatten(arguments.get(i));
            List<Integer> axes = in.arguments().get(i).of(argument, flat);
            for (int k = 0; k < axes.size(); k++) {
                Tensor tensor = flat.leaves().get(k);
                String name = at(argument, flat.paths().get(k));
                int axis = axes.get(k);
                leaves.add(new Leaf(name, tensor, axis == NONE ? NONE
                        : counted("map over axis " + axis + " of " + name, tensor.type(), axis,
                                tensor.rank())));
            }
        }
        return leaves;
    }

    private static String at(String tree, String path) {
        return path.isEmpty() ? tree : tree + " at " + path;
    }

    private static int counted(String asked, TensorType type, int axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new RicciException.Axis(asked, type.toString(), rank == 0 ? "a scalar has no axes"
                    : (type.rank() < rank ? "with the mapped axis, axes" : "its axes") + " count from 0 to "
                    + (rank - 1) + ", or from the end from -1 to -" + rank,
                    rank == 0 ? "give NONE for what is the same for all examples, such as inAxes(0, NONE)"
                    : "choose one of these, or NONE for what is the same for all examples");
        }
        return axis < 0 ? axis + rank : axis;
    }

    private long size(List<Leaf> leaves, List<Leaf> mapped) {
        if (mapped.isEmpty() && in.size().isPresent()) {
            return in.size().getAsLong();
        }
        if (mapped.isEmpty()) {
            throw new RicciException.Argument(ASKED, leaves.isEmpty() ? "no tensors" : list(leaves),
                    "at least one tensor is mapped; the length of its axis is the number of examples",
                    "map an argument along one of its axes, or call the function without vmap");
        }
        Map<Long, List<Leaf>> byLength = mapped.stream()
                .collect(Collectors.groupingBy(Leaf::length, TreeMap::new, Collectors.toList()));
        if (byLength.size() > 1) {
            throw new RicciException.Shape(ASKED, byLength.entrySet().stream()
                    .map(e -> "length " + e.getKey() + " in " + list(e.getValue()))
                    .collect(Collectors.joining("; ")),
                    "all mapped axes have one length, the number of examples",
                    "map along other axes, or give NONE for what is the same for all examples, such as "
                    + "inAxes(0, NONE)");
        }
        long size = mapped.getFirst().length();
        if (in.size().isPresent() && in.size().getAsLong() != size) {
            throw new RicciException.Shape(ASKED, "length " + size + " in " + list(mapped),
                    "mapped axes have the size that inAxes gives, " + in.size().getAsLong(),
                    "leave the size out; it is needed only where nothing is mapped");
        }
        return size;
    }

    private static String list(List<Leaf> leaves) {
        int more = leaves.size() - LISTED;
        return leaves.stream().limit(LISTED).map(Leaf::toString).collect(Collectors.joining(", "))
                + (more > 0 ? ", and " + more + " more" : "");
    }

    /** Where each tensor of the result, given here for one example, gets its mapped axis. */
    private List<Integer> outAxes(Tree.Flat result) {
        List<Integer> axes = out.of("the result", result);
        return IntStream.range(0, axes.size()).mapToObj(i -> {
            TensorType type = result.leaves().get(i).type();
            return axes.get(i) == NONE ? NONE : counted("put the mapped axis of "
                    + at("the result", result.paths().get(i)) + " at " + axes.get(i),
                    type, axes.get(i), type.rank() + 1);
        }).toList();
    }

    private static void requireSame(Trace.Traced traced, List<Boolean> differs, long size,
            List<Integer> outAxes) {
        for (int i = 0; i < outAxes.size(); i++) {
            if (outAxes.get(i) == NONE && differs.get(i)) {
                throw new RicciException.Argument("leave the mapped axis out of "
                        + at("the result", traced.resultPaths().get(i)),
                        traced.program().resultTypes().get(i) + " for each of " + size + " examples",
                        "only what is the same for all examples has no mapped axis; this depends on what is "
                        + "mapped",
                        "give an axis, such as outAxis(0), and reduce the result after vmap");
            }
        }
    }
}
