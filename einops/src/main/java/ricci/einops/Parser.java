package ricci.einops;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ricci.einops.EinopsException.Kind;

/** Reads patterns: the grammar is in the package description. */
final class Parser {
    private final Call call;
    private final String text;
    private final boolean commas;
    private int position;

    private Parser(Call call, boolean commas) {
        this.call = call;
        this.text = call.pattern();
        this.commas = commas;
    }

    /** A pattern of one input and one output. */
    static Pattern oneToOne(Call call) {
        return new Parser(call, false).pattern();
    }

    /** A pattern whose inputs are separated by commas, in which a name may stand several times. */
    static Pattern manyToOne(Call call) {
        return new Parser(call, true).pattern();
    }

    /** Whether a text can name an axis. */
    static boolean isName(String name) {
        return !name.isEmpty() && Character.isUnicodeIdentifierStart(name.codePointAt(0))
                && name.codePoints().allMatch(c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c))
                && !name.endsWith("_");
    }

    private Pattern pattern() {
        int arrow = text.indexOf("->");
        if (arrow < 0) {
            throw call.failure(Kind.NO_ARROW, call.all(), "there is no arrow in the pattern",
                    "a pattern has two sides: \"input axes -> output axes\"", "write the axes of the result after ->");
        }
        int second = text.indexOf("->", arrow + 2);
        if (second >= 0) {
            throw call.failure(Kind.SECOND_ARROW, new Span(second, second + 2), "there is a second arrow",
                    "a pattern has exactly one ->", "remove it, or make two calls");
        }
        List<Pattern.Side> inputs = new ArrayList<>();
        do {
            inputs.add(side(arrow, !commas));
        } while (acceptComma(arrow));
        position = arrow + 2;
        Pattern.Side output = side(text.length(), true);
        return new Pattern(text, inputs, output);
    }

    private boolean acceptComma(int end) {
        boolean found = position < end && text.charAt(position) == ',';
        position += found ? 1 : 0;
        return found;
    }

    private Pattern.Side side(int end, boolean unique) {
        int start = position;
        Set<String> names = new HashSet<>();
        List<Expr> items = new ArrayList<>();
        boolean ellipsis = false;
        for (skipSpaces(end); position < end && !(commas && text.charAt(position) == ','); skipSpaces(end)) {
            Expr item = item(end, unique ? names : new HashSet<>());
            if (ellipsis && holdsEllipsis(item)) {
                throw call.failure(Kind.SECOND_ELLIPSIS, item.span(), "there is a second ellipsis",
                        "each side has at most one ...", "name the axes of one of them");
            }
            ellipsis |= holdsEllipsis(item);
            items.add(item);
        }
        return new Pattern.Side(items, new Span(start, Math.max(position, start)));
    }

    private static boolean holdsEllipsis(Expr item) {
        return new Pattern.Side(List.of(item), item.span()).hasEllipsis();
    }

    private Expr item(int end, Set<String> names) {
        if (text.charAt(position) == '(') {
            return group(end, names);
        }
        return axis(end, names);
    }

    private Expr group(int end, Set<String> names) {
        int open = position++;
        List<Expr> parts = new ArrayList<>();
        for (skipSpaces(end); position < end && text.charAt(position) != ')'; skipSpaces(end)) {
            if (text.charAt(position) == '(') {
                throw call.failure(Kind.NESTED_GROUP, new Span(position, position + 1), "a group is inside a group",
                        "groups are one level deep: (a b c) already runs all of them together", "remove the inner parentheses");
            }
            Expr part = axis(end, names);
            if (part instanceof Expr.Ellipsis && parts.stream().anyMatch(p -> p instanceof Expr.Ellipsis)) {
                throw call.failure(Kind.SECOND_ELLIPSIS, part.span(), "there is a second ellipsis",
                        "each side has at most one ...", "remove it");
            }
            parts.add(part);
        }
        if (position == end) {
            throw call.failure(Kind.UNBALANCED_PARENTHESES, new Span(open, open + 1), "a parenthesis is not closed",
                    "every ( has its ) on the same side", "add the missing )");
        }
        position++;
        return new Expr.Group(parts, new Span(open, position));
    }

    private Expr axis(int end, Set<String> names) {
        int start = position;
        if (text.startsWith("...", position)) {
            position += 3;
            boolean glued = position < end && !isBoundary(text.charAt(position));
            if (!glued) {
                return new Expr.Ellipsis(new Span(start, position));
            }
        }
        while (position < end && !isBoundary(text.charAt(position))) {
            position++;
        }
        if (position == start) {
            throw stray(text.charAt(start));
        }
        String word = text.substring(start, position);
        Span span = new Span(start, position);
        if (word.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return number(word, span);
        }
        checkName(word, span);
        if (!names.add(word)) {
            throw call.failure(Kind.DUPLICATE_NAME, span, "the axis " + word + " is there twice",
                    "a name stands once on each side", "give the second axis another name");
        }
        return new Expr.Name(word, span);
    }

    private Expr number(String digits, Span span) {
        long length;
        try {
            length = Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw call.failure(Kind.TOO_LARGE, span, digits + " is too long for an axis", "lengths are below 2^63",
                    "use a smaller number");
        }
        if (length == 0) {
            throw call.failure(Kind.ZERO_NUMBER, span, "an axis without a name has length 0",
                    "a number stands for an axis of length 1 or more", "name the axis; named axes may have length 0");
        }
        return new Expr.Anonymous(length, span);
    }

    private void checkName(String word, Span span) {
        int dots = word.indexOf('.');
        if (dots >= 0) {
            throw call.failure(Kind.STRAY_DOTS, new Span(span.start() + dots, span.end()), "there are stray dots",
                    "dots stand only as an ellipsis of exactly three, with space around it", "write ... or remove the dots");
        }
        int bad = 0;
        while (bad < word.length() && (Character.isUnicodeIdentifierPart(word.charAt(bad)) || word.charAt(bad) == '_'
                || Character.isSurrogate(word.charAt(bad)))) {
            bad++;
        }
        if (bad < word.length()) {
            Span at = new Span(span.start() + bad, span.start() + bad + 1);
            throw call.failure(Kind.UNKNOWN_CHARACTER, at, "there is a character that means nothing here: '"
                    + printable(word.charAt(bad)) + "'", "patterns consist of names, numbers, ( ), ... and spaces",
                    "separate axes with spaces; use letters, digits and _ in names");
        }
        if (!isName(word)) {
            throw call.failure(Kind.INVALID_NAME, span, "'" + word + "' is not a name for an axis",
                    "a name starts with a letter and does not end with _", "rename the axis");
        }
    }

    private EinopsException stray(char c) {
        Span at = new Span(position, position + 1);
        return switch (c) {
            case ')' -> call.failure(Kind.UNBALANCED_PARENTHESES, at, "a parenthesis is closed that was not opened",
                    "every ) has its ( on the same side", "remove it, or add the missing (");
            case ',' -> call.failure(Kind.MISPLACED_COMMA, at, "there is a comma",
                    "only einsum has several inputs, and every operation one output; axes are separated by spaces",
                    "use spaces between axes");
            default -> call.failure(Kind.UNKNOWN_CHARACTER, at,
                    "there is a character that means nothing here: '" + printable(c) + "'",
                    "patterns consist of names, numbers, ( ), ... and spaces", "separate axes with plain spaces");
        };
    }

    private static String printable(char c) {
        return Character.isISOControl(c) ? "\\u%04x".formatted((int) c) : String.valueOf(c);
    }

    private static boolean isBoundary(char c) {
        return c == ' ' || c == '(' || c == ')' || c == ',';
    }

    private void skipSpaces(int end) {
        while (position < end && text.charAt(position) == ' ') {
            position++;
        }
    }
}
