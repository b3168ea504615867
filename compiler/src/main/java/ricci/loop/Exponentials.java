package ricci.loop;

/**
 * Exponential and hyperbolic functions: {@code x = n log 2 + r} with |r| up to half of log 2, a polynomial
 * for exp(r) or exp(r) - 1, and 2^n from bits (the scheme of Tang, "Table-driven implementation of the
 * exponential function in IEEE floating-point arithmetic", 1989, without its table: lanes cannot look up).
 *
 * <p>n is rounded by adding {@link Lane.Format#magic()}, whose last bits then hold it, and with it what makes
 * an exponent's field of it. Beyond the ends of the range all this is meaningless, and replaced last.
 */
final class Exponentials {
    static final double LOG2_E = 0x1.71547652b82fep0;

    /** exp on half of log 2 to both sides of 0, to 2^-28 and 2^-55. */
    private static final Polynomial EXP = new Polynomial(
            new double[] {1, 1, 0x1.fffffcp-2, 0x1.55548cp-3, 0x1.55585ap-5, 0x1.123d62p-7, 0x1.6ab76ap-10},
            new double[] {1, 1, 0.5, 0x1.5555555554ea7p-3, 0x1.5555555553ad6p-5, 0x1.11111112d579dp-7,
                0x1.6c16c17a145eep-10, 0x1.a019f7bb2d0bcp-13, 0x1.a019b34d7a36cp-16,
                0x1.71f4bec7ec31fp-19, 0x1.2897bf18560afp-22, 0x1.8ab7ef55c32dep-26});

    /** 2^r for r from -1/2 to 1/2, to 2^-27 and 2^-55. */
    private static final Polynomial EXP2 = new Polynomial(
            new double[] {1, 0x1.62e432p-1, 0x1.ebfbe6p-3, 0x1.c6ada6p-5, 0x1.3b21dp-7, 0x1.5fbecap-10,
                0x1.4bd142p-13},
            new double[] {1, 0x1.62e42fefa39f3p-1, 0x1.ebfbdff82c599p-3, 0x1.c6b08d7048ddp-5,
                0x1.3b2ab6fba1c46p-7, 0x1.5d87fe7bf554ep-10, 0x1.4309130997f92p-13, 0x1.ffcbed3c5932ep-17,
                0x1.62bfd47296c83p-20, 0x1.b5436163e70d6p-24, 0x1.e605c54b03396p-28, 0x1.bd80b7352de21p-32});

    /** {@code (exp(r) - 1 - r) / r^2} on the range of {@link #EXP}, to 2^-31 and 2^-55 of exp(r) - 1. */
    private static final Polynomial EXPM1 = new Polynomial(
            new double[] {0.5, 0x1.555554p-3, 0x1.5554eap-5, 0x1.1113aap-7, 0x1.6d4c86p-10, 0x1.9c652cp-13},
            new double[] {0.5, 0x1.555555555553ep-3, 0x1.5555555553adbp-5, 0x1.1111111118c58p-7,
                0x1.6c16c17a130f2p-10, 0x1.a01a01723a93p-13, 0x1.a019b3502e697p-16, 0x1.71de956698f2ep-19,
                0x1.2897be10513f4p-22, 0x1.ae4db7038557ep-26});

    /** The same for half of {@code exp(2r) - 1}. */
    private static final Polynomial HALF_EXPM1 = EXPM1.ofTwice();

    /** {@code (sinh(x) - x) / x^3} of x^2 up to 1, to 2^-31 and 2^-63 of sinh(x). */
    private static final Polynomial SINH = new Polynomial(
            new double[] {0x1.555556p-3, 0x1.1110ep-7, 0x1.a022bcp-13, 0x1.756c1cp-19},
            new double[] {0x1.5555555555555p-3, 0x1.111111111119bp-7, 0x1.a01a01a00735ap-13,
                0x1.71de3a68d0631p-19, 0x1.ae6441223257ep-26, 0x1.61314db027b25p-33,
                0x1.a66504e9a3526p-41, 0x1.d2a9652c1e593p-48});

