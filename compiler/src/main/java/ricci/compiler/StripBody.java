package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Equation;
import ricci.ir.InferTypes;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * One step of a loop over a {@link Region}: the program that computes a part of what one phase of the region
 * makes. What it needs of earlier phases, and is large, it computes again.
 *
 * @param program its inputs are what it reads as a whole, the sums so far, and parts; its results the new
 *     sums, and parts
 * @param whole what it reads as a whole
 * @param parts what it reads parts of
 * @param sums what it adds to, in this order
 * @param made what it makes parts of
 */
record StripBody(Program program, List<Atom.Var> whole, List<Part> parts, List<Sum> sums, List<Part> made) {
    StripBody {
        whole = List.copyOf(whole);
        parts = List.copyOf(parts);
        sums = List.copyOf(sums);
        made = List.copyOf(made);
    }

    /**
     * A tensor that is cut along an axis; or, if it is a line, the numbers from 0 on along the only axis.
     *
     * @param v what is cut; of a line, an iota with the axis
     */
    record Part(Atom.Var v, int axis, boolean isLine) {
        TensorType type(long count) {
            return Split.part(type(), place(), count);
        }

        /** The axis of what is cut, where a line has one only. */
        int place() {
            return isLine ? 0 : axis;
        }

        /** Of the whole. */
        TensorType type() {
            TensorType type = v.type();
            return isLine ? type.with(Shape.of(type.shape().length(axis))) : type;
        }
    }

    /**
     * A sum over all strips, or the greatest of all. A sum of products over rows of what is cut, if that
     * is on the left, is computed with both exchanged, as {@link Gemm} reads the left operand along what is
     * summed over: which here would go from row to row of the strip.
     *
     * @param v what is summed up
     * @param made what makes it, or makes it with some other order of axes
     * @param split how that is cut
     * @param order the axes of {@code v} in those of what is made
     */
    record Sum(Atom.Var v, Equation made, Split split, List<Integer> order) {
        static Sum of(Atom.Var v, Region region) {
            Equation e = region.maker(v);
            Split split = region.split(v);
            int rank = v.type().rank();
            List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
            if (!(e.op() instanceof Op.DotGeneral(var c, var dtype)
                    && e.operands().getFirst() instanceof Atom.Var left && region.isLarge(left)
                    && !c.leftContracted().equals(List.of(left.type().rank() - 1)))) {
                return new Sum(v, e, split, order);
            }
            int batches = c.leftBatch().size();
            int moved = c.leftFree(left.type().shape()).size();
            Collections.rotate(order.subList(batches, rank), moved);
            Op swapped = new Op.DotGeneral(c.swapped(), dtype);
            List<Atom> operands = e.operands().reversed();
            Atom.Var turned = new Atom.Var(v.id(), InferTypes.of(swapped, Atom.types(operands)).getFirst());
            return new Sum(v, new Equation(List.of(turned), swapped, operands, e.source()),
                    new Split(split.operands().reversed(), split.result()), order);
        }

        TensorType type() {
            return made.result().type();
        }

        /** What is there before the first step. */
        Atom initial() {
            return new Atom.Literal(type(), split.result() == Split.GREATEST ? Double.NEGATIVE_INFINITY : 0);
        }
    }

    /** The step of a phase of a region that computes so many elements along the axis. */
    static StripBody of(Region region, int phase, long count) {
        return new Writing(region, phase, count).body();
    }

    /** The step that is being written. */
    private static final class Writing {
        private final Region region;
        private final int phase;
        private final long count;
        private final Builder builder = new Builder();
        private final Map<Atom.Var, Atom.Var> whole = new LinkedHashMap<>();
        private final Map<Part, Atom.Var> parts = new LinkedHashMap<>();
        private final Map<Wanted, Atom> known = new HashMap<>();

        private record Wanted(Atom.Var v, int axis) {}

        Writing(Region region, int phase, long count) {
            this.region = region;
            this.phase = phase;
            this.count = count;
        }

