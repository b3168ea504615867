package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ricci.compiler.Recording;
import ricci.peak.Peak;

/** What {@code ricci explain} and {@code ricci peak} print and write. */
class ExplainTest {
    private static final String PROGRAM = """
            import static ricci.Ricci.*;
            import ricci.*;

            void main(String... arguments) {
                var f = jit((Tensor x) -> x.exp().sum(1));
                for (int i = 0; i < 3; i++) {
                    f.apply(zeros(300, 200));
                }
                IO.println("done " + String.join(" ", arguments));
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Terminal terminal(String end) throws IOException {
        return new Terminal(folder).with("Sums.java", PROGRAM + end + "}\n");
    }

    @Test
    void tellsWhatRanAfterTheProgram() throws IOException {
        Terminal terminal = terminal("");
        Outcome outcome = terminal.ricci("explain", terminal.path("Sums.java"), "well");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("done well\n"), outcome.out());
        assertTrue(outcome.out().contains("== Sums.java:5 (2 equations): 3 runs, "), outcome.out());
        assertTrue(outcome.out().contains("1. exp_sum, 300 turns\n"), outcome.out());
        assertTrue(outcome.out().contains("on average of 3 runs"), outcome.out());
        assertFalse(outcome.out().contains(" | "), outcome.out());
    }

    @Test
    void showsProgramsAndLoopsWhereAsked() throws IOException {
        Terminal terminal = terminal("");
        Outcome outcome = terminal.ricci("explain", "--loops", "--passes", terminal.path("Sums.java"));
        assertTrue(outcome.out().contains("the program:\nprogram(a: f32[300,200]) {\n"), outcome.out());
        assertTrue(outcome.out().contains("     | "), outcome.out());
    }

    @Test
    void aProgramThatFailsIsExplainedToo() throws IOException {
        Terminal terminal = terminal("    throw new IllegalStateException(\"no more\");\n");
        Outcome outcome = terminal.ricci("explain", terminal.path("Sums.java"));
        assertEquals(Main.PROGRAM_FAILED, outcome.code());
        assertTrue(outcome.err().contains("no more"), outcome.err());
        assertTrue(outcome.out().contains("3 runs, "), outcome.out());
    }

    @Test
    void whatDoesNotCompileIsNotExplained() throws IOException {
        Terminal terminal = new Terminal(folder).with("Wrong.java", "void main() { int x = true; }\n");
        Outcome outcome = terminal.ricci("explain", terminal.path("Wrong.java"));
        assertEquals(Main.PROGRAM_FAILED, outcome.code());
        assertEquals("", outcome.out());
    }

    @Test
    void writesTheTimelineIntoANewFolder() throws IOException {
        Terminal terminal = terminal("");
        Path page = folder.resolve("new").resolve("page.html");
        Outcome outcome = terminal.ricci("explain", "--timeline", page.toString(),
                terminal.path("Sums.java"));
        assertEquals(0, outcome.code(), outcome.err());
        String text = Files.readString(page);
        assertTrue(text.contains("\"exp_sum\"") && text.contains("\"Sums.java\""), outcome.out());
        assertTrue(text.contains("\"Sums.java:5 (2 equations)\""), outcome.out());
    }

    @Test
    void aTimelineThatCannotBeWrittenIsSaid() throws IOException {
        Terminal terminal = terminal("");
        Path page = terminal.folder().resolve("Sums.java").resolve("page.html");
        Outcome outcome = terminal.ricci("explain", "--timeline", page.toString(),
                terminal.path("Sums.java"));
        assertEquals(Main.PROGRAM_FAILED, outcome.code());
        assertTrue(outcome.err().startsWith("ricci: cannot write the timeline to "), outcome.err());
        assertTrue(outcome.err().endsWith("  fix: name a file in a folder that you may write to\n"),
                outcome.err());
    }

    /** Names come from programs; none may end the script, or become one. */
    @Test
    void aTimelineHoldsNamesAsTheyAre() throws IOException {
        String page = Timeline.of(List.of(
                new Recording.Span("b", "t", 20, 30, false),
                new Recording.Span("</script>\"\\\n\u00e9", "t", 10, 40, true)), 3, "<x>.java");
        assertTrue(page.contains(
                "names:[\"\\u003c/script\\u003e\\u0022\\u005c\\u000a\\u00e9\",\"b\"]"), page);
        assertTrue(page.contains("spans:[0,0,10,30,1,\n0,1,10,10,0]"), page);
        assertTrue(page.contains("left:3,") && page.contains("\"\\u003cx\\u003e.java\""), page);
        assertEquals(1, page.split("</script>", -1).length - 1);
    }

    @Test
    void thePeakIsMeasured() {
        Outcome outcome = new Terminal(folder).ricci("peak");
        assertEquals(0, outcome.code(), outcome.err());
        assertEquals("", outcome.err());
        assertTrue(outcome.out().contains("\na kernel is called in "), outcome.out());
    }

    @Test
    void thePeakIsATable() {
        String text = MeasurePeak.text(new Peak(40.04, 20, 79.5, List.of(
                new Peak.Level("first cache", 16 << 10, 32 << 10, 77, 55.5, 152),
                new Peak.Level("last cache", 4 << 20, 8 << 20, 45, 49, 90),
                new Peak.Level("memory", 64 << 20, Long.MAX_VALUE, 11, 12.25, 18)), 25, 512, 2));
        assertEquals("""

                GFLOP/s               f32       f64
                1 thread             40.0      20.0
                2 threads            79.5

                GB/s                 read      copy   read on 2 threads
                first, 32 KiB        77.0      55.5               152.0
                last, 8 MiB          45.0      49.0                90.0
                memory               11.0      12.3                18.0

                a kernel is called in 25 ns, on 2 threads in 0.5 µs
                """, text.substring(text.indexOf('\n') + 1));
    }
}
