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
        /** Elements become neighbours while neighbours become separate elements, many of both. */
        TURN,
        /** Neighbours become separate elements. */
        SCATTER,
        STRIDED,
        /** The outer loop is that of the channels of pixels, which are whole on one side. */
        PIXELS
    }

    /** Below this, a bulk operation costs more than it saves. */
    static final int LEAST_RUN = 20;

    /** Of fewer rows or columns, lines stay in the nearest cache. */
    private static final int LEAST_TURN = 64;

    static Tile of(Nest.Loop outer, Nest.Loop inner) {
        return new Tile(outer.from(), inner.from(), outer.to(), inner.to(),
                arePixels(outer, inner) ? Kind.PIXELS : isTurn(outer, inner) ? Kind.TURN : kind(inner));
    }

    private static boolean isTurn(Nest.Loop outer, Nest.Loop inner) {
        return inner.to() == 1 && outer.from() == 1 && Math.min(inner.length(), outer.length()) >= LEAST_TURN;
    }

    private static boolean arePixels(Nest.Loop channels, Nest.Loop inner) {
        boolean usual = channels.length() == 3 || channels.length() == 4;
        return usual && ((inner.to() == 1 && channels.from() == 1 && inner.from() == channels.length())
                || (inner.from() == 1 && channels.to() == 1 && inner.to() == channels.length()));
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

    /** The span of places from the first to the last, which may be before it. */
    static long span(long strideOuter, int outer, long strideInner, int inner) {
        return Math.abs(strideOuter) * (outer - 1) + Math.abs(strideInner) * (inner - 1);
    }
}
