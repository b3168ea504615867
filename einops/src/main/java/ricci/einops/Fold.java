package ricci.einops;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import ricci.einops.Nest.Loop;

/**
 * The order in which the elements of a nest are reduced. Neighbours in the input, of one loop or, where that
 * is short, of two that continue each other, are read together and reduced side by side in {@link Lanes},
 * whether they are kept apart in the end or not; the lanes that belong together are reduced last. Immutable
 * but for a count.
 */
final class Fold {
    /** So short a loop does not make a row of lanes by itself. */
    private static final int SHORT = 256;
    /** Lanes that become one in the end: the fewer, the less there is to be done then. */
    static final int FEW = 64;
    /** Lanes whose elements are not neighbours keep their lines in the cache for the next ones. */
    private static final int SPAN = 8192;
    private static final int LEAST = 16;
    /**
     * The four quarters of a run are read together if each is so long; shorter ones end before memory has
     * begun to read ahead, and are read in order.
     */
    private static final int STREAM = 8192;
    /** So long runs are reduced two at a time: of shorter ones, what is left of them takes too long. */
    private static final int LEAST_OF_TWO = 1024;
    private static final Loop ONCE = new Loop(1, 0, 0, 0);

    private final List<Loop> kept;
    private final List<Loop> reduced;
    private final boolean empty;
    private final boolean vacuous;
    private final long count;
    private final Loop near;
    private final Loop far;
    /** Which of the two has steps enough to be cut into pieces, and how many steps are a piece. */
    private final boolean cutsFar;
    private final int piece;
    /** Whether runs that are far apart are reduced two at a time. */
    private final boolean twoRuns;
    /** How many elements have been reduced so, roughly: threads may forget each other's. */
    private long inTwoRuns;

    Fold(List<Loop> kept, List<Loop> reduced) {
        empty = kept.stream().anyMatch(loop -> loop.length() == 0);
        vacuous = reduced.stream().anyMatch(loop -> loop.length() == 0);
        count = vacuous ? 0 : Nest.steps(reduced);
        List<Loop> all = new ArrayList<>(kept);
        all.addAll(reduced);
        all.removeIf(loop -> loop.from() == 0);
        Loop first = all.stream().min(Comparator.comparingLong(loop -> Math.abs(loop.from()))).orElse(ONCE);
        Loop second = all.stream().filter(loop -> first.length() <= SHORT
                && loop.from() == first.from() * first.length()).findFirst().orElse(ONCE);
        boolean tooShort = first.length() * second.length() < Tile.LEAST_RUN;
        // Of a few neighbours that become one, the first of each group are read, then the second, and so on.
        boolean groups = first.to() == 0 && second.to() != 0;
        near = tooShort ? all.stream().max(Comparator.comparingLong(Loop::length)).orElse(ONCE)
                : groups ? second : first;
        far = tooShort || groups ? ONCE : second;
        cutsFar = !far.equals(ONCE);
        long stride = Math.max(Math.abs(near.from()), 1);
        long most = near.to() == 0 ? FEW : Math.clamp(SPAN / stride, LEAST, Lanes.MOST);
        piece = (int) (cutsFar ? Math.min(far.length(), Lanes.MOST / near.length())
                : Math.min(near.length(), most));
        this.kept = kept.stream().filter(loop -> !loop.equals(near) && !loop.equals(far)).toList();
        this.reduced = reduced.stream().filter(loop -> !loop.equals(near) && !loop.equals(far)).toList();
        twoRuns = isRun() && this.reduced.isEmpty() && near.length() >= LEAST_OF_TWO
                && near.length() < 4 * STREAM && !this.kept.isEmpty() && this.kept.getLast().length() > 1;
    }

    /** Whether the loop that is cut is one of neighbours that become one. */
    private boolean isRun() {
        return near.to() == 0 && !cutsFar && near.from() == 1;
    }

    /** The most lanes that are needed. */
    int lanes() {
        return Math.max(1, piece * row());
    }

    /** The number of elements that become one. */
    long count() {
        return count;
    }

    /** How far each lane's element is in the row-major count over the reduced loops. */
    long[] orders() {
        long[] orders = new long[lanes()];
        for (int i = 0; i < orders.length; i++) {
            orders[i] = cutsFar ? i % near.length() * near.order() + i / near.length() * far.order()
                    : i * near.order();
        }
        return orders;
    }

    /** Reduces from place {@code f} of what the lanes read to place {@code t} of what they write. */
    void run(Lanes lanes, long f, long t) {
        if (empty) {
            return;
        }
        if (vacuous) {
            do {
                lanes.clear(1);
            } while (lanes.again(1, 1));
            writeAll(lanes, 0, t);
            return;
        }
        walkKept(lanes, 0, f, t);
    }

