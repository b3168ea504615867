package ricci.einops;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import ricci.einops.EinopsException.Kind;

/** Reads patterns: the grammar is in the package description. */
final class Parser {
    /** Deeper than anyone nests by hand, and far from the end of the stack. */
    private static final int DEEPEST = 64;

    /** What stands for any axis, where it does not name one. */
    private static final String BLANK = "_";

    private final Call call;
    private final String text;
    private final boolean blanks;

    /**
     * Whether dots behind a parenthesis repeat the group. To einops they are an ellipsis of their own, and
     * stay that in every pattern that einops accepts: one that repeats no name and has no brackets.
     */
    private final boolean repeats;
    private int position;
    private int depth;

    /** With {@code blanks}, {@code _} may stand where a name does. */
    private Parser(Call call, boolean blanks) {
        this.call = call;
        this.text = call.pattern();
        this.blanks = blanks;
        int dots = text.indexOf("...");
        boolean repeats = text.indexOf('[') >= 0;
        while (dots >= 0 && !repeats) {
            repeats = dots > 0 && isNamePart(text.codePointBefore(dots));
            dots = text.indexOf("...", dots + 3);
        }
        this.repeats = repeats;
    }

    /** A pattern of inputs, an arrow and outputs. */
    static Pattern pattern(Call call) {
        Parser parser = new Parser(call, false);
        return parser.pattern(parser.arrow().orElseThrow(parser::noArrow));
    }

    /** A pattern that may lack the arrow and the outputs. */
    static Pattern shortPattern(Call call) {
        Parser parser = new Parser(call, false);
        Optional<Integer> arrow = parser.arrow();
        return arrow.isPresent() ? parser.pattern(arrow.get())
                : new Pattern(call.pattern(), parser.sides(call.pattern().length()), List.of());
    }

    /** An einsum: one output, and {@code _} is a name. */
    static Pattern einsum(Call call) {
        Parser parser = new Parser(call, true);
        Pattern pattern = parser.pattern(parser.arrow().orElseThrow(parser::noArrow));
        if (pattern.outputs().size() > 1) {
            int comma = call.pattern().indexOf(',', call.pattern().indexOf("->"));
            throw call.failure(Kind.MISPLACED_COMMA, new Span(comma, comma + 1),
                    "there is a comma on the right", "an einsum has several inputs, but one result",
                    "make one call for each result");
        }
        return pattern;
    }

    /** The axes of one tensor, or of several that are separated by commas; {@code _} stands for any axis. */
    static List<Pattern.Side> shapes(Call call) {
        int arrow = call.pattern().indexOf("->");
        if (arrow >= 0) {
            throw call.failure(Kind.SECOND_ARROW, new Span(arrow, arrow + 2), "there is an arrow",
                    call.operation() + " makes no tensor: its pattern is the axes of one",
                    "remove the arrow and what follows");
        }
        return new Parser(call, true).sides(call.pattern().length());
    }

