package ricci.einops;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What every failure of a call in this package throws. The message shows the pattern with carets under the
 * part at fault, the tensors, the lengths known so far, the rule and a fix, and names the caller's line.
 */
public abstract sealed class EinopsException extends IllegalArgumentException implements UserError {
    private static final long serialVersionUID = 1L;

    /** Everything that can be wrong. */
    public enum Kind {
        NO_ARROW, SECOND_ARROW, UNKNOWN_CHARACTER, STRAY_DOTS, SECOND_ELLIPSIS, INVALID_NAME, DUPLICATE_NAME,
        UNBALANCED_PARENTHESES, NESTED_TOO_DEEP, NESTED_BRACKET, MISPLACED_BRACKET, MISPLACED_PLUS,
        MISPLACED_STRIDE, MISPLACED_COMMA, NUMBER_MISSING, ZERO_NUMBER, REPEATED_TWICE, REPEATED_NUMBER,
        PACK_STAR,
        ELLIPSIS_ONLY_RIGHT, ELLIPSIS_IN_LEFT_GROUP, NUMBER_IN_REARRANGE, NUMBER_KEPT, AXIS_ON_ONE_SIDE,
        AXIS_DROPPED, AXIS_APPEARS, LENGTH_MISSING, AXIS_UNUSED, AXIS_NAME, AXIS_GIVEN_TWICE,
        EINSUM_ELLIPSIS_DROPPED, REPEATED_AND_SINGLE, BRACKET_MISSING, BRACKET_MISMATCH, PARTS_MISMATCH,
        NO_INVERSE, WEIGHT_AXIS, BIAS_AXIS,
        WRONG_RANK, OPERAND_COUNT, OUTPUT_COUNT, REPEAT_COUNT,
        AMBIGUOUS_LENGTHS, LENGTH_MISMATCH, NOT_DIVISIBLE, NEGATIVE_LENGTH, STACK_MISMATCH, SPLIT_MISMATCH,
        TOO_LARGE, WINDOW_TOO_LONG, COORDINATE_COUNT, SHIFT_COUNT,
        UNKNOWN_REDUCTION, WRONG_REDUCTION, NOTHING_TO_REDUCE, NOT_CUMULATIVE,
        UNKNOWN_TENSOR, NULL_ARGUMENT, NO_TENSORS, BACKEND_FAILED, RAGGED_ARRAY, NO_AXIS_LEFT,
        INDEX_OUT_OF_BOUNDS, INDEX_TYPE,
        TARGET_UNKNOWN, TARGET_SHAPE, TARGET_TYPE, TARGET_READ_ONLY, TARGET_SHARED
    }

    private final Kind kind;
    private final String pattern;
    private final Span span;
    private final String[] shapes;

    private EinopsException(Kind kind, Report report) {
        super(report.text(kind), report.cause());
        this.kind = kind;
        pattern = report.pattern();
        span = report.span();
        shapes = report.shapes().toArray(String[]::new);
    }

    public Kind kind() {
        return kind;
    }

    public String pattern() {
        return pattern;
    }

    /** The part of the pattern at fault; all of it, if no part is. */
    public Span span() {
        return span;
    }

    /** The tensors of the call, as their framework describes them. */
    public List<String> shapes() {
        return List.of(shapes);
    }

