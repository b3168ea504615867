package ricci.ir;

import java.util.stream.Collectors;

/** Programs as text; see {@link Program} for an example. */
final class ProgramPrinter {
    private static final int SOURCE_COLUMN = 72;

    private ProgramPrinter() {}

    static String print(Program program) {
        StringBuilder text = new StringBuilder();
        print(program, "", text);
        return text.append('\n').toString();
    }

    /** One equation on a line; a program that it calls is left out. */
    static String print(Equation e) {
        return head(e) + OpText.parameters(e.op()) + operands(e);
    }

    private static void print(Program program, String indent, StringBuilder text) {
        text.append(program.inputs().stream().map(Atom.Var::toString)
                .collect(Collectors.joining(", ", "program(", ")")))
                .append(" {\n");
        for (Equation e : program.equations()) {
            int start = text.length();
            text.append(indent).append("  ").append(head(e)).append(OpText.parameters(e.op()));
            for (Program body : Subprograms.of(e.op())) {
                text.append(' ');
                print(body, indent + "  ", text);
                start = text.lastIndexOf("\n") + 1;
            }
            text.append(operands(e));
            if (e.source().isKnown()) {
                text.repeat(' ', Math.max(0, SOURCE_COLUMN - (text.length() - start))).append("  // ")
                        .append(e.source());
            }
            text.append('\n');
        }
        text.append(indent).append("  return").append(program.results().isEmpty() ? "" : " ")
                .append(program.results().stream().map(ProgramPrinter::use).collect(Collectors.joining(", ")))
                .append('\n').append(indent).append('}');
    }

    private static String head(Equation e) {
        return e.results().stream().map(Atom.Var::toString).collect(Collectors.joining(", ")) + " = "
                + OpText.name(e.op());
    }

    private static String operands(Equation e) {
        return e.operands().stream().map(ProgramPrinter::use).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String use(Atom atom) {
        return switch (atom) {
            case Atom.Var v -> v.name();
            case Atom.Literal literal -> literal.toString();
        };
    }
}