    /** The axes of one tensor, as a function's own result or parameter. */
    static Pattern.Side axes(Call call) {
        List<Pattern.Side> sides = new Parser(call, false).sides(call.pattern().length());
        if (sides.size() > 1) {
            int comma = call.pattern().indexOf(',');
            throw call.failure(Kind.MISPLACED_COMMA, new Span(comma, comma + 1), "there is a comma",
                    "these are the axes of one tensor", "separate axes with spaces");
        }
        return sides.getFirst();
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

    private Optional<Integer> arrow() {
        int arrow = text.indexOf("->");
        int second = arrow < 0 ? -1 : text.indexOf("->", arrow + 2);
        if (second >= 0) {
            throw call.failure(Kind.SECOND_ARROW, new Span(second, second + 2), "there is a second arrow",
                    "a pattern has exactly one ->", "remove it, or make two calls");
        }
        return arrow < 0 ? Optional.empty() : Optional.of(arrow);
    }

    private EinopsException noArrow() {
        for (String almost : List.of("→", "⇒", "=>", "- >", "–>", "—>")) {
            int place = text.indexOf(almost);
            if (place >= 0) {
                return call.failure(Kind.NO_ARROW, new Span(place, place + almost.length()),
                        "there is no arrow in the pattern", "an arrow is a minus and a greater-than sign: ->",
                        "write -> here");
            }
        }
        return call.failure(Kind.NO_ARROW, call.all(), "there is no arrow in the pattern",
                "a pattern has two sides: \"input axes -> output axes\"",
                "write the axes of the result after ->");
    }

    private Pattern pattern(int arrow) {
        List<Pattern.Side> inputs = sides(arrow);
        position = arrow + 2;
        List<Pattern.Side> outputs = sides(text.length());
        outputs.forEach(this::checkNamesOnce);
        return new Pattern(text, inputs, outputs);
    }

    private List<Pattern.Side> sides(int end) {
        List<Pattern.Side> sides = new ArrayList<>();
        do {
            sides.add(side(end));
        } while (acceptComma(end));
        if (position < end) {
            throw stray();
        }
        return sides;
    }

    private boolean acceptComma(int end) {
        boolean found = position < end && text.charAt(position) == ',';
        position += found ? 1 : 0;
        return found;
    }

    private Pattern.Side side(int end) {
        int start = position;
        List<Expr> items = items(end, ",");
        Pattern.Side side = new Pattern.Side(items, items.isEmpty() ? new Span(start, start)
                : items.getFirst().span().to(items.getLast().span()));
        List<Expr> dots = side.all(expr -> expr instanceof Expr.Ellipsis);
        if (dots.size() > 1) {
            throw call.failure(Kind.SECOND_ELLIPSIS, dots.get(1).span(), "there is a second ellipsis",
                    "each side has at most one ...", "name the axes of one of them");
        }
        return side;
    }

    /** Each side of the arrow that makes a tensor has a name once; terms of a sum are not there together. */
    private void checkNamesOnce(Pattern.Side side) {
        checkNamesOnce(side.items(), new HashSet<>());
    }

    private void checkNamesOnce(List<? extends Expr> exprs, Set<String> names) {
        for (Expr expr : exprs) {
            if (expr instanceof Expr.Name(var name, _, var span)) {
                if (!names.add(name)) {
                    throw call.failure(Kind.DUPLICATE_NAME, span, "the axis " + name + " is there twice",
                            "on the right a name stands once; on the left, twice takes the diagonal",
                            "give the second axis another name");
                }
            } else if (expr instanceof Expr.Sum(var terms, _)) {
                terms.forEach(term -> checkNamesOnce(term.parts(), new HashSet<>(names)));
            } else {
                checkNamesOnce(expr.children(), names);
            }
        }
    }

    /** Items up to one of the characters that close them, which is not read. */
    private List<Expr> items(int end, String closers) {
        List<Expr> items = new ArrayList<>();
        for (skipSpaces(end); position < end && closers.indexOf(text.charAt(position)) < 0; skipSpaces(end)) {
            items.add(item(end));
        }
        return items;
    }

    private Expr item(int end) {
        int start = position;
        if (++depth > DEEPEST) {
            throw call.failure(Kind.NESTED_TOO_DEEP, new Span(start, start + 1),
                    "parentheses are nested more than " + DEEPEST + " deep",
                            "groups nest, but not without end",
                    "(a (b c)) is the same as (a b c)");
        }
        Expr item = switch (text.charAt(position)) {
            case '(' -> group(end);
            case '[' -> bracket(end);
            default -> axis(end);
        };
        depth--;
        if (item instanceof Expr.Ellipsis || !text.startsWith("...", position)
                || (item instanceof Expr.Group && !repeats)) {
            return item;
        }
        position += 3;
        Span span = new Span(start, position);
        if (position < end && " ),]+".indexOf(text.charAt(position)) < 0) {
            throw strayDots(new Span(position - 3, position));
        }
        if (new Pattern.Side(List.of(item), span).find(expr -> expr instanceof Expr.Repeated
                || expr instanceof Expr.Ellipsis).isPresent()) {
            throw call.failure(Kind.REPEATED_TWICE, span, "an ellipsis is inside what an ellipsis repeats",
                    "dots repeat axes and groups of axes", "repeat the axes in a group of their own");
        }
        return new Expr.Repeated(item, span);
    }

    private Expr group(int end) {
        int open = position;
        List<Expr.Group> terms = new ArrayList<>();
        do {
            int start = ++position;
            List<Expr> parts = items(end, "+),]");
            terms.add(new Expr.Group(parts, parts.isEmpty() ? new Span(start, position)
                    : parts.getFirst().span().to(parts.getLast().span())));
        } while (position < end && text.charAt(position) == '+');
        close(open, end, ')', "a parenthesis is not closed", "every ( has its ) on the same side");
        Span span = new Span(open, position);
        if (terms.size() == 1) {
            return new Expr.Group(terms.getFirst().parts(), span);
        }
        for (Expr.Group term : terms) {
            if (term.parts().isEmpty()) {
                throw call.failure(Kind.MISPLACED_PLUS, term.span(), "there is nothing beside a plus",
                        "a sum has an axis on both sides of each +",
                                "write 1 for a single element, or remove +");
            }
            new Pattern.Side(term.parts(), span).find(expr -> expr instanceof Expr.Sum).ifPresent(inner -> {
                throw call.failure(Kind.MISPLACED_PLUS, inner, "there is a sum inside a sum",
                        "the terms of a sum are axes and groups", "make two calls");
            });
        }
        return new Expr.Sum(terms, span);
    }

    private Expr bracket(int end) {
        int open = position++;
        List<Expr> parts = items(end, "),]+");
        close(open, end, ']', "a bracket is not closed", "every [ has its ] on the same side");
        Span span = new Span(open, position);
        new Pattern.Side(parts, span).find(expr -> expr instanceof Expr.Bracket).ifPresent(inner -> {
            throw call.failure(Kind.NESTED_BRACKET, inner, "a bracket is inside a bracket",
                    "an axis is seen by the operation or it is not", "remove the inner brackets");
        });
        return new Expr.Bracket(parts, span);
    }

    private void close(int open, int end, char closer, String problem, String rule) {
        int later = text.indexOf(closer, position);
        if (position == end || (text.charAt(position) == ',' && (later < 0 || later >= end))) {
            throw call.failure(Kind.UNBALANCED_PARENTHESES, new Span(open, open + 1), problem, rule,
                    "add the missing " + closer);
        }
        if (text.charAt(position) != closer) {
            throw stray();
        }
        position++;
    }

    private Expr axis(int end) {
        int start = position;
        if (text.startsWith("...", position)) {
            position += 3;
            boolean glued = (position < end && !isBoundary(position)) || text.startsWith("...", position);
            if (!glued) {
                return new Expr.Ellipsis(new Span(start, position));
            }
        }
        while (position < end && !isBoundary(position)) {
            position++;
        }
        if (position == start) {
            throw stray();
        }
        String word = text.substring(start, position);
        Span span = new Span(start, position);
        Expr axis = word.codePoints().allMatch(Character::isDigit) ? number(word, span) : name(word, span);
        if (!accept('*')) {
            return axis;
        }
        long stride = suffix("stride", "h*2 moves on by two elements from one h to the next");
        return new Expr.Strided(axis, stride, new Span(start, position));
    }

    private Expr name(String word, Span span) {
        checkName(word, span);
        if (!accept('=')) {
            return new Expr.Name(word, span);
        }
        return new Expr.Name(word, OptionalLong.of(suffix("length", "h=16 is an axis of length 16")), span);
    }

    private boolean accept(char c) {
        boolean found = position < text.length() && text.charAt(position) == c;
        position += found ? 1 : 0;
        return found;
    }

    /** The number behind a sign that has been read. */
    private long suffix(String what, String rule) {
        int sign = position - 1;
        while (position < text.length() && Character.isDigit(text.charAt(position))) {
            position++;
        }
        if (position == sign + 1) {
            throw call.failure(Kind.NUMBER_MISSING, new Span(sign, position), "there is no " + what
                    + " behind " + text.charAt(sign), rule, text.charAt(sign) == '*'
                    ? "write a number here; to run axes together, (h w)" : "write a number here");
        }
        return number(text.substring(sign + 1, position), new Span(sign + 1, position)).length();
    }

    private Expr.Anonymous number(String digits, Span span) {
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
            throw call.failure(Kind.ZERO_NUMBER, span, "there is a number 0",
                    "a number stands for a length or a stride of 1 or more",
                    "name the axis; named axes may have length 0");
        }
        return new Expr.Anonymous(length, span);
    }

