package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Contraction;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.jvm.Machine;
import ricci.loop.Expression;
import ricci.loop.Variable;

/**
 * Loops of products of tensors. With neighbours of the right operand in lanes, a few rows of the left one
 * meet them at once, and sums stay in registers; where both operands are contiguous along what is summed
 * over, that is in lanes. An operand that is contiguous in neither way is copied first.
 */
final class Dots {
    /** So many rows, with the four vectors that a turn takes, have sums in half of the registers. */
    private static final int ROWS = 2;
    /** So many rows are read at once, as more would be on the way than memory has ways. */
    private static final int FEW = 4;
    /** So many rows have a sum each in a register. */
    private static final int MANY = 8;
    /** From so many multiplications on it is worth to pack operands, and to wait for the code that does. */
    private static final long WORTH_TILES = 1 << 22;
    /** From so many rows on it pays to copy the right operand for them. */
    private static final long WORTH_A_COPY = 16;
    /** From so many rows and columns on it pays to copy both. */
    private static final long WORTH_TWO_COPIES = 32;
    /** So many elements of the right operand stay in the second cache. */
    private static final long CACHED = 1 << 16;
    /** A block has whole turns of vectors of any width. */
    private static final long COLUMNS = 64;

    private Dots() {}

    static List<Launch> of(Equation e, Op.DotGeneral op, Fuse.Cut cut) {
        List<Side> sides = sides(e, op, cut, null);
        return launches(e, sides.getFirst(), sides.getLast());
    }

    /** The loops of a product and of a group that follows it: the same ones, if there are tiles. */
    static List<Launch> of(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        Equation e = Objects.requireNonNull(group.product());
        Op.DotGeneral op = (Op.DotGeneral) e.op();
        List<Side> sides = sides(e, op, cut, Epilogue.of(group, cut, outputs));
        List<Launch> together = byTiles(e, sides.getFirst(), sides.getLast());
        return together.isEmpty() ? Epilogue.apart(of(e, op, cut), group, cut, outputs) : together;
    }

    /** What an equation multiplies. */
    static Product product(Equation e, Op.DotGeneral op, Fuse.Cut cut) {
        return product(e, op, cut, null);
    }

    /** What an equation multiplies, and perhaps a group makes something of. */
    static Product product(Equation e, Op.DotGeneral op, Fuse.Cut cut, @Nullable Group group) {
        List<Side> sides = sides(e, op, cut, group == null ? null : Epilogue.of(group, cut, List.of()));
        return Product.of(e, sides.getFirst(), sides.getLast());
    }

    private static List<Side> sides(Equation e, Op.DotGeneral op, Fuse.Cut cut, @Nullable Epilogue epilogue) {
        Contraction c = op.contraction();
        Operand x = Operand.of(e.operands().getFirst(), cut);
        Operand y = Operand.of(e.operands().getLast(), cut);
        List<Integer> rows = c.leftFree(x.shape());
        int batches = c.leftBatch().size();
        Side left = new Side(x, c.leftBatch(), c.leftContracted(), rows, batches, epilogue,
                isConstant(x, cut));
        Side right = new Side(y, c.rightBatch(), c.rightContracted(), c.rightFree(y.shape()),
                batches + rows.size(), epilogue, isConstant(y, cut));
        return List.of(left, right);
    }

    private static boolean isConstant(Operand x, Fuse.Cut cut) {
        if (x.prologue() != null) {
            return x.prologue().isConstant(cut.constants());
        }
        return x.view() != null && cut.constants().contains(x.view().base());
    }

