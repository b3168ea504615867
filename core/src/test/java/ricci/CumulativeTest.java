package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.tensor;

import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** Cumulative operations, sorting and statistics: as JAX's, at ties, zeros, infinities and NaN too. */
class CumulativeTest {
    record Case(Op.Cumulative.Function function, boolean reverse, int row) {
        Fn<Tensor, Tensor> operation() {
            return x -> Elementwise.one(new Op.Cumulative(function, 0, reverse), x);
        }

        Tensor answer(String what) {
            return JaxAnswers.of("cumulative/" + what + "/" + function.name().toLowerCase(Locale.ROOT) + "/"
                    + reverse + "/" + row, DType.F64);
        }
    }

    static Stream<Case> cases() {
        return Stream.of(Op.Cumulative.Function.values()).flatMap(f -> Stream.of(false, true)
                .flatMap(reverse -> IntStream.range(0, 10).mapToObj(row -> new Case(f, reverse, row))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void followsJax(Case c) {
        Tensor x = JaxAnswers.of("cumulative/x/" + c.row(), DType.F64);
        assertArrayEquals(c.answer("value").toDoubles(), c.operation().apply(x).toDoubles(), 1e-12);
        boolean isFinite = x.abs().lt(Double.POSITIVE_INFINITY).all().item() == 1;
        boolean checked = switch (c.function()) {
            case SUM, MAX, MIN -> true;
            // Of infinite products, which derivatives are NaN depends on the order of multiplication.
            case PROD -> isFinite;
            // JAX's are NaN, or those of exp; ours are tested below.
            case LOGSUMEXP -> isFinite;
        };
        if (checked) {
            checkJacobian(c.answer("jacobian").toDoubles(), c.operation(), x, false);
        }
    }

    /** Where JAX's derivative is NaN, ours may be better. */
    private static void checkJacobian(double[] jax, Fn<Tensor, Tensor> f, Tensor x, boolean better) {
        double[] forward = Jacobians.forward(f, x);
        double[] reverse = Jacobians.reverse(f, x);
        assertEquals(jax.length, forward.length);
        for (int i = 0; i < jax.length; i++) {
            if (!better || !Double.isNaN(jax[i])) {
                assertEquals(jax[i], forward[i], 1e-12, "at " + i);
                assertEquals(jax[i], reverse[i], 1e-12, "at " + i);
            }
        }
    }

    record Reduced(String name, Fn<Tensor, Tensor> operation, boolean better) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Reduced> reductions() {
        return Stream.of(new Reduced("var", x -> x.var(), false), new Reduced("std", x -> x.std(), false),
                new Reduced("logSumExp", x -> Ricci.logSumExp(x), true),
                new Reduced("softmax", x -> Ricci.softmax(x, 0), false),
                new Reduced("logSoftmax", x -> Ricci.logSoftmax(x, 0), false),
                new Reduced("sort", x -> x.sort(0), false));
    }

    @ParameterizedTest
    @MethodSource("reductions")
    void reductionsFollowJax(Reduced r) {
        for (int row = 0; row < 10; row++) {
            Tensor x = JaxAnswers.of("cumulative/x/" + row, DType.F64);
            String name = r.name() + "/" + row;
            assertArrayEquals(JaxAnswers.of("reduction/value/" + name, DType.F64).toDoubles(),
                    r.operation().apply(x).toDoubles(), 1e-12, name);
            checkJacobian(JaxAnswers.of("reduction/jacobian/" + name, DType.F64).toDoubles(),
                    r.operation(), x, r.better());
        }
    }

    @Test
    void argsortFollowsJax() {
        for (int row = 0; row < 10; row++) {
            Tensor x = JaxAnswers.of("cumulative/x/" + row, DType.F64);
            Tensor order = x.argsort(0);
            assertEquals(DType.I32, order.dtype());
            assertArrayEquals(JaxAnswers.of("reduction/value/argsort/" + row, DType.I32).toLongs(),
                    order.toLongs());
        }
    }

    /** In the limit, each of several equal infinities has its part, and nothing else has. */
    @Test
    void infiniteLogSumExpsHaveDerivatives() {
        double inf = Double.POSITIVE_INFINITY;
        Tensor x = tensor(new double[] {-inf, -inf, 1, inf, inf, 2});
        double[] jacobian = Jacobians.reverse(y -> Ricci.cumLogSumExp(y, 0), x);
        assertArrayEquals(new double[] {
            1, 0, 0, 0, 0, 0,
            0.5, 0.5, 0, 0, 0, 0,
            0, 0, 1, 0, 0, 0,
            0, 0, 0, 1, 0, 0,
            0, 0, 0, 0.5, 0.5, 0,
            0, 0, 0, 0.5, 0.5, 0}, jacobian);
        assertArrayEquals(new double[] {0, 0, 0, 0.5, 0.5, 0},
                Jacobians.reverse(y -> Ricci.logSumExp(y), x));
        assertArrayEquals(new double[] {0.5, 0.5},
                Jacobians.reverse(y -> Ricci.logSumExp(y), tensor(new double[] {-inf, -inf})));
    }

    /** Log-sum-exp is smooth also where its arguments are equal, and products where factors are 0. */
    @ParameterizedTest
    @EnumSource(names = {"SUM", "PROD", "LOGSUMEXP"})
    void higherDerivativesAreRightAtTiesAndZeros(Op.Cumulative.Function function) {
        for (double[] row : new double[][] {{1, 1, 1, 1, 1}, {0, 2, 0, 3, 1}, {0, 0, 0, 0, 0, 0}}) {
            for (boolean reverse : new boolean[] {false, true}) {
                Fn<Tensor, Tensor> f = x -> Elementwise.one(new Op.Cumulative(function, 0, reverse), x);
                Jacobians.check(f, tensor(row));
                Tensor weights = Jacobians.draw(new Random(3), row.length);
                Fn<Tensor, Tensor> gradient = Ricci.grad((Tensor x) -> f.apply(x).mul(weights).sum());
                Jacobians.check(gradient, tensor(row));
            }
        }
    }

    @Test
    void eachAxisHasItsOwnLanes() {
        Tensor x = tensor(new float[][] {{1, 5, 3}, {4, 2, 6}});
        assertArrayEquals(new float[] {1, 5, 3, 5, 7, 9}, x.cumsum(0).toFloats());
        assertArrayEquals(new float[] {1, 6, 9, 4, 6, 12}, x.cumsum(-1).toFloats());
        assertArrayEquals(new float[] {1, 5, 15, 4, 8, 48}, x.cumprod(1).toFloats());
        assertArrayEquals(new float[] {1, 5, 5, 4, 4, 6}, x.cummax(1).toFloats());
        assertArrayEquals(new float[] {1, 5, 3, 1, 2, 3}, x.cummin(0).toFloats());
        assertArrayEquals(new float[] {1, 3, 5, 2, 4, 6}, x.sort(1).toFloats());
        assertArrayEquals(new int[] {0, 2, 1, 1, 0, 2}, x.argsort(1).toInts());
        assertArrayEquals(new float[] {3, 5, 1, 6, 2, 4}, x.flip(1).toFloats());
        assertArrayEquals(x.flip(0, 1).toFloats(), x.flip().toFloats());
        assertArrayEquals(new float[] {3, 1, 5, 6, 4, 2}, x.roll(1, 1).toFloats());
        assertArrayEquals(new float[] {5, 3, 1, 2, 6, 4}, x.roll(-4, 1).toFloats());
    }

    @Test
    void typesAreThoseOfReductions() {
        Tensor bytes = tensor(DType.I8, new long[] {100, 100, 2}, 3);
        assertEquals(TensorType.of(DType.I64, 3), bytes.cumsum(0).type());
        assertArrayEquals(new long[] {100, 10_000, 20_000}, bytes.cumprod(0).toLongs());
        assertEquals(DType.I8, bytes.cummax(0).dtype());
        assertEquals(DType.F32, Ricci.cumLogSumExp(bytes, 0).dtype());
        assertArrayEquals(new long[] {0, 1, 2}, tensor(new float[] {0, 3, 1}).gt(0).cumsum(0).toLongs());
        assertEquals(DType.F32, bytes.var().dtype());
        Tensor halves = tensor(new float[] {300, -300}).to(DType.F16);
        assertEquals(DType.F16, halves.std().dtype());
        assertEquals(300, halves.std().item());
        assertEquals(DType.BF16, Ricci.ones(3).to(DType.BF16).cumsum(0).dtype());
    }

    @Test
    void nothingIsAccumulatedAndSortedToNothing() {
        for (Shape shape : new Shape[] {Shape.of(0), Shape.of(0, 3), Shape.of(3, 0)}) {
            Tensor x = Ricci.zeros(shape.toArray()).to(DType.F64);
            for (int axis = 0; axis < shape.rank(); axis++) {
                int along = axis;
                Stream<Fn<Tensor, Tensor>> operations = Stream.of(y -> y.cumsum(along), y -> y.cumprod(along),
                        y -> y.cummax(along), y -> Ricci.cumLogSumExp(y, along), y -> y.sort(along),
                        y -> Ricci.softmax(y, along), y -> Ricci.logSoftmax(y, along), y -> y.flip(along),
                        y -> y.roll(1, along));
                operations.forEach(f -> {
                    assertEquals(x.type(), f.apply(x).type());
                    assertEquals(x.type(), Ricci.grad((Tensor y) -> f.apply(y).sum()).apply(x).type());
                    assertEquals(x.type(), Ricci.jvp(f, x, x).tangent().type());
                });
                assertEquals(shape, x.argsort(along).shape());
                Tensor sums = Ricci.logSumExp(x, along);
                assertTrue(sums.eq(Double.NEGATIVE_INFINITY).all().item() == 1, sums::toString);
                assertEquals(x.type(), Ricci.grad((Tensor y) -> Ricci.logSumExp(y, along).sum()).apply(x)
                        .type());
            }
        }
    }
}
