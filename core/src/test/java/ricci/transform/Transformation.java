package ricci.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Custom;
import ricci.ir.NamedAxis;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Sharding;
import ricci.ir.TensorType;
import ricci.ir.Collective;

/** The transformations of programs, each from a program to a program, so that they compose. */
enum Transformation {
    /** To the inputs come their tangents, to the results theirs. */
    JVP,
    /** The same by way of a linear program. */
    LINEARIZE,
    /** To the inputs come cotangents of the results, to the results those of the inputs. */
    VJP,
    /** Two examples at once, along some axes of some inputs and any of the results. */
    VMAP,
    /** Two examples, each in a thread of its own. */
    PMAP,
    /** A program of one call. */
    JIT,
    /** A program of one checkpoint, with any policy. */
    REMAT;

    static final int EXAMPLES = 2;

    Program of(Program f, Random random) {
        return switch (this) {
            case JVP -> jvp(f);
            case LINEARIZE -> linearize(f);
            case VJP -> vjp(f);
            case VMAP -> vmap(f, Examples.drawSome(random, f.inputTypes()),
                    Examples.drawAxes(random, f.resultTypes()));
            case PMAP -> pmap(f, Examples.drawSome(random, f.inputTypes()),
                    Examples.drawAxes(random, f.resultTypes()));
            case JIT -> single(new Op.Call("f", f), f.inputTypes());
            case REMAT -> single(new Custom.Remat(f, policy(random)), f.inputTypes());
        };
    }

    private static Custom.Policy policy(Random random) {
        Custom.Save[] all = Custom.Save.values();
        Custom.Save save = all[random.nextInt(all.length)];
        return new Custom.Policy(save, save == Custom.Save.NAMED ? List.of("left") : List.of());
    }

    static Program vmap(Program f, List<Integer> axes, List<Integer> outAxes) {
        return Vmap.of(f, EXAMPLES, axes).withResultsAlong(outAxes);
    }

    static Program pmap(Program f, List<Integer> axes, List<Integer> outAxes) {
        NamedAxis axis = new NamedAxis("shards" + Integer.toHexString(f.hashCode()), EXAMPLES);
        Collective.Pmap map = Spmd.ofExamples(f, axis, axes, outAxes);
        List<TensorType> wholes = new ArrayList<>();
        for (int i = 0; i < map.in().size(); i++) {
            Sharding sharding = map.in().get(i);
            wholes.add(sharding.whole(map.body().inputs().get(i).type(), map.axes()));
        }
        return single(map, wholes);
    }

    private static Program single(Op op, List<TensorType> types) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(types);
        return b.build("test", inputs, b.apply(op, inputs));
    }

    /** Which have tangents. */
    static List<Boolean> active(List<TensorType> types) {
        return types.stream().map(type -> type.dtype().isInexact()).toList();
    }

    static List<TensorType> tangents(List<TensorType> types) {
        return types.stream().filter(type -> type.dtype().isInexact()).toList();
    }

    private static Program jvp(Program f) {
        Jvp.Result jvp = Jvp.of(f, active(f.inputTypes()));
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(jvp.program().inputTypes());
        List<Atom> all = b.inline(jvp.program(), inputs);
        int count = f.results().size();
        List<Atom> results = new ArrayList<>(all.subList(0, count));
        results.addAll(filled(b, f, jvp.activeResults(), all.subList(count, all.size())));
        return b.build("test", inputs, results);
    }

    private static Program linearize(Program f) {
        Linearize linearized = Linearize.of(f, active(f.inputTypes()));
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>(b.inputs(f.inputTypes()));
        List<Atom> primal = b.inline(linearized.primal(), inputs);
        List<Atom.Var> tangents = b.inputs(tangents(f.inputTypes()));
        inputs.addAll(tangents);
        int count = f.results().size();
        List<Atom> arguments = new ArrayList<>(primal.subList(count, primal.size()));
        arguments.addAll(tangents);
        List<Atom> results = new ArrayList<>(primal.subList(0, count));
        results.addAll(filled(b, f, linearized.activeResults(), b.inline(linearized.linear(), arguments)));
        return b.build("test", inputs, results);
    }

    /** With zeros for the tangents of results that have none. */
    private static List<Atom> filled(Builder b, Program f, List<Boolean> active, List<Atom> some) {
        List<Atom> all = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < active.size(); i++) {
            TensorType type = f.resultTypes().get(i);
            if (active.get(i)) {
                all.add(some.get(next++));
            } else if (type.dtype().isInexact()) {
                all.add(b.zeros(type));
            }
        }
        return all;
    }

    private static Program vjp(Program f) {
        Linearize linearized = Linearize.of(f, active(f.inputTypes()));
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>(b.inputs(f.inputTypes()));
        List<Atom> primal = b.inline(linearized.primal(), inputs);
        int count = f.results().size();
        List<Atom> arguments = new ArrayList<>(primal.subList(count, primal.size()));
        for (int i = 0; i < count; i++) {
            TensorType type = f.resultTypes().get(i);
            if (type.dtype().isInexact()) {
                inputs.add(b.input(type));
                if (linearized.activeResults().get(i)) {
                    arguments.add(inputs.getLast());
                }
            }
        }
        List<Atom> results = new ArrayList<>(primal.subList(0, count));
        results.addAll(b.inline(Vjp.pullback(linearized), arguments));
        return b.build("test", inputs, results);
    }
}
