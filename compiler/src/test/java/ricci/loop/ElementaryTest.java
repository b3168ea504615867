package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Every function on f32, against the interpreter's double, and at the ends of the range, on f64 too. */
final class ElementaryTest {
    /**
     * Every so many bit patterns; a prime, so that the last bits take all values. -Dricci.step=1 tries all.
     */
    private static final int STEP = Integer.getInteger("ricci.step", 16411);

    /** The greatest error of a function of floats, in ulps: of f32, of f64. */
    record Bound(double single, double wide) {
        private static final Bound EXACT = new Bound(0, 0);
        private static final Bound ROUNDED = new Bound(0.5, 0.5);
        private static final Bound TWO = new Bound(2, 2);

        /** What is not in the table is below 2 ulps. */
        static Bound of(Op.Unary.Function f) {
            return switch (f) {
                case NEG, ABS, SIGN, FLOOR, CEIL, ROUND, TRUNC -> EXACT;
                case SQRT -> ROUNDED;
                case EXP, EXP2, LOG, CBRT -> new Bound(1, 1);
                case ERF -> new Bound(1.1, 1.1);
                case ACOS, ATAN -> new Bound(1.3, 1.3);
                case COSH -> new Bound(1.5, 1.5);
                case LOG1P, RSQRT, SINH, TAN, ASIN, ATANH, LOGISTIC -> new Bound(1.8, 1.8);
                case ERFC, EXPM1, SIN, COS, TANH, ASINH, ACOSH -> TWO;
                case ERF_INV -> new Bound(2.2, 2.2);
                case LGAMMA, DIGAMMA, BESSEL_I0E, BESSEL_I1E, NOT, POPCNT, CLZ -> TWO;
            };
        }
    }

    static Stream<Op.Unary.Function> functions() {
        return Stream.of(Op.Unary.Function.values()).filter(f -> formula(Register.F32, f).isPresent());
    }

    static Optional<Batch> formula(Register register, Op.Unary.Function f) {
        return Elementary.unary(Block.kernel(), f, Expression.Constant.of(register, 1))
                .map(_ -> new Batch(register, 1,
                        (block, x) -> Elementary.unary(block, f, x[0]).orElseThrow()));
    }

    /** The interpreter's answers, in double. */
    static double[] reference(Op op, double[]... x) {
        TensorType type = TensorType.of(DType.F64, x[0].length);
        List<Buffer> operands = Stream.of(x).map(v -> Buffer.ofReals(DType.F64, v)).toList();
        return Eval.apply(op, operands.stream().map(_ -> type).toList(), operands).getFirst().reals();
    }

