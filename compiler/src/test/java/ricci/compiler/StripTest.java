package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.jvm.Machine;
import ricci.jvm.Tiers;
import ricci.runtime.Buffer;

/** Reductions of columns. */
class StripTest {
    private static Program several(DType dtype, long rows, long columns) {
        return program((Tensor x) -> List.of(x.sum(0).mul(2), x.mul(x.sum(1).reshape(3, 1, columns))
                .add(x).max(1), x.max(0).add(x.sum(0)), x.square().add(x).sum(1)),
                zeros(dtype, 3, rows, columns));
    }

    /** With a rest of columns and of rows, and what is made of the sums. */
    @Property(tries = 24)
    void areWhatTheInterpreterSays(@ForAll @IntRange(min = 0, max = 70) int rows,
            @ForAll @IntRange(min = 120, max = 300) int columns, @ForAll boolean isWide, @ForAll DType dtype,
            @ForAll long seed) {
        if (dtype.isComplex() || dtype == DType.BOOL) {
            return;
        }
        long width = isWide ? 20L * columns : columns;
        if (rows > 0) {
            Program f = several(dtype, rows, columns);
            AgainstInterpreter.check(f, CompiledProgramTest.samples(f, seed));
        }
        Program g = program((Tensor x) -> x.mul(x).sum(0), zeros(dtype, rows, width));
        AgainstInterpreter.check(g, CompiledProgramTest.samples(g, seed));
    }

    /** What caches hold comes in the order of four sections in turn, whatever the number of threads. */
    @Property(tries = 20)
    void theOrderDependsOnTheRowsOnly(@ForAll @IntRange(min = 16, max = 90) int rows,
            @ForAll @IntRange(min = 128, max = 9000) int columns, @ForAll long seed) {
        Program f = program((Tensor y) -> y.sum(0), zeros(DType.F32, rows, columns));
        List<Buffer> x = List.of(Buffer.ofReals(DType.F32, new Random(seed).doubles((long) rows * columns)
                .toArray()));
        double[] elements = x.getFirst().reals();
        int section = rows / 4;
        int[] order = IntStream.concat(IntStream.range(0, 4 * section)
                .map(i -> i / 4 + i % 4 * section), IntStream.range(4 * section, rows)).toArray();
        double[] sums = new double[columns];
        for (int row : order) {
            for (int column = 0; column < columns; column++) {
                sums[column] = (float) (sums[column] + elements[row * columns + column]);
            }
        }
        assertArrayEquals(sums, new CompiledProgram(f, Planner.plan(f)).run(x).getFirst().reals());
    }

    /** Many short sections that no cache holds are read as one stream. */
    @Test
    void manyRowsThatAreInNoCacheComeInOrder() {
        int rows = 23;
        int columns = 130;
        long each = 4L * rows * columns;
        long count = Machine.here().caches().last() / 2 / each + 1;
        assumeTrue(count * each < 1 << 27, "so large a cache is not tried");
        Program f = program((Tensor y) -> y.sum(1), zeros(DType.F32, count, rows, columns));
        List<Buffer> x = List.of(Buffer.ofReals(DType.F32, new Random(1).doubles(count * rows * columns)
                .toArray()));
        double[] elements = x.getFirst().reals();
        double[] sums = new double[(int) count * columns];
        for (int row = 0; row < count * rows; row++) {
            for (int column = 0; column < columns; column++) {
                int i = row / rows * columns + column;
                sums[i] = (float) (sums[i] + elements[row * columns + column]);
            }
        }
        assertArrayEquals(sums, new CompiledProgram(f, Planner.plan(f)).run(x).getFirst().reals());
    }

    @Property(tries = 12)
    void theBitsAreTheSameWithoutVectors(@ForAll @IntRange(min = 16, max = 40) int rows,
            @ForAll @IntRange(min = 128, max = 300) int columns, @ForAll DType dtype, @ForAll long seed) {
        if (!dtype.isComplex() && dtype != DType.BOOL) {
            Program f = several(dtype, rows, columns);
            BothTiers.checkPlan(f, CompiledProgramTest.samples(f, seed));
        }
    }

    /** What is the same in all rows is computed once, not for every row. */
    @Test
    void columnsOfTheirOwnAreNotComputedForEveryRow() {
        Program f = program((Tensor x, Tensor y) -> x.mul(y.broadcastTo(100, 200).exp()).sum(0),
                zeros(100, 200), zeros(200));
        AgainstInterpreter.check(f, CompiledProgramTest.samples(f, 1));
        for (Launch launch : launches(f)) {
            assertTrue(launch.memory().stream().noneMatch(m -> m instanceof Launch.Memory.Scratch),
                    launch::toString);
        }
    }

    /** The JVM compiles no method of 8000 bytes or more. */
    @Test
    void theCodeIsShortEnough() {
        for (DType dtype : DType.values()) {
            if (dtype.isComplex() || dtype == DType.BOOL) {
                continue;
            }
            for (int operations = 1; operations < 40; operations++) {
                int count = operations;
                Program f = program((Tensor x) -> {
                    Tensor y = x;
                    for (int i = 0; i < count; i++) {
                        y = y.mul(x).add(i);
                    }
                    return List.of(y.sum(0), y.max(0));
                }, zeros(dtype, 100, 300));
                for (Launch launch : launches(f)) {
                    int bytes = Tiers.bytes(launch.kernel());
                    assertTrue(bytes < 8000, () -> bytes + " bytes: " + launch.kernel());
                }
            }
        }
    }

    /** Sizes are arguments, so that equal kernels of other sizes are one. */
    @Test
    void oneKernelIsForAllSizes() {
        assertEquals(1, List.of(zeros(100, 200), zeros(17, 129), zeros(1000, 9001)).stream()
                .flatMap(x -> launches(program((Tensor y) -> y.sum(0), x)).stream())
                .map(Launch::kernel).distinct().count());
    }

    private static List<Launch> launches(Program f) {
        return Planner.plan(f).single().stream().map(action -> ((Plan.Action.Run) action).launch()).toList();
    }
}
