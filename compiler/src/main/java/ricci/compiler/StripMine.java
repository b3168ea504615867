package ricci.compiler;

import org.jspecify.annotations.Nullable;
import ricci.ir.Contraction;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.jvm.Machine;

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
 * the rows again (Rabe and Staats 2021, "Self-attention does not need O(n²) memory"). Only sums over
 * rows, as in the gradient of k and v, are added up in another order: first in each strip. If the rows are so
 * long that a strip of them is large, it is cut across, too, as an {@link OnlineSoftmax}.
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
                    if (region != null && !region.hasGreatest() && region.hasReductions()
                            && (region.phases() == 1 || Nest.bytes(type) > limits.leastAgain)) {
                        return StripLoop.of(region, type.shape().length(axis), count, steps(region, limits));
                    }
                }
            }
        }
        return null;
    }

    private static StripLoop.Steps steps(Region region, Limits limits) {
        return new StripLoop.Steps() {
            @Override
            public StripBody body(int phase, long count) {
                return StripBody.of(region, phase, count);
            }

            @Override
            public Program inside(Program step) {
                return of(step, limits);
            }
        };
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
        return most >= length ? 0
                : isBatch ? StripLoop.equal(length, most)
                : StripLoop.even(length, most);
    }
}
