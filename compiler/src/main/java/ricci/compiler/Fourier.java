package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.LinearAlgebra;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.jvm.FourierBySteps;
import ricci.jvm.FourierLanes;
import ricci.jvm.Kernels;
import ricci.jvm.Library;
import ricci.jvm.TieredCode;
import ricci.loop.Storage;

/** Fourier transforms, axis by axis. */
final class Fourier {
    /** Longer rows have no table of roots. */
    private static final long LONGEST = 1 << 26;
    /** Work that is worth to make the code for it in the background, and to wait for it. */
    private static final long LARGE = 1 << 16;
    private static final long VERY_LARGE = 1 << 22;

    private static final FourierLanes.Kernels KERNELS = new FourierLanes.Kernels() {
        @Override
        public TieredCode pass(int factor, int bytes, FourierLanes.Roots roots) {
            return Kernels.of(FourierKernels.pass(factor, bytes == 0 ? null : storage(bytes), roots));
        }

        @Override
        public TieredCode write(int bytes) {
            return Kernels.of(FourierKernels.write(storage(bytes)));
        }

        @Override
        public TieredCode scatter(int bytes) {
            return Kernels.of(FourierKernels.scatter(storage(bytes)));
        }

        @Override
        public TieredCode gather(int bytes) {
            return Kernels.of(FourierKernels.gather(storage(bytes)));
        }
    };

    private Fourier() {}

    /** Whether there is code for an equation whose operands are in memory. */
    static boolean exists(Equation e, List<Atom> operands) {
        return e.op() instanceof LinearAlgebra.Fft fft && operands.getFirst() instanceof Atom.Var x
                && !fft.lengths().isEmpty() && x.type().shape().size() > 0
                && e.result().type().shape().size() > 0
                && fft.lengths().stream().allMatch(length -> length <= LONGEST);
    }

    /** Reads the operand, and after the first axis what has been written. */
    static List<Routine> of(Equation e, List<Atom> operands) {
        LinearAlgebra.Fft op = (LinearAlgebra.Fft) e.op();
        // It may have another shape in memory.
        TensorType type = e.operands().getFirst().type();
        Atom.Var x = (Atom.Var) operands.getFirst();
        Atom.Var y = e.result();
        int last = type.rank() - 1;
        int first = last + 1 - op.lengths().size();
        long length = op.lengths().getLast();
        List<Routine> routines = new ArrayList<>();
        switch (op.kind()) {
            case FFT -> along(Library.FOURIER, x, y, first, last, routines);
            case IFFT -> along(Library.INVERSE_FOURIER, x, y, first, last, routines);
            case RFFT -> {
                routines.add(routine(Library.REAL_FOURIER, length, x, y, 1));
                along(Library.FOURIER, y, y, first, last - 1, routines);
            }
            case IRFFT -> {
                Atom.Var spectrum = first == last ? x : Alone.temporary(e, 0, type);
                along(Library.INVERSE_FOURIER, x, spectrum, first, last - 1, routines);
                routines.add(routine(Library.INVERSE_REAL_FOURIER, length, spectrum, y, 1));
            }
        }
        return routines;
    }

    /** Complex numbers along some axes. */
    private static void along(Library code, Atom.Var x, Atom.Var y, int first, int last,
            List<Routine> routines) {
        Shape shape = y.type().shape();
        for (int axis = last; axis >= first; axis--) {
            long stride = 1;
            for (int inner = axis + 1; inner < shape.rank(); inner++) {
                stride *= shape.length(inner);
            }
            Atom.Var from = axis == last ? x : y;
            long rows = shape.size() / shape.length(axis);
            routines.add(FourierLanes.exists(shape.length(axis), stride, rows)
                    ? inLanes(code, shape.length(axis), rows, from, y, stride)
                    : routine(code, shape.length(axis), from, y, stride));
        }
    }

    private static Routine inLanes(Library code, long length, long rows, Atom.Var x, Atom.Var y,
            long stride) {
        int bytes = y.type().dtype() == DType.C64 ? Float.BYTES : Double.BYTES;
        FourierLanes lanes = new FourierLanes(length, stride, rows, bytes, code == Library.INVERSE_FOURIER,
                KERNELS);
        long work = work(rows, length);
        if (work >= LARGE) {
            lanes.prepare(work >= VERY_LARGE);
        }
        return new Routine(code.name().toLowerCase(Locale.ROOT), lanes,
                List.of(length, (long) bytes, stride), rows,
                memory(x, y, FourierLanes.room(length, stride, rows)), 1, work,
                operations(5, rows, length));
    }

    private static List<Launch.Memory> memory(Atom.Var x, Atom.Var y, long room) {
        return List.of(new Launch.Memory.Of(x), new Launch.Memory.Of(y),
                new Launch.Memory.Scratch(DType.C128, room, true));
    }

    private static long work(long rows, long length) {
        return rows * length * (Long.SIZE - Long.numberOfLeadingZeros(length));
    }

    /** Of rows, in doubles: {@code 5 * n * log2(n)}, which radix 2 takes; half of it if one side is real. */
    private static Routine.Operations operations(double each, long rows, long length) {
        return new Routine.Operations(0, each * rows * length * Math.log((double) length) / Math.log(2));
    }

    private static Storage storage(int bytes) {
        return bytes == Float.BYTES ? Storage.F32 : Storage.F64;
    }

    private static Routine routine(Library code, long length, Atom.Var x, Atom.Var y, long stride) {
        TensorType real = x.type().dtype().isComplex() ? y.type() : x.type();
        boolean isSingle = real.dtype() == DType.F32 || real.dtype() == DType.C64;
        TensorType whole = code == Library.INVERSE_REAL_FOURIER ? y.type() : x.type();
        long rows = whole.shape().size() / length;
        long work = work(rows, length);
        FourierBySteps steps = FourierBySteps.of(code, length, KERNELS);
        if (steps != null && work >= LARGE) {
            steps.prepare(work >= VERY_LARGE);
        }
        return new Routine(code.name().toLowerCase(Locale.ROOT), steps == null ? code : steps,
                List.of(length, isSingle ? 4L : 8L, stride), rows,
                memory(x, y, steps == null ? Library.fourierRoom(length) : steps.room(length)), 1, work,
                operations(x.type().dtype().isComplex() && y.type().dtype().isComplex() ? 5 : 2.5, rows,
                        length));
    }
}
