package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import ricci.loop.Kernel;
import ricci.loop.RandomKernel;

class KernelsTest {
    private static final int PATIENCE = 100;

    /** Two kernels that are equal, but not the same object. */
    private static Kernel kernel() {
        return RandomKernel.of(4711, 12).kernel();
    }

    @Test
    void codeIsTheSameAsLongAsAnybodyHasIt() {
        TieredCode code = Kernels.of(kernel());
        System.gc();
        assertSame(Kernels.known(kernel()), code);
        assertSame(Kernels.of(kernel()), code);
    }

    /** A process that compiles ever new programs does not keep all of their code. */
    @Test
    void codeThatNobodyHasIsForgotten() throws InterruptedException {
        assertNotNull(Kernels.of(kernel()));
        for (int i = 0; i < PATIENCE && Kernels.known(kernel()) != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertNull(Kernels.known(kernel()));
    }
}
