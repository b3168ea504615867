package ricci.ir;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tokens of a program's text: words, numbers, punctuation; a comment can name an equation's source. */
final class ProgramLexer {
    private static final Pattern TOKEN = Pattern.compile(
            "(?<word>[\\p{L}_$<][\\p{L}\\p{N}_$<>]*)"
            + "|(?<number>-?(?:Infinity|[0-9][0-9.]*(?:E-?[0-9]+)?))"
            + "|(?<quoted>\"(?:[^\"\\\\\n]|\\\\u[0-9a-f]{4}|\\\\[\"\\\\])*+\")"
            + "|[(){}\\[\\],=:]");
    private static final Pattern SPACE = Pattern.compile("\\s*");
    private static final Pattern SOURCE = Pattern.compile("[ \t]*// (?<file>\\S+):(?<line>[0-9]{1,9})");

    private final String text;
    private int position;
    private int last;
    private @Nullable Matcher next;

    ProgramLexer(String text) {
        this.text = text;
        skipSpace();
    }

    boolean at(String token) {
        return token.equals(peek().group());
    }

    boolean atNumber() {
        return peek().group("number") != null;
    }

    /** At the word {@code return}, unless it is the name of a variable being defined. */
    boolean atReturn() {
        return at("return") && !text.startsWith(":", position + "return".length());
    }

    boolean accept(String token) {
        boolean found = position < text.length() && at(token);
        if (found) {
            advance(token.length());
        }
        return found;
    }

    void expect(String token) {
        if (!accept(token)) {
            throw errorHere("'" + token + "' is expected here");
        }
    }

    void expectEnd() {
        if (position < text.length()) {
            throw errorHere("the text ends after the program");
        }
    }

    String word(String what) {
        Matcher token = peek();
        if (token.group("word") == null) {
            throw errorHere(what + " is expected here");
        }
        advance(token.group().length());
        return token.group();
    }

    String wordOrNumber(String what) {
        Matcher token = peek();
        if (token.group("word") == null && token.group("number") == null) {
            throw errorHere(what + " is expected here");
        }
        advance(token.group().length());
        return token.group();
    }

    long integer() {
        Matcher token = peek();
        try {
            long value = Long.parseLong(token.group());
            advance(token.group().length());
            return value;
        } catch (NumberFormatException e) {
            throw errorHere("a whole number is expected here");
        }
    }

    /** What stands in quotes; null if the next token is something else. */
    @Nullable String quoted() {
        String quoted = peek().group("quoted");
        if (quoted == null) {
            return null;
        }
        advance(quoted.length());
        return quoted.substring(1, quoted.length() - 1);
    }

    /** The source that a comment right after the last token names. */
    Source source() {
        Matcher comment = SOURCE.matcher(text).region(last, text.length());
        return comment.lookingAt()
                ? new Source(comment.group("file"), Integer.parseInt(comment.group("line"))) : Source.UNKNOWN;
    }

    /** An error at the token last read. */
    RicciException.Syntax error(String rule) {
        return errorAt(Math.max(last - 1, 0), rule);
    }

    private RicciException.Syntax errorHere(String rule) {
        return errorAt(position, rule);
    }

    private RicciException.Syntax errorAt(int place, String rule) {
        int start = text.lastIndexOf('\n', place - 1) + 1;
        int end = text.indexOf('\n', place) < 0 ? text.length() : text.indexOf('\n', place);
        long line = text.substring(0, start).chars().filter(c -> c == '\n').count() + 1;
        return new RicciException.Syntax("read a program",
                "line " + line + ", column " + (place - start + 1) + ": "
                + text.substring(start, Math.max(start, end)).strip(),
                rule, "write it as Program.toString() prints it");
    }

    private Matcher peek() {
        if (next == null) {
            Matcher token = TOKEN.matcher(text).region(position, text.length());
            if (!token.lookingAt()) {
                throw errorHere(position < text.length() ? "no token starts here"
                        : "the text ends too early");
            }
            next = token;
        }
        return next;
    }

    private void advance(int length) {
        position += length;
        last = position;
        next = null;
        skipSpace();
    }

    private void skipSpace() {
        Matcher space = SPACE.matcher(text).region(position, text.length());
        space.lookingAt();
        position = space.end();
        if (text.startsWith("//", position)) {
            int end = text.indexOf('\n', position);
            position = end < 0 ? text.length() : end;
            skipSpace();
        }
    }
}
