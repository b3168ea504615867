package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.loop.Kernels.I;
import static ricci.loop.Kernels.add;
import static ricci.loop.Kernels.at;
import static ricci.loop.Kernels.load;
import static ricci.loop.Kernels.n;
import static ricci.loop.Kernels.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.loop.Expression.Beyond;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Read;
import ricci.loop.Expression.Reinterpret;
import ricci.loop.Expression.Unary;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Statement.Loop.Kind;
import ricci.loop.Variable.Local;

/** Known answers, which the meaning of kernels must give. */
class LoopInterpreterTest {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private static MemorySegment memory(long bytes) {
        // As badly aligned as can be.
        return Arena.ofAuto().allocate(bytes + 1, 64).asSlice(1);
    }

    private static MemorySegment floats(float... values) {
        MemorySegment memory = memory(4L * values.length);
        MemorySegment.copy(values, 0, memory, FLOAT, 0, values.length);
        return memory;
    }

    private static MemorySegment longs(long... values) {
        MemorySegment memory = memory(8L * values.length);
        MemorySegment.copy(values, 0, memory, LONG, 0, values.length);
        return memory;
    }

    private static MemorySegment value(Expression e, Storage storage) {
        MemorySegment memory = memory(storage.bytes());
        LoopInterpreter.run(LoopChecker.check("a test", Kernels.value(e, storage)), List.of(memory),
                new long[0], 0, 1);
        return memory;
    }

    private static float f32(Expression e) {
        return value(e, Storage.F32).get(FLOAT, 0);
    }

