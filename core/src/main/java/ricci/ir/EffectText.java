package ricci.ir;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of {@link Effect} primitives. */
final class EffectText {
    private EffectText() {}

    static String name(Effect op) {
        return switch (op) {
            case Effect.Print _ -> "print";
            case Effect.Check _ -> "check";
        };
    }

    static Map<String, Object> values(Effect op) {
        return switch (op) {
            case Effect.Print(var format) -> Map.of("format", new Quoted(format));
            case Effect.Check(var message, int mapped) ->
                    OpText.ordered("message", new Quoted(message), "mapped", mapped);
        };
    }

    static @Nullable Op read(String name, OpText.Parameters p) {
        return switch (name) {
            case "print" -> new Effect.Print(p.quoted("format"));
            case "check" -> new Effect.Check(p.quoted("message"), p.integer("mapped"));
            default -> null;
        };
    }

    /** A parameter that is any text; it prints in quotes, as in Java, on one line. */
    record Quoted(String text) {
        /** What stands between two quotes. */
        static Quoted read(String escaped) {
            StringBuilder text = new StringBuilder();
            int i = 0;
            while (i < escaped.length()) {
                char c = escaped.charAt(i);
                if (c != '\\') {
                    text.append(c);
                    i++;
                } else if (escaped.charAt(i + 1) == 'u') {
                    text.append((char) Integer.parseInt(escaped, i + 2, i + 6, 16));
                    i += 6;
                } else {
                    text.append(escaped.charAt(i + 1));
                    i += 2;
                }
            }
            return new Quoted(text.toString());
        }

        @Override
        public String toString() {
            StringBuilder escaped = new StringBuilder("\"");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\') {
                    escaped.append('\\').append(c);
                } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029'
                        || Character.isSurrogate(c)) {
                    escaped.append("\\u%04x".formatted((int) c));
                } else {
                    escaped.append(c);
                }
            }
            return escaped.append('"').toString();
        }
    }
}
