package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.LinearAlgebra.Fft;
import ricci.ir.LinearAlgebra.Fft.Kind;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.jvm.Code;
import ricci.jvm.FourierLanes;
import ricci.jvm.Memory;
import ricci.jvm.Tiers;
import ricci.loop.Kernel;
import ricci.loop.Storage;
import ricci.runtime.Buffer;

/** Fourier transforms side by side give the same bits however they are shared out, and keep to themselves. */
class FourierLanesTest {
    private static final int SIZES = FourierLanes.SIZES;
    private static final long[] LENGTHS = {2, 3, 8, 12, 35, 64, 75, 98, 128, 240, 256, 343, 1000, 1024, 1009};

    /** No row depends on which others are transformed with it, or on how many threads share them. */
    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void turnsMayBeCutAnywhere(@ForAll long seed) {
        Random random = new Random(seed);
        Kind kind = List.of(Kind.values()).get(random.nextInt(4));
        long length = LENGTHS[random.nextInt(LENGTHS.length)];
        DType real = random.nextBoolean() ? DType.F32 : DType.F64;
        TensorType type = TensorType.of(kind == Kind.RFFT ? real : real.complex(), 1 + random.nextInt(40),
                kind == Kind.IRFFT ? length / 2 + 1 : length);
        double[] x = random.doubles(2 * type.shape().size(), -1, 1).toArray();
        Routine routine = routine(new Fft(kind, List.of(length)), type);
        double[] whole = run(routine, buffer(type.dtype(), x), 0);
        assertArrayEquals(whole, run(routine, buffer(type.dtype(), x), 1 + random.nextInt(12)));
    }

    /** Lanes are columns here. */
    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void columnsMayBeCutAnywhere(@ForAll long seed) {
        Random random = new Random(seed);
        long length = LENGTHS[random.nextInt(LENGTHS.length - 1)];
        TensorType type = TensorType.of(random.nextBoolean() ? DType.C64 : DType.C128, 1 + random.nextInt(3),
                length, 2 + random.nextInt(30));
        Fft op = new Fft(Kind.FFT, List.of(length, type.shape().length(2)));
        double[] x = random.doubles(2 * type.shape().size(), -1, 1).toArray();
        Routine routine = routines(op, type).get(1);
        double[] whole = run(routine, buffer(type.dtype(), x), 0);
        assertArrayEquals(whole, run(routine, buffer(type.dtype(), x), 1 + random.nextInt(12)));
    }

    @Test
    void whatIsNoNumberStaysInItsRow() {
        for (long length : new long[] {64, 1000, 4096}) {
            TensorType type = TensorType.of(DType.C64, 21, length);
            double[] x = new Random(4).doubles(2 * type.shape().size(), -1, 1).toArray();
            Routine routine = routine(new Fft(Kind.FFT, List.of(length)), type);
            double[] expected = run(routine, buffer(DType.C64, x), 0);
            int begin = (int) (2 * 11 * length);
            x[begin + 5] = Double.NaN;
            x[begin + 8] = Double.POSITIVE_INFINITY;
            double[] actual = run(routine, buffer(DType.C64, x), 0);
            for (int i = 0; i < actual.length; i++) {
                if (i < begin || i >= begin + 2 * length) {
                    assertEquals(expected[i], actual[i], "at " + i);
                }
            }
        }
    }

    /** What is in between is larger than what comes out of an inverse. */
    @Test
    void largeNumbersOverflowNowhereInBetween() {
        TensorType type = TensorType.of(DType.C64, 1, 1 << 14);
        double[] x = new double[2 << 14];
        Arrays.fill(x, 1e38);
        double[] y = run(routine(new Fft(Kind.IFFT, List.of(1L << 14)), type), buffer(DType.C64, x), 0);
        assertEquals((float) 1e38, y[0], 1e32);
        assertTrue(Arrays.stream(y).allMatch(Double::isFinite));
    }