    /**
     * An operand.
     *
     * @param batch its axes that run together with those of the other operand
     * @param summed those that are summed over
     * @param free the others
     * @param first the axis of the result that is the first of the free ones
     * @param isConstant whether it is the same in many runs
     */
    private record Side(Operand x, List<Integer> batch, List<Integer> summed, List<Integer> free,
            int first, @Nullable Epilogue epilogue, boolean isConstant) {
        List<Long> lengths(List<Integer> axes) {
            return Axis.select(Axis.lengths(x.shape()), axes);
        }

        List<Long> strides(List<Integer> axes) {
            return Axis.select(x.strides(), axes);
        }

        /** The free axes: how it and how the result moves along them, and what an epilogue reads. */
        List<Axis> outer(Equation e) {
            List<List<Long>> strides = new ArrayList<>(List.of(strides(free)));
            strides.addAll(results(e, first, free.size()));
            return Axis.of(lengths(free), strides);
        }

        /** The strides of the result, and of what an epilogue reads, along some axes of the result. */
        List<List<Long>> results(Equation e, int first, int count) {
            List<Integer> axes = IntStream.range(first, first + count).boxed().toList();
            List<List<Long>> strides = new ArrayList<>();
            strides.add(Axis.select(View.rowMajor(e.result().type().shape()), axes));
            strides.addAll(epilogue == null ? List.of() : epilogue.strides(axes));
            return strides;
        }

        /** A copy in which the free elements, or those that are summed, follow one another. */
        Side copy(List<Launch> launches, Equation e, int number, boolean isFreeLast) {
            List<Integer> order = new ArrayList<>(batch);
            order.addAll(isFreeLast ? summed : free);
            order.addAll(isFreeLast ? free : summed);
            Operand copy = Moves.pack(launches, e, number, x, order);
            return new Side(copy, places(batch, order), places(summed, order),
                    places(free, order), first, epilogue, isConstant);
        }

        private static List<Integer> places(List<Integer> axes, List<Integer> order) {
            return axes.stream().map(order::indexOf).toList();
        }
    }

    /** Loops over tiles, if there are any that are worth it. */
    private static List<Launch> byTiles(Equation e, Side left, Side right) {
        Product product = Product.of(e, left, right);
        if (product.work() >= WORTH_TILES) {
            return tiles(e, left, right, product);
        }
        boolean isTurned = !product.columns().isEmpty() && !product.isAlongColumns()
                && !(product.isAlongSum() && Math.min(Axis.size(product.rows()),
                Axis.size(product.columns())) < WORTH_A_COPY);
        List<Launch> asItLies = isTurned || product.isAlongColumns() ? Gemm.small(product.matrices())
                : List.of();
        if (!isTurned || !asItLies.isEmpty() || Axis.size(product.rows()) < WORTH_A_COPY) {
            return asItLies;
        }
        List<Launch> launches = new ArrayList<>();
        List<Launch> small = Gemm.small(Product.of(e, left, right.copy(launches, e, 0, true)).matrices());
        launches.addAll(small);
        return small.isEmpty() ? List.of() : launches;
    }

    private static List<Launch> launches(Equation e, Side left, Side right) {
        Product product = Product.of(e, left, right);
        List<Launch> tiles = byTiles(e, left, right);
        if (!tiles.isEmpty()) {
            return tiles;
        }
        long rows = Axis.size(product.rows());
        boolean isVector = product.columns().isEmpty();
        if (product.isNarrow()) {
            List<Launch> launches = new ArrayList<>();
            Product turned = Product.of(e, left, right.copy(launches, e, 0, false));
            launches.addAll(turned.alongSum());
            return launches;
        }
        if (product.isAlongColumns()) {
            return product.alongColumns();
        }
        if (product.isAlongSum()
                && (isVector || Math.min(rows, Axis.size(product.columns())) < WORTH_A_COPY)) {
            return product.alongSum();
        }
        if (isVector && Product.of(e, right, left).isAlongColumns()) {
            List<Launch> streams = Gemm.of(Product.of(e, right, left).matrices());
            return streams.isEmpty() ? Product.of(e, right, left).alongColumns() : streams;
        }
        List<Launch> launches = new ArrayList<>();
        if (isVector ? product.leftIsAlongSum() : rows >= WORTH_A_COPY) {
            Product packed = Product.of(e, left, right.copy(launches, e, 0, !isVector));
            launches.addAll(isVector ? packed.alongSum() : packed.alongColumns());
        } else {
            launches.addAll(product.alongSum());
        }
        return launches;
    }

