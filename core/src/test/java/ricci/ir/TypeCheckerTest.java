package ricci.ir;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The checker accepts what the builder makes, and notices every kind of damage. */
class TypeCheckerTest {
    @Property
    void whatTheBuilderMakesIsSound(@ForAll long seed) {
        Program program = RandomProgram.any(seed, 15);
        assertSame(program, TypeChecker.check("test", program));
    }

    @Property
    void aWrongResultTypeIsNoticed(@ForAll long seed) {
        Program p = RandomProgram.any(seed, 10);
        List<Integer> candidates = withResults(p, p.equations().size());
        Assume.that(!candidates.isEmpty());
        int at = candidates.get(new Random(seed).nextInt(candidates.size()));
        Equation e = p.equations().get(at);
        Atom.Var v = e.result();
        DType other = v.type().dtype() == DType.F32 ? DType.I32 : DType.F32;
        List<Atom.Var> results = new ArrayList<>(e.results());
        results.set(0, new Atom.Var(v.id(), v.type().with(other)));
        refuse(new Program(p.inputs(), with(p, at, new Equation(results, e.op(), e.operands(), e.source())),
                p.results()));
    }

    @Property
    void aVariableFromLaterIsNoticed(@ForAll long seed) {
        Program p = RandomProgram.any(seed, 10);
        Random random = new Random(seed);
        List<Integer> candidates = withResults(p, p.equations().size()).stream()
                .filter(i -> !p.equations().get(i).operands().isEmpty()).toList();
        Assume.that(!candidates.isEmpty());
        int at = candidates.get(random.nextInt(candidates.size()));
        Equation e = p.equations().get(at);
        List<Atom> operands = new ArrayList<>(e.operands());
        operands.set(0, new Atom.Var(e.results().getFirst().id() + random.nextInt(2), operands.getFirst()
                .type()));
        refuse(new Program(p.inputs(), with(p, at, new Equation(e.results(), e.op(), operands, e.source())),
                p.results()));
    }

    @Property
    void aMissingEquationIsNoticed(@ForAll long seed) {
        Program p = RandomProgram.any(seed, 10);
        List<Integer> candidates = withResults(p, p.equations().size() - 1);
        Assume.that(!candidates.isEmpty());
        List<Equation> fewer = new ArrayList<>(p.equations());
        fewer.remove((int) candidates.get(new Random(seed).nextInt(candidates.size())));
        refuse(new Program(p.inputs(), fewer, p.results()));
    }

    @Test
    void theErrorNamesThePassAndTheEquation() {
        Atom.Var x = new Atom.Var(0, TensorType.of(DType.F32, 3));
        Atom.Var y = new Atom.Var(1, TensorType.of(DType.F32, 4));
        Program wrong = new Program(List.of(x), List.of(new Equation(List.of(y),
                new Op.Unary(Op.Unary.Function.EXP), List.of(x), Source.UNKNOWN)), List.of(y));
        RicciException refused = assertThrows(
                RicciException.IllTyped.class, () -> TypeChecker.check("Fuse", wrong));
        assertTrue(refused.asked().contains("Fuse"), refused.toString());
        assertTrue(refused.types().contains("b: f32[4] = exp(a)"), refused.toString());
        assertTrue(refused.rule().contains("f32[3]"), refused.toString());
    }

    /** Among the first equations those with results; effects have none. */
    private static List<Integer> withResults(Program p, int first) {
        return IntStream.range(0, first).boxed().filter(i -> !p.equations().get(i).results().isEmpty()).toList();
    }

    private static List<Equation> with(Program p, int at, Equation changed) {
        List<Equation> equations = new ArrayList<>(p.equations());
        equations.set(at, changed);
        return equations;
    }

    private static void refuse(Program damaged) {
        assertThrows(RicciException.IllTyped.class, () -> TypeChecker.check("test", damaged));
    }
}
