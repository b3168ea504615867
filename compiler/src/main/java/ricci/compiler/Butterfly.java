package ricci.compiler;

import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Fma;

/** Fourier transforms of a few complex numbers that are in registers, in double. */
final class Butterfly {
    private static final double SQRT_HALF = Math.sqrt(0.5);

    private final Block block;

    /** A complex number by its parts. */
    record Pair(Expression re, Expression im) {}

    Butterfly(Block block) {
        this.block = block;
    }

    /** y[k] = Σ x[j]·exp(-2πi·jk/n). */
    Pair[] of(Pair[] x) {
        return switch (x.length) {
            case 1 -> x;
            case 2 -> new Pair[] {plus(x[0], x[1]), minus(x[0], x[1])};
            case 4, 8 -> even(x);
            default -> odd(x);
        };
    }

    /** Those of an even number, by what lies half of them apart: sums become even places, differences odd. */
    private Pair[] even(Pair[] x) {
        int half = x.length / 2;
        Pair[] sums = new Pair[half];
        Pair[] differences = new Pair[half];
        for (int j = 0; j < half; j++) {
            sums[j] = plus(x[j], x[j + half]);
            differences[j] = turned(minus(x[j], x[j + half]), 8 / x.length * j);
        }
        Pair[] even = of(sums);
        Pair[] odd = of(differences);
        Pair[] y = new Pair[x.length];
        for (int k = 0; k < half; k++) {
            y[2 * k] = even[k];
            y[2 * k + 1] = odd[k];
        }
        return y;
    }

    /** A product with exp(-2πi·eighths/8). */
    private Pair turned(Pair x, int eighths) {
        return switch (eighths) {
            case 0 -> x;
            case 1 -> new Pair(times(add(x.re, x.im), SQRT_HALF), times(subtract(x.im, x.re), SQRT_HALF));
            case 2 -> new Pair(x.im, negative(x.re));
            case 3 -> new Pair(times(subtract(x.im, x.re), SQRT_HALF),
                    times(add(x.re, x.im), -SQRT_HALF));
            default -> throw new IllegalArgumentException("more than a half");
        };
    }

    /** Those as far from the first as from the end share their products. */
    private Pair[] odd(Pair[] x) {
        int n = x.length;
        int half = n / 2;
        Pair[] sums = new Pair[half];
        Pair[] differences = new Pair[half];
        Pair first = x[0];
        for (int t = 0; t < half; t++) {
            sums[t] = plus(x[t + 1], x[n - 1 - t]);
            differences[t] = minus(x[t + 1], x[n - 1 - t]);
            first = plus(first, sums[t]);
        }
        Pair[] y = new Pair[n];
        y[0] = first;
        for (int k = 1; k <= half; k++) {
            Pair even = x[0];
            Pair odd = new Pair(Constant.of(0.0), Constant.of(0.0));
            for (int t = 0; t < half; t++) {
                double angle = 2 * Math.PI * (k * (t + 1) % n) / n;
                Constant c = Constant.of(Math.cos(angle));
                Constant s = Constant.of(Math.sin(angle));
                even = new Pair(fma(sums[t].re, c, even.re), fma(sums[t].im, c, even.im));
                odd = t == 0 ? new Pair(times(differences[t].re, s), times(differences[t].im, s))
                        : new Pair(fma(differences[t].re, s, odd.re), fma(differences[t].im, s, odd.im));
            }
            // What is odd is turned by -i.
            y[k] = new Pair(add(even.re, odd.im), subtract(even.im, odd.re));
            y[n - k] = new Pair(subtract(even.re, odd.im), add(even.im, odd.re));
        }
        return y;
    }

    /** x·y. */
    Pair product(Pair x, Pair y) {
        return new Pair(fma(x.im, negative(y.im), times(x.re, y.re)), fma(x.im, y.re, times(x.re, y.im)));
    }

    private Pair plus(Pair x, Pair y) {
        return new Pair(add(x.re, y.re), add(x.im, y.im));
    }

    private Pair minus(Pair x, Pair y) {
        return new Pair(subtract(x.re, y.re), subtract(x.im, y.im));
    }

    private Expression add(Expression x, Expression y) {
        return block.let(new Binary(Binary.Function.ADD, x, y));
    }

    private Expression subtract(Expression x, Expression y) {
        return block.let(new Binary(Binary.Function.SUB, x, y));
    }

    private Expression times(Expression x, double y) {
        return times(x, Constant.of(y));
    }

    private Expression times(Expression x, Expression y) {
        return block.let(new Binary(Binary.Function.MUL, x, y));
    }

    private Expression fma(Expression x, Expression y, Expression z) {
        return block.let(new Fma(x, y, z));
    }

    private Expression negative(Expression x) {
        return block.let(new Expression.Unary(Expression.Unary.Function.NEG, x));
    }
}
