package ricci.loop;

/** Roots and powers. */
final class Powers {
    /**
     * {@code log2((1 + s) / (1 - s)) / s} of s^2, from its third term on, to 2^-36 and 2^-59 of the
     * logarithm.
     */
    private static final Polynomial LOG2_TAIL = new Polynomial(
            new double[] {0x1.27770ep-1, 0x1.a5bbfep-2, 0x1.59ed6ap-2},
            new double[] {0x1.2776c50ef9d22p-1, 0x1.a61762a759f67p-2, 0x1.484b14214c5acp-2,
                0x1.0c9a63f01ec0dp-2, 0x1.c69f8337d5632p-3, 0x1.87b18b2ddac9ep-3, 0x1.85e1f8af8debdp-3});

    private Powers() {}

    static Lane rsqrt(Lane x) {
        return x.constant(1).over(x.sqrt());
    }

    /**
     * {@code y = 1 / ∛|x|} from the bits, the exponent's field divided by -3, then by steps of higher order
     * in {@code e = 1 - |x| y^3} (Householder), which need no division; last a Newton step for {@code |x|
     * y^2}, whose error is that of one rounding and little more.
     */
    static Lane cbrt(Lane x) {
        Lane.Format format = x.format();
        int scale = format == Lane.Format.SINGLE ? 24 : 54;
        Lane size = x.abs();
        Lane small = size.below(format.leastNormal());
        Lane normal = small.select(size.times(Math.scalb(1.0, scale)), size);
        Lane y = reciprocalRoot(normal);
        Lane e = normal.times(y).times(y).negated().fma(y, 1);
        y = y.fma(e.times(e.fma(e.fma(14.0 / 81, 2.0 / 9), 1.0 / 3)), y);
        if (format == Lane.Format.DOUBLE) {
            e = normal.times(y).times(y).negated().fma(y, 1);
            y = y.fma(e.times(e.fma(2.0 / 9, 1.0 / 3)), y);
        }
        Lane square = y.times(y);
        Lane root = normal.times(square);
        Lane rest = root.times(root).negated().fma(root, normal);
        root = rest.fma(square.times(1.0 / 3), root);
        Lane unscale = small.select(x.constant(Math.scalb(1.0, -scale / 3)), x.constant(1));
        Lane ends = size.below(Double.POSITIVE_INFINITY).select(root.times(unscale), size);
        return ends.withSignOf(x);
    }

    /** 1 / ∛x within some per cent: the exponent and 8 bits of the fraction are a logarithm, nearly. */
    private static Lane reciprocalRoot(Lane x) {
        Lane.Format format = x.format();
        int dropped = format.fraction() - 8;
        Lane log = x.bits().shiftRight(dropped).or(format.power(format.fraction())).number();
        double middle = Math.rint(4.0 / 3 * 256 * format.bias() - 18);
        Lane third = log.minus(format.whole()).fma(-1.0 / 3, format.magic() + middle);
        return third.bits().shiftLeft(dropped).number();
    }

    /**
     * x^n, with products of two floats each (Dekker 1971, with fma), since the errors of plain ones grow
     * with n; from 1/x if n is negative. The low part of what is 0 or infinite may be anything.
     */
    static Lane integerPower(Lane x, int n) {
        Lane one = x.constant(1);
        return switch (n) {
            case 0 -> one;
            case 1 -> x;
            case 2 -> x.times(x);
            case 3 -> x.times(x).times(x);
            case -1 -> one.over(x);
            default -> longPower(x, n);
        };
    }

    private static Lane longPower(Lane x, int n) {
        Lane one = x.constant(1);
        Lane base = n < 0 ? one.over(x) : x;
        Lane low = n < 0 ? base.negated().fma(x, one).times(base) : x.constant(0);
        Pair power = power(new Pair(base, low), Math.abs((long) n));
        Lane size = power.high().abs();
        Lane plain = size.above(0).and(Rounding.isFinite(size));
        return plain.select(power.high().plus(power.low()), power.high());
    }

    /** By squares and cubes: three products for n = 6 m rather than the four that bits alone would tell. */
    private static Pair power(Pair x, long n) {
        if (n == 1) {
            return x;
        }
        if (n % 2 == 0) {
            Pair half = power(x, n / 2);
            return half.times(half);
        }
        if (n % 3 == 0) {
            Pair third = power(x, n / 3);
            return third.times(third).times(third);
        }
        return power(x, n - 1).times(x);
    }

