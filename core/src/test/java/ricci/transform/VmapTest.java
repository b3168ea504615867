package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.transform.Examples.assertEqualsLoop;
import static ricci.transform.Examples.drawAxes;
import static ricci.transform.Examples.drawSome;
import static ricci.transform.Vmap.NONE;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Primitives;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/** The vectorised program gives, bit for bit, what a loop over the examples gives. */
class VmapTest {
    private static final Set<Class<?>> OF_ANY_NUMBER = Set.of(Op.Call.class, Op.Concatenate.class,
            Windows.DynamicSlice.class, Windows.DynamicUpdateSlice.class, Custom.CustomJvp.class,
            Custom.CustomVjp.class, Custom.Remat.class);

    /**
     * Every equation of many random programs, on its own, with each choice of the operands that are mapped.
     */
    @Test
    void everyPrimitiveWithEveryChoiceOfMappedOperands() {
        Map<Class<?>, Map<Integer, Integer>> checked = new HashMap<>();
        for (long seed = 0; seed < 600; seed++) {
            Random random = new Random(seed);
            for (Equation e : RandomProgram.any(seed, 10).equations()) {
                if (e.op() instanceof Effect) {
                    continue;
                }
                List<TensorType> types = e.operands().stream().map(Atom::type).toList();
                for (int choice = 1; choice < 1 << types.size(); choice++) {
                    checkSingle(e.op(), types, choice, random);
                    checked.computeIfAbsent(e.op().getClass(), _ -> new HashMap<>())
                            .merge(choice, 1, Integer::sum);
                }
            }
        }
        Set<Class<?>> withOperands = new HashSet<>(Primitives.all());
        withOperands.remove(Op.Iota.class);
        // They have no results to compare.
        withOperands.remove(Effect.Print.class);
        withOperands.remove(Effect.Check.class);
        // Only differentiation makes these; SpmdTest has the collectives.
        withOperands.remove(Custom.CustomLinear.class);
        withOperands.removeIf(Collective.class::isAssignableFrom);
        assertEquals(withOperands, checked.keySet());
        checked.forEach((op, choices) -> choices.forEach((choice, times) ->
                assertTrue(times >= 10 || Control.class.isAssignableFrom(op) || OF_ANY_NUMBER.contains(op),
                        () -> op + " with operands " + choice + " mapped: " + times)));
    }

    private static void checkSingle(Op op, List<TensorType> types, int choice, Random random) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(types);
        Program single = b.build("test", inputs, b.apply(op, inputs));
        List<Integer> places = drawAxes(random, types);
        List<Integer> axes = IntStream.range(0, types.size())
                .mapToObj(i -> (choice >> i & 1) == 1 ? places.get(i) : (Integer) NONE).toList();
        assertEqualsLoop(single, random.nextInt(4), axes, drawAxes(random, single.resultTypes()), random);
    }

    @Property(tries = 2000)
    void compositions(@ForAll long seed, @ForAll @IntRange(max = 15) int equations,
            @ForAll @IntRange(max = 3) int size) {
        Random random = new Random(seed);
        Program program = RandomProgram.any(seed, equations);
        assertEqualsLoop(program, size, drawSome(random, program.inputTypes()),
                drawAxes(random, program.resultTypes()), random);
    }

    @Property(tries = 700)
    void compositionsInsideCompositions(@ForAll long seed, @ForAll @IntRange(max = 10) int equations,
            @ForAll @IntRange(max = 3) int size, @ForAll @IntRange(max = 2) int innerSize) {
        Random random = new Random(seed);
        Program program = RandomProgram.any(seed, equations);
        Program inner = Vmap.of(program, innerSize, drawSome(random, program.inputTypes()))
                .withResultsAlong(drawAxes(random, program.resultTypes()));
        assertEqualsLoop(inner, size, drawSome(random, inner.inputTypes()),
                drawAxes(random, inner.resultTypes()), random);
    }

    @Property(tries = 500)
    void whatIsNotMappedStaysAsItIs(@ForAll long seed, @ForAll @IntRange(max = 15) int equations) {
        Program program = RandomProgram.any(seed, equations);
        List<Integer> none = program.inputs().stream().map(_ -> NONE).toList();
        Vmap.Result all = Vmap.of(program, 7, none);
        assertEquals(program, all.program());
        assertTrue(all.axes().stream().allMatch(axis -> axis == NONE));
    }

    @Property(tries = 500)
    void linesAndCallsAreKept(@ForAll long seed, @ForAll @IntRange(max = 15) int equations) {
        Program program = RandomProgram.any(seed, equations);
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(program.inputTypes());
        b.at(new ricci.ir.Source("Model.java", 7));
        Program placed = b.build("test", inputs, b.inline(program, inputs));
        Program all = Vmap.of(placed, 2, drawAxes(new Random(seed), program.inputTypes())).program();
        assertTrue(all.equations().stream().allMatch(e -> e.source().line() == 7));
        assertEquals(calls(placed), calls(all));
    }

    private static long calls(Program program) {
        return program.equations().stream().filter(e -> e.op() instanceof Op.Call).count();
    }
}
