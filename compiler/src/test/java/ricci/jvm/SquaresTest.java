package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.loop.Access;
import ricci.loop.Block;
import ricci.loop.Bounds;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Load;
import ricci.loop.Kernel;
import ricci.loop.LoopChecker;
import ricci.loop.LoopInterpreter;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Storage;
import ricci.loop.Variable.Counter;

/** What is read along one counter and written along the other is, in squares, what it is one by one. */
class SquaresTest {
    private static final Machine HERE = Machine.here();
    private static final long[] EXTENTS = {0, 1, 3, 4, 5, 7, 8, 9, 12, 16, 17, 31, 40};
    private static final List<Binary.Function> FUNCTIONS =
            List.of(Binary.Function.ADD, Binary.Function.SUB, Binary.Function.MUL);
    private static final List<Storage> STORAGES = List.of(Storage.F32, Storage.F64, Storage.I32, Storage.I64,
            Storage.I8, Storage.U8, Storage.I16, Storage.U16);

    /** A kernel, the arguments of a call, and how many bytes its buffers have. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Case(Kernel kernel, long[] sizes, List<Storage> storages) {
        List<MemorySegment> memory(long seed) {
            Random random = new Random(seed);
            List<Bounds.Bytes> reach = Bounds.reach(kernel, sizes);
            List<MemorySegment> memory = new ArrayList<>();
            for (int i = 0; i < storages.size(); i++) {
                MemorySegment buffer = Arena.ofAuto().allocate(Math.max(reach.get(i).to(), 8), 64);
                for (long at = 0; at < buffer.byteSize() / 4; at++) {
                    // Numbers of each type, none of which is NaN.
                    buffer.setAtIndex(ValueLayout.JAVA_INT, at, random.nextInt() & 0xbf7fffff);
                }
                memory.add(buffer);
            }
            return memory;
        }
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void vectorsDoWhatTheInterpreterDoes(@ForAll long seed) {
        check(seed, HERE, true);
        check(seed, new Machine(Math.min(256, HERE.vectorBits())), true);
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void narrowVectorsDoToo(@ForAll long seed) {
        check(seed, new Machine(Math.min(128, HERE.vectorBits())), true);
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void scalarsDoToo(@ForAll long seed) {
        check(seed, Machine.scalar(), false);
    }

    /** Else the properties would be about loops as they are. */
    @Test
    void thereAreSquares() {
        if (HERE.vectorBits() >= 256) {
            Kernel kernel = of(new Random(1), Storage.F32, Storage.F32, 0).kernel();
            assertNotEquals(Emitter.longest(Emitter.emit(kernel, Machine.scalar(), true)),
                    Emitter.longest(Emitter.emit(kernel, HERE, true)));
        }
    }

    private static void check(long seed, Machine machine, boolean hasVectors) {
        Random random = new Random(seed);
        Storage to = STORAGES.get(random.nextInt(STORAGES.size()));
        Storage from = random.nextInt(4) > 0 ? to : STORAGES.get(random.nextInt(STORAGES.size()));
        Case c = of(random, from, to, random.nextBoolean() ? 0 : random.nextInt(4));
        LoopChecker.check("a test", c.kernel);
        long turns = c.kernel.loop().extent().in(c.sizes);
        List<MemorySegment> expected = c.memory(seed);
        LoopInterpreter.run(c.kernel, expected, c.sizes, 0, turns);
        List<MemorySegment> actual = c.memory(seed);
        long[] addresses = actual.stream().mapToLong(MemorySegment::address).toArray();
        Code code = Kernels.define(c.kernel, machine, hasVectors);
        long middle = random.nextLong(turns + 1);
        code.run(addresses, c.sizes, 0, middle);
        code.run(addresses, c.sizes, middle, turns);
        for (int i = 0; i < actual.size(); i++) {
            assertEquals(-1, expected.get(i).mismatch(actual.get(i)), c.kernel::toString);
        }
    }

    /** A pair of loops, perhaps in another one, over two buffers that are read and one that is written. */
    private static Case of(Random random, Storage from, Storage to, int operations) {
        List<Long> sizes = new ArrayList<>();
        long rows = EXTENTS[random.nextInt(EXTENTS.length)];
        long columns = EXTENTS[random.nextInt(EXTENTS.length)];
        long groups = 1L + random.nextInt(3);
        Block block = Block.kernel();
        boolean isNested = random.nextBoolean();
        Block body = isNested ? block.inner() : block;
        Counter group = block.counter();
        Counter outer = body.counter();
        Block middle = body.inner();
        Counter inner = middle.counter();
        boolean isReadInside = random.nextBoolean();
        Counter read = isReadInside ? inner : outer;
        Counter written = isReadInside ? outer : inner;
        long along = isReadInside ? columns : rows;
        long across = isReadInside ? rows : columns;
        long readStride = along + random.nextInt(3);
        long writeStride = across + random.nextInt(3);
        Block innermost = middle.inner();
        Expression x = innermost.let(new Load(new Access(0, from, place(random, sizes, isNested, group,
                readStride * across, read, written, readStride))));
        for (int i = 0; i < operations; i++) {
            Expression y = random.nextBoolean() ? Constant.of(x.register(), 3)
                    : innermost.let(new Load(new Access(1, from,
                    place(random, sizes, isNested, group, 0, read, written, readStride))));
            x = innermost.let(new Binary(FUNCTIONS.get(random.nextInt(FUNCTIONS.size())), x, y));
        }
        Register register = to.register();
        x = x.register() == register ? x : new Convert(register, x);
        innermost.add(new Statement.Store(new Access(2, to, place(random, sizes, isNested, group,
                writeStride * along, written, read, writeStride)), x));
        Loop pair = new Loop(outer, size(random, sizes, rows), Loop.Kind.TILED, List.of(
                new Loop(inner, size(random, sizes, columns), Loop.Kind.TILED, innermost.statements(),
                List.of())), List.of());
        Loop loop = isNested ? new Loop(group, size(random, sizes, groups), Loop.Kind.SERIAL, List.of(pair),
                List.of()) : pair;
        return new Case(new Kernel("squares", 3, sizes.size(), loop),
                sizes.stream().mapToLong(s -> s).toArray(), List.of(from, from, to));
    }

    private static Place place(Random random, List<Long> sizes, boolean isNested, Counter group, long apart,
            Counter near, Counter far, long stride) {
        List<Place.Term> terms = new ArrayList<>();
        if (isNested) {
            terms.add(new Place.Term(size(random, sizes, apart), group));
        }
        terms.add(new Place.Term(Size.of(1), near));
        terms.add(new Place.Term(size(random, sizes, stride), far));
        return new Place(size(random, sizes, random.nextInt(3)), terms);
    }

    private static Size size(Random random, List<Long> sizes, long value) {
        if (random.nextBoolean()) {
            return Size.of(value);
        }
        sizes.add(value);
        return new Size.Argument(sizes.size() - 1);
    }
}
