package ricci.transform;

import static ricci.transform.Vmap.NONE;
import static ricci.transform.Vmap.shifted;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Monoid;
import ricci.ir.NamedAxis;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Sharding;
import ricci.ir.TensorType;
import ricci.transform.Vmap.Mapped;

/**
 * Vmap's rules of collectives. Over the mapped axis, a collective becomes an operation along it: what others
 * hold lies in the same tensor. Over other axes, the mapped axis comes along.
 */
final class VmapCollective {
    private final Vmap vmap;
    private final Builder builder;

    private VmapCollective(Vmap vmap) {
        this.vmap = vmap;
        this.builder = vmap.builder();
    }

    static List<Mapped> rule(Vmap vmap, Collective op, List<Mapped> x) {
        VmapCollective rules = new VmapCollective(vmap);
        if (op instanceof Collective.Pmap map) {
            return rules.pmap(map, x);
        }
        List<String> names = NamedAxis.names(op.axes());
        if (vmap.name() == null || !names.contains(vmap.name())) {
            return rules.beside(op, x.getFirst());
        }
        return List.of(names.size() == 1 ? rules.along(op, x) : rules.amongOthers(op, x));
    }

    // ---- over other axes: the mapped axis comes along ----

    private List<Mapped> beside(Collective op, Mapped x) {
        int axis = x.axis();
        return switch (op) {
            case Collective.AllReduce _, Collective.Permute _ -> vmap.mapped(axis, op, x.atom());
            case Collective.AllGather(var axes, int place) -> {
                boolean before = place <= axis;
                yield vmap.mapped(before ? axis + 1 : axis,
                        new Collective.AllGather(axes, before ? place : place + 1), x.atom());
            }
            case Collective.ReduceScatter(var axes, int place) -> vmap.mapped(place < axis ? axis - 1 : axis,
                    new Collective.ReduceScatter(axes, shifted(place, axis)), x.atom());
            case Collective.AllToAll(var axes, int place) ->
                    vmap.mapped(axis, new Collective.AllToAll(axes, shifted(place, axis)), x.atom());
            case Collective.AxisIndex _, Collective.Pmap _ ->
                    throw new AssertionError("the one has no operands, the other a rule of its own");
        };
    }

    private List<Mapped> pmap(Collective.Pmap map, List<Mapped> x) {
        List<Integer> axes = x.stream().map(Mapped::axis).toList();
        // Inside, an axis of the mesh hides one of the same name outside.
        boolean hidden = NamedAxis.names(map.axes()).contains(vmap.name());
        Vmap.Result all = Vmap.of(map.body(), vmap.size(), axes, hidden ? null : vmap.name());
        List<Atom.Var> y = builder.apply(new Collective.Pmap(map.axes(), inserted(map.in(), axes),
                inserted(map.out(), all.axes()), all.program()), x.stream().map(Mapped::atom).toList());
        return IntStream.range(0, y.size()).mapToObj(i -> new Mapped(y.get(i), all.axes().get(i))).toList();
    }

    private static List<Sharding> inserted(List<Sharding> shardings, List<Integer> axes) {
        return IntStream.range(0, axes.size()).mapToObj(i -> axes.get(i) == NONE ? shardings.get(i)
                : shardings.get(i).inserted(axes.get(i), List.of())).toList();
    }

    // ---- over the mapped axis alone ----

    private Mapped along(Collective op, List<Mapped> x) {
        return switch (op) {
            case Collective.AllReduce(var monoid, _) -> total(monoid, x.getFirst());
            case Collective.AllGather(_, int place) ->
                    new Mapped(vmap.along(place, x.getFirst()), NONE);
            case Collective.ReduceScatter(_, int place) ->
                    new Mapped(total(Monoid.SUM, x.getFirst()).atom(), place);
            case Collective.AllToAll(_, int place) -> allToAll(place, x.getFirst());
            case Collective.Permute(_, var sources) -> permute(sources, x.getFirst());
            case Collective.AxisIndex _ -> new Mapped(builder.apply(
                    new Op.Iota(TensorType.of(DType.I32, vmap.size()), 0)), 0);
            case Collective.Pmap _ -> throw new AssertionError("a pmap has a rule of its own");
        };
    }

    /** The sum of what all hold; if all hold the same, a multiple of it. */
    private Mapped total(Monoid monoid, Mapped x) {
        if (x.isMapped()) {
            return new Mapped(builder.reduce(monoid, x.atom(), List.of(x.axis())), NONE);
        }
        DType dtype = x.type().dtype();
        boolean exact = !dtype.isFloat() || dtype.round((double) vmap.size()) == vmap.size();
        if (monoid == Monoid.SUM && exact && vmap.size() > 0) {
            return new Mapped(vmap.size() == 1 ? x.atom() : builder.mul(x.atom(), builder.fill(x.type(),
                    dtype.isFloat() ? (Number) (double) vmap.size() : (Number) dtype.wrap(vmap.size()))),
                    NONE);
        }
        return new Mapped(builder.reduce(monoid, vmap.along(0, x), List.of(0)), NONE);
    }

    /** The mapped axis and the other one change places. */
    private Mapped allToAll(int place, Mapped x) {
        Atom all = vmap.along(0, x);
        List<Integer> order = new ArrayList<>(IntStream.range(0, all.type().rank()).boxed().toList());
        Collections.swap(order, 0, place + 1);
        return new Mapped(builder.transpose(all, order), 0);
    }

