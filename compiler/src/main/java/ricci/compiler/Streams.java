package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import ricci.loop.Expression;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Products of few rows with a large matrix that is read once, in the order in which it lies: the time is that
 * of reading it. Each row of the matrix, times the element of the left operand, is added to all sums, of
 * which some columns at a time stay in the first cache.
 */
final class Streams {
    /** So many rows of sums are added to at once. */
    private static final int MOST_ROWS = 4;
    /** So many elements of the left operand are in registers. */
    private static final int MOST_FACTORS = 8;
    /** Bytes of the sums that stay in the cache. */
    private static final long SUMS = 1 << 14;
    /** Columns are cut in whole vectors of any width. */
    private static final long GRAIN = 64;

    private final Dots.Product product;
    private final Axis row;
    private final Axis column;
    private final Axis sum;
    private final long first;
    private final long groups;
    private final int rows;

    /** Some groups of so many rows. */
    private Streams(Dots.Product product, long first, long groups, int rows) {
        this.product = product;
        this.row = product.rows().getFirst();
        this.column = product.columns().getFirst();
        this.sum = product.sum().getFirst();
        this.first = first;
        this.groups = groups;
        this.rows = rows;
    }

    /** The loops of a product of which columns of the right operand lie next to one another. */
    static List<Launch> of(Dots.Product product, int threads) {
        List<Launch> launches = new ArrayList<>();
        long all = product.rows().getFirst().length();
        long groups = all / MOST_ROWS;
        int rest = (int) (all % MOST_ROWS);
        if (groups > 0) {
            new Streams(product, 0, groups, MOST_ROWS).launches(launches, threads);
        }
        if (rest > 0) {
            new Streams(product, groups * MOST_ROWS, 1, rest).launches(launches, threads);
        }
        return launches;
    }

    private void launches(List<Launch> launches, int threads) {
        long most = SUMS / rows / product.e().result().type().dtype().bytes();
        long each = (column.length() + threads - 1) / threads;
        long width = Math.max(1, Math.min(most, each + GRAIN - 1) / GRAIN) * GRAIN;
        long whole = column.length() / width;
        if (whole > 0) {
            launches.add(launch(0, whole, width));
        }
        if (whole * width < column.length()) {
            launches.add(launch(whole * width, 1, column.length() - whole * width));
        }
    }

    /** Blocks of columns. */
    private record Around(List<Variable.Counter> batch, Variable.Counter block, Variable.Counter group,
            long from, long width) {}

    private Launch launch(long from, long blocks, long width) {
        LoopNest nest = new LoopNest("matvec by " + rows + " rows, in blocks of " + width + " columns");
        Around around = new Around(nest.serial(product.batch()), nest.open(blocks, false, Loop.Kind.SERIAL),
                nest.open(groups, false, Loop.Kind.SERIAL), from, width);
        List<At> to = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            to.add(nest.at((first + i) * row.stride(1) + from).along(product.batch(), 2, around.batch())
                    .with(width, around.block()).with(rows * row.stride(1), around.group()));
        }
        zero(nest, to, width);
        int steps = MOST_FACTORS / rows;
        long whole = sum.length() / steps;
        if (whole > 0) {
            add(nest, around, to, 0, whole, steps);
        }
        if (whole * steps < sum.length()) {
            add(nest, around, to, whole * steps, sum.length() - whole * steps, 1);
        }
        return nest.launch(Axis.size(product.batch()) * groups * rows * blocks * width * sum.length());
    }

    private void zero(LoopNest nest, List<At> to, long width) {
        Sums sums = new Sums(product.e(), nest);
        Variable.Counter j = nest.open(width, false, Loop.Kind.VECTOR);
        to.forEach(at -> nest.write(product.e().result(), at.with(1, j), sums.zero()));
        nest.close(List.of());
    }

    /** Adds some steps of the sums, a few at once. */
    private void add(LoopNest nest, Around around, List<At> to, long skipped, long turns, int steps) {
        Sums sums = new Sums(product.e(), nest);
        Operand x = product.x();
        Operand y = product.y();
        Operand result = Operand.whole(product.e().result());
        Variable.Counter k = nest.open(turns, false, Loop.Kind.ORDERED);
        List<List<Expression>> left = new ArrayList<>();
        List<At> right = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            List<Expression> elements = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                elements.add(sums.element(x, nest.at(x.offset() + (first + i) * row.stride(0)
                        + (skipped + step) * sum.stride(0)).along(product.batch(), 0, around.batch())
                        .with(rows * row.stride(0), around.group()).with(steps * sum.stride(0), k)));
            }
            left.add(elements);
            right.add(nest.at(y.offset() + around.from() + (skipped + step) * sum.stride(1))
                    .along(product.batch(), 1, around.batch()).with(around.width(), around.block())
                    .with(steps * sum.stride(1), k));
        }
        Variable.Counter j = nest.open(around.width(), false, Loop.Kind.VECTOR);
        List<Expression> elements = right.stream().map(at -> sums.element(y, at.with(1, j))).toList();
        for (int i = 0; i < rows; i++) {
            At at = to.get(i).with(1, j);
            Expression total = nest.read(result, at);
            for (int step = 0; step < steps; step++) {
                total = sums.plus(total, left.get(step).get(i), elements.get(step));
            }
            nest.write(product.e().result(), at, total);
        }
        nest.close(List.of());
        nest.close(List.of());
    }
}
