package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.grad;
import static ricci.Ricci.zeros;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.Fn;
import ricci.Linalg;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.LinearAlgebra;
import ricci.ir.LinearAlgebra.Cholesky;
import ricci.ir.LinearAlgebra.Lu;
import ricci.ir.LinearAlgebra.Qr;
import ricci.ir.LinearAlgebra.TriangularSolve;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Factorisations and triangular equations of all sizes are those of the interpreter. */
class FactorsTest {
    private static final double[] SPECIAL = {0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, 1e30};

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void choleskyIsTheInterpreters(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = random.nextBoolean() ? DType.F32 : DType.F64;
        int n = size(random);
        int batch = batch(random, n);
        double[] a = positive(random, n, Math.max(batch, 1));
        if (random.nextInt(4) == 0) {
            // Not positive definite, or not a number.
            int at = random.nextInt(n);
            a[at * n + random.nextInt(at + 1)] = random.nextBoolean() ? -4.0 * n : Double.NaN;
        }
        check(new Cholesky(), dtype, random.nextInt(3) == 0, List.of(matrices(dtype, batch, n, n)), a);
    }

    @Property(tries = 120, shrinking = ShrinkingMode.OFF)
    void triangularSolveIsTheInterpreters(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = random.nextBoolean() ? DType.F32 : DType.F64;
        TriangularSolve op = new TriangularSolve(random.nextBoolean(), random.nextBoolean(),
                random.nextBoolean(), random.nextBoolean());
        int n = size(random);
        int others = random.nextInt(3) == 0 ? 1 + random.nextInt(5) : size(random);
        int batch = batch(random, n);
        double[] a = triangle(random, n, Math.max(batch, 1), op.lower());
        double[] b = random.doubles((long) Math.max(batch, 1) * n * others, -1, 1).toArray();
        if (random.nextInt(5) == 0) {
            b[random.nextInt(b.length)] = SPECIAL[random.nextInt(SPECIAL.length)];
            a[random.nextInt(n) * (n + 1)] = SPECIAL[random.nextInt(SPECIAL.length)];
        }
        check(op, dtype, random.nextInt(3) == 0, List.of(matrices(dtype, batch, n, n), op.leftSide()
                ? matrices(dtype, batch, n, others) : matrices(dtype, batch, others, n)), a, b);
    }

    /** The same rows are exchanged, except where rounding decides: so the differences are large here. */
    @Property(tries = 80, shrinking = ShrinkingMode.OFF)
    void luIsTheInterpreters(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = random.nextBoolean() ? DType.F32 : DType.F64;
        int m = size(random);
        int n = size(random);
        int batch = batch(random, n);
        double[] a = permuted(random, m, n, Math.max(batch, 1));
        if (random.nextInt(3) == 0) {
            int zero = random.nextInt(n);
            for (int i = zero; i < a.length; i += n) {
                a[i] = 0;
            }
        }
        if (random.nextInt(5) == 0) {
            a[random.nextInt(a.length)] = SPECIAL[random.nextInt(SPECIAL.length)];
        }
        check(new Lu(), dtype, random.nextInt(3) == 0, List.of(matrices(dtype, batch, m, n)), a);
    }

