package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.jvm.Kernels;
import ricci.jvm.Machine;
import ricci.loop.Expression;
import ricci.loop.Expression.Read;
import ricci.loop.Statement;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Products of some rows with a large matrix that is read once, a few of its rows at a time, in the order in
 * which they lie. These meet all rows of the left operand while they are in the first cache: tile by tile,
 * the sums so far are brought to registers, a few steps of them computed, and written back: to the result,
 * or, if something is to be made of them, to memory of the thread, until all steps are done.
 */
final class SkinnyGemm {
    /** So many rows meet as few steps as there are ways to the first cache, in wide tiles. */
    private static final int VERY_FEW = 2;
    private static final Form NARROW = new Form(4, 2, 16, 16);
    /** Where there are 32 registers. */
    private static final Form LARGE = new Form(8, 3, 32, 16);
    private static final Form WIDE = new Form(2, 4, 4, 64);

    /**
     * How a product is cut.
     *
     * @param rows of a tile
     * @param vectors side by side in a tile
     * @param steps of the sums at a time
     * @param tiles side by side, at most, whose part of the result stays in the first cache
     */
    private record Form(int rows, int vectors, int steps, long tiles) {}

    private final Dots.Product product;
    private final Axis row;
    private final Axis column;
    private final Axis sum;
    private final Form form;
    private final int tile;

    private SkinnyGemm(Dots.Product product, Form form) {
        this.product = product;
        this.row = product.rows().getFirst();
        this.column = product.columns().getFirst();
        this.sum = product.sum().getFirst();
        this.form = form;
        int bytes = product.e().result().type().dtype().bytes();
        this.tile = form.vectors * Blocking.lanes(Machine.here(), bytes);
    }

    /**
     * The loops of a product of which columns of the right operand lie next to one another; none if, with
     * what is made of the sums, the JVM would compile none of them.
     */
    static List<Launch> of(Dots.Product product, int threads) {
        boolean areVeryFew = product.rows().getFirst().length() <= VERY_FEW;
        List<Form> forms = areVeryFew ? List.of(WIDE)
                : Machine.here().registers() >= 32 ? List.of(LARGE, NARROW) : List.of(NARROW);
        for (Form form : forms) {
            List<Launch> launches = new SkinnyGemm(product, form).launches(threads);
            boolean isLast = form.equals(forms.getLast()) && product.epilogue() == null;
            if (isLast || areCompiled(launches)) {
                return launches;
            }
        }
        return List.of();
    }

    private static boolean areCompiled(List<Launch> launches) {
        return launches.stream().allMatch(launch -> Kernels.isCompiled(launch.kernel()));
    }

    private List<Launch> launches(int threads) {
        List<Launch> launches = new ArrayList<>();
        for (Steps steps : steps()) {
            launches.addAll(launches(threads, steps));
        }
        return launches;
    }

    /** Turns of so many steps of the sums each. */
    private record Steps(long first, long turns, long count) {
        long after() {
            return first + turns * count;
        }
    }

    /** Those that are written out, and what is left: the code of both is too long for one kernel. */
    private List<Steps> steps() {
        long whole = sum.length() / form.steps;
        long rest = sum.length() - whole * form.steps;
        Steps last = new Steps(whole * form.steps, 1, rest);
        return whole == 0 ? List.of(last)
                : rest == 0 ? List.of(new Steps(0, whole, form.steps))
                : List.of(new Steps(0, whole, form.steps), last);
    }

    private List<Launch> launches(int threads, Steps steps) {
        List<Launch> launches = new ArrayList<>();
        long tiles = column.length() / tile;
        // As many blocks for each thread.
        long least = (tiles + form.tiles * threads - 1) / (form.tiles * threads) * threads;
        long blocks = Math.min(least, tiles);
        long each = blocks == 0 ? 0 : tiles / blocks;
        if (blocks > 0) {
            launches.add(launch(steps, 0, blocks, each, tile));
        }
        if (blocks * each < tiles) {
            launches.add(launch(steps, blocks * each * tile, 1, tiles - blocks * each, tile));
        }
        if (tiles * tile < column.length()) {
            launches.add(launch(steps, tiles * tile, 1, 1, (int) (column.length() - tiles * tile)));
        }
        return launches;
    }

