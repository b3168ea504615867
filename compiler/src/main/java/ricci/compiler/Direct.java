package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.jvm.Machine;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Read;
import ricci.loop.Statement;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Small products of matrices: tiles of the result, whose sums are in registers, read the operands where they
 * lie. One call of a kernel, or two, compute all of a product, and those of almost all sizes share the
 * kernels.
 *
 * <p>All tiles of a kernel are equal. Where their size does not divide that of the result, the last one
 * begins earlier, so that some elements are computed twice: by the same operations in the same order, so to
 * the same bits. Where that were too many, the last columns have a kernel of narrower tiles.
 */
final class Direct {
    /** What a tile takes besides its sums, and each row, in tenths of a multiplication of vectors, about. */
    private static final long TILE = 100;
    private static final long ROW = 80;
    /** So long, in tenths, a step of a sum takes at least, as it waits for the one before it. */
    private static final long LATENCY = 45;
    /** And so long a call of a kernel takes. */
    static final long CALL = 4000;
    static final int MOST_VECTORS = 4;
    /** Registers besides those for sums and for elements of the right operand. */
    private static final int SPARE = 2;

    private final Dots.Product product;
    private final Axis rows;
    private final Axis columns;
    private final Axis sum;
    private final Shape shape;
    /** The first of its columns. */
    private final long start;
    /** How many columns of a tile are written. */
    private final long own;
    private final boolean isByRows;

    /**
     * Of a tile.
     *
     * @param columns whole vectors
     */
    record Shape(int rows, int columns) {
        /** The one for whole tiles, if the last columns are to have narrower ones; else null. */
        private static @Nullable Shape beforeLast(Machine machine, int bytes, long m, long n, long k) {
            int lanes = Blocking.lanes(machine, bytes);
            Shape best = null;
            long least = of(machine, bytes, m, n, k).time(lanes, m, n, k);
            for (long width = lanes; width <= Math.min(n - 1, (long) MOST_VECTORS * lanes); width += lanes) {
                long whole = n / width * width;
                if (whole == n) {
                    continue;
                }
                Shape some = of(machine, bytes, m, width, k);
                long rest = tiles(n - whole, lanes) * lanes;
                long time = some.time(lanes, m, whole, k)
                        + of(machine, bytes, m, rest, k).time(lanes, m, rest, k) + CALL;
                if (some.columns == width && time < least) {
                    least = time;
                    best = some;
                }
            }
            return best;
        }

        /** The one that takes the least time for a product of so many rows, columns and products in a sum. */
        static Shape of(Machine machine, int bytes, long m, long n, long k) {
            int lanes = Blocking.lanes(machine, bytes);
            Shape best = new Shape(1, lanes);
            for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
                for (int rows = 1; rows <= m && exists(machine, bytes, rows, vectors); rows++) {
                    Shape shape = new Shape(rows, vectors * lanes);
                    if (shape.columns <= n && shape.time(lanes, m, n, k) < best.time(lanes, m, n, k)) {
                        best = shape;
                    }
                }
            }
            return best;
        }

        /** The one of so many vectors side by side that takes the least time. */
        static Shape wide(Machine machine, int bytes, long m, long vectors, long k) {
            int lanes = Blocking.lanes(machine, bytes);
            Shape best = new Shape(1, (int) vectors * lanes);
            long most = Math.min(m, Blocking.MOST_ROWS);
            for (int rows = 1; rows <= most && exists(machine, bytes, rows, (int) vectors); rows++) {
                Shape shape = new Shape(rows, best.columns);
                best = shape.time(lanes, m, best.columns, k) < best.time(lanes, m, best.columns, k) ? shape
                        : best;
            }
            return best;
        }

        /** Whether all sums have registers. */
        private static boolean exists(Machine machine, int bytes, int rows, int vectors) {
            Blocking large = Blocking.of(machine, bytes);
            int most = large.tileRows() * large.tileColumns() / Blocking.lanes(machine, bytes);
            return rows * vectors <= most && rows * vectors + vectors + SPARE <= machine.registers();
        }