    /** Loops over tiles, if these are worth it. Axes that are none together become one by a copy. */
    private static List<Launch> tiles(Equation e, Side left, Side right, Product product) {
        boolean isOneSum = product.sum().size() < 2;
        boolean isLarge = Axis.size(product.rows()) >= WORTH_TWO_COPIES
                && Axis.size(product.columns()) >= WORTH_TWO_COPIES;
        List<Launch> launches = new ArrayList<>();
        Side x = (product.rows().size() < 2 && isOneSum) || !isLarge ? left
                : left.copy(launches, e, 3, false);
        Side y = (product.columns().size() < 2 && isOneSum) || !isLarge ? right
                : right.copy(launches, e, 0, true);
        List<Launch> tiles = Gemm.of(Product.of(e, x, y).matrices());
        launches.addAll(tiles);
        return tiles.isEmpty() ? List.of() : launches;
    }

    /**
     * A product of two operands.
     *
     * @param batch axes with the strides of left, right and result
     * @param rows axes with the strides of left and result
     * @param columns axes with the strides of right and result
     * @param sum axes with the strides of left and right
     * @param epilogue what is made of the elements; batch axes, rows and columns have the strides of what it
     *     reads, too
     * @param isRightConstant whether the right operand is the same in many runs
     */
    record Product(Equation e, Operand x, Operand y, List<Axis> batch, List<Axis> rows,
            List<Axis> columns, List<Axis> sum, @Nullable Epilogue epilogue, boolean isRightConstant) {
        /** From here on, rows and columns have the strides of what an epilogue reads. */
        static final int OTHERS = 2;
        /** And batch axes from here on. */
        static final int BATCH_OTHERS = 3;

        Product(Equation e, Operand x, Operand y, List<Axis> batch, List<Axis> rows, List<Axis> columns,
                List<Axis> sum) {
            this(e, x, y, batch, rows, columns, sum, null, false);
        }

        private static Product of(Equation e, Side left, Side right) {
            List<List<Long>> batch = new ArrayList<>(List.of(left.strides(left.batch()),
                    right.strides(right.batch())));
            batch.addAll(left.results(e, 0, left.batch().size()));
            return new Product(e, left.x(), right.x(), Axis.of(left.lengths(left.batch()), batch),
                    left.outer(e), right.outer(e),
                    Axis.of(left.lengths(left.summed()),
                            List.of(left.strides(left.summed()), right.strides(right.summed()))),
                    left.epilogue(), right.isConstant());
        }

        /** In words, what is computed. */
        String name() {
            return epilogue == null ? "matmul" : "matmul_" + epilogue.group().name();
        }

        /** Whether neighbours of the right operand, and of the result, can be in lanes. */
        boolean isAlongColumns() {
            return !columns.isEmpty() && columns.getLast().stride(0) == 1 && columns.getLast().stride(1) == 1;
        }

        /** Whether the columns fill no vector, but what is summed over does. */
        private boolean isNarrow() {
            int lanes = Blocking.lanes(Machine.here(), e.result().type().dtype().bytes());
            return isAlongColumns() && leftIsAlongSum() && Axis.size(columns) < lanes
                    && Axis.size(rows) >= WORTH_A_COPY && Axis.size(sum) >= 2L * lanes;
        }

        boolean isAlongSum() {
            return leftIsAlongSum() && (sum.isEmpty() || sum.getLast().stride(1) == 1);
        }

        boolean leftIsAlongSum() {
            return sum.isEmpty() || sum.getLast().stride(0) == 1;
        }

        /** Some of the first batch axis; of the result that is to be said apart. */
        Product some(long first, long count) {
            Axis axis = batch.getFirst();
            List<Axis> axes = new ArrayList<>(batch);
            axes.set(0, new Axis(count, axis.strides()));
            return new Product(e, x.shifted(first * axis.stride(0)), y.shifted(first * axis.stride(1)), axes,
                    rows, columns, sum,
                    epilogue == null ? null : epilogue.some(first, axis, BATCH_OTHERS), isRightConstant);
        }

        /** The same with one axis of rows, columns and sums each, where there was none. */
        Product matrices() {
            int others = epilogue == null ? 0 : epilogue.others().size();
            List<Long> zeros = Collections.nCopies(OTHERS + others, 0L);
            List<Long> ones = new ArrayList<>(zeros);
            ones.set(0, 1L);
            ones.set(1, 1L);
            return new Product(e, x, y, batch, rows.isEmpty() ? List.of(new Axis(1, zeros)) : rows,
                    columns.isEmpty() ? List.of(new Axis(1, ones)) : columns,
                    sum.isEmpty() ? List.of(new Axis(1, List.of(0L, 0L))) : sum, epilogue,
                    isRightConstant);
        }

        /** Of a matrix of the right operand, with elements of the type of the sums. */
        long rightBytes() {
            return Axis.size(columns) * Axis.size(sum) * e.result().type().dtype().bytes();
        }

        /** Whether there are so many multiplications that it is worth to pack, and one axis of each kind. */
        boolean isLarge() {
            return work() >= WORTH_TILES && rows.size() < 2 && columns.size() < 2 && sum.size() < 2;
        }

        private long work() {
            return Math.max(1, Axis.size(batch) * Axis.size(rows) * Axis.size(columns) * Axis.size(sum));
        }

        /**
         * Loops with what is summed in lanes, if it is contiguous. What is large is read once: a few rows of
         * the smaller operand meet each column of the larger one, or several of these, if the rows are so few
         * that there are registers for more sums. If elements are converted, a turn reads no more of them
         * than those of many rows and a column: the JVM would not compile longer code.
         */
        List<Launch> alongSum() {
            boolean isTurned = rows.isEmpty() || Axis.size(rows) > Axis.size(columns);
            if (!columns.isEmpty() && isTurned) {
                return turned().alongSum();
            }
            List<Launch> launches = new ArrayList<>();
            long all = rows.isEmpty() ? 1 : rows.getLast().length();
            int most = columns.isEmpty() ? FEW : MANY;
            int sums = Machine.here().registers() / 2;
            boolean isConverted = LoopNest.isHalf(x.dtype()) || x.dtype() != e.result().type().dtype();
            for (Part some : parts(rows, (int) Math.min(most, all))) {
                int several = Math.min(sums / some.count(), isConverted ? MANY + 1 - some.count() : MANY);
                for (Part others : parts(columns, Math.max(1, several))) {
                    launches.add(alongSum(some, others));
                }
            }
            return launches;
        }

        /** The same with the operands exchanged. */
        private Product turned() {
            return new Product(e, y, x, exchanged(batch), columns, rows, exchanged(sum));
        }

        private static List<Axis> exchanged(List<Axis> axes) {
            return axes.stream().map(axis -> {
                List<Long> strides = new ArrayList<>(axis.strides());
                Collections.swap(strides, 0, 1);
                return new Axis(axis.length(), strides);
            }).toList();
        }

        private Launch alongSum(Part some, Part others) {
            LoopNest nest = new LoopNest("dot");
            List<Variable.Counter> b = nest.serial(batch);
            List<Variable.Counter> j = nest.serial(others.axes());
            List<Variable.Counter> i = nest.serial(some.axes());
            nest.once();
            At left = At.of(x.offset()).along(batch, 0, b).along(some.axes(), 0, i);
            At right = At.of(y.offset()).along(batch, 1, b).along(others.axes(), 0, j);
            At to = At.of(0).along(batch, 2, b).along(some.axes(), 1, i).along(others.axes(), 1, j);
            return sums(nest, true, List.of(some, others), left, right, to);
        }

        /** Loops with columns in lanes, and a few rows at once. */
        List<Launch> alongColumns() {
            List<Launch> launches = new ArrayList<>();
            for (Part some : parts(rows, ROWS)) {
                for (Part block : blocks(Axis.size(some.axes()))) {
                    launches.add(alongColumns(some, block));
                }
            }
            return launches;
        }

        private Launch alongColumns(Part some, Part block) {
            LoopNest nest = new LoopNest("matmul");
            List<Variable.Counter> b = nest.serial(batch);
            List<Variable.Counter> outer = nest.serial(block.blocks());
            List<Variable.Counter> i = nest.serial(some.axes());
            List<Variable.Counter> j = nest.vector(block.axes());
            At left = At.of(x.offset()).along(batch, 0, b).along(some.axes(), 0, i);
            At right = At.of(y.offset() + block.skipped(0)).along(batch, 1, b).along(block.blocks(), 0, outer)
                    .along(block.axes(), 0, j);
            At to = At.of(block.skipped(1)).along(batch, 2, b).along(block.blocks(), 1, outer)
                    .along(some.axes(), 1, i).along(block.axes(), 1, j);
            return sums(nest, false, List.of(some, Part.ONE), left, right, to);
        }

        /** In the loops that are open, the sums of some rows, each of which meets the same columns. */
        private Launch sums(LoopNest nest, boolean isInLanes, List<Part> some, At left, At right, At to) {
            Sums sums = new Sums(e, nest);
            List<Integer> i = IntStream.range(0, some.getFirst().count()).boxed().toList();
            List<Integer> j = IntStream.range(0, some.getLast().count()).boxed().toList();
            Part rows = some.getFirst();
            Part columns = some.getLast();
            List<Expression> totals = sums.over(sum, isInLanes, i.size() * j.size(), k -> new Sums.Factors(
                    i.stream().map(row -> sums.element(x,
                            left.shifted(rows.skipped(0, row)).along(sum, 0, k))).toList(),
                    j.stream().map(column -> sums.element(y,
                            right.shifted(columns.skipped(0, column)).along(sum, 1, k))).toList()));
            for (int n = 0; n < totals.size(); n++) {
                nest.write(e.result(), to.shifted(rows.skipped(1, n / j.size()))
                        .shifted(columns.skipped(1, n % j.size())), sums.result(totals.get(n)));
            }
            return nest.launch(work());
        }

        /** The columns, or blocks of them that stay in the cache for all rows, and what is left. */
        private List<Part> blocks(long turns) {
            Axis last = columns.getLast();
            long depth = Math.max(Axis.size(sum), 1);
            long width = Math.max(COLUMNS, CACHED / depth / COLUMNS * COLUMNS);
            if (columns.size() > 1 || last.length() <= width || turns < WORTH_A_COPY) {
                return List.of(new Part(columns, List.of(), 1, 0, last));
            }
            long count = last.length() / width;
            List<Part> parts = new ArrayList<>();
            parts.add(new Part(List.of(new Axis(width, last.strides())), List.of(last.blocks(count, width)),
                    1, 0,
                    last));
            if (last.length() % width > 0) {
                parts.add(new Part(List.of(new Axis(last.length() % width, last.strides())), List.of(), 1,
                        count * width, last));
            }
            return parts;
        }
    }

