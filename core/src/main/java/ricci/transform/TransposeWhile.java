package ricci.transform;

import static ricci.ir.Lists.join;
import static ricci.transform.Signature.marked;
import static ricci.transform.Signature.types;
import static ricci.transform.Signature.unmarked;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Control;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.Op.Compare.Relation;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * The transpose of a while loop of at most {@code limit} steps, whose known carries decide how many there
 * are.
 *
 * <p>The steps are cut into segments, at most as long as the square root of the limit. The known carries run
 * once more, and their state before each segment is kept. Then, segment by segment from the last one back,
 * the segment is repeated, with all that its linear part needs, and that part is transposed. So memory holds
 * the states of as many segments as there may be, and the residuals of one: at most about twice the square
 * root of the limit (checkpoints, as in Griewank and Walther 2000, "Algorithm 799: revolve").
 *
 * <p>A limit may be far more than the steps that are run. So segments are short, as the missing steps of the
 * last one are skipped one by one; and where there may be more segments than {@link #STATES}, they are cut
 * into blocks in the same way, blocks into blocks and so on: only the states before those of one block are
 * kept at each level. Only steps that were run are run again, each once for each level and once for its
 * segment. With large states, blocks and segments are shorter too.
 *
 * <p>All of it is written in loops with limits, so that it can be differentiated in turn.
 */
final class TransposeWhile {
    private static final TensorType COUNT = TensorType.of(DType.I64);

    /** The most states that are kept at a level. */
    private static final long STATES = 1024;
    /** The most steps of a segment. */
    private static final long STEPS = 64;
    /** The bytes of states, or of residuals, from which on fewer are kept, yet never less than this many. */
    private static final long BYTES = 1L << 28;
    private static final long FEWEST = 32;

    private final Control.While op;
    /** The number of steps of a segment. */
    private final long steps;
    /** The number of blocks of a level in one of the next: of segments in the smallest blocks. */
    private final long blocks;
    /** How often blocks are cut into blocks, 1 or more. */
    private final int levels;
    private final List<Boolean> linearConstants;
    private final List<Boolean> linearCarries;
    /** The condition of constants and known carries. */
    private final Program condition;
    /** The body's known part, of constants and carries to carries. */
    private final Program knownBody;
    private final List<TensorType> conditionConstants;
    private final List<TensorType> constants;
    private final List<TensorType> carries;
    /** Of the linear constants. */
    private final List<TensorType> sums;
    /** Of the linear carries. */
    private final List<TensorType> cotangents;

    private TransposeWhile(Equation e, Control.While op, List<Boolean> linear) {
        this.op = op;
        int first = op.conditionConstants();
        int carry = first + op.bodyConstants();
        linearConstants = linear.subList(first, carry);
        PartialEval cut = PartialEval.of(op.body(), linear.subList(first, linear.size()),
                linear.subList(carry, linear.size()));
        // A known start that meets something linear on the way is linear from then on.
        List<Boolean> varies = linear.subList(carry, linear.size());
        while (!cut.unknownResults().equals(varies)) {
            varies = cut.unknownResults();
            cut = PartialEval.of(op.body(), join(linearConstants, varies), varies);
        }
        linearCarries = varies;
        PartialEval holds = PartialEval.of(op.condition(), join(Signature.all(first, false), varies));
        if (holds.unknownResults().getFirst()) {
            throw Transpose.notLinear(e);
        }
        condition = holds.known();
        knownBody = Dce.of(Signature.returning(cut.known(),
                cut.known().results().subList(0, cut.knownResults())));
        conditionConstants = op.condition().inputTypes().subList(0, first);
        constants = unmarked(op.body().inputTypes().subList(0, op.bodyConstants()), linearConstants);
        carries = unmarked(op.body().resultTypes(), linearCarries);
        steps = Math.clamp((long) Math.ceil(Math.sqrt((double) op.limit())), 1, STEPS);
        long segments = Math.ceilDiv(op.limit(), steps);
        double bytes = carries.stream().mapToDouble(t -> (double) t.shape().size() * t.dtype().bytes()).sum();
        long most = Math.clamp((long) (BYTES / bytes), FEWEST, STATES);
        int depth = 1;
        while (Math.pow((double) most, depth) < segments) {
            depth++;
        }
        levels = depth;
        blocks = (long) Math.ceil(Math.pow((double) segments, 1.0 / depth) * (1 + 1e-12));
        sums = marked(op.body().inputTypes().subList(0, op.bodyConstants()), linearConstants);
        cotangents = marked(op.body().resultTypes(), linearCarries);
    }

    static List<@Nullable Atom> of(Builder b, Equation e, Control.While op, List<@Nullable Atom> known,
            List<Atom> ct) {
        List<Boolean> linear = known.stream().map(k -> k == null).toList();
        TransposeWhile loop = new TransposeWhile(e, op, linear);
        int first = op.conditionConstants();
        int carry = first + op.bodyConstants();
        List<Atom> given = new ArrayList<>(TransposeControl.present(known.subList(0, carry)));
        List<Atom> start = new ArrayList<>();
        for (int i = 0; i < op.carries(); i++) {
            Atom value = known.get(carry + i);
            if (!loop.linearCarries.get(i)) {
                start.add(Objects.requireNonNull(value));
            }
        }
        List<Atom> back = loop.apply(b, given, start, marked(ct, loop.linearCarries));
        List<@Nullable Atom> placed = TransposeControl.placed(
                join(Signature.all(first, false), loop.linearConstants, loop.linearCarries), back);
        for (int i = 0; i < placed.size(); i++) {
            // A carry that does not vary in its linear part leaves its cotangent alone, but has none here.
            placed.set(i, linear.get(i) ? placed.get(i) : null);
        }
        return placed;
    }

    /** Cotangents of the linear constants and carries. */
    private List<Atom> apply(Builder b, List<Atom> given, List<Atom> start, List<Atom> ct) {
        List<Atom> zeros = sums.stream().map(b::zeros).toList();
        return op.limit() == 0 ? join(zeros, ct)
                : back(b, levels, given, b.zeros(COUNT), start, join(zeros, ct));
    }

    /**
     * Back through the steps of a block, or of a segment if {@code level} is 0.
     *
     * @param step the number of steps before
     * @param x the known carries before
     * @param gained sums for the constants, and the cotangents of what the block makes of the linear carries
     * @return the same, with the cotangents of the linear carries before
     */
    private List<Atom> back(Builder b, int level, List<? extends Atom> given, Atom step,
            List<? extends Atom> x, List<? extends Atom> gained) {
        if (level == 0) {
            return backSegment(b, given, step, x, gained);
        }
        List<Atom> empty = carries.stream().map(type -> b.zeros(Signature.stacked(type, blocks))).toList();
        List<Atom.Var> run = b.apply(checkpoints(level), join(conditionsOf(given), given,
                List.of(b.zeros(COUNT), step), x, empty));
        Atom count = run.getFirst();
        List<Atom.Var> kept = run.subList(2 + carries.size(), run.size());
        List<Atom.Var> back = b.apply(backwards(level), join(given, kept, List.of(step, count), gained));
        return List.copyOf(back.subList(1, back.size()));
    }

    private List<Atom> backSegment(Builder b, List<? extends Atom> given, Atom step, List<? extends Atom> x,
            List<? extends Atom> gained) {
        Program run = segmentOfAll();
        int knowns = given.size() + 1 + x.size();
        List<Boolean> linear = Signature.all(gained.size(), true);
        PartialEval cut = PartialEval.of(run, join(Signature.all(knowns, false), linear),
                Signature.all(run.results().size(), true));
        List<Atom> residuals = b.inline(cut.known(), join(given, List.of(step), x));
        Program back = Transpose.of(cut.unknown(), join(Signature.all(residuals.size(), false), linear));
        List<Atom> more = b.inline(back, join(residuals, gained.subList(sums.size(), gained.size())));
        List<Atom> results = new ArrayList<>(more);
        for (int i = 0; i < sums.size(); i++) {
            results.set(i, b.add(gained.get(i), more.get(i)));
        }
        return results;
    }

    /** The steps of a block, or of all segments that there may be; no more than the limit. */
    private long length(int level) {
        double length = steps * Math.pow((double) blocks, level);
        return length < op.limit() ? Math.round(length) : op.limit();
    }

    private List<Atom> conditionsOf(List<? extends Atom> given) {
        return List.copyOf(given.subList(0, conditionConstants.size()));
    }

    /** Of the number of steps so far and the carries, whether another step follows. */
    private Atom goesOn(Builder b, List<? extends Atom> given, Atom step, List<? extends Atom> x) {
        Atom holds = b.inline(condition, join(conditionsOf(given), x)).getFirst();
        Atom within = b.compare(Relation.LT, step, b.fill(COUNT, op.limit()));
        return b.binary(Op.Binary.Function.AND, holds, within);
    }

    /**
     * The known carries alone, a block of the level below at a time: carries are the numbers of blocks and of
     * steps, the known carries, and what they were before each block.
     */
    private Control.While checkpoints(int level) {
        List<TensorType> stacks = carries.stream().map(t -> Signature.stacked(t, blocks)).toList();
        Builder c = new Builder();
        List<Atom.Var> conditions = c.inputs(conditionConstants);
        List<Atom.Var> counts = c.inputs(List.of(COUNT, COUNT));
        List<Atom.Var> x = c.inputs(carries);
        List<Atom.Var> stacked = c.inputs(stacks);
        Program another = c.build("Transpose", join(conditions, counts, x, stacked),
                List.of(goesOn(c, conditions, counts.getLast(), x)));

        Builder b = new Builder();
        List<Atom.Var> given = b.inputs(join(conditionConstants, constants));
        Atom.Var block = b.input(COUNT);
        Atom.Var step = b.input(COUNT);
        List<Atom.Var> before = b.inputs(carries);
        List<Atom.Var> kept = b.inputs(stacks);
        List<Atom> results = new ArrayList<>();
        results.add(b.add(block, b.fill(COUNT, 1)));
        results.addAll(b.apply(known(length(level - 1)),
                join(conditionsOf(given), given, List.of(step), before)));
        for (int i = 0; i < kept.size(); i++) {
            results.add(put(b, kept.get(i), block, before.get(i)));
        }
        Program body = b.build("Transpose", join(given, List.of(block, step), before, kept), results);
        return new Control.While(another, body, blocks);
    }

    /** So many steps, at most, of known carries: carries are the steps in all, and these. */
    private Control.While known(long most) {
        Builder c = new Builder();
        List<Atom.Var> conditions = c.inputs(conditionConstants);
        Atom.Var count = c.input(COUNT);
        List<Atom.Var> x = c.inputs(carries);
        Program another = c.build("Transpose", join(conditions, List.of(count), x),
                List.of(goesOn(c, conditions, count, x)));
        Builder b = new Builder();
        List<Atom.Var> given = b.inputs(join(conditionConstants, constants));
        Atom.Var step = b.input(COUNT);
        List<Atom.Var> before = b.inputs(carries);
        List<Atom> after = b.inline(knownBody, join(given.subList(conditionConstants.size(), given.size()),
                before));
        Program body = b.build("Transpose", join(given, List.of(step), before),
                join(List.of(b.add(step, b.fill(COUNT, 1))), after));
        return new Control.While(another, body, most);
    }

    /**
     * The blocks of a level from the last to the first: constants are those of the loop, the states before
     * blocks and the number of steps before them all, carries the number of blocks to go, sums for the
     * constants, and the cotangents.
     */
    private Control.While backwards(int level) {
        List<TensorType> stacks = carries.stream().map(t -> Signature.stacked(t, blocks)).toList();
        Builder c = new Builder();
        List<Atom.Var> all = c.inputs(join(List.of(COUNT), sums, cotangents));
        Program another = c.build("Transpose", all,
                List.of(c.compare(Relation.GT, all.getFirst(), c.zeros(COUNT))));

        Builder b = new Builder();
        List<Atom.Var> given = b.inputs(join(conditionConstants, constants));
        List<Atom.Var> kept = b.inputs(stacks);
        Atom.Var first = b.input(COUNT);
        Atom.Var togo = b.input(COUNT);
        List<Atom.Var> gained = b.inputs(join(sums, cotangents));
        Atom block = b.sub(togo, b.fill(COUNT, 1));
        List<Atom> x = kept.stream().map(stack -> take(b, stack, block)).toList();
        Atom step = b.add(first, b.mul(block, b.fill(COUNT, length(level - 1))));
        List<Atom> results = back(b, level - 1, given, step, x, gained);
        Program body = b.build("Transpose", join(given, kept, List.of(first, togo), gained),
                join(List.of(block), results));
        return new Control.While(another, body, blocks);
    }

    /**
     * A segment of the whole loop as a scan, whose steps after the end of the loop do nothing. Inputs: the
     * known constants, the number of steps before, the known carries; then the linear constants and carries.
     * Results: the linear carries.
     */
    private Program segmentOfAll() {
        Builder b = new Builder();
        List<Atom.Var> given = b.inputs(join(conditionConstants, constants));
        Atom.Var step = b.input(COUNT);
        List<Atom.Var> x = b.inputs(carries);
        List<Atom.Var> linearGiven = b.inputs(sums);
        List<Atom.Var> t = b.inputs(cotangents);
        List<Atom> operands = join(given, linearGiven, List.of(step), x, t);
        Control.Scan scan = new Control.Scan(stepOrNot(),
                given.size() + sums.size(), 1 + x.size() + t.size(), steps, false);
        List<Atom.Var> after = b.apply(scan, operands);
        return b.build("Transpose", join(given, List.of(step), x, linearGiven, t),
                after.subList(1 + x.size(), after.size()));
    }

    private Program stepOrNot() {
        Builder b = new Builder();
        List<Atom.Var> given = b.inputs(join(conditionConstants, constants));
        List<Atom.Var> linearGiven = b.inputs(sums);
        Atom.Var step = b.input(COUNT);
        List<Atom.Var> x = b.inputs(carries);
        List<Atom.Var> t = b.inputs(cotangents);
        Atom index = b.convert(goesOn(b, given, step, x), DType.I32);
        List<Atom> operands = join(given.subList(conditionConstants.size(), given.size()), linearGiven,
                List.of(step), x, t);
        List<Atom.Var> after = b.apply(new Control.Cond(List.of(stays(types(operands)),
                steps(types(operands)))), join(List.of(index), operands));
        return b.build("Transpose", join(given, linearGiven, List.of(step), x, t), after);
    }

    private Program stays(List<TensorType> types) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(types);
        int carry = inputs.size() - 1 - op.carries();
        return b.build("Transpose", inputs, inputs.subList(carry, inputs.size()));
    }

    private Program steps(List<TensorType> types) {
        int linear = sums.size();
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(types);
        List<Atom.Var> given = inputs.subList(0, constants.size());
        List<Atom.Var> linearGiven = inputs.subList(constants.size(), constants.size() + linear);
        Atom.Var step = inputs.get(constants.size() + linear);
        List<Atom.Var> carry = inputs.subList(constants.size() + linear + 1, inputs.size());
        List<Atom> x = List.copyOf(carry.subList(0, carries.size()));
        List<Atom> t = List.copyOf(carry.subList(carries.size(), carry.size()));
        List<Atom> after = b.inline(op.body(), join(merged(linearConstants, linearGiven, given),
                merged(linearCarries, t, x)));
        return b.build("Transpose", inputs, join(List.of(b.add(step, b.fill(COUNT, 1))),
                unmarked(after, linearCarries), marked(after, linearCarries)));
    }

    /** The lists that {@link Signature#marked} and {@link Signature#unmarked} make, put together again. */
    private static List<Atom> merged(List<Boolean> marks, List<? extends Atom> set,
            List<? extends Atom> others) {
        List<Atom> all = new ArrayList<>();
        int next = 0;
        for (boolean mark : marks) {
            all.add(mark ? set.get(next) : others.get(all.size() - next));
            next += mark ? 1 : 0;
        }
        return all;
    }

    // ---- a stack of states ----

    private static GatherDimensions rows(int rank) {
        return new GatherDimensions(IntStream.range(0, rank).boxed().toList(), List.of(0), List.of(),
                List.of(), List.of(0));
    }

    private static Atom take(Builder b, Atom stack, Atom row) {
        TensorType each = Signature.each(stack.type());
        Op gather = new Op.Gather(rows(each.rank()), stack.type().shape().with(0, 1), Op.OutOfBounds.CLIP);
        return b.apply(gather, stack, b.reshape(row, Shape.of(1)));
    }

    private static Atom put(Builder b, Atom stack, Atom row, Atom state) {
        Op scatter = new Op.Scatter(rows(state.type().rank()), Op.Scatter.Combiner.SET,
                Op.OutOfBounds.CLIP);
        return b.apply(scatter, stack, b.reshape(row, Shape.of(1)), state);
    }
}
