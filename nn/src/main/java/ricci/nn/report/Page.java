package ricci.nn.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * One file of HTML that needs no other: style, script, charts and pictures are in it.
 *
 * @param title plain text
 * @param headline HTML below the title
 * @param sections in reading order
 */
public record Page(String title, String headline, List<Section> sections) {
    public Page {
        sections = List.copyOf(sections);
    }

    public String html() {
        String name = title.isBlank() ? "Untitled" : title.strip();
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>%s · training report</title>
                <link rel="icon" href="data:,"/>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                <header class="top">
                <p class="kind">Training report</p>
                <h1>%s</h1>
                %s</header>
                %s</main>
                <footer>
                <p>Written by Ricci.</p>
                </footer>
                <script>
                %s</script>
                </body>
                </html>
                """.formatted(Html.escape(name), resource("report.css"), Html.escape(name), headline,
                sections.stream().map(Section::html).collect(Collectors.joining()), resource("report.js"));
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
