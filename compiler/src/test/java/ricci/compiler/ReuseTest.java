package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.concatenate;
import static ricci.Ricci.program;
import static ricci.Ricci.where;
import static ricci.Ricci.zeros;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import ricci.ControlFlow;
import ricci.Fn;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.runtime.Buffer;

/** What is written over something else is what it would be in memory of its own. */
class ReuseTest {
    /** Of square matrices, so that results are as large as the argument; some read far from their writes. */
    private static final Map<String, Fn<Tensor, Tensor>> FUNCTIONS = Map.ofEntries(
            Map.entry("elements", x -> x.mul(2).add(1).tanh()),
            Map.entry("softmax", ReuseTest::softmax),
            Map.entry("twice", x -> softmax(softmax(x).matmul(x))),
            Map.entry("turned", x -> x.transpose().add(1)),
            Map.entry("turned and not", x -> x.transpose().add(x)),
            Map.entry("product", x -> x.matmul(x)),
            Map.entry("first row", x -> x.add(x.slice(0, 0, 1))),
            Map.entry("last row", x -> x.add(x.slice(0, rows(x) - 1, rows(x)))),
            Map.entry("shifted", x -> concatenate(x.slice(0, 1, rows(x)), x.slice(0, 0, 1)).sub(x)),
            Map.entry("reversed", x -> x.flip(0).mul(3)),
            Map.entry("column sums", x -> x.sub(x.sum(0))),
            Map.entry("cumulative", x -> x.cumsum(0).add(x.cumsum(1))),
            Map.entry("sorted", x -> x.sort(0).add(x)),
            Map.entry("updates", x -> x.at(0).set(1).at(rows(x) - 1).add(x.get(0)).at(0).mul(2)),
            Map.entry("update", x -> x.at(2).set(1).at(3).add(2)),
            Map.entry("update of a sum", x -> x.add(1).at(0).set(x.get(rows(x) - 1)).exp()),
            Map.entry("choice", x -> where(x.gt(0), x.transpose(), x)),
            Map.entry("loop of updates", x -> ControlFlow.forLoop(0, rows(x),
                    (i, s) -> s.at(i).set(s.get(i).mul(2)).at(0).add(s.get(i)), x)),
            Map.entry("loop of rows", x -> ControlFlow.forLoop(0, 5, (i, s) -> softmax(s.transpose()), x)));

    private static Tensor softmax(Tensor x) {
        Tensor e = x.sub(x.max(1).reshape(rows(x), 1)).exp();
        return e.div(e.sum(1).reshape(rows(x), 1));
    }

    private static long rows(Tensor x) {
        return x.shape().length(0);
    }

    @Provide
    Arbitrary<String> functions() {
        return Arbitraries.of(FUNCTIONS.keySet().stream().sorted().toList());
    }

    private static Fn<Tensor, Tensor> function(String name) {
        return Objects.requireNonNull(FUNCTIONS.get(name));
    }

    @Property(tries = 60)
    void functionsOfSquares(@ForAll @From("functions") String name,
            @ForAll @IntRange(min = 4, max = 300) int rows, @ForAll long seed) {
        check(program(function(name), zeros(DType.F32, rows, rows)), seed);
    }

    @Property(tries = 150)
    void randomPrograms(@ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @IntRange(min = 1, max = 15) int equations) {
        check(RandomProgram.any(seed, equations), seed);
    }

    /** With arguments of which all, some or none are given away. */
    private static void check(Program f, long seed) {
        List<Buffer> x = CompiledProgramTest.samples(f, seed);
        List<Buffer> before = copies(x);
        List<Buffer> expected = new CompiledProgram(f, Planner.plan(f, false)).run(x);
        CompiledProgram compiled = new CompiledProgram(f, Planner.plan(f));
        same(expected, compiled.run(x), f);
        Random random = new Random(seed);
        for (boolean isAll : new boolean[] {true, false}) {
            List<Boolean> given = x.stream().map(_ -> isAll || random.nextBoolean()).toList();
            List<Buffer> own = copies(x);
            List<Buffer> results = compiled.run(own, given);
            same(expected, results, f);
            for (int i = 0; i < own.size(); i++) {
                if (!given.get(i)) {
                    same(List.of(x.get(i)), List.of(own.get(i)), f);
                }
            }
        }
        same(before, x, f);
    }

    private static List<Buffer> copies(List<Buffer> buffers) {
        return buffers.stream().map(from -> {
            Buffer to = Buffer.uninitialized(from.dtype(), from.count());
            to.segment().copyFrom(from.segment());
            return to;
        }).toList();
    }