    private void checkName(String word, Span span) {
        int dots = word.indexOf('.');
        if (dots >= 0) {
            throw strayDots(new Span(span.start() + dots, span.end()));
        }
        int bad = 0;
        while (bad < word.length() && isNamePart(word.codePointAt(bad))) {
            bad += Character.charCount(word.codePointAt(bad));
        }
        if (bad < word.length()) {
            throw unknown(word.codePointAt(bad), span.start() + bad);
        }
        if (!isName(word) && !(blanks && word.equals(BLANK))) {
            throw call.failure(Kind.INVALID_NAME, span, "'" + word + "' is not a name for an axis",
                    "a name starts with a letter and does not end with _", "rename the axis");
        }
    }

    private EinopsException strayDots(Span span) {
        return call.failure(Kind.STRAY_DOTS, span, "there are stray dots",
                "dots stand as an ellipsis of three, alone or right behind what they repeat",
                "write ... or remove the dots");
    }

    private EinopsException unknown(int c, int place) {
        String shown = EinopsException.isPrintable(c) ? "'" + Character.toString(c) + "'"
                : "U+%04X".formatted(c);
        return call.failure(Kind.UNKNOWN_CHARACTER, new Span(place, place + Character.charCount(c)),
                "there is a character that means nothing here: " + shown,
                "patterns consist of names, numbers, ( ), [ ], +, =, *, commas, ... and spaces", switch (c) {
                    case '…' -> "write an ellipsis as three dots: ...";
                    case '\t', '\n', '\r', '\u00a0' -> "separate axes with plain spaces";
                    case '{' -> "group axes with parentheses: ( )";
                    default -> "separate axes with spaces; use letters, digits and _ in names";
                });
    }

