package ricci.compiler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.Complex;
import ricci.ir.Effect;
import org.jspecify.annotations.Nullable;
import ricci.ir.Equation;
import ricci.ir.InferTypes;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Source;
import ricci.ir.TensorType;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Register;

/**
 * Cuts a program into loop nests. Each equation joins the nest of one of its operands, or one that reads the
 * same tensor, if it runs over the same elements and no other step would have to run between the two; so a
 * value that is read in the turn that computes it never goes through memory.
 *
 * <p>What only moves elements is no step: it becomes a {@link View}, which is read through. Only where no
 * strides lead to the elements, the operand is copied, or gathered.
 */
final class Fuse {
    /**
     * More operations in a loop nest make a method of more than 8,000 bytes, as each is there twice, for
     * whole vectors and for what is left over. The JVM does not compile those.
     */
    static final int MOST_OPERATIONS = 160;

    private final Program program;
    private final Map<Atom.Var, View> views = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<BitSet> before = new ArrayList<>();
    private final Map<Atom.Var, Integer> makers = new HashMap<>();
    private final Map<Atom.Var, List<Integer>> readers = new HashMap<>();
    private final Map<Elements, Integer> operations = new HashMap<>();
    private int lastEffect = -1;
    private int fresh;

    private Fuse(Program program) {
        this.program = program;
    }

    /**
     * A program as steps in an order in which they can run.
     *
     * @param views how each variable is read: itself, or another one through a view
     * @param results constants, and what holds all elements of the other results in order in memory
     * @param constants inputs that are the same in many runs
     * @param places where a variable is written that has no memory of its own: in another one
     * @param prologues what no step writes, as the product that reads it computes it
     */
    record Cut(List<Step> steps, Map<Atom.Var, View> views, List<Atom> results, List<Atom.Var> constants,
            Map<Atom.Var, View> places, Map<Atom.Var, Prologue> prologues) {
        Cut(List<Step> steps, Map<Atom.Var, View> views, List<Atom> results) {
            this(steps, views, results, List.of(), Map.of(), Map.of());
        }

        /** The same with so many constants, the first ones of these inputs. */
        Cut with(List<Atom.Var> inputs, int constants) {
            return new Cut(steps, views, results, List.copyOf(inputs.subList(0, constants)), places,
                    prologues);
        }

        /** The same with other ways to read. */
        Cut with(Map<Atom.Var, View> others) {
            return new Cut(steps, others, results, constants, places, prologues);
        }

        /** The same with other steps. */
        Cut with(List<Step> others) {
            return new Cut(List.copyOf(others), views, results, constants, places, prologues);
        }

        /** The same with places for some variables. */
        Cut placed(Map<Atom.Var, View> in) {
            return new Cut(steps, views, results, constants, in, prologues);
        }

        /** Where a variable is written. */
        View written(Atom.Var v) {
            return places.getOrDefault(v, View.of(v));
        }

        /** Whether what an atom reads was written where its only reader would copy it. */
        boolean isPlaced(Atom atom) {
            return atom instanceof Atom.Var && places.containsKey(view(atom).base());
        }

        /** The same with other steps, of which one computes a value where it packs it. */
        Cut with(List<Step> others, Prologue prologue) {
            Map<Atom.Var, Prologue> more = new HashMap<>(prologues);
            more.put(prologue.value(), prologue);
            return new Cut(List.copyOf(others), views, results, constants, places, Map.copyOf(more));
        }

        /** What a step reads from memory. */
        List<Atom> reads(Step step) {
            return Planner.reads(step, views).stream().flatMap(atom -> {
                Prologue prologue = atom instanceof Atom.Var v ? prologues.get(v) : null;
                return prologue == null ? Stream.of(atom) : prologue.reads();
            }).toList();
        }

        /** How an atom is read that is a variable. */
        View view(Atom atom) {
            return Objects.requireNonNull(views.get((Atom.Var) atom), "an undefined variable");
        }
    }

    static Cut of(Program program) {
        Fuse fuse = new Fuse(program);
        program.inputs().forEach(v -> fuse.views.put(v, View.of(v)));
        program.equations().forEach(fuse::add);
        List<Atom> results = program.results().stream().map(a -> fuse.inMemory(a, Source.UNKNOWN)).toList();
        return new Cut(Epilogue.joined(fuse.ordered(), fuse.views), fuse.views, results);
    }

