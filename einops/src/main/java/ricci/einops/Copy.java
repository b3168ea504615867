package ricci.einops;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import ricci.einops.Nest.Loop;

/**
 * The order in which the elements of a nest are copied. A result is written from its beginning to its end,
 * as memory likes it best; where neighbours in the result are no neighbours in the input, in tiles that
 * hold neighbours of both sides and stay in the nearest cache, so that a line is fetched once.
 */
final class Copy {
    /** Elements of a tile: 16 kB of floats on each side. */
    private static final int TILE = 4096;
    /**
     * When both sides of a tile are long, less of either: lines that are a power of 2 apart drive each other
     * out of the cache.
     */
    private static final int NARROW = 64;
    private static final int LONG = 128;
    /** So many steps make up for the start of a loop. */
    private static final int MANY = 16;
    private static final int LEAST_RUN = 4;
    /** Of fewer elements a copy is too short for vectors. */
    private static final int LEAST_VECTORS = 1024;
    private static final Loop ONCE = new Loop(1, 0, 0, 0);

    private final Level[] levels;
    private final Tile tile;
    private final int outer;
    private final int inner;
    private final boolean empty;
    private final long elements;
    /** How many have been moved, roughly: threads may forget each other's. */
    private long moved;

    /** A loop around the tiles, some of which go from tile to tile along a side of them. */
    private record Level(long length, long step, long from, long to, Side side) {}

    private enum Side { NONE, OUTER, INNER }

    Copy(List<Loop> loops) {
        // Before a loop of no step there may be one of very many.
        empty = loops.stream().anyMatch(loop -> loop.length() == 0);
        elements = Nest.steps(loops);
        Loop innerLoop = loops.isEmpty() ? ONCE : inner(loops);
        Loop outerLoop = loops.size() < 2 ? ONCE : outer(loops, innerLoop);
        tile = Tile.of(outerLoop, innerLoop);
        boolean wide = !tile.isRun() && Math.min(outerLoop.length(), innerLoop.length()) > 2 * MANY;
        boolean turns = tile.kind() == Tile.Kind.TURN;
        outer = (int) Math.min(outerLoop.length(), turns ? Turns.COLUMNS : LONG);
        // Pixels are a row of memory on one side, and a few on the other, however many they are.
        boolean rows = tile.isRun() || tile.kind() == Tile.Kind.PIXELS;
        long most = turns ? Turns.ROWS : rows ? 1 << 28 : wide ? NARROW : TILE / Math.max(outer, 1);
        inner = (int) Math.min(innerLoop.length(), most);
        List<Level> around = new ArrayList<>();
        for (Loop loop : loops) {
            Side along = loop.equals(innerLoop) ? Side.INNER
                    : loop.equals(outerLoop) ? Side.OUTER : Side.NONE;
            int step = along == Side.INNER ? inner : along == Side.OUTER ? outer : 1;
            if (along == Side.NONE || step < loop.length()) {
                around.add(new Level(loop.length(), step, loop.from(), loop.to(), along));
            }
        }
        levels = around.toArray(Level[]::new);
    }

    /** A run; or else neighbours of the result, or of the input; or else what is many. */
    private static Loop inner(List<Loop> loops) {
        Loop last = loops.getLast();
        boolean run = last.from() == 1 && last.to() == 1 && last.length() >= LEAST_RUN;
        Loop near = nearest(loops);
        return run || last.length() >= MANY ? last : near.length() >= MANY ? near : many(loops);
    }

    /** The other one that has neighbours; beside a long run the next loop, beside a short one many. */
    private static Loop outer(List<Loop> loops, Loop inner) {
        Loop near = nearest(loops);
        if (!inner.equals(near)) {
            return near;
        }
        Loop last = loops.getLast();
        if (last.to() == 1 && last.length() == inner.to()) {
            // The channels of pixels.
            return last;
        }
        List<Loop> others = loops.stream().filter(loop -> !loop.equals(inner)).toList();
        // Two loops without a step may be equal.
        return others.isEmpty() ? ONCE : inner.length() >= LONG ? others.getLast() : many(others);
    }

    /** The loop of neighbours of the input. */
    private static Loop nearest(List<Loop> loops) {
        return loops.stream().min(Comparator.comparingLong(loop ->
                loop.from() == 0 ? Long.MAX_VALUE : Math.abs(loop.from()))).orElseThrow();
    }

    /** The innermost one of many steps, or else the longest. */
    private static Loop many(List<Loop> loops) {
        for (Loop loop : loops.reversed()) {
            if (loop.length() >= MANY) {
                return loop;
            }
        }
        return loops.stream().max(Comparator.comparingLong(Loop::length)).orElseThrow();
    }

    /** Copies in memory that the tiles are for. */
    void run(Tiles tiles, Object from, long f, Object to, long t) {
        if (elements < LEAST_VECTORS) {
            runBy(tiles, from, f, to, t);
        } else if (moved < Vectors.AT_FIRST) {
            moved += elements;
            runBy(tiles, from, f, to, t);
        } else {
            runBy(tiles.forMany(), from, f, to, t);
        }
    }

    /** Copies with these tiles and no others. */
    void runBy(Tiles tiles, Object from, long f, Object to, long t) {
        if (!empty) {
            walk(0, tile.kind() == Tile.Kind.TURN ? tiles.turning() : tiles, from, f, to, t, outer, inner);
        }
    }

    private void walk(int depth, Tiles tiles, Object from, long f, Object to, long t, int n, int m) {
        if (depth == levels.length) {
            tiles.copy(tile, from, f, to, t, n, m);
            return;
        }
        Level level = levels[depth];
        for (long i = 0; i < level.length; i += level.step) {
            int size = (int) Math.min(level.step, level.length - i);
            walk(depth + 1, tiles, from, f + i * level.from, to, t + i * level.to,
                    level.side == Side.OUTER ? size : n, level.side == Side.INNER ? size : m);
        }
    }
}
