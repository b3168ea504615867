package ricci.nn.report;

/**
 * A part of a page.
 *
 * @param id its anchor
 * @param title its heading, plain text
 * @param intro what there is to see, HTML; may be empty
 * @param body HTML
 */
public record Section(String id, String title, String intro, String body) {
    String html() {
        String lead = intro.isEmpty() ? "" : "<p>" + intro + "</p>\n";
        return """
                <section aria-labelledby="%s">
                <header>
                <h2 id="%s">%s</h2>
                %s</header>
                <div class="body">
                %s</div>
                </section>
                """.formatted(id, id, Html.escape(title), lead, body);
    }
}
