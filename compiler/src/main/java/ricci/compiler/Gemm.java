package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.TensorType;
import ricci.jvm.Machine;
import ricci.jvm.Workers;

/**
 * Products of matrices: the loops around {@link Tile}s, as {@link Blocking} says. Operands are copied to
 * {@link Panels} first, a part at a time; unless they are small, see {@link Direct}.
 *
 * <p>At an edge, tiles are whole, too, or have half of the rows, or fewer vectors: the last ones begin
 * earlier and compute some elements again, by the same operations in the same order. So nothing is padded,
 * and a few kernels serve all sizes. Sums go up the contracted axis in order, whichever thread computes a
 * tile.
 */
final class Gemm {
    /** Of the right operand, in the second cache, when it is read where it lies: a part of it. */
    private static final int SHARE = 4;
    /** So many rows pay for packing the right operand. */
    private static final long WORTH_PANELS = 24;
    /** Where there are 32 registers, for strips of the right operand as it lies are as fast. */
    private static final long WORTH_PANELS_32 = 48;
    /** And so many, if that is done once for many runs; fewer read the right operand where it lies. */
    private static final long WORTH_KEPT_PANELS = 9;
    /** And so many steps of sums. */
    private static final long LEAST_DEPTH = 16;
    private static final long MANY_TILES = 8;
    private static final long MOST_GROUPS = 16;
    /** What is packed, or left at an edge, counts as this part of the whole. */
    private static final long EDGE = 16;
    /** The most panels that stay together on one thread. */
    private static final long MOST_TOGETHER = 8;
    /** As measured: what it costs to read the right operand again for each panel of the left one. */
    private static final double RIGHT_AGAIN = 0.1;
    /** And the left one for each panel of the right one. */
    private static final double LEFT_AGAIN = 0.05;
    /** From here on, temporary tensors are parts of the right operand. */
    private static final int PARTS = 4;
    /** From here on, batch axes with the strides of panels have those of what an epilogue reads. */
    static final int OTHERS = 5;

    private final Dots.Product product;
    private final Blocking blocking;
    private final int threads;
    private final DType dtype;
    private final long rows;
    private final long columns;
    private final long depth;
    private final List<Launch> launches;
    /** Where the result begins. */
    private final long start;

    private Gemm(Dots.Product product, Blocking blocking, int threads) {
        this(product, blocking, threads, 0, new ArrayList<>());
    }

    private Gemm(Dots.Product product, Blocking blocking, int threads, long start, List<Launch> launches) {
        this.start = start;
        this.launches = launches;
        this.product = product;
        this.blocking = blocking;
        this.threads = threads;
        this.dtype = dtype(product);
        this.rows = Axis.size(product.rows());
        this.columns = Axis.size(product.columns());
        this.depth = Axis.size(product.sum());
    }

    /** In what sums are kept. */
    private static DType dtype(Dots.Product product) {
        return product.e().result().type().dtype();
    }

    /** Whether there are tiles of that result. */
    private static boolean exists(Dots.Product product) {
        DType to = dtype(product);
        boolean isKept = to == DType.F32 || to == DType.F64 || to == DType.I32;
        return isKept && (product.x().dtype() != DType.F64 || to == DType.F64)
                && Stream.of(product.rows(), product.columns(), product.sum()).allMatch(a -> a.size() == 1);
    }

    /** The loops of a product, if tiles are worth it; else none. */
    static List<Launch> of(Dots.Product product) {
        return exists(product) ? converted(product, Gemm::large) : List.of();
    }

    /** The loops of a product that is not large, if there are any. */
    static List<Launch> small(Dots.Product product) {
        return exists(product) ? converted(product, Gemm::medium) : List.of();
    }

    /** Some loops, with a left operand that is converted before: tiles would do so element by element. */
    private static List<Launch> converted(Dots.Product product, Function<Dots.Product, List<Launch>> loops) {
        List<Launch> launches = new ArrayList<>();
        List<Launch> tiles = loops.apply(Converted.of(product, 0, launches));
        launches.addAll(tiles);
        return tiles.isEmpty() ? List.of() : launches;
    }