    /**
     * Blocks of columns: so many tiles of so many columns each, from column {@code from} on.
     *
     * @param sums where those of a block are
     */
    private record Block(List<Variable.Counter> batch, Variable.Counter block, long from, long tiles,
            int width, Launch.Memory sums) {
        long columns() {
            return tiles * width;
        }
    }

    private Launch launch(Steps steps, long from, long blocks, long tiles, int width) {
        LoopNest nest = new LoopNest(product.name() + " by strips of " + form.rows + "x" + tile);
        boolean isFirst = steps.first == 0;
        boolean isLast = steps.after() == sum.length();
        Block block = new Block(nest.serial(product.batch()), nest.open(blocks, false, Loop.Kind.SERIAL),
                from, tiles, width, sums(isFirst && isLast, tiles * width));
        if (isFirst) {
            zero(nest, block);
        }
        steps(nest, block, steps);
        if (isLast && product.epilogue() != null) {
            end(nest, block, product.epilogue());
        }
        return nest.launch(Axis.size(product.batch()) * row.length() * blocks * block.columns()
                * steps.turns * steps.count);
    }

    /** Where the sums of so many columns are until they are known: in the result, if that is all. */
    private Launch.Memory sums(boolean isOneLaunch, long columns) {
        Atom.Var result = product.e().result();
        return product.epilogue() == null ? new Launch.Memory.Of(result)
                : isOneLaunch ? new Launch.Memory.Scratch(result.type().dtype(), row.length() * columns, true)
                : new Launch.Memory.Of(Alone.temporary(product.e(), 1, result.type()));
    }

    private void zero(LoopNest nest, Block block) {
        Sums sums = new Sums(product.e(), nest);
        At to = to(nest, block, 0);
        Variable.Counter i = nest.open(row.length(), false, Loop.Kind.SERIAL);
        Variable.Counter j = nest.open(block.columns(), false, Loop.Kind.VECTOR);
        write(nest, block, to.with(stride(block), i).with(1, j), sums.zero());
        nest.close(List.of());
        nest.close(List.of());
    }

    /** Where the sums of a block begin, from a row on. */
    private At to(LoopNest nest, Block block, long first) {
        return switch (block.sums) {
            case Launch.Memory.Of _ -> result(nest, block, first);
            case Launch.Memory.Scratch _ -> nest.at(first * block.columns());
        };
    }

    /** Where the block begins in a row of the result. */
    private At result(LoopNest nest, Block block, long first) {
        return nest.at(block.from + first * row.stride(1)).along(product.batch(), 2, block.batch)
                .with(block.columns(), block.block);
    }

    /** How far a row of sums is from the one before it. */
    private long stride(Block block) {
        return switch (block.sums) {
            case Launch.Memory.Of _ -> row.stride(1);
            case Launch.Memory.Scratch _ -> block.columns();
        };
    }

    private static Expression read(LoopNest nest, Block block, At at) {
        return switch (block.sums) {
            case Launch.Memory.Of(var v) -> nest.read(Operand.whole(v), at);
            case Launch.Memory.Scratch room -> nest.let(new Expression.Load(nest.scratch(room, at)));
        };
    }

    private static void write(LoopNest nest, Block block, At at, Expression sum) {
        switch (block.sums) {
            case Launch.Memory.Of(var v) -> nest.write(v, at, sum);
            case Launch.Memory.Scratch room -> nest.block().add(new Statement.Store(nest.scratch(room, at),
                    sum));
        }
    }

