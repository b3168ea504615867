package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import ricci.ir.Sliding;

/**
 * Places of a window along one axis, all of which meet the base with the same elements of the window: so
 * there are no holes between these, and loops over them need not look for any. Place {@code firstPlace + i *
 * placeStep} and element {@code firstTap + j * tapStep} of the window meet at {@code start + i * perPlace + j
 * * perTap} of the base.
 *
 * <p>Where the base is spread, neighbouring places meet it with different elements of the window; at its
 * ends, with some of these only.
 *
 * @param taps how many elements of the window count; if there are none, there is nothing but holes
 */
record Segment(long firstPlace, long placeStep, long places, long firstTap, long tapStep, long taps,
        long start, long perPlace, long perTap) {

    /** All places along an axis. */
    static List<Segment> of(Sliding sliding, int axis, long base, long window, long places) {
        long dilation = sliding.baseDilation().get(axis);
        // After so many places, or elements of the window, things repeat.
        long period = dilation / gcd(dilation, sliding.strides().get(axis));
        List<Segment> segments = new ArrayList<>();
        for (long phase = 0; phase < Math.min(period, places); phase++) {
            phase(segments, sliding, axis, new Lengths(base, window, places), phase, period);
        }
        return segments;
    }

    private record Lengths(long base, long window, long places) {}

    /** Every {@code period}-th place. */
    private static void phase(List<Segment> segments, Sliding sliding, int axis, Lengths lengths, long phase,
            long period) {
        long dilation = sliding.baseDilation().get(axis);
        long windowDilation = sliding.windowDilation().get(axis);
        long tapStep = dilation / gcd(dilation, windowDilation);
        long before = phase * sliding.strides().get(axis) - sliding.low().get(axis);
        long first = 0;
        while (first < tapStep && Math.floorMod(before + first * windowDilation, dilation) != 0) {
            first++;
        }
        long count = (lengths.places() - phase + period - 1) / period;
        if (first >= Math.min(tapStep, lengths.window())) {
            segments.add(new Segment(phase, period, count, 0, 1, 0, 0, 0, 0));
            return;
        }
        Segment all = new Segment(phase, period, count, first, tapStep,
                (lengths.window() - first + tapStep - 1) / tapStep,
                Math.floorDiv(before + first * windowDilation, dilation),
                period * sliding.strides().get(axis) / dilation, tapStep * windowDilation / dilation);
        long from = 0;
        for (long place = 1; place <= count; place++) {
            if (place == count || all.least(place) != all.least(from)
                    || all.end(place, lengths.base()) != all.end(from, lengths.base())) {
                segments.add(all.some(from, place - from, lengths.base()));
                from = place;
            }
        }
    }

    /** The first element of the window that meets the base at a place. */
    private long least(long place) {
        return Math.clamp(Math.ceilDiv(-(start + place * perPlace), perTap), 0, taps);
    }

    /** The first one that does so no longer. */
    private long end(long place, long base) {
        return Math.clamp(Math.floorDiv(base - 1 - start - place * perPlace, perTap) + 1, least(place), taps);
    }

    /** Some of the places, with the elements that count there. */
    private Segment some(long from, long count, long base) {
        long least = least(from);
        return new Segment(firstPlace + from * placeStep, placeStep, count, firstTap + least * tapStep,
                tapStep, end(from, base) - least, start + from * perPlace + least * perTap, perPlace, perTap);
    }

    /** Some of the places. */
    Segment cut(long from, long count) {
        return new Segment(firstPlace + from * placeStep, placeStep, count, firstTap, tapStep, taps,
                start + from * perPlace, perPlace, perTap);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