    private static void same(List<Buffer> expected, List<Buffer> actual, Program program) {
        for (int i = 0; i < expected.size(); i++) {
            Buffer a = expected.get(i);
            Buffer b = actual.get(i);
            // As numbers: which NaN it is, is left open.
            if (a.dtype().isComplex()) {
                assertArrayEquals(a.complexes(), b.complexes(), program::toString);
            } else if (a.dtype().isFloat()) {
                assertArrayEquals(a.reals(), b.reals(), program::toString);
            } else {
                assertArrayEquals(a.integers(), b.integers(), program::toString);
            }
        }
    }

    // ---- that memory is used again ----

    private static Plan plan(Fn<Tensor, Tensor> f, long... shape) {
        return Planner.plan(program(f, zeros(DType.F32, shape)));
    }

    @Test
    void aDonatedArgumentBecomesTheResult() {
        for (String name : List.of("elements", "softmax", "update")) {
            Program f = program(function(name), zeros(DType.F32, 200, 200));
            Buffer x = Buffer.allocate(DType.F32, 40_000);
            long address = x.segment().address();
            Buffer y = new Compiler().compile(f).run(List.of(x), List.of(true)).getFirst();
            assertEquals(address, y.segment().address(), name);
            assertThrows(IllegalStateException.class, x::segment);
        }
    }

    @Test
    void whatIsReadLaterIsNotOverwritten() {
        for (String name : List.of("turned", "first row", "last row", "shifted", "reversed", "product")) {
            assertEquals(List.of(List.of()), plan(function(name), 64, 64).reusable(), name);
        }
    }

    @Test
    void updatesOfWhatDiesAreInPlace() {
        // The sum that is updated is where the result will be.
        assertEquals(plan(x -> x.sort(0), 1 << 16).arena(),
                plan(x -> x.sort(0).at(3).set(1).at(4).set(2), 1 << 16).arena());
        Plan apart = Planner.plan(program((Tensor x) -> x.sort(0).at(3).set(1).at(4).set(2),
                zeros(DType.F32, 1 << 16)), false);
        assertTrue(apart.arena() >= 2 << 18);
    }

    @Test
    void aLoopUpdatesWhatItCarriesInPlace() {
        Plan plan = plan(x -> ControlFlow.forLoop(0, 100, (i, s) -> s.at(i).set(1), x), 1 << 16);
        assertTrue(plan.arena() < 1 << 12, plan.toString());
    }

    @Test
    void explainsThePeak() {
        String text = Explain.text(plan(x -> x.transpose().sort(0).sum(0), 1000, 500), false);
        assertTrue(text.contains("memory at the peak: 2.0 MB of arguments, 4.0 kB of results"), text);
    }

    // ---- results that are kept ----

    @Test
    void keptResultsStayWhileOthersRun() throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = IntStream.range(0, 3).mapToObj(i -> Thread.ofPlatform().start(() -> {
            try {
                keep(new Random(i));
            } catch (RuntimeException | Error e) {
                synchronized (failures) {
                    failures.add(e);
                }
            }
        })).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
        assertFalse(threads.isEmpty());
    }

    /** Random programs on random arguments, earlier results of others; all that is kept is checked. */
    private static void keep(Random random) {
        @SuppressWarnings("ArrayRecordComponent") // Never compared.
        record Kept(Buffer buffer, double[] copy) {}

        List<Kept> kept = new ArrayList<>();
        Map<String, CompiledProgram> compiled = new java.util.HashMap<>();
        List<String> names = FUNCTIONS.keySet().stream().sorted().toList();
        for (int step = 0; step < 400; step++) {
            int rows = List.of(8, 65, 130).get(random.nextInt(3));
            String name = names.get(random.nextInt(names.size()));
            CompiledProgram f = compiled.computeIfAbsent(name + rows, _ -> {
                Program p = program(function(name), zeros(DType.F32, rows, rows));
                return new CompiledProgram(p, Planner.plan(p));
            });
            Buffer x = kept.stream().map(Kept::buffer).filter(b -> b.count() == (long) rows * rows)
                    .reduce((_, last) -> last).orElseGet(() -> Buffer.ofReals(DType.F32,
                            random.doubles((long) rows * rows).toArray()));
            boolean isGiven = random.nextInt(3) == 0;
            if (isGiven) {
                kept.removeIf(k -> k.buffer().sharesMemory(x));
            }
            Buffer own = isGiven ? Objects.requireNonNull(x.give()) : x;
            Buffer y = f.run(List.of(own), List.of(isGiven)).getFirst();
            if (isGiven && !y.sharesMemory(own)) {
                own.free();
            }
            kept.removeIf(k -> k.buffer() == y);
            kept.add(new Kept(y, y.reals()));
            if (kept.size() > 20) {
                kept.remove(random.nextInt(kept.size()));
            }
            kept.forEach(k -> assertArrayEquals(k.copy(), k.buffer().reals()));
        }
    }
}
