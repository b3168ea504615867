package ricci.compiler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;

/**
 * The part of a program around a large product of which nothing but smaller tensors is read elsewhere, all of
 * it cut along one axis of the product. In it are, with the product, all tensors of at least its size that
 * are made of it, or of which others in it are made; and the equations that write or read these.
 *
 * <p>What the region computes for the rest of the program it may need again: the sums of the rows of scores,
 * or, in a gradient, what became of the result. If that is not known part by part, but only as a whole, the
 * region needs another loop for what depends on it. The number of a tensor's loop is its {@link #phase}.
 */
final class Region {
    private final Program program;
    private final long least;
    private final Map<Atom.Var, Equation> makers = new HashMap<>();
    private final Map<Atom.Var, List<Equation>> readers = new HashMap<>();
    private final Set<Atom.Var> large = new HashSet<>();
    /** How each equation is cut that is computed in a loop, by its result. */
    private final Map<Atom.Var, Split> splits = new LinkedHashMap<>();
    private final Set<Atom.Var> inside = new HashSet<>();
    private final Set<Atom.Var> exits = new HashSet<>();
    private final ArrayDeque<Atom.Var> open = new ArrayDeque<>();
    /** The loop in which a tensor is computed. */
    private final Map<Atom.Var, Integer> in = new HashMap<>();
    /** The first loop that may read a tensor as a whole. */
    private final Map<Atom.Var, Integer> out = new HashMap<>();
    /** The first loop that may run after all effects so far. */
    private int afterEffects;

    private Region(Program program, long least) {
        this.program = program;
        this.least = least;
    }

    /** The region around the result of a product, along an axis of it; null if there is none. */
    static @Nullable Region of(Program program, Equation product, int axis) {
        Region region = new Region(program, product.result().type().shape().size());
        region.look();
        if (!region.put(product.result(), axis)) {
            return null;
        }
        while (!region.open.isEmpty()) {
            Atom.Var next = region.open.poll();
            if (!region.grow(next, Objects.requireNonNull(region.axis(next)))) {
                return null;
            }
        }
        program.equations().forEach(region::place);
        return region;
    }

    private void look() {
        for (Equation e : program.equations()) {
            e.results().forEach(v -> makers.put(v, e));
            boolean isLarge = e.op() instanceof Op.DotGeneral;
            for (Atom operand : e.operands()) {
                if (operand instanceof Atom.Var v) {
                    List<Equation> known = readers.computeIfAbsent(v, _ -> new ArrayList<>());
                    if (known.isEmpty() || !known.getLast().equals(e)) {
                        known.add(e);
                    }
                    isLarge |= large.contains(v);
                }
            }
            if (isLarge) {
                e.results().stream().filter(v -> v.type().shape().size() >= least).forEach(large::add);
            }
        }
    }

    private boolean put(Atom.Var v, int axis) {
        if (inside.contains(v)) {
            return Objects.requireNonNull(splits.get(v)).result() == axis;
        }
        Split split = axis < 0 ? null : Split.ofResult(maker(v), axis);
        if (split == null || program.results().contains(v)) {
            return false;
        }
        splits.put(v, split);
        inside.add(v);
        open.add(v);
        return true;
    }

    /** Takes in what {@code v} is made of, and what is made of it. */
    private boolean grow(Atom.Var v, int axis) {
        if (!operands(maker(v), Objects.requireNonNull(splits.get(v)))) {
            return false;
        }
        for (Equation e : readers.getOrDefault(v, List.of())) {
            Split split = Split.ofOperand(e, e.operands().indexOf(v), axis);
            if (split == null || !operands(e, split)) {
                return false;
            }
            if (large.contains(e.result())) {
                if (!put(e.result(), split.result())) {
                    return false;
                }
            } else {
                exits.add(e.result());
                splits.put(e.result(), split);
            }
        }
        return true;
    }

    private boolean operands(Equation e, Split split) {
        for (int i = 0; i < e.operands().size(); i++) {
            if (e.operands().get(i) instanceof Atom.Var v && large.contains(v)
                    && !put(v, split.operands().get(i))) {
                return false;
            }
        }
        return true;
    }

    // ---- which loop ----