    /** Every result is that of no elements. */
    private void writeAll(Lanes lanes, int depth, long t) {
        List<Loop> loops = new ArrayList<>(kept);
        loops.add(near);
        loops.add(far);
        loops.removeIf(loop -> loop.to() == 0);
        if (depth == loops.size()) {
            lanes.write(0, 1, t, 1);
            return;
        }
        Loop loop = loops.get(depth);
        for (long i = 0; i < loop.length(); i++) {
            writeAll(lanes, depth + 1, t + i * loop.to());
        }
    }

    private void walkKept(Lanes lanes, int depth, long f, long t) {
        if (depth < kept.size()) {
            Loop loop = kept.get(depth);
            if (twoRuns && depth == kept.size() - 1 && reduceTwoRuns(lanes, loop, f, t)) {
                return;
            }
            for (long i = 0; i < loop.length(); i++) {
                walkKept(lanes, depth + 1, f + i * loop.from(), t + i * loop.to());
            }
            return;
        }
        Loop cut = cutsFar ? far : near;
        if (cut.to() == 0) {
            block(lanes, f, t, piece, cut.length());
        } else {
            for (long i = 0; i < cut.length(); i += piece) {
                int size = (int) Math.min(piece, cut.length() - i);
                block(lanes, f + i * cut.from(), t + i * cut.to(), size, size);
            }
        }
    }

    /**
     * Each run of the first half together with one of the second. All are added up alike; of an odd number
     * the middle one is in both halves.
     */
    private boolean reduceTwoRuns(Lanes lanes, Loop loop, long f, long t) {
        long half = loop.length() / 2;
        boolean many = inTwoRuns >= Vectors.AT_FIRST;
        inTwoRuns += many ? 0 : loop.length() * near.length();
        for (long i = 0; i < loop.length() - half; i++) {
            long first = f + i * loop.from();
            if (!lanes.reduceTwoRuns(first, first + half * loop.from(), near.length(), many)) {
                return false;
            }
            boolean more = lanes.again(2, 2);
            assert !more : "a single pass";
            lanes.write(0, 2, t + i * loop.to(), half * loop.to());
        }
        return true;
    }

    /** Lanes of {@code size} steps of the loop that is cut, in which {@code total} steps are reduced. */
    private void block(Lanes lanes, long f, long t, int size, long total) {
        int row = row();
        int n = size * row;
        Loop cut = cutsFar ? far : near;
        // Lanes that lie a width apart become one.
        int width = cut.to() != 0 ? n : near.to() != 0 && cutsFar ? row : 1;
        do {
            lanes.clear(n);
            walkReduced(lanes, 0, f, 0, size, total);
            lanes.foldAll(n, width);
        } while (lanes.again(n, width));
        if (width == 1) {
            lanes.write(0, 1, t, 1);
        } else if (!cutsFar) {
            lanes.write(0, size, t, near.to());
        } else {
            for (int i = 0; i < width / row; i++) {
                lanes.write(i * row, row, t + i * far.to(), near.to());
            }
        }
    }

    private void walkReduced(Lanes lanes, int depth, long f, long order, int size, long total) {
        if (depth == reduced.size()) {
            add(lanes, f, order, size, total);
            return;
        }
        Loop loop = reduced.get(depth);
        long i = 0;
        if (depth == reduced.size() - 1 && size == total) {
            int n = size * row();
            if (loop.from() == 1 && lanes.addRuns(f, near.from(), n, loop.length())) {
                return;
            }
            for (; i + 4 <= loop.length(); i += 4) {
                lanes.addFour(f + i * loop.from(), loop.from(), near.from(), n, order + i * loop.order(),
                        loop.order());
            }
        }
        for (; i < loop.length(); i++) {
            walkReduced(lanes, depth + 1, f + i * loop.from(), order + i * loop.order(), size, total);
        }
    }

    /** Of many steps of the loop that is cut, four are reduced at once. */
    private void add(Lanes lanes, long f, long order, int size, long total) {
        Loop cut = cutsFar ? far : near;
        boolean run = isRun();
        if (run && lanes.addRuns(f, 0, 1, total)) {
            return;
        }
        long times = total / size / 4;
        long quarter = times * size;
        if (!cutsFar) {
            boolean inOrder = run && quarter < STREAM;
            lanes.addFours(f, near, size, inOrder ? new Lanes.Fours(times, 4L * size, size)
                    : new Lanes.Fours(times, size, quarter), order);
        } else {
            for (long i = 0; i < quarter; i += size) {
                lanes.addFour(f + i * cut.from(), quarter * cut.from(), near.from(), size * row(),
                        order + i * cut.order(), quarter * cut.order());
            }
        }
        for (long i = 4 * quarter; i < total; i += size) {
            int steps = (int) Math.min(size, total - i);
            lanes.add(f + i * cut.from(), near.from(), steps * row(), order + i * cut.order());
        }
    }

    /** The lanes that one step of the loop that is cut makes. */
    private int row() {
        return cutsFar ? (int) near.length() : 1;
    }
}