    /** Tiles of operands that are read where they lie; the right one is converted for many rows. */
    private static List<Launch> direct(Dots.Product product) {
        List<Launch> launches = new ArrayList<>();
        Dots.Product converted = Axis.size(product.rows()) < WORTH_PANELS ? product
                : Converted.of(product, 1, launches);
        launches.addAll(Direct.of(converted, Workers.count()));
        return launches;
    }

    private static List<Launch> large(Dots.Product product) {
        Blocking blocking = Blocking.here(dtype(product).bytes());
        Gemm gemm = new Gemm(product, blocking, Workers.count());
        List<Launch> padded = Padded.of(product, Workers.count());
        if (!padded.isEmpty()) {
            return padded;
        }
        if (gemm.isTooNarrow()) {
            return List.of();
        }
        if (gemm.isSmall()) {
            return direct(product);
        } else if (gemm.areStrips()) {
            return SkinnyGemm.of(product, Workers.count());
        } else if (gemm.isWorthPanels()) {
            gemm.packed();
        }
        return gemm.launches;
    }

    /** How often elements of the left operand, or of the right one, are copied to panels: perhaps never. */
    static long packings(Dots.Product product, boolean isLeft) {
        if (!exists(product)) {
            return 0;
        }
        Gemm gemm = new Gemm(product, Blocking.here(dtype(product).bytes()), Workers.count());
        boolean arePanels = !gemm.isTooNarrow() && !gemm.isSmall() && !gemm.areStrips()
                && gemm.isWorthPanels() && Padded.of(product, gemm.threads).isEmpty();
        long blocks = (gemm.columns + gemm.blocking.columns() - 1) / gemm.blocking.columns();
        return !arePanels || (isLeft && !gemm.isLeftWorthPanels()) ? 0 : isLeft ? blocks : 1;
    }

    private boolean isTooNarrow() {
        return depth == 0 || columns < Blocking.lanes(Machine.here(), dtype.bytes());
    }

    private boolean isWorthPanels() {
        return rows >= WORTH_PANELS || isPackedOnce();
    }

    private boolean areStrips() {
        long few = Machine.here().registers() >= 32 ? WORTH_PANELS_32 : WORTH_PANELS;
        return product.isAlongColumns() && rows < few && !isPackedOnce();
    }

    /** Whether panels of the right operand, which stay for other runs, are worth their place. */
    private boolean isPackedOnce() {
        return product.isRightConstant() && rows >= WORTH_KEPT_PANELS;
    }

    private static List<Launch> medium(Dots.Product product) {
        List<Launch> padded = Padded.of(product, Workers.count());
        if (!padded.isEmpty()) {
            return padded;
        }
        Blocking blocking = Blocking.here(dtype(product).bytes());
        if (new Gemm(product, blocking, Workers.count()).isAskew()) {
            return packed(product, blocking, Workers.count());
        }
        boolean isInCache = product.rightBytes() <= Machine.here().caches().second();
        if (Direct.exists(product) && isInCache) {
            return direct(product);
        }
        boolean isFew = Axis.size(product.rows()) < WORTH_PANELS && !isInCache
                && product.isAlongColumns() && Axis.size(product.sum()) > 0;
        return isFew ? SkinnyGemm.of(product, Workers.count()) : List.of();
    }

    /** The loops that pack operands. */
    static List<Launch> packed(Dots.Product product, Blocking blocking, int threads) {
        Gemm gemm = new Gemm(product, blocking, threads);
        gemm.packed();
        return gemm.launches;
    }

    /** Whether the right operand may be read as it lies, again and again. */
    private boolean isSmall() {
        return Direct.exists(product) && isRightSmall(product.rightBytes()) && !isAskew();
    }

    /** Whether a right operand of so many bytes stays in the second cache, beside others. */
    static boolean isRightSmall(long bytes) {
        return bytes <= Machine.here().caches().second() / SHARE;
    }