    private void add(Equation e) {
        if (e.op() instanceof Op.Rearrange(var split, var permutation, var result)
                && e.operands().getFirst() instanceof Atom.Var v && !v.type().dtype().isComplex()) {
            Atom.Var parts = apply(new Op.Reshape(split), e.operands().getFirst(), e, null);
            Atom.Var turned = apply(new Op.Transpose(permutation), parts, e, null);
            apply(new Op.Reshape(result), turned, e, e.result());
            return;
        }
        if (e.op() instanceof Complex && e.operands().getFirst() instanceof Atom.Var z
                && z.type().dtype().isComplex() && z.type().shape().size() > 1
                && !e.result().type().dtype().isComplex()) {
            views.put(e.result(), View.part(z, e.op() instanceof Complex.Imag));
            return;
        }
        if (e.op() instanceof Op.Iota(var type, var axis) && !type.dtype().isComplex()) {
            views.put(e.result(), View.line(e.result(), axis));
            return;
        }
        View moved = moved(e);
        if (moved != null) {
            views.put(e.result(), moved);
            return;
        }
        e.results().forEach(v -> views.put(v, View.of(v)));
        int operations = operations(e);
        if (operations > 0) {
            place(e, operations);
        } else if (Alone.exists(e)) {
            step(new Step.Alone(e), e);
        } else {
            List<Atom> operands = e.operands().stream().map(a -> inMemory(a, e.source())).toList();
            step(new Step.Single(e, operands), new Equation(e.results(), e.op(), operands, e.source()));
        }
    }

    /** How the result of an equation is read that computes nothing; null if it computes something. */
    private @Nullable View moved(Equation e) {
        if (e.op() instanceof Op.Binary(var function)) {
            return Affine.line(function, e.result(), e.operands(), line(e.operands().getFirst()),
                    line(e.operands().getLast()));
        }
        if (e.operands().isEmpty() || !(e.operands().getFirst() instanceof Atom.Var x)
                || x.type().dtype().isComplex()) {
            return null;
        }
        if (e.op() instanceof Op.Gather gather) {
            View positions = line(e.operands().getLast());
            return positions == null ? null
                    : Affine.gathered(view(x), gather, positions, e.result().type().shape());
        }
        return e.operands().size() == 1 ? view(x).through(e.op()) : null;
    }

    /** The view of positions that are in no memory, see {@link View#isLine}; null for others. */
    private @Nullable View line(Atom atom) {
        return atom instanceof Atom.Var v && view(v).isLine() ? view(v) : null;
    }

    /** What holds all elements of {@code atom} in order in memory: itself, its base, or a copy. */
    private Atom inMemory(Atom atom, Source source) {
        if (!(atom instanceof Atom.Var v)) {
            return atom;
        }
        View view = view(v);
        if (view.isWhole()) {
            return view.base();
        }
        Atom.Var copy = new Atom.Var(program.variables() + fresh++, v.type());
        views.put(copy, View.of(copy));
        place(new Equation(List.of(copy), new Op.Reshape(v.type().shape()), List.of(v), source), 1);
        return copy;
    }

    /** A part of an equation that is several operations. */
    private Atom.Var apply(Op op, Atom x, Equation e, Atom.@Nullable Var result) {
        TensorType type = InferTypes.of(op, List.of(x.type())).getFirst();
        Atom.Var y = result == null ? new Atom.Var(program.variables() + fresh++, type) : result;
        add(new Equation(List.of(y), op, List.of(x), e.source()));
        return y;
    }

    private View view(Atom.Var v) {
        return Objects.requireNonNull(views.get(v), "an undefined variable");
    }

    /** How many operations an equation adds to a loop nest; 0 if it cannot be part of one. */
    private int operations(Equation e) {
        if (e.op() instanceof Op.Reshape) {
            return e.result().type().dtype().isComplex()
                    || !(e.operands().getFirst() instanceof Atom.Var) ? 0 : 1;
        }
        if (e.op() instanceof Op.Reduce(var monoid, _)) {
            boolean exists = e.operands().getFirst() instanceof Atom.Var
                    && Reductions.exists(monoid, e.result().type().dtype());
            return exists ? 1 : 0;
        }
        return operations.computeIfAbsent(new Elements(e.op(), Atom.types(e.operands())),
                Elements::operations);
    }

