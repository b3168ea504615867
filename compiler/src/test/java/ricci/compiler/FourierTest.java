package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.LinearAlgebra.Fft;
import ricci.ir.LinearAlgebra.Fft.Kind;
import ricci.ir.Op.Reshape;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Fourier transforms of all kinds, lengths and axes are those of the interpreter. */
class FourierTest {
    /** Powers, products of small primes, primes that are summed and such that are convolved, and 1. */
    private static final long[] LENGTHS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 17, 21, 25, 30, 32, 43,
        47, 49, 53, 59, 60, 64, 94, 97, 106, 125, 128, 210, 256, 280, 343, 361, 509, 576, 960, 1000, 1009,
        1018, 1024, 2025, 4096};

    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void isTheInterpreters(@ForAll long seed) {
        Random random = new Random(seed);
        Kind kind = List.of(Kind.values()).get(random.nextInt(4));
        int axes = 1 + random.nextInt(3);
        long[] lengths = new Random(seed).longs(axes, 0, axes == 1 ? LENGTHS.length : 18)
                .map(i -> LENGTHS[(int) i]).toArray();
        check(random, kind, random.nextBoolean(), random.nextInt(3), lengths);
    }

    /** As many rows and columns as there are lanes, and more and fewer. */
    @Property(tries = 80, shrinking = ShrinkingMode.OFF)
    void manyAtOnceAreTheInterpreters(@ForAll long seed) {
        Random random = new Random(seed);
        Kind kind = List.of(Kind.values()).get(random.nextInt(4));
        long length = LENGTHS[random.nextInt(30)];
        long columns = 1 + random.nextLong(20);
        long[] lengths = random.nextBoolean() ? new long[] {length} : new long[] {length, columns};
        check(random, kind, random.nextBoolean(), 1 + random.nextInt(30), lengths);
    }

    @Test
    void longRows() {
        for (long length : new long[] {10_000, 1 << 14, 3 * 5 * 7 * 343, 99_999, 50_021}) {
            for (Kind kind : Kind.values()) {
                check(new Random(7), kind, true, 1, length);
                check(new Random(8), kind, false, 2, length);
            }
        }
    }

    @Test
    void everyLength() {
        Random random = new Random(2);
        for (long length : LENGTHS) {
            for (Kind kind : Kind.values()) {
                check(random, kind, false, 1, length);
            }
        }
    }

    @Test
    void rowsAreSharedByThreads() {
        check(new Random(1), Kind.FFT, true, 300, 256);
        check(new Random(1), Kind.RFFT, true, 1, 256, 300);
    }

    @Test
    void explainTellsHowItIsTransformed() {
        Program program = program(new Fft(Kind.RFFT, List.of(30L, 20L)), TensorType.of(DType.F32, 30, 20));
        String text = new CompiledProgram(program, Planner.plan(program)).explain();
        assertTrue(text.contains("real_fourier, 30 turns"), text);
        assertTrue(text.contains("fourier, 11 turns"), text);
    }

    /** What is transformed may be in memory under another shape. */
    @Test
    void operandsMayBeReshaped() {
        for (Kind kind : Kind.values()) {
            DType dtype = kind == Kind.RFFT ? DType.F64 : DType.C128;
            Builder b = new Builder();
            Atom.Var x = b.input(TensorType.of(dtype, 60));
            Atom y = b.apply(new Reshape(Shape.of(3, 5, 4)), x);
            List<Long> lengths = kind == Kind.IRFFT ? List.of(3L, 5L, 7L) : List.of(3L, 5L, 4L);
            check(new Random(3), b.build("fourier", List.of(x), List.of(b.apply(new Fft(kind, lengths), y))),
                    false);
        }
    }

    /** {@code batch} of them, or if that is 0 no axis before. */
    private static void check(Random random, Kind kind, boolean isSingle, int batch, long... lengths) {
        long[] shape = batch == 0 ? lengths.clone() : new long[lengths.length + 1];
        if (batch > 0) {
            shape[0] = batch;
            System.arraycopy(lengths, 0, shape, 1, lengths.length);
        }
        if (kind == Kind.IRFFT) {
            shape[shape.length - 1] = shape[shape.length - 1] / 2 + 1;
        }
        DType real = isSingle ? DType.F32 : DType.F64;
        DType dtype = kind == Kind.RFFT ? real : real.complex();
        TensorType type = TensorType.of(dtype, shape);
        check(random, program(new Fft(kind, Arrays.stream(lengths).boxed().toList()), type), isSingle);
    }

    private static void check(Random random, Program program, boolean isSingle) {
        TensorType type = program.inputTypes().getFirst();
        DType dtype = type.dtype();
        int count = (int) type.shape().size();
        Buffer x = dtype.isComplex()
                ? Buffer.ofComplexes(dtype, random.doubles(2L * count, -1, 1).toArray())
                : Buffer.ofReals(dtype, random.doubles(count, -1, 1).toArray());
        double[] expected = parts(Eval.run(program, List.of(x)).getFirst());
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        double[] actual = parts(compiled.run(List.of(x)).getFirst());
        assertEquals(expected.length, actual.length);
        double norm = Math.sqrt(Arrays.stream(expected).map(v -> v * v).sum() / expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], (isSingle ? 1e-6 : 1e-13) * (norm + Math.abs(expected[i])),
                    "at " + i + " of\n" + program);
        }
    }

    private static double[] parts(Buffer y) {
        return y.dtype().isComplex() ? y.complexes() : y.reals();
    }

    private static Program program(Fft op, TensorType type) {
        Builder b = new Builder();
        Atom.Var x = b.input(type);
        return b.build("fourier", List.of(x), List.of(b.apply(op, x)));
    }
}
