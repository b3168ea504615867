package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.OpText;
import ricci.ir.TensorType;

/** Special functions against values of 60 digits, which src/test/python/special_values.py writes. */
class SpecialValuesTest {
    private static final double INF = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    private record Case(Op op, List<Double> operands, double value) {}

    private static List<Case> cases() throws IOException {
        try (var lines = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
                SpecialValuesTest.class.getResourceAsStream("/ricci/special-values.tsv")),
                StandardCharsets.UTF_8))) {
            return lines.lines().map(line -> List.of(line.split("\t", -1))).map(cells -> new Case(
                    op(cells.get(0)),
                    Stream.of(cells.get(1).split(" ", -1)).map(SpecialValuesTest::real).toList(),
                    real(cells.get(2)))).toList();
        }
    }

    private static Op op(String name) {
        List<Op> all = new ArrayList<>(List.of(new Op.RegularizedIncompleteBeta()));
        Stream.of(Op.Unary.Function.values()).map(Op.Unary::new).forEach(all::add);
        Stream.of(Op.Binary.Function.values()).map(Op.Binary::new).forEach(all::add);
        return all.stream().filter(op -> OpText.name(op).equals(name)).findFirst().orElseThrow();
    }

    /** 1 + 2^-n squared is 1 + 2^(1-n) + 2^-2n, of which the last is lost if the square is rounded first. */
    @Test
    void aFusedProductIsRoundedOnce() {
        Map<DType, Double> least = Map.of(DType.F64, 0x1p-30, DType.F32, 0x1p-13, DType.F16, 0x1p-7, DType.BF16, 0x1p-5);
        least.forEach((dtype, small) -> {
            assertEquals(small * small,
                    apply(new Op.Fma(), dtype, List.of(1 + small, 1 + small, -1 - 2 * small)));
            assertEquals(0, apply(new Op.Binary(Op.Binary.Function.ADD), dtype, List.of(
                    apply(Op.Binary.Function.MUL, dtype, 1 + small, 1 + small), -1 - 2 * small)));
        });
    }

    private static double real(String text) {
        return text.equals("inf") ? INF : text.equals("-inf") ? -INF : Double.parseDouble(text);
    }

    private static double apply(Op op, DType dtype, List<Double> operands) {
        return Eval.apply(op, operands.stream().map(_ -> TensorType.of(dtype)).toList(),
                operands.stream().map(x -> Buffer.ofReals(dtype, new double[] {x})).toList())
                .getFirst().reals()[0];
    }

    private static double apply(Op.Unary.Function f, double x) {
        return apply(new Op.Unary(f), DType.F64, List.of(x));
    }

    private static double apply(Op.Binary.Function f, double x, double y) {
        return apply(f, DType.F64, x, y);
    }

    private static double apply(Op.Binary.Function f, DType dtype, double x, double y) {
        return apply(new Op.Binary(f), dtype, List.of(x, y));
    }

    /** Within 1 ulp of the value rounded to f32. */
    @Test
    void singlePrecisionIsRightToTheLastBit() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Case c : cases()) {
            float expected = (float) c.value();
            double actual = apply(c.op(), DType.F32, c.operands());
            if (actual != expected && !(Math.abs(actual - expected) <= Math.ulp(expected))) {
                wrong.add(c.op() + " of " + c.operands() + ": " + actual + " is not " + expected);
            }
        }
        assertEquals(List.of(), wrong);
    }

    /** Relative to the value; near a zero of the function, to how far rounding of the operand reaches. */
    @Test
    void doublePrecisionHasTwelveDigits() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Case c : cases()) {
            double actual = apply(c.op(), DType.F64, c.operands());
            double tolerance = Math.max(2e-12 * Math.abs(c.value()), Math.abs(c.value()) < 0.1 ? 3e-15 : 0);
            boolean isTiny = Math.abs(c.value()) < 1e-300;
            if (!(Math.abs(actual - c.value()) <= (isTiny ? 1e-300 : tolerance)) && actual != c.value()) {
                wrong.add(c.op() + " of " + c.operands() + ": " + actual + " is not " + c.value());
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void polesAndInfinitiesOfTheGammaFunction() {
        for (double pole : new double[] {0, -0.0, -1, -2, -1e17, INF, -INF}) {
            assertEquals(INF, apply(Op.Unary.Function.LGAMMA, pole));
        }
        for (double pole : new double[] {0, -0.0, -1, -17, -1e17, -INF, NAN}) {
            assertEquals(NAN, apply(Op.Unary.Function.DIGAMMA, pole));
        }
        assertEquals(INF, apply(Op.Unary.Function.DIGAMMA, INF));
        assertEquals(NAN, apply(Op.Unary.Function.LGAMMA, NAN));
        assertEquals(6.89775528e302, apply(Op.Unary.Function.LGAMMA, 1e300), 1e295);
        assertEquals(713.8, apply(Op.Unary.Function.LGAMMA, 1e-310), 0.1);
    }

    @Test
    void boundsOfTheErrorFunctions() {
        assertEquals(0, apply(Op.Unary.Function.ERFC, INF));
        assertEquals(2, apply(Op.Unary.Function.ERFC, -INF));
        assertEquals(0, apply(Op.Unary.Function.ERFC, 1e300));
        assertEquals(1, apply(Op.Unary.Function.ERFC, 1e-310));
        assertEquals(NAN, apply(Op.Unary.Function.ERFC, NAN));
        assertEquals(1, apply(Op.Unary.Function.ERF, INF));
    }

    @Test
    void boundsOfTheHyperbolicFunctions() {
        assertEquals(-0.0, apply(Op.Unary.Function.ASINH, -0.0));
        assertEquals(-INF, apply(Op.Unary.Function.ASINH, -INF));
        assertEquals(1e-310, apply(Op.Unary.Function.ASINH, 1e-310));
        assertEquals(0, apply(Op.Unary.Function.ACOSH, 1));
        assertEquals(NAN, apply(Op.Unary.Function.ACOSH, 0.5));
        assertEquals(INF, apply(Op.Unary.Function.ACOSH, INF));
        assertEquals(-0.0, apply(Op.Unary.Function.ATANH, -0.0));
        assertEquals(INF, apply(Op.Unary.Function.ATANH, 1));
        assertEquals(-INF, apply(Op.Unary.Function.ATANH, -1));
        assertEquals(NAN, apply(Op.Unary.Function.ATANH, 1.5));
    }

    @Test
    void boundsOfBesselFunctions() {
        assertEquals(1, apply(Op.Unary.Function.BESSEL_I0E, 0));
        assertEquals(0, apply(Op.Unary.Function.BESSEL_I0E, -INF));
        assertEquals(-0.0, apply(Op.Unary.Function.BESSEL_I1E, -0.0));
        assertEquals(NAN, apply(Op.Unary.Function.BESSEL_I1E, NAN));
    }

    /** A continued fraction ends where roundings are all that changes. */
    @Test
    @Timeout(60)
    void incompleteFunctionsOfGreatNumbersTakeNoLonger() {
        for (int i = 1; i < 2000; i++) {
            double x = 1e38 / i;
            assertEquals(1, apply(Op.Binary.Function.IGAMMA, 1e-40 * i, x));
            assertEquals(1, apply(Op.Binary.Function.IGAMMA, 0.5, x));
            assertEquals(0, apply(Op.Binary.Function.IGAMMAC, 2, x));
        }
    }

    /** As in JAX, but for infinite shapes, where it has NaN for the limit. */
    @Test
    void boundsOfTheIncompleteGammaFunctions() {
        double[][] xAndP = {{0, 0}, {INF, 1}, {-1, NAN}, {NAN, NAN}};
        for (double[] c : xAndP) {
            assertEquals(c[1], apply(Op.Binary.Function.IGAMMA, 2.5, c[0]));
            assertEquals(1 - c[1], apply(Op.Binary.Function.IGAMMAC, 2.5, c[0]));
        }
        assertEquals(1, apply(Op.Binary.Function.IGAMMA, 0, 1));
        assertEquals(NAN, apply(Op.Binary.Function.IGAMMA, 0, 0));
        assertEquals(NAN, apply(Op.Binary.Function.IGAMMA, -1, 1));
        assertEquals(0, apply(Op.Binary.Function.IGAMMA, INF, 1));
        assertEquals(0, apply(Op.Binary.Function.IGAMMA_GRAD_A, 2, 0));
        assertEquals(NAN, apply(Op.Binary.Function.RANDOM_GAMMA_GRAD, 0, 1));
    }

    /** At the mean the distribution is half a standard deviation's third below its middle. */
    @Test
    void hugeShapesAreFastAndRight() {
        for (double a : new double[] {1e7, 9e7, 1.1e8, 1e12, 1e20}) {
            assertEquals(0.5 + 1 / (3 * Math.sqrt(2 * Math.PI * a)),
                    apply(Op.Binary.Function.IGAMMA, a, a), 1e-11);
            assertEquals(1, apply(Op.Binary.Function.RANDOM_GAMMA_GRAD, a, a), 2e-7);
        }
        assertTrue(apply(Op.Binary.Function.IGAMMA, 1e12, 1e12 + 1e6) > 0.84);
        assertEquals(0, apply(Op.Binary.Function.IGAMMA, 1e12, 1));
    }

    @Test
    void boundsOfZetaAndPolygamma() {
        assertEquals(INF, apply(Op.Binary.Function.ZETA, 1, 3));
        assertEquals(NAN, apply(Op.Binary.Function.ZETA, 0.5, 3));
        assertEquals(INF, apply(Op.Binary.Function.ZETA, 2, -3));
        assertEquals(NAN, apply(Op.Binary.Function.ZETA, 2.5, -0.5));
        assertEquals(INF, apply(Op.Binary.Function.POLYGAMMA, 1, 0));
        assertEquals(NAN, apply(Op.Binary.Function.POLYGAMMA, 1.5, 1));
        assertEquals(NAN, apply(Op.Binary.Function.POLYGAMMA, -1, 1));
        assertEquals(apply(Op.Unary.Function.DIGAMMA, 3.3), apply(Op.Binary.Function.POLYGAMMA, 0, 3.3));
        // The sum over two halves of the line, far from 0: π² / sin² πq.
        double q = -1e6 - 0.25;
        assertEquals(2 * Math.PI * Math.PI, apply(Op.Binary.Function.ZETA, 2, q)
                + apply(Op.Binary.Function.ZETA, 2, 1 - q), 1e-8);
    }

    /** Its terms underflow or overflow at once; a sum of all of them would never end. */
    @Test
    void hugeParametersOfTheZetaFunction() {
        assertEquals(0, GammaFunctions.zeta(1e300, 3e15));
        assertEquals(INF, GammaFunctions.zeta(1e300, 0.5));
    }

    @Test
    void boundsOfTheIncompleteBetaFunction() {
        double[][] cases = {{0, 1, 0.5, 1}, {1, 0, 0.5, 0}, {0, 0, 0.5, NAN}, {1, 1, 0, 0}, {1, 1, 1, 1},
            {1, 1, -1, NAN}, {1, 1, 2, NAN}, {INF, 1, 0.5, 0}, {1, INF, 0.5, 1}, {-1, 1, 0.5, NAN},
            {NAN, 1, 0.5, NAN}, {1, 1, 0.3, 0.3}};
        for (double[] c : cases) {
            assertEquals(c[3], apply(new Op.RegularizedIncompleteBeta(), DType.F64,
                    List.of(c[0], c[1], c[2])), 1e-15);
        }
    }

    @Test
    void neighboursInEachDType() {
        assertEquals(0x1p-24, apply(new Op.Binary(Op.Binary.Function.NEXTAFTER), DType.F16, List.of(0.0, 1.0)));
        assertEquals(1 - 0x1p-8, apply(new Op.Binary(Op.Binary.Function.NEXTAFTER), DType.BF16,
                List.of(1.0, -INF)));
        assertEquals(INF, apply(new Op.Binary(Op.Binary.Function.NEXTAFTER), DType.F32,
                List.of((double) Float.MAX_VALUE, INF)));
        assertEquals(-0.0, apply(Op.Binary.Function.NEXTAFTER, -Double.MIN_VALUE, 1));
    }

    /** f16 and bf16 numbers are those that a reduction to their bits gives. */
    @Test
    void reducedPrecisionIsThatOfTheNarrowTypes() {
        java.util.Random random = new java.util.Random(5);
        for (int i = 0; i < 5000; i++) {
            double x = random.nextGaussian() * Math.pow(2, random.nextInt(30) - 13);
            double half = DType.F16.round(x);
            boolean isNormal = Math.abs(half) >= 0x1p-14;
            assertEquals(isNormal ? half : Math.copySign(0, x),
                    apply(new Op.ReducePrecision(5, 10), DType.F64, List.of(x)));
            assertEquals(DType.BF16.round(x), apply(new Op.ReducePrecision(8, 7), DType.F64, List.of(x)));
            assertEquals(x, apply(new Op.ReducePrecision(11, 52), DType.F64, List.of(x)));
        }
        assertEquals(INF, apply(new Op.ReducePrecision(5, 10), DType.F64, List.of(65520.0)));
        assertEquals(NAN, apply(new Op.ReducePrecision(5, 10), DType.F64, List.of(NAN)));
    }

    @Test
    void theTotalOrderTellsZerosAndNaNsApart() {
        double negativeNan = Double.longBitsToDouble(0xfff8000000000000L);
        double[] ascending = {negativeNan, -INF, -1, -Double.MIN_VALUE, -0.0, 0, 1, INF, NAN};
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            for (int i = 0; i < ascending.length; i++) {
                for (int j = 0; j < ascending.length; j++) {
                    if (dtype == DType.F32 && (i == 3 || j == 3)) {
                        continue;
                    }
                    assertEquals(i < j, holds(Op.Compare.Relation.TOTAL_LT, dtype, ascending[i], ascending[j]));
                    assertEquals(i <= j, holds(Op.Compare.Relation.TOTAL_LE, dtype, ascending[i], ascending[j]));
                    assertEquals(i == j, holds(Op.Compare.Relation.TOTAL_EQ, dtype, ascending[i], ascending[j]));
                }
            }
        }
    }

    private static boolean holds(Op.Compare.Relation relation, DType dtype, double x, double y) {
        return Eval.apply(new Op.Compare(relation), List.of(TensorType.of(dtype), TensorType.of(dtype)),
                List.of(Buffer.ofReals(dtype, new double[] {x}), Buffer.ofReals(dtype, new double[] {y})))
                .getFirst().integers()[0] != 0;
    }

    @Test
    void bitsAreCounted() {
        long[][] cases = {{0, 0, 8}, {1, 1, 7}, {-1, 8, 0}, {127, 7, 1}, {-128, 1, 0}};
        for (long[] c : cases) {
            assertEquals(c[1], count(Op.Unary.Function.POPCNT, DType.I8, c[0]));
            assertEquals(c[2], count(Op.Unary.Function.CLZ, DType.I8, c[0]));
        }
        assertEquals(64, count(Op.Unary.Function.POPCNT, DType.U64, -1));
        assertEquals(31, count(Op.Unary.Function.CLZ, DType.U32, 1));
        assertEquals(1, count(Op.Unary.Function.SIGN, DType.U64, -1));
        assertEquals(-5, count(Op.Unary.Function.ABS, DType.U64, -5));
    }

    private static long count(Op.Unary.Function f, DType dtype, long x) {
        return Eval.apply(new Op.Unary(f), List.of(TensorType.of(dtype)),
                List.of(Buffer.ofIntegers(dtype, new long[] {x}))).getFirst().integers()[0];
    }
}
