package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Op.Unary.Function;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.ir.RicciException;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/**
 * Each primitive's own derivative: elementwise ones over their whole domain, the others in random
 * configurations.
 */
class OpDerivativesTest {

    /** A function with an interval inside its domain. */
    record Domain(Function function, double from, double to) {}

    static Stream<Domain> unary() {
        return Stream.of(Function.values()).filter(f -> f.compareTo(Function.NOT) < 0).map(f -> switch (f) {
            case LOG, SQRT, RSQRT, CBRT, LGAMMA, DIGAMMA -> new Domain(f, 0.05, 20);
            case LOG1P -> new Domain(f, -0.9, 20);
            case ACOSH -> new Domain(f, 1.05, 20);
            case ASIN, ACOS, ATANH, ERF_INV -> new Domain(f, -0.95, 0.95);
            case TAN -> new Domain(f, -1.4, 1.4);
            case NEG, ABS, SIGN, FLOOR, CEIL, ROUND, TRUNC, EXP, EXP2, EXPM1, SIN, COS, ATAN, SINH, COSH, TANH,
                 ASINH, LOGISTIC, ERF, ERFC, BESSEL_I0E, BESSEL_I1E, NOT, POPCNT, CLZ ->
                    new Domain(f, -4, 4);
        });
    }

