package ricci.compiler;

import java.util.ArrayList;
import java.util.List;

/**
 * A rectangle of tiles of one size: one of up to four that a loop over two axes is cut into, as what is
 * left at the end of each axis makes smaller tiles.
 *
 * @param fromAlong the first element along
 * @param fromAcross the first element across
 * @param tilesAlong the loop over tiles along; its step is the elements of a tile
 * @param along the loop inside of a tile
 */
record Tiles(Schedule.Tiling tiling, long fromAlong, long fromAcross, Schedule.Axis tilesAlong,
        Schedule.Axis tilesAcross, Schedule.Axis along, Schedule.Axis across) implements Portion {
    /** So many rows are read at once, as many streams of memory as a processor follows; of all tiles. */
    static final int STREAMS = 8;
    /** Elements of fewer bytes are read in streams; those of more are turned in registers. */
    static final int LEAST_TURNED = 4;
    /** So far are columns of a tile apart: no power of 2, for then they drive each other out of the cache. */
    static final int PITCH = Schedule.TILE + 16;
    /** What a tile takes. */
    static final long ELEMENTS = (long) Schedule.TILE * PITCH;

    /** All parts that are not empty. */
    static List<Tiles> of(Schedule.Tiling tiling) {
        List<Tiles> parts = new ArrayList<>();
        for (Part p : parts(tiling.along())) {
            for (Part q : parts(tiling.across())) {
                parts.add(new Tiles(tiling, p.from(), q.from(), p.tiles(), q.tiles(), p.inner(), q.inner()));
            }
        }
        return parts;
    }

    private record Part(long from, Schedule.Axis tiles, Schedule.Axis inner) {}

    private static List<Part> parts(Schedule.Axis axis) {
        List<Part> parts = new ArrayList<>();
        long whole = axis.length() / Schedule.TILE;
        long rest = axis.length() % Schedule.TILE;
        if (whole > 0) {
            parts.add(new Part(0, serial(axis, whole, Schedule.TILE), axis.of(Schedule.TILE, 1)));
        }
        if (rest > 0) {
            parts.add(new Part(whole * Schedule.TILE, serial(axis, 1, Schedule.TILE), axis.of(rest, 1)));
        }
        return parts;
    }

    private static Schedule.Axis serial(Schedule.Axis axis, long turns, long step) {
        return new Schedule.Axis(axis.axes(), turns, false, step);
    }

    /** The loops: over the other kept axes, the tiles, and the elements of a tile. */
    List<Schedule.Axis> axes(List<Schedule.Axis> kept) {
        List<Schedule.Axis> axes = new ArrayList<>(kept.subList(0, kept.size() - 2));
        axes.addAll(List.of(tilesAlong, tilesAcross, along, across));
        return axes;
    }

    /** Whether an axis is that of a whole tile, whose constant length makes faster code. */
    boolean isWhole(Schedule.Axis axis) {
        return (axis.equals(along) || axis.equals(across)) && axis.length() == Schedule.TILE;
    }

    /** Where an access begins, from its place for the first of all elements. */
    long start(long[] strides) {
        return fromAlong * tiling.along().stride(strides) + fromAcross * tiling.across().stride(strides);
    }
}
