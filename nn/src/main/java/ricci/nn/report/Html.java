package ricci.nn.report;

/** Text as HTML that is also well-formed XML, so that a page can be checked by any XML parser. */
final class Html {
    private static final int REPLACEMENT = 0xfffd;

    private Html() {}

    /** The text, for use between tags and inside of attributes in either kind of quotes. */
    static String escape(String text) {
        StringBuilder html = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> html.appendCodePoint(isCharacter(c) ? c : REPLACEMENT);
            }
        });
        return html.toString();
    }

    /** Whether XML 1.0 knows the code point as a character: it excludes most controls and lone surrogates. */
    private static boolean isCharacter(int c) {
        return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) || (c > 0xdfff && c < 0xfffe)
                || c > 0xffff;
    }
}
