package ricci.transform;

import static ricci.ir.Lists.join;
import static ricci.transform.Signature.marked;
import static ricci.transform.Signature.unmarked;
import static ricci.transform.Vmap.NONE;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Control;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.transform.Vmap.Mapped;

/**
 * Vectorisation of {@link Control}. As long as all examples take the same branches and steps, the programs
 * inside are vectorised; a carry is mapped if it is in any step, and then along axis 0. Where examples go
 * different ways, {@link Lanes} says what happens.
 */
final class VmapControl {
    private final Vmap rules;
    private final Builder builder;
    private final long size;

    private VmapControl(Vmap rules) {
        this.rules = rules;
        this.builder = rules.builder();
        this.size = rules.size();
    }

    /** The results of {@code op} for all examples; an operand is mapped, or it has collectives over them. */
    static List<Mapped> of(Vmap rules, Control op, List<Mapped> x) {
        VmapControl control = new VmapControl(rules);
        return switch (op) {
            case Control.Cond cond when !x.getFirst().isMapped() -> control.cond(cond, x);
            case Control.Cond cond -> rules.meetsIn(cond) || Lanes.areSelected(cond)
                    ? control.select(cond, x) : control.perLane(cond, x);
            case Control.While loop -> control.loop(loop, x);
            case Control.Scan scan -> control.scan(scan, x);
        };
    }

    // ---- examples that go different ways ----

    /** A loop over the examples. */
    private List<Mapped> perLane(Control op, List<Mapped> x) {
        List<Boolean> mapped = Lanes.mapped(x);
        Builder b = new Builder();
        List<Atom.Var> constants = b.inputs(unmarked(x, mapped).stream().map(Mapped::type).toList());
        List<Atom.Var> lane = b.inputs(marked(x, mapped).stream().map(m -> m.type().with(m.each())).toList());
        List<Atom> operands = new ArrayList<>();
        int next = 0;
        for (boolean mark : mapped) {
            operands.add(mark ? lane.get(next) : constants.get(operands.size() - next));
            next += mark ? 1 : 0;
        }
        Program body = b.program(join(constants, lane), b.apply(op, operands));
        List<Atom> all = join(unmarked(x, mapped).stream().map(Mapped::atom).toList(),
                marked(x, mapped).stream().map(m -> rules.along(0, m)).toList());
        return at0(builder.apply(new Control.Scan(body, constants.size(), 0, size, false), all));
    }

    /** All branches of all examples; of each example, the results of the one that its index names. */
    private List<Mapped> select(Control.Cond op, List<Mapped> x) {
        Atom index = x.getFirst().atom();
        List<Integer> axes = x.subList(1, x.size()).stream().map(Mapped::axis).toList();
        List<Atom> operands = x.subList(1, x.size()).stream().map(Mapped::atom).toList();
        List<Integer> first = op.branches().getFirst().results().stream().map(_ -> 0).toList();
        List<Atom> chosen = List.of();
        for (int i = op.branches().size() - 1; i >= 0; i--) {
            Program branch = rules.along(axes, op.branches().get(i)).inside(first);
            List<Atom> results = builder.inline(branch, operands);
            Atom isThis = builder.compare(Op.Compare.Relation.LE, index,
                    builder.fill(TensorType.of(DType.I32, size), i));
            List<Atom> others = chosen;
            chosen = others.isEmpty() ? results : IntStream.range(0, results.size()).mapToObj(k -> {
                Shape shape = results.get(k).type().shape();
                return builder.select(builder.broadcast(isThis, shape, List.of(0)), results.get(k),
                        others.get(k));
            }).toList();
        }
        return chosen.stream().map(atom -> new Mapped(atom, 0)).toList();
    }

    /**
     * All examples take each step together, as they meet in it, until the last has finished; one that has
     * finished keeps its state, and others go on to see that.
     */
    private List<Mapped> inStep(Control.While op, List<Mapped> x) {
        int first = op.conditionConstants();
        int carry = first + op.bodyConstants();
        List<Integer> carries = Collections.nCopies(op.carries(), 0);
        Program condition = rules.along(join(Vmap.axes(x.subList(0, first)), carries), op.condition())
                .inside(List.of(0));
        Program body = rules.along(join(Vmap.axes(x.subList(first, carry)), carries), op.body())
                .inside(carries);
        List<Atom> constants = x.subList(0, carry).stream().map(Mapped::atom).toList();
        List<Atom> initial = placed(x.subList(carry, x.size()), carries);
        Builder any = new Builder();
        List<Atom.Var> inputs = any.inputs(condition.inputTypes());
        Program goesOn = any.program(inputs, List.of(any.reduce(Monoid.OR,
                any.inline(condition, inputs).getFirst(), List.of(0))));
        Program step = step(condition, body, constants, initial, first);
        // The step reads the condition's constants too.
        return at0(builder.apply(new Control.While(goesOn, step, op.limit()),
                join(constants.subList(0, first), constants, initial)));
    }

