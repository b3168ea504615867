package ricci.loop;

import ricci.loop.Expression.Beyond;

/**
 * Trigonometric functions and their inverses.
 *
 * <p><b>Reduction.</b> {@code x = n π + r}, π in three parts of a float each; with fma the product with the
 * first part is taken off exactly, and of the other two only what the result has room for is lost (Cody &
 * Waite, with the exactness argument of Boldo, Daumas & Li, "Formally verified argument reduction with a
 * fused multiply-add", 2009). This holds while n is below 2^22 of f32, 2^48 of f64.
 *
 * <p><b>Beyond</b> the greatest size up to which the error is below 2 ulps, Payne and Hanek's reduction
 * multiplies with those bits of 1/π that the exponent selects. Lanes cannot look up, and to select takes
 * longer than all the rest; so these arguments, which are rare, are left to {@link Expression.Beyond}.
 */
final class Trigonometry {
    /** From this f32 on, the functions are computed one by one. */
    private static final double SINGLE_BOUND = 0x1p16;
    /** The same of f64: about 1.4e14, where neighbouring floats are 1/32 apart. */
    private static final double WIDE_BOUND = 0x1p47;

    private static final double PI = 0x1.921fb54442d18p1;

    /** {@code (sin(r) - r) / r^3} of r^2, to half of π, to 2^-31 and 2^-61 of the sine. */
    private static final Polynomial SIN = new Polynomial(
            new double[] {-0x1.555556p-3, 0x1.111136p-7, -0x1.a023ccp-13, 0x1.72cddcp-19, -0x1.b623c2p-26},
            new double[] {-0x1.5555555555555p-3, 0x1.11111111110c8p-7, -0x1.a01a01a014d6ep-13,
                0x1.71de3a52a0a2dp-19, -0x1.ae6454d469dc7p-26, 0x1.6123cd03890d2p-33,
                -0x1.ae438328c145ap-41, 0x1.88327c204a377p-49});

    /** {@code (tan(r) - r) / r^3} of r^2, to a fourth of π, to 2^-29 and 2^-56 of the tangent. */
    private static final Polynomial TAN = new Polynomial(
            new double[] {0x1.555562p-2, 0x1.110d18p-3, 0x1.baf166p-5, 0x1.5bcb4ep-6, 0x1.67d062p-7,
                -0x1.9be51ap-14, 0x1.24ff24p-8},
            new double[] {0x1.55555555554e5p-2, 0x1.11111111190c1p-3, 0x1.ba1ba1b3c3fb7p-5,
                0x1.664f49c7f5f92p-6, 0x1.226e0ede73b42p-7, 0x1.d6d9b1c940958p-9, 0x1.7d555e5ce3419p-10,
                0x1.382d07b3b98p-11, 0x1.d01cb8627d613p-13, 0x1.22f64a30c5514p-13, -0x1.ef2cf0963082cp-16,
                0x1.83448ad3daa2dp-14, -0x1.8581ff5d04e52p-15, 0x1.6450552276c6bp-16});

    /** {@code (asin(x) - x) / x^3} of x^2, to x of 1/2, to 2^-27 and 2^-55 of asin(x). */
    private static final Polynomial ASIN = new Polynomial(
            new double[] {0x1.5555c8p-3, 0x1.330202p-4, 0x1.747bfep-5, 0x1.8c3b7ap-6, 0x1.595ea8p-5},
            new double[] {0x1.5555555555391p-3, 0x1.333333336e686p-4, 0x1.6db6db4287466p-5,
                0x1.f1c72c358cf2p-6, 0x1.6e89f483fee28p-6, 0x1.1c6bde58268a5p-6, 0x1.c6fdf77ea48f2p-7,
                0x1.8ec1dbb61ed0fp-7, 0x1.abd73b55ed762p-8, 0x1.3ff06b4e84192p-6, -0x1.09ce174871445p-6,
                0x1.056c2d675a186p-5});

