package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.loop.Expression;

/**
 * What computes an operand of a product where its elements are copied to {@link Panels}, such as the scale of
 * quantised weights, a mask, or the last part of a normalisation: equations that only this operand needs.
 * They compute what they would in loops of their own, to the same bits, and the operand itself is never in
 * memory.
 *
 * @param value what the operand is a view of
 * @param equations in order, of which the last one computes it
 * @param others the tensors that these read
 * @param axes of the value: its strides, then those of each of the others
 */
record Prologue(Atom.Var value, List<Equation> equations, Fuse.Cut cut, List<View> others, List<Axis> axes) {
    /** More operations would make methods too long for the JVM to compile them. */
    private static final int MOST_OPERATIONS = 100;
    /** What is computed more than once has no more than these. */
    private static final int MOST_AGAIN = 8;
    /**
     * So many bytes are read for each that is packed, at most. Packing reads lines of memory that are far
     * apart: as measured, a product takes as long, or a little longer, where that reads two tensors of f32
     * than after a pass over these; 6 % less if one of them is of truth values, 20 to 30 % if there is one.
     */
    private static final double MOST_BYTES = 1.25;

    /** The same steps, but what only packing of operands needs is computed there if it pays. */
    static Fuse.Cut joined(Fuse.Cut cut) {
        Joining joining = new Joining(cut);
        for (Step step : cut.steps()) {
            Group end = step instanceof Step.Fused(var group) ? group : null;
            Equation e = step instanceof Step.Alone(var equation) ? equation
                    : end == null ? null : end.product();
            if (e != null && e.op() instanceof Op.DotGeneral op
                    && e.operands().stream().noneMatch(a -> a.type().dtype().isComplex())
                    && Dots.product(e, op, cut, end).isLarge()) {
                joining.join(step, e, true);
                joining.join(step, e, false);
            }
        }
        return joining.cut;
    }

    /** A cut while values of it are moved into the products that read them. */
    private static final class Joining {
        private Fuse.Cut cut;
        /** How many times steps, or whoever has the results, read each value; null until it is asked for. */
        private @Nullable Map<Atom, Integer> reads;

        Joining(Fuse.Cut cut) {
            this.cut = cut;
        }

        private Map<Atom, Integer> reads() {
            Map<Atom, Integer> known = reads;
            if (known == null) {
                Map<Atom, Integer> counted = new HashMap<>();
                cut.steps().forEach(step ->
                        cut.reads(step).forEach(atom -> counted.merge(atom, 1, Integer::sum)));
                cut.results().forEach(atom -> counted.merge(atom, 1, Integer::sum));
                known = counted;
                reads = known;
            }
            return known;
        }

        void join(Step step, Equation e, boolean isLeft) {
            Atom operand = isLeft ? e.operands().getFirst() : e.operands().getLast();
            if (!(operand instanceof Atom.Var v)) {
                return;
            }
            Atom.Var value = cut.view(v).base();
            for (int i = 0; i < cut.steps().size(); i++) {
                if (cut.steps().get(i) instanceof Step.Fused(var group) && group.product() == null
                        && group.role(value) == Group.Role.FULL) {
                    join(i, group, new Reader(step, e, value, isLeft));
                    return;
                }
            }
        }

        private void join(int at, Group group, Reader reader) {
            Fuse.Cut joined = joined(cut, at, group, reader, outside(cut.steps().get(at)));
            if (joined != null) {
                cut = joined;
                reads = null;
            }
        }

        /** How many times each value is read but by a step. */
        private Map<Atom, Integer> outside(Step step) {
            Map<Atom, Integer> outside = new HashMap<>(reads());
            cut.reads(step).forEach(atom -> outside.computeIfPresent(atom, (_, n) -> n == 1 ? null : n - 1));
            return outside;
        }
    }

    /** A product of which one side reads a value. */
    private record Reader(Step step, Equation e, Atom.Var value, boolean isLeft) {
        Dots.Product in(Fuse.Cut cut) {
            return Dots.product(e, (Op.DotGeneral) e.op(), cut,
                    step instanceof Step.Fused(var group) ? group : null);
        }
    }

