package user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.ControlFlow;
import ricci.Parallel;
import ricci.Ricci;
import ricci.Tensor;
import ricci.Tensors;
import ricci.ir.RicciException;

/** Thread.interrupt ends what would go on for ever, with an error that says so, and breaks nothing. */
class InterruptTest {
    private static final long FOREVER = 1L << 60;
    private static final long PATIENCE = 60_000;

    private static Tensor endless(Tensor x) {
        return ControlFlow.whileLoop(y -> y.eq(y).all(), y -> y.mul(0.5), x);
    }

    private static Tensor counted(Tensor x) {
        return ControlFlow.forLoop(0, FOREVER, (i, y) -> y.mul(0.5), x);
    }

    /** What does not end by itself. */
    enum Endless implements Runnable {
        WHILE { @Override public void run() { endless(X); } },
        JIT { @Override public void run() { jit(InterruptTest::endless).apply(X); } },
        VMAP { @Override public void run() { vmap(InterruptTest::endless).apply(X); } },
        JVP { @Override public void run() { Ricci.jvp(InterruptTest::endless, X, X); } },
        SCAN { @Override public void run() { counted(X); } },
        GRAD_OF_WHILE { @Override public void run() {
            grad((Tensor x) -> ControlFlow.whileLoop(y -> y.eq(y).all(), y -> y.mul(0.5), x, 1 << 26).sum())
                    .apply(X); } },
        NESTED { @Override public void run() {
            ControlFlow.forLoop(0, 3, (i, y) -> endless(y), X); } },
        PMAP { @Override public void run() { Parallel.pmap(InterruptTest::endless).apply(X); } },
        PMAP_OF_SCAN { @Override public void run() { Parallel.pmap(InterruptTest::counted).apply(X); } };

        static final Tensor X = tensor(new double[] {1, 2});
    }

    @ParameterizedTest
    @EnumSource(Endless.class)
    void endsIt(Endless endless) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(endless);
        thread.setUncaughtExceptionHandler((_, e) -> thrown.set(e));
        thread.start();
        thread.join(300);
        thread.interrupt();
        thread.join(PATIENCE);
        assertFalse(thread.isAlive());
        assertInstanceOf(RicciException.Interrupted.class, thrown.get());
        assertEquals(3, Tensors.ones(3).sum().item());
    }
}
