package ricci.ir;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** The typing rules of collectives; the sizes of the axes are part of each. */
final class InferCollectiveTypes {
    private InferCollectiveTypes() {}

    static List<TensorType> of(Collective op, List<TensorType> operands) {
        checkAxes(op);
        return switch (op) {
            case Collective.AllReduce(var monoid, _) -> {
                TensorType x = InferTypes.one(op, operands);
                InferTypes.of(new Op.Reduce(monoid, List.of()), operands);
                yield List.of(x);
            }
            case Collective.AllGather(var axes, int place) ->
                    List.of(allGather(op, InferTypes.one(op, operands), axes, place));
            case Collective.ReduceScatter(var axes, int place) -> {
                TensorType x = groupAxis(op, InferTypes.one(op, operands), axes, place);
                InferTypes.of(new Op.Reduce(Monoid.SUM, List.of()), operands);
                yield List.of(x.with(x.shape().without(List.of(place))));
            }
            case Collective.AllToAll(var axes, int place) ->
                    List.of(groupAxis(op, InferTypes.one(op, operands), axes, place));
            case Collective.Permute permute -> List.of(permute(permute, InferTypes.one(op, operands)));
            case Collective.AxisIndex _ -> {
                InferTypes.arity(op, 0, operands);
                yield List.of(TensorType.of(DType.I32));
            }
            case Collective.Pmap map -> pmap(map, operands);
        };
    }

    /** As the user calls it. */
    private static String asked(Collective op) {
        return op instanceof Collective.ReduceScatter ? "psumScatter" : OpText.name(op);
    }

    private static void checkAxes(Collective op) {
        List<String> names = NamedAxis.names(op.axes());
        if (names.isEmpty() || new HashSet<>(names).size() != names.size()) {
            throw new RicciException.Argument(asked(op), "axes " + op.axes(),
                    "there is at least one axis, and each is named once", "name each axis once");
        }
        if (Collective.size(op.axes()) > Integer.MAX_VALUE) {
            throw new RicciException.Argument(asked(op), "axes " + op.axes(),
                    "fewer than 2^31 take part", "use smaller axes");
        }
    }

    private static TensorType allGather(Collective op, TensorType x, List<NamedAxis> axes, int place) {
        if (place < 0 || place > x.rank()) {
            throw new RicciException.Axis(asked(op) + " along axis " + place, x.toString(),
                    "the new axis is at a place from 0 to " + x.rank(), "choose one of these");
        }
        long[] lengths = new long[x.rank() + 1];
        for (int axis = 0; axis < lengths.length; axis++) {
            lengths[axis] = axis == place ? Collective.size(axes)
                    : x.shape().length(axis < place ? axis : axis - 1);
        }
        return x.with(Shape.of(lengths));
    }

    private static TensorType groupAxis(Collective op, TensorType x, List<NamedAxis> axes, int place) {
        InferTypes.checkAxes(op, x, List.of(place));
        if (x.shape().length(place) != Collective.size(axes)) {
            throw new RicciException.Shape(asked(op) + " along axis " + place + " over " + axes,
                    x.toString(), "the axis has an element for each that takes part, so its length is "
                    + Collective.size(axes),
                    "reshape the tensor, or use the tiled form, which takes multiples of it");
        }
        return x;
    }

    private static TensorType permute(Collective.Permute op, TensorType x) {
        long size = Collective.size(op.axes());
        List<Integer> sent = op.sources().stream().filter(s -> s != Collective.Permute.NOBODY).toList();
        if (op.sources().size() != size || sent.stream().anyMatch(s -> s < 0 || s >= size)
                || new HashSet<>(sent).size() != sent.size()) {
            throw new RicciException.Argument("permute over " + op.axes(), "sources " + op.sources(),
                    "there is a source, or -1, for each of the " + size + ", each from 0 to " + (size - 1)
                    + ", none twice", "correct the permutation");
        }
        return x;
    }

    private static List<TensorType> pmap(Collective.Pmap op, List<TensorType> operands) {
        InferTypes.arity(op, op.in().size(), operands);
        requireShards(op);
        List<TensorType> parts = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            parts.add(op.in().get(i).check("operand " + i, operands.get(i), op.axes())
                    .part(operands.get(i), op.axes()));
        }
        Program body = op.body();
        if (!body.inputTypes().equals(parts) || op.out().size() != body.results().size()) {
            throw new RicciException.IllTyped("run pmap", InferTypes.list(operands),
                    "each shard gets its parts, " + InferTypes.list(parts)
                    + ", and there is a distribution for each result",
                    "give the program these inputs: it has " + InferTypes.list(body.inputTypes()));
        }
        requireSizes(op.axes(), body);
        List<TensorType> results = new ArrayList<>();
        for (int i = 0; i < op.out().size(); i++) {
            TensorType part = body.results().get(i).type();
            results.add(op.out().get(i).checkNames("result " + i, part, op.axes()).whole(part, op.axes()));
        }
        return results;
    }

    private static void requireShards(Collective.Pmap op) {
        if (Collective.size(op.axes()) == 0) {
            throw new RicciException.Argument("run pmap", "axes " + op.axes(), "there is at least one shard",
                    "use vmap if there may be no examples");
        }
    }

    /** The collectives of a body agree with the mesh about its sizes. */
    private static void requireSizes(List<NamedAxis> mesh, Program body) {
        for (Equation e : body.equations()) {
            List<NamedAxis> visible = mesh;
            if (e.op() instanceof Collective.Pmap inner) {
                List<String> hidden = NamedAxis.names(inner.axes());
                visible = mesh.stream().filter(axis -> !hidden.contains(axis.name())).toList();
            } else if (e.op() instanceof Collective collective) {
                collective.axes().forEach(axis -> requireSize(mesh, axis));
            }
            for (Program inside : Subprograms.of(e.op())) {
                requireSizes(visible, inside);
            }
        }
    }

    private static void requireSize(List<NamedAxis> mesh, NamedAxis axis) {
        for (NamedAxis bound : mesh) {
            if (bound.name().equals(axis.name()) && bound.size() != axis.size()) {
                throw new RicciException.IllTyped("run pmap", "axes " + mesh,
                        "a collective knows the sizes of its axes; one has " + axis, "use one size");
            }
        }
    }
}