    /** {@code (atan(x) - x) / x^3} of x^2, to x of 1, to 2^-28 and 2^-55 of atan(x). */
    private static final Polynomial ATAN = new Polynomial(
            new double[] {-0x1.55553ep-2, 0x1.9991e4p-3, -0x1.242086p-3, 0x1.c08c5ap-4, -0x1.58098cp-4,
                0x1.da2d22p-5, -0x1.fd885ep-6, 0x1.643538p-7, -0x1.d38232p-10},
            new double[] {-0x1.555555555544cp-2, 0x1.9999999984126p-3, -0x1.2492491fa278cp-3,
                0x1.c71c709e320dbp-4, -0x1.745d0232989b9p-4, 0x1.3b12b2f95f8acp-4, -0x1.11089d767605cp-4,
                0x1.e1781ba37b64fp-5, -0x1.ad32c9e618a5fp-5, 0x1.7ee41e1cbbc1dp-5, -0x1.4f456c20935a1p-5,
                0x1.17163da0cea7bp-5, -0x1.a72758bde9243p-6, 0x1.162c92a33efbap-6, -0x1.2cf75b01bc1f2p-7,
                0x1.f96b5c209f19fp-9, -0x1.31283922ae493p-10, 0x1.d3b59b8a7ce39p-13, -0x1.53dfb64e2a1cp-16});

    private Trigonometry() {}

    /** {@code (-1)^n sin(r)}. Only the select keeps -0. */
    static Lane sin(Lane x) {
        double magic = x.format().magic();
        Lane steps = x.fma(1 / PI, magic);
        Lane y = sinOfRest(rest(x, steps.minus(magic)), steps);
        return beyond(Beyond.Function.SIN, x, x.is(0).select(x, y));
    }

    /** {@code x = (n - 1/2) π + r}, {@code (-1)^n sin(r)}. */
    static Lane cos(Lane x) {
        double magic = x.format().magic();
        Lane steps = x.fma(1 / PI, 0.5).plus(magic);
        Lane n = steps.minus(magic).minus(0.5);
        return beyond(Beyond.Function.COS, x, sinOfRest(rest(x, n), steps));
    }

    private static Lane sinOfRest(Lane r, Lane steps) {
        Lane square = r.times(r);
        Lane sin = r.times(square).fma(SIN.at(square), r);
        return sin.flipped(odd(steps));
    }

    /**
     * {@code x = n π/2 + r}: tan(r) or, if n is odd, -1 / tan(r); what r lost is made good by the
     * derivative.
     */
    static Lane tan(Lane x) {
        Lane.Format format = x.format();
        Lane steps = x.fma(2 / PI, format.magic());
        Rest rest = Rest.of(x, steps.minus(format.magic()).times(0.5));
        Lane r = rest.high().plus(rest.low());
        Lane lost = rest.low().minus(r.minus(rest.high()));
        Lane square = r.times(r);
        Lane tan = r.plus(r.times(square).fma(TAN.at(square), lost.fma(square, lost)));
        Lane odd = steps.bits().and(1).differs(steps.bits().pattern(0));
        Lane y = odd.select(x.constant(-1), tan).over(odd.select(tan, x.constant(1)));
        return beyond(Beyond.Function.TAN, x, x.is(0).select(x, y));
    }

    /** The last bit of n as a sign bit. */
    private static Lane odd(Lane steps) {
        return steps.bits().shiftLeft(steps.format() == Lane.Format.SINGLE ? 31 : 63);
    }

    private static Lane beyond(Beyond.Function f, Lane x, Lane usual) {
        double bound = x.format() == Lane.Format.SINGLE ? SINGLE_BOUND : WIDE_BOUND;
        return x.let(new Beyond(f, x.value(), bound, usual.value()));
    }

    /** {@code x - n π}. */
    private static Lane rest(Lane x, Lane n) {
        return n.fma(third(n), n.fma(second(n), lessFirst(x, n)));
    }

    private static Lane lessFirst(Lane x, Lane n) {
        return n.fma(x.constant(-0x1.921fb6p1, -0x1.921fb54442d18p1), x);
    }

    private static Lane second(Lane n) {
        return n.constant(0x1.777a5cp-24, -0x1.1a62633145c07p-53);
    }

