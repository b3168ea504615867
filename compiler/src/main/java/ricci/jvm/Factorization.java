package ricci.jvm;

/** The factorisations of matrices, and what is solved with their factors. A turn is a matrix of a batch. */
public record Factorization(Kind kind, Products products) implements Code {
    /** Matrices of so many rows or columns are computed in double, without products. */
    public static final int SMALL = Triangles.SMALL;

    /** Which one. All matrices lie row after row, and the last buffer is room, a {@link Products#room}. */
    public enum Kind {
        /** Sizes: rows. Buffers: A and its factor. */
        CHOLESKY,
        /**
         * Sizes: rows and columns of B, and 0 or 1 each for whether A is on the left, lower, transposed, and
         * has ones on its diagonal. Buffers: A, B and X.
         */
        SOLVE,
        /**
         * Sizes: rows and columns. Buffers: A, the factors, pivots and permutation. Room: besides that of
         * products, first a row.
         */
        LU,
        /** Sizes: rows, columns, and columns of Q. Buffers: A, Q and R. Room: first {@link #reflections}. */
        QR
    }

    /** For how many elements a factorisation by reflections has room besides that of products. */
    public static long reflections(long m, long n, long inner) {
        return Reflections.room(m, n, inner);
    }

    @Override
    public void run(long[] buffers, long[] sizes, long from, long to) {
        switch (kind) {
            case CHOLESKY -> cholesky(buffers, sizes[0], from, to);
            case SOLVE -> solve(buffers, sizes, from, to);
            case LU -> lu(buffers, sizes[0], sizes[1], from, to);
            case QR -> qr(buffers, sizes[0], sizes[1], sizes[2], from, to);
        }
    }

    private void cholesky(long[] buffers, long n, long from, long to) {
        long each = n * n * products.bytes();
        if (SmallMatrices.isWorth(n, n, to - from)) {
            SmallMatrices small = new SmallMatrices((int) n, (int) n);
            for (long turn = from; turn < to; turn += small.some(turn, to)) {
                small.cholesky(Grid.of(buffers[0] + turn * each, products.bytes(), n),
                        Grid.of(buffers[1] + turn * each, products.bytes(), n), small.some(turn, to));
            }
            return;
        }
        Triangles triangles = new Triangles(products.in(buffers[2], n));
        for (long turn = from; turn < to; turn++) {
            Grid l = Grid.of(buffers[1] + turn * each, products.bytes(), n);
            Memory.copy(buffers[0] + turn * each, l.at(), each);
            boolean isPositive = triangles.cholesky(l, (int) n);
            for (long row = 0; row < n; row++) {
                l.fill(row, row + 1, n, 0);
                if (!isPositive) {
                    l.fill(row, 0, row + 1, Double.NaN);
                }
            }
        }
    }

    private void solve(long[] buffers, long[] sizes, long from, long to) {
        long rows = sizes[0];
        long columns = sizes[1];
        boolean isLeft = sizes[2] == 1;
        long n = isLeft ? rows : columns;
        // An equation from the right is one from the left of the transposes.
        boolean isTurned = isLeft == (sizes[4] == 1);
        boolean isLower = (sizes[3] == 1) != isTurned;
        int bytes = products.bytes();
        long each = rows * columns * bytes;
        if (SmallMatrices.isWorth(rows, columns, to - from)) {
            SmallMatrices small = new SmallMatrices((int) n, (int) n);
            SmallMatrices others = new SmallMatrices((int) rows, (int) columns);
            int most = Math.min(small.some(from, to), others.some(from, to));
            for (long turn = from; turn < to; turn += most) {
                small.solve(Grid.of(buffers[0] + turn * n * n * bytes, bytes, n), isTurned, isLower,
                        sizes[5] == 1, Grid.of(buffers[1] + turn * each, bytes, columns), others, !isLeft,
                        Grid.of(buffers[2] + turn * each, bytes, columns), (int) Math.min(most, to - turn));
            }
            return;
        }
        Triangles triangles = new Triangles(products.in(buffers[3], Math.max(rows, columns)));
        for (long turn = from; turn < to; turn++) {
            Grid a = Grid.of(buffers[0] + turn * n * n * bytes, bytes, n);
            Grid x = Grid.of(buffers[2] + turn * each, bytes, columns);
            Memory.copy(buffers[1] + turn * each, x.at(), each);
            triangles.solve(isTurned ? a.transposed() : a, (int) n, isLeft ? x : x.transposed(),
                    (int) (isLeft ? columns : rows), isLower, sizes[5] == 1);
        }
    }

    private void lu(long[] buffers, long m, long n, long from, long to) {
        int bytes = products.bytes();
        Elimination elimination = new Elimination(
                products.in(buffers[4] + n * bytes, Math.max(m, n)), (int) m, (int) n, buffers[4]);
        long each = m * n * bytes;
        SmallMatrices small = SmallMatrices.isWorth(m, n, to - from)
                ? new SmallMatrices((int) m, (int) n) : null;
        for (long turn = from; turn < to; turn++) {
            Grid a = Grid.of(buffers[1] + turn * each, bytes, n);
            long pivots = buffers[2] + turn * Integer.BYTES * Math.min(m, n);
            long permutation = buffers[3] + turn * Integer.BYTES * m;
            if (small != null) {
                int some = small.some(turn, to);
                small.lu(Grid.of(buffers[0] + turn * each, bytes, n), a, pivots, permutation, some,
                        elimination);
                turn += some - 1;
                continue;
            }
            Memory.copy(buffers[0] + turn * each, a.at(), each);
            elimination.factor(a, (int) m, (int) n, pivots, permutation);
        }
    }

    private void qr(long[] buffers, long m, long n, long inner, long from, long to) {
        int bytes = products.bytes();
        if (SmallMatrices.isWorth(m, Math.max(n, inner), to - from)) {
            SmallReflections small = new SmallReflections((int) m, (int) n, (int) inner);
            for (long turn = from; turn < to; turn += small.some(turn, to)) {
                small.factor(Grid.of(buffers[0] + turn * m * n * bytes, bytes, n),
                        Grid.of(buffers[1] + turn * m * inner * bytes, bytes, inner),
                        Grid.of(buffers[2] + turn * inner * n * bytes, bytes, n), small.some(turn, to));
            }
            return;
        }
        Reflections reflections = new Reflections(products, (int) m, (int) n, (int) inner, buffers[3]);
        for (long turn = from; turn < to; turn++) {
            reflections.factor(Grid.of(buffers[0] + turn * m * n * bytes, bytes, n),
                    Grid.of(buffers[1] + turn * m * inner * bytes, bytes, inner),
                    Grid.of(buffers[2] + turn * inner * n * bytes, bytes, n));
        }
    }
}
