package ricci.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import ricci.jvm.Kernels;
import ricci.jvm.Machine;
import ricci.jvm.TieredCode;
import ricci.loop.Access;
import ricci.loop.Block;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Fma;
import ricci.loop.Expression.Read;
import ricci.loop.Kernel;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Storage;
import ricci.loop.Variable;

/**
 * What one processor multiplies and adds at most: loops over accumulators in registers, enough of them that
 * none waits for itself, that load nothing.
 */
final class Peak {
    private static final int ACCUMULATORS = 6;
    private static final int VECTORS = 2;
    private static final long STEPS = Loop.MOST_SHORT;

    private Peak() {}

    /** Does so many operations, about. */
    static Supplier<Object> of(double operations) {
        long width = (long) VECTORS * Math.max(128, Machine.here().vectorBits()) / 32;
        long each = 2 * width * ACCUMULATORS;
        TieredCode code = Kernels.of(kernel(width));
        code.prepare();
        MemorySegment to = Arena.global().allocate(4 * width * ACCUMULATORS, 64);
        long[] buffers = {to.address()};
        long turns = (long) Math.ceil(operations / each / STEPS);
        long[] sizes = {Math.max(1, (long) (operations / each / turns))};
        return () -> {
            code.run(buffers, sizes, 0, turns);
            return to;
        };
    }

    private static Kernel kernel(long width) {
        Block kernel = Block.kernel();
        Variable.Counter turn = kernel.counter();
        Block outer = kernel.inner();
        Variable.Counter lane = outer.counter();
        Block lanes = outer.inner();
        Variable.Counter step = lanes.counter();
        List<Fold> folds = new ArrayList<>();
        for (int i = 0; i < ACCUMULATORS; i++) {
            Variable.Local sum = lanes.local(Register.F32);
            // The processor adds to what it overwrites; else the JVM would copy a constant each time.
            folds.add(new Fold(sum, Constant.of((float) i), new Fma(Constant.of(0.5f), Constant.of(0.25f),
                    new Read(sum)), null));
        }
        lanes.add(new Loop(step, new Size.Argument(0), Loop.Kind.SHORT, List.of(), folds));
        for (int i = 0; i < ACCUMULATORS; i++) {
            Place place = new Place(new Size.Fixed(i * width), List.of(new Place.Term(Size.of(1), lane)));
            lanes.add(new Statement.Store(new Access(0, Storage.F32, place),
                    new Read(folds.get(i).accumulator())));
        }
        outer.add(new Loop(lane, new Size.Fixed(width), Loop.Kind.VECTOR, lanes.statements(), List.of()));
        return new Kernel("peak", 1, 1, new Loop(turn, Size.of(1), Loop.Kind.SERIAL, outer.statements(),
                List.of()));
    }
}
