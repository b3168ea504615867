package ricci.einops;

/** The strides of the two innermost loops of a copy, in elements. */
record Tile(long fromOuter, long fromInner, long toOuter, long toInner, Kind kind) {
    /** What the inner loop is; the fewer strides it has, the less is left to check for each element. */
    enum Kind {
        /** Neighbours become neighbours, enough of them to be moved in bulk. */
        RUN,
        /** Neighbours become neighbours, but a few only. */
        SHORT_RUN,
        /** One element becomes many neighbours. */
        FILL,
        /** Elements become neighbours. */
        GATHER,
        /** Neighbours become separate elements. */
        SCATTER,
        STRIDED
    }

    /** Below this, a bulk operation costs more than it saves. */
    static final int LEAST_RUN = 20;

    static Tile of(Nest.Loop outer, Nest.Loop inner) {
        return new Tile(outer.from(), inner.from(), outer.to(), inner.to(), kind(inner));
    }

    private static Kind kind(Nest.Loop loop) {
        boolean many = loop.length() >= LEAST_RUN;
        if (loop.to() == 1) {
            return loop.from() == 1 ? many ? Kind.RUN : Kind.SHORT_RUN
                    : loop.from() == 0 && many ? Kind.FILL : Kind.GATHER;
        }
        return loop.from() == 1 ? Kind.SCATTER : Kind.STRIDED;
    }

    boolean isRun() {
        return kind == Kind.RUN || kind == Kind.SHORT_RUN;
    }

    /** Whether it takes channels of pixels apart or puts them together. */
    boolean isPixel() {
        return kind == Kind.GATHER ? fromInner <= 4 && fromInner > 1
                : kind == Kind.SCATTER && toInner <= 4 && toInner > 1;
    }

    /** The span of places from the first to the last, which may be before it. */
    static long span(long strideOuter, int outer, long strideInner, int inner) {
        return Math.abs(strideOuter) * (outer - 1) + Math.abs(strideInner) * (inner - 1);
    }
}