    /** Of elements that are as great as one another, the first is the pivot; NaN only if it is there. */
    @Test
    void pivotsOfSmallMatrices() {
        double nan = Double.NaN;
        double[] a = {1, 2, 3, -1, 1, 0, 1, 5, 7, 0, 1, 2, nan, 3, 4, 0, nan, nan, 0, 0, 1, 0, 0, 2, 0, 3, 4,
            nan, 1, 2, 5, 3, 1, 2, 2, 2};
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            check(new Lu(), dtype, false, List.of(TensorType.of(dtype, 4, 3, 3)), a);
            check(new Lu(), dtype, false, List.of(TensorType.of(dtype, 6, 2, 3)), a);
            check(new Lu(), dtype, false, List.of(TensorType.of(dtype, 6, 3, 2)), a);
        }
    }

    /** Zeros in the midst of a large matrix are passed over, and nothing is made of what is infinite. */
    @Test
    void zerosOnTheDiagonal() {
        int n = 100;
        double[] a = permuted(new Random(8), n, n, 1);
        for (int i = 0; i < n; i++) {
            a[i * n + 5] = 0;
            a[i * n + 6] = 0;
            a[i * n + 40] = 0;
        }
        a[7 * n + 80] = Double.POSITIVE_INFINITY;
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            check(new Lu(), dtype, false, List.of(TensorType.of(dtype, n, n)), a);
        }
    }

    @Property(tries = 80, shrinking = ShrinkingMode.OFF)
    void qrIsTheInterpreters(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = random.nextBoolean() ? DType.F32 : DType.F64;
        int m = size(random);
        int n = size(random);
        int batch = batch(random, n);
        double[] a = permuted(random, m, n, Math.max(batch, 1));
        if (random.nextInt(5) == 0) {
            a[0] = SPECIAL[random.nextInt(SPECIAL.length)];
        }
        check(new Qr(random.nextBoolean()), dtype, random.nextInt(3) == 0,
                List.of(matrices(dtype, batch, m, n)), a);
    }

    /** Columns that are where they should be are left alone, however many there are. */
    @Test
    void qrOfTriangles() {
        for (int n : new int[] {2, 5, 70}) {
            double[] a = triangle(new Random(7), n, 1, false);
            for (int i = 0; i < a.length; i++) {
                a[i] = Double.isNaN(a[i]) ? 0 : a[i];
            }
            for (DType dtype : List.of(DType.F32, DType.F64)) {
                check(new Qr(false), dtype, false, List.of(TensorType.of(dtype, n, n)), a);
            }
        }
    }

    /** L·Lᵀ is the matrix, where blocks have blocks inside. */
    @Test
    void choleskyOfALargeMatrix() {
        int n = 311;
        double[] a = positive(new Random(5), n, 1);
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            double[] l = run(program(new Cholesky(), dtype, false, List.of(TensorType.of(dtype, n, n))),
                    buffers(dtype, a)).getFirst().reals();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int k = 0; k < n; k++) {
                        sum += l[i * n + k] * l[j * n + k];
                    }
                    assertEquals(j > i ? a[j * n + i] : a[i * n + j], sum, n * unit(dtype) * 16);
                    assertTrue(j <= i || l[i * n + j] == 0);
                }
            }
        }
    }

    /** Nothing is left to the interpreter, neither in a solution nor in the gradients. */
    @Test
    void gradientsAreCompiled() {
        for (Fn<Tensor, Tensor> f : List.<Fn<Tensor, Tensor>>of(
                x -> Linalg.cholesky(x).square().sum(),
                x -> Linalg.solve(x, x.add(1)).sum(),
                x -> Linalg.det(x.mul(0.1)).sum(),
                x -> Linalg.qr(x).r().square().sum())) {
            Program program = Ricci.program(grad(f), zeros(3, 6, 6));
            CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
            assertTrue(!compiled.explain().contains("interprets"), compiled::explain);
            double[] a = positive(new Random(3), 6, 3);
            for (int i = 0; i < a.length; i++) {
                a[i] = a[i] == 99 ? 0.5 : a[i];
            }
            List<Buffer> x = buffers(DType.F32, a);
            compare(Eval.run(program, x).getFirst(), compiled.run(x).getFirst(), unit(DType.F32), program);
        }
    }

    @Test
    void explainTellsHowItIsSolved() {
        Program program = program(new TriangularSolve(true, true, false, false), DType.F32, false,
                List.of(TensorType.of(DType.F32, 7, 20, 20), TensorType.of(DType.F32, 7, 20, 30)));
        String text = new CompiledProgram(program, Planner.plan(program)).explain();
        assertTrue(text.contains("solve, 7 turns"), text);
    }

    /** Small matrices of a batch have the bits that each has alone, and so on any number of threads. */
    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void smallOnesTogetherAreWhatTheyAreAlone(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = random.nextBoolean() ? DType.F32 : DType.F64;
        int m = 1 + random.nextInt(17);
        int n = 1 + random.nextInt(17);
        int batch = 4 + random.nextInt(90);
        TriangularSolve solve = new TriangularSolve(random.nextBoolean(), random.nextBoolean(),
                random.nextBoolean(), random.nextBoolean());
        TensorType square = matrices(dtype, batch, m, m);
        TensorType other = matrices(dtype, batch, m, n);
        alone(random, new Cholesky(), List.of(square), positive(random, m, batch));
        alone(random, new Lu(), List.of(other), permuted(random, m, n, batch));
        alone(random, new Qr(random.nextBoolean()), List.of(other), permuted(random, m, n, batch));
        alone(random, solve, List.of(square, solve.leftSide() ? other : matrices(dtype, batch, n, m)),
                triangle(random, m, batch, solve.lower()),
                random.doubles((long) batch * m * n, -1, 1).toArray());
    }

    private static void alone(Random random, LinearAlgebra op, List<TensorType> types, double[]... x) {
        for (double[] some : x) {
            for (int rare = random.nextInt(3); rare > 0; rare--) {
                some[random.nextInt(some.length)] = SPECIAL[random.nextInt(SPECIAL.length)];
            }
        }
        DType dtype = types.getFirst().dtype();
        Program program = program(op, dtype, false, types);
        Equation e = program.equations().getLast();
        Routine routine = (Routine) Factors.of(e, e.operands()).getLast();
        List<double[]> together = turns(program, routine, buffers(dtype, x), routine.turns());
        List<double[]> alone = turns(program, routine, buffers(dtype, x), 1);
        for (int i = 0; i < alone.size(); i++) {
            assertArrayEquals(alone.get(i), together.get(i), program::toString);
        }
    }

    /** The results of a routine that takes so many turns at once. */
    private static List<double[]> turns(Program program, Routine routine, List<Buffer> x, long some) {
        Arena arena = Arena.ofAuto();
        List<MemorySegment> memory = routine.memory().stream().map(m -> switch (m) {
            case Launch.Memory.Of(var v) when program.inputs().contains(v) ->
                    x.get(program.inputs().indexOf(v)).segment();
            case Launch.Memory.Of(var v) -> arena.allocate(Nest.bytes(v.type()), 64);
            case Launch.Memory.Scratch(var dtype, var count, _) -> arena.allocate(count * dtype.bytes(), 64);
        }).toList();
        long[] at = memory.stream().mapToLong(MemorySegment::address).toArray();
        long[] sizes = routine.sizes().stream().mapToLong(size -> size).toArray();
        for (long turn = 0; turn < routine.turns(); turn += some) {
            routine.code().run(at, sizes, turn, turn + some);
        }
        List<double[]> results = new ArrayList<>();
        List<TensorType> types = program.resultTypes();
        for (int i = 0; i < types.size(); i++) {
            Buffer result = Buffer.of(types.get(i).dtype(), memory.get(x.size() + i));
            results.add(types.get(i).dtype().isFloat() ? result.reals()
                    : Arrays.stream(result.integers()).mapToDouble(each -> each).toArray());
        }
        return results;
    }

    // ---- matrices ----

    private static int size(Random random) {
        return random.nextInt(3) == 0 ? 1 + random.nextInt(17) : 1 + random.nextInt(130);
    }

    /** 0 for a matrix that is no batch; if they are small, there may be many. */
    private static int batch(Random random, int n) {
        return random.nextInt(n <= 17 ? 150 : 3);
    }

    private static TensorType matrices(DType dtype, int batch, int rows, int columns) {
        return batch == 0 ? TensorType.of(dtype, rows, columns) : TensorType.of(dtype, batch, rows, columns);
    }

    /** Symmetric matrices whose diagonals outweigh the rest. */
    private static double[] positive(Random random, int n, int batch) {
        double[] a = random.doubles((long) batch * n * n, -1, 1).toArray();
        for (int i = 0; i < a.length; i++) {
            int row = i / n % n;
            int column = i % n;
            a[i] = row == column ? n + 1 : row < column ? 99 : a[i];
        }
        return a;
    }

    /** Matrices that have one large element in each row and column, as far as there are such. */
    private static double[] permuted(Random random, int m, int n, int batch) {
        double[] a = random.doubles((long) batch * m * n, -1, 1).toArray();
        for (int b = 0; b < batch; b++) {
            List<Integer> rows = new ArrayList<>(IntStream.range(0, m).boxed().toList());
            Collections.shuffle(rows, random);
            for (int j = 0; j < Math.min(m, n); j++) {
                a[(b * m + rows.get(j)) * n + j] += random.nextBoolean() ? m + n : -m - n;
            }
        }
        return a;
    }

    /** Triangular matrices, whose diagonals outweigh the rest; the other triangle is not to be read. */
    private static double[] triangle(Random random, int n, int batch, boolean isLower) {
        double[] a = random.doubles((long) batch * n * n, -1, 1).toArray();
        for (int i = 0; i < a.length; i++) {
            int row = i / n % n;
            int column = i % n;
            a[i] = row == column ? 1 + a[i] * a[i] : (row > column) == isLower ? a[i] / n : Double.NaN;
        }
        return a;
    }

    /** The operation, of operands as they are or of such that lie in memory transposed. */
    private static Program program(LinearAlgebra op, DType dtype, boolean isTransposed,
            List<TensorType> types) {
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>();
        List<Atom> operands = new ArrayList<>();
        for (TensorType type : types) {
            List<Integer> order = turned(type);
            Atom.Var x = b.input(isTransposed
                    ? new TensorType(dtype, type.shape().select(order)) : type);
            inputs.add(x);
            operands.add(isTransposed ? b.transpose(x, order) : x);
        }
        return b.build("factors", inputs, List.<Atom>copyOf(b.apply(op, operands)));
    }

    /** The axes with the last two exchanged. */
    private static List<Integer> turned(TensorType type) {
        int rank = type.rank();
        return IntStream.range(0, rank).map(axis -> axis < rank - 2 ? axis : 2 * rank - 3 - axis).boxed()
                .toList();
    }

    private static double[] turned(TensorType type, double[] x) {
        int rows = (int) type.shape().length(type.rank() - 2);
        int columns = (int) type.shape().length(type.rank() - 1);
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int each = rows * columns;
            y[i / each * each + i % columns * rows + i % each / columns] = x[i];
        }
        return y;
    }

    private static List<Buffer> buffers(DType dtype, double[]... x) {
        return Arrays.stream(x).map(values -> Buffer.ofReals(dtype, values)).toList();
    }

    private static double unit(DType dtype) {
        return dtype == DType.F32 ? 0x1p-23 : 0x1p-52;
    }

    // ---- comparison ----

    private static List<Buffer> run(Program program, List<Buffer> x) {
        return new CompiledProgram(program, Planner.plan(program)).run(x);
    }

    /** The matrices here amplify no errors. */
    private static void check(LinearAlgebra op, DType dtype, boolean isTransposed, List<TensorType> types,
            double[]... inputs) {
        Program program = program(op, dtype, isTransposed, types);
        List<Buffer> x = IntStream.range(0, inputs.length).mapToObj(i -> Buffer.ofReals(dtype,
                isTransposed ? turned(types.get(i), inputs[i]) : inputs[i])).toList();
        List<Buffer> expected = Eval.run(program, x);
        List<Buffer> actual = run(program, x);
        for (int i = 0; i < expected.size(); i++) {
            compare(expected.get(i), actual.get(i), unit(dtype), program);
        }
    }

    private static void compare(Buffer expected, Buffer actual, double unit, Program program) {
        if (!expected.dtype().isFloat()) {
            assertEquals(-1, expected.segment().mismatch(actual.segment()), program::toString);
            return;
        }
        double[] a = expected.reals();
        double[] b = actual.reals();
        double greatest = Arrays.stream(a).map(Math::abs).filter(Double::isFinite).max().orElse(0);
        for (int i = 0; i < a.length; i++) {
            if (Double.compare(a[i], b[i]) != 0 && !(Double.isNaN(a[i]) && Double.isNaN(b[i]))) {
                assertEquals(a[i], b[i], 64 * unit * (Math.abs(a[i]) + greatest),
                        "at " + i + " of\n" + program);
            }
        }
    }
}
