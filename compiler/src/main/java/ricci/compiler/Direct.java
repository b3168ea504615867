package ricci.compiler;

import java.util.ArrayList;
import java.util.Iterator;
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
    /** Processors with so many registers begin two multiplications at once. */
    static final int MANY_REGISTERS = 32;
    private static final long LATENCY_32 = 80;
    /** And to read an element for all lanes, or what is in one cache line, takes there so long, in tenths. */
    private static final long READ = 15;
    /** Bytes of a cache line. */
    private static final int LINE = 64;
    /** And so long a call of a kernel takes. */
    static final long CALL = 4000;
    static final int MOST_VECTORS = 4;
    /** Rows of the tiles that most products have, of one vector side by side, of two, and so on. */
    private static final List<Integer> COMMON_ROWS = List.of(12, 6, 4, 3);
    /** Where there are many registers; higher tiles, which these would be enough for, are no faster. */
    private static final List<Integer> COMMON_ROWS_32 = List.of(6, 6, 4, 4);
    /** A tile that takes more time by no more than this part of it is as good. */
    private static final int ALIKE = 50;
    /** Low tiles turn out to be faster than the times say that are computed here: as measured, by so much. */
    private static final int ALIKE_32 = 8;
    /** Registers besides those for sums and for elements of the right operand. */
    private static final int SPARE = 2;
    /** Of all registers, if the last vector is shifted: with more sums, some would be in memory. */
    private static final int SHIFTED_SPARE = 4;

    private final Dots.Product product;
    private final Axis rows;
    private final Axis columns;
    private final Axis sum;
    private final Shape shape;
    private final int lanes;
    /** The first of its columns. */
    private final long start;
    /** How many columns of a tile are written. */
    private final long own;
    private final boolean isByRows;

    /**
     * A product as the choice of a tile depends on it.
     *
     * @param bytes of an element
     * @param isAligned whether vectors of the right operand lie in one cache line each
     * @param isShifted whether the last vector of a tile may begin earlier, if there are fewer columns
     */
    record Sizes(Machine machine, int bytes, long m, long n, long k, boolean isAligned, boolean isShifted) {
        Sizes(Machine machine, int bytes, long m, long n, long k) {
            this(machine, bytes, m, n, k, true, false);
        }

        static Sizes of(Dots.Product product) {
            Machine machine = Machine.here();
            int bytes = product.e().result().type().dtype().bytes();
            int lanes = Blocking.lanes(machine, bytes);
            boolean isAligned = product.sum().getFirst().stride(1) % lanes == 0
                    && product.y().offset() % lanes == 0;
            return new Sizes(machine, bytes, Axis.size(product.rows()), Axis.size(product.columns()),
                    Axis.size(product.sum()), isAligned, product.epilogue() == null);
        }

        Sizes across(long columns) {
            return new Sizes(machine, bytes, m, columns, k, isAligned, isShifted);
        }

        int lanes() {
            return Blocking.lanes(machine, bytes);
        }

        /** Vectors side by side, of which the last one may be less than whole. */
        long vectors() {
            return tiles(n, lanes());
        }

        /** Whether a tile of so many vectors is no wider than the result, or its last one may be shifted. */
        private boolean hasPlace(int vectors) {
            return (long) vectors * lanes() <= n || (isShifted && n >= lanes() && vectors == vectors());
        }

        /** Registers that a tile of so many vectors leaves to the compiler, and for the left operand. */
        private int spare(int vectors) {
            return (long) vectors * lanes() > n && isShifted ? machine.registers() / SHIFTED_SPARE : SPARE;
        }

        /** To read some rows' elements of the left operand, and some vectors of the right one. */
        private long reading(long rows, long vectors) {
            if (machine.registers() < MANY_REGISTERS) {
                return (20 * rows * vectors + 26 * rows) / 3;
            }
            long twice = isAligned ? 0 : vectors * lanes() * bytes / LINE;
            long again = isInFirstCache(vectors) ? 0 : 2 * vectors;
            return READ * (rows + vectors + twice + again);
        }

        /** Whether all that so many vectors side by side read of the right operand is there for all rows. */
        boolean isInFirstCache(long vectors) {
            long lines = tiles(vectors * lanes() * bytes, LINE) + (isAligned ? 0 : 1);
            return k * lines * LINE <= machine.caches().first();
        }

        /** A step of a sum takes so long at least, as it waits for the one before it. */
        private long latency() {
            return machine.registers() >= MANY_REGISTERS ? LATENCY_32 : LATENCY;
        }
    }

    /**
     * Of a tile.
     *
     * @param columns whole vectors
     */
    record Shape(int rows, int columns) {
        /** The one for whole tiles, if the last columns are to have narrower ones; else null. */
        private static @Nullable Shape beforeLast(Sizes sizes) {
            int lanes = sizes.lanes();
            Shape best = null;
            long least = of(sizes).time(sizes);
            for (long width = lanes; width <= Math.min(sizes.n - 1, (long) MOST_VECTORS * lanes);
                    width += lanes) {
                long whole = sizes.n / width * width;
                if (whole == sizes.n) {
                    continue;
                }
                Shape some = of(sizes.across(width));
                Sizes rest = sizes.across(tiles(sizes.n - whole, lanes) * lanes);
                long time = some.time(sizes.across(whole)) + of(rest).time(rest) + CALL;
                if (some.columns == width && time < least) {
                    least = time;
                    best = some;
                }
            }
            return best;
        }

        /** The one that takes the least time; or a common one, if that takes hardly more. */
        static Shape of(Sizes sizes) {
            return common(sizes, fastest(sizes));
        }

        private static Shape fastest(Sizes sizes) {
            int lanes = sizes.lanes();
            Shape best = new Shape(1, lanes);
            for (int vectors = 1; vectors <= MOST_VECTORS; vectors++) {
                for (int rows = 1; rows <= sizes.m && exists(sizes, rows, vectors); rows++) {
                    Shape shape = new Shape(rows, vectors * lanes);
                    if (sizes.hasPlace(vectors) && shape.time(sizes) < best.time(sizes)) {
                        best = shape;
                    }
                }
            }
            return best;
        }

        /** The one of so many vectors side by side that takes the least time. */
        static Shape wide(Sizes sizes) {
            int vectors = (int) sizes.vectors();
            Shape best = new Shape(1, vectors * sizes.lanes());
            long most = Math.min(sizes.m, Blocking.MOST_ROWS);
            for (int rows = 1; rows <= most && exists(sizes, rows, vectors); rows++) {
                Shape shape = new Shape(rows, best.columns);
                best = shape.time(sizes) < best.time(sizes) ? shape : best;
            }
            return common(sizes, best);
        }

        /**
         * One of as many columns that most products have, if it takes hardly more time: so a product of other
         * sizes finds its code there, which takes thousands of its runs to make.
         */
        private static Shape common(Sizes sizes, Shape best) {
            boolean hasMany = sizes.machine.registers() >= MANY_REGISTERS;
            int vectors = best.columns / sizes.lanes();
            int rows = (hasMany ? COMMON_ROWS_32 : COMMON_ROWS).get(vectors - 1);
            Shape common = new Shape(rows, best.columns);
            long more = best.time(sizes) / (hasMany ? ALIKE_32 : ALIKE);
            return rows <= sizes.m && exists(sizes, rows, vectors)
                    && common.time(sizes) <= best.time(sizes) + more ? common : best;
        }

        /** Whether all sums have registers. */
        private static boolean exists(Sizes sizes, int rows, int vectors) {
            Blocking large = Blocking.of(sizes.machine, sizes.bytes);
            int most = large.tileRows() * large.tileColumns() / sizes.lanes();
            return rows * vectors <= most
                    && rows * vectors + vectors + sizes.spare(vectors) <= sizes.machine.registers();
        }

        /**
         * About, in tenths of a multiplication of vectors. In a step, to copy an element of the left operand
         * to all lanes takes more than one, which run on other units in part.
         */
        long time(Sizes sizes) {
            long vectors = columns / sizes.lanes();
            long step = Math.max(sizes.latency(),
                    Math.max(10L * rows * vectors, sizes.reading(rows, vectors)));
            return tiles(sizes.m, rows) * tiles(sizes.n, columns) * (sizes.k * step + TILE + ROW * rows);
        }
    }

    private Direct(Dots.Product product, Shape shape, long start, long count, long own, int threads) {
        this.own = own;
        this.product = product;
        this.rows = product.rows().getFirst();
        this.columns = new Axis(count, product.columns().getFirst().strides());
        this.sum = product.sum().getFirst();
        this.shape = shape;
        this.lanes = Blocking.lanes(Machine.here(), product.e().result().type().dtype().bytes());
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
        Sizes sizes = Sizes.of(product);
        Shape shape = Shape.beforeLast(sizes);
        if (shape == null) {
            return List.of(of(product, Shape.of(sizes), threads));
        }
        long whole = sizes.n / shape.columns * shape.columns;
        long rest = tiles(sizes.n - whole, sizes.lanes()) * sizes.lanes();
        return List.of(of(product, shape, 0, whole, threads),
                of(product, Shape.of(sizes.across(rest)), sizes.n - rest, rest, threads));
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
        long width = Math.max(columns.length(), shape.columns);
        Variable.Local outer = isByRows ? first(nest, rows.length(), shape.rows)
                : first(nest, width, shape.columns);
        Variable.Local inner = isByRows ? first(nest, width, shape.columns)
                : first(nest, rows.length(), shape.rows);
        tile(nest, new Corner(batch, isByRows ? outer : inner, isByRows ? inner : outer));
        return nest.launch(Axis.size(product.batch()) * rows.length() * columns.length() * sum.length());
    }

    /** Whether there are fewer columns than a tile has, so that its last vector begins earlier. */
    private boolean isShifted() {
        return product.epilogue() == null && own == shape.columns && shape.columns > lanes
                && columns.length() < shape.columns;
    }

    /** Opens a loop over tiles. Their number is an argument, even if it is 1: so kernels are fewer. */
    private static Variable.Local first(LoopNest nest, long length, int each) {
        Variable.Counter tile = nest.open(tiles(length, each), false, Loop.Kind.SERIAL);
        Expression start = nest.index(At.known(0).with(new At.Move(each, true, tile)));
        return nest.local(new Binary(Binary.Function.MIN, start, nest.given(length - each)));
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
        List<Vectors> parts = parts(nest, corner);
        List<List<At>> to = parts.stream().map(part -> !isWritten ? List.<At>of()
                : lines(nest, to(nest, corner, part.column), rows.stride(1))).toList();
        List<At> right = parts.stream().map(part -> At.known(0).with(1, nest.local(nest.index(
                nest.at(y.offset() + start).along(product.batch(), 1, corner.batch).with(1, part.column)))))
                .toList();
        int wide = isShifted() ? lanes : shape.columns;
        Variable.Counter j = nest.open(wide, true, Loop.Kind.VECTOR);
        Variable.Counter k = nest.open(sum.length(), false, Loop.Kind.SHORT);
        At.Move down = new At.Move(sum.stride(0), k);
        List<Expression> elements = elements(sums, parts, right, j, k);
        List<Fold> folds = new ArrayList<>();
        for (At line : from) {
            Expression factor = sums.element(x, line.with(down));
            for (Expression element : elements) {
                Variable.Local total = sums.accumulator();
                folds.add(sums.fold(total, sums.plus(new Read(total), factor, element)));
            }
        }
        nest.close(folds);
        Iterator<Fold> totals = folds.iterator();
        for (int line = 0; line < shape.rows; line++) {
            for (int part = 0; part < parts.size(); part++) {
                for (int i = 0; i < parts.get(part).count; i++) {
                    Expression total = sums.result(new Read(totals.next().accumulator()));
                    if (isWritten) {
                        nest.write(product.e().result(), to.get(part).get(line).shifted((long) i * wide)
                                .with(1, j), total);
                    } else {
                        nest.block().add(new Statement.Store(nest.scratch(room,
                                At.known((long) line * shape.columns).with(1, j)), total));
                    }
                }
            }
        }
        nest.close(List.of());
        if (!isWritten) {
            end(nest, corner, room, epilogue);
        }
    }

    /** Those of the right operand that a step of the sums reads, vector after vector. */
    private List<Expression> elements(Sums sums, List<Vectors> parts, List<At> right, Variable.Counter j,
            Variable.Counter k) {
        int wide = isShifted() ? lanes : shape.columns;
        List<Expression> elements = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            for (int i = 0; i < parts.get(part).count; i++) {
                elements.add(sums.element(product.y(), right.get(part).shifted((long) i * wide)
                        .with(new At.Move(sum.stride(1), k)).with(1, j)));
            }
        }
        return elements;
    }

    /** So many loops over columns, from one on. */
    private record Vectors(Variable.Local column, int count) {}

    /** All columns of a tile together; or its vectors, of which the last may begin earlier. */
    private List<Vectors> parts(LoopNest nest, Corner corner) {
        if (!isShifted()) {
            return List.of(new Vectors(corner.column, 1));
        }
        int before = shape.columns - lanes;
        Expression last = nest.index(At.known(before).with(new At.Move(1, true, corner.column)));
        return List.of(new Vectors(corner.column, before / lanes), new Vectors(nest.local(
                new Binary(Binary.Function.MIN, last, nest.given(columns.length() - lanes))), 1));
    }

    /** The first element of a tile in the result. */
    private At to(LoopNest nest, Corner corner, Variable.Local column) {
        return nest.at(start).along(product.batch(), 2, corner.batch).with(rows.stride(1), corner.row)
                .with(1, column);
    }

    /** What is made of the sums of a tile. */
    private void end(LoopNest nest, Corner corner, Launch.Memory.Scratch room,
            @Nullable Epilogue epilogue) {
        At to = to(nest, corner, corner.column);
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
