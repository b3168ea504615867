package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.Control;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.jvm.Machine;
import ricci.transform.Dce;

/**
 * Strip mining: what is much larger than all that it is made of, and than all that is made of it, is computed
 * a part at a time, each of which stays in the cache from the product that makes it to the one that reads it;
 * so it is never in memory as a whole. Such are the scores of attention, a matrix with a row for each query
 * and a column for each key:
 *
 * {@snippet lang = text :
 * softmax(q kᵀ) v      becomes      for each block of rows of q: softmax(rows kᵀ) v
 * }
 *
 * <p>A strip has whole rows, so a softmax is computed as it would be in one piece, and its gradient computes
 * the rows again (Rabe and Staats 2021, "Self-attention does not need O(n²) memory"; Dao and others 2022,
 * "FlashAttention", where strips are cut across, too, as the cache of a GPU holds no row). Only sums over
 * rows, as in the gradient of k and v, are added up in another order: first in each strip.
 *
 * <p>Nothing here knows of attention. A {@link Region} around any product that is larger than its operands is
 * cut along any axis that goes through all of it: batch axes first, of which strips need no more than one
 * element, and in the loop's body then, if its parts are still large, rows or columns.
 */
final class StripMine {
    /** So many times as large as both operands together is a product worth it. */
    private static final long GROWTH = 2;

    private StripMine() {}

    /**
     * Sizes.
     *
     * @param least bytes of a product that is cut
     * @param leastAgain bytes of a product that is cut though it has to be computed more than once
     * @param strip bytes of a part of it
     * @param fewest rows of a strip, however large, as each strip reads, packs and adds to all of k and v
     * @param most rows of a strip, however small
     * @param near bytes that are read soon enough where they are; of more, strips have {@link #FAR} times as
     *     many rows
     */
    record Limits(long least, long leastAgain, long strip, long fewest, long most, long near) {
        private static final int FAR = 4;

        /**
         * What fits into the second cache, or nearly, is left alone, and so large is a strip, of which each
         * of two threads has half in its own: smaller ones were slower, as all of k and v is packed for each,
         * and larger ones no faster. What would have to be computed twice, as a gradient does that first
         * needs the whole result, is cut to save memory, not time; so only if it is large compared with the
         * last cache.
         */
        static Limits here() {
            long cache = Machine.here().caches().second();
            long last = Machine.here().caches().last();
            return new Limits(2 * cache, 8 * last, 2 * cache, 128, 256, last);
        }

        /** How many rows a strip has, of which each has so many bytes, if each strip reads so many others. */
        long rows(long bytes, long others) {
            long times = others > near ? FAR : 1;
            return Math.clamp(strip / bytes, times * fewest, times * most);
        }
    }

    static Program of(Program program) {
        return of(program, Limits.here());
    }

    static Program of(Program program, Limits limits) {
        Program current = program;
        for (Program next = once(current, limits); next != null; next = once(current, limits)) {
            current = TypeChecker.check("StripMine", next);
        }
        return current;
    }

    /** Cuts the first region that is worth it; null if there is none. */
    private static @Nullable Program once(Program program, Limits limits) {
        for (Equation e : program.equations()) {
            if (e.op() instanceof Op.DotGeneral(var contraction, _) && isWorthIt(e, limits)) {
                TensorType type = e.result().type();
                for (int axis = 0; axis < type.rank(); axis++) {
                    long count = count(e, axis, contraction, limits);
                    Region region = count == 0 ? null : Region.of(program, e, axis);
                    if (region != null && region.hasReductions()
                            && (region.phases() == 1 || Nest.bytes(type) > limits.leastAgain)) {
                        return new Cut(region, type.shape().length(axis), count, limits).program();
                    }
                }
            }
        }
        return null;
    }

    private static boolean isWorthIt(Equation e, Limits limits) {
        TensorType type = e.result().type();
        long operands = e.operands().stream().mapToLong(x -> x.type().shape().size()).sum();
        return !type.dtype().isComplex() && Nest.bytes(type) > limits.least
                && type.shape().size() >= GROWTH * operands;
    }

    /** How many elements along an axis a strip has; 0 if it is not cut there. */
    private static long count(Equation e, int axis, Contraction contraction, Limits limits) {
        TensorType type = e.result().type();
        long length = type.shape().length(axis);
        long each = Nest.bytes(type) / length;
        int batches = contraction.leftBatch().size();
        boolean isBatch = axis < batches;
        boolean isLeft = axis < batches + contraction.leftFree(e.operands().getFirst().type().shape()).size();
        long most = isBatch ? Math.clamp(limits.strip / each, 1, length) : limits.rows(each,
                Nest.bytes((isLeft ? e.operands().getLast() : e.operands().getFirst()).type()));
        if (most >= length) {
            return 0;
        }
        long whole = most;
        while (length % whole != 0) {
            whole--;
        }
        long strips = (length + most - 1) / most;
        return isBatch || 2 * whole > most ? whole : (length + strips - 1) / strips;
    }

    /** A program whose region is being cut. */
    private static final class Cut {
        private final Region region;
        private final long length;
        private final long count;
        private final Limits limits;
        private final Builder builder = new Builder();
        private final Map<Atom.Var, Atom> written = new HashMap<>();
        private final Set<Equation> done = new HashSet<>();
        private final List<Equation> effects;