    private static Fuse.@Nullable Cut joined(Fuse.Cut cut, int at, Group group, Reader reader,
            Map<Atom, Integer> outside) {
        Part part = outside.getOrDefault(reader.value, 0) == 1
                ? Part.of(group, reader.value, cut, outside.keySet()) : null;
        if (part == null) {
            return null;
        }
        Prologue prologue = of(reader.value, part.equations, group.lengths(), cut);
        List<Step> steps = new ArrayList<>(cut.steps());
        steps.remove(at);
        if (part.moved.size() < group.members().size()) {
            steps.add(at, new Step.Fused(group.without(part.moved)));
        }
        Fuse.Cut joined = cut.with(steps, prologue);
        return !prologue.others.isEmpty() && prologue.pays(reader, joined, part.operations) ? joined : null;
    }

    private static Prologue of(Atom.Var value, List<Equation> equations, long[] lengths, Fuse.Cut cut) {
        Set<Atom.Var> known = new HashSet<>();
        equations.forEach(e -> known.addAll(e.results()));
        List<View> others = equations.stream().flatMap(e -> e.operands().stream())
                .filter(a -> a instanceof Atom.Var).map(cut::view)
                .filter(view -> !known.contains(view.base())).distinct().toList();
        List<List<Long>> strides = new ArrayList<>();
        strides.add(Arrays.stream(Dims.rowMajor(lengths)).boxed().toList());
        others.forEach(view -> strides.add(Arrays.stream(Dims.strides(view)).boxed().toList()));
        return new Prologue(value, equations, cut, others,
                Axis.of(Arrays.stream(lengths).boxed().toList(), strides));
    }

    /**
     * The equations of a group that a value needs, back to what is in memory anyway or is no element of
     * each turn.
     *
     * @param moved those that nobody else needs
     * @param operations of all
     */
    private record Part(List<Equation> equations, Set<Equation> moved, int operations) {
        /** Null if too much were computed, or computed again. */
        static @Nullable Part of(Group group, Atom.Var value, Fuse.Cut cut, Set<Atom> outside) {
            Set<Atom.Var> wanted = new HashSet<>(Set.of(value));
            Set<Atom.Var> left = new HashSet<>();
            List<Equation> equations = new ArrayList<>();
            Set<Equation> moved = new HashSet<>();
            int operations = 0;
            int again = 0;
            for (int i = group.members().size() - 1; i >= 0; i--) {
                Equation e = group.members().get(i);
                boolean isValue = e.results().contains(value);
                boolean isPart = e.results().stream().anyMatch(wanted::contains)
                        && group.role(e.results().getFirst()) == Group.Role.FULL
                        && (isValue || e.results().stream().noneMatch(outside::contains));
                boolean isMoved = isPart && e.results().stream().noneMatch(left::contains)
                        && e.results().stream().allMatch(v -> v.equals(value) || !outside.contains(v));
                if (isPart) {
                    equations.addFirst(e);
                    operations += group.operations(i);
                    again += isMoved ? 0 : group.operations(i);
                }
                if (isMoved) {
                    moved.add(e);
                }
                for (Atom a : e.operands()) {
                    if (a instanceof Atom.Var) {
                        (isPart ? wanted : left).add(cut.view(a).base());
                        (isMoved ? wanted : left).add(cut.view(a).base());
                    }
                }
            }
            return operations <= MOST_OPERATIONS && again <= MOST_AGAIN
                    ? new Part(equations, moved, operations) : null;
        }
    }

