package ricci.compiler;

import java.util.Optional;
import ricci.jvm.Machine;
import ricci.loop.Statement.Loop;

/**
 * How a product of matrices is cut, so that each part stays in the memory where it is read most often (Low
 * and others 2016, "Analytical modeling is enough for high-performance BLIS").
 *
 * <p>A tile of the result has its sums in registers. It reads a panel of the left operand, of as many rows,
 * and a panel of the right one, of as many columns. The latter stays in the second cache, while tiles below
 * one another are computed; so do the panels on the left of all these; and all panels on the right, in the
 * last.
 *
 * <p>That a panel of the right operand has to be in the first cache would make sums short, and between two
 * of these the result is read and written. A step of a tile reads less than half of what a second cache
 * gives in the time of its multiplications.
 *
 * <p>None of these numbers changes a bit of the result.
 *
 * @param tileRows of a tile
 * @param tileColumns of a tile, some vectors
 * @param depth how much is summed up in registers at once
 * @param rows that are on the left of a block, whole tiles
 * @param columns that are on the right, whole tiles
 */
record Blocking(int tileRows, int tileColumns, long depth, long rows, long columns) {
    /** The sums of a tile are this many rows of this many vectors, where there are 16 registers. */
    private static final int ROWS = 6;
    private static final int VECTORS = 2;
    /** And where there are 32. */
    private static final int MORE_ROWS = 8;
    private static final int MORE_VECTORS = 3;
    private static final int LEAST_VECTOR_BITS = 128;
    /** Larger panels than this are no blocks. */
    private static final long MOST_BYTES = 1L << 30;
    /** Those that are being measured, for products of the type that they are for. */
    static final ScopedValue<Blocking> TRIED = ScopedValue.newInstance();
    /** This part of the second cache has a panel of the right operand. */
    private static final int PANEL = 4;
    private static final int LEAST_DEPTH = 64;
    /** Copies of elements of the left operand that are on the way. */
    private static final int FACTORS = 2;
    /** So many rows have their places in registers. */
    static final int MOST_ROWS = 12;
    /** To read an element or a vector takes, as measured, so many times as long as a product of vectors. */
    private static final double READ = 4.0 / 3;

    /**
     * For elements of so many bytes.
     *
     * <p>Two vectors of the right operand, and two copies of one element of the left one, are on the way
     * besides the sums; with more sums than these, the JVM would keep some in memory.
     */
    static Blocking of(Machine machine, int bytes) {
        int lanes = lanes(machine, bytes);
        boolean hasMore = machine.registers() >= 32;
        int tileRows = hasMore ? MORE_ROWS : ROWS;
        int tileColumns = lanes * (hasMore ? MORE_VECTORS : VECTORS);
        long panel = Math.max(machine.caches().first(), machine.caches().second() / PANEL);
        long depth = Math.clamp(panel / bytes / tileColumns, LEAST_DEPTH, Loop.MOST_SHORT);
        return new Blocking(tileRows, tileColumns, depth,
                whole(machine.caches().second() / 3 / bytes / depth, tileRows),
                whole(machine.caches().last() / 2 / bytes / depth, tileColumns));
    }

    /** Of this machine: as tuned, or else as the model says. */
    static Blocking here(int bytes) {
        return TRIED.isBound() ? TRIED.get() : Tuning.Here.blocking(bytes);
    }

    /** The same tiles in other blocks; empty if these make no sense. */
    Optional<Blocking> with(long depth, long rows, long columns, int bytes) {
        boolean isSound = depth >= LEAST_DEPTH && depth <= Loop.MOST_SHORT && rows > 0 && columns > 0
                && rows % tileRows == 0 && columns % tileColumns == 0 && rows <= MOST_BYTES
                && columns <= MOST_BYTES && depth * (rows + columns) * bytes <= MOST_BYTES;
        return isSound ? Optional.of(new Blocking(tileRows, tileColumns, depth, rows, columns))
                : Optional.empty();
    }

    /**
     * The same with tiles of another form, of no more sums, if that suits a result of so many columns better:
     * of four vectors, a tile of three leaves one, whose own tiles read as many elements of the left operand
     * for a third of the work.
     */
    Blocking across(Machine machine, int bytes, long columns) {
        int lanes = lanes(machine, bytes);
        long vectors = (columns + lanes - 1) / lanes;
        int sums = tileRows * tileColumns / lanes;
        Blocking best = this;
        for (int wide = machine.registers() - sums - FACTORS; wide > 0; wide--) {
            int high = Math.min(sums / wide, MOST_ROWS);
            int across = wide * lanes;
            Blocking other = new Blocking(high, across, depth, whole(rows, high),
                    whole(this.columns, across));
            if (wide <= Math.min(high, vectors) && other.cost(vectors, lanes) < best.cost(vectors, lanes)) {
                best = other;
            }
        }
        return best;
    }

    /** How long a row of the result takes, of so many vectors: in products of vectors, for a step of sums. */
    private double cost(long vectors, int lanes) {
        long wide = tileColumns / lanes;
        long whole = vectors / wide;
        return (whole * step(wide) + step(vectors % wide)) / tileRows;
    }

    /** A step of a tile of so many vectors. */
    private double step(long vectors) {
        return vectors == 0 ? 0 : Math.max((double) tileRows * vectors, (tileRows + vectors) * READ);
    }

    /** How many elements of so many bytes a vector has; or would have, if there were vectors. */
    static int lanes(Machine machine, int bytes) {
        return Math.max(LEAST_VECTOR_BITS, machine.vectorBits()) / 8 / bytes;
    }

    private static long whole(long count, long of) {
        return Math.max(1, count / of) * of;
    }
}
