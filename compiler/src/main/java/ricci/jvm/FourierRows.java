package ricci.jvm;

import static ricci.jvm.Memory.ALL;

import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Fourier transforms of rows of f32, f64, c64 or c128, whose elements may lie apart. A row is read to a room
 * of its own and transformed there, in double; so it may be written to where it was.
 *
 * <p>Real numbers of even count are transformed as half as many complex ones, of which the spectra of the
 * even and the odd ones are taken apart (Press et al., Numerical Recipes, 12.3).
 */
final class FourierRows {
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;
    private static final long COMPLEX = 16;

    private final int length;
    private final boolean isSingle;
    private final long stride;
    private final long room;
    private final @Nullable FourierSteps steps;

    /**
     * @param length n
     * @param isSingle whether parts are f32
     * @param stride how many elements apart those of a row lie
     * @param room as much as {@link FourierPlan#room} says, and as much as the steps need
     * @param steps those of the {@link FourierPlan#inner} length, if it is transformed so
     */
    private FourierRows(long length, boolean isSingle, long stride, long room, @Nullable FourierSteps steps) {
        this.length = (int) length;
        this.isSingle = isSingle;
        this.stride = stride;
        this.room = room;
        this.steps = steps;
    }

    /** What one of the {@link Library} does; its sizes and buffers are explained there. */
    static void run(Library code, @Nullable FourierSteps steps, long[] buffers, long[] sizes, long from,
            long to) {
        long n = sizes[0];
        long half = n / 2 + 1;
        FourierRows rows = new FourierRows(n, sizes[1] == Float.BYTES, sizes[2], buffers[2], steps);
        for (long row = from; row < to; row++) {
            switch (code) {
                case FOURIER, INVERSE_FOURIER -> rows.complex(buffers[0] + 2 * place(row, sizes, n),
                        buffers[1] + 2 * place(row, sizes, n), code == Library.INVERSE_FOURIER);
                case REAL_FOURIER -> rows.real(buffers[0] + place(row, sizes, n),
                        buffers[1] + 2 * place(row, sizes, half));
                case INVERSE_REAL_FOURIER -> rows.realInverse(buffers[0] + 2 * place(row, sizes, half),
                        buffers[1] + place(row, sizes, n));
                case SORT_I32, SORT_F32, ZEROS_F32, NETWORK, SORT_I64, SORT_F64, SORT_UPPER, LEAST ->
                        throw new IllegalArgumentException(code + " transforms nothing");
            }
        }
    }

    /** Where a row of so many numbers begins, in bytes if each has one part. */
    private static long place(long row, long[] sizes, long length) {
        long stride = sizes[2];
        return sizes[1] * (row / stride * stride * length + row % stride);
    }

    private long transform(int count) {
        return FourierTransform.transform(count, steps, room);
    }

    /** Of complex numbers; the inverse has exp(2πi·jk/n)/n. */
    void complex(long from, long to, boolean isInverse) {
        double sign = isInverse ? -1 : 1;
        for (int j = 0; j < length; j++) {
            put(j, get(from, 2L * j * stride), sign * get(from, 2L * j * stride + 1));
        }
        long y = transform(length);
        double scale = isInverse ? 1.0 / length : 1;
        for (int k = 0; k < length; k++) {
            set(to, 2L * k * stride, scale * ALL.get(F64, y + COMPLEX * k));
            set(to, 2L * k * stride + 1, sign * scale * ALL.get(F64, y + COMPLEX * k + 8));
        }
    }

    /** Of real numbers; the elements 0 to n/2 of the result, which is complex. */
    void real(long from, long to) {
        if (length % 2 == 0) {
            halves(from, to);
            return;
        }
        for (int j = 0; j < length; j++) {
            put(j, get(from, j * stride), 0);
        }
        long y = transform(length);
        for (int k = 0; k <= length / 2; k++) {
            set(to, 2L * k * stride, ALL.get(F64, y + COMPLEX * k));
            set(to, 2L * k * stride + 1, k == 0 ? 0 : ALL.get(F64, y + COMPLEX * k + 8));
        }
    }

