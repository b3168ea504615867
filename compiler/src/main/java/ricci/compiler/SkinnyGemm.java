package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import ricci.jvm.Kernels;
import ricci.jvm.Machine;
import ricci.loop.Expression;
import ricci.loop.Expression.Read;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Products of some rows with a large matrix that is read once, a few of its rows at a time, in the order in
 * which they lie. These meet all rows of the left operand while they are in the first cache: tile by tile,
 * the sums so far are brought to registers, a few steps of them computed, and written back.
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

    /** The loops of a product of which columns of the right operand lie next to one another. */
    static List<Launch> of(Dots.Product product, int threads) {
        if (product.rows().getFirst().length() <= VERY_FEW) {
            return new SkinnyGemm(product, WIDE).launches(threads);
        }
        if (Machine.here().registers() >= 32) {
            List<Launch> large = new SkinnyGemm(product, LARGE).launches(threads);
            if (large.stream().allMatch(launch -> Kernels.isCompiled(launch.kernel()))) {
                return large;
            }
        }
        return new SkinnyGemm(product, NARROW).launches(threads);
    }

    private List<Launch> launches(int threads) {
        List<Launch> launches = new ArrayList<>();
        long tiles = column.length() / tile;
        long most = Math.clamp(tiles / threads, 1, form.tiles);
        long blocks = tiles / most;
        if (blocks > 0) {
            launches.add(launch(0, blocks, most, tile));
        }
        if (blocks * most < tiles) {
            launches.add(launch(blocks * most * tile, 1, tiles - blocks * most, tile));
        }
        if (tiles * tile < column.length()) {
            launches.add(launch(tiles * tile, 1, 1,
                    (int) (column.length() - tiles * tile)));
        }
        return launches;
    }

    /** Blocks of columns: so many tiles of so many columns each, from column {@code from} on. */
    private record Block(List<Variable.Counter> batch, Variable.Counter block, long from, long tiles,
            int width) {
        long columns() {
            return tiles * width;
        }
    }

    private Launch launch(long from, long blocks, long tiles, int width) {
        LoopNest nest = new LoopNest("matmul by strips of " + form.rows + "x" + tile);
        Block block = new Block(nest.serial(product.batch()), nest.open(blocks, false, Loop.Kind.SERIAL),
                from, tiles, width);
        zero(nest, block);
        long whole = sum.length() / form.steps;
        if (whole > 0) {
            steps(nest, block, 0, whole, form.steps);
        }
        if (whole * form.steps < sum.length()) {
            steps(nest, block, whole * form.steps, 1, sum.length() - whole * form.steps);
        }
        return nest.launch(Axis.size(product.batch()) * row.length() * blocks * block.columns()
                * sum.length());
    }

    private void zero(LoopNest nest, Block block) {
        Sums sums = new Sums(product.e(), nest);
        At to = to(nest, block, 0);
        Variable.Counter i = nest.open(row.length(), false, Loop.Kind.SERIAL);
        Variable.Counter j = nest.open(block.columns(), false, Loop.Kind.VECTOR);
        nest.write(product.e().result(), to.with(row.stride(1), i).with(1, j), sums.zero());
        nest.close(List.of());
        nest.close(List.of());
    }

    /** Where the block begins in a row of the result. */
    private At to(LoopNest nest, Block block, long first) {
        return nest.at(block.from + first * row.stride(1)).along(product.batch(), 2, block.batch)
                .with(block.columns(), block.block);
    }

    /** Some steps of all sums, so many at a time. */
    private void steps(LoopNest nest, Block block, long first, long turns, long count) {
        Variable.Counter turn = nest.open(turns, false, Loop.Kind.ORDERED);
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
                    to(nest, block, 0).with(form.rows * row.stride(1), group), form.rows, count);
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
        List<At> lines = lines(nest, to.with(block.width, t), row.stride(1), rows);
        At across = At.known(0).with(1, nest.local(nest.index(right.with(block.width, t))));
        Variable.Counter j = nest.open(block.width, block.width == tile, Loop.Kind.VECTOR);
        List<Expression> before = lines.stream().map(at -> nest.read(Operand.whole(product.e().result()),
                at.with(1, j))).toList();
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
            nest.write(product.e().result(), lines.get(i).with(1, j),
                    sums.result(new Read(folds.get(i).accumulator())));
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