    private Exponentials() {}

    static Lane exp(Lane x) {
        Reduced reduced = Reduced.bounded(x, twoBiases(x));
        Lane y = scaled(EXP.at(reduced.r()), reduced.steps());
        return low(x, x.constant(-104, -746), y);
    }

    /** y, but 0 for an x below {@code low}, infinite for one above {@code high}. */
    private static Lane ends(Lane x, Lane low, Lane high, Lane y) {
        return high.below(x).select(x.constant(Double.POSITIVE_INFINITY), low(x, low, y));
    }

    private static Lane low(Lane x, Lane low, Lane y) {
        return x.below(low).select(x.constant(0), y);
    }

    /** exp(x + y), for a small y and a negative x. */
    static Lane expOfSum(Lane x, Lane y) {
        Reduced reduced = Reduced.of(x, twoBiases(x));
        Lane e = scaled(EXP.at(reduced.r().plus(y)), reduced.steps());
        return low(x, x.constant(-104, -746), e);
    }

    /** {@code (factor + more) exp(x + y)}, for small more and y, and a negative x. */
    static Lane timesExp(Lane factor, Lane more, Lane x, Lane y) {
        Reduced reduced = Reduced.of(x.atLeast(x.constant(-104, -746)), twoBiases(x));
        return scaled(factor.plus(factor.fma(lessOne(reduced.r().plus(y)), more)), reduced.steps());
    }

    /** exp(x) if it is neither subnormal nor overflows. */
    static Lane expOfModerate(Lane x) {
        Reduced reduced = Reduced.of(x, x.format().bias());
        return EXP.at(reduced.r()).times(power(reduced.steps()));
    }

    static Lane exp2(Lane x) {
        double magic = x.format().magic() + twoBiases(x);
        Lane steps = x.plus(magic);
        Lane y = scaled(EXP2.at(x.minus(steps.minus(magic))), steps);
        return ends(x, x.constant(-151, -1076), x.constant(128.5, 1024.5), y);
    }

    /** 2^r for |r| up to a half. */
    static Lane exp2Near0(Lane r) {
        return EXP2.at(r);
    }

    /**
     * {@code 2^n (exp(r) - 1) + (2^n - 1)}, half of it and doubled, since 2^n overflows before the sum does.
     * What is negligible is its own result, which also keeps -0.
     */
    static Lane expm1(Lane x) {
        Lane bounded = x.atLeast(x.constant(-25, -45)).atMost(x.constant(89, 710));
        Reduced reduced = Reduced.of(bounded, x.format().bias() - 1);
        Lane half = power(reduced.steps());
        Lane sum = half.fma(lessOne(reduced.r()), half.minus(0.5));
        return x.abs().below(x.format().negligible()).select(x, sum.plus(sum));
    }

    static Lane sinh(Lane x) {
        Lane size = x.abs();
        Lane half = halfOfExp(size);
        Lane square = x.times(x);
        Lane small = size.times(square).fma(SINH.at(square), size);
        return size.below(1).select(small, half.minus(half.constant(0.25).over(half))).withSignOf(x);
    }

    static Lane cosh(Lane x) {
        Lane half = halfOfExp(x.abs());
        return half.plus(half.constant(0.25).over(half));
    }

    /** exp(x) / 2 of what is not negative; it overflows after exp(x). */
    private static Lane halfOfExp(Lane size) {
        Reduced reduced = Reduced.of(size.atMost(size.constant(89.5, 710.7)), size.format().bias() - 2);
        Lane p = EXP.at(reduced.r());
        return p.plus(p).times(power(reduced.steps()));
    }