    /** Whether a character takes one place of a line and changes nothing else on the screen. */
    static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                 Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE, Character.NON_SPACING_MARK,
                 Character.ENCLOSING_MARK -> false;
            default -> c == ' ' || !Character.isSpaceChar(c);
        };
    }

    /** The pattern cannot be read. */
    public static final class Syntax extends EinopsException {
        private static final long serialVersionUID = 1L;

        private Syntax(Kind kind, Report report) {
            super(kind, report);
        }
    }

    /** The axes' names do not fit the operation. */
    public static final class Names extends EinopsException {
        private static final long serialVersionUID = 1L;

        private Names(Kind kind, Report report) {
            super(kind, report);
        }
    }

    /** A tensor has more or fewer axes than the pattern. */
    public static final class Rank extends EinopsException {
        private static final long serialVersionUID = 1L;

        private Rank(Kind kind, Report report) {
            super(kind, report);
        }
    }

    /** Lengths contradict each other, or do not suffice. */
    public static final class Size extends EinopsException {
        private static final long serialVersionUID = 1L;

        private Size(Kind kind, Report report) {
            super(kind, report);
        }
    }

    /** The reduction is unknown or impossible. */
    public static final class Reducing extends EinopsException {
        private static final long serialVersionUID = 1L;

        private Reducing(Kind kind, Report report) {
            super(kind, report);
        }
    }

    /** What was passed is not a tensor, or its framework refused. */
    public static final class Operand extends EinopsException {
        private static final long serialVersionUID = 1L;

        private Operand(Kind kind, Report report) {
            super(kind, report);
        }
    }

    static EinopsException of(Kind kind, Report report) {
        return switch (kind) {
            case NO_ARROW, SECOND_ARROW, UNKNOWN_CHARACTER, STRAY_DOTS, SECOND_ELLIPSIS, INVALID_NAME,
                 DUPLICATE_NAME, UNBALANCED_PARENTHESES, NESTED_TOO_DEEP, NESTED_BRACKET, MISPLACED_BRACKET,
                 MISPLACED_PLUS, MISPLACED_STRIDE, MISPLACED_COMMA, NUMBER_MISSING, ZERO_NUMBER,
                 REPEATED_TWICE, REPEATED_NUMBER, PACK_STAR -> new Syntax(kind, report);
            case ELLIPSIS_ONLY_RIGHT, ELLIPSIS_IN_LEFT_GROUP, NUMBER_IN_REARRANGE, NUMBER_KEPT,
                 AXIS_ON_ONE_SIDE, AXIS_DROPPED, AXIS_APPEARS, LENGTH_MISSING, AXIS_UNUSED, AXIS_NAME,
                 AXIS_GIVEN_TWICE, EINSUM_ELLIPSIS_DROPPED, REPEATED_AND_SINGLE, BRACKET_MISSING,
                 BRACKET_MISMATCH, PARTS_MISMATCH, NO_INVERSE, WEIGHT_AXIS, BIAS_AXIS ->
                    new Names(kind, report);
            case WRONG_RANK, OPERAND_COUNT, OUTPUT_COUNT, REPEAT_COUNT -> new Rank(kind, report);
            case AMBIGUOUS_LENGTHS, LENGTH_MISMATCH, NOT_DIVISIBLE, NEGATIVE_LENGTH, STACK_MISMATCH,
                 SPLIT_MISMATCH, TOO_LARGE, WINDOW_TOO_LONG, COORDINATE_COUNT, SHIFT_COUNT,
                 TARGET_SHAPE -> new Size(kind, report);
            case UNKNOWN_REDUCTION, WRONG_REDUCTION, NOTHING_TO_REDUCE, NOT_CUMULATIVE ->
                    new Reducing(kind, report);
            case UNKNOWN_TENSOR, NULL_ARGUMENT, NO_TENSORS, BACKEND_FAILED, RAGGED_ARRAY, NO_AXIS_LEFT,
                 INDEX_OUT_OF_BOUNDS, INDEX_TYPE, TARGET_UNKNOWN, TARGET_TYPE, TARGET_READ_ONLY,
                 TARGET_SHARED ->
                    new Operand(kind, report);
        };
    }

    /**
     * What a message is made of.
     *
     * @param problem what is wrong, in a few words
     * @param known lengths found so far, as text; may be empty
     */
    record Report(String operation, String pattern, Span span, String problem, List<String> shapes,
            String known,
                  String rule, String fix, @org.jspecify.annotations.Nullable Throwable cause) {
        Report {
            Objects.requireNonNull(shapes);
        }

        String text(Kind kind) {
            StringBuilder text = new StringBuilder(operation).append(": ").append(onOneLine(problem))
                    .append('\n');
            if (kind != Kind.NULL_ARGUMENT || !pattern.isEmpty()) {
                text.append("    ").append(onOneLine(pattern)).append('\n');
                text.append("    ").repeat(' ', pattern.codePointCount(0, span.start()))
                        .repeat('^', Math.max(1, pattern.codePointCount(span.start(), span.end())))
                        .append('\n');
            }
            if (!shapes.isEmpty()) {
                text.append("  given: ").append(String.join(", ", shapes)).append('\n');
            }
            if (!known.isEmpty()) {
                text.append("  known: ").append(known).append('\n');
            }
            text.append("  rule:  ").append(onOneLine(rule)).append('\n');
            text.append("  fix:   ").append(onOneLine(fix));
            callersLine().ifPresent(line -> text.append("\n  at:    ").append(line));
            return text.toString();
        }

        private static String onOneLine(String text) {
            int[] shown = text.codePoints().map(c -> isPrintable(c) ? c : ' ').toArray();
            return new String(shown, 0, shown.length);
        }

        private static Optional<String> callersLine() {
            return StackWalker.getInstance().walk(frames -> frames
                    .filter(f -> !f.getClassName().startsWith("ricci.")
                    && !f.getClassName().startsWith("java.")
                            && !f.getClassName().startsWith("jdk."))
                    .findFirst().map(f -> f.getFileName() + ":" + f.getLineNumber()));
        }
    }
}