    /** What cannot stand at this position: a comma, a plus, or what closes nothing. */
    private EinopsException stray() {
        Span at = new Span(position, position + 1);
        char c = text.charAt(position);
        return switch (c) {
            case ')', ']' -> call.failure(Kind.UNBALANCED_PARENTHESES, at, "a "
                    + (c == ')' ? "parenthesis" : "bracket") + " is closed that was not opened",
                    "every " + c + " has its " + (c == ')' ? '(' : '[') + " on the same side",
                    "remove it, or add what is missing");
            case '+' -> call.failure(Kind.MISPLACED_PLUS, at, "there is a plus outside of parentheses",
                    "a sum is one axis: (q + k)", "put the terms into parentheses");
            case '=', '*' -> call.failure(Kind.NUMBER_MISSING, at, "there is no axis before " + c,
                    "a length or a stride is written right behind its axis: h=16, h*2", "remove the space");
            default -> call.failure(Kind.MISPLACED_COMMA, at, "there is a comma",
                    "commas stand between tensors, not inside parentheses or brackets",
                    "separate axes with spaces");
        };
    }

    private boolean isBoundary(int place) {
        return " (),[]+=*".indexOf(text.charAt(place)) >= 0
                || (text.startsWith("...", place) && place > 0 && isNamePart(text.codePointBefore(place)));
    }

    private void skipSpaces(int end) {
        while (position < end && text.charAt(position) == ' ') {
            position++;
        }
    }
}
