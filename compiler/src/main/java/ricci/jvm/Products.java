package ricci.jvm;

import static ricci.jvm.Memory.ALL;

/**
 * The products of matrices within factorisations: C - A·B in the place of C. A and B are copied to panels, as
 * many rows or columns of them as a tile of C has, step after step of the sums; the last panel has zeros for
 * what is not there. All sums of a tile are in registers, which is what the {@link #tile} does.
 *
 * @param tile adds the product of panels to C. Buffers: panels of the right operand, of the left one, room
 *     for a tile, and C. Turns: the panels of the left operand. Sizes: these, the panels of the right one,
 *     steps of the sums, elements of a panel of the right one, and of the left one; and from a tile of C
 *     to the one below, and from a row to the next, in elements
 * @param bytes of an element
 * @param tileRows of a tile
 * @param tileColumns of a tile
 * @param depth the most steps of sums that are in panels at once
 * @param rows of A that are in panels at once
 * @param columns of B that are in panels at once
 */
public record Products(TieredCode tile, int bytes, int tileRows, int tileColumns, long depth, long rows,
        long columns) {
    /** Multiplications that are worth another thread. */
    private static final long WORTH_A_THREAD = 1 << 19;
    private static final int SIGN_32 = Integer.MIN_VALUE;
    private static final long SIGN_64 = Long.MIN_VALUE;

    /** How many elements of room there must be for matrices that are so large at most. */
    public long room(long size) {
        return left(size) + right(size) + 2L * Workers.count() * tileRows * tileColumns;
    }

    private long right(long size) {
        return whole(Math.min(size, columns), tileColumns) * Math.min(size, depth);
    }

    private long left(long size) {
        return whole(Math.min(size, rows), tileRows) * Math.min(size, depth);
    }

    private static long whole(long count, long of) {
        return (count + of - 1) / of * of;
    }

    /** The products of matrices that are so large at most, in a room for these. */
    Update in(long room, long size) {
        long left = room + bytes * right(size);
        return new Update(room, left, left + bytes * left(size));
    }

    /**
     * Products with a room: first the panels of the right operand, then those of the left one, and for each
     * thread a tile and one for what is less than a tile.
     */
    final class Update {
        private final long right;
        private final long left;
        private final long tiles;

        private Update(long right, long left, long tiles) {
            this.right = right;
            this.left = left;
            this.tiles = tiles;
        }

        /** C - A·B in the place of C, which has m rows and n columns, as a sum has that many steps. */
        void subtract(Grid c, Grid a, Grid b, long m, long n, long steps) {
            if (c.across() != 1) {
                subtract(c.transposed(), b.transposed(), a.transposed(), n, m, steps);
                return;
            }
            long parts = (steps + depth - 1) / depth;
            int threads = Math.clamp(m * n * steps / WORTH_A_THREAD, 1, Workers.count());
            for (long column = 0; column < n; column += columns) {
                for (long part = 0; part < parts; part++) {
                    long step = steps * part / parts;
                    long deep = steps * (part + 1) / parts - step;
                    Grid some = b.from(step, column).transposed();
                    long wide = Math.min(columns, n - column);
                    Workers.share(whole(wide, tileColumns) / tileColumns, threads, false, (_, from, to) ->
                            pack(some, right, from, to, tileColumns, wide, deep, false));
                    for (long row = 0; row < m; row += rows) {
                        new Band(c.from(row, column), a.from(row, step), Math.min(rows, m - row), wide, deep)
                                .subtract(threads);
                    }
                }
            }
        }

        /** Rows of C, whose part of A is in panels at once, and columns whose part of B is. */
        private final class Band {
            private final Grid c;
            private final Grid a;
            private final long m;
            private final long n;
            private final long deep;

            Band(Grid c, Grid a, long m, long n, long deep) {
                this.c = c;
                this.a = a;
                this.m = m;
                this.n = n;
                this.deep = deep;
            }

            void subtract(int threads) {
                Workers.share(whole(m, tileRows) / tileRows, threads, false, this::panels);
            }

            /** The tiles on the right of some panels of A. */
            private void panels(int worker, long from, long to) {
                pack(a, left, from, to, tileRows, m, deep, true);
                long wholeRows = Math.min(to, m / tileRows);
                long wholeColumns = n / tileColumns;
                long room = tiles + 2L * worker * tileRows * tileColumns * bytes;
                if (from < wholeRows && wholeColumns > 0) {
                    long ahead = bytes * from * tileRows;
                    tile.run(new long[] {right, left + ahead * deep, room, c.at() + ahead * c.down()},
                            sizes(wholeRows - from, wholeColumns, c.down()), 0, wholeRows - from);
                }
                for (long panel = from; panel < to; panel++) {
                    long first = panel < wholeRows ? wholeColumns : 0;
                    for (long other = first; other * tileColumns < n; other++) {
                        edge(panel, other, room);
                    }
                }
            }

            /** A tile that is not wholly inside of C. */
            private void edge(long panel, long other, long room) {
                long apart = room + (long) tileRows * tileColumns * bytes;
                ALL.asSlice(apart, (long) tileRows * tileColumns * bytes).fill((byte) 0);
                tile.run(new long[] {right + bytes * other * tileColumns * deep,
                        left + bytes * panel * tileRows * deep, room, apart},
                        sizes(1, 1, tileColumns), 0, 1);
                Grid sums = Grid.of(apart, bytes, tileColumns);
                Grid to = c.from(panel * tileRows, other * tileColumns);
                long high = Math.min(tileRows, m - panel * tileRows);
                long wide = Math.min(tileColumns, n - other * tileColumns);
                for (long i = 0; i < high; i++) {
                    to.addRow(i, sums, (int) wide);
                }
            }

            private long[] sizes(long panels, long others, long down) {
                return new long[] {panels, others, deep, tileColumns * deep, tileRows * deep,
                    tileRows * down, down};
            }
        }
    }

    /** Copies the rows of some panels of so many rows each, perhaps with other signs. */
    private void pack(Grid x, long to, long from, long end, int width, long rows, long deep,
            boolean isNegative) {
        for (long panel = from; panel < end; panel++) {
            Grid part = x.from(panel * width, 0);
            long place = to + bytes * panel * width * deep;
            int count = (int) Math.min(width, rows - panel * width);
            if (count < width) {
                ALL.asSlice(place, (long) bytes * width * deep).fill((byte) 0);
            }
            if (x.down() == 1 && !isNegative && count == width && bytes * width % Long.BYTES == 0) {
                packRows(part.at(), bytes * x.across(), place, bytes * width, (int) deep);
            } else if (bytes == Float.BYTES) {
                pack32(part, place, count, width, (int) deep, isNegative ? SIGN_32 : 0);
            } else {
                pack64(part, place, count, width, (int) deep, isNegative ? SIGN_64 : 0);
            }
        }
    }

    /** What lies in memory as in a panel: so many bytes for each step. */
    private static void packRows(long from, long step, long to, int width, int deep) {
        for (int k = 0; k < deep; k++) {
            for (int b = 0; b < width; b += Long.BYTES) {
                ALL.set(Grid.BITS_64, to + (long) k * width + b, ALL.get(Grid.BITS_64, from + k * step + b));
            }
        }
    }

    /** Some rows at once, so that lines of a panel are written few times. */
    private static void pack32(Grid x, long to, int rows, int width, int deep, int sign) {
        int row = 0;
        for (; row + 8 <= rows; row += 8) {
            eight32(x.from(row, 0), to + 4L * row, width, deep, sign);
        }
        long step = 4 * x.across();
        for (; row < rows; row++) {
            long from = x.place(row, 0);
            for (int k = 0; k < deep; k++) {
                ALL.set(Grid.BITS_32, to + 4L * (row + (long) k * width),
                        ALL.get(Grid.BITS_32, from + k * step) ^ sign);
            }
        }
    }

    private static void eight32(Grid x, long to, int width, int deep, int sign) {
        long step = 4 * x.across();
        long down = 4 * x.down();
        long signs = two(sign, sign);
        for (int k = 0; k < deep; k++) {
            long from = x.at() + k * step;
            long place = to + 4L * k * width;
            ALL.set(Grid.BITS_64, place, two32(from, down) ^ signs);
            ALL.set(Grid.BITS_64, place + 8, two32(from + 2 * down, down) ^ signs);
            ALL.set(Grid.BITS_64, place + 16, two32(from + 4 * down, down) ^ signs);
            ALL.set(Grid.BITS_64, place + 24, two32(from + 6 * down, down) ^ signs);
        }
    }

    private static long two32(long from, long down) {
        return two(ALL.get(Grid.BITS_32, from), ALL.get(Grid.BITS_32, from + down));
    }

    private static long two(int first, int second) {
        return Integer.toUnsignedLong(first) | ((long) second << Integer.SIZE);
    }

    private static void pack64(Grid x, long to, int rows, int width, int deep, long sign) {
        long step = 8 * x.across();
        long apart = 8L * width;
        for (int row = 0; row < rows; row++) {
            long from = x.place(row, 0);
            long place = to + 8L * row;
            for (int k = 0; k < deep; k++) {
                ALL.set(Grid.BITS_64, place + k * apart, ALL.get(Grid.BITS_64, from + k * step) ^ sign);
            }
        }
    }
}