    private void halves(long from, long to) {
        int half = length / 2;
        for (int j = 0; j < half; j++) {
            put(j, get(from, 2L * j * stride), get(from, (2L * j + 1) * stride));
        }
        long y = transform(half);
        double[] roots = FourierRoots.of(length);
        double firstr = ALL.get(F64, y);
        double firsti = ALL.get(F64, y + 8);
        set(to, 0, firstr + firsti);
        set(to, 1, 0);
        for (int k = 1; k < half; k++) {
            long near = y + COMPLEX * k;
            long far = y + COMPLEX * (half - k);
            double evenr = (ALL.get(F64, near) + ALL.get(F64, far)) / 2;
            double eveni = (ALL.get(F64, near + 8) - ALL.get(F64, far + 8)) / 2;
            double oddr = (ALL.get(F64, near + 8) + ALL.get(F64, far + 8)) / 2;
            double oddi = (ALL.get(F64, far) - ALL.get(F64, near)) / 2;
            double c = roots[2 * k];
            double s = roots[2 * k + 1];
            set(to, 2L * k * stride, evenr + oddr * c - oddi * s);
            set(to, 2L * k * stride + 1, eveni + oddr * s + oddi * c);
        }
        set(to, 2L * half * stride, firstr - firsti);
        set(to, 2L * half * stride + 1, 0);
    }

    /** The real numbers whose spectrum begins with these; of what is its own conjugate only what is real. */
    void realInverse(long from, long to) {
        if (length % 2 == 0) {
            inverseHalves(from, to);
            return;
        }
        put(0, get(from, 0), 0);
        for (int k = 1; k <= length / 2; k++) {
            double r = get(from, 2L * k * stride);
            double i = get(from, 2L * k * stride + 1);
            // Conjugates, as of each inverse.
            put(k, r, -i);
            put(length - k, r, i);
        }
        long y = transform(length);
        for (int j = 0; j < length; j++) {
            set(to, j * stride, ALL.get(F64, y + COMPLEX * j) / length);
        }
    }

    private void inverseHalves(long from, long to) {
        int half = length / 2;
        double[] roots = FourierRoots.of(length);
        for (int k = 0; k < half; k++) {
            double nearr = get(from, 2L * k * stride);
            double neari = k == 0 ? 0 : get(from, 2L * k * stride + 1);
            double farr = get(from, 2L * (half - k) * stride);
            double fari = k == 0 ? 0 : get(from, 2L * (half - k) * stride + 1);
            double evenr = (nearr + farr) / 2;
            double eveni = (neari - fari) / 2;
            double turnedr = (nearr - farr) / 2;
            double turnedi = (neari + fari) / 2;
            double c = roots[2 * k];
            double s = -roots[2 * k + 1];
            double oddr = turnedr * c - turnedi * s;
            double oddi = turnedr * s + turnedi * c;
            put(k, evenr - oddi, -(eveni + oddr));
        }
        long y = transform(half);
        for (int j = 0; j < half; j++) {
            set(to, 2L * j * stride, ALL.get(F64, y + COMPLEX * j) / half);
            set(to, (2L * j + 1) * stride, -ALL.get(F64, y + COMPLEX * j + 8) / half);
        }
    }

    private void put(int place, double r, double i) {
        ALL.set(F64, room + COMPLEX * place, r);
        ALL.set(F64, room + COMPLEX * place + 8, i);
    }

    private double get(long from, long place) {
        return isSingle ? ALL.get(F32, from + 4 * place) : ALL.get(F64, from + 8 * place);
    }

    private void set(long to, long place, double x) {
        if (isSingle) {
            ALL.set(F32, to + 4 * place, (float) x);
        } else {
            ALL.set(F64, to + 8 * place, x);
        }
    }
}