    /** A number as the sum of two floats. */
    private record Pair(Lane high, Lane low) {
        Pair times(Pair y) {
            Lane product = high.times(y.high);
            Lane error = high.fma(y.high, product.negated());
            return new Pair(product, low.fma(y.high, high.fma(y.low, error)));
        }

        /** Of a sum whose first term is larger, or 0. */
        static Pair sum(Lane larger, Lane smaller) {
            Lane sum = larger.plus(smaller);
            return new Pair(sum, smaller.minus(sum.minus(larger)));
        }
    }

    /** IEEE 754-2019 pow: 2^(y log2|x|), the logarithm in two floats, then signs and what is special. */
    static Lane pow(Lane x, Lane y) {
        Lane size = x.abs();
        Pair log = log2(size);
        Lane product = y.times(log.high());
        Lane error = y.fma(log.low(), y.fma(log.high(), product.negated()));
        Lane bounded = product.atLeast(x.constant(-160, -1100)).atMost(x.constant(160, 1100));
        Lane magic = x.constant(x.format().magic() + Exponentials.twoBiases(x));
        Lane steps = bounded.plus(magic);
        Lane rest = bounded.minus(steps.minus(magic));
        Lane r = bounded.is(product).select(rest.plus(error), rest);
        Lane power = Exponentials.scaled(Exponentials.exp2Near0(r), steps);

        Lane one = x.constant(1);
        Lane whole = y.abs();
        Lane isWhole = Rounding.isWhole(whole);
        Lane isOdd = isWhole.and(Rounding.isWhole(whole.times(0.5)).not());
        Lane signed = isOdd.select(power.flipped(x.sign()), power);
        Lane undefined = x.below(0).and(Rounding.isFinite(x)).and(isWhole.not());
        Lane defined = undefined.select(x.constant(Double.NaN), signed);
        Lane unit = size.is(one).and(whole.is(Double.POSITIVE_INFINITY));
        Lane isOne = y.is(0).or(x.is(one)).or(unit);
        return isOne.select(one, x.is(x).select(defined, x));
    }

    /**
     * {@code k + s (A + s² B + …)}, {@code s = f / (2 + f)}. The terms of A and B are in two floats, so
     * that what is lost is 2^-12 of a rounding: after multiplication with y it is below one still.
     */
    private static Pair log2(Lane x) {
        Logarithms.Split split = Logarithms.Split.of(x);
        Lane f = split.fraction().minus(1);
        Lane divisor = f.plus(2);
        Lane lost = f.minus(divisor.minus(2));
        Lane reciprocal = x.constant(1).over(divisor);
        Lane high = f.times(reciprocal);
        Lane minus = high.negated();
        Lane rest = minus.fma(lost, minus.fma(divisor, f));
        Pair s = new Pair(high, rest.times(reciprocal));
        Lane square = high.times(high);
        Lane squareLow = high.plus(high).fma(s.low(), high.fma(high, square.negated()));
        Lane b = x.constant(0x1.ec709ep-1, 0x1.ec709dc3a03fdp-1);
        Lane second = square.times(b);
        Lane secondLow = square.fma(b, second.negated());
        Lane tail = square.fma(LOG2_TAIL.at(square), x.constant(-0x1.e2fe02p-28, 0x1.d27f05548af0cp-55));
        secondLow = square.fma(tail, squareLow.fma(b, secondLow));
        Pair inner = Pair.sum(x.constant(2 * Exponentials.LOG2_E), second);
        Lane innerLow = inner.low().plus(secondLow.plus(x.constant(0x1.4ae0cp-25, 0x1.777d0ffda0d24p-55)));
        Pair product = s.times(new Pair(inner.high(), innerLow));
        Pair sum = Pair.sum(split.k(), product.high());
        Pair log = Pair.sum(sum.high(), sum.low().plus(product.low()));
        Lane ends = x.is(0).select(x.constant(Double.NEGATIVE_INFINITY), log.high());
        return new Pair(x.is(Double.POSITIVE_INFINITY).select(x, ends), log.low());
    }
}
