package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.ControlFlow;
import ricci.Fn;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.OnStack;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.runtime.Buffer;
import ricci.runtime.Executable;

/** A stack that is full while a program is compiled or runs: said in words, and nothing is broken by it. */
class DeepRunsTest {
    private static final int DEPTH = 100;
    private static final int LENGTH = 5000;
    private static final long LARGE = 1L << 28;
    private static final long SMALL = 1L << 19;

    enum Nest {
        COND { @Override Fn<Tensor, Tensor> around(Fn<Tensor, Tensor> f) {
            return x -> ControlFlow.cond(x.sum().gt(-1), f, y -> y, x); } },
        SCAN { @Override Fn<Tensor, Tensor> around(Fn<Tensor, Tensor> f) {
            return x -> ControlFlow.forLoop(0, 2, (_, y) -> f.apply(y).mul(0.5), x); } },
        WHILE { @Override Fn<Tensor, Tensor> around(Fn<Tensor, Tensor> f) {
            return x -> ControlFlow.whileLoop(y -> y.sum().lt(LENGTH), f, x, 1); } };

        abstract Fn<Tensor, Tensor> around(Fn<Tensor, Tensor> f);
    }

    private static Program nested(Nest nest, int depth) {
        Fn<Tensor, Tensor> f = x -> x.add(1);
        for (int i = 0; i < depth; i++) {
            f = nest.around(f);
        }
        return program(f, zeros(DType.F64, LENGTH));
    }

    @ParameterizedTest
    @EnumSource(Nest.class)
    void aRunThatIsTooDeepIsRefusedAndTheNextOneWorks(Nest nest) {
        // Programs in loops run as often as all loops together.
        Program deep = OnStack.of(LARGE, () -> nested(nest, nest == Nest.SCAN ? 12 : DEPTH));
        Executable executable = OnStack.of(LARGE, () -> new Compiler().compile(deep));
        List<Buffer> x = List.of(Buffer.filled(DType.F64, LENGTH, 0));
        double expected = OnStack.of(LARGE, () -> executable.run(x)).getFirst().reals()[LENGTH - 1];
        int refused = 0;
        for (int again = 0; again < 4; again++) {
            refused += OnStack.of(SMALL, () -> atTheEnd(executable, x));
            assertEquals(expected, OnStack.of(LARGE, () -> executable.run(x)).getFirst().reals()[LENGTH - 1]);
        }
        assertTrue(refused > 0, "no stack was too small");
    }

    @Test
    void aProgramThatIsTooDeepToBeCompiledIsRefused() {
        Program deep = OnStack.of(LARGE, () -> nested(Nest.COND, 1000));
        assertTrue(OnStack.of(SMALL, () -> {
            try {
                new Compiler().compile(deep);
                return false;
            } catch (RicciException.Depth e) {
                return String.valueOf(e.getMessage()).contains("compile a program");
            }
        }));
    }

    /** Runs it where the stack ends, and ever farther from there, until it works; how often it did not. */
    @SuppressWarnings("InfiniteRecursion") // The mistake itself.
    private static int atTheEnd(Executable executable, List<Buffer> x) {
        int refused;
        try {
            refused = atTheEnd(executable, x);
        } catch (StackOverflowError e) {
            refused = -1;
        }
        if (refused > 0) {
            return refused;
        }
        try {
            executable.run(x);
            return -refused;
        } catch (RicciException.Depth e) {
            return refused - 1;
        }
        // A StackOverflowError may still come before the run has begun: then the caller tries again.
    }
}