        Cut(Region region, long length, long count, Limits limits) {
            this.region = region;
            this.length = length;
            this.count = count;
            this.limits = limits;
            this.effects = region.program().equations().stream().filter(e -> Effect.isIn(e.op())).toList();
        }

        Program program() {
            Program old = region.program();
            List<Atom.Var> inputs = builder.inputs(old.inputTypes());
            for (int i = 0; i < inputs.size(); i++) {
                written.put(old.inputs().get(i), inputs.get(i));
            }
            old.equations().stream().filter(e -> !region.contains(e)).forEach(this::write);
            return Dce.of(builder.program(inputs, old.results().stream().map(this::of).toList()));
        }

        /** What holds the value of an atom, which is written if it is not yet. */
        private Atom of(Atom atom) {
            if (!(atom instanceof Atom.Var v)) {
                return atom;
            }
            if (!written.containsKey(v)) {
                Equation e = region.maker(v);
                if (region.contains(e)) {
                    loop(region.phase(v));
                } else {
                    write(e);
                }
            }
            return Objects.requireNonNull(written.get(v));
        }

        private void write(Equation e) {
            if (done.add(e)) {
                if (effects.contains(e)) {
                    effects.subList(0, effects.indexOf(e)).forEach(this::write);
                }
                List<Atom> operands = e.operands().stream().map(this::of).toList();
                put(e.results(), builder.at(e.source()).apply(e.op(), operands));
            }
        }

        private void put(List<Atom.Var> old, List<? extends Atom> values) {
            for (int i = 0; i < old.size(); i++) {
                written.put(old.get(i), values.get(i));
            }
        }

        // ---- loops ----

        /** Writes a loop: what is left over from whole strips first, then the strips. */
        private void loop(int phase) {
            StripBody body = StripBody.of(region, phase, count);
            List<Atom> whole = body.whole().stream().map(this::of).toList();
            List<Atom> parts = new ArrayList<>();
            body.parts().forEach(part -> parts.add(part(part)));
            List<Atom> sums = body.sums().stream().map(sum -> builder.zeros(sum.type())).toList();
            long steps = length / count;
            long rest = length % count;
            List<Atom> left = rest == 0 ? sums : left(StripBody.of(region, phase, rest), whole, sums, parts);
            List<Atom> operands = new ArrayList<>(whole);
            operands.addAll(left.subList(0, sums.size()));
            for (int i = 0; i < parts.size(); i++) {
                int axis = body.parts().get(i).place();
                operands.add(stacked(parts.get(i), axis, steps));
            }
            List<Atom.Var> results = builder.apply(new Control.Scan(of(body), whole.size(), sums.size(),
                    steps, false), operands);
            for (int i = 0; i < sums.size(); i++) {
                StripBody.Sum sum = body.sums().get(i);
                written.put(sum.v(), builder.transpose(results.get(i), sum.order()));
            }
            for (int i = 0; i < body.made().size(); i++) {
                StripBody.Part part = body.made().get(i);
                Atom joined = joined(results.get(sums.size() + i), part, steps);
                written.put(part.v(), rest == 0 ? joined : builder.apply(new Op.Concatenate(part.axis()),
                        joined, left.get(sums.size() + i)));
            }
        }

        private Program of(StripBody body) {
            return StripMine.of(body.program(), limits);
        }

        private Atom part(StripBody.Part part) {
            return part.isLine() ? builder.apply(new Op.Iota(part.type(), 0)) : of(part.v());
        }

        /** What the last elements come to, which are no whole strip. */
        private List<Atom> left(StripBody body, List<Atom> whole, List<Atom> sums, List<Atom> parts) {
            List<Atom> operands = new ArrayList<>(whole);
            operands.addAll(sums);
            for (int i = 0; i < parts.size(); i++) {
                StripBody.Part part = body.parts().get(i);
                operands.add(builder.slice(parts.get(i), part.place(),
                        length / count * count, length));
            }
            return builder.inline(of(body), operands);
        }

        /** The parts one after the other along a first axis. */
        private Atom stacked(Atom x, int axis, long steps) {
            Atom some = length % count == 0 ? x : builder.slice(x, axis, 0, steps * count);
            List<Integer> order = new ArrayList<>(List.of(axis));
            IntStream.rangeClosed(0, x.type().rank()).filter(i -> i != axis).forEach(order::add);
            return builder.transpose(builder.reshape(some, cut(x.type().shape(), axis, steps)), order);
        }

        private Shape cut(Shape shape, int axis, long steps) {
            List<Long> lengths = new ArrayList<>(Axis.lengths(shape));
            lengths.set(axis, count);
            lengths.add(axis, steps);
            return Shape.of(lengths.stream().mapToLong(n -> n).toArray());
        }

        /** The reverse of {@link #stacked}. */
        private Atom joined(Atom x, StripBody.Part part, long steps) {
            List<Integer> order = new ArrayList<>(IntStream.range(1, x.type().rank()).boxed().toList());
            order.add(part.axis(), 0);
            Atom turned = builder.transpose(x, order);
            return builder.reshape(turned, part.type(steps * count).shape());
        }
    }
}