    /** Runs of neighbours stay together. */
    private Mapped permute(List<Integer> sources, Mapped x) {
        int axis = x.isMapped() ? x.axis() : 0;
        Atom all = vmap.along(axis, x);
        List<Atom> pieces = new ArrayList<>();
        for (int start = 0; start < sources.size();) {
            int end = start + 1;
            int source = sources.get(start);
            boolean nobody = source == Collective.Permute.NOBODY;
            while (end < sources.size() && sources.get(end) == (nobody ? source : source + end - start)) {
                end++;
            }
            int length = end - start;
            pieces.add(nobody ? builder.zeros(all.type().with(all.type().shape().with(axis, length)))
                    : builder.slice(all, axis, source, source + length));
            start = end;
        }
        return new Mapped(pieces.isEmpty() ? all : pieces.size() == 1 ? pieces.getFirst()
                : builder.apply(new Op.Concatenate(axis), pieces).getFirst(), axis);
    }

    // ---- over the mapped axis among others: one after the other ----

    private Mapped amongOthers(Collective op, List<Mapped> x) {
        return switch (op) {
            case Collective.AllReduce(var monoid, var axes) -> {
                Mapped here = total(monoid, x.getFirst());
                yield next(new Collective.AllReduce(monoid,
                        axes.stream().filter(a -> !a.name().equals(vmap.name())).toList()), here);
            }
            case Collective.AllGather(var axes, int place) -> {
                Mapped all = x.getFirst();
                for (NamedAxis axis : axes.reversed()) {
                    all = next(new Collective.AllGather(List.of(axis), place), all);
                }
                yield merged(all, place, axes);
            }
            case Collective.ReduceScatter(var axes, int place) -> {
                Mapped rest = split(x.getFirst(), place, axes);
                for (NamedAxis axis : axes) {
                    rest = next(new Collective.ReduceScatter(List.of(axis), place), rest);
                }
                yield rest;
            }
            case Collective.AllToAll(var axes, int place) -> {
                Mapped all = split(x.getFirst(), place, axes);
                for (int i = 0; i < axes.size(); i++) {
                    all = next(new Collective.AllToAll(List.of(axes.get(i)), place + i), all);
                }
                yield merged(all, place, axes);
            }
            case Collective.Permute permute -> permuteAmongOthers(permute, x.getFirst());
            case Collective.AxisIndex(var axes) -> index(axes);
            case Collective.Pmap _ -> throw new AssertionError("a pmap has a rule of its own");
        };
    }

    private Mapped next(Op op, Mapped... x) {
        return vmap.equation(op, List.of(x)).getFirst();
    }

    private Mapped split(Mapped x, int place, List<NamedAxis> axes) {
        List<Long> lengths = lengths(x);
        lengths.remove(place);
        lengths.addAll(place, axes.stream().map(NamedAxis::size).toList());
        return next(new Op.Reshape(shape(lengths)), x);
    }

    private Mapped merged(Mapped x, int place, List<NamedAxis> axes) {
        List<Long> lengths = lengths(x);
        lengths.subList(place, place + axes.size()).clear();
        lengths.add(place, Collective.size(axes));
        return next(new Op.Reshape(shape(lengths)), x);
    }

    private static List<Long> lengths(Mapped x) {
        List<Long> lengths = new ArrayList<>();
        for (long length : x.each().toArray()) {
            lengths.add(length);
        }
        return lengths;
    }

    private static Shape shape(List<Long> lengths) {
        return Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
    }

    private Mapped index(List<NamedAxis> axes) {
        Mapped index = new Mapped(builder.zeros(TensorType.of(DType.I32)), NONE);
        for (NamedAxis axis : axes) {
            Mapped size = new Mapped(builder.fill(TensorType.of(DType.I32), axis.size()), NONE);
            index = next(new Op.Binary(Op.Binary.Function.ADD),
                    next(new Op.Binary(Op.Binary.Function.MUL), index, size),
                    next(new Collective.AxisIndex(List.of(axis))));
        }
        return index;
    }

    /** Each takes from all that all hold what a table says; nobody is outside, where zeros are. */
    private Mapped permuteAmongOthers(Collective.Permute op, Mapped x) {
        Mapped all = next(new Collective.AllGather(op.axes(), 0), x);
        TensorType entry = TensorType.of(DType.I32, 1);
        List<Atom> entries = op.sources().stream().map(s -> builder.fill(entry, s)).toList();
        Mapped table = new Mapped(builder.apply(new Op.Concatenate(0), entries).getFirst(), NONE);
        Mapped source = elementAt(table, next(new Op.Reshape(Shape.of(1)), index(op.axes())));
        return elementAt(all, next(new Op.Reshape(Shape.of(1)), source));
    }

    private Mapped elementAt(Mapped all, Mapped index) {
        int rank = all.each().rank() - 1;
        GatherDimensions first = new GatherDimensions(IntStream.range(0, rank).boxed().toList(),
                List.of(0), List.of(), List.of(), List.of(0));
        return next(new Op.Gather(first, all.each().with(0, 1), Op.OutOfBounds.ZERO), all, index);
    }
}
