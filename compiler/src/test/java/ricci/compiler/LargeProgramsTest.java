package ricci.compiler;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import ricci.ir.Program;
import ricci.ir.RandomProgram;

/** Programs over thousands of elements compute what the interpreter says, with vectors of every width. */
class LargeProgramsTest {
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void randomPrograms(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int equations,
            @ForAll @IntRange(min = 7, max = 9) int width) {
        Program f = RandomProgram.large(seed, equations);
        new EveryTier(1 << width).check(f, CompiledProgramTest.samples(f, seed));
    }
}
