package ricci.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import ricci.compiler.Recording;

/** A page that shows which thread did what, when: one file that needs nothing else, to be zoomed into. */
final class Timeline {
    private static final String PLACE = "/*DATA*/null";

    private Timeline() {}

    /**
     * The page.
     *
     * @param left how many spans there were besides
     * @param file of the program, for the title
     */
    static String of(List<Recording.Span> spans, long left, String file) throws IOException {
        try (InputStream template = Timeline.class.getResourceAsStream("timeline.html")) {
            String page = new String(Objects.requireNonNull(template, "timeline.html").readAllBytes(),
                    StandardCharsets.UTF_8);
            return page.replace(PLACE, data(spans, left, file));
        }
    }

    private static String data(List<Recording.Span> spans, long left, String file) {
        Map<String, Integer> threads = new LinkedHashMap<>();
        Map<String, Integer> names = new LinkedHashMap<>();
        List<String> numbers = new ArrayList<>();
        long before = 0;
        long end = 0;
        for (Recording.Span span : spans.stream().sorted(Comparator.comparingLong(Recording.Span::start))
                .toList()) {
            int thread = threads.computeIfAbsent(span.thread(), _ -> threads.size());
            int name = names.computeIfAbsent(span.name(), _ -> names.size());
            long length = span.end() - span.start();
            numbers.add(thread + "," + name + "," + (span.start() - before) + "," + length + ","
                    + (span.isProgram() ? 1 : 0));
            before = span.start();
            end = Math.max(end, span.end());
        }
        return "{file:" + text(file) + ",left:" + left + ",threads:" + texts(threads)
                + ",names:" + texts(names) + ",end:" + end + ",\nspans:[" + String.join(",\n", numbers) + "]}";
    }

    private static String texts(Map<String, Integer> all) {
        return "[" + String.join(",", all.keySet().stream().map(Timeline::text).toList()) + "]";
    }

    /** As a string of JavaScript, within a page. */
    private static String text(String plain) {
        StringBuilder text = new StringBuilder("\"");
        plain.chars().forEach(c -> {
            boolean isPlain = c >= ' ' && c < 127 && "\"\\<>&".indexOf(c) < 0;
            text.append(isPlain ? String.valueOf((char) c) : String.format("\\u%04x", c));
        });
        return text.append('"').toString();
    }
}
