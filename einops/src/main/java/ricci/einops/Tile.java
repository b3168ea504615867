package ricci.einops;

/** The strides of the two innermost loops of a copy, in elements. */
record Tile(long fromOuter, long fromInner, long toOuter, long toInner, Kind kind) {
    /** What the inner loop is. */
    enum Kind {
        /** Neighbours become neighbours, enough of them to be moved in bulk. */
        RUN,
        /** One element becomes many neighbours. */
        FILL,
        /** Element by element. */
        STRIDED
    }

    // Below this, a bulk operation costs more than it saves.
    static final int LEAST_RUN = 16;

    static Tile of(Nest.Loop outer, Nest.Loop inner) {
        boolean many = inner.to() == 1 && inner.length() >= LEAST_RUN;
        Kind kind = many && inner.from() == 1 ? Kind.RUN : many && inner.from() == 0 ? Kind.FILL
                : Kind.STRIDED;
        return new Tile(outer.from(), inner.from(), outer.to(), inner.to(), kind);
    }

    /** The span of places from the first to the last, which may be before it. */
    static long span(long strideOuter, int outer, long strideInner, int inner) {
        return Math.abs(strideOuter) * (outer - 1) + Math.abs(strideInner) * (inner - 1);
    }
}