    private static Program step(Program condition, Program body, List<Atom> constants, List<Atom> initial,
            int first) {
        Builder b = new Builder();
        List<Atom.Var> fixed = b.inputs(constants.stream().map(Atom::type).toList());
        List<Atom.Var> state = b.inputs(initial.stream().map(Atom::type).toList());
        Atom active = b.inline(condition, join(fixed.subList(0, first), state)).getFirst();
        List<Atom> next = b.inline(body, join(fixed.subList(first, fixed.size()), state));
        return b.program(join(fixed, state), IntStream.range(0, state.size())
                .mapToObj(i -> b.select(b.broadcast(active, next.get(i).type().shape(), List.of(0)),
                        next.get(i), state.get(i)))
                .toList());
    }

    // ---- examples that go the same way ----

    private List<Mapped> cond(Control.Cond op, List<Mapped> x) {
        List<Integer> axes = x.subList(1, x.size()).stream().map(Mapped::axis).toList();
        List<Vmap.Result> branches = op.branches().stream().map(b -> rules.along(axes, b)).toList();
        List<Integer> places = IntStream.range(0, branches.getFirst().axes().size())
                .mapToObj(i -> branches.stream().map(b -> b.axes().get(i)).filter(axis -> axis != NONE)
                        .findFirst().orElse(NONE)).toList();
        Control.Cond all = new Control.Cond(branches.stream().map(b -> b.inside(places)).toList());
        return mapped(builder.apply(all, x.stream().map(Mapped::atom).toList()), places);
    }

    private List<Mapped> loop(Control.While op, List<Mapped> x) {
        int first = op.conditionConstants();
        int carry = first + op.bodyConstants();
        List<Integer> constants = x.subList(first, carry).stream().map(Mapped::axis).toList();
        List<Integer> carries = firstOrNone(x.subList(carry, x.size()).stream().map(Mapped::axis).toList());
        Vmap.Result body = rules.along(join(constants, carries), op.body());
        while (!firstOrNone(carries, body.axes()).equals(carries)) {
            carries = firstOrNone(carries, body.axes());
            body = rules.along(join(constants, carries), op.body());
        }
        List<Integer> conditions = x.subList(0, first).stream().map(Mapped::axis).toList();
        Vmap.Result condition = rules.along(join(conditions, carries), op.condition());
        if (condition.axes().getFirst() != NONE) {
            return rules.meetsIn(op) ? inStep(op, x) : perLane(op, x);
        }
        Control.While all = new Control.While(condition.program(), body.inside(carries),
                op.limit());
        return mapped(builder.apply(all, join(x.subList(0, carry).stream().map(Mapped::atom).toList(),
                placed(x.subList(carry, x.size()), carries))), carries);
    }

    private List<Mapped> scan(Control.Scan op, List<Mapped> x) {
        int first = op.constants();
        int last = first + op.carries();
        List<Integer> constants = x.subList(0, first).stream().map(Mapped::axis).toList();
        List<Integer> carries = firstOrNone(x.subList(first, last).stream().map(Mapped::axis).toList());
        // The first axis is that of the steps.
        List<Mapped> xs = x.subList(last, x.size()).stream()
                .map(m -> m.axis() == 0 ? new Mapped(rules.along(1, m), 1) : m).toList();
        List<Integer> perStep = xs.stream().map(m -> m.isMapped() ? m.axis() - 1 : NONE).toList();
        Vmap.Result body = rules.along(join(constants, carries, perStep), op.body());
        while (!firstOrNone(carries, body.axes()).equals(carries)) {
            carries = firstOrNone(carries, body.axes());
            body = rules.along(join(constants, carries, perStep), op.body());
        }
        List<Integer> outputs = body.axes().subList(op.carries(), body.axes().size());
        Control.Scan all = new Control.Scan(body.inside(join(carries, outputs)), first,
                op.carries(), op.length(), op.reverse());
        return mapped(builder.apply(all, join(x.subList(0, first).stream().map(Mapped::atom).toList(),
                placed(x.subList(first, last), carries), xs.stream().map(Mapped::atom).toList())),
                join(carries, outputs.stream().map(axis -> axis == NONE ? NONE : axis + 1).toList()));
    }

    private static List<Integer> firstOrNone(List<Integer> axes) {
        return axes.stream().map(axis -> axis == NONE ? (Integer) NONE : (Integer) 0).toList();
    }

    /** Mapped, along axis 0, where either is; the second list may be longer. */
    private static List<Integer> firstOrNone(List<Integer> axes, List<Integer> others) {
        return IntStream.range(0, axes.size())
                .mapToObj(i -> axes.get(i) == NONE && others.get(i) == NONE ? (Integer) NONE : (Integer) 0)
                .toList();
    }

    private List<Atom> placed(List<Mapped> x, List<Integer> axes) {
        return IntStream.range(0, x.size())
                .mapToObj(i -> axes.get(i) == NONE ? x.get(i).atom() : rules.along(axes.get(i), x.get(i)))
                .toList();
    }

    private static List<Mapped> mapped(List<Atom.Var> atoms, List<Integer> axes) {
        return IntStream.range(0, atoms.size()).mapToObj(i -> new Mapped(atoms.get(i), axes.get(i))).toList();
    }

    private static List<Mapped> at0(List<Atom.Var> atoms) {
        return atoms.stream().map(atom -> new Mapped(atom, 0)).toList();
    }
}