    /** Makes of the sums of a block what is to be made of them. */
    private void end(LoopNest nest, Block block, Epilogue epilogue) {
        At to = result(nest, block, 0);
        At from = to(nest, block, 0);
        List<At> others = IntStream.range(0, epilogue.others().size()).mapToObj(i -> {
            long across = column.stride(Dots.Product.OTHERS + i);
            return nest.at(epilogue.others().get(i).offset() + block.from * across)
                    .along(product.batch(), Dots.Product.BATCH_OTHERS + i, block.batch)
                    .with(block.columns() * across, block.block);
        }).toList();
        Variable.Counter i = nest.open(row.length(), false, Loop.Kind.SERIAL);
        Variable.Counter j = nest.open(block.columns(), false, Loop.Kind.VECTOR);
        Expression sum = read(nest, block, from.with(stride(block), i).with(1, j));
        epilogue.write(nest, sum, to.with(row.stride(1), i).with(1, j), other -> others.get(other)
                .with(row.stride(Dots.Product.OTHERS + other), i)
                .with(column.stride(Dots.Product.OTHERS + other), j));
        nest.close(List.of());
        nest.close(List.of());
    }

    /** Some steps of all sums. */
    private void steps(LoopNest nest, Block block, Steps steps) {
        long first = steps.first;
        long count = steps.count;
        Variable.Counter turn = nest.open(steps.turns, false, Loop.Kind.ORDERED);
        long groups = row.length() / form.rows;
        int rest = (int) (row.length() % form.rows);
        At right = nest.at(product.y().offset() + block.from + first * sum.stride(1))
                .along(product.batch(), 1, block.batch).with(block.columns(), block.block)
                .with(count * sum.stride(1), turn);
        At left = nest.at(product.x().offset() + first * sum.stride(0)).along(product.batch(), 0, block.batch)
                .with(count * sum.stride(0), turn);
        if (groups > 0) {
            Variable.Counter group = nest.open(groups, false, Loop.Kind.SERIAL);
            tiles(nest, block, left.with(form.rows * row.stride(0), group), right,
                    to(nest, block, 0).with(form.rows * stride(block), group), form.rows, count);
            nest.close(List.of());
        }
        if (rest > 0) {
            long skipped = groups * form.rows;
            At from = At.known(0).with(1, nest.local(nest.index(nest.at(skipped * row.stride(0))
                    .with(1, nest.local(nest.index(left))))));
            tiles(nest, block, from, right, to(nest, block, skipped), rest, count);
        }
        nest.close(List.of());
    }

    /** All tiles of some rows. */
    private void tiles(LoopNest nest, Block block, At left, At right, At to, int rows, long count) {
        Sums sums = new Sums(product.e(), nest);
        List<At> from = lines(nest, left, row.stride(0), rows);
        Variable.Counter t = nest.open(block.tiles, false, Loop.Kind.SERIAL);
        List<At> lines = lines(nest, to.with(block.width, t), stride(block), rows);
        At across = At.known(0).with(1, nest.local(nest.index(right.with(block.width, t))));
        Variable.Counter j = nest.open(block.width, block.width == tile, Loop.Kind.VECTOR);
        List<Expression> before = lines.stream().map(at -> read(nest, block, at.with(1, j))).toList();
        Variable.Counter k = nest.open(count, count == form.steps, Loop.Kind.SHORT);
        Expression element = sums.element(product.y(), across.with(sum.stride(1), k).with(1, j));
        List<Fold> folds = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            Variable.Local total = sums.accumulator();
            Expression factor = sums.element(product.x(), from.get(i).with(sum.stride(0), k));
            folds.add(new Fold(total, before.get(i), sums.plus(new Read(total), factor, element), null));
        }
        nest.close(folds);
        for (int i = 0; i < rows; i++) {
            write(nest, block, lines.get(i).with(1, j), sums.result(new Read(folds.get(i).accumulator())));
        }
        nest.close(List.of());
        nest.close(List.of());
    }

    /** Where rows begin. */
    private static List<At> lines(LoopNest nest, At first, long stride, int rows) {
        List<At> lines = new ArrayList<>();
        Variable.Local at = nest.local(nest.index(first));
        for (int i = 0; i < rows; i++) {
            lines.add(At.known(0).with(1, at));
            at = i == rows - 1 ? at : nest.local(nest.index(nest.at(stride).with(1, at)));
        }
        return lines;
    }
}
