package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import ricci.ControlFlow;
import ricci.Fft;
import ricci.Linalg;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.runtime.Buffer;

/** What is told of programs that have run: how often, and how much they did. */
class RecordingTest {
    private static Cost cost(Program program) {
        double single = 0;
        double wide = 0;
        long read = 0;
        long written = 0;
        for (Launch launch : Planner.plan(program).actions().stream().flatMap(RecordingTest::launches)
                .toList()) {
            Cost cost = Cost.of(launch);
            single += cost.single();
            wide += cost.wide();
            read += cost.read();
            written += cost.written();
        }
        return new Cost(single, wide, read, written);
    }

    @Property(tries = 30)
    void theCostOfElements(@ForAll @IntRange(min = 1, max = 5000) int n) {
        assertEquals(new Cost(2.0 * n, 0, 8L * n, 4L * n), cost(program((Tensor x, Tensor y) ->
                x.add(y).mul(x), zeros(n), zeros(n))));
        assertEquals(new Cost(0, 2.0 * n, 8L * n, 8L * n), cost(program((Tensor x) -> x.mul(x).add(1),
                zeros(DType.F64, n))));
        assertEquals(new Cost(0, 0, 4L * n, 4L * n), cost(program((Tensor x) -> x.add(1),
                zeros(DType.I32, n))));
    }

    /** A part of a tensor is not the whole of it. */
    @Test
    void theCostOfAPart() {
        assertEquals(new Cost(100, 0, 400, 400), cost(program((Tensor x) -> x.slice(0, 50, 150).add(1),
                zeros(1000))));
    }

    @Property(tries = 20)
    void theCostOfProducts(@ForAll @IntRange(min = 1, max = 90) int m, @ForAll @IntRange(min = 1,
            max = 90) int k, @ForAll @IntRange(min = 1, max = 90) int n) {
        Cost cost = cost(program((Tensor x, Tensor y) -> x.matmul(y), zeros(m, k), zeros(k, n)));
        double least = 2.0 * m * k * n - m * n;
        assertTrue(cost.operations() >= least && cost.operations() <= 4 * least + 64 * (m + n + k + 64),
                () -> cost + " of " + m + ", " + k + ", " + n);
    }

