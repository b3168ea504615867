package ricci.einops;

/**
 * The loops of {@link ArrayTiles} in vectors, where that is faster. Nothing may name this class unless
 * {@link Vectors#ARE_THERE}.
 */
enum VectorTiles implements Tiles {
    FLOATS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            switch (s.kind()) {
                case PIXELS -> VectorPixels.copy(s, (float[]) from, (int) f, (float[]) to, (int) t, inner);
                case SHORT_RUN -> VectorRuns.copy((float[]) from, (int) f, (int) s.fromOuter(),
                        (float[]) to, (int) t, (int) s.toOuter(), outer, inner);
                case RUN, FILL, GATHER, TURN, SCATTER, STRIDED ->
                        ArrayTiles.FLOATS.copy(s, from, f, to, t, outer, inner);
            }
        }

        @Override
        public Tiles turning() {
            return new VectorTurns.Floats();
        }
    },
    INTS {
        @Override
        public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
            switch (s.kind()) {
                case PIXELS -> VectorPixels.copy(s, (int[]) from, (int) f, (int[]) to, (int) t, inner);
                case SHORT_RUN -> VectorRuns.copy((int[]) from, (int) f, (int) s.fromOuter(),
                        (int[]) to, (int) t, (int) s.toOuter(), outer, inner);
                case RUN, FILL, GATHER, TURN, SCATTER, STRIDED ->
                        ArrayTiles.INTS.copy(s, from, f, to, t, outer, inner);
            }
        }

        @Override
        public Tiles turning() {
            return new VectorTurns.Ints();
        }
    };

    /** What takes the place of these loops. */
    static Tiles of(ArrayTiles plain) {
        return switch (plain) {
            case FLOATS -> FLOATS;
            case INTS -> INTS;
            case DOUBLES, LONGS, SHORTS, BYTES, CHARS, BOOLEANS -> plain;
        };
    }
}
