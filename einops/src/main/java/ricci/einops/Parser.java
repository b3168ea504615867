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
    private final boolean blanks;
    private int position;

    /** With {@code commas}, inputs are several; with {@code blanks}, {@code _} stands for any axis. */
    private Parser(Call call, boolean commas, boolean blanks) {
        this.call = call;
        this.text = call.pattern();
        this.commas = commas;
        this.blanks = blanks;
    }

    /** A pattern of one input and one output. */
    static Pattern oneToOne(Call call) {
        return new Parser(call, false, false).pattern();
    }

    /** A pattern whose inputs are separated by commas, in which a name may stand several times. */
    static Pattern manyToOne(Call call) {
        return new Parser(call, true, false).pattern();
    }

    /** The axes of one tensor, or of several that are separated by commas, without an arrow. */
    static List<Pattern.Side> shapes(Call call, boolean several) {
        Parser parser = new Parser(call, several, true);
        int end = call.pattern().length();
        List<Pattern.Side> sides = new ArrayList<>();
        do {
            sides.add(parser.side(end, true));
        } while (several && parser.acceptComma(end));
        if (parser.position < end) {
            throw parser.stray();
        }
        return sides;
    }

    /** Whether a text can name an axis. */
    static boolean isName(String name) {
        return !name.isEmpty() && Character.isUnicodeIdentifierStart(name.codePointAt(0))
                && name.codePoints().allMatch(Parser::isNamePart) && !name.endsWith("_");
    }

    /** Letters, digits and numbers of any script, but no marks: those are not characters of their own. */
    private static boolean isNamePart(int c) {
        int type = Character.getType(c);
        return c == '_' || (Character.isUnicodeIdentifierPart(c) && (Character.isLetterOrDigit(c)
                || type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER));
    }

    private Pattern pattern() {
        int arrow = text.indexOf("->");
        if (arrow < 0) {
            throw noArrow();
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
        if (position < text.length()) {
            throw stray();
        }
        return new Pattern(text, inputs, output);
    }

    private EinopsException noArrow() {
        for (String almost : List.of("→", "⇒", "=>", "- >", "–>", "—>")) {
            int place = text.indexOf(almost);
            if (place >= 0) {
                throw call.failure(Kind.NO_ARROW, new Span(place, place + almost.length()),
                        "there is no arrow in the pattern", "an arrow is a minus and a greater-than sign: ->",
                        "write -> here");
            }
        }
        return call.failure(Kind.NO_ARROW, call.all(), "there is no arrow in the pattern",
                "a pattern has two sides: \"input axes -> output axes\"",
                "write the axes of the result after ->");
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
        for (skipSpaces(end); position < end && !atSeparator(); skipSpaces(end)) {
            Expr item = item(end, unique ? names : new HashSet<>());
            if (ellipsis && holdsEllipsis(item)) {
                throw call.failure(Kind.SECOND_ELLIPSIS, item.span(), "there is a second ellipsis",
                        "each side has at most one ...", "name the axes of one of them");
            }
            ellipsis |= holdsEllipsis(item);
            items.add(item);
        }
        return new Pattern.Side(items, items.isEmpty() ? new Span(start, start)
                : items.getFirst().span().to(items.getLast().span()));
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
        for (skipSpaces(end); !atGroupEnd(end); skipSpaces(end)) {
            if (text.charAt(position) == '(') {
                throw call.failure(Kind.NESTED_GROUP, new Span(position, position + 1),
                        "a group is inside a group",
                        "groups are one level deep: (a b c) already runs all of them together",
                        "remove the inner parentheses");
            }
            Expr part = axis(end, names);
            if (part instanceof Expr.Ellipsis && parts.stream().anyMatch(p -> p instanceof Expr.Ellipsis)) {
                throw call.failure(Kind.SECOND_ELLIPSIS, part.span(), "there is a second ellipsis",
                        "each side has at most one ...", "remove it");
            }
            parts.add(part);
        }
        if (position == end || atSeparator()) {
            throw call.failure(Kind.UNBALANCED_PARENTHESES, new Span(open, open + 1),
                    "a parenthesis is not closed",
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
            throw stray();
        }
        String word = text.substring(start, position);
        Span span = new Span(start, position);
        if (word.codePoints().allMatch(Character::isDigit)) {
            return number(word, span);
        }
        checkName(word, span);
        if (!(blanks && word.equals("_")) && !names.add(word)) {
            throw call.failure(Kind.DUPLICATE_NAME, span, "the axis " + word + " is there twice",
                    "a name stands once on each side; only the inputs of an einsum repeat names",
                    "give the second axis another name");
        }
        return new Expr.Name(word, span);
    }

    private Expr number(String digits, Span span) {
        long length;
        try {
            // The digits of every script, as everywhere in Java; parseLong alone misses those beyond 16 bits.
            StringBuilder ascii = new StringBuilder();
            digits.codePoints().forEach(c -> ascii.append(Character.digit(c, 10)));
            length = Long.parseLong(ascii.toString());
        } catch (NumberFormatException e) {
            throw call.failure(Kind.TOO_LARGE, span, digits + " is too long for an axis",
                    "lengths are below 2^63",
                    "use a smaller number");
        }
        if (length == 0) {
            throw call.failure(Kind.ZERO_NUMBER, span, "an axis without a name has length 0",
                    "a number stands for an axis of length 1 or more",
                    "name the axis; named axes may have length 0");
        }
        return new Expr.Anonymous(length, span);
    }

    private void checkName(String word, Span span) {
        int dots = word.indexOf('.');
        if (dots >= 0) {
            throw call.failure(Kind.STRAY_DOTS, new Span(span.start() + dots, span.end()),
                    "there are stray dots",
                    "dots stand only as an ellipsis of exactly three, with space around it",
                    "write ... or remove the dots");
        }
        int bad = 0;
        while (bad < word.length() && isNamePart(word.codePointAt(bad))) {
            bad += Character.charCount(word.codePointAt(bad));
        }
        if (bad < word.length()) {
            throw unknown(word.codePointAt(bad), span.start() + bad);
        }
        if (!isName(word) && !((commas || blanks) && word.equals("_"))) {
            throw call.failure(Kind.INVALID_NAME, span, "'" + word + "' is not a name for an axis",
                    "a name starts with a letter and does not end with _", "rename the axis");
        }
    }

    private EinopsException unknown(int c, int place) {
        String shown = EinopsException.isPrintable(c) ? "'" + Character.toString(c) + "'"
                : "U+%04X".formatted(c);
        return call.failure(Kind.UNKNOWN_CHARACTER, new Span(place, place + Character.charCount(c)),
                "there is a character that means nothing here: " + shown,
                "patterns consist of names, numbers, ( ), ... and spaces", switch (c) {
                    case '…' -> "write an ellipsis as three dots: ...";
                    case '\t', '\n', '\r', '\u00a0' -> "separate axes with plain spaces";
                    case '[', '{' -> "group axes with parentheses: ( )";
                    default -> "separate axes with spaces; use letters, digits and _ in names";
                });
    }

    /** What no side can have at this position: a comma, or a parenthesis that closes nothing. */
    private EinopsException stray() {
        Span at = new Span(position, position + 1);
        if (text.charAt(position) == ')') {
            return call.failure(Kind.UNBALANCED_PARENTHESES, at,
                    "a parenthesis is closed that was not opened",
                    "every ) has its ( on the same side", "remove it, or add the missing (");
        }
        return commas ? call.failure(Kind.MISPLACED_COMMA, at, "there is a comma on the right",
                "an einsum has several inputs, but one result", "make one call for each result")
                : call.failure(Kind.MISPLACED_COMMA, at, "there is a comma",
                "axes are separated by spaces; only einsum has several inputs", "use spaces between axes");
    }

    private boolean atGroupEnd(int end) {
        return position == end || text.charAt(position) == ')' || atSeparator();
    }

    /** Whether one input of several ends here. */
    private boolean atSeparator() {
        return commas && text.charAt(position) == ',';
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
