package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.ir.RicciException;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Load;
import ricci.loop.Expression.Read;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Statement.Loop.Kind;
import ricci.loop.Variable.Local;

/** Kernels that break a rule are refused, with the rule; others, see RandomKernelTest, are not. */
class LoopCheckerTest {
    @Property(tries = 1500)
    void mutatedKernelsAreRefused(@ForAll Mutation mutation, @ForAll long seed) {
        Optional<Kernel> broken = mutation.of(RandomKernel.of(seed, 12).kernel(), new Random(seed));
        broken.ifPresent(kernel -> {
            String message = error(kernel);
            // What a fold computes is of its register by a rule of its own, which may be found broken first.
            assertTrue(message.contains(mutation.rule()) || message.contains("a fold's first and next value"),
                    () -> message + "\nfor " + mutation + " in\n" + kernel);
        });
    }

    @Test
    void everyMutationOccurs() {
        EnumSet<Mutation> missing = EnumSet.allOf(Mutation.class);
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Kernel kernel = RandomKernel.of(random.nextLong(), 15).kernel();
            missing.removeIf(mutation -> mutation.of(kernel, random).isPresent());
        }
        assertEquals(EnumSet.noneOf(Mutation.class), missing);
    }

    @Test
    void handWrittenKernelsAreWellFormed() {
        for (Kernel kernel : List.of(Kernels.quadratic(), Kernels.matrixProduct(), Kernels.takeRows(),
                Kernels.argMax())) {
            assertEquals(kernel, LoopChecker.check("a test", kernel));
        }
    }

    @Test
    void errorsNameTheLine() {
        assertEquals("""
                cannot accept the kernel quadratic made by Lower
                  given: v0 = f32 b0[i0 + i1]
                  rule:  i1 is used inside of its loop only
                  fix:   this is a defect of Lower, not of the user's code; please report it with the kernel
                """, error(Rewriting.none().places(p -> p.terms().size() == 1 && p.offset().is(0)
                ? Kernels.at(Kernels.I, Kernels.J) : p).of(Kernels.quadratic())));
        assertEquals("""
                cannot accept the kernel quadratic made by Lower
                  given: f32 b1[i0] = mul(v1, add(1.0, v0))
                  rule:  in add(1.0, v0), the operands are of one register
                  fix:   this is a defect of Lower, not of the user's code; please report it with the kernel
                """, error(Rewriting.none().expressions(e -> e.equals(Constant.of(1f)) ? Constant.of(1.0) : e)
                .of(Kernels.quadratic())));
    }

    @Test
    void tiledLoopsComeInPairsAndReadNothingThatTheyWrite() {
        Statement copy = new Statement.Store(new Access(1, Storage.F32, Kernels.at(Kernels.I)),
                new Load(new Access(0, Storage.F32, Kernels.at(Kernels.I))));
        Statement over = new Statement.Store(new Access(0, Storage.F32, Kernels.at(Kernels.I)),
                new Load(new Access(0, Storage.F32, Kernels.at(Kernels.J))));
        Loop inner = new Loop(Kernels.J, Kernels.n(0), Kind.TILED, List.of(copy), List.of());
        Kernel kernel = tiled(List.of(inner));
        assertEquals(kernel, LoopChecker.check("a test", kernel));
        assertTrue(error(tiled(List.of(copy))).contains("the body of a tiled loop is a tiled loop"));
        assertTrue(error(tiled(List.of(inner, copy))).contains("the body of a tiled loop is a tiled loop"));
        assertTrue(error(tiled(List.of(new Loop(Kernels.J, Kernels.n(0), Kind.TILED, List.of(over),
                List.of())))).contains("tiled loops load from no buffer that they store to"));
        assertTrue(error(tiled(List.of(new Loop(Kernels.J, Kernels.n(0), Kind.TILED, List.of(new Loop(
                Kernels.K, Kernels.n(0), Kind.SERIAL, List.of(copy), List.of())), List.of()))))
                .contains("there are no loops inside of two tiled ones"));
    }

    private static Kernel tiled(List<Statement> body) {
        return new Kernel("tiled", 2, 1, new Loop(Kernels.I, Kernels.n(0), Kind.TILED, body, List.of()));
    }

    /** Averages by folding halves: the order of turns would matter. */
    @Test
    void aMergingFoldOnlyJoins() {
        Local sum = Kernels.f32(0);
        Expression next = Kernels.mul(Constant.of(0.5f), Kernels.add(new Read(sum),
                new Load(new Access(0, Storage.F32, Kernels.at(Kernels.J)))));
        Kernel kernel = new Kernel("average", 1, 1, new Loop(Kernels.I, Size.of(1), Kind.SERIAL, List.of(
                new Loop(Kernels.J, Kernels.n(0), Kind.VECTOR, List.of(),
                List.of(new Fold(sum, Constant.of(0f), next, Fold.Merge.ADD)))), List.of()));
        assertEquals("""
                cannot accept the kernel average made by Lower
                  given: fold v0: f32 = 0.0f, then mul(0.5f, add(v0, f32 b0[i1])), merge add
                  rule:  the next value of a fold that merges is its accumulator joined by ADD with what \
                does not depend on it
                  fix:   this is a defect of Lower, not of the user's code; please report it with the kernel
                """, error(kernel));
    }

    private static String error(Kernel kernel) {
        RicciException error = assertThrows(RicciException.IllTyped.class,
                () -> LoopChecker.check("Lower", kernel), kernel::toString);
        return String.valueOf(error.getMessage()).replaceAll("\n  at: .*", "") + "\n";
    }
}
