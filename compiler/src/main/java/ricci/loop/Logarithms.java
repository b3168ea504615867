package ricci.loop;

/**
 * Logarithms and what they are the inverse of: {@code x = 2^k (1 + f)} with 1 + f between the roots of 1/2
 * and of 2, and log(1 + f) as a polynomial in f or, of f64, in {@code s = f / (2 + f)} (Tang, "Table-driven
 * implementation of the logarithm function in IEEE floating-point arithmetic", 1990, without its table):
 * there a division costs less than the many more terms.
 */
final class Logarithms {
    /** {@code (log(1 + f) - f) / f^2}, to 2^-27 of the logarithm. */
    private static final double[] OF_F = {-0.5, 0x1.555554p-2, -0x1.000228p-2, 0x1.99a036p-3, -0x1.54722ep-3,
        0x1.22d622p-3, -0x1.0d81bap-3, 0x1.057474p-3, -0x1.3905eep-4};

    /** {@code (log((1 + s) / (1 - s)) - 2s) / s^3} of s^2, to 2^-59 of the logarithm. */
    private static final double[] OF_S = {0x1.5555555555592p-1, 0x1.999999997ff6ep-2, 0x1.24924941da6ep-2,
        0x1.c71c521add1d8p-3, 0x1.74663b7ad281fp-3, 0x1.39a20f97755b1p-3, 0x1.2f022bd1b4098p-3};

    private static final Polynomial TERMS = new Polynomial(OF_F, OF_S);

    private Logarithms() {}

    static Lane log(Lane x) {
        Split split = Split.of(x);
        return atTheEdges(x, logOf(split.k(), split.fraction().minus(1)));
    }

    /** The logarithm of what is neither 0, negative, infinite nor subnormal. */
    static Lane logOfNormal(Lane x) {
        Split split = Split.ofNormal(x);
        return logOf(split.k(), split.fraction().minus(1));
    }

    static Lane log1p(Lane x) {
        Lane y = log1p(x, x.constant(0));
        return x.abs().below(x.format().negligible()).select(x, y);
    }

    /** log(1 + x) + k log 2, for a k of 0 or, if 1 is lost beside x, of 1; for x not subnormal. */
    private static Lane log1p(Lane x, Lane more) {
        Lane sum = x.plus(1);
        Split split = Split.ofNormal(sum);
        // 2^-k alone may be subnormal.
        Lane power = x.pattern(2 * x.format().power(1)).minus(split.exponent()).number();
        Lane f = x.times(0.25).fma(power, power.fma(0.25, -1));
        Lane k = more.value() instanceof Expression.Constant ? split.k() : split.k().plus(more);
        return atTheEdges(sum, logOf(k, f));
    }

    /** With the size x, log1p(x + x² / (1 + √(x² + 1))). */
    static Lane asinh(Lane x) {
        Lane size = x.abs();
        Lane square = size.times(size);
        Lane root = square.plus(1).sqrt();
        Lane y = doubled(size, size.plus(square.over(root.plus(1))));
        return size.below(x.format().negligible()).select(x, y.withSignOf(x));
    }

    /** With {@code t = x - 1}, log1p(t + √(t (t + 2))). */
    static Lane acosh(Lane x) {
        Lane t = x.minus(1);
        Lane y = doubled(x, t.plus(t.fma(t, t.plus(t)).sqrt()));
        return x.below(1).select(x.constant(Double.NaN), y);
    }

    /** log1p(u), or log(2x) if 1 is lost beside x, where the formula for u would overflow. */
    private static Lane doubled(Lane x, Lane u) {
        Lane large = x.above(4 * x.format().whole());
        return log1p(large.select(x, u), large.select(x.constant(1), x.constant(0)));
    }

    /** With the size x, half of log1p(2x / (1 - x)), the quotient as 2x + 2x² / (1 - x). */
    static Lane atanh(Lane x) {
        Lane size = x.abs();
        Lane twice = size.plus(size);
        Lane quotient = twice.plus(twice.times(size).over(size.constant(1).minus(size)));
        Lane y = log1p(quotient, x.constant(0)).times(0.5).withSignOf(x);
        Lane inside = size.above(1).select(x.constant(Double.NaN), y);
        return size.below(x.format().negligible()).select(x, inside);
    }

    /**
     * With top the greater one, top + log1p(exp(-|x - y|)), the difference with what its rounding lost
     * (Knuth's TwoSum), unless the exponential is 0 whatever was lost. If the maximum is infinite, the
     * difference could be one of infinities.
     */
    static Lane logSumExp(Lane x, Lane y) {
        Lane top = x.max(y);
        Lane least = x.min(y);
        Lane minus = least.minus(top);
        Lane part = least.minus(minus);
        Lane lost = least.minus(minus.plus(part)).plus(part.minus(top));
        Lane rest = log1p(Exponentials.expOfSum(minus, minus.above(-1000).select(lost, x.constant(0))));
        return top.abs().is(Double.POSITIVE_INFINITY).select(top, top.plus(rest));
    }

    private static Lane atTheEdges(Lane x, Lane log) {
        Lane beyond = x.is(0).select(x.constant(Double.NEGATIVE_INFINITY), x.constant(Double.NaN));
        return x.above(0).select(x.below(Double.POSITIVE_INFINITY).select(log, x), beyond);
    }

    /** k log 2 + log(1 + f), log 2 in two parts, the small terms first. */
    private static Lane logOf(Lane k, Lane f) {
        Lane low = k.times(k.constant(-0x1.05c61p-29, 0x1.abc9e3b39803fp-56));
        Lane log;
        if (f.format() == Lane.Format.SINGLE) {
            log = f.plus(f.times(f).fma(TERMS.at(f), low));
        } else {
            Lane s = f.over(f.plus(2));
            Lane square = s.times(s);
            Lane half = f.times(f).times(0.5);
            log = f.minus(half.minus(s.fma(square.fma(TERMS.at(square), half), low)));
        }
        return k.fma(k.constant(0x1.62e43p-1, 0x1.62e42fefa39efp-1), log);
    }

    /**
     * {@code x = 2^k fraction}, the fraction between the roots of 1/2 and of 2.
     *
     * @param exponent the bits of 2^k
     */
    record Split(Lane k, Lane fraction, Lane exponent) {
        static Split of(Lane x) {
            Lane.Format format = x.format();
            Lane small = x.below(format.leastNormal());
            Lane normal = small.select(x.times(format.whole()), x);
            double bias = format.whole() + format.bias();
            return split(normal, small.select(x.constant(bias + format.fraction()), x.constant(bias)));
        }

        static Split ofNormal(Lane x) {
            return split(x, x.constant(x.format().whole() + x.format().bias()));
        }

        /**
         * On bits, the root of 1/2 and what is above it move to 1; then the exponent's field is k and the
         * bias. As the last bits of a great number it becomes a float, less {@code bias}.
         */
        private static Split split(Lane x, Lane bias) {
            Lane.Format format = x.format();
            long root = format == Lane.Format.SINGLE ? 0x3f3504f3L : 0x3fe6a09e667f3bcdL;
            Lane moved = x.bits().add(format.power(0) - root);
            Lane great = moved.shiftRight(format.fraction()).or(format.power(format.fraction()));
            Lane fraction = moved.and(format.fractionMask()).add(root);
            return new Split(great.number().minus(bias), fraction.number(), moved.and(-format.exponent(1)));
        }
    }
}
