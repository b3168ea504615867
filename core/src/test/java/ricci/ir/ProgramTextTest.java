package ricci.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Programs print as text that reads back as the same program; other text is refused in plain words. */
class ProgramTextTest {
    @Property(tries = 2000)
    void printedProgramsReadBack(@ForAll long seed, @ForAll @IntRange(max = 25) int equations) {
        Program program = RandomProgram.any(seed, equations);
        String text = program.toString();
        Program read = Program.parse(text);
        assertEquals(program, read);
        assertEquals(text, read.toString());
    }

    @Test
    void randomProgramsUseEveryPrimitive() {
        Set<Class<?>> seen = new HashSet<>();
        Set<Enum<?>> functions = new HashSet<>();
        for (long seed = 0; seed < 800; seed++) {
            for (Equation e : RandomProgram.any(seed, 25).equations()) {
                seen.add(e.op().getClass());
                if (e.op() instanceof Op.Unary(var f)) {
                    functions.add(f);
                }
                if (e.op() instanceof Op.Binary(var f)) {
                    functions.add(f);
                }
                if (e.op() instanceof Op.Cumulative(var f, _, _)) {
                    functions.add(f);
                }
                if (e.op() instanceof Op.Scatter(_, var combiner, var mode)) {
                    functions.addAll(List.of(combiner, mode));
                }
            }
        }
        Set<Class<?>> all = Primitives.all();
        // Only differentiation makes these; RandomSpmd draws the collectives.
        all.remove(Custom.CustomLinear.class);
        // These would print.
        all.remove(Effect.Print.class);
        all.removeIf(Collective.class::isAssignableFrom);
        assertEquals(all, seen);
        assertTrue(functions.containsAll(List.of(Op.Unary.Function.values())));
        assertTrue(functions.containsAll(List.of(Op.Binary.Function.values())));
        assertTrue(functions.containsAll(List.of(Op.Cumulative.Function.values())));
        assertTrue(functions.containsAll(List.of(Op.Scatter.Combiner.values())));
        assertTrue(functions.containsAll(List.of(Op.OutOfBounds.values())));
    }

    @Test
    void everyElementReadsBackWithItsBits() {
        for (DType dtype : List.of(DType.F16, DType.BF16, DType.F32, DType.F64)) {
            Random random = new Random(1);
            for (int i = 0; i < 70_000; i++) {
                long bits = i < 65_536 && dtype.bytes() == 2 ? i : random.nextLong();
                Atom literal = new Atom.Literal(TensorType.of(dtype), dtype.fromBits(bits));
                Program program = new Program(List.of(), List.of(), List.of(literal));
                assertEquals(program, Program.parse(program.toString()));
            }
        }
    }

    @Test
    void sourceLinesReadBack() {
        Builder b = new Builder();
        Atom.Var x = b.input(TensorType.of(DType.F32, 2));
        Atom y = b.at(new Source("Model.java", 12)).neg(x);
        Program program = b.build("test", List.of(x), List.of(y));
        assertEquals(new Source("Model.java", 12), Program.parse(program.toString()).equations().getFirst()
                .source());
    }

    @Property(tries = 3000)
    void damagedTextIsRefusedOrRead(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(RandomProgram.any(seed, 6).toString());
        String alphabet = "abz019.,:=(){}[]-\n /\"eEinfNaN\u00e9\ud83d";
        for (int damage = 1 + random.nextInt(3); damage > 0 && !text.isEmpty(); damage--) {
            int at = random.nextInt(text.length());
            char replacement = alphabet.charAt(random.nextInt(alphabet.length()));
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, replacement);
                case 2 -> text.setCharAt(at, replacement);
                default -> text.setLength(at);
            }
        }
        try {
            Program program = Program.parse(text.toString());
            assertEquals(program, Program.parse(program.toString()));
        } catch (RicciException refused) {
            assertTrue(refused instanceof RicciException.Syntax, () -> refused + "\n" + text);
        }
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "program() { a: f32[] = call{name=x} ".repeat(100_000);
        // By the parser's own limit, or by that of the stack, whichever is met first.
        RicciException refused = assertThrows(RicciException.class, () -> Program.parse(deep));
        assertTrue(refused instanceof RicciException.Depth
                || refused.toString().contains("programs nest at most"), refused.toString());
    }

    @Test
    void errorsNameLineAndColumn() {
        String text = "program(a: f32[3]) {\n  b: f32[3] = frobnicate(a)\n  return b\n}\n";
        RicciException refused = assertThrows(RicciException.Syntax.class, () -> Program.parse(text));
        assertTrue(refused.toString().contains("line 2"), refused.toString());
        assertTrue(refused.toString().contains("frobnicate"), refused.toString());
    }

    @Test
    void programsThatDifferInNamesOnlyAreEqual() {
        String text = "program(x: f32[], why: f32[]) {\n  zed: f32[] = add(x, why)\n  return zed\n}\n";
        Program renamed = Program.parse(text);
        assertEquals(Program.parse(text.replace("zed", "c").replace("why", "b").replace("x", "a")), renamed);
        assertEquals(Arrays.asList("a", "b"), renamed.inputs().stream().map(Atom.Var::name).toList());
    }
}
