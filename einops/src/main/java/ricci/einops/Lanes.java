package ricci.einops;

/**
 * Elements that are reduced side by side: what has been seen in each lane is one number. So many lanes are
 * what vector instructions need, and sums that are spread over them lose less. Not for several threads.
 */
abstract sealed class Lanes permits FloatLanes, RealLanes, IntegerLanes, PlaceLanes {
    /** The most lanes; they and what is added to them stay in the nearest cache. */
    static final int MOST = 2048;

    final Object result;

    Lanes(Object result) {
        this.result = result;
    }

    /**
     * The lanes for a reduction.
     *
     * @param result the array that is written
     * @param fold what tells how many lanes there are, and how many elements become one
     */
    static Lanes of(Reduction.Named reduction, Object data, Object result, Fold fold) {
        Class<?> type = Storage.type(data);
        boolean floats = type == float.class || type == double.class;
        int most = fold.lanes();
        Numbers numbers = Numbers.of(data, most);
        return switch (reduction) {
            case MAX, MIN -> type == float.class
                    ? new FloatLanes(reduction, numbers, (float[]) result, most)
                    : floats ? new RealLanes(reduction, numbers, result, most, 1)
                    : new IntegerLanes(reduction, numbers, result, most);
            case SUM, PROD, ANY, ALL -> floats ? new RealLanes(reduction, numbers, result, most, 1)
                    : new IntegerLanes(reduction, numbers, result, most);
            case MEAN, VAR, STD, LOGSUMEXP ->
                    new RealLanes(reduction, numbers, result, most, fold.count());
            case ARGMAX, ARGMIN -> new PlaceLanes(reduction, numbers, floats, (long[]) result, fold.orders());
        };
    }

    /** The result's element type: sums and products of integers are long, their means and such double. */
    static Class<?> resultType(Reduction.Named reduction, Class<?> type) {
        boolean floats = type == float.class || type == double.class;
        return switch (reduction) {
            case SUM, PROD -> floats ? type : long.class;
            case MEAN, VAR, STD, LOGSUMEXP -> floats ? type : double.class;
            case MAX, MIN -> type;
            case ARGMAX, ARGMIN -> long.class;
            case ANY, ALL -> boolean.class;
        };
    }

    /** Before anything is seen. */
    abstract void clear(int lanes);

    /**
     * Reduces one more element into each lane.
     *
     * @param place where the element of lane 0 is, and those of the others a stride further each
     * @param order what to add to a lane's order for the count of its element
     */
    abstract void add(long place, long stride, int lanes, long order);

    /**
     * Reduces four more elements into each lane, {@code apart} places from one another, and {@code orders}
     * in their count. Memory answers four requests nearly as fast as one.
     */
    void addFour(long place, long apart, long stride, int lanes, long order, long orders) {
        for (int i = 0; i < 4; i++) {
            add(place + i * apart, stride, lanes, order + i * orders);
        }
    }

    /**
     * How a loop is reduced at four places at once: so many times, each time a step further, at places that
     * are so many steps of the loop apart.
     */
    record Fours(long times, long step, long apart) {}

    /** Reduces as many steps of a loop at each of four places at a time as there are lanes. */
    void addFours(long place, Nest.Loop loop, int lanes, Fours fours, long order) {
        for (long i = 0; i < fours.times * fours.step; i += fours.step) {
            addFour(place + i * loop.from(), fours.apart * loop.from(), loop.from(), lanes,
                    order + i * loop.order(), fours.apart * loop.order());
        }
    }

    /**
     * Reduces a run of neighbours into each lane, if these lanes can do so without more work than one after
     * the other; else does nothing.
     *
     * @param apart how far the runs of two lanes are apart
     */
    boolean addRuns(long place, long apart, int lanes, long length) {
        return false;
    }

    /**
     * Reduces two runs of neighbours into lanes 0 and 1, if these lanes can do so in a single pass with less
     * work than one run after the other; else does nothing. Nothing else may be in the lanes.
     *
     * @param many whether so many are reduced that vectors are worth their beginning
     */
    boolean reduceTwoRuns(long first, long second, long length, boolean many) {
        return false;
    }

    /** Reduces lane i into lane {@code i % width}. */
    void foldAll(int lanes, int width) {
        for (int rows = lanes / width; rows > 1; rows -= rows / 2) {
            int half = rows / 2;
            fold((rows - half) * width, half * width);
        }
    }

    /** Reduces some lanes into as many from 0 on. */
    abstract void fold(int from, int lanes);

    /**
     * Ends a pass over the elements; true if there must be another one. Lane i has been reduced into lane
     * {@code i % width}.
     */
    abstract boolean again(int lanes, int width);

    /** Writes lanes to places of the result that are a stride apart. */
    abstract void write(int lane, int lanes, long place, long stride);
}