        /**
         * About, in tenths of a multiplication of vectors. In a step, to copy an element of the left operand
         * to all lanes takes more than one, which run on other units in part.
         */
        long time(int lanes, long m, long n, long k) {
            long products = (long) rows * columns / lanes;
            long step = Math.max(LATENCY, Math.max(10 * products, (20 * products + 26L * rows) / 3));
            return tiles(m, rows) * tiles(n, columns) * (k * step + TILE + ROW * rows);
        }
    }

    private Direct(Dots.Product product, Shape shape, long start, long count, long own, int threads) {
        this.own = own;
        this.product = product;
        this.rows = product.rows().getFirst();
        this.columns = new Axis(count, product.columns().getFirst().strides());
        this.sum = product.sum().getFirst();
        this.shape = shape;
        this.start = start;
        long bytes = rows.length() * columns.length() * product.e().result().type().dtype().bytes();
        // Then the result is written in the order in which it lies.
        boolean isLarge = bytes > Machine.here().caches().second();
        this.isByRows = isLarge || (threads > 1 && Axis.size(product.batch()) < threads
                && tiles(columns.length(), shape.columns) < 2L * threads);
    }

    private static long tiles(long length, int each) {
        return (length + each - 1) / each;
    }

    /** Whether a product of matrices can be computed so. */
    static boolean exists(Dots.Product product) {
        int bytes = product.e().result().type().dtype().bytes();
        return product.isAlongColumns() && Axis.size(product.rows()) > 0 && Axis.size(product.sum()) > 0
                && Axis.size(product.sum()) <= Loop.MOST_SHORT
                && Axis.size(product.columns()) >= Blocking.lanes(Machine.here(), bytes);
    }

    /** The loops of a product of matrices, each of one axis. */
    static List<Launch> of(Dots.Product product, int threads) {
        Machine machine = Machine.here();
        int bytes = product.e().result().type().dtype().bytes();
        long m = Axis.size(product.rows());
        long n = Axis.size(product.columns());
        long k = Axis.size(product.sum());
        Shape shape = Shape.beforeLast(machine, bytes, m, n, k);
        if (shape == null) {
            return List.of(of(product, Shape.of(machine, bytes, m, n, k), threads));
        }
        long whole = n / shape.columns * shape.columns;
        int lanes = Blocking.lanes(machine, bytes);
        long rest = tiles(n - whole, lanes) * lanes;
        return List.of(of(product, shape, 0, whole, threads),
                of(product, Shape.of(machine, bytes, m, rest, k), n - rest, rest, threads));
    }

    /** The same with tiles of a shape that is no larger than the result. */
    static Launch of(Dots.Product product, Shape shape, int threads) {
        return of(product, shape, 0, Axis.size(product.columns()), threads);
    }

    private static Launch of(Dots.Product product, Shape shape, long start, long count, int threads) {
        return new Direct(product, shape, start, count, shape.columns, threads).launch();
    }

    /** One tile is as wide as the result, or wider: as the right operand's rows, which are whole vectors. */
    static Launch padded(Dots.Product product, Operand right, Shape shape, int threads) {
        Axis sum = product.sum().getFirst();
        Dots.Product wide = new Dots.Product(product.e(), product.x(), right, product.batch(), product.rows(),
                product.columns(), List.of(new Axis(sum.length(),
                List.of(sum.stride(0), (long) shape.columns))), product.epilogue(), false);
        return new Direct(wide, shape, 0, shape.columns, Axis.size(product.columns()), threads).launch();
    }

    private Launch launch() {
        LoopNest nest = new LoopNest(product.name() + " by tiles of " + shape.rows + "x" + shape.columns);
        List<Variable.Counter> batch = nest.serial(product.batch());
        Variable.Local outer = isByRows ? first(nest, rows, shape.rows) : first(nest, columns, shape.columns);
        Variable.Local inner = isByRows ? first(nest, columns, shape.columns) : first(nest, rows, shape.rows);
        tile(nest, new Corner(batch, isByRows ? outer : inner, isByRows ? inner : outer));
        return nest.launch(Axis.size(product.batch()) * rows.length() * columns.length() * sum.length());
    }

    /** Opens a loop over tiles. Their number is an argument, even if it is 1: so kernels are fewer. */
    private static Variable.Local first(LoopNest nest, Axis axis, int each) {
        Variable.Counter tile = nest.open(tiles(axis.length(), each), false, Loop.Kind.SERIAL);
        Expression start = nest.index(At.known(0).with(new At.Move(each, true, tile)));
        return nest.local(new Binary(Binary.Function.MIN, start, nest.given(axis.length() - each)));
    }

    /** Where a tile is. */
    private record Corner(List<Variable.Counter> batch, Variable.Local row, Variable.Local column) {}

    private void tile(LoopNest nest, Corner corner) {
        Epilogue epilogue = product.epilogue();
        Launch.Memory.Scratch room = new Launch.Memory.Scratch(product.e().result().type().dtype(),
                (long) shape.rows * shape.columns, true);
        Sums sums = new Sums(product.e(), nest);
        Operand x = product.x();
        Operand y = product.y();
        List<At> from = lines(nest, nest.at(x.offset()).along(product.batch(), 0, corner.batch)
                .with(rows.stride(0), corner.row), rows.stride(0));
        boolean isWritten = epilogue == null && own == shape.columns;
        List<At> to = !isWritten ? List.of() : lines(nest, to(nest, corner), rows.stride(1));
        At right = At.known(0).with(1, nest.local(nest.index(nest.at(y.offset() + start)
                .along(product.batch(), 1, corner.batch).with(1, corner.column))));
        Variable.Counter j = nest.open(shape.columns, true, Loop.Kind.VECTOR);
        Variable.Counter k = nest.open(sum.length(), false, Loop.Kind.SHORT);
        At.Move down = new At.Move(sum.stride(0), k);
        Expression element = sums.element(y, right.with(new At.Move(sum.stride(1), k)).with(1, j));
        List<Fold> folds = new ArrayList<>();
        for (At line : from) {
            Variable.Local total = sums.accumulator();
            Expression factor = sums.element(x, line.with(down));
            folds.add(sums.fold(total, sums.plus(new Read(total), factor, element)));
        }
        nest.close(folds);
        for (int i = 0; i < shape.rows; i++) {
            Expression total = sums.result(new Read(folds.get(i).accumulator()));
            if (isWritten) {
                nest.write(product.e().result(), to.get(i).with(1, j), total);
            } else {
                nest.block().add(new Statement.Store(nest.scratch(room,
                        At.known((long) i * shape.columns).with(1, j)), total));
            }
        }
        nest.close(List.of());
        if (!isWritten) {
            end(nest, corner, room, epilogue);
        }
    }

    /** The first element of a tile in the result. */
    private At to(LoopNest nest, Corner corner) {
        return nest.at(start).along(product.batch(), 2, corner.batch).with(rows.stride(1), corner.row)
                .with(1, corner.column);
    }

    /** What is made of the sums of a tile. */
    private void end(LoopNest nest, Corner corner, Launch.Memory.Scratch room,
            @Nullable Epilogue epilogue) {
        At to = to(nest, corner);
        int count = epilogue == null ? 0 : epilogue.others().size();
        List<At> others = epilogue == null ? List.of() : IntStream.range(0, count).mapToObj(i ->
                nest.at(epilogue.others().get(i).offset()
                        + start * columns.stride(Dots.Product.OTHERS + i))
                .along(product.batch(), Dots.Product.BATCH_OTHERS + i, corner.batch)
                .with(rows.stride(Dots.Product.OTHERS + i), corner.row)
                .with(columns.stride(Dots.Product.OTHERS + i), corner.column)).toList();
        Variable.Counter j = nest.open(own, own == shape.columns, Loop.Kind.VECTOR);
        Variable.Counter row = nest.open(shape.rows, true, Loop.Kind.SHORT);
        At.Move line = new At.Move(shape.columns, true, row);
        Expression total = nest.let(new Expression.Load(nest.scratch(room,
                At.known(0).with(line).with(1, j))));
        At at = to.with(rows.stride(1), row).with(1, j);
        if (epilogue == null) {
            nest.write(product.e().result(), at, total);
        } else {
            epilogue.write(nest, total, at, i -> others.get(i).with(rows.stride(Dots.Product.OTHERS + i), row)
                        .with(columns.stride(Dots.Product.OTHERS + i), j));
        }
        nest.close(List.of());
        nest.close(List.of());
    }

    /** Where the tile's rows begin, of which {@code first} is the first. */
    private List<At> lines(LoopNest nest, At first, long stride) {
        List<At> lines = new ArrayList<>();
        Variable.Local at = nest.local(nest.index(first));
        lines.add(At.known(0).with(1, at));
        for (int row = 1; row < shape.rows && stride != 0; row++) {
            at = nest.local(nest.index(nest.at(stride).with(1, at)));
            lines.add(At.known(0).with(1, at));
        }
        while (lines.size() < shape.rows) {
            lines.add(lines.getFirst());
        }
        return lines;
    }
}
