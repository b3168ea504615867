package ricci.compiler;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import ricci.ir.Program;
import ricci.ir.TypeChecker;
import ricci.transform.Dce;

/**
 * The passes over a program, in order. None changes a bit of what the program computes, as the reference
 * interpreter says it, except that {@link Hoist} adds up some products in another order; only which bits a
 * NaN has is left open.
 */
public final class Pipeline {
    /** What users and transformations wrote as programs inside of programs becomes one. */
    private static final List<Pass> WRITE_OUT = List.of(
            new Pass("Inline", Inline::of),
            new Pass("Parts", Parts::of));

    /** Each makes work for the others, so they are repeated until none finds any. */
    private static final List<Pass> IMPROVE = List.of(
            new Pass("Fold", Fold::of),
            new Pass("Simplify", Simplify::of),
            new Pass("Cse", Cse::of),
            new Pass("Dce", Dce::of),
            new Pass("Hoist", Hoist::of));

    /**
     * Remat asks for values to be computed a second time, late, rather than kept. Once its body is written
     * out it equals the first computation, equation by equation, and Cse would merge the two and keep the
     * values after all. So this comes last, and of the others only those follow that merge nothing.
     */
    private static final List<Pass> WRITE_OUT_REMAT = List.of(
            new Pass("Remat", Inline::remat));

    private static final List<Pass> IMPROVE_APART = List.of(
            new Pass("Fold", Fold::of),
            new Pass("Simplify", Simplify::of),
            new Pass("Dce", Dce::of));

    /** What keeps less, or narrower, in memory: not to the same bits. */
    private static final List<Pass> TO_PLAN = List.of(
            new Pass("StripMine", StripMine::of),
            new Pass("LateNormalization", LateNormalization::of),
            new Pass("OnlineSoftmax", OnlineSoftmax::of),
            new Pass("MixedPrecision", MixedPrecision::of));

    /** Programs need three or four rounds; what is left undone after that many is sound, too. */
    private static final int ROUNDS = 20;

    private static final System.Logger LOG = System.getLogger("ricci.compiler");

    private Pipeline() {}

    private record Pass(String name, UnaryOperator<Program> pass) {}

    /**
     * The program as the compiler takes it apart into loops. With the system property {@code
     * ricci.dump=passes}, the program after each pass that changed it is logged as information; without, for
     * debugging.
     */
    public static Program of(Program program) {
        return of(program, log());
    }

    /**
     * After all passes, and what these leave as it is: {@link StripMine} and {@link OnlineSoftmax} add up
     * in another order, {@link LateNormalization} divides sums, not what is summed up, and {@link
     * MixedPrecision} rounds sums of 16-bit floats that are those of 32-bit floats.
     */
    static Program toPlan(Program program) {
        return toPlan(program, log());
    }

    /** The same, with a {@code dump} as that of {@link #of(Program, BiConsumer)}. */
    static Program toPlan(Program program, BiConsumer<String, Program> dump) {
        return rounds(1, TO_PLAN, of(program, dump), dump);
    }

    private static BiConsumer<String, Program> log() {
        List<String> dumped = List.of(System.getProperty("ricci.dump", "").split(","));
        System.Logger.Level level = dumped.contains("passes") ? System.Logger.Level.INFO
                : System.Logger.Level.DEBUG;
        return (name, after) -> LOG.log(level, () -> "after " + name + ":\n" + after);
    }

    /** The same; {@code dump} is shown the name of each pass that changed the program, and what it made. */
    public static Program of(Program program, BiConsumer<String, Program> dump) {
        Program written = rounds(1, WRITE_OUT, program, dump);
        Program improved = rounds(ROUNDS, IMPROVE, written, dump);
        Program flat = rounds(1, WRITE_OUT_REMAT, improved, dump);
        return flat.equals(improved) ? improved : rounds(ROUNDS, IMPROVE_APART, flat, dump);
    }

    /** The passes, in turn, until none finds anything to change. */
    private static Program rounds(int rounds, List<Pass> passes, Program program,
            BiConsumer<String, Program> dump) {
        Program current = program;
        int unchanged = 0;
        for (int i = 0; i < rounds * passes.size() && unchanged < passes.size(); i++) {
            Pass pass = passes.get(i % passes.size());
            Program next = pass.pass().apply(current);
            if (next.equals(current)) {
                unchanged++;
                continue;
            }
            unchanged = 0;
            current = TypeChecker.check(pass.name(), next);
            dump.accept(pass.name(), current);
        }
        return current;
    }
}
