package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Control;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Loops and choices inside of compiled programs do what the interpreter does. */
class ControlFlowTest {
    private static final TensorType COUNT = TensorType.of(DType.I32);

    @Property(tries = 300)
    void loops(@ForAll long seed, @ForAll @IntRange(max = 2) int depth) {
        Program program = Loop.of(seed, depth);
        same(program, samples(program, seed));
    }

    @Property(tries = 30)
    void severalThreadsRunOneProgram(@ForAll long seed) {
        Program program = Loop.of(seed, 1);
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        List<CompletableFuture<Void>> runs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            List<Buffer> x = samples(program, seed + i);
            runs.add(CompletableFuture.runAsync(() -> {
                for (int again = 0; again < 5; again++) {
                    same(program, Eval.run(program, x), compiled.run(x));
                }
            }));
        }
        runs.forEach(CompletableFuture::join);
    }

    @Test
    void smallLoopsAreOneKernel() {
        Plan plan = Planner.plan(counter());
        assertEquals(1, plan.actions().size());
        assertInstanceOf(Plan.Action.Step.class, plan.actions().getFirst());
        assertTrue(Explain.text(plan, true).contains("ordered i0"), Explain.text(plan, true));
        assertEquals(1000, run(counter(), number(1000)).getFirst().integers()[0]);
    }

    @Test
    void manySteps() {
        TensorType type = TensorType.of(DType.I64, 2);
        Program program = scan(300_001, List.of(type, type), (b, x) ->
                List.of(x.get(1), b.add(x.get(0), b.fill(type, 1))));
        same(program, List.of(Buffer.ofIntegers(DType.I64, new long[] {1, 2}),
                Buffer.ofIntegers(DType.I64, new long[] {30, 40})));
    }

    @Test
    void anInterruptEndsLoops() {
        for (Program endless : List.of(endless(false), endless(true))) {
            CompiledProgram compiled = new CompiledProgram(endless, Planner.plan(endless));
            for (Function<List<Buffer>, List<Buffer>> run : List.<Function<List<Buffer>, List<Buffer>>>of(
                    x -> Eval.run(endless, x), compiled::run)) {
                Thread.currentThread().interrupt();
                try {
                    var e = assertThrows(RicciException.Interrupted.class, () -> run.apply(number(1)));
                    assertTrue(e.toString().contains("step 0") && e.toString().contains("Users.java:7"),
                            e.toString());
                } finally {
                    assertTrue(Thread.interrupted());
                }
            }
        }
    }

    @Test
    void anInterruptFromAnotherThreadEndsALoop() throws InterruptedException {
        Program endless = endless(false);
        CompiledProgram compiled = new CompiledProgram(endless, Planner.plan(endless));
        List<Throwable> errors = new ArrayList<>();
        Thread thread = new Thread(() -> compiled.run(number(1)));
        thread.setUncaughtExceptionHandler((_, e) -> errors.add(e));
        thread.start();
        thread.interrupt();
        thread.join();
        assertInstanceOf(RicciException.Interrupted.class, errors.getFirst());
    }

    @Test
    void effectsInLoopsSayWhatTheInterpreterSays() {
        Program program = scan(4, List.of(COUNT), (b, x) -> {
            b.apply(new Effect.Print("at {}"), List.of(x.getFirst()));
            b.apply(new Effect.Check("less than 2", 0), List.of(
                    b.compare(Op.Compare.Relation.LT, x.getFirst(), b.fill(COUNT, 2))));
            return List.of(b.add(x.getFirst(), b.fill(COUNT, 1)));
        });
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        String expected = printed(() -> assertThrows(RicciException.Check.class,
                () -> Eval.run(program, number(0))).getMessage());
        assertEquals(expected, printed(() -> assertThrows(RicciException.Check.class,
                () -> compiled.run(number(0))).getMessage()));
        assertTrue(expected.startsWith("at 0"), expected);
        assertTrue(expected.contains("step 2 of the scan at Users.java:7"), expected);
        assertFalse(expected.contains("at 3"), expected);
    }

    private static String printed(Supplier<String> run) {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            String more = run.get();
            return bytes.toString(StandardCharsets.UTF_8) + more;
        } finally {
            System.setOut(out);
        }
    }

    @Test
    void resultsThatAreInputsNumbersOrTheSame() {
        Builder b = new Builder();
        Atom.Var x = b.input(COUNT);
        Atom y = b.neg(x);
        same(b.build("test", List.of(x), List.of(x, y, b.fill(COUNT, 5), y, x)), number(3));
    }

    // ---- programs ----

    private interface Body {
        List<? extends Atom> of(Builder b, List<Atom.Var> carry);
    }

    private static Program scan(long length, List<TensorType> carry, Body body) {
        Builder c = new Builder().at(Loop.LINE);
        List<Atom.Var> x = c.inputs(carry);
        Program step = c.build("test", x, body.of(c, x));
        Builder b = new Builder().at(Loop.LINE);
        List<Atom.Var> first = b.inputs(carry);
        return b.build("test", first, b.apply(new Control.Scan(step, 0, carry.size(), length, false), first));
    }

    private static Program counter() {
        Builder c = new Builder();
        List<Atom.Var> read = c.inputs(List.of(COUNT, COUNT));
        Program condition = c.build("test", read,
                List.of(c.compare(Op.Compare.Relation.LT, read.get(1), read.get(0))));
        Builder d = new Builder();
        Atom.Var count = d.input(COUNT);
        Program body = d.build("test", List.of(count), List.of(d.add(count, d.fill(COUNT, 1))));
        Builder b = new Builder();
        Atom.Var limit = b.input(COUNT);
        return b.build("test", List.of(limit), b.apply(new Control.While(condition, body, -1),
                List.of(limit, b.fill(COUNT, 0))));
    }

    /** Of one kernel, or with an equation that is interpreted. */
    private static Program endless(boolean isInterpreted) {
        Builder c = new Builder().at(Loop.LINE);
        Atom.Var read = c.input(COUNT);
        Program condition = c.build("test", List.of(read),
                List.of(c.compare(Op.Compare.Relation.EQ, read, read)));
        Builder d = new Builder().at(Loop.LINE);
        Atom.Var count = d.input(COUNT);
        if (isInterpreted) {
            d.apply(new Effect.Check("all is well", 0),
                    List.of(d.compare(Op.Compare.Relation.EQ, count, count)));
        }
        Program body = d.build("test", List.of(count), List.of(d.add(count, d.fill(COUNT, 1))));
        Builder b = new Builder().at(Loop.LINE);
        Atom.Var first = b.input(COUNT);
        return b.build("test", List.of(first),
                b.apply(new Control.While(condition, body, -1), List.of(first)));
    }

    private static List<Buffer> number(int x) {
        return List.of(Buffer.ofIntegers(DType.I32, new long[] {x}));
    }

    // ---- comparing ----

    private static List<Buffer> run(Program program, List<Buffer> x) {
        return new CompiledProgram(program, Planner.plan(program)).run(x);
    }

    private static void same(Program program, List<Buffer> x) {
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        List<Buffer> expected = Eval.run(program, x);
        same(program, expected, compiled.run(x));
        same(program, expected, compiled.run(x));
    }

    private static void same(Program program, List<Buffer> expected, List<Buffer> actual) {
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(-1, expected.get(i).segment().mismatch(actual.get(i).segment()),
                    "result " + i + " of\n" + program);
        }
    }

    /** Small whole numbers, which every dtype has. */
    private static List<Buffer> samples(Program program, long seed) {
        Random random = new Random(seed);
        return program.inputTypes().stream().map(type -> {
            int count = (int) type.shape().size();
            return type.dtype().isFloat()
                    ? Buffer.ofReals(type.dtype(), random.doubles(count, 1, 5).map(Math::floor).toArray())
                    : Buffer.ofIntegers(type.dtype(), random.longs(count, 1, 5).toArray());
        }).toList();
    }
}