    /** What is computed of elements: many equations are the same but for their operands. */
    private record Elements(Op op, List<TensorType> types) {
        int operations() {
            if (types.stream().anyMatch(t -> t.dtype().isComplex())) {
                return 0;
            }
            Block block = Block.kernel();
            List<Expression> x = types.stream().<Expression>map(t -> new Expression.Read(
                    block.local(Register.of(t.dtype())))).toList();
            List<Expression> results = Elementwise.of(block, op, types, x);
            return results == null
                    ? 0 : block.operations() + results.stream().mapToInt(Expression::operations).sum() + 1;
        }
    }

    private List<View> operands(Equation e) {
        return operands(e, views);
    }

    /** How the operands of an equation are read that are variables. */
    static List<View> operands(Equation e, Map<Atom.Var, View> views) {
        return e.operands().stream().filter(a -> a instanceof Atom.Var).map(a ->
                Objects.requireNonNull(views.get((Atom.Var) a), "an undefined variable")).toList();
    }

    private void place(Equation e, int operations) {
        List<View> operands = operands(e);
        for (int candidate : candidates(operands)) {
            if (steps.get(candidate) instanceof Step.Fused(var group)
                    && group.operations() + operations <= MOST_OPERATIONS) {
                Group.Role role = group.joining(e, operands);
                if (role != null && isIndependent(candidate, operands)) {
                    group.join(e, role, operations);
                    joined(candidate, e);
                    return;
                }
            }
        }
        Op op = e.op();
        Group group = new Group(Group.lengths(e));
        group.join(e, op instanceof Op.Reduce ? Group.Role.KEPT : Group.Role.FULL, operations);
        step(new Step.Fused(group), e);
    }

    /** The nests of the operands, the latest first, then those that read the same tensors. */
    private Set<Integer> candidates(List<View> operands) {
        Set<Integer> candidates = new LinkedHashSet<>();
        operands.stream().map(v -> makers.get(v.base())).filter(Objects::nonNull)
                .sorted(Comparator.reverseOrder()).forEach(candidates::add);
        for (View view : operands) {
            candidates.addAll(readers.getOrDefault(view.base(), List.of()).reversed());
        }
        return candidates;
    }

    /** Whether none of the other operands needs what {@code step} computes. */
    private boolean isIndependent(int step, List<View> operands) {
        for (View view : operands) {
            Integer maker = makers.get(view.base());
            if (maker != null && maker != step && before.get(maker).get(step)) {
                return false;
            }
        }
        return true;
    }

    private void step(Step step, Equation e) {
        int number = steps.size();
        steps.add(step);
        before.add(new BitSet());
        joined(number, e);
        if (Effect.isIn(e.op())) {
            if (lastEffect >= 0) {
                after(number, lastEffect);
            }
            lastEffect = number;
        }
    }

    private void joined(int step, Equation e) {
        e.results().forEach(v -> makers.put(v, step));
        for (View view : operands(e)) {
            Integer maker = makers.get(view.base());
            if (maker != null && maker != step) {
                after(step, maker);
            }
            List<Integer> known = readers.computeIfAbsent(view.base(), _ -> new ArrayList<>());
            if (!known.contains(step)) {
                known.add(step);
            }
        }
    }

    /** Step {@code later}, and all that come after it, come after {@code earlier} and what it comes after. */
    private void after(int later, int earlier) {
        if (before.get(later).get(earlier)) {
            return;
        }
        BitSet gained = (BitSet) before.get(earlier).clone();
        gained.set(earlier);
        before.get(later).or(gained);
        for (int step = 0; step < steps.size(); step++) {
            if (before.get(step).get(later)) {
                before.get(step).or(gained);
            }
        }
    }

    /**
     * The steps, each after those that it needs, else as the program has them: so what is computed is soon
     * used, and its memory free again.
     */
    private List<Step> ordered() {
        int[] waiting = before.stream().mapToInt(BitSet::cardinality).toArray();
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int step = 0; step < waiting.length; step++) {
            if (waiting[step] == 0) {
                ready.add(step);
            }
        }
        List<Step> ordered = new ArrayList<>();
        while (!ready.isEmpty()) {
            int next = ready.poll();
            ordered.add(steps.get(next));
            for (int step = 0; step < waiting.length; step++) {
                if (before.get(step).get(next) && --waiting[step] == 0) {
                    ready.add(step);
                }
            }
        }
        return ordered;
    }
}