    private static double f64(Expression e) {
        return value(e, Storage.F64).get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 0);
    }

    private static int i32(Expression e) {
        return value(e, Storage.I32).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    }

    private static long i64(Expression e) {
        return value(e, Storage.I64).get(LONG, 0);
    }

    private static Expression of(Binary.Function f, Expression x, Expression y) {
        return new Binary(f, x, y);
    }

    @Test
    void floatsAreRoundedOnceInTheirRegister() {
        assertEquals(16777216f, f32(add(Constant.of(16777216f), Constant.of(1f))));
        assertEquals(16777217.0, f64(add(Constant.of(16777216.0), Constant.of(1.0))));
        float x = 1 + 0x1p-12f;
        assertEquals(0x1p-24f, f32(new Expression.Fma(Constant.of(x), Constant.of(x),
                Constant.of(-1 - 0x1p-11f))));
        assertEquals(0f, f32(add(Kernels.mul(Constant.of(x), Constant.of(x)),
                Constant.of(-1 - 0x1p-11f))));
        assertEquals(1.4142135f, f32(new Unary(Unary.Function.SQRT, Constant.of(2f))));
        assertEquals(-1.5f, f32(of(Binary.Function.REM, Constant.of(-5.5f), Constant.of(2f))));
    }

    @Test
    void minimaPropagateNanAndOrderZeros() {
        assertEquals(-0f, f32(of(Binary.Function.MIN, Constant.of(0f), Constant.of(-0f))));
        assertEquals(0.0, f64(of(Binary.Function.MAX, Constant.of(-0.0), Constant.of(0.0))));
        assertEquals(Float.NaN, f32(of(Binary.Function.MAX, Constant.of(Float.NaN), Constant.of(1f))));
        assertEquals(Double.NaN, f64(of(Binary.Function.MIN, Constant.of(1.0), Constant.of(Double.NaN))));
    }

    @Test
    void integersWrapAround() {
        assertEquals(Integer.MIN_VALUE, i32(add(Constant.of(Integer.MAX_VALUE), Constant.of(1))));
        assertEquals(Long.MIN_VALUE, i64(new Unary(Unary.Function.NEG, Constant.of(Long.MIN_VALUE))));
        assertEquals(Integer.MIN_VALUE, i32(of(Binary.Function.DIV, Constant.of(Integer.MIN_VALUE),
                Constant.of(-1))));
        assertEquals(-1, i32(of(Binary.Function.REM, Constant.of(-7), Constant.of(2))));
        assertThrows(ArithmeticException.class,
                () -> i64(of(Binary.Function.DIV, Constant.of(1L), Constant.of(0L))));
    }

    @Test
    void bitsAreThoseOfTheWidth() {
        assertEquals(2, i32(of(Binary.Function.SHIFT_LEFT, Constant.of(1), Constant.of(33))));
        assertEquals(1L << 33, i64(of(Binary.Function.SHIFT_LEFT, Constant.of(1L), Constant.of(97L))));
        assertEquals(0x7FFFFFFF, i32(of(Binary.Function.SHIFT_RIGHT, Constant.of(-1), Constant.of(1))));
        assertEquals(-1, i32(of(Binary.Function.SHIFT_RIGHT_SIGNED, Constant.of(-1), Constant.of(1))));
        assertEquals(32, i32(new Unary(Unary.Function.POPCNT, Constant.of(-1))));
        assertEquals(31, i32(new Unary(Unary.Function.CLZ, Constant.of(1))));
        assertEquals(63, i64(new Unary(Unary.Function.CLZ, Constant.of(1L))));
        assertEquals(-6, i32(new Unary(Unary.Function.NOT, Constant.of(5))));
        assertEquals(1, value(new Unary(Unary.Function.NOT, Constant.of(false)), Storage.BOOL)
                .get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void conversionsSaturateAndTruncate() {
        assertEquals(Integer.MAX_VALUE, i32(new Convert(Register.I32, Constant.of(3e9f))));
        assertEquals(Long.MIN_VALUE, i64(new Convert(Register.I64, Constant.of(-1e30))));
        assertEquals(0, i32(new Convert(Register.I32, Constant.of(Double.NaN))));
        assertEquals(-1, i32(new Convert(Register.I32, Constant.of(-1.9))));
        assertEquals(1, i32(new Convert(Register.I32, Constant.of(0x1_0000_0001L))));
        assertEquals(16777216f, f32(new Convert(Register.F32, Constant.of(16777217L))));
        assertEquals(1.0, f64(new Convert(Register.F64, Constant.of(true))));
        assertEquals(1, i32(new Convert(Register.I32, new Convert(Register.BOOL, Constant.of(0.5f)))));
        assertEquals(2f, f32(new Beyond(Beyond.Function.SIN, Constant.of(7.9f), 8, Constant.of(2f))));
        assertEquals((float) StrictMath.cos(-8),
                f32(new Beyond(Beyond.Function.COS, Constant.of(-8f), 8, Constant.of(2f))));
        assertEquals(2f, f32(new Beyond(Beyond.Function.TAN, Constant.of(Float.NaN), 8, Constant.of(2f))));
        assertEquals(0xBF800000, i32(new Reinterpret(Register.I32, Constant.of(-1f))));
        assertEquals(-1f, f32(new Reinterpret(Register.F32, Constant.of(0xBF800000))));
    }

    @Test
    void narrowElementsAreWidenedAndCut() {
        MemorySegment bytes = memory(8);
        bytes.set(ValueLayout.JAVA_BYTE, 0, (byte) -2);
        Kernel kernel = new Kernel("widen", 1, 0, new Loop(I, Size.of(1), Kind.SERIAL, List.of(
                store(Storage.U16, 0, element(2), add(load(Storage.U8, 0, element(0)), Constant.of(0x10000))),
                store(Storage.I16, 0, element(3), load(Storage.I8, 0, element(0))),
                store(Storage.I8, 0, element(2), load(Storage.I16, 0, element(3)))), List.of()));
        LoopInterpreter.run(LoopChecker.check("a test", kernel), List.of(bytes), new long[0], 0, 1);
        assertEquals(254, bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, 4));
        assertEquals(-2, bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, 6));
        assertEquals(-2, bytes.get(ValueLayout.JAVA_BYTE, 2));
    }

    private static Place element(long offset) {
        return new Place(new Size.Fixed(offset), List.of());
    }

    @Property(tries = 50)
    void matrixProductIsThatOfPlainLoops(@ForAll long seed, @ForAll @IntRange(max = 5) int m,
            @ForAll @IntRange(max = 5) int k, @ForAll @IntRange(max = 5) int n) {
        Random random = new Random(seed);
        float[] a = new float[m * k];
        float[] b = new float[k * n];
        for (int i = 0; i < a.length; i++) {
            a[i] = random.nextFloat();
        }
        for (int i = 0; i < b.length; i++) {
            b[i] = random.nextFloat();
        }
        float[] expected = new float[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                for (int l = 0; l < k; l++) {
                    expected[i * n + j] = Math.fma(a[i * k + l], b[l * n + j], expected[i * n + j]);
                }
            }
        }
        MemorySegment c = memory(4L * m * n);
        LoopInterpreter.run(Kernels.matrixProduct(), List.of(floats(a), floats(b), c),
                new long[] {m, k, n}, 0, m);
        assertArrayEquals(expected, c.toArray(FLOAT));
    }

    @Test
    void indicesComeFromMemory() {
        MemorySegment rows = memory(24);
        LoopInterpreter.run(Kernels.takeRows(), List.of(floats(1, 2, 3, 4), longs(1, -5, 9), rows),
                new long[] {3, 2, 1}, 0, 3);
        assertArrayEquals(new float[] {3, 4, 1, 2, 3, 4}, rows.toArray(FLOAT));
    }

    @Test
    void foldsInOrderReadWhatWasBeforeTheTurn() {
        MemorySegment best = memory(8);
        MemorySegment where = memory(16);
        LoopInterpreter.run(Kernels.argMax(), List.of(floats(1, 5, 5, 7, 2, 3), best, where),
                new long[] {2, 3}, 0, 2);
        assertArrayEquals(new float[] {5, 7}, best.toArray(FLOAT));
        assertArrayEquals(new long[] {1, 0}, where.toArray(LONG));
    }

    /** Each of two folds reads the other; the body writes what one holds. */
    @Test
    void foldsAreCarriedTogether() {
        Local a = new Local(0, Register.I64);
        Local b = new Local(1, Register.I64);
        Kernel fibonacci = new Kernel("fibonacci", 1, 1, new Loop(I, Size.of(1), Kind.SERIAL, List.of(
                new Loop(Kernels.J, n(0), Kind.SERIAL,
                List.of(store(Storage.I64, 0, at(Kernels.J), new Read(a))),
                List.of(new Fold(a, Constant.of(0L), new Read(b), null),
                new Fold(b, Constant.of(1L), add(new Read(a), new Read(b)), null)))), List.of()));
        MemorySegment numbers = memory(8 * 8);
        LoopInterpreter.run(LoopChecker.check("a test", fibonacci), List.of(numbers), new long[] {8}, 0, 1);
        assertArrayEquals(new long[] {0, 1, 1, 2, 3, 5, 8, 13}, numbers.toArray(LONG));
    }

    @Test
    void aFoldOfNoTurnIsItsFirstValue() {
        MemorySegment best = memory(4);
        LoopInterpreter.run(Kernels.argMax(), List.of(memory(0), best, memory(8)), new long[] {1, 0}, 0, 1);
        assertEquals(Float.NEGATIVE_INFINITY, best.get(FLOAT, 0));
    }

    @Test
    void aRangeOfTurnsLeavesTheOthersAlone() {
        MemorySegment result = floats(9, 9, 9, 9);
        LoopInterpreter.run(Kernels.quadratic(), List.of(floats(1, 2, 3, 4), result), new long[] {4}, 1, 3);
        assertArrayEquals(new float[] {9, 3, 6, 9}, result.toArray(FLOAT));
    }

    @Test
    void refusesWhatIsNoCall() {
        List<MemorySegment> two = List.of(floats(1, 2), memory(4));
        long[] sizes = {2};
        assertThrows(IndexOutOfBoundsException.class,
                () -> LoopInterpreter.run(Kernels.quadratic(), two, sizes, 0, 2));
        assertThrows(IllegalArgumentException.class,
                () -> LoopInterpreter.run(Kernels.quadratic(), two, sizes, 0, 3));
        assertThrows(IllegalArgumentException.class,
                () -> LoopInterpreter.run(Kernels.quadratic(), two.subList(0, 1), sizes, 0, 1));
        assertThrows(IllegalArgumentException.class,
                () -> LoopInterpreter.run(Kernels.quadratic(), two, new long[0], 0, 1));
    }

    @Test
    void readsNothingBeforeItIsDefined() {
        Kernel kernel = Kernels.value(new Read(Kernels.f32(7)), Storage.F32);
        List<MemorySegment> buffers = List.of(memory(4));
        assertThrows(IllegalArgumentException.class,
                () -> LoopInterpreter.run(kernel, buffers, new long[0], 0, 1));
    }
}
