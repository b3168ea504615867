package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.loop.Block;
import ricci.loop.Elementary;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Read;
import ricci.loop.Expression.Select;
import ricci.loop.Expression.Unary;
import ricci.loop.Register;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Loops of cumulative operations, which go along their axis one element after the other. Meanwhile, they go
 * along several others at once: in lanes, if neighbours are next to each other, else along a few rows. A
 * single row is gone along in several places at once: of a few pieces, which are folded in lanes first, it
 * is known then what each begins with. Sums and products of floats are carried as f64, which takes no longer
 * and loses nothing.
 */
final class Scans {
    /** An addition takes about as many cycles; so many rows do not wait for one another. */
    private static final int ROWS = 4;
    /** The elements of a piece, so that as many pieces stay in the first cache. */
    private static final int PIECE = 512;

    private Scans() {}

    static boolean exists(Op.Cumulative.Function f, DType dtype) {
        Block block = Block.kernel();
        Expression x = new Read(block.local(carried(f, dtype)));
        return next(block, f, dtype, x, x) != null;
    }

    static List<Launch> of(Equation e, Op.Cumulative op, Fuse.Cut cut) {
        Operand x = Operand.of(e.operands().getFirst(), cut);
        Shape shape = x.shape();
        List<Long> rows = View.rowMajor(shape);
        List<Integer> others = shape.axesExcept(List.of(op.axis()));
        List<Axis> kept = Axis.of(Axis.select(Axis.lengths(shape), others),
                List.of(Axis.select(x.strides(), others), Axis.select(rows, others)));
        long length = shape.length(op.axis());
        long sign = op.reverse() ? -1 : 1;
        Axis along = new Axis(length, List.of(sign * x.stride(op.axis()), sign * rows.get(op.axis())));
        long last = op.reverse() ? length - 1 : 0;
        At from = At.of(x.offset() + last * x.stride(op.axis()));
        At to = At.of(last * rows.get(op.axis()));
        Scan scan = new Scan(e, op.function(), x, along);
        if (!kept.isEmpty() && kept.getLast().stride(1) == 1) {
            return List.of(scan.launch(kept, true, from, to, 1));
        }
        if (kept.isEmpty()) {
            return List.of(scan.one(List.of(), from, to));
        }
        Axis row = kept.getLast();
        long blocks = row.length() / ROWS;
        List<Launch> launches = new ArrayList<>();
        if (blocks > 0) {
            launches.add(scan.launch(with(kept, row.blocks(blocks, ROWS)), false, from, to, ROWS));
        }
        if (row.length() % ROWS > 0) {
            launches.add(scan.one(with(kept, row.blocks(row.length() % ROWS, 1)),
                    from.shifted(blocks * ROWS * row.stride(0)), to.shifted(blocks * ROWS * row.stride(1))));
        }
        return launches;
    }

    /** The axes with another last one. */
    private static List<Axis> with(List<Axis> axes, Axis last) {
        List<Axis> others = new ArrayList<>(axes.subList(0, axes.size() - 1));
        others.add(last);
        return others;
    }

