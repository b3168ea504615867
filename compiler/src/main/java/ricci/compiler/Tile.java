package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.Expression.Read;
import ricci.loop.Statement;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * The loops over equal tiles of the result of a product. A tile is a few rows of a few vectors; all its sums
 * are in registers, and in each step of the sums, each vector of the right operand meets each row's element
 * of the left one.
 *
 * <p>Sums go on from those that are in the result already, so it does not matter to a single bit where a long
 * one is cut.
 */
record Tile(Equation e, DType dtype, Panels left, Panels right, List<Axis> batch, Part rows, Part columns,
        long depth, boolean isFirst, boolean isByRows, long start, long stride, String name,
        long least, @Nullable End end) {
    Tile(Equation e, DType dtype, Panels left, Panels right, List<Axis> batch, Part rows, Part columns,
            long depth, boolean isFirst, boolean isByRows, long start, long stride, String name, long least) {
        this(e, dtype, left, right, batch, rows, columns, depth, isFirst, isByRows, start, stride, name,
                least, null);
    }

    /**
     * What comes after the last step of all sums.
     *
     * @param rows with the strides of what the epilogue reads, from {@link Dots.Product#OTHERS} on
     * @param columns with these strides, too
     * @param column the first one of the block that the tiles are in
     */
    record End(Epilogue epilogue, Axis rows, Axis columns, long column) {}

    /**
     * Some tiles along one side of the result.
     *
     * @param first row or column
     * @param before how many lanes of panels come before, if they are packed
     * @param width rows or columns of a tile
     * @param isWhole whether that is whole vectors, of columns
     * @param isEdge whether tiles are narrower than most, or have lanes that are skipped
     * @param skipped how many of the first ones are those of another part, too
     * @param each tiles in a block
     */
    record Part(long first, long before, long width, boolean isWhole, boolean isEdge, long skipped, long each,
            long blocks) {
        /**
         * Whole tiles in blocks, what is left of blocks, and what is left of tiles: narrower ones, of as many
         * steps as it takes.
         *
         * @param some rows or columns, from the first of which on those of parts are counted
         * @param each tiles in a block
         */
        static List<Part> of(Gemm.Range some, int tile, int step, long each) {
            List<Part> parts = new ArrayList<>();
            long whole = whole(some.count(), tile, step);
            long blocks = whole / each;
            if (blocks > 0) {
                parts.add(new Part(0, 0, tile, true, false, 0, each, blocks));
            }
            long done = blocks * each;
            if (done < whole) {
                parts.add(new Part(done * tile, done * tile, tile, true, false, 0, whole - done, 1));
            }
            long rest = some.count() - whole * tile;
            if (rest > tile) {
                long steps = tile / step;
                parts.addAll(two(some.count(), whole * tile, (steps + 2) / 2 * step,
                        (steps + 1) / 2 * step));
                return parts;
            }
            long width = (rest + step - 1) / step * step;
            long there = some.first() + some.count();
            if (rest > 0 && width <= there) {
                parts.add(new Part(some.count() - width, whole * tile, width, true, true, width - rest, 1,
                        1));
            } else if (rest > 0 && there > step) {
                // There is no whole tile, and something before it only in the first step.
                parts.addAll(of(some, step, step, each));
            } else if (rest > 0) {
                parts.add(new Part(some.count() - rest, whole * tile, rest, false, true, 0, 1, 1));
            }
            return parts;
        }

        /**
         * The number of whole tiles. A tile of one step would read as much of the other operand as a whole
         * one, for little work; so it and the last whole one become two of about as many steps.
         */
        static long whole(long count, int tile, int step) {
            long whole = count / tile;
            long rest = count - whole * tile;
            boolean isThin = rest > 0 && rest <= step && tile >= 3 * step;
            return isThin && whole > 0 ? whole - 1 : whole;
        }

        /** Two tiles from {@code first} on. */
        private static List<Part> two(long count, long first, long width, long last) {
            long skipped = first + width + last - count;
            return width == last && skipped == 0 ? List.of(new Part(first, first, width, true, true, 0, 2, 1))
                    : List.of(new Part(first, first, width, true, true, 0, 1, 1),
                            new Part(count - last, first + width, last, true, true, skipped, 1, 1));
        }

        /** Of all panels. */
        static long lanes(List<Part> parts) {
            return parts.stream().mapToLong(Part::count).sum();
        }

        long count() {
            return width * each * blocks;
        }

        /** Of a tile: those that no other part has. */
        long own() {
            return width - skipped;
        }
    }

    /** The counters of the loops around a tile. */
    private record Around(List<Variable.Counter> batch, Variable.Counter outer, Variable.Counter inner,
            Variable.Counter rowPanel, Variable.Counter columnPanel) {}

    Launch launch() {
        LoopNest nest = new LoopNest(name);
        Around around = around(nest);
        Launch.Memory.Scratch room = new Launch.Memory.Scratch(dtype, rows.width() * columns.width(), true);
        sums(nest, around, room);
        if (!isDirect()) {
            end(nest, around, room);
        }
        return nest.launch(Math.max(Axis.size(batch) * rows.count() * columns.count() * depth, least));
    }

    /**
     * Whether the sums are what is written, as they are; and not over those of a block that is done, nor over
     * some that went on in another tile.
     */
    private boolean isDirect() {
        boolean isItsOwn = rows.skipped() == 0 && columns.skipped() == 0;
        return end == null && columns.first() >= 0 && (isFirst || isItsOwn);
    }

    private Around around(LoopNest nest) {
        List<Variable.Counter> b = nest.serial(batch);
        Variable.Counter outer = turns(nest, isByRows ? rows.blocks() : columns.blocks());
        Variable.Counter inner = turns(nest, isByRows ? columns.blocks() : rows.blocks());
        Variable.Counter columnPanel = turns(nest, columns.each());
        Variable.Counter rowPanel = turns(nest, rows.each());
        return new Around(b, outer, inner, rowPanel, columnPanel);
    }

    /**
     * Moves by blocks and by panels, so far down for each row of the tile's, and so far across for each
     * column. Whether rows of blocks or columns of them follow one another is a matter of arguments: so it
     * takes no other kernel.
     */
    private List<At.Move> moves(LoopNest nest, Around around, long down, long across) {
        if (down == 0 && across == 0) {
            return List.of();
        }
        long rowBlock = rows.each() * down;
        long columnBlock = columns.each() * across;
        List<At.Move> moves = new ArrayList<>();
        moves.add(nest.given(isByRows ? rowBlock : columnBlock, around.outer()));
        moves.add(nest.given(isByRows ? columnBlock : rowBlock, around.inner()));
        if (down != 0) {
            moves.add(nest.given(down, around.rowPanel()));
        }
        if (across != 0) {
            moves.add(nest.given(across, around.columnPanel()));
        }
        return moves;
    }

    /** Their number is an argument, even if it is 1: so that almost all products run the same kernels. */
    private static Variable.Counter turns(LoopNest nest, long turns) {
        return nest.open(turns, false, Loop.Kind.SERIAL);
    }

    /** All sums of a tile, and where they go. */
    private void sums(LoopNest nest, Around around, Launch.Memory.Scratch room) {
        Sums sums = new Sums(e, nest);
        List<At> x = lanes(nest, around);
        At y = moved(nest.at(right.start(columns)).along(batch, right.batch(), around.batch()),
                moves(nest, around, 0, right.panel(columns.width())));
        List<At> to = isFirst && !isDirect() ? List.of() : to(nest, around, 0, (int) rows.width(), 0);
        Variable.Counter j = nest.open(columns.width(), columns.isWhole(), Loop.Kind.VECTOR);
        List<Expression> before = isFirst ? List.of() : to.stream()
                .map(at -> nest.read(Operand.whole(e.result()), at.with(1, j))).toList();
        Variable.Counter k = nest.open(depth, false, Loop.Kind.SHORT);
        At.Move down = new At.Move(left.isPacked() ? rows.width() : left.step(), left.isPacked(), k);
        At.Move across = new At.Move(right.isPacked() ? columns.width() : right.step(),
                right.isPacked() && columns.isWhole(), k);
        Expression element = sums.element(right.x(), y.with(across).with(1, j));
        List<Fold> folds = new ArrayList<>();
        for (int row = 0; row < x.size(); row++) {
            Variable.Local sum = sums.accumulator();
            Expression factor = sums.element(left.x(), x.get(row).with(down));
            Expression next = sums.plus(new Read(sum), factor, element);
            folds.add(isFirst ? sums.fold(sum, next) : new Fold(sum, before.get(row), next, null));
        }
        nest.close(folds);
        for (int row = 0; row < folds.size(); row++) {
            Expression sum = sums.result(new Read(folds.get(row).accumulator()));
            if (isDirect()) {
                nest.write(e.result(), to.get(row).with(1, j), sum);
            } else {
                Access access = nest.scratch(room, At.of(row * columns.width()).with(1, j));
                nest.block().add(new Statement.Store(access, sum));
            }
        }
        nest.close(List.of());
    }

    /** Where each row of the left operand begins. */
    private List<At> lanes(LoopNest nest, Around around) {
        long start = left.start(rows);
        At first = nest.at(start);
        List<At> lanes = new ArrayList<>();
        for (int row = 0; row < rows.width(); row++) {
            At at = left.isPacked() ? first.shifted(row)
                    : row == 0 ? first : nest.at(start + row * left.lane());
            lanes.add(at);
        }
        List<At.Move> moves = new ArrayList<>(IntStream.range(0, batch.size()).mapToObj(i ->
                new At.Move(batch.get(i).stride(left.batch()), around.batch().get(i))).toList());
        moves.addAll(moves(nest, around, left.panel(rows.width()), 0));
        return lanes.stream().map(at -> moved(at, moves)).toList();
    }

    private static At moved(At at, List<At.Move> moves) {
        At moved = at;
        for (At.Move move : moves) {
            moved = moved.with(move);
        }
        return moved;
    }

    /** Some rows of the tile in the result, one after the other, from a column on. */
    private List<At> to(LoopNest nest, Around around, long first, int count, long column) {
        List<At.Move> moves = moves(nest, around, rows.width() * stride, columns.width());
        return IntStream.range(0, count).mapToObj(row -> moved(
                nest.at(start + (rows.first() + first + row) * stride + columns.first() + column)
                        .along(batch, 2, around.batch()), moves)).toList();
    }

    /** Writes the sums, or what the epilogue makes of them. */
    private void end(LoopNest nest, Around around, Launch.Memory.Scratch room) {
        At first = to(nest, around, rows.skipped(), 1, columns.skipped()).getFirst();
        List<At> others = end == null ? List.of() : IntStream.range(0, end.epilogue().others().size())
                .mapToObj(i -> other(nest, around, end, i)).toList();
        long skipped = rows.skipped() * columns.width() + columns.skipped();
        // At an edge, how many rows are a tile's own is an argument, even if all are: so kernels are fewer.
        At from = skipped == 0 && !rows.isEdge() ? At.of(0) : nest.at(skipped);
        Variable.Counter j = nest.open(columns.own(), columns.isWhole() && columns.skipped() == 0,
                Loop.Kind.VECTOR);
        Variable.Counter row = nest.open(rows.own(), !rows.isEdge(), Loop.Kind.SHORT);
        At at = first.with(stride, row).with(1, j);
        Expression sum = nest.let(new Expression.Load(nest.scratch(room,
                from.with(columns.width(), row).with(1, j))));
        if (end == null) {
            nest.write(e.result(), at, sum);
        } else {
            end.epilogue().write(nest, sum, at, i -> others.get(i)
                    .with(end.rows().stride(Dots.Product.OTHERS + i), row)
                    .with(end.columns().stride(Dots.Product.OTHERS + i), j));
        }
        nest.close(List.of());
        nest.close(List.of());
    }

    /** The first element that is the tile's own in one of the tensors that the epilogue reads. */
    private At other(LoopNest nest, Around around, End end, int i) {
        long down = end.rows().stride(Dots.Product.OTHERS + i);
        long across = end.columns().stride(Dots.Product.OTHERS + i);
        At at = nest.at(end.epilogue().others().get(i).offset() + (rows.first() + rows.skipped()) * down
                        + (end.column() + columns.first() + columns.skipped()) * across)
                .along(batch, Gemm.OTHERS + i, around.batch());
        return moved(at, moves(nest, around, rows.width() * down, columns.width() * across));
    }
}
