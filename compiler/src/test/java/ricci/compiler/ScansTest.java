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

/** Cumulative operations along rows so long that they are taken in pieces. */
class ScansTest {
    private static Program sums(DType dtype, int rows, int length, boolean isReverse) {
        return program(Op.Cumulative.Function.SUM, dtype, rows, length, isReverse);
    }

    private static Program program(Op.Cumulative.Function function, DType dtype, int rows, int length,
            boolean isReverse) {
        TensorType type = new TensorType(dtype, rows == 1 ? Shape.of(length) : Shape.of(rows, length));
        Atom.Var x = new Atom.Var(0, type);
        Atom.Var y = new Atom.Var(1, type);
        return new Program(List.of(x), List.of(new Equation(List.of(y), new Op.Cumulative(
                function, type.rank() - 1, isReverse), List.of(x), Source.UNKNOWN)),
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

    /** Extremes, and products of integers, are the same whichever pieces they are taken in. */
    @Property(tries = 120)
    void takesInPieces(@ForAll DType dtype, @ForAll Op.Cumulative.Function function,
            @ForAll @IntRange(min = 1, max = 3) int rows, @ForAll @IntRange(min = 0, max = 9000) int length,
            @ForAll boolean isReverse, @ForAll long seed) {
        boolean isExtremum = function == Op.Cumulative.Function.MAX || function == Op.Cumulative.Function.MIN;
        boolean isProduct = function == Op.Cumulative.Function.PROD;
        if (dtype.isComplex() || !(isExtremum || (isProduct && dtype.isInteger()))) {
            return;
        }
        Random random = new Random(seed);
        int count = rows * length;
        List<Buffer> x = List.of(dtype.isFloat() ? Buffer.ofReals(dtype, special(random, count))
                : Buffer.ofIntegers(dtype, integers(random, dtype, count)));
        Program f = program(function, dtype, rows, length, isReverse);
        Buffer expected = Eval.run(f, x).getFirst();
        Buffer actual = new Compiler().compile(f).run(x).getFirst();
        if (dtype.isFloat()) {
            assertArrayEquals(expected.reals(), actual.reals());
        } else {
            assertArrayEquals(expected.integers(), actual.integers());
        }
        BothTiers.check(f, x);
    }

    private static long[] integers(Random random, DType dtype, int count) {
        // Products of odd numbers do not soon become 0.
        return random.longs(count).map(i -> dtype == DType.BOOL ? i & 1 : i | 1).toArray();
    }

    /** Numbers that grow and fall, among them a few that are not finite, and zeros of both signs. */
    private static double[] special(Random random, int count) {
        double[] special = {0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN};
        double slope = random.nextInt(3) - 1;
        boolean isSpecial = random.nextBoolean();
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = isSpecial && random.nextInt(500) == 0 ? special[random.nextInt(special.length)]
                    : slope * i + 100 * random.nextGaussian();
        }
        return numbers;
    }
}
