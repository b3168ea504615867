package ricci.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The shapes of a large {@link RandomProgram}: of one shape and its parts, so that values of many equations
 * have the same elements. Operands of what takes more time than it has elements are cut.
 *
 * @param shape empty for programs that are not large
 */
record LargeShapes(List<Long> shape) {
    static final LargeShapes NONE = new LargeShapes(List.of());
    static final long UNBOUNDED = Long.MAX_VALUE;

    private static final long[] LENGTHS = {1, 2, 3, 5, 16, 17, 31, 33, 64, 65, 129, 257, 1025, 3001};
    private static final long MOST = 6000;
    private static final long LEAST = 500;

    static LargeShapes of(Random random) {
        while (true) {
            List<Long> drawn = new ArrayList<>();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                drawn.add(LENGTHS[random.nextInt(LENGTHS.length)]);
            }
            long size = drawn.stream().reduce(1L, (x, y) -> x * y);
            if (size >= LEAST && size <= MOST) {
                return new LargeShapes(List.copyOf(drawn));
            }
        }
    }

    boolean exist() {
        return !shape.isEmpty();
    }

    /** The most elements that values of a program grow to. */
    long room() {
        return exist() ? 4 * MOST : 200;
    }

    /** The most elements of the operands of a kind of equation, by its number in {@link RandomProgram}. */
    long most(int kind) {
        return switch (kind) {
            case 24 -> bounded(100);
            case 11 -> bounded(700);
            case 17, 18, 19, 27, 28, 29, 30, 31 -> bounded(2000);
            default -> bounded(4 * MOST);
        };
    }

    private long bounded(long size) {
        return exist() ? size : UNBOUNDED;
    }

    /** Mostly the shape itself, at times with other axes outermost, or without some. */
    Shape shape(Random random) {
        List<Long> lengths = new ArrayList<>(shape);
        switch (random.nextInt(6)) {
            case 0 -> lengths.remove(random.nextInt(lengths.size()));
            case 1 -> lengths.addFirst(lengths.removeLast());
            default -> { }
        }
        return of(lengths);
    }

    private static Shape of(List<Long> lengths) {
        return Shape.of(lengths.stream().mapToLong(length -> length).toArray());
    }

    /** The first elements along the longest axes of {@code x}, no more than {@code most}. */
    Atom bounded(Builder b, Atom x, long most) {
        Atom part = x;
        while (part.type().shape().size() > most) {
            Shape now = part.type().shape();
            int longest = IntStream.range(0, now.rank()).reduce(0, (i, j) ->
                    now.length(j) > now.length(i) ? j : i);
            part = b.slice(part, longest, 0, Math.max(1, Math.min(now.length(longest) - 1,
                    now.length(longest) * most / now.size())));
        }
        return part;
    }

    /** Axes of {@code to} with the lengths of those of {@code from}, in order; none if it has no such. */
    List<Integer> axes(Shape from, Shape to) {
        List<Integer> axes = new ArrayList<>();
        int next = 0;
        for (int i = 0; exist() && i < from.rank(); i++) {
            while (next < to.rank() && to.length(next) != from.length(i)) {
                next++;
            }
            if (next == to.rank()) {
                return List.of();
            }
            axes.add(next++);
        }
        return axes;
    }
}