    private record Scan(Equation e, Op.Cumulative.Function f, Operand x, Axis along) {
        /**
         * Loops that take {@code rows} of the last axis at once, which is {@code kept} in blocks of as
         * many.
         */
        Launch launch(List<Axis> kept, boolean isVector, At from, At to, int rows) {
            LoopNest nest = new LoopNest("cumulative_" + f.name().toLowerCase(Locale.ROOT));
            List<Variable.Counter> counters = isVector ? nest.vector(kept) : nest.serial(kept);
            nest.once();
            DType dtype = x.dtype();
            List<Variable.Local> sums = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                sums.add(nest.block().local(carried(f, dtype)));
            }
            Variable.Counter i = nest.serial(along.length());
            List<At> sources = new ArrayList<>();
            List<At> targets = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                long skipped = rows == 1 ? 0 : row;
                sources.add(from.shifted(skipped * stride(kept, 0, rows)).along(kept, 0, counters)
                        .with(along.stride(0), i));
                targets.add(to.shifted(skipped * stride(kept, 1, rows)).along(kept, 1, counters)
                        .with(along.stride(1), i));
            }
            nest.close(turn(nest, sources, targets, sums, Collections.nCopies(rows, first(f, dtype))));
            return nest.launch(x.shape().size());
        }

        /** One turn of several at once. All are read first: a read would wait for a write that is like it. */
        private List<Fold> turn(LoopNest nest, List<At> sources, List<At> targets, List<Variable.Local> sums,
                List<Expression> first) {
            List<Expression> elements = sources.stream()
                    .map(source -> nest.let(in(sums.getFirst().register(), nest.read(x, source)))).toList();
            List<Fold> folds = new ArrayList<>();
            for (int i = 0; i < sums.size(); i++) {
                Expression next = nest.let(Objects.requireNonNull(
                        next(nest.block(), f, x.dtype(), new Read(sums.get(i)), elements.get(i))));
                nest.write(e.result(), targets.get(i), in(Register.of(x.dtype()), next));
                folds.add(new Fold(sums.get(i), first.get(i), next, null));
            }
            return folds;
        }

        /** Loops that take one row after the other, which is in pieces if it is long. */
        Launch one(List<Axis> kept, At from, At to) {
            long blocks = along.length() / (ROWS * PIECE);
            if (blocks == 0 || !isInPieces(f, x.dtype())) {
                return launch(kept, false, from, to, 1);
            }
            LoopNest nest = new LoopNest("cumulative_in_pieces");
            List<Variable.Counter> counters = nest.serial(kept);
            nest.once();
            At source = from.along(kept, 0, counters);
            At target = to.along(kept, 1, counters);
            Variable.Local carry = nest.block().local(carried(f, x.dtype()));
            Variable.Counter block = nest.open(blocks, false, Loop.Kind.SERIAL);
            Variable.Local last = pieces(nest, source.with(ROWS * PIECE * along.stride(0), block),
                    target.with(ROWS * PIECE * along.stride(1), block), new Read(carry));
            nest.close(List.of(new Fold(carry, first(f, x.dtype()), new Read(last), null)));

            long done = blocks * ROWS * PIECE;
            Variable.Local sum = nest.block().local(carry.register());
            Variable.Counter i = nest.open(along.length() - done, false, Loop.Kind.SERIAL);
            nest.close(turn(nest,
                    List.of(source.shifted(done * along.stride(0)).with(along.stride(0), i)),
                    List.of(target.shifted(done * along.stride(1)).with(along.stride(1), i)),
                    List.of(sum), List.of(new Read(carry))));
            return nest.launch(x.shape().size());
        }

        /** Some pieces of a row, of which the first begins with {@code sum}; what the last one ends with. */
        private Variable.Local pieces(LoopNest nest, At source, At target, Expression sum) {
            List<Expression> first = new ArrayList<>(List.of(sum));
            Register register = carried(f, x.dtype());
            for (int piece = 0; piece < ROWS - 1; piece++) {
                Variable.Local all = nest.block().local(register);
                Variable.Counter i = nest.open(PIECE, true, Loop.Kind.VECTOR);
                // From its lowest place up, so that neighbours are read at once.
                long stride = along.stride(0);
                Expression element = nest.read(x, source.shifted((piece * PIECE
                        + (stride < 0 ? PIECE - 1 : 0)) * stride).with(Math.abs(stride), i));
                nest.close(List.of(fold(f, x.dtype(), all, in(register, element))));
                first.add(nest.let(Objects.requireNonNull(next(nest.block(), f, x.dtype(), first.getLast(),
                        folded(f, x.dtype(), new Read(all))))));
            }
            List<Variable.Local> sums = new ArrayList<>();
            for (int piece = 0; piece < ROWS; piece++) {
                sums.add(nest.block().local(register));
            }
            Variable.Counter i = nest.open(PIECE, true, Loop.Kind.SERIAL);
            At.Move read = new At.Move(along.stride(0), i);
            At.Move written = new At.Move(along.stride(1), i);
            nest.close(turn(nest, places(source, along.stride(0), read),
                    places(target, along.stride(1), written), sums, first));
            return sums.getLast();
        }

        /** The places of all pieces. */
        private static List<At> places(At at, long stride, At.Move move) {
            return IntStream.range(0, ROWS).mapToObj(piece -> {
                At begin = at.shifted((long) piece * PIECE * stride);
                return stride == 0 ? begin : begin.with(move);
            }).toList();
        }

        /** How far it is from row to row in a block of rows. */
        private static long stride(List<Axis> kept, int access, int rows) {
            return rows == 1 ? 0 : kept.getLast().stride(access) / rows;
        }
    }

    private static Expression in(Register register, Expression x) {
        return x.register() == register ? x : new Convert(register, x);
    }

    private static Register carried(Op.Cumulative.Function f, DType dtype) {
        boolean isSum = f == Op.Cumulative.Function.SUM || f == Op.Cumulative.Function.PROD;
        return isSum && dtype.isFloat() ? Register.F64 : Register.of(dtype);
    }

    /**
     * Whether pieces are folded before it is known what they begin with. Not if a product of floats might
     * overflow, which 0 before it keeps at 0. An extreme of floats takes several instructions: to look for it
     * twice takes longer than to wait for it.
     */
    private static boolean isInPieces(Op.Cumulative.Function f, DType dtype) {
        return switch (f) {
            case SUM -> true;
            case PROD, MAX, MIN -> !dtype.isFloat();
            case LOGSUMEXP -> false;
        };
    }

    /** The fold of a piece. */
    private static Fold fold(Op.Cumulative.Function f, DType dtype, Variable.Local all, Expression x) {
        return switch (f) {
            case SUM -> new Fold(all, Constant.of(all.register(), 0),
                    new Binary(Binary.Function.ADD, new Read(all), x), Fold.Merge.ADD);
            case PROD -> Reductions.of(Monoid.PROD, dtype, all, x);
            case MAX -> Reductions.of(Monoid.MAX, dtype, all, x);
            case MIN -> Reductions.of(Monoid.MIN, dtype, all, x);
            case LOGSUMEXP -> throw new IllegalArgumentException("not folded in pieces");
        };
    }

    /** What a fold came to, as elements are. */
    private static Expression folded(Op.Cumulative.Function f, DType dtype, Expression x) {
        boolean isExtremum = f == Op.Cumulative.Function.MAX || f == Op.Cumulative.Function.MIN;
        return isExtremum ? Elementwise.ordered(dtype, x) : x;
    }

    /** What changes nothing when something is added to it. */
    private static Expression first(Op.Cumulative.Function f, DType dtype) {
        Register register = carried(f, dtype);
        return switch (f) {
            case SUM -> Constant.of(register, dtype.isFloat() ? -0.0 : 0);
            case PROD -> Constant.of(register, 1);
            case MAX -> Constants.of(dtype, dtype.least());
            case MIN -> Constants.of(dtype, dtype.greatest());
            case LOGSUMEXP -> Constant.of(register, Double.NEGATIVE_INFINITY);
        };
    }

    private static @Nullable Expression next(Block block, Op.Cumulative.Function f, DType dtype,
            Expression sum,
            Expression x) {
        return switch (f) {
            case SUM -> Elementwise.wrap(dtype, new Binary(Binary.Function.ADD, sum, x));
            case PROD -> Elementwise.wrap(dtype, new Binary(Binary.Function.MUL, sum, x));
            case MAX -> Elementwise.extremum(block, Binary.Function.MAX, dtype, sum, x);
            case MIN -> Elementwise.extremum(block, Binary.Function.MIN, dtype, sum, x);
            case LOGSUMEXP -> Elementary.logSumExp(block, sum, x);
        };
    }
}
