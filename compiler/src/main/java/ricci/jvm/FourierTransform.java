package ricci.jvm;

import static ricci.jvm.Memory.ALL;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Fourier transforms of what lies in memory as real and imaginary parts in turn, in double: Cooley and
 * Tukey's, with factors taken out from the front, in Stockham's order, which needs a second room but no
 * permutation (Van Loan, Computational Frameworks for the Fast Fourier Transform, 1.7).
 */
final class FourierTransform {
    private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;
    private static final long COMPLEX = 16;
    /** Bytes, of each of two rooms. */
    private static final long IN_CACHE = 1 << 17;

    private static final double COS_72 = 0.30901699437494745;
    private static final double SIN_72 = 0.9510565162951535;
    private static final double COS_144 = -0.8090169943749475;
    private static final double SIN_144 = 0.5877852522924731;

    private FourierTransform() {}

    /** y[k] = Σ x[j]·exp(-2πi·jk/n), of an array, in place. */
    static void transform(FourierPlan plan, double[] x) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment room = arena.allocate(2 * 8L * x.length, 64);
            MemorySegment.copy(x, 0, room, F64, 0, x.length);
            long y = transform(plan, room.address());
            MemorySegment.copy(ALL, F64, y, x, 0, x.length);
        }
    }

    /**
     * The same in memory.
     *
     * @param steps of the length itself or of that of the convolution, if there are any
     * @param room begins with x; {@link FourierPlan#room} says how much there must be of it, and after that
     *     there is room for the steps
     * @return where in the room the result is
     */
    static long transform(int length, @Nullable FourierSteps steps, long room) {
        if (steps != null && steps.length() == length) {
            long y = room + COMPLEX * length;
            steps.transform(room, y, 1, false, y + COMPLEX * length);
            return y;
        }
        FourierPlan plan = FourierPlan.of(length);
        FourierPlan.Chirp chirp = plan.chirp();
        return chirp != null ? convolve(length, chirp, steps, room) : transform(plan, room);
    }

    private static long transform(FourierPlan plan, long room) {
        long x = room;
        long y = room + COMPLEX * plan.length();
        int rest = plan.length();
        int stride = 1;
        for (int factor : plan.factors()) {
            rest /= factor;
            switch (factor) {
                case 2 -> two(x, y, rest, stride, plan.roots());
                case 4 -> four(x, y, rest, stride, plan.roots());
                case 5 -> five(x, y, rest, stride, plan.roots());
                default -> odd(x, y, factor, rest, stride, plan.roots());
            }
            stride *= factor;
            long read = x;
            x = y;
            y = read;
        }
        return x;
    }

    // Each takes a factor out: of what lies `parts` apart, which has `stride` transforms side by side.

    private static void two(long x, long y, int parts, int stride, double[] roots) {
        long apart = COMPLEX * stride * parts;
        long step = COMPLEX * stride;
        for (int p = 0; p < parts; p++) {
            double c = roots[2 * p * stride];
            double s = roots[2 * p * stride + 1];
            long from = x + step * p;
            long to = y + 2 * step * p;
            for (int q = 0; q < stride; q++, from += COMPLEX, to += COMPLEX) {
                double ar = ALL.get(F64, from);
                double ai = ALL.get(F64, from + 8);
                double br = ALL.get(F64, from + apart);
                double bi = ALL.get(F64, from + apart + 8);
                ALL.set(F64, to, ar + br);
                ALL.set(F64, to + 8, ai + bi);
                put(to + step, ar - br, ai - bi, c, s);
            }
        }
    }

    private static void four(long x, long y, int parts, int stride, double[] roots) {
        long apart = COMPLEX * stride * parts;
        long step = COMPLEX * stride;
        // The longer loop is the inner one: to begin a loop takes as long as some turns. But where that would
        // read each line of memory several times, these must be in the cache.
        if (stride == 1 || (parts > stride && 4 * apart <= IN_CACHE)) {
            for (int q = 0; q < stride; q++) {
                for (int p = 0; p < parts; p++) {
                    int root = 2 * p * stride;
                    four(x + step * p + COMPLEX * q, y + 4 * step * p + COMPLEX * q, apart, step,
                            roots[root], roots[root + 1], roots[2 * root], roots[2 * root + 1],
                            roots[3 * root], roots[3 * root + 1]);
                }
            }
            return;
        }
        for (int p = 0; p < parts; p++) {
            int root = 2 * p * stride;
            double c1 = roots[root];
            double s1 = roots[root + 1];
            double c2 = roots[2 * root];
            double s2 = roots[2 * root + 1];
            double c3 = roots[3 * root];
            double s3 = roots[3 * root + 1];
            for (int q = 0; q < stride; q++) {
                four(x + step * p + COMPLEX * q, y + 4 * step * p + COMPLEX * q, apart, step, c1, s1, c2, s2,
                        c3, s3);
            }
        }
    }

    private static void four(long from, long to, long apart, long step, double c1, double s1, double c2,
            double s2, double c3, double s3) {
        double ar = ALL.get(F64, from);
        double ai = ALL.get(F64, from + 8);
        double br = ALL.get(F64, from + apart);
        double bi = ALL.get(F64, from + apart + 8);
        double cr = ALL.get(F64, from + 2 * apart);
        double ci = ALL.get(F64, from + 2 * apart + 8);
        double dr = ALL.get(F64, from + 3 * apart);
        double di = ALL.get(F64, from + 3 * apart + 8);
        double acr = ar + cr;
        double aci = ai + ci;
        double bdr = br + dr;
        double bdi = bi + di;
        ALL.set(F64, to, acr + bdr);
        ALL.set(F64, to + 8, aci + bdi);
        put(to + 2 * step, acr - bdr, aci - bdi, c2, s2);
        acr = ar - cr;
        aci = ai - ci;
        bdr = br - dr;
        bdi = bi - di;
        // b - d is turned by -i.
        put(to + step, acr + bdi, aci - bdr, c1, s1);
        put(to + 3 * step, acr - bdi, aci + bdr, c3, s3);
    }

    private static void five(long x, long y, int parts, int stride, double[] roots) {
        long apart = COMPLEX * stride * parts;
        long step = COMPLEX * stride;
        for (int p = 0; p < parts; p++) {
            for (int q = 0; q < stride; q++) {
                five(x + step * p + COMPLEX * q, y + 5 * step * p + COMPLEX * q, apart, step, roots,
                        2 * p * stride);
            }
        }
    }

    /** The sums and differences of elements as far from the first as from the end, each used twice. */
    private static void five(long from, long to, long apart, long step, double[] roots, int root) {
        double ar = ALL.get(F64, from);
        double ai = ALL.get(F64, from + 8);
        double br = ALL.get(F64, from + apart);
        double bi = ALL.get(F64, from + apart + 8);
        double cr = ALL.get(F64, from + 2 * apart);
        double ci = ALL.get(F64, from + 2 * apart + 8);
        double dr = ALL.get(F64, from + 3 * apart);
        double di = ALL.get(F64, from + 3 * apart + 8);
        double er = ALL.get(F64, from + 4 * apart);
        double ei = ALL.get(F64, from + 4 * apart + 8);
        double ber = br + er;
        double bei = bi + ei;
        double cdr = cr + dr;
        double cdi = ci + di;
        ALL.set(F64, to, ar + ber + cdr);
        ALL.set(F64, to + 8, ai + bei + cdi);
        double evenr = ar + COS_72 * ber + COS_144 * cdr;
        double eveni = ai + COS_72 * bei + COS_144 * cdi;
        double oddr = SIN_72 * (br - er) + SIN_144 * (cr - dr);
        double oddi = SIN_72 * (bi - ei) + SIN_144 * (ci - di);
        // What is odd is turned by -i.
        put(to + step, evenr + oddi, eveni - oddr, roots[root], roots[root + 1]);
        put(to + 4 * step, evenr - oddi, eveni + oddr, roots[4 * root], roots[4 * root + 1]);
        evenr = ar + COS_144 * ber + COS_72 * cdr;
        eveni = ai + COS_144 * bei + COS_72 * cdi;
        oddr = SIN_144 * (br - er) - SIN_72 * (cr - dr);
        oddi = SIN_144 * (bi - ei) - SIN_72 * (ci - di);
        put(to + 2 * step, evenr + oddi, eveni - oddr, roots[2 * root], roots[2 * root + 1]);
        put(to + 3 * step, evenr - oddi, eveni + oddr, roots[3 * root], roots[3 * root + 1]);
    }

    /** An odd factor: elements that lie as far from the first as from the end share their products. */
    private static void odd(long x, long y, int factor, int parts, int stride, double[] roots) {
        long apart = COMPLEX * stride * parts;
        long step = COMPLEX * stride;
        int half = factor / 2;
        double[] sums = new double[factor - 1];
        double[] differences = new double[factor - 1];
        int unit = 2 * parts * stride;
        for (int p = 0; p < parts; p++) {
            int root = 2 * p * stride;
            long from = x + step * p;
            long to = y + factor * step * p;
            for (int q = 0; q < stride; q++, from += COMPLEX, to += COMPLEX) {
                double ar = ALL.get(F64, from);
                double ai = ALL.get(F64, from + 8);
                double sumr = ar;
                double sumi = ai;
                for (int t = 0; t < half; t++) {
                    long near = from + (t + 1) * apart;
                    long far = from + (factor - 1 - t) * apart;
                    sums[2 * t] = ALL.get(F64, near) + ALL.get(F64, far);
                    sums[2 * t + 1] = ALL.get(F64, near + 8) + ALL.get(F64, far + 8);
                    differences[2 * t] = ALL.get(F64, near) - ALL.get(F64, far);
                    differences[2 * t + 1] = ALL.get(F64, near + 8) - ALL.get(F64, far + 8);
                    sumr += sums[2 * t];
                    sumi += sums[2 * t + 1];
                }
                ALL.set(F64, to, sumr);
                ALL.set(F64, to + 8, sumi);
                for (int k = 1; k <= half; k++) {
                    double evenr = ar;
                    double eveni = ai;
                    double oddr = 0;
                    double oddi = 0;
                    int angle = 0;
                    for (int t = 0; t < half; t++) {
                        angle += k;
                        angle -= angle >= factor ? factor : 0;
                        double c = roots[unit * angle];
                        double s = roots[unit * angle + 1];
                        evenr += sums[2 * t] * c;
                        eveni += sums[2 * t + 1] * c;
                        oddr -= differences[2 * t + 1] * s;
                        oddi += differences[2 * t] * s;
                    }
                    put(to + k * step, evenr + oddr, eveni + oddi, roots[k * root], roots[k * root + 1]);
                    int other = (factor - k) * root;
                    put(to + (factor - k) * step, evenr - oddr, eveni - oddi, roots[other], roots[other + 1]);
                }
            }
        }
    }

    /** Writes a product. */
    private static void put(long to, double r, double i, double c, double s) {
        ALL.set(F64, to, r * c - i * s);
        ALL.set(F64, to + 8, r * s + i * c);
    }

    private static long convolve(int length, FourierPlan.Chirp chirp, @Nullable FourierSteps steps,
            long room) {
        FourierPlan plan = chirp.plan();
        product(room, room, chirp.roots(), length, false);
        ALL.asSlice(room + COMPLEX * length, COMPLEX * (plan.length() - length)).fill((byte) 0);
        long spectrum = transform(plan.length(), steps, room);
        // The inverse of a transform is one of the conjugates.
        product(spectrum, room, chirp.spectrum(), plan.length(), true);
        long convolved = transform(plan.length(), steps, room);
        conjugate(convolved, length);
        product(convolved, convolved, chirp.roots(), length, false);
        return convolved;
    }

    private static void product(long from, long to, double[] factors, int count, boolean isConjugate) {
        double sign = isConjugate ? -1 : 1;
        for (int k = 0; k < count; k++) {
            double r = ALL.get(F64, from + COMPLEX * k);
            double i = ALL.get(F64, from + COMPLEX * k + 8);
            double c = factors[2 * k];
            double s = factors[2 * k + 1];
            ALL.set(F64, to + COMPLEX * k, r * c - i * s);
            ALL.set(F64, to + COMPLEX * k + 8, sign * (r * s + i * c));
        }
    }

    private static void conjugate(long at, int count) {
        for (int k = 0; k < count; k++) {
            ALL.set(F64, at + COMPLEX * k + 8, -ALL.get(F64, at + COMPLEX * k + 8));
        }
    }
}