    @ParameterizedTest
    @MethodSource
    void unary(Domain domain) {
        Program f = single(new Op.Unary(domain.function()), TensorType.of(DType.F64, 500));
        double[] x = new Random(1).doubles(500, domain.from(), domain.to()).toArray();
        double[] ones = new double[500];
        java.util.Arrays.fill(ones, 1);
        double[] expected = Numerically.derivative(f, List.of(x), List.of(ones), 1e-5).getFirst();
        Jvp.Result jvp = Jvp.of(f, List.of(true));
        boolean hasTangent = jvp.activeResults().getFirst();
        double[] actual = hasTangent ? Numerically.run(jvp.program(), List.of(x, ones)).getLast()
                : new double[500];
        for (int i = 0; i < x.length; i++) {
            boolean kinkNear = Math.abs(x[i] - Math.rint(x[i] * 2) / 2) < 1e-4;
            if (!kinkNear) {
                assertEquals(expected[i], actual[i], 1e-6 * (1 + Math.abs(expected[i])), "at " + x[i]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("binaryFunctions")
    void binary(Op.Binary.Function function) {
        TensorType type = TensorType.of(DType.F64, 500);
        Program f = single(new Op.Binary(function), type, type);
        Random random = new Random(2);
        double[] x = random.doubles(500, function == Op.Binary.Function.POW ? 0.2 : -4, 4).toArray();
        double[] y = random.doubles(500, 0.3, 4).toArray();
        List<double[]> v = Numerically.draw(random, f.inputTypes());
        double[] expected = Numerically.derivative(f, List.of(x, y), v, 1e-5).getFirst();
        Jvp.Result jvp = Jvp.of(f, List.of(true, true));
        double[] actual = Numerically.run(jvp.program(), Numerically.join(List.of(x, y), v)).getLast();
        for (int i = 0; i < x.length; i++) {
            boolean kinkNear = Math.abs(x[i] - y[i]) < 1e-3
                    || (function == Op.Binary.Function.REM
                    && Math.abs(x[i] / y[i] - Math.rint(x[i] / y[i])) < 1e-3);
            if (!kinkNear) {
                assertEquals(expected[i], actual[i], 1e-6 * (1 + Math.abs(expected[i])), x[i] + " and "
                        + y[i]);
            }
        }
    }

    static Stream<Op.Binary.Function> binaryFunctions() {
        return Stream.of(Op.Binary.Function.ADD, Op.Binary.Function.SUB, Op.Binary.Function.MUL,
                Op.Binary.Function.DIV,
                Op.Binary.Function.REM, Op.Binary.Function.MAX, Op.Binary.Function.MIN,
                Op.Binary.Function.POW,
                Op.Binary.Function.ATAN2);
    }

    /** The functions that have a derivative by their last operand, and those that have one by both. */
    @ParameterizedTest
    @MethodSource
    void gammaFunctions(Op op, List<Boolean> active, double least) {
        int count = 200;
        TensorType type = TensorType.of(DType.F64, count);
        int arity = active.size();
        Program f = single(op, java.util.Collections.nCopies(arity, type).toArray(TensorType[]::new));
        Random random = new Random(3);
        List<double[]> x = new java.util.ArrayList<>();
        for (int i = 0; i < arity; i++) {
            boolean isProbability = arity == 3 && i == 2;
            boolean isOrder = op.equals(new Op.Binary(Op.Binary.Function.POLYGAMMA)) && i == 0;
            x.add(random.doubles(count, isProbability ? 0.02 : least, isProbability ? 0.98 : least + 6)
                    .map(v -> isOrder ? Math.rint(v) : v).toArray());
        }
        List<double[]> v = new java.util.ArrayList<>();
        for (boolean varies : active) {
            v.add(varies ? random.doubles(count, -1, 1).toArray() : new double[count]);
        }
        double[] expected = Numerically.derivative(f, x, v, 1e-5).getFirst();
        Jvp.Result jvp = Jvp.of(f, active);
        List<double[]> tangents = java.util.stream.IntStream.range(0, arity).filter(active::get)
                .mapToObj(v::get).toList();
        double[] actual = Numerically.run(jvp.program(), Numerically.join(x, tangents)).getLast();
        for (int i = 0; i < count; i++) {
            assertEquals(expected[i], actual[i], 2e-6 * (1 + Math.abs(expected[i])), op + " " + i);
        }
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> gammaFunctions() {
        List<Boolean> second = List.of(false, true);
        List<Boolean> both = List.of(true, true);
        return Stream.of(
                arguments(new Op.Binary(Op.Binary.Function.POLYGAMMA), second, 0.6),
                arguments(new Op.Binary(Op.Binary.Function.ZETA), second, 1.2),
                arguments(new Op.Binary(Op.Binary.Function.IGAMMA), both, 0.3),
                arguments(new Op.Binary(Op.Binary.Function.IGAMMAC), both, 0.3),
                arguments(new Op.Binary(Op.Binary.Function.IGAMMA_GRAD_A), second, 0.3),
                arguments(new Op.Binary(Op.Binary.Function.RANDOM_GAMMA_GRAD), second, 0.3),
                arguments(new Op.RegularizedIncompleteBeta(), List.of(false, false, true), 0.3),
                arguments(new Op.IntegerPower(3), List.of(true), -2.0),
                arguments(new Op.IntegerPower(-2), List.of(true), 0.5),
                arguments(new Op.IntegerPower(1), List.of(true), -2.0),
                arguments(new Op.IntegerPower(2), List.of(true), -2.0));
    }

    private static org.junit.jupiter.params.provider.Arguments arguments(
            Op op, List<Boolean> active, double least) {
        return org.junit.jupiter.params.provider.Arguments.of(op, active, least);
    }

    /** As in JAX: these are constants, or refused. */
    @Test
    void someDerivativesDoNotExist() {
        TensorType type = TensorType.of(DType.F64, 2);
        List<Op> byFirst = List.of(new Op.Binary(Op.Binary.Function.ZETA),
                new Op.Binary(Op.Binary.Function.POLYGAMMA));
        for (Op op : byFirst) {
            assertThrows(RicciException.Derivative.class,
                    () -> Jvp.of(single(op, type, type), List.of(true, false)));
        }
        assertThrows(RicciException.Derivative.class, () -> Jvp.of(
                single(new Op.RegularizedIncompleteBeta(), type, type, type), List.of(true, false, false)));
        Jvp.Result power = Jvp.of(single(new Op.IntegerPower(0), type), List.of(true));
        assertEquals(List.of(false), power.activeResults());
        Jvp.Result bits = Jvp.of(single(new Op.IsFinite(), type), List.of(true));
        assertEquals(List.of(false), bits.activeResults());
    }

    /**
     * Every equation of many random programs, on its own: at least 30 configurations of each primitive are
     * checked.
     */
    @Test
    void everyPrimitiveInManyConfigurations() {
        java.util.Map<Class<?>, Integer> checked = new java.util.HashMap<>();
        for (long seed = 0; seed < 1500; seed++) {
            for (Equation e : RandomProgram.smooth(seed, 8).equations()) {
                List<TensorType> types = e.operands().stream().map(Atom::type).toList();
                if (!types.isEmpty() && types.stream().allMatch(t -> t.dtype() == DType.F64)
                        && hasAllDerivatives(e.op())) {
                    check(e.op(), types, seed, checked);
                }
            }
        }
        for (Class<?> op : List.of(Op.Unary.class, Op.Binary.class, Op.Fma.class, Op.IntegerPower.class,
                Op.Convert.class, Op.Reshape.class, Op.Transpose.class, Op.Rearrange.class, Op.Broadcast.class, Op.Reduce.class,
                Op.Cumulative.class, Op.DotGeneral.class, Op.Slice.class, Op.Pad.class,
                Op.Concatenate.class, Op.Reverse.class, Op.Sort.class, Op.Call.class,
                Windows.Convolution.class, Windows.ReduceWindow.class, Windows.TopK.class,
                Windows.Clamp.class)) {
            assertTrue(checked.getOrDefault(op, 0) >= 30, op.getSimpleName() + " " + checked.get(op));
        }
    }

    /** Those that have not, or take but some numbers, have a test of their own: {@link #gammaFunctions}. */
    private static boolean hasAllDerivatives(Op op) {
        return !(op instanceof Op.RegularizedIncompleteBeta) && !(op instanceof Op.Binary(var function)
                && List.of(Op.Binary.Function.POLYGAMMA, Op.Binary.Function.ZETA, Op.Binary.Function.IGAMMA,
                        Op.Binary.Function.IGAMMAC, Op.Binary.Function.IGAMMA_GRAD_A,
                        Op.Binary.Function.RANDOM_GAMMA_GRAD).contains(function));
    }

    private static void check(Op op, List<TensorType> types, long seed, java.util.Map<Class<?>,
            Integer> checked) {
        Program f = single(op, types.toArray(TensorType[]::new));
        Random random = new Random(seed);
        List<double[]> x = Numerically.draw(random, types);
        List<double[]> v = Numerically.draw(random, types);
        Jvp.Result jvp = Jvp.of(f, Numerically.all(types.size()));
        if (!jvp.activeResults().getFirst() || !Numerically.isSmoothAt(f, x, v)) {
            return;
        }
        List<double[]> expected = Numerically.derivative(f, x, v, 1e-4);
        List<double[]> results = Numerically.run(jvp.program(), Numerically.join(x, v));
        assertArrayEquals(expected.getFirst(), results.get(f.results().size()),
                1e-7 * (1 + Numerically.norm(expected)), () -> f.toString());
        checked.merge(op.getClass(), 1, Integer::sum);
    }

    @Test
    void gatherTakesAndScatterAddsBack() {
        Program f = Program.parse("""
                program(x: f64[4,3]) {
                  i: i64[5] = iota{type=i64[5], axis=0}()
                  j: i64[5] = rem(i, 3:i64[5])
                  k: i64[5,1] = reshape{shape=[5,1]}(j)
                  y: f64[5,3] = gather{offset=[1], collapsed=[0], operandBatch=[], indexBatch=[], indexed=[0],
                  \
                window=[1,3], outOfBounds=clip}(x, k)
                  return y
                }
                """);
        double[] ct = new double[15];
        java.util.Arrays.setAll(ct, i -> i);
        Linearize linearized = Linearize.of(f, List.of(true));
        List<double[]> primal = Numerically.run(linearized.primal(), List.of(new double[12]));
        List<double[]> inputs = Numerically.join(primal.subList(1, primal.size()), List.of(ct));
        // Rows 0 and 3 of the cotangent go to row 0, 1 and 4 to row 1, 2 to row 2, none to row 3.
        assertArrayEquals(new double[] {9, 11, 13, 15, 17, 19, 6, 7, 8, 0, 0, 0},
                Numerically.run(Vjp.pullback(linearized), inputs).getFirst());
    }

    @Test
    void tiesShareTheCotangent() {
        Program max = Program.parse("""
                program(x: f64[2,3]) {
                  y: f64[2] = reduce{monoid=max, axes=[1]}(x)
                  s: f64[] = reduce{monoid=sum, axes=[0]}(y)
                  return s
                }
                """);
        Program gradient = Vjp.valueAndGrad(max, List.of(true));
        assertArrayEquals(new double[] {0.5, 0, 0.5, 0, 1, 0},
                Numerically.run(gradient, List.of(new double[] {7, 1, 7, 2, 5, 4})).getLast());
    }

    @Test
    void whatIsScatteredSharesAnExtreme() {
        Program max = Program.parse("""
                program(x: f64[3], u: f64[4]) {
                  i: i64[4] = iota{type=i64[4], axis=0}()
                  j: i64[4] = rem(i, 2:i64[4])
                  k: i64[4,1] = reshape{shape=[4,1]}(j)
                  y: f64[3] = scatter{offset=[], collapsed=[0], operandBatch=[], indexBatch=[], indexed=[0], \
                combiner=max, outOfBounds=fill}(x, k, u)
                  s: f64[] = reduce{monoid=sum, axes=[0]}(y)
                  return s
                }
                """);
        // Places 0 and 1 get u0, u2 and u1, u3: 7 twice and in x, 5 once; place 2 is left as it is.
        List<double[]> results = Numerically.run(Vjp.valueAndGrad(max, List.of(true, true)),
                List.of(new double[] {7, 1, 9}, new double[] {7, 5, 7, 2}));
        assertEquals(21, results.getFirst()[0]);
        assertArrayEquals(new double[] {1 / 3.0, 0, 1}, results.get(1));
        assertArrayEquals(new double[] {1 / 3.0, 1, 1 / 3.0, 0}, results.get(2));
    }

    @Test
    void whatIsScatteredByMultiplicationHasDerivativesAtZeros() {
        Program product = Program.parse("""
                program(x: f64[2], u: f64[3]) {
                  i: i64[3] = iota{type=i64[3], axis=0}()
                  j: i64[3] = div(i, 2:i64[3])
                  k: i64[3,1] = reshape{shape=[3,1]}(j)
                  y: f64[2] = scatter{offset=[], collapsed=[0], operandBatch=[], indexBatch=[], indexed=[0], \
                combiner=mul, outOfBounds=fill}(x, k, u)
                  s: f64[] = reduce{monoid=sum, axes=[0]}(y)
                  return s
                }
                """);
        // x0·u0·u1 + x1·u2, with two factors that are zero.
        List<double[]> at = List.of(new double[] {3, 0}, new double[] {0, 2, 5});
        Program gradient = Vjp.valueAndGrad(product, List.of(true, true));
        List<double[]> results = Numerically.run(gradient, at);
        assertArrayEquals(new double[] {0, 5}, results.get(1));
        assertArrayEquals(new double[] {6, 0, 0}, results.get(2));
        // The derivative of the gradient by u0: x0·u1, u1, and x0.
        Program second = Jvp.of(gradient, List.of(false, true)).program();
        List<double[]> mixed = Numerically.run(
                second, Numerically.join(at, List.of(new double[] {1, 0, 0})));
        assertArrayEquals(new double[] {6}, mixed.get(3));
        assertArrayEquals(new double[] {2, 0}, mixed.get(4));
        assertArrayEquals(new double[] {0, 3, 0}, mixed.get(5));
    }

    @Test
    void aProductWithZerosHasItsDerivative() {
        Program product = single(new Op.Reduce(Monoid.PROD, List.of(0)), TensorType.of(DType.F64, 4));
        Program gradient = Vjp.valueAndGrad(product, List.of(true));
        assertArrayEquals(new double[] {0, 60, 0, 0},
                Numerically.run(gradient, List.of(new double[] {3, 0, 4, 5})).getLast());
        assertArrayEquals(new double[] {0, 0, 0, 0},
                Numerically.run(gradient, List.of(new double[] {0, 0, 4, 5})).getLast());
    }

    @Test
    void powersHaveNoPoleWhereTheyAreConstant() {
        Program square = Program.parse(
                "program(x: f64[]) {\n  y: f64[] = pow(x, 2.0:f64[])\n  return y\n}\n");
        assertEquals(0, Numerically.run(Vjp.valueAndGrad(square, List.of(true)), List.of(new double[] {0}))
                .getLast()[0]);
        Program one = Program.parse("program(x: f64[]) {\n  y: f64[] = pow(x, 0.0:f64[])\n  return y\n}\n");
        assertEquals(0, Numerically.run(Vjp.valueAndGrad(one, List.of(true)), List.of(new double[] {0}))
                .getLast()[0]);
    }

    @Test
    void whatIsNotLinearHasNoTranspose() {
        Program square = Program.parse("program(x: f64[]) {\n  y: f64[] = mul(x, x)\n  return y\n}\n");
        RicciException refused = assertThrows(RicciException.Derivative.class,
                () -> Transpose.of(square, List.of(true)));
        assertTrue(refused.asked().contains("mul"), refused.asked());
    }

    private static Program single(Op op, TensorType... types) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(List.of(types));
        return b.build("test", inputs, b.apply(op, inputs));
    }
}
