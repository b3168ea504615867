package ricci.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Programs of f64 tensors as functions of plain arrays, and their derivatives by differences. */
final class Numerically {
    private Numerically() {}

    /**
     * Runs a program; integers and bools, which residuals may be, go in and out as doubles, complex numbers
     * as two.
     */
    static List<double[]> run(Program program, List<double[]> inputs) {
        List<Buffer> buffers = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            DType dtype = program.inputs().get(i).type().dtype();
            buffers.add(dtype.isComplex() ? Buffer.ofComplexes(dtype, inputs.get(i))
                    : dtype.isFloat() ? Buffer.ofReals(dtype, inputs.get(i))
                    : Buffer.ofIntegers(dtype, Arrays.stream(inputs.get(i)).mapToLong(x -> (long) x)
                    .toArray()));
        }
        return Eval.run(program, buffers).stream().map(b -> b.dtype().isComplex() ? b.complexes()
                : b.dtype().isFloat() ? b.reals()
                : Arrays.stream(b.integers()).asDoubleStream().toArray()).toList();
    }

    /** Normal numbers, in general position. */
    static List<double[]> draw(Random random, List<TensorType> types) {
        return types.stream().map(type -> random.doubles(type.shape().size(), -1.5, 1.5).toArray()).toList();
    }

    static List<Boolean> all(int count) {
        return Collections.nCopies(count, true);
    }

    static List<double[]> join(List<double[]> first, List<double[]> second) {
        List<double[]> joined = new ArrayList<>(first);
        joined.addAll(second);
        return joined;
    }

    static double dot(List<double[]> a, List<double[]> b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            for (int k = 0; k < a.get(i).length; k++) {
                sum += a.get(i)[k] * b.get(i)[k];
            }
        }
        return sum;
    }

    static double norm(List<double[]> a) {
        return Math.sqrt(dot(a, a));
    }

    static List<double[]> combine(List<double[]> a, double factor, List<double[]> b) {
        List<double[]> sums = new ArrayList<>();
        for (int i = 0; i < a.size(); i++) {
            double[] x = a.get(i);
            double[] y = b.get(i);
            double[] sum = new double[x.length];
            Arrays.setAll(sum, k -> x[k] + factor * y[k]);
            sums.add(sum);
        }
        return sums;
    }

    /** The derivative at {@code x} in the direction {@code v}: a central difference of fourth order. */
    static List<double[]> derivative(Program program, List<double[]> x, List<double[]> v, double step) {
        List<double[]> near = combine(run(program, combine(x, step, v)), -1,
                run(program, combine(x, -step, v)));
        List<double[]> far = combine(run(program, combine(x, 2 * step, v)), -1,
                run(program, combine(x, -2 * step, v)));
        List<double[]> difference = combine(near.stream().map(n -> scaled(n, 8)).toList(), -1, far);
        return difference.stream().map(d -> scaled(d, 1 / (12 * step))).toList();
    }

    /**
     * True if differences of two steps agree and are finite: the point is neither at a kink nor at a pole.
     */
    static boolean isSmoothAt(Program program, List<double[]> x, List<double[]> v) {
        List<double[]> coarse = derivative(program, x, v, 2e-4);
        List<double[]> fine = derivative(program, x, v, 1e-4);
        return Double.isFinite(norm(coarse)) && norm(coarse) < 1e6
                && norm(combine(coarse, -1, fine)) <= 1e-7 * (1 + norm(fine));
    }

    private static double[] scaled(double[] x, double factor) {
        return Arrays.stream(x).map(e -> e * factor).toArray();
    }
}
