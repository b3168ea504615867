package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Lists;
import ricci.ir.Monoid;
import ricci.ir.NamedAxis;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Sharding;
import ricci.ir.TensorType;

/**
 * Programs that many shards run at once: how a {@link Collective.Pmap} is made of the program for one
 * example, cut in two, transposed and relieved of what nobody needs.
 *
 * <p>To differentiate, all that the shards hold is taken together: a pmap is a function of its whole
 * operands. An operand that is the same in all shards is copied to them, so its cotangents are summed over
 * them; a result that is the same in all is that of the first, so its cotangent goes to the first. Inside,
 * every collective is transposed as the linear map that it is between all that all hold, so nothing need be
 * known of what is the same where.
 */
public final class Spmd {
    private Spmd() {}

    /**
     * Runs a program of one example for each of many, each in a shard of its own.
     *
     * @param axis its name, and the number of examples
     * @param axes for each input, where its mapped axis is, or {@link Vmap#NONE}
     * @param outAxes for each result, where its mapped axis will be, or {@link Vmap#NONE}
     */
    public static Collective.Pmap ofExamples(Program one, NamedAxis axis, List<Integer> axes,
            List<Integer> outAxes) {
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>();
        List<Atom> examples = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            TensorType type = one.inputs().get(i).type();
            inputs.add(b.input(type.with(inserted(type.shape(), axes.get(i)))));
            examples.add(b.reshape(inputs.getLast(), type.shape()));
        }
        List<Atom> results = b.inline(one, examples);
        List<Atom> placed = IntStream.range(0, results.size()).mapToObj(i -> b.reshape(results.get(i),
                inserted(results.get(i).type().shape(), outAxes.get(i)))).toList();
        Program body = b.build("Spmd", inputs, placed);
        return new Collective.Pmap(List.of(axis), along(axis, axes, one.inputTypes()),
                along(axis, outAxes, one.resultTypes()), body);
    }

    private static Shape inserted(Shape shape, int axis) {
        return axis == Vmap.NONE ? shape : shape.inserted(axis, 1);
    }

    private static List<Sharding> along(NamedAxis axis, List<Integer> axes, List<TensorType> types) {
        return IntStream.range(0, axes.size()).mapToObj(i -> {
            Sharding whole = Sharding.replicated(types.get(i).rank());
            return axes.get(i) == Vmap.NONE ? whole : whole.inserted(axes.get(i), List.of(axis.name()));
        }).toList();
    }

    /** For each result of the map's program, over which axes in scope it may differ from shard to shard. */
    public static List<Set<String>> variance(Collective.Pmap map) {
        return Variance.of(map.body(), map.in().stream().map(s -> Set.copyOf(s.names())).toList());
    }

    /** For each result of a program of one example, whether it may differ from example to example. */
    public static List<Boolean> differs(Program one, NamedAxis axis, List<Integer> axes) {
        return Variance.of(one, axes.stream()
                .map(place -> place == Vmap.NONE ? Set.<String>of() : Set.of(axis.name())).toList())
                .stream().map(over -> over.contains(axis.name())).toList();
    }

    /** The shardings, then those again that are marked. */
    static List<Sharding> join(List<Sharding> shardings, List<Boolean> marked) {
        return Stream.concat(shardings.stream(), Signature.marked(shardings, marked).stream()).toList();
    }

    // ---- partial evaluation ----

    /**
     * Cuts a pmap in two. A residual stays where it is: one that differs from shard to shard becomes a tensor
     * with one axis more, the first, cut over the axes on which it differs; an operand is passed as it is.
     */
    static void cut(PartialEval.Cut cut, Equation e, Collective.Pmap map, List<Boolean> unknown) {
        PartialEval inner = cut.inside(map.body(), unknown);
        List<Sharding> knownIn = Signature.unmarked(map.in(), unknown);
        List<Sharding> knownOut = Signature.unmarked(map.out(), inner.unknownResults());
        Residuals residuals = new Residuals(map.axes(), inner, knownIn, knownOut.size());
        List<Atom.Var> kept = cut.now(e, inner.unknownResults(), Signature.types(residuals.wholes()),
                new Collective.Pmap(map.axes(), knownIn, Lists.join(knownOut, residuals.shardings),
                        residuals.known()), Signature.unmarked(e.operands(), unknown));
        List<Atom> operands = new ArrayList<>(kept);
        residuals.passed.forEach(i -> operands.add(Signature.unmarked(e.operands(), unknown).get(i)));
        operands.addAll(Signature.marked(e.operands(), unknown));
        List<Sharding> in = Stream.of(residuals.shardings,
                residuals.passed.stream().map(knownIn::get).toList(), Signature.marked(map.in(), unknown))
                .flatMap(List::stream).toList();
        cut.later(e, inner.unknownResults(), Signature.marked(e.results(), inner.unknownResults()),
                new Collective.Pmap(map.axes(), in, Signature.marked(map.out(), inner.unknownResults()),
                        residuals.unknown()), operands);
    }

    /** The residuals of a cut program: those that are its inputs are passed, the others computed and kept. */
    private static final class Residuals {
        private final List<NamedAxis> mesh;
        private final PartialEval inner;
        private final int knownResults;
        private final List<Integer> computed = new ArrayList<>();
        private final List<Integer> passed = new ArrayList<>();
        private final List<Integer> passedPlaces = new ArrayList<>();
        private final List<Sharding> shardings = new ArrayList<>();

        Residuals(List<NamedAxis> mesh, PartialEval inner, List<Sharding> knownIn, int knownResults) {
            this.mesh = mesh;
            this.inner = inner;
            this.knownResults = knownResults;
            Program known = inner.known();
            List<Set<String>> varies = Variance.of(known,
                    knownIn.stream().map(s -> Set.copyOf(s.names())).toList());
            for (int i = 0; i < inner.residuals().size(); i++) {
                Atom residual = inner.residuals().get(i);
                int input = known.input(residual);
                if (input >= 0) {
                    passed.add(input);
                    passedPlaces.add(i);
                    continue;
                }
                Set<String> over = varies.get(knownResults + i);
                List<String> axes = NamedAxis.names(mesh).stream().filter(over::contains).toList();
                Sharding whole = Sharding.replicated(residual.type().rank());
                computed.add(i);
                shardings.add(axes.isEmpty() ? whole : whole.inserted(0, axes));
            }
        }

        private TensorType part(int residual) {
            TensorType type = inner.residuals().get(computed.get(residual)).type();
            boolean same = shardings.get(residual).names().isEmpty();
            return same ? type : type.with(inserted(type.shape(), 0));
        }

        /** What the residuals look like from outside. */
        List<Atom> wholes() {
            return IntStream.range(0, computed.size())
                    .<Atom>mapToObj(i -> new Atom.Var(i, shardings.get(i).whole(part(i), mesh))).toList();
        }

        Program known() {
            Builder b = new Builder();
            List<Atom.Var> inputs = b.inputs(inner.known().inputTypes());
            List<Atom> all = b.inline(inner.known(), inputs);
            List<Atom> results = new ArrayList<>(all.subList(0, knownResults));
            for (int i = 0; i < computed.size(); i++) {
                results.add(b.reshape(all.get(knownResults + computed.get(i)), part(i).shape()));
            }
            return b.build("Spmd", inputs, results);
        }

        Program unknown() {
            Builder b = new Builder();
            List<Atom.Var> inputs = new ArrayList<>();
            Atom[] arguments = new Atom[inner.unknown().inputs().size()];
            for (int i = 0; i < computed.size(); i++) {
                inputs.add(b.input(part(i)));
                arguments[computed.get(i)] = b.reshape(inputs.getLast(),
                        inner.residuals().get(computed.get(i)).type().shape());
            }
            for (int place : passedPlaces) {
                inputs.add(b.input(inner.residuals().get(place).type()));
                arguments[place] = inputs.getLast();
            }
            for (int i = inner.residuals().size(); i < arguments.length; i++) {
                inputs.add(b.input(inner.unknown().inputs().get(i).type()));
                arguments[i] = inputs.getLast();
            }
            return b.build("Spmd", inputs, b.inline(inner.unknown(), List.of(arguments)));
        }
    }

    // ---- dead code ----

    /** The equation with the live results only, and the operands that these need. */
    static Equation needed(Equation e, Collective.Pmap map, Dce.Pruned body, List<Boolean> live) {
        return new Equation(Signature.marked(e.results(), live), new Collective.Pmap(map.axes(),
                Signature.marked(map.in(), body.inputs()), Signature.marked(map.out(), live), body.program()),
                Signature.marked(e.operands(), body.inputs()), e.source());
    }

    // ---- transposition ----

    /** What each operand's cotangent gains; null for one that is known. */
    static List<@Nullable Atom> transpose(Builder builder, Collective.Pmap map, List<@Nullable Atom> known,
            List<Atom> ct) {
        List<Boolean> linear = known.stream().map(k -> k == null).toList();
        List<Atom> operands = new ArrayList<>();
        known.stream().filter(k -> k != null).forEach(operands::add);
        operands.addAll(ct);
        List<Sharding> out = Signature.marked(map.in(), linear);
        List<Atom.Var> results = builder.apply(new Collective.Pmap(map.axes(),
                Lists.join(Signature.unmarked(map.in(), linear), map.out()), out,
                transposed(map, linear)), operands);
        List<@Nullable Atom> back = new ArrayList<>(Collections.nCopies(known.size(), null));
        for (int i = 0, next = 0; i < back.size(); i++) {
            if (linear.get(i)) {
                back.set(i, results.get(next++));
            }
        }
        return back;
    }

    private static Program transposed(Collective.Pmap map, List<Boolean> linear) {
        Program transposed = Transpose.inside(map.body(), linear);
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(transposed.inputTypes());
        List<Atom> arguments = new ArrayList<>(inputs);
        int cotangents = inputs.size() - map.out().size();
        for (int i = 0; i < map.out().size(); i++) {
            arguments.set(cotangents + i, inFirst(b, inputs.get(cotangents + i),
                    map.out().get(i).replicatedOver(map.axes())));
        }
        List<Atom> results = new ArrayList<>(b.inline(transposed, arguments));
        List<Sharding> in = Signature.marked(map.in(), linear);
        for (int i = 0; i < in.size(); i++) {
            List<NamedAxis> copied = in.get(i).replicatedOver(map.axes());
            if (!copied.isEmpty()) {
                results.set(i, b.apply(new Collective.AllReduce(Monoid.SUM, copied), results.get(i)));
            }
        }
        return b.build("Spmd", inputs, results);
    }

    /** The cotangent in the first of the shards that have the same result, zero in the others. */
    private static Atom inFirst(Builder b, Atom ct, List<NamedAxis> equal) {
        if (equal.isEmpty()) {
            return ct;
        }
        Atom index = b.apply(new Collective.AxisIndex(equal));
        Atom first = b.compare(Op.Compare.Relation.EQ, index, b.zeros(TensorType.of(DType.I32)));
        return b.select(b.broadcast(first, ct.type().shape(), List.of()), ct, b.zeros(ct.type()));
    }
}