    private static Lane third(Lane n) {
        return n.constant(0x1.ee59dap-49, 0x1.f1976b7ed8fbcp-109);
    }

    /** What is left of an argument, in two parts. */
    private record Rest(Lane high, Lane low) {
        /** {@code x - n π}, of which the low part has all that is lost. */
        static Rest of(Lane x, Lane n) {
            Lane r = lessFirst(x, n);
            Lane product = n.times(second(n));
            Lane error = n.fma(second(n), product.negated());
            Lane high = r.plus(product);
            return new Rest(high, n.fma(third(n), r.minus(high).plus(product).plus(error)));
        }
    }

    /** Up to 1/2 by the polynomial, above by asin(x) = π/2 - 2 asin(√((1 - x) / 2)), from π/4 on. */
    static Lane asin(Lane x) {
        HalfAngle part = HalfAngle.of(x);
        Lane low = part.more().minus(x.constant(-0x1.777a5cp-27, 0x1.1a62633145c07p-56));
        Lane above = low.fma(-2, part.sine().fma(-2, x.constant(PI / 4))).plus(PI / 4);
        return part.halved().select(above, part.sine().plus(part.more())).withSignOf(x);
    }

    /** From the same half angle p: 2p, π - 2p or, up to 1/2, π/2 ∓ p. */
    static Lane acos(Lane x) {
        HalfAngle part = HalfAngle.of(x);
        Lane factor = part.halved().select(x.constant(2), x.constant(-1)).flipped(x.sign());
        Lane ends = x.below(0).select(x.constant(PI), x.constant(0));
        return factor.fma(part.sine().plus(part.more()), part.halved().select(ends, x.constant(PI / 2)));
    }

    /**
     * An angle up to π/6, its sine and what is more: asin(|x|), or half of acos(|x|) if {@code halved}.
     */
    private record HalfAngle(Lane halved, Lane sine, Lane more) {
        static HalfAngle of(Lane x) {
            Lane size = x.abs();
            Lane halved = size.above(0.5);
            Lane square = halved.select(size.fma(-0.5, 0.5), size.times(size));
            Lane sine = halved.select(square.sqrt(), size);
            return new HalfAngle(halved, sine, sine.times(square).times(ASIN.at(square)));
        }
    }

    /** Above 1, π/2 - atan(1/|x|). */
    static Lane atan(Lane x) {
        Lane size = x.abs();
        Lane large = size.above(1);
        Lane t = large.select(x.constant(-1), size).over(large.select(size, x.constant(1)));
        Lane low = large.select(x.constant(-0x1.777a5cp-25, 0x1.1a62633145c07p-54), x.constant(0));
        Lane square = t.times(t);
        Lane angle = t.plus(t.times(square).fma(ATAN.at(square), low));
        return angle.plus(large.select(x.constant(PI / 2), x.constant(0))).withSignOf(x);
    }

    /** The angle of the smaller to the larger size, then its octant. What is equal may be 0 or infinite. */
    static Lane atan2(Lane y, Lane x) {
        Lane height = y.abs();
        Lane width = x.abs();
        Lane steep = width.below(height);
        Lane less = steep.select(width, height);
        Lane more = steep.select(height, width);
        Lane equal = less.is(0).select(x.constant(0), x.constant(1));
        Lane t = less.is(more).select(equal, less.over(more));
        Lane square = t.times(t);
        Lane angle = t.times(square).fma(ATAN.at(square), t);
        Lane left = x.bits().below(x.bits().pattern(0));
        Lane signed = steep.xor(left).select(angle.negated(), angle);
        Lane zero = x.constant(0);
        Lane low = steep.select(x.constant(-0x1.777a5cp-25, 0x1.1a62633145c07p-54),
                left.select(x.constant(-0x1.777a5cp-24, 0x1.1a62633145c07p-53), zero));
        Lane high = steep.select(x.constant(PI / 2), left.select(x.constant(PI), zero));
        return high.plus(signed.plus(low)).withSignOf(y);
    }
}