    @Property(tries = 60)
    void recordingChangesNoResult(@ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @IntRange(min = 1, max = 12) int equations) {
        Program program = RandomProgram.any(seed, equations);
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        List<Buffer> inputs = CompiledProgramTest.samples(program, seed);
        List<Buffer> expected = compiled.run(inputs);
        Recording recording = Recording.begin();
        List<Buffer> actual;
        try {
            actual = compiled.run(inputs);
        } finally {
            recording.end();
        }
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).segment().toArray(ValueLayout.JAVA_BYTE),
                    actual.get(i).segment().toArray(ValueLayout.JAVA_BYTE));
        }
        assertEquals(1, Objects.requireNonNull(recording.times(compiled)).count());
        assertTrue(recording.report(true, true).contains("in all: "));
    }

    @Test
    void partsLieInTheirProgram() {
        Program program = program((Tensor x) -> x.matmul(x).sort(1), zeros(300, 300));
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        List<Buffer> inputs = CompiledProgramTest.samples(program, 7);
        Recording recording = Recording.begin();
        try {
            for (int i = 0; i < 3; i++) {
                compiled.run(inputs);
            }
        } finally {
            recording.end();
        }
        compiled.run(inputs);
        Recording.Times all = recording.times(compiled);
        assertNotNull(all);
        assertEquals(3, all.count());
        assertTrue(3 * all.least() <= all.total());
        List<Recording.Span> spans = recording.spans();
        List<Recording.Span> programs = spans.stream().filter(Recording.Span::isProgram).toList();
        assertEquals(3, programs.size());
        for (Recording.Span span : spans) {
            assertTrue(programs.stream().anyMatch(p -> p.start() <= span.start() && span.end() <= p.end()),
                    span::toString);
        }
        List<Call> calls = compiled.plan().actions().stream().flatMap(RecordingTest::call).toList();
        assertEquals(compiled.plan().actions().size(), calls.size());
        for (Call call : calls) {
            assertEquals(3, Objects.requireNonNull(recording.times(call)).count(), call::name);
        }
    }

    private static Stream<Launch> launches(Plan.Action action) {
        return action instanceof Plan.Action.Run(var launch, _) ? Stream.of(launch)
                : action instanceof Plan.Action.Together(var runs)
                ? runs.stream().map(Plan.Action.Run::launch) : Stream.of();
    }

    /** What the time of an action is kept by. */
    private static Stream<Call> call(Plan.Action action) {
        return action instanceof Plan.Action.Perform(var routine, _) ? Stream.of(routine)
                : launches(action).map(Call.class::cast).limit(1);
    }

    private static String explained(Program program) {
        return new CompiledProgram(program, Planner.plan(program))
                .explain(CompiledProgramTest.samples(program, 1));
    }

    private static int count(String text, String word) {
        return text.split(Pattern.quote(word), -1).length - 1;
    }

    /** Of a loop that is one kernel, what a step does and takes. */
    @Test
    void explainsStepsWithTheirRates() {
        String text = explained(program((Tensor x) -> ControlFlow.forLoop(0, 7, (i, y) ->
                y.matmul(x).tanh(), x), zeros(4, 4)));
        assertTrue(text.contains("FLOP, 64 B moved in each step\n"), text);
        assertEquals(1, count(text, "GFLOP/s, "), text);
        assertTrue(Pattern.compile("takes .* on average of [0-9]+ steps; .* if all went at the peak")
                .matcher(text).find(), text);
        assertTrue(Pattern.compile("1\\. scan, a step +7 ").matcher(text).find(), text);
    }

    /** The number of steps is found out by running. */
    @Property(tries = 5)
    void countsTheStepsOfALoop(@ForAll @IntRange(min = 0, max = 50) int steps) {
        Program program = program((Tensor x) -> ControlFlow.whileLoop(y ->
                y.lt((double) steps), y -> y.add(1), x), zeros());
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        Recording recording = Recording.begin();
        try {
            compiled.run(List.of(Buffer.ofReals(DType.F32, new double[1])));
            compiled.run(List.of(Buffer.ofReals(DType.F32, new double[1])));
        } finally {
            recording.end();
        }
        Plan.Action.Step step = (Plan.Action.Step) compiled.plan().actions().getFirst();
        Recording.Times times = recording.times(step.weave().launch());
        assertEquals(2L * steps, times == null ? 0 : times.count());
        assertEquals(new Cost(1, 0, 0, 0), Cost.of(step.weave().launch(), 1));
    }

    @Test
    void explainsWhatRunsAtOnceWithItsRates() {
        String text = explained(program((Tensor x, Tensor y) -> List.of(x.mul(2), y.add(1)), zeros(1000),
                zeros(2000)));
        assertTrue(text.contains("     these 2 at once\n     takes  "), text);
        assertTrue(text.contains("does   1.0 kFLOP, 8.0 kB moved\n")
                && text.contains("does   2.0 kFLOP, 16.0 kB moved\n"), text);
        assertEquals(1, count(text, "GFLOP/s, "), text);
        assertTrue(Pattern.compile(" 1\\. [a-z]+ and 1 other .* 3\\.0 k .* 24\\.0 kB ").matcher(text).find(),
                text);
    }

    /** The rows of the table begin and end where those of numbers do, also those of loops in it. */
    @Property(tries = 6)
    void rowsAreOneBelowTheOther(@ForAll @LongRange(min = 0, max = 100_000) long seed) {
        Program random = RandomProgram.any(seed, 8);
        Program loop = program((Tensor x) -> ControlFlow.forLoop(0, 3, (i, y) -> y.matmul(x).sort(1), x),
                zeros(40, 40));
        for (Program program : List.of(random, loop)) {
            List<String> lines = explained(program).lines().toList();
            int first = IntStream.range(0, lines.size()).filter(i -> lines.get(i).matches(" +calls .*GB/s"))
                    .findFirst().orElse(-1);
            if (first < 0) {
                continue;
            }
            List<String> rows = lines.subList(first, first + lines.subList(first, lines.size()).indexOf(""));
            int share = rows.getFirst().indexOf("share") + "share".length();
            for (String row : rows.subList(1, rows.size() - 1)) {
                assertTrue(row.length() <= rows.getFirst().length(), row);
                assertEquals(" %  ", row.substring(share - 2, share + 2), row);
            }
            assertTrue(rows.getLast().startsWith("    all  "), rows.getLast());
        }
    }

    @Property(tries = 20)
    void theCostOfFactorsAndSpectra(@ForAll @IntRange(min = 40, max = 200) int n) {
        double cube = (double) n * n * n;
        assertEquals(cube / 3, routine(program((Tensor x) -> Linalg.cholesky(x), zeros(n, n))).single(),
                cube / 100);
        assertEquals(cube * 2 / 3, routine(program((Tensor x) -> Linalg.lu(x).packed(),
                zeros(DType.F64, n, n))).wide(), cube / 100);
        assertEquals(5.0 * n * 64 * 6, routine(program((Tensor x) -> Fft.fft(x),
                zeros(DType.C64, n, 64))).wide(), 1);
        assertEquals(2.5 * n * 64 * 6, routine(program((Tensor x) -> Fft.rfft(x), zeros(n, 64))).wide(), 1);
    }

    private static Cost routine(Program program) {
        return Planner.plan(program).actions().stream().filter(Plan.Action.Perform.class::isInstance)
                .map(action -> Cost.of(((Plan.Action.Perform) action).routine()))
                .reduce(Cost.NONE, Cost::plus);
    }

    @Test
    void explainsARunWithItsTimes() {
        Program program = program((Tensor x) -> ControlFlow.forLoop(0, 5, (i, y) -> y.matmul(x).tanh(), x),
                zeros(40, 40));
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        String text = compiled.explain(CompiledProgramTest.samples(program, 1));
        for (String word : List.of("the program:", "takes ", "GFLOP/s, ", "of what the first cache gives",
                "if all went at the peak", "in all: ", "memory at the peak: ")) {
            assertTrue(text.contains(word), text);
        }
    }
}
