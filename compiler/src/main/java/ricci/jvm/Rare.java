package ricci.jvm;

import ricci.loop.Expression.Beyond;

/** What vectors leave to code that takes one element at a time. */
final class Rare {
    private Rare() {}

    /** Where the size of x is {@code bound} or more, y becomes f(x). */
    static void replace(Beyond.Function f, float[] x, double bound, float[] y) {
        for (int i = 0; i < x.length; i++) {
            if (Math.abs(x[i]) >= bound) {
                y[i] = (float) f.of(x[i]);
            }
        }
    }

    /** Where the size of x is {@code bound} or more, y becomes f(x). */
    static void replace(Beyond.Function f, double[] x, double bound, double[] y) {
        for (int i = 0; i < x.length; i++) {
            if (Math.abs(x[i]) >= bound) {
                y[i] = f.of(x[i]);
            }
        }
    }
}
