package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.Sliding;

/**
 * How a window slides along the axes of a tensor. Each list has one entry per axis, in the order of the axes,
 * or one for all of them; an empty one stands for 1.
 *
 * {@snippet :
 * Slide.by(2).padded(Padding.SAME);
 * Slide.by(1, 2).dilated(2);
 * }
 *
 * @param strides the steps from place to place
 * @param dilations the distance of neighbours in the window: 2 leaves a gap of one
 * @param spreads the distance to which neighbours of the tensor are moved apart first, with holes between
 */
public record Slide(List<Long> strides, Padding padding, List<Long> dilations, List<Long> spreads) {
    public Slide {
        strides = List.copyOf(strides);
        dilations = List.copyOf(dilations);
        spreads = List.copyOf(spreads);
    }

    /** With these strides, and nothing padded or dilated. */
    public static Slide by(long... strides) {
        Arguments.given("slide windows", "the strides", strides);
        return new Slide(list(strides), Padding.VALID, List.of(), List.of());
    }

    /** The same with that padding. */
    public Slide padded(Padding other) {
        Arguments.given("pad windows", "the padding", other);
        return new Slide(strides, other, dilations, spreads);
    }

    /** The same with gaps in the window. */
    public Slide dilated(long... distances) {
        Arguments.given("dilate windows", "the distances", distances);
        return new Slide(strides, padding, list(distances), spreads);
    }

    /** The same with the elements of the tensor moved apart. */
    public Slide spread(long... distances) {
        Arguments.given("spread elements", "the distances", distances);
        return new Slide(strides, padding, dilations, list(distances));
    }

    /** For a window and what it slides over. */
    Sliding over(Shape base, Shape window) {
        int axes = base.rank();
        List<Long> steps = all("strides", strides, axes);
        List<Long> windowDilation = all("dilations", dilations, axes);
        List<Long> baseDilation = all("spreads", spreads, axes);
        List<Long> low = new ArrayList<>();
        List<Long> high = new ArrayList<>();
        for (int axis = 0; axis < axes; axis++) {
            long[] sides = sides(padding, axis, axes,
                    spread("spreads", base.length(axis), baseDilation.get(axis)),
                    spread("dilations", window.length(axis), windowDilation.get(axis)), steps.get(axis));
            low.add(sides[0]);
            high.add(sides[1]);
        }
        return new Sliding(steps, low, high, baseDilation, windowDilation);
    }

    /** The padding of one axis before and after it. */
    static long[] sides(Padding padding, int axis, int axes, long base, long window, long stride) {
        return switch (padding) {
            case Padding.Explicit(var low, var high) -> new long[] {
                    entry("padding", low, axis, axes, 0), entry("padding", high, axis, axes, 0)};
            case Padding.Named.VALID -> new long[] {0, 0};
            case Padding.Named.SAME -> {
                long total = same(base, window, stride);
                yield new long[] {total / 2, total - total / 2};
            }
            case Padding.Named.SAME_LOWER -> {
                long total = same(base, window, stride);
                yield new long[] {total - total / 2, total / 2};
            }
        };
    }

    private static long same(long base, long window, long stride) {
        long places = Math.ceilDiv(base, stride);
        return Math.max((places - 1) * stride + window - base, 0);
    }

    private static long spread(String what, long length, long distance) {
        try {
            return Sliding.spread(length, distance);
        } catch (ArithmeticException overflow) {
            throw new RicciException.Argument("slide a window", what + " of " + distance,
                    "lengths with dilation are below 2^63", "use smaller numbers");
        }
    }

    private static List<Long> all(String what, List<Long> entries, int axes) {
        List<Long> all = new ArrayList<>();
        for (int axis = 0; axis < axes; axis++) {
            long entry = entry(what, entries, axis, axes, 1);
            if (entry < 1) {
                throw new RicciException.Argument("slide a window", what + " " + entries,
                        what + " are 1 or more", "use 1 for axes where nothing is meant");
            }
            all.add(entry);
        }
        return all;
    }

    /** The entry for an axis, where one entry may stand for all, and none for the usual. */
    static long entry(String what, List<Long> entries, int axis, int axes, long usual) {
        if (entries.size() > 1 && entries.size() != axes) {
            throw new RicciException.Argument("slide a window along " + axes + " axes", what + " " + entries,
                    "there is one entry per axis, or one for all", "give " + axes + " entries, or one");
        }
        return entries.isEmpty() ? usual : entries.get(entries.size() == 1 ? 0 : axis);
    }

    private static List<Long> list(long... values) {
        return Arrays.stream(values).boxed().toList();
    }
}