    /**
     * How far y is from the exact value, in ulps of that. Beyond the range the next power of two stands
     * there.
     */
    static double ulps(float y, double exact) {
        float near = (float) exact;
        if (Float.isNaN(y) || Float.isNaN(near)) {
            return Float.isNaN(y) && Float.isNaN(near) ? 0 : Double.POSITIVE_INFINITY;
        }
        if (y == 0 && exact == 0) {
            return Float.floatToRawIntBits(y) == Float.floatToRawIntBits(near) ? 0 : Double.POSITIVE_INFINITY;
        }
        if (Float.isInfinite(y) && Double.isInfinite(exact)) {
            return y == exact ? 0 : Double.POSITIVE_INFINITY;
        }
        double got = Float.isInfinite(y) ? Math.copySign(0x1p128, y) : y;
        double want = Math.max(-0x1p128, Math.min(exact, 0x1p128));
        return Math.abs(got - want) / Math.ulp(Math.min(Math.abs(near), Float.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void singlesAreWithinTheirBound(Op.Unary.Function f) {
        Batch formula = formula(Register.F32, f).orElseThrow();
        List<Float> arguments = new ArrayList<>();
        for (long bits = 0; bits < 1L << 32; bits += isSlow(f) ? 37L * STEP : STEP) {
            arguments.add(Float.intBitsToFloat((int) bits));
        }
        addEdges(arguments, isSlow(f) ? 4 : 40);
        Random random = new Random(f.name().hashCode());
        for (int i = 0; i < (isSlow(f) ? 10_000 : 30_000); i++) {
            arguments.add((float) random.nextGaussian() * 2);
            arguments.add(random.nextFloat() * 2 - 1);
        }
        arguments.removeIf(x -> isBeyond(f, x));
        float[] x = new float[arguments.size()];
        double[] wide = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = arguments.get(i);
            wide[i] = x[i];
        }
        float[] y = formula.ofFloats(x);
        double[] exact = reference(new Op.Unary(f), wide);
        double worst = 0;
        int at = 0;
        for (int i = 0; i < x.length; i++) {
            double error = ulps(y[i], exact[i]);
            if (error > worst) {
                worst = error;
                at = i;
            }
        }
        System.out.printf("%-9s f32 %.3f ulps at %a, %d operations%n", f, worst, x[at], formula.operations());
        assertTrue(worst <= Bound.of(f).single(),
                f + "(" + x[at] + ") = " + y[at] + ", not " + exact[at] + ": " + worst + " ulps");
    }

    /** The inverse error function of the interpreter takes microseconds. */
    private static boolean isSlow(Op.Unary.Function f) {
        return f == Op.Unary.Function.ERF_INV;
    }

    /** Of great negative numbers acosh is NaN; the interpreter's is the logarithm of 0. */
    private static boolean isBeyond(Op.Unary.Function f, double x) {
        return f == Op.Unary.Function.ACOSH && x < -1e6;
    }

    private static void addEdges(List<Float> arguments, int width) {
        for (float edge : new float[] {0, Float.MIN_NORMAL, 0.25f, 0.5f, 0.6f, 0.70710677f, 0.75f, 1,
            1.4142135f, 2, 4, 9, 17, 87.33655f, 88.72284f, 89.41599f, 103.97f, 126, 128, 149,
            0x1p22f, 0x1p23f, 0x1p24f,
            (float) Math.PI, (float) Math.PI / 2, 1e19f, Float.MAX_VALUE, Float.POSITIVE_INFINITY}) {
            for (int d = -width; d <= width; d++) {
                float near = Float.intBitsToFloat(Float.floatToRawIntBits(edge) + d);
                arguments.add(near);
                arguments.add(-near);
            }
        }
    }

    static double[] special() {
        double[] half = {0, Double.MIN_VALUE, 0x1p-1040, Double.MIN_NORMAL, 1e-300, 0x1p-60, 0.25, 0.5,
            Math.nextDown(1), 1, Math.nextUp(1), 1.5, 2, 2.5, 3, 20, 25, 0x1p26, 700, 709.782712893384, 709.8,
            710.4758600739439, 710.48, 745.13, 745.14, 1023.99, 1024, 1074, 1075, 0x1p46, 0x1p51 + 0.5,
            0x1p52 + 1, 0x1p53, 1e16, 1e300, Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NaN};
        return DoubleStream.concat(Arrays.stream(half), Arrays.stream(half).map(v -> -v)).toArray();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void doublesAreRightAtTheEnds(Op.Unary.Function f) {
        double[] x = Arrays.stream(special()).filter(v -> !isBeyond(f, v)).toArray();
        double[] y = formula(Register.F64, f).orElseThrow().ofDoubles(x);
        double[] want = reference(new Op.Unary(f), x);
        for (int i = 0; i < x.length; i++) {
            assertClose(f + "(" + x[i] + ")", want[i], y[i]);
        }
    }

    /** To 4 ulps, as the interpreter may be off by some itself; what has no ulps must be the same. */
    static void assertClose(String what, double want, double got) {
        boolean plain = want != 0 && Double.isFinite(want);
        if (plain) {
            assertTrue(Math.abs(got - want) <= 4 * Math.ulp(want), what + " is " + got + ", not " + want);
        } else {
            assertEquals(want, got, what);
        }
    }
}