        StripBody body() {
            List<Sum> sums = new ArrayList<>();
            List<Atom.Var> before = new ArrayList<>();
            List<Atom> after = new ArrayList<>();
            List<Part> made = new ArrayList<>();
            List<Atom> results = new ArrayList<>();
            for (Atom.Var v : region.exits()) {
                if (region.phase(v) != phase) {
                    continue;
                }
                int axis = region.split(v).result();
                if (axis == Split.GREATEST) {
                    made.add(new Part(v, axis, false));
                    results.add(made(region.maker(v), region.split(v)));
                } else if (axis == Split.SUM) {
                    Sum sum = Sum.of(v, region);
                    Atom.Var soFar = builder.input(sum.type());
                    sums.add(sum);
                    before.add(soFar);
                    after.add(builder.add(soFar, made(sum.made, sum.split)));
                } else {
                    made.add(new Part(v, axis, false));
                    results.add(of(v, axis));
                }
            }
            List<Atom.Var> inputs = new ArrayList<>(whole.values());
            inputs.addAll(before);
            inputs.addAll(parts.values());
            after.addAll(results);
            return new StripBody(builder.program(inputs, after), List.copyOf(whole.keySet()),
                    List.copyOf(parts.keySet()), sums, made);
        }

        /** The part of an atom along an axis, or all of it. */
        private Atom of(Atom atom, int axis) {
            return switch (atom) {
                case Atom.Literal(var type, var value) ->
                        new Atom.Literal(Split.part(type, axis, count), value);
                case Atom.Var v -> {
                    Wanted wanted = new Wanted(v, axis);
                    Atom before = known.get(wanted);
                    Atom part = before == null ? part(v, axis) : before;
                    known.put(wanted, part);
                    yield part;
                }
            };
        }

        private Atom part(Atom.Var v, int axis) {
            if (region.isComputed(v, axis, phase)) {
                return made(region.maker(v), region.split(v));
            }
            Split split = again(v, axis);
            if (split == null) {
                return axis == Split.WHOLE ? whole.computeIfAbsent(v, w -> builder.input(w.type()))
                        : parts.computeIfAbsent(new Part(v, axis, false), p -> builder.input(p.type(count)));
            }
            Equation e = region.maker(v);
            if (e.op() instanceof Op.Iota(_, var along) && along == axis) {
                Atom line = parts.computeIfAbsent(new Part(v, axis, true), p -> builder.input(p.type(count)));
                return builder.broadcast(line, Split.part(v.type(), axis, count).shape(), List.of(axis));
            }
            return made(e, split);
        }

        private Atom made(Equation e, Split split) {
            List<Atom> operands = new ArrayList<>();
            for (int i = 0; i < e.operands().size(); i++) {
                operands.add(of(e.operands().get(i), split.operands().get(i)));
            }
            return builder.at(e.source()).apply(split.op(e, count), operands).getFirst();
        }

        // ---- what each step makes for itself ----

        /** How a tensor is made again in each step, if it is; else it is read. */
        private @Nullable Split again(Atom.Var v, int axis) {
            if (region.isInput(v) || region.contains(region.maker(v))
                    || !Split.isCheap(region.maker(v).op())) {
                return null;
            }
            boolean isWorthIt = region.isLarge(v) || leaves(v, new HashMap<>()) * FEW <= size(v);
            Equation e = region.maker(v);
            return !isWorthIt ? null : axis >= 0 ? Split.ofResult(e, axis) : whole(e);
        }

        private static Split whole(Equation e) {
            return new Split(e.operands().stream().map(_ -> Split.WHOLE).toList(), Split.WHOLE);
        }

        /** How many elements are read to compute a tensor. */
        private long leaves(Atom.Var v, Map<Atom.Var, Long> seen) {
            if (seen.containsKey(v)) {
                return 0;
            }
            seen.put(v, 0L);
            if (region.isInput(v) || !Split.isCheap(region.maker(v).op()) || seen.size() > MOST) {
                return size(v);
            }
            long leaves = 0;
            for (Atom operand : region.maker(v).operands()) {
                leaves += operand instanceof Atom.Var w ? leaves(w, seen) : 0;
            }
            return leaves;
        }

        private static long size(Atom.Var v) {
            return v.type().shape().size();
        }
    }

    /** A tensor is computed in each step if it is made of this many times fewer elements than it has. */
    private static final long FEW = 4;
    /** And of no more equations than this. */
    private static final int MOST = 40;
}
