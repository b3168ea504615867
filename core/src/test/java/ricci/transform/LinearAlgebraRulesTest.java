package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.transform.Numerically.derivative;
import static ricci.transform.Numerically.dot;
import static ricci.transform.Numerically.draw;
import static ricci.transform.Numerically.norm;
import static ricci.transform.RandomDerivativesTest.assertClose;
import static ricci.transform.RandomDerivativesTest.cotangents;
import static ricci.transform.RandomDerivativesTest.gradient;
import static ricci.transform.RandomDerivativesTest.tangents;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.LinearAlgebra;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

/** The derivatives of the primitives on matrices, on matrices that determine every result. */
class LinearAlgebraRulesTest {
    record Case(LinearAlgebra op, List<TensorType> types) {
        static Case of(LinearAlgebra op, long... lengths) {
            return new Case(op, List.of(TensorType.of(DType.F64, lengths)));
        }
    }

    static Stream<Case> cases() {
        List<Case> all = new ArrayList<>();
        for (long n = 0; n <= 4; n++) {
            all.add(Case.of(new LinearAlgebra.Cholesky(), n, n));
            all.add(Case.of(new LinearAlgebra.Eigh(), n, n));
            all.add(Case.of(new LinearAlgebra.Qr(true), n, n));
            all.add(Case.of(new LinearAlgebra.Svd(LinearAlgebra.Svd.Vectors.FULL), n, n));
        }
        all.add(Case.of(new LinearAlgebra.Cholesky(), 2, 1, 3, 3));
        all.add(Case.of(new LinearAlgebra.Eigh(), 2, 3, 3));
        for (long[] shape : new long[][] {{3, 3}, {5, 3}, {3, 5}, {1, 4}, {4, 1}, {0, 3}, {3, 0},
                {2, 4, 2}, {2, 2, 4}}) {
            all.add(Case.of(new LinearAlgebra.Lu(), shape));
            all.add(Case.of(new LinearAlgebra.Qr(false), shape));
            all.add(Case.of(new LinearAlgebra.Svd(LinearAlgebra.Svd.Vectors.THIN), shape));
            all.add(Case.of(new LinearAlgebra.Svd(LinearAlgebra.Svd.Vectors.NONE), shape));
        }
        all.add(Case.of(new LinearAlgebra.Qr(true), 2, 4));
        for (int bits = 0; bits < 16; bits++) {
            boolean left = (bits & 1) == 1;
            LinearAlgebra solve = new LinearAlgebra.TriangularSolve(
                    left, (bits & 2) == 2, (bits & 4) == 4, (bits & 8) == 8);
            all.add(new Case(solve, List.of(TensorType.of(DType.F64, 2, 3, 3),
                    left ? TensorType.of(DType.F64, 2, 3, 2) : TensorType.of(DType.F64, 2, 2, 3))));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tangentsEqualDifferencesAndCotangentsTheirTranspose(Case c) {
        Random random = new Random(c.hashCode());
        Program f = conditioned(c);
        List<double[]> x = draw(random, f.inputTypes());
        List<double[]> v = draw(random, f.inputTypes());
        List<double[]> jv = tangents(f, x, v);
        assertClose(derivative(f, x, v, 1e-4), jv, 1e-8);
        List<double[]> ct = draw(random, f.resultTypes());
        List<double[]> vj = cotangents(f, x, ct);
        Jvp.Result jvp = Jvp.of(f, Numerically.all(x.size()));
        List<double[]> active = new ArrayList<>();
        List<double[]> activeTangents = new ArrayList<>();
        for (int i = 0; i < ct.size(); i++) {
            if (jvp.activeResults().get(i)) {
                active.add(ct.get(i));
                activeTangents.add(jv.get(i));
            }
        }
        assertEquals(dot(active, activeTangents), dot(vj, v), 1e-10 * (1 + norm(ct) * norm(jv)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsHaveGradients(Case c) {
        Random random = new Random(~c.hashCode());
        Program f = conditioned(c);
        Jvp.Result jvp = Jvp.of(f, Numerically.all(c.types().size()));
        List<Atom> results = new ArrayList<>();
        for (int i = 0; i < f.results().size(); i++) {
            if (jvp.activeResults().get(i)) {
                results.add(f.results().get(i));
            }
        }
        Program gradient = gradient(new Program(f.inputs(), f.equations(), results), 3);
        List<double[]> x = draw(random, f.inputTypes());
        List<double[]> v = draw(random, f.inputTypes());
        List<double[]> w = draw(random, gradient.resultTypes());
        List<double[]> hv = tangents(gradient, x, v);
        assertClose(derivative(gradient, x, v, 1e-4), hv, 1e-7);
        assertEquals(dot(w, hv), dot(cotangents(gradient, x, w), v), 1e-9 * (1 + norm(w) * norm(hv)));
    }

    /** The op, of matrices that are near a diagonal of 1, 3, 5, …, so that nothing is singular or equal. */
    private static Program conditioned(Case c) {
        Builder b = new Builder();
        Matrices m = new Matrices(b);
        List<Atom.Var> inputs = b.inputs(c.types());
        List<Atom> operands = new ArrayList<>(inputs);
        TensorType type = c.types().getFirst();
        Atom odd = b.add(b.mul(b.apply(new Op.Iota(type, type.rank() - 1)), 2), b.fill(type, 1));
        operands.set(0, b.add(b.mul(inputs.getFirst(), 0.15), m.keep(Op.Compare.Relation.EQ, odd)));
        return b.build("test", inputs, b.apply(c.op(), operands));
    }

    @Test
    void whatIsNotDeterminedHasNoDerivative() {
        for (LinearAlgebra op : List.of(new LinearAlgebra.Qr(true),
                new LinearAlgebra.Svd(LinearAlgebra.Svd.Vectors.FULL))) {
            Program f = conditioned(Case.of(op, 4, 2));
            RicciException refused = assertThrows(RicciException.Derivative.class,
                    () -> Jvp.of(f, List.of(true)));
            assertTrue(refused.rule().contains("beyond the first 2"), refused.rule());
        }
    }

    @Test
    void equalEigenvaluesHaveDerivativesThoughTheirVectorsHaveNone() {
        Program f = Program.parse("""
                program(a: f64[2,2]) {
                  w: f64[2], v: f64[2,2] = eigh(a)
                  s: f64[] = reduce{monoid=sum, axes=[0]}(w)
                  return s
                }
                """);
        List<double[]> results = Numerically.run(Vjp.valueAndGrad(f, List.of(true)),
                List.of(new double[] {2, 0, 0, 2}));
        assertEquals(4, results.getFirst()[0]);
        org.junit.jupiter.api.Assertions.assertArrayEquals(new double[] {1, 0, 0, 1}, results.get(1));
    }
}
