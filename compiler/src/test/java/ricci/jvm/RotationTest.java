package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import ricci.loop.Access;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Load;
import ricci.loop.Kernel;
import ricci.loop.LoopChecker;
import ricci.loop.LoopInterpreter;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement.Loop;
import ricci.loop.Statement.Store;
import ricci.loop.Storage;
import ricci.loop.Variable.Counter;

/** Two shifts whose bits are joined are what they are, whether they are a rotation or not. */
class RotationTest {
    private static final int LENGTH = 75;

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void vectorsDoWhatTheInterpreterDoes(@ForAll long seed) {
        Random random = new Random(seed);
        Register register = random.nextBoolean() ? Register.I32 : Register.I64;
        int width = Byte.SIZE * register.bytes();
        int up = random.nextInt(width + 1);
        int down = random.nextBoolean() ? width - up : random.nextInt(width + 1);
        Kernel kernel = LoopChecker.check("test", kernel(register, up, down));
        MemorySegment from = Arena.ofAuto().allocate(8 * LENGTH, 64);
        for (int i = 0; i < LENGTH; i++) {
            from.setAtIndex(ValueLayout.JAVA_LONG, i, random.nextLong());
        }
        MemorySegment expected = Arena.ofAuto().allocate(8 * LENGTH, 64);
        LoopInterpreter.run(kernel, List.of(from, expected), new long[] {LENGTH}, 0, LENGTH);
        Machine here = Machine.here();
        for (Machine machine : List.of(here, new Machine(Math.min(128, here.vectorBits())),
                Machine.scalar())) {
            MemorySegment actual = Arena.ofAuto().allocate(8 * LENGTH, 64);
            Kernels.define(kernel, machine, true).run(new long[] {from.address(), actual.address()},
                    new long[] {LENGTH}, 0, LENGTH);
            assertEquals(-1, expected.mismatch(actual), () -> kernel.toString());
        }
    }

    private static Kernel kernel(Register register, int up, int down) {
        Block outermost = Block.kernel();
        Counter counter = outermost.counter();
        Block block = outermost.inner();
        Storage storage = register == Register.I32 ? Storage.I32 : Storage.I64;
        Place place = new Place(Size.of(0), List.of(new Place.Term(Size.of(1), counter)));
        Expression x = block.let(new Load(new Access(0, storage, place)));
        Expression left = new Binary(Binary.Function.SHIFT_LEFT, x, new Constant(register, up));
        Expression right = new Binary(Binary.Function.SHIFT_RIGHT, x, new Constant(register, down));
        block.add(new Store(new Access(1, storage, place),
                block.let(new Binary(Binary.Function.OR, left, right))));
        return new Kernel("rotation", 2, 1, new Loop(counter, new Size.Argument(0), Loop.Kind.VECTOR,
                block.statements(), List.of()));
    }
}