    /**
     * Some elements of axes.
     *
     * @param axes what loops run over
     * @param blocks over blocks of these
     * @param count how many elements of the last axis a turn takes
     * @param first how many elements of the last axis come before
     * @param last the last axis, of single elements
     */
    private record Part(List<Axis> axes, List<Axis> blocks, int count, long first, Axis last) {
        static final Part ONE = new Part(List.of(), List.of(), 1, 0, new Axis(1, List.of(0L, 0L)));

        long skipped(int access) {
            return skipped(access, 0);
        }

        /** How far the i-th element of a turn is from the first of all. */
        long skipped(int access, int i) {
            return (first + i) * last.stride(access);
        }
    }

    /** Axes of which the last is taken {@code step} elements at once, and the elements that are left over. */
    private static List<Part> parts(List<Axis> axes, int step) {
        if (axes.isEmpty()) {
            return List.of(Part.ONE);
        }
        List<Axis> before = axes.subList(0, axes.size() - 1);
        Axis last = axes.getLast();
        List<Part> parts = new ArrayList<>();
        long blocks = last.length() / step;
        long rest = last.length() % step;
        if (blocks > 0) {
            parts.add(new Part(with(before, last.blocks(blocks, step)), List.of(), step, 0, last));
        }
        if (rest > 0) {
            parts.add(new Part(with(before, last.blocks(rest, 1)), List.of(), 1, blocks * step, last));
        }
        return parts;
    }

    private static List<Axis> with(List<Axis> axes, Axis last) {
        List<Axis> all = new ArrayList<>(axes);
        if (last.length() > 1) {
            all.add(last);
        }
        return all;
    }
}