    /**
     * {@code h / (h + 1)} with {@code h = (exp(2|x|) - 1) / 2} and {@code 2|x| = n log 2 + 2r}; of a small
     * h, it is written as what is taken off h, so that the quotient's error has less weight. What log 2
     * lacks counts for less, the greater n.
     */
    static Lane tanh(Lane x) {
        double magic = x.format().magic() + x.format().bias();
        Lane size = x.abs();
        Lane steps = size.fma(2 * LOG2_E, magic);
        Lane r = steps.minus(magic).fma(x.constant(-0x1.62e43p-2, -0x1.62e42fefa39efp-2), size);
        Lane half = r.times(r).fma(HALF_EXPM1.at(r), r);
        Lane power = power(steps);
        Lane h = half.fma(power, power.fma(0.5, -0.5));
        Lane quotient = h.over(h.plus(1));
        Lane y = size.below(0.25).select(h.minus(h.times(quotient)), quotient);
        return size.above(x.constant(10, 20)).select(x.constant(1), y).withSignOf(x);
    }

    /**
     * With {@code e = exp(-|x|)}, 1 / (1 + e) or, of negative numbers, e / (1 + e): two equal formulas, of
     * which one does not overflow, so that tiny values are right too. They are written as what is taken off
     * their dividends, which has an error of less weight.
     */
    static Lane logistic(Lane x) {
        Lane size = x.abs().negated();
        Reduced reduced = Reduced.of(size, twoBiases(x));
        Lane least = size.constant(-104, -746);
        Lane e = low(size, least, scaled(EXP.at(reduced.r()), reduced.steps()));
        Lane off = e.over(e.constant(-1).minus(e));
        Lane dividend = x.below(0).select(e, x.constant(1));
        return dividend.fma(off, dividend);
    }

    /** exp(r) - 1 on the range of {@link #EXP}. */
    private static Lane lessOne(Lane r) {
        return r.times(r).fma(EXPM1.at(r), r);
    }

    /**
     * {@code x = n log 2 + r}; log 2 in two parts, the product with the first taken off exactly (Cody &
     * Waite, "Software Manual for the Elementary Functions", 1980).
     *
     * @param steps n, plus the magic number and what else was asked for
     */
    private record Reduced(Lane steps, Lane r) {
        static Reduced of(Lane x, int more) {
            double magic = x.format().magic() + more;
            return of(x, x.fma(LOG2_E, magic), magic);
        }

        /** With n up to the first that overflows: from there on, r grows, and what is made of it. */
        static Reduced bounded(Lane x, int more) {
            double magic = x.format().magic() + more;
            double most = magic + x.format().bias() + 2;
            return of(x, x.fma(LOG2_E, magic).positiveAtMost(most), magic);
        }

        private static Reduced of(Lane x, Lane steps, double magic) {
            Lane n = steps.minus(magic);
            Lane r = n.fma(x.constant(-0x1.62e43p-1, -0x1.62e42fefa39efp-1), x);
            return new Reduced(steps, n.fma(x.constant(0x1.05c61p-29, -0x1.abc9e3b39803fp-56), r));
        }
    }

    /** {@code 2^n} for steps of n and the bias, if that is neither subnormal nor overflows. */
    private static Lane power(Lane steps) {
        return steps.bits().shiftLeft(steps.format().fraction()).number();
    }

    /** What is added to the n of {@link #scaled}: the bias of either factor. */
    static int twoBiases(Lane x) {
        return 2 * x.format().bias();
    }

    /**
     * {@code p 2^n}, in two factors, since 2^n alone may overflow or be subnormal when the product does
     * not; the second one rounds, if anything does.
     */
    static Lane scaled(Lane p, Lane steps) {
        Lane.Format format = p.format();
        Lane bits = steps.bits();
        Lane half = bits.shiftLeft(format.fraction() - 1).and(-format.exponent(1));
        Lane rest = bits.shiftLeft(format.fraction()).minus(half);
        return p.times(half.number()).times(rest.number());
    }
}
