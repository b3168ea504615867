package ricci.einops;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/** The innermost loops of copying from {@link Window} to window, for each width of an element. */
enum WindowTiles implements Tiles {
    BYTES {
        @Override
        void strided(Tile s, Window from, long f, Window to, long t, int outer, int inner) {
            ByteBuffer x = from.bytes();
            ByteBuffer y = to.bytes();
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f - from.start() + i * s.fromOuter());
                int q = (int) (t - to.start() + i * s.toOuter());
                for (int j = 0; j < inner; j++) {
                    y.put(q, x.get(p));
                    p += stepX;
                    q += stepY;
                }
            }
        }
    },

    SHORTS {
        @Override
        void strided(Tile s, Window from, long f, Window to, long t, int outer, int inner) {
            ShortBuffer x = from.shorts();
            ShortBuffer y = to.shorts();
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f - from.start() + i * s.fromOuter());
                int q = (int) (t - to.start() + i * s.toOuter());
                for (int j = 0; j < inner; j++) {
                    y.put(q, x.get(p));
                    p += stepX;
                    q += stepY;
                }
            }
        }
    },

    INTS {
        @Override
        void strided(Tile s, Window from, long f, Window to, long t, int outer, int inner) {
            IntBuffer x = from.ints();
            IntBuffer y = to.ints();
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f - from.start() + i * s.fromOuter());
                int q = (int) (t - to.start() + i * s.toOuter());
                for (int j = 0; j < inner; j++) {
                    y.put(q, x.get(p));
                    p += stepX;
                    q += stepY;
                }
            }
        }
    },

    LONGS {
        @Override
        void strided(Tile s, Window from, long f, Window to, long t, int outer, int inner) {
            LongBuffer x = from.longs();
            LongBuffer y = to.longs();
            int stepX = (int) s.fromInner();
            int stepY = (int) s.toInner();
            for (int i = 0; i < outer; i++) {
                int p = (int) (f - from.start() + i * s.fromOuter());
                int q = (int) (t - to.start() + i * s.toOuter());
                for (int j = 0; j < inner; j++) {
                    y.put(q, x.get(p));
                    p += stepX;
                    q += stepY;
                }
            }
        }
    };

    /** Those for elements of a width in bytes. */
    static WindowTiles of(int width) {
        return switch (width) {
            case 1 -> BYTES;
            case 2 -> SHORTS;
            case 4 -> INTS;
            default -> LONGS;
        };
    }

    /** Element by element, of places that the windows show. */
    abstract void strided(Tile s, Window from, long f, Window to, long t, int outer, int inner);

    @Override
    public void copy(Tile s, Object from, long f, Object to, long t, int outer, int inner) {
        Window x = (Window) from;
        Window y = (Window) to;
        if (s.kind() == Tile.Kind.RUN) {
            runs(s, x, f, y, t, outer, inner);
        } else if (x.holds(Tile.span(s.fromOuter(), outer, s.fromInner(), inner))
                && y.holds(Tile.span(s.toOuter(), outer, s.toInner(), inner))) {
            show(x, f, s.fromOuter() * (outer - 1), s.fromInner() * (inner - 1));
            show(y, t, s.toOuter() * (outer - 1), s.toInner() * (inner - 1));
            strided(s, x, f, y, t, outer, inner);
        } else if (outer > 1) {
            for (int i = 0; i < outer; i++) {
                copy(s, x, f + i * s.fromOuter(), y, t + i * s.toOuter(), 1, inner);
            }
        } else {
            for (int j = 0; j < inner; j++) {
                copy(s, x, f + j * s.fromInner(), y, t + j * s.toInner(), 1, 1);
            }
        }
    }

    private static void show(Window window, long place, long a, long b) {
        window.show(place + Math.min(a, 0) + Math.min(b, 0), place + Math.max(a, 0) + Math.max(b, 0));
    }

    private static void runs(Tile s, Window x, long f, Window y, long t, int outer, int inner) {
        long width = x.width();
        for (int i = 0; i < outer; i++) {
            MemorySegment.copy(x.segment(), (f + i * s.fromOuter()) * width, y.segment(),
                    (t + i * s.toOuter()) * width, inner * width);
        }
    }
}
