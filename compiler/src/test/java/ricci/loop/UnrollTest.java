package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.loop.Statement.Loop;
import ricci.loop.Statement.Loop.Kind;

/** Kernels under other names, and with short loops written out, are the same kernels. */
class UnrollTest {
    @Property(tries = 300)
    void computesTheSame(@ForAll long seed, @ForAll @IntRange(min = 1, max = 15) int statements) {
        RandomKernel random = RandomKernel.of(seed, statements);
        assertEquals("", random.difference(unrolled(random)));
    }

    @Test
    void someLoopsAreWrittenOut() {
        Random seeds = new Random(3);
        int fewer = 0;
        for (int i = 0; i < 100; i++) {
            RandomKernel random = RandomKernel.of(seeds.nextLong(), 12);
            fewer += loops(unrolled(random).loop()) < loops(random.kernel().loop()) ? 1 : 0;
        }
        assertTrue(fewer > 10, "only " + fewer);
    }

    private static int loops(Statement statement) {
        return statement instanceof Loop loop
                ? 1 + loop.body().stream().mapToInt(UnrollTest::loops).sum() : 0;
    }

    /** With all sizes known, one element after the other. */
    private static Kernel unrolled(RandomKernel random) {
        Kernel kernel = random.kernel();
        Block block = Block.kernel();
        Loop all = new Renaming(block, size -> Size.of(size.in(random.sizes())), access -> access,
                loop -> loop.isVector() ? new Loop(loop.counter(), loop.extent(), Kind.SERIAL, loop.body(),
                        loop.folds()) : loop).loop(kernel.loop());
        return new Kernel(kernel.name(), kernel.buffers(), kernel.sizes(), new Loop(all.counter(),
                all.extent(),
                all.kind(), new Unroll(block).of(all.body()), all.folds()));
    }
}
