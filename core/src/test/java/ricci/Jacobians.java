package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import ricci.ir.DType;

/** Derivatives of functions of one f64 tensor as users take them: forward, reverse, and by differences. */
final class Jacobians {
    private Jacobians() {}

    /** Row by row: how each element of the result depends on x. */
    static double[] reverse(Fn<Tensor, Tensor> f, Tensor x) {
        var pulled = Ricci.vjp(f, x);
        int results = (int) pulled.value().size();
        int inputs = (int) x.size();
        double[] jacobian = new double[results * inputs];
        for (int i = 0; i < results; i++) {
            double[] row = pulled.pullback().apply(unit(i, pulled.value())).toDoubles();
            System.arraycopy(row, 0, jacobian, i * inputs, inputs);
        }
        return jacobian;
    }

    /** The same, column by column. */
    static double[] forward(Fn<Tensor, Tensor> f, Tensor x) {
        int inputs = (int) x.size();
        double[] jacobian = new double[(int) f.apply(x).size() * inputs];
        for (int j = 0; j < inputs; j++) {
            double[] column = Ricci.jvp(f, x, unit(j, x)).tangent().toDoubles();
            for (int i = 0; i < column.length; i++) {
                jacobian[i * inputs + j] = column[i];
            }
        }
        return jacobian;
    }

    /**
     * At x, where f is smooth: forward mode equals differences, reverse mode equals forward mode, and so do
     * the derivatives of the gradient.
     */
    static void check(Fn<Tensor, Tensor> f, Tensor x) {
        checkOnce(f, x);
        Tensor weights = draw(new Random(7), f.apply(x).shape().toArray());
        checkOnce(Ricci.grad((Tensor y) -> f.apply(y).mul(weights).sum()), x);
    }

    private static void checkOnce(Fn<Tensor, Tensor> f, Tensor x) {
        double[] forward = forward(f, x);
        assertArrayEquals(differences(f, x), forward, 1e-6 * (1 + norm(forward)));
        assertArrayEquals(forward, reverse(f, x), 1e-12 * (1 + norm(forward)));
        Fn<Tensor, Tensor> compiled = Ricci.jit(f);
        assertEquals(f.apply(x).type(), compiled.apply(x).type());
        assertArrayEquals(f.apply(x).toDoubles(), compiled.apply(x).toDoubles());
        assertArrayEquals(forward, forward(compiled, x));
    }

    private static double[] differences(Fn<Tensor, Tensor> f, Tensor x) {
        int inputs = (int) x.size();
        double[] jacobian = new double[(int) f.apply(x).size() * inputs];
        double step = 1e-4;
        for (int j = 0; j < inputs; j++) {
            Tensor v = unit(j, x).mul(step);
            Tensor near = f.apply(x.add(v)).sub(f.apply(x.sub(v)));
            Tensor far = f.apply(x.add(v.mul(2))).sub(f.apply(x.sub(v.mul(2))));
            double[] column = near.mul(8).sub(far).div(12 * step).toDoubles();
            for (int i = 0; i < column.length; i++) {
                jacobian[i * inputs + j] = column[i];
            }
        }
        return jacobian;
    }

    private static double norm(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
    }

    private static Tensor unit(int place, Tensor like) {
        double[] values = new double[(int) like.size()];
        values[place] = 1;
        return Ricci.tensor(DType.F64, values, like.shape().toArray());
    }

    /** Numbers in general position. */
    static Tensor draw(Random random, long... lengths) {
        int size = (int) ricci.ir.Shape.of(lengths).size();
        return Ricci.tensor(DType.F64, random.doubles(size, -1.5, 1.5).toArray(), lengths);
    }
}
