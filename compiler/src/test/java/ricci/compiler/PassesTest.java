package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import ricci.ir.Custom;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.ir.Subprograms;
import ricci.ir.TypeChecker;
import ricci.transform.Dce;

/** Passes on random programs over all primitives: they change no bit, and are done when they say so. */
class PassesTest {
    /** How many programs are drawn: as many as the system property {@code ricci.programs} says. */
    private static final int PROGRAMS = Integer.getInteger("ricci.programs", 500);

    private static Map<String, UnaryOperator<Program>> passes() {
        Map<String, UnaryOperator<Program>> passes = new LinkedHashMap<>();
        passes.put("Inline", Inline::of);
        passes.put("Remat", Inline::remat);
        passes.put("Fold", Fold::of);
        passes.put("Simplify", Simplify::of);
        passes.put("Cse", Cse::of);
        passes.put("Dce", Dce::of);
        passes.put("Pipeline", Pipeline::of);
        return passes;
    }

    private static Program program(long seed) {
        return seed % 5 == 4 ? RandomProgram.smooth(seed, 2 + (int) (seed % 20))
                : RandomProgram.any(seed, 2 + (int) (seed % 30));
    }

    @Test
    void noPassChangesABit() {
        for (long seed = 0; seed < PROGRAMS; seed++) {
            Program before = program(seed);
            Random random = new Random(seed);
            for (Map.Entry<String, UnaryOperator<Program>> pass : passes().entrySet()) {
                Program after = TypeChecker.check(pass.getKey(), pass.getValue().apply(before));
                Bits.assertSame(new Random(random.nextLong()), before, after);
            }
        }
    }

    @Test
    void passesAreDoneAtOnceAndThePipelineInTheEnd() {
        for (long seed = 0; seed < PROGRAMS; seed++) {
            Program before = program(seed);
            for (Map.Entry<String, UnaryOperator<Program>> pass : passes().entrySet()) {
                boolean isPipeline = pass.getKey().equals("Pipeline");
                // What remat has computed twice would be merged in the second run.
                if (!isPipeline || !has(before, Custom.Remat.class)) {
                    Program once = pass.getValue().apply(before);
                    assertEquals(once, pass.getValue().apply(once), pass.getKey() + " of\n" + before);
                }
            }
        }
    }

    @Test
    void nothingIsLeftToWriteOut() {
        for (long seed = 0; seed < PROGRAMS; seed++) {
            Program after = Pipeline.of(program(seed));
            List.of(Op.Call.class, Custom.class, Op.StopGradient.class)
                    .forEach(op -> assertTrue(!has(after, op), after::toString));
        }
    }

    private static boolean has(Program program, Class<?> op) {
        return program.equations().stream().anyMatch(e -> op.isInstance(e.op())
                || Subprograms.of(e.op()).stream().anyMatch(body -> has(body, op)));
    }
}
