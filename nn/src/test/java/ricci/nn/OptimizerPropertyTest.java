package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import ricci.Ricci;
import ricci.ir.DType;

/** Optimisers against loops over doubles, written from the papers. */
class OptimizerPropertyTest {
    private static double[] normals(Random random, int count) {
        return random.doubles(count, -3, 3).toArray();
    }

    @Property(tries = 60)
    void adamIsKingmaAndBas(@ForAll @DoubleRange(min = 0.01, max = 1) double rate,
            @ForAll @DoubleRange(min = 0, max = 0.99) double beta1,
            @ForAll @DoubleRange(min = 0, max = 0.99) double beta2,
            @ForAll @IntRange(min = 1, max = 20) int steps, @ForAll long seed) {
        Random random = new Random(seed);
        double[] p = normals(random, 5);
        double[] m = new double[5];
        double[] v = new double[5];
        Adam adam = new Adam(rate, beta1, beta2, 1e-6);
        var state = adam.init(Ricci.tensor(p));
        for (int t = 1; t <= steps; t++) {
            double[] g = normals(random, 5);
            for (int i = 0; i < p.length; i++) {
                m[i] = beta1 * m[i] + (1 - beta1) * g[i];
                v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
                double mean = m[i] / (1 - Math.pow(beta1, t));
                double square = v[i] / (1 - Math.pow(beta2, t));
                p[i] -= rate * mean / (Math.sqrt(square) + 1e-6);
            }
            state = adam.step(state, Ricci.tensor(g));
        }
        assertArrayEquals(p, state.params().toDoubles(), 1e-11);
    }

    @Property(tries = 60)
    void sgdIsPolyaks(@ForAll @DoubleRange(min = 0.01, max = 1) double rate,
            @ForAll @DoubleRange(min = 0, max = 0.99) double momentum,
            @ForAll @IntRange(min = 1, max = 20) int steps, @ForAll long seed) {
        Random random = new Random(seed);
        double[] p = normals(random, 5);
        double[] velocity = new double[5];
        Sgd sgd = new Sgd(rate, momentum);
        var state = sgd.init(Ricci.tensor(p));
        for (int t = 0; t < steps; t++) {
            double[] g = normals(random, 5);
            for (int i = 0; i < p.length; i++) {
                velocity[i] = momentum * velocity[i] + g[i];
                p[i] -= rate * velocity[i];
            }
            state = sgd.step(state, Ricci.tensor(g));
        }
        assertArrayEquals(p, state.params().toDoubles(), 1e-10);
    }

    @Property(tries = 40)
    void adamsFirstStepHasTheLengthOfTheRate(@ForAll @DoubleRange(min = 0.01, max = 1000) double size,
            @ForAll boolean up) {
        double gradient = up ? size : -size;
        var state = new Adam(0.25, 0.9, 0.999, 0).init(Ricci.tensor(1.0));
        double moved = new Adam(0.25, 0.9, 0.999, 0).step(state, Ricci.tensor(gradient)).params().item();
        assertEquals(up ? 0.75 : 1.25, moved, 1e-12);
    }

    @Property(tries = 20)
    void dtypesStayAsTheyAre(@ForAll long seed) {
        double[] values = normals(new Random(seed), 3);
        for (DType dtype : new DType[] {DType.F16, DType.BF16, DType.F32, DType.F64}) {
            for (Optimizer optimizer : new Optimizer[] {new Adam(0.1, 0.9, 0.99, 1e-3), new Sgd(0.1, 0.9)}) {
                var p = Ricci.tensor(dtype, values, 3);
                var state = optimizer.step(optimizer.init(p), p);
                assertEquals(p.type(), state.params().type());
                state.moments().forEach(moment -> assertEquals(p.type(), moment.type()));
                assertEquals(3, Arrays.stream(state.params().toDoubles()).filter(Double::isFinite).count());
            }
        }
    }
}
