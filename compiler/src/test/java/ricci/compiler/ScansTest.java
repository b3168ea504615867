package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Source;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Cumulative sums of rows so long that they are summed in pieces. */
class ScansTest {
    private static Program sums(DType dtype, int rows, int length, boolean isReverse) {
        TensorType type = new TensorType(dtype, rows == 1 ? Shape.of(length) : Shape.of(rows, length));
        Atom.Var x = new Atom.Var(0, type);
        Atom.Var y = new Atom.Var(1, type);
        return new Program(List.of(x), List.of(new Equation(List.of(y), new Op.Cumulative(
                Op.Cumulative.Function.SUM, type.rank() - 1, isReverse), List.of(x), Source.UNKNOWN)),
                List.of(y));
    }

    @Property(tries = 40)
    void sumsInPieces(@ForAll DType dtype, @ForAll @IntRange(min = 1, max = 6) int rows,
            @ForAll @IntRange(min = 0, max = 9000) int length, @ForAll boolean isReverse,
            @ForAll long seed) {
        if (dtype.isComplex() || dtype == DType.BOOL) {
            return;
        }
        Program f = sums(dtype, rows, length, isReverse);
        Random random = new Random(seed);
        List<Buffer> x = List.of(dtype.isFloat()
                ? Buffer.ofReals(dtype, random.doubles((long) rows * length, -1, 1).toArray())
                : Buffer.ofIntegers(dtype, random.longs((long) rows * length).toArray()));
        Buffer expected = Eval.run(f, x).getFirst();
        Buffer actual = new Compiler().compile(f).run(x).getFirst();
        if (!dtype.isFloat()) {
            assertArrayEquals(expected.integers(), actual.integers());
            return;
        }
        double[] a = expected.reals();
        double[] b = actual.reals();
        double sum = Arrays.stream(x.getFirst().reals()).map(Math::abs).sum();
        double unit = dtype == DType.F64 ? 0x1p-52 : dtype == DType.F32 ? 0x1p-23
                : dtype == DType.F16 ? 0x1p-10 : 0x1p-7;
        for (int i = 0; i < a.length; i++) {
            assertEquals(a[i], b[i], length * 0x1p-52 * sum + unit * Math.abs(a[i]));
        }
        BothTiers.check(f, x);
    }

    /** What is not finite stays so, to the end. */
    @Property(tries = 10)
    void theInfiniteStays(@ForAll @IntRange(min = 0, max = 4999) int place, @ForAll boolean isReverse) {
        Program f = sums(DType.F32, 1, 5000, isReverse);
        double[] elements = new double[5000];
        elements[place] = Double.POSITIVE_INFINITY;
        List<Buffer> x = List.of(Buffer.ofReals(DType.F32, elements));
        assertArrayEquals(Eval.run(f, x).getFirst().reals(),
                new Compiler().compile(f).run(x).getFirst().reals());
    }
}
