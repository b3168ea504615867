package ricci.jvm;

import org.jspecify.annotations.Nullable;

/**
 * Fourier transforms of rows that are real, or of which a convolution is made: what one of the
 * {@link Library} does, but with {@link FourierSteps} for what is complex in it. Sizes and buffers are those
 * of the library, but for the room.
 */
public final class FourierBySteps implements Code {
    private final Library code;
    private final FourierSteps steps;

    private FourierBySteps(Library code, FourierSteps steps) {
        this.code = code;
        this.steps = steps;
    }

    private static int inner(Library code, int length) {
        boolean isHalf = (code == Library.REAL_FOURIER || code == Library.INVERSE_REAL_FOURIER)
                && length % 2 == 0;
        return FourierPlan.inner(isHalf ? length / 2 : length);
    }

    /** The code for rows of some length, if there is any. */
    public static @Nullable FourierBySteps of(Library code, long length, FourierLanes.Kernels kernels) {
        int inner = inner(code, (int) length);
        FourierLanes.Way way = FourierLanes.Way.steps(inner);
        return !way.exists() ? null : new FourierBySteps(code,
                new FourierSteps(way.rows(), way.columns(), Double.BYTES, 1, kernels));
    }

    /** For how many c128 there must be room, for rows of that length. */
    public long room(long length) {
        FourierLanes.Way way = FourierLanes.Way.steps(steps.length());
        return FourierPlan.room((int) length) + (FourierSteps.room(way.rows(), way.columns(), 1) + 1) / 2;
    }

    /** Begins to make the code that runs at full speed; or waits for it. */
    public void prepare(boolean atOnce) {
        steps.prepare(atOnce);
    }

    @Override
    public void run(long[] buffers, long[] sizes, long from, long to) {
        FourierRows.run(code, steps, buffers, sizes, from, to);
    }
}