    private void place(Equation e) {
        int whole = e.operands().stream().mapToInt(this::out).max().orElse(0);
        if (Effect.isIn(e.op())) {
            whole = Math.max(whole, afterEffects);
            afterEffects = whole;
        }
        Split split = e.results().size() == 1 ? splits.get(e.result()) : null;
        if (split == null) {
            for (Atom.Var v : e.results()) {
                out.put(v, whole);
            }
            bridge(e, whole);
            return;
        }
        int here = phase(e, split);
        in.put(e.result(), here);
        out.put(e.result(), here + 1);
    }

    /** What is not in the region may yet be computed in its loop, if that spares another one. */
    private void bridge(Equation e, int whole) {
        if (e.results().size() != 1 || !(Split.isCheap(e.op()) || e.op() instanceof Op.Reduce)) {
            return;
        }
        for (int i = 0; i < e.operands().size(); i++) {
            Integer axis = e.operands().get(i) instanceof Atom.Var v ? axis(v) : null;
            Split split = axis == null || axis < 0 ? null : Split.ofOperand(e, i, axis);
            if (split != null && split.result() >= 0 && phase(e, split) < whole) {
                splits.put(e.result(), split);
                in.put(e.result(), phase(e, split));
                return;
            }
        }
    }

    private int phase(Equation e, Split split) {
        int phase = 0;
        for (int i = 0; i < e.operands().size(); i++) {
            if (e.operands().get(i) instanceof Atom.Var v) {
                Integer axis = axis(v);
                boolean isPart = axis != null && axis >= 0 && axis.equals(split.operands().get(i));
                phase = Math.max(phase, isPart ? Objects.requireNonNull(in.get(v)) : out(v));
            }
        }
        return phase;
    }

    private int out(Atom atom) {
        return atom instanceof Atom.Var v ? out.getOrDefault(v, 0) : 0;
    }

    // ---- what is known in the end ----

    Program program() {
        return program;
    }

    /** The equation that makes {@code v}. */
    Equation maker(Atom.Var v) {
        return Objects.requireNonNull(makers.get(v), "an input");
    }

    /** The equation that makes {@code v}; null if it is an input. */
    @Nullable Equation makerOrNull(Atom.Var v) {
        return makers.get(v);
    }

    boolean isInput(Atom.Var v) {
        return !makers.containsKey(v);
    }

    /** Whether it is as large as the product. */
    boolean isLarge(Atom.Var v) {
        return v.type().shape().size() >= least;
    }

    /** Whether an equation is computed in loops only. */
    boolean contains(Equation e) {
        return e.results().size() == 1 && (inside.contains(e.result()) || exits.contains(e.result()));
    }

    /** The smaller tensors that the region makes. */
    List<Atom.Var> exits() {
        return program.equations().stream().filter(e -> e.results().size() == 1).map(Equation::result)
                .filter(exits::contains).toList();
    }

    /** The axis along which a tensor is computed in parts; null if it is not. */
    @Nullable Integer axis(Atom.Var v) {
        Split split = splits.get(v);
        return split == null ? null : split.result();
    }

    /** How what makes {@code v} is cut. */
    Split split(Atom.Var v) {
        return Objects.requireNonNull(splits.get(v));
    }

    /** In which loop a smaller tensor is computed that the region makes. */
    int phase(Atom.Var v) {
        return Objects.requireNonNull(in.get(v));
    }

    /** Whether parts of {@code v} along an axis are computed in a loop rather than read from outside. */
    boolean isComputed(Atom.Var v, int axis, int phase) {
        Integer own = axis(v);
        return own != null && own >= 0 && own == axis
                && (inside.contains(v) || (phase(v) == phase && out(v) > phase));
    }

    /** How many loops it needs, each of which computes again what it shares with an earlier one. */
    long phases() {
        return exits.stream().map(this::phase).distinct().count();
    }

    /** The large tensors that cannot be computed before that loop. */
    List<Atom.Var> inside(int phase) {
        return inside.stream().filter(v -> phase(v) == phase).toList();
    }

    /** Whether {@code x} can be read as a whole before any loop has run. */
    boolean isThere(Atom x) {
        return out(x) == 0;
    }

    /** Whether something is the greatest of all parts, which is known after the last one only. */
    boolean hasGreatest() {
        return exits.stream().anyMatch(v -> split(v).result() == Split.GREATEST);
    }

    /** Whether something waits for all of a row, or of what is cut along with it. */
    boolean hasReductions() {
        return exits.stream().anyMatch(v -> maker(v).op() instanceof Op.Reduce && split(v).result() >= 0);
    }
}
