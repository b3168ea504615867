package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.runtime.Buffer;

/** Two rows at once come to what each of them comes to. */
class FarRowsTest {
    private static final List<DType> TYPES = List.of(DType.F32, DType.F64);
    private static final int FEW = 5;

    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void eachRowIsThatOfFewRows(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = TYPES.get(random.nextInt(TYPES.size()));
        int length = 64 + random.nextInt(random.nextBoolean() ? 449 : 1985);
        int rows = (1 << 20) / dtype.bytes() / length + 1 + random.nextInt(7);
        boolean isSum = random.nextBoolean();
        Program all = reduction(dtype, isSum, rows, length);
        assertTrue(Planner.plan(all).toString().contains("of_two_rows"), all::toString);
        double[] x = random.doubles((long) rows * length, -1.5, 1.5).map(v -> random.nextInt(5000) == 0
                ? List.of(Double.NaN, Double.POSITIVE_INFINITY, -0.0, 0x1p-140).get(random.nextInt(4)) : v)
                .toArray();
        double[] actual = run(all, dtype, x);
        Program few = reduction(dtype, isSum, FEW, length);
        for (int row : new int[] {0, 1, rows / 2 - 2, rows - FEW}) {
            double[] expected = run(few, dtype, Arrays.copyOfRange(x, row * length, (row + FEW) * length));
            for (int i = 0; i < FEW; i++) {
                assertEquals(expected[i], actual[row + i], all::toString);
            }
        }
    }

    private static Program reduction(DType dtype, boolean isSum, long rows, long length) {
        return Ricci.program((Tensor x) -> isSum ? x.sum(1) : x.prod(1), Ricci.zeros(rows, length).to(dtype));
    }

    private static double[] run(Program program, DType dtype, double[] x) {
        return new Compiler().compile(program).run(List.of(Buffer.ofReals(dtype, x))).getFirst().reals();
    }

    /** What is written where it belongs in a whole lies elsewhere than rows' sums do. */
    @Test
    void partsOfAWholeAreThere() {
        Program both = Ricci.program((Tensor x, Tensor y) ->
                Ricci.concatenate(List.of(x.sum(1), y.sum(1)), 0), Ricci.zeros(64, 4096),
                Ricci.zeros(65, 4096));
        double[] x = new Random(1).doubles(129 * 4096, -1, 1).toArray();
        List<Buffer> parts = List.of(Buffer.ofReals(DType.F32, Arrays.copyOf(x, 64 * 4096)),
                Buffer.ofReals(DType.F32, Arrays.copyOfRange(x, 64 * 4096, x.length)));
        double[] whole = new Compiler().compile(both).run(parts).getFirst().reals();
        assertArrayEquals(run(reduction(DType.F32, true, 129, 4096), DType.F32, x), whole);
    }

    /** Of axes that lie one behind the other, and only of the last ones. */
    @Test
    void areThoseOfTheLastAxes() {
        Program program = Ricci.program((Tensor x) -> x.sum(2, 3), Ricci.zeros(40, 103, 8, 16));
        assertTrue(Planner.plan(program).toString().contains("of_two_rows"));
        Program other = Ricci.program((Tensor x) -> x.sum(1, 3), Ricci.zeros(40, 103, 8, 16));
        assertTrue(!Planner.plan(other).toString().contains("of_two_rows"));
    }
}
