package ricci.loop;

/** Whole numbers near a float, and what can be seen from its bits. */
final class Rounding {
    private Rounding() {}

    /** The nearest whole number, of two the even one. */
    static Lane round(Lane x) {
        return nearest(x.abs()).withSignOf(x);
    }

    /** The nearest whole number below or equal, in size. */
    static Lane trunc(Lane x) {
        Lane size = x.abs();
        Lane nearest = nearest(size);
        return lessOne(nearest, size.below(nearest)).withSignOf(x);
    }

    static Lane floor(Lane x) {
        Lane sign = x.sign();
        Lane nearest = nearest(x.abs()).flipped(sign);
        return withSign(lessOne(nearest, x.below(nearest)), sign);
    }

    static Lane ceil(Lane x) {
        Lane sign = x.sign();
        Lane nearest = nearest(x.abs()).flipped(sign);
        return withSign(nearest.plus(one(x, nearest.below(x))), sign);
    }

    /** A result of 0 has lost its sign. */
    private static Lane withSign(Lane x, Lane sign) {
        return x.bits().or(sign).number();
    }

    /**
     * The whole number nearest to what is not negative: beside 2^23 (2^52) there is no room for a fraction.
     * NaN and what is whole anyway stay.
     */
    private static Lane nearest(Lane size) {
        double whole = size.format().whole();
        return size.below(whole).select(size.plus(whole).minus(whole), size);
    }

    private static Lane lessOne(Lane x, Lane condition) {
        return x.minus(one(x, condition));
    }

    private static Lane one(Lane x, Lane condition) {
        return condition.select(x.constant(1), x.constant(0));
    }

    /** Whether what is not negative has no fraction. */
    static Lane isWhole(Lane size) {
        double whole = size.format().whole();
        return size.plus(whole).minus(whole).is(size).or(size.above(whole));
    }

    /** -1, 1, or x itself if it is 0 or NaN. */
    static Lane sign(Lane x) {
        return x.above(0).select(x.constant(1), x.below(0).select(x.constant(-1), x));
    }

    static Lane isFinite(Lane x) {
        return x.abs().below(Double.POSITIVE_INFINITY);
    }

    /** The float next to x towards y: its bits, as an integer, are one more or one less. */
    static Lane nextAfter(Lane x, Lane y) {
        Lane outwards = x.below(y).xor(x.below(0));
        Lane step = outwards.select(x.pattern(1), x.pattern(-1));
        Lane least = y.sign().or(1).number();
        Lane next = x.is(0).select(least, x.bits().plus(step).number());
        Lane ordered = x.is(x).and(y.is(y));
        return ordered.select(x.is(y).select(y, next), x.plus(y));
    }
}