    /**
     * Whether vectors of the right operand begin anywhere in memory, or are none, and it pays to pack it: of
     * those that lie in two cache lines each takes twice as long. Wide tiles have the time for it as long as
     * these are in the first cache.
     */
    private boolean isAskew() {
        if (rows < WORTH_PANELS || depth < LEAST_DEPTH) {
            return false;
        }
        Direct.Sizes sizes = Direct.Sizes.of(product);
        boolean isWide = sizes.machine().registers() >= Direct.MANY_REGISTERS
                && sizes.isInFirstCache(blocking.tileColumns() / sizes.lanes());
        boolean isFast = product.isAlongColumns() && (sizes.isAligned() || isWide);
        return !isFast && columns >= 2L * sizes.lanes();
    }

    /** The left operand as it lies. */
    private Panels left() {
        return Panels.of(product.x(), 0, product.rows().getFirst(), product.sum().getFirst().stride(0));
    }

    /**
     * Whether the left operand becomes panels: if its columns lie in memory, or its elements are to be
     * converted, and so many tiles read it that it pays. Its rows are read where they lie.
     */
    private boolean isLeftPacked() {
        return product.x().prologue() != null || isLeftWorthPanels();
    }

    private boolean isLeftWorthPanels() {
        boolean isInRows = product.sum().getFirst().stride(0) == 1 && product.x().dtype() == dtype;
        return !isInRows && columns >= MANY_TILES * blocking.tileColumns();
    }

    /** As many of a batch at once as have panels in the last cache; but not a great many times. */
    private void packed() {
        long panels = (rows + Math.min(columns, blocking.columns())) * Math.min(depth, blocking.depth());
        long all = product.batch().isEmpty() ? 1 : product.batch().getFirst().length();
        long each = Math.max(1, 2 * blocking.columns() * blocking.depth() / panels * all
                / Math.max(1, Axis.size(product.batch())));
        long most = Math.max(each, (all + MOST_GROUPS - 1) / MOST_GROUPS);
        if (most >= all) {
            packedTogether();
            return;
        }
        long stride = product.batch().getFirst().stride(2);
        for (long first = 0; first < all; first += most) {
            new Gemm(product.some(first, Math.min(most, all - first)), blocking, threads, first * stride,
                    launches).packedTogether();
        }
    }

    private void packedTogether() {
        long parts = (depth + blocking.depth() - 1) / blocking.depth();
        long each = (depth + parts - 1) / parts;
        long left = Tile.Part.lanes(rowParts(1)) * each;
        long right = Tile.Part.lanes(columnParts(new Range(0, Math.min(columns, blocking.columns())), 1))
                * each;
        List<Axis> batch = packedBatch(left, right);
        for (long column = 0; column < columns; column += blocking.columns()) {
            Range wide = new Range(column, Math.min(blocking.columns(), columns - column));
            for (long first = 0; first < depth; first += each) {
                Range deep = new Range(first, Math.min(each, depth - first));
                Panels y = pack(1, batch, wide.first(), columnParts(wide, 1), deep, right);
                Panels x = isLeftPacked() ? pack(0, batch, 0, rowParts(1), deep, left) : left().from(first);
                tiles(x, y, batch, deep, wide);
            }
        }
    }

    /** Some that follow one another. */
    record Range(long first, long count) {}

    /** The batch axes, with strides of panels, too. */
    private List<Axis> packedBatch(long left, long right) {
        List<Axis> axes = new ArrayList<>();
        long inner = 1;
        for (Axis axis : product.batch().reversed()) {
            List<Long> strides = new ArrayList<>(axis.strides());
            strides.addAll(Dots.Product.BATCH_OTHERS, List.of(left * inner, right * inner));
            axes.addFirst(new Axis(axis.length(), strides));
            inner *= axis.length();
        }
        return axes;
    }

