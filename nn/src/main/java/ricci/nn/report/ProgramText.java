package ricci.nn.report;

import java.util.stream.Collectors;
import ricci.ir.Program;

/** The program that a step runs, as text; where the user asked for each equation is set back. */
public record ProgramText(Program program) {
    private static final String SOURCE = "  // ";

    public Section section() {
        String text = program.toString().stripTrailing();
        String equations = Numerals.count(program.equations().size(), "equation", "equations");
        String intro = "What was recorded of one step, gradient and update: " + equations
                + ", each with the line of source that asked for it.";
        return new Section("program", "Program", intro, """
                <pre class="scroll" role="region" aria-label="Program" tabindex="0"><code>%s</code></pre>
                """.formatted(text.lines().map(ProgramText::line).collect(Collectors.joining("\n"))));
    }

    private static String line(String line) {
        int source = line.lastIndexOf(SOURCE);
        return source < 0 ? Html.escape(line) : "%s<span class=\"source\">%s</span>".formatted(
                Html.escape(line.substring(0, source)), Html.escape(line.substring(source)));
    }
}
