package ricci.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.InferTypes;
import ricci.ir.NamedAxis;
import ricci.ir.Op;
import ricci.ir.OpText;
import ricci.ir.Primitives;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.ir.RicciException;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;
import ricci.runtime.Eval;

/**
 * The table of primitives and their rules, docs/primitives.md: a cell says what happened when the rule was
 * used on equations of random programs, so what is not exercised can not be claimed. With {@code
 * -Dricci.golden=write} the table is written anew.
 */
class PrimitivesTableTest {
    private static final Path TABLE = Path.of("..", "docs", "primitives.md");
    private static final int PROGRAMS = 500;
    private static final int ENOUGH = 12;

    /** The columns. */
    private enum Rule { TYPES, TEXT, EVAL, JVP, TRANSPOSE, VMAP }

    /** By the primitive's name, which rules did something. */
    private final Map<String, Set<Rule>> done = new TreeMap<>();
    private final Map<String, Integer> seen = new TreeMap<>();
    private final Set<Class<?>> classes = new java.util.HashSet<>();

    @Test
    void everyRuleOfEveryPrimitiveIsExercised() throws IOException {
        for (long i = 0; i < PROGRAMS; i++) {
            long seed = i * 0x9E3779B97F4A7C15L;
            Random random = new Random(seed);
            program(RandomProgram.any(seed, 12), random);
            program(RandomProgram.smooth(seed, 12), random);
            program(Transformation.JVP.of(RandomProgram.smooth(seed, 4), random), random);
            NamedAxis axis = new NamedAxis("i", 2);
            Program shards = RandomSpmd.smooth(random, List.of(axis), 5);
            collectives(shards, axis, random);
        }
        Set<Class<?>> missing = Primitives.all();
        missing.removeAll(classes);
        // DebugTest has it: here it would print.
        missing.remove(Effect.Print.class);
        assertEquals(Set.of(), missing);
        functions().forEach(name -> assertTrue(done.containsKey("\t" + name), name));
        done.forEach((name, rules) -> assertTrue(rules.containsAll(
                EnumSet.of(Rule.TYPES, Rule.TEXT, Rule.EVAL, Rule.VMAP)), () -> name + " only " + rules));
        if ("write".equals(System.getProperty("ricci.golden"))) {
            Files.createDirectories(TABLE.getParent());
            Files.writeString(TABLE, table());
        }
        assertEquals(Files.readString(TABLE), table());
    }

    private static List<String> functions() {
        return Stream.<Enum<?>>concat(Stream.of(Op.Unary.Function.values()),
                Stream.of(Op.Binary.Function.values())).map(f -> OpText.name(
                f instanceof Op.Unary.Function u ? new Op.Unary(u)
                : new Op.Binary((Op.Binary.Function) f))).toList();
    }

    private void program(Program program, Random random) {
        for (Equation e : program.equations()) {
            Subprograms.of(e.op()).forEach(body -> program(body, random));
            if (Collective.freeNames(e.op()).isEmpty()) {
                equation(e, random);
            }
        }
    }

    private void equation(Equation e, Random random) {
        String name = family(e.op()) + "\t" + OpText.name(e.op());
        classes.add(e.op().getClass());
        if (seen.merge(name, 1, Integer::sum) > ENOUGH) {
            return;
        }
        List<TensorType> types = e.operands().stream().map(Atom::type).toList();
        assertEquals(e.results().stream().map(Atom::type).toList(), InferTypes.of(e.op(), types));
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(types);
        Program one = b.build("test", inputs, b.apply(e.op(), inputs));
        assertEquals(one, Program.parse(one.toString()));
        try {
            Eval.run(one, Examples.draw(random, types));
            Examples.assertEqualsLoop(one, 2, Examples.drawAxes(random, types),
                    Examples.drawAxes(random, one.resultTypes()), random);
        } catch (RicciException.Check failed) {
            // Of random operands a check is rarely true everywhere.
        }
        note(name, Rule.TYPES, Rule.TEXT, Rule.EVAL, Rule.VMAP);
        derivatives(name, one);
    }

    private void derivatives(String name, Program one) {
        List<Boolean> active = Transformation.active(one.inputTypes());
        // Some have derivatives by some operands only.
        IntStream.range(0, active.size()).filter(active::get).forEach(i -> {
            try {
                if (Jvp.of(one, IntStream.range(0, active.size()).mapToObj(k -> k == i).toList())
                        .activeResults().contains(true)) {
                    note(name, Rule.JVP);
                }
            } catch (RicciException.Derivative e) {
                // Not by this one.
            }
        });
        IntStream.range(0, active.size()).filter(active::get).forEach(i -> {
            try {
                Transpose.of(one, IntStream.range(0, active.size()).mapToObj(k -> k == i).toList());
                note(name, Rule.TRANSPOSE);
            } catch (RicciException.Derivative e) {
                // Not linear in this operand.
            }
        });
    }

    /** Those that run inside a map have rules there, and under a vmap that binds their axis. */
    private void collectives(Program shards, NamedAxis axis, Random random) {
        program(Transformation.single(Spmd.ofExamples(shards, axis,
                Examples.drawAxes(random, shards.inputTypes()),
                Examples.drawAxes(random, shards.resultTypes()))), random);
        List<Integer> axes = Examples.drawAxes(random, shards.inputTypes());
        Program vmap = Vmap.of(shards, axis.size(), axes, axis.name())
                .withResultsAlong(Examples.drawAxes(random, shards.resultTypes()));
        Eval.run(vmap, Examples.draw(random, vmap.inputTypes()));
        Jvp.Result jvp = Jvp.of(shards, Transformation.active(shards.inputTypes()));
        assertEquals(jvp.program(), Program.parse(jvp.program().toString()));
        Set<Class<?>> pulled = Vjp.pullback(Linearize.of(shards,
                Transformation.active(shards.inputTypes()))).equations().stream()
                .map(e -> e.op().getClass()).collect(Collectors.toSet());
        for (Equation e : shards.equations()) {
            if (e.op() instanceof Collective) {
                classes.add(e.op().getClass());
                String name = family(e.op()) + "\t" + OpText.name(e.op());
                note(name, Rule.TYPES, Rule.TEXT, Rule.EVAL, Rule.VMAP);
                if (!(e.op() instanceof Collective.AxisIndex)) {
                    note(name, Rule.JVP);
                }
                if (pulled.contains(e.op().getClass())) {
                    note(name, Rule.TRANSPOSE);
                }
            }
        }
    }

    private void note(String name, Rule... rules) {
        done.computeIfAbsent(name, _ -> EnumSet.noneOf(Rule.class)).addAll(List.of(rules));
    }

    private static String family(Op op) {
        Class<?> outer = op.getClass().getEnclosingClass();
        return outer == Op.class ? "" : outer.getSimpleName();
    }

    private String table() {
        List<String> lines = new ArrayList<>(List.of("# Primitives and their rules", "",
                "Written by PrimitivesTableTest: a cross stands for a rule that was used on equations of "
                + "random programs. A primitive without one under jvp has derivative zero or none; without "
                + "one under transpose it is not linear.", "",
                "| family | primitive | types | text | eval | jvp | transpose | vmap |",
                "|---|---|---|---|---|---|---|---|"));
        done.forEach((name, rules) -> lines.add("| " + name.replace("\t", " | ") + " | "
                + Stream.of(Rule.values()).map(r -> rules.contains(r) ? "×" : "")
                .collect(Collectors.joining(" | ")) + " |"));
        return String.join("\n", lines) + "\n";
    }
}