    /** The JVM compiles all loops, and they give the same bits with and without vectors. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 7, 8})
    void passesAreTheSameWithAndWithoutVectors(int factor) {
        for (FourierLanes.Roots roots : FourierLanes.Roots.values()) {
            for (Storage storage : new Storage[] {null, Storage.F32, Storage.F64}) {
                check(FourierKernels.pass(factor, storage, roots), sizes(factor));
            }
        }
    }

    @Test
    void movesAreTheSameWithAndWithoutVectors() {
        for (Storage storage : List.of(Storage.F32, Storage.F64)) {
            long[] sizes = {2, 2, 512, 256, 512, 256, 3, 0, FourierLanes.LANES,
                Double.doubleToRawLongBits(0.5), 16, 5, 6, 80, 0};
            check(FourierKernels.write(storage), sizes);
            check(FourierKernels.scatter(storage), sizes);
            check(FourierKernels.gather(storage), sizes);
        }
    }

    /** Two rows of two blocks, of three turns. */
    private static long[] sizes(int factor) {
        long place = 2L * FourierLanes.LANES;
        long block = 6L * factor * place;
        return new long[] {2, 2, 2 * block, block, 2 * block, block, 3, 2, 6 * place, 2 * place, 2 * place,
            2L * factor * place, 1, 6, 6L * factor};
    }

    private static void check(Kernel kernel, long[] sizes) {
        assertEquals(SIZES, kernel.sizes());
        assertTrue(Tiers.bytes(kernel) < 8000, kernel.name() + " is not compiled");
        List<Code> tiers = Tiers.of(kernel);
        int numbers = 1 << 14;
        double[][] results = new double[2][];
        for (int tier = 0; tier < 2; tier++) {
            try (Arena arena = Arena.ofConfined()) {
                Random random = new Random(5);
                long[] buffers = new long[kernel.buffers()];
                MemorySegment all = arena.allocate(8L * numbers * buffers.length, 64);
                for (int i = 0; i < numbers * buffers.length; i++) {
                    // As two f32, too, this is a number.
                    all.setAtIndex(ValueLayout.JAVA_FLOAT, 2L * i, random.nextFloat());
                    all.setAtIndex(ValueLayout.JAVA_FLOAT, 2L * i + 1, random.nextFloat());
                }
                for (int i = 0; i < buffers.length; i++) {
                    buffers[i] = all.address() + 8L * (i * numbers + 64);
                }
                tiers.get(tier).run(buffers, sizes, 0, sizes[0]);
                results[tier] = all.toArray(ValueLayout.JAVA_DOUBLE);
            }
        }
        assertArrayEquals(results[0], results[1], kernel.toString());
    }

    // ---- calls ----

    private static Routine routine(Fft op, TensorType type) {
        return routines(op, type).getFirst();
    }

    private static List<Routine> routines(Fft op, TensorType type) {
        Builder b = new Builder();
        Atom.Var x = b.input(type);
        Program program = b.build("fourier", List.of(x), List.of(b.apply(op, x)));
        Equation e = program.equations().getFirst();
        return Fourier.of(e, e.operands());
    }

    /** Runs so many turns at once, the last first; all if it is 0. */
    private static double[] run(Routine routine, Buffer x, long atOnce) {
        try (Arena arena = Arena.ofConfined()) {
            long[] buffers = new long[routine.memory().size()];
            for (int i = 0; i < buffers.length; i++) {
                // Where a tensor is transformed in place, it is both.
                int same = routine.memory().indexOf(routine.memory().get(i));
                buffers[i] = same < i ? buffers[same]
                        : arena.allocate(Launches.bytes(routine.memory().get(i)), 64).address();
            }
            Memory.copy(x.segment().address(), buffers[0], x.segment().byteSize());
            long step = atOnce == 0 ? routine.turns() : atOnce;
            for (long end = routine.turns(); end > 0; end -= step) {
                routine.code().run(buffers, Launches.sizes(routine), Math.max(end - step, 0), end);
            }
            TensorType type = ((Launch.Memory.Of) routine.memory().get(1)).variable().type();
            Buffer y = Buffer.of(type.dtype(), Memory.segment(buffers[1],
                    type.shape().size() * type.dtype().bytes()));
            return type.dtype().isComplex() ? y.complexes().clone() : y.reals().clone();
        }
    }

    private static Buffer buffer(DType dtype, double[] x) {
        return dtype.isComplex() ? Buffer.ofComplexes(dtype, x)
                : Buffer.ofReals(dtype, Arrays.copyOf(x, x.length / 2));
    }
}
