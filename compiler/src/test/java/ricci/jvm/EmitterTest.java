package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.loop.KernelText;
import ricci.loop.LoopInterpreter;
import ricci.loop.RandomKernel;

/** Code does to memory what the interpreter of loops does, with vectors of every width and without. */
class EmitterTest {
    private static final Machine HERE = Machine.here();

    @Property(tries = 300)
    void vectorsDoWhatTheInterpreterDoes(@ForAll long seed, @ForAll @IntRange(min = 1,
            max = 25) int statements) {
        check(RandomKernel.of(seed, statements), HERE, true);
    }

    @Property(tries = 100)
    void narrowVectorsDoToo(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int statements) {
        check(RandomKernel.of(seed, statements), new Machine(Math.min(128, HERE.vectorBits())), true);
    }

    @Property(tries = 100)
    void briefCodeDoesToo(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int statements) {
        RandomKernel random = RandomKernel.of(seed, statements);
        check(random, Kernels.define(Emitter.emit(random.kernel(), HERE, HERE.vectorBits() > 0, true)));
    }

    @Property(tries = 300)
    void scalarsDoToo(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int statements) {
        check(RandomKernel.of(seed, statements), HERE, false);
        check(RandomKernel.of(seed, statements), Machine.scalar(), false);
    }

    /** An inner loop's fold begins with what differs from lane to lane, and no vector has it: bits counted. */
    @Test
    void foldsBeginWithoutVectorsWhereThereAreNone() {
        check(RandomKernel.of(-6592, 3), HERE, true);
    }

    private static void check(RandomKernel random, Machine machine, boolean hasVectors) {
        check(random, Kernels.define(random.kernel(), machine, hasVectors));
    }

    private static void check(RandomKernel random, Code code) {
        List<MemorySegment> expected = random.memory();
        LoopInterpreter.run(random.kernel(), expected, random.sizes(), 0, random.turns());
        List<MemorySegment> actual = random.memory();
        long middle = random.turns() / 2;
        long[] addresses = actual.stream().mapToLong(MemorySegment::address).toArray();
        // In two parts, as two threads would run it.
        code.run(addresses, random.sizes(), 0, middle);
        code.run(addresses, random.sizes(), middle, random.turns());
        assertEquals("", random.difference(expected, actual), () -> KernelText.of(random.kernel()));
    }
}