    /** Whether loops reach all that is read, and it takes less time than a pass over memory. */
    private boolean pays(Reader reader, Fuse.Cut joined, int operations) {
        Dots.Product product = reader.in(joined).matrices();
        int side = reader.isLeft ? 0 : 1;
        Axis lanes = (reader.isLeft ? product.rows() : product.columns()).getFirst();
        Axis sum = product.sum().getFirst();
        Operand x = reader.isLeft ? product.x() : product.y();
        List<Axis> reached = new ArrayList<>(List.of(new Axis(lanes.length(), List.of(lanes.stride(0))),
                new Axis(sum.length(), List.of(sum.stride(side)))));
        product.batch().forEach(axis -> reached.add(new Axis(axis.length(), List.of(axis.stride(side)))));
        if (!reaches(x.offset(), reached)) {
            return false;
        }
        List<Packing.Stream> streams = streams(new Packing.Stream(x, x.offset(), lanes.stride(0),
                sum.stride(side), List.of()));
        boolean isAcross = streams.stream().allMatch(Packing.Stream::isAcross);
        boolean isInOrder = isAcross || streams.stream().allMatch(Packing.Stream::isAlong);
        long read = others.stream().filter(view -> !view.isLine() && Arrays.stream(Dims.strides(view))
                .noneMatch(stride -> stride == 0)).mapToLong(view -> view.dtype().bytes()).sum();
        // Panels on the left are too narrow for vectors.
        boolean isOnce = Gemm.packings(product, reader.isLeft) == 1 && !(reader.isLeft && isAcross);
        return isInOrder && read <= MOST_BYTES * reader.e.result().type().dtype().bytes()
                && Gemm.packings(product, reader.isLeft) > 0 && (isOnce || operations <= MOST_AGAIN);
    }

    /** Whether each of some axes moves along all the others' as along one, and reads nothing twice. */
    private boolean reaches(long start, List<Axis> reached) {
        if (Axis.size(reached) > value.type().shape().size()) {
            // Windows that overlap.
            return false;
        }
        long[] low = index(start);
        long[] high = low.clone();
        for (Axis axis : reached) {
            long next = start + axis.stride(0);
            if (axis.length() == 1) {
                continue;
            }
            if (axis.stride(0) == 0 || next < 0 || next >= value.type().shape().size()) {
                return false;
            }
            long[] moved = index(next);
            long[] from = index(start);
            for (int i = 0; i < moved.length; i++) {
                long last = (axis.length() - 1) * (moved[i] - from[i]);
                low[i] += Math.min(0, last);
                high[i] += Math.max(0, last);
            }
        }
        return IntStream.range(0, low.length).allMatch(i -> low[i] >= 0 && high[i] < axes.get(i).length());
    }

    /** Which element of each axis the value's element at a position is. */
    private long[] index(long position) {
        return axes.stream().mapToLong(axis ->
                Math.floorMod(Math.floorDiv(position, axis.stride(0)), axis.length())).toArray();
    }

    /** What is read of the others, for what would be read of the value. */
    List<Packing.Stream> streams(Packing.Stream whole) {
        return IntStream.range(0, others.size()).mapToObj(i -> {
            View view = others.get(i);
            long[] start = index(whole.offset());
            long offset = view.offset();
            for (int axis = 0; axis < start.length; axis++) {
                offset += start[axis] * axes.get(axis).stride(1 + i);
            }
            return new Packing.Stream(Operand.of(view.dtype(), view), offset,
                    stride(i, whole.offset(), whole.lane()), stride(i, whole.offset(), whole.step()),
                    whole.batch().stream().map(stride -> stride(i, whole.offset(), stride)).toList());
        }).toList();
    }

    /** How far one of the others moves if the value would move so far. */
    private long stride(int other, long start, long stride) {
        long[] from = index(start);
        long[] to = index(start + stride);
        return IntStream.range(0, from.length)
                .mapToLong(axis -> (to[axis] - from[axis]) * axes.get(axis).stride(1 + other)).sum();
    }

    /** What is read from memory. */
    Stream<Atom> reads() {
        return others.stream().map(View::base);
    }

    /** Whether all that it reads is among some tensors that are the same in many runs. */
    boolean isConstant(List<Atom.Var> constants) {
        return others.stream().allMatch(view -> view.isLine() || constants.contains(view.base()));
    }

    String name() {
        return "pack_" + Group.name(equations);
    }

    /** Computes an element from those of the others. */
    Expression element(LoopNest nest, List<At> from) {
        Map<View, Expression> loaded = new HashMap<>();
        for (int i = 0; i < others.size(); i++) {
            View view = others.get(i);
            loaded.put(view, nest.read(Operand.of(view.dtype(), view), from.get(i)));
        }
        Map<Atom.Var, Expression> known = new HashMap<>();
        Epilogue.compute(nest, equations, cut, known, loaded);
        return Objects.requireNonNull(known.get(value));
    }
}