    /**
     * Some panels and steps of the left operand, or of the right one; {@code most} elements, or fewer.
     *
     * @param first the lane from which on the panels' are counted
     */
    private Panels pack(int side, List<Axis> batch, long first, List<Tile.Part> parts, Range deep,
            long most) {
        boolean isLeft = side == 0;
        long least = rows * columns * deep.count() / EDGE;
        // Each part of the right operand has a name of its own: loops keep all that are constant.
        int part = PARTS + parts();
        int number = isLeft ? 1 : part < Converted.TEMPORARIES ? part : 2;
        Atom.Var to = Alone.temporary(product.e(), number,
                TensorType.of(dtype, most * Axis.size(batch)));
        return Panels.pack(launches, new Panels.Source(product.e(), isLeft ? product.x() : product.y(), side,
                (isLeft ? product.rows() : product.columns()).getFirst(),
                product.sum().getFirst().stride(side), least), batch, first, parts, deep, to);
    }

    /** How many parts of the right operand have been packed so far, each by a kernel or a few. */
    private int parts() {
        return (int) launches.stream().flatMap(launch -> InPlace.written(launch).stream())
                .filter(Alone::isTemporary).distinct().count();
    }

    /** The tiles in some columns of the result, of which some steps of the sums are computed. */
    private void tiles(Panels left, Panels right, List<Axis> batch, Range deep, Range wide) {
        long width = wide.count();
        int shared = Axis.size(batch) < threads ? threads : 1;
        long highest = highest(deep);
        long panels = Tile.Part.whole(rows, blocking.tileRows(), half());
        Shares down = Shares.of(panels, highest, shared, RIGHT_AGAIN);
        Shares across = Shares.of(Tile.Part.whole(width, blocking.tileColumns(), lanes()), MOST_TOGETHER,
                shared, panels > highest ? LEFT_AGAIN : 0);
        boolean isByRows = shared > 1 && down.cost() < across.cost();
        // An edge of a large product is worth fast code, too.
        long least = Axis.size(batch) * rows * width * deep.count() / EDGE;
        Epilogue epilogue = product.epilogue();
        boolean isLast = deep.first() + deep.count() == depth;
        Tile.End end = epilogue == null || !isLast ? null : new Tile.End(epilogue,
                product.rows().getFirst(), product.columns().getFirst(), wide.first());
        Equation e = epilogue == null ? product.e() : epilogue.inPlace(dtype);
        for (Tile.Part c : columnParts(wide, isByRows ? 1 : across.each())) {
            // What is left of blocks is shared along the other side, by single panels.
            for (Tile.Part r : rowParts(isByRows || c.blocks() >= shared ? down.each() : 1)) {
                launches.add(new Tile(e, dtype, left, right, batch, r, c, deep.count(),
                        deep.first() == 0, isByRows(r, c, isByRows), start + wide.first(), columns, name(),
                        least, end).launch());
            }
        }
    }

    /** Threads share an edge along its longer side. */
    private boolean isByRows(Tile.Part up, Tile.Part along, boolean isByRows) {
        return isByRows ? up.blocks() >= threads || along.blocks() <= up.blocks()
                : along.blocks() < threads && along.blocks() < up.blocks();
    }

    /** So many panels of the left operand have place in the second cache: more, the fewer steps they have. */
    private long highest(Range deep) {
        return Math.max(1, blocking.rows() * blocking.depth() / deep.count() / blocking.tileRows());
    }

    /** All rows; {@code each} panels in a block. */
    private List<Tile.Part> rowParts(long each) {
        return Tile.Part.of(new Range(0, rows), blocking.tileRows(), half(), each);
    }

    private List<Tile.Part> columnParts(Range wide, long each) {
        return Tile.Part.of(wide, blocking.tileColumns(), lanes(), each);
    }

    /** Of the rows of a tile. */
    private int half() {
        return Math.max(1, blocking.tileRows() / 2);
    }

    private int lanes() {
        return Math.min(blocking.tileColumns(), Blocking.lanes(Machine.here(), dtype.bytes()));
    }

    private String name() {
        return product.name() + " by tiles of " + blocking.tileRows() + "x" + blocking.tileColumns()
                + " in blocks of "
                + blocking.rows() + "x" + blocking.columns() + ", " + blocking.depth() + " deep"
                + (blocking.equals(Blocking.of(Machine.here(), dtype.bytes())) ? "" : ", as tuned");
    }
}
