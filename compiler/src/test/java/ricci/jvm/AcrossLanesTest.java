package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Load;
import ricci.loop.Expression.Read;
import ricci.loop.Kernel;
import ricci.loop.LoopChecker;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Statement.Store;
import ricci.loop.Storage;
import ricci.loop.Variable.Counter;
import ricci.loop.Variable.Local;

/** Lanes are joined, however few of them there are beside wider ones. */
class AcrossLanesTest {
    private static final int LENGTH = 77;

    @Test
    void narrowSumsBesideWideOnes() {
        Kernel kernel = LoopChecker.check("test", sums());
        MemorySegment x = Arena.ofAuto().allocate(4 * LENGTH, 64);
        MemorySegment y = Arena.ofAuto().allocate(8 * LENGTH, 64);
        for (int i = 0; i < LENGTH; i++) {
            x.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
            y.setAtIndex(ValueLayout.JAVA_LONG, i, 1L << 40);
        }
        Machine here = Machine.here();
        for (int bits = Math.min(128, here.vectorBits()); bits <= here.vectorBits(); bits *= 2) {
            MemorySegment sums = Arena.ofAuto().allocate(16, 64);
            Kernels.define(kernel, new Machine(bits), true).run(new long[] {x.address(), y.address(),
                sums.address()}, new long[] {LENGTH}, 0, 1);
            assertEquals(LENGTH * (LENGTH - 1) / 2, sums.get(ValueLayout.JAVA_FLOAT, 0), bits + " bits");
            assertEquals((long) LENGTH << 40, sums.get(ValueLayout.JAVA_LONG, 8), bits + " bits");
            if (bits == 0) {
                return;
            }
        }
    }

    /** The sums of floats and of longs, in one loop. */
    private static Kernel sums() {
        Counter once = new Counter(0);
        Counter each = new Counter(1);
        Local floats = new Local(0, Register.F32);
        Local longs = new Local(1, Register.I64);
        Place at = new Place(Size.of(0), List.of(new Place.Term(Size.of(1), each)));
        Loop inner = new Loop(each, new Size.Argument(0), Loop.Kind.VECTOR, List.of(), List.of(
                sum(floats, Constant.of(0f), new Load(new Access(0, Storage.F32, at))),
                sum(longs, Constant.of(0L), new Load(new Access(1, Storage.I64, at)))));
        Place first = new Place(Size.of(0), List.of());
        Place second = new Place(Size.of(1), List.of());
        return new Kernel("sums", 3, 1, new Loop(once, Size.of(1), Loop.Kind.SERIAL, List.of(inner,
                new Store(new Access(2, Storage.F32, first), new Read(floats)),
                new Store(new Access(2, Storage.I64, second), new Read(longs))), List.of()));
    }

    private static Fold sum(Local accumulator, Expression zero, Expression term) {
        return new Fold(accumulator, zero, new Binary(Binary.Function.ADD, new Read(accumulator), term),
                Fold.Merge.ADD);
    }
}
