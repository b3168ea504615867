package ricci.nn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/**
 * Curves or bars over two axes. The drawing is SVG and stretches with the page, while all text is HTML beside
 * it and keeps its size: so a chart is as legible on a phone as on a wide screen.
 *
 * @param title what is shown
 * @param note how it is shown, in few words; may be empty
 * @param summary what a reader would see, for those who do not see it
 * @param x the axis to the right
 * @param y the axis upwards
 * @param xLabel what is written at a mark of x
 * @param yLabel what is written at a mark of y
 * @param xName what x counts
 */
record Chart(String title, String note, String summary, Scale x, Scale y, DoubleFunction<String> xLabel,
        DoubleFunction<String> yLabel, String xName) {

    private static final double BAR_MARGIN = 0.08;

    /** How a line is drawn: what matters in the accent colour, what it is compared with in grey. */
    enum Style {
        FAINT, PLAIN, ACCENT;

        String cssClass() {
            return switch (this) {
                case FAINT -> "faint";
                case PLAIN -> "plain";
                case ACCENT -> "accent";
            };
        }
    }

    /** A named curve. */
    record Line(String name, Style style, Series points) {}

    /** A bar from {@code from} to {@code to}. */
    record Bar(double from, double to, double height) {}

    /** What is said when the reader points at a place. */
    record Reading(double x, String text) {}

    String ofLines(List<Line> lines, List<Reading> readings) {
        String key = lines.stream()
                .map(line -> "<span class=\"key %s\">%s</span>".formatted(line.style().cssClass(),
                        Html.escape(line.name())))
                .collect(Collectors.joining("\n", "<span class=\"keys\">", "</span>"));
        String paths = lines.stream().map(this::drawn).collect(Collectors.joining());
        return figure(lines.size() > 1 ? key : "", paths, readings);
    }

    String ofBars(List<Bar> bars, List<Reading> readings) {
        StringBuilder shapes = new StringBuilder();
        for (Bar bar : bars) {
            double margin = BAR_MARGIN * (x.place(bar.to()) - x.place(bar.from()));
            double left = x.place(bar.from()) + margin;
            double top = 1 - y.place(bar.height());
            if (bar.height() > 0) {
                shapes.append("<rect class=\"bar\" x=\"").append(Numerals.coordinate(left)).append("\" y=\"")
                        .append(Numerals.coordinate(top)).append("\" width=\"")
                        .append(Numerals.coordinate(x.place(bar.to()) - margin - left)).append("\" height=\"")
                        .append(Numerals.coordinate(1 - top)).append("\"/>\n");
            }
        }
        return figure("", shapes.toString(), readings);
    }

    private String figure(String keys, String shapes, List<Reading> readings) {
        String name = Html.escape(title);
        String how = note.isEmpty() ? "" : " <span class=\"note\">" + Html.escape(note) + "</span>";
        return """
                <figure class="chart">
                <figcaption><span class="name">%s</span>%s%s</figcaption>
                <div class="frame">
                <div class="plot" role="img" aria-label="%s"%s>
                <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                %s%s</svg>
                %s</div>
                </div>
                <p class="axis">%s</p>
                </figure>
                """.formatted(name, how, keys, name + ". " + Html.escape(summary), readOuts(readings), grid(),
                shapes, labels(), Html.escape(xName));
    }

    /** A path that is interrupted at gaps; a point between two gaps is a dot. */
    private String drawn(Line line) {
        Series points = line.points();
        StringBuilder path = new StringBuilder();
        StringBuilder dots = new StringBuilder();
        for (int i = 0; i < points.size(); i++) {
            if (isGap(points, i)) {
                continue;
            }
            String place = Numerals.coordinate(x.place(points.x(i))) + " "
                    + Numerals.coordinate(1 - y.place(points.y(i)));
            if (isGap(points, i - 1) && isGap(points, i + 1)) {
                // A line of no length with round ends.
                dots.append('M').append(place).append("h0");
            } else {
                path.append(isGap(points, i - 1) ? 'M' : ' ').append(place);
            }
        }
        String style = line.style().cssClass();
        return (path.isEmpty() ? "" : "<path class=\"" + style + "\" d=\"" + path + "\"/>\n")
                + (dots.isEmpty() ? "" : "<path class=\"" + style + " dot\" d=\"" + dots + "\"/>\n");
    }

    private static boolean isGap(Series points, int index) {
        return index < 0 || index >= points.size() || !Double.isFinite(points.y(index));
    }

    private String grid() {
        return y.ticks().stream().map(tick -> "M0 " + Numerals.coordinate(1 - y.place(tick)) + "H1000")
                .collect(Collectors.joining("", "<path class=\"grid\" d=\"", "\"/>\n"));
    }

    private String labels() {
        List<String> labels = new ArrayList<>();
        for (double tick : y.ticks()) {
            labels.add("<span class=\"y\" style=\"top:%s%%\">%s</span>".formatted(
                    percent(1 - y.place(tick)), Html.escape(yLabel.apply(tick))));
        }
        List<Double> ticks = x.ticks();
        for (int i = 0; i < ticks.size(); i++) {
            double place = x.place(ticks.get(i));
            // A label at the very end would stick out; on a phone there is room for every other of many.
            String style = (place > 0.97 ? " end" : "") + (ticks.size() > 3 && i % 2 == 0 ? " spare" : "");
            labels.add("<span class=\"x%s\" style=\"left:%s%%\">%s</span>".formatted(style, percent(place),
                    Html.escape(xLabel.apply(ticks.get(i)))));
        }
        return String.join("\n", labels) + "\n";
    }

    /** Attributes that the page's script reads. */
    private String readOuts(List<Reading> readings) {
        if (readings.isEmpty()) {
            return "";
        }
        return readings.stream().map(reading -> percent(x.place(reading.x())))
                .collect(Collectors.joining(" ", " data-at=\"", "\""))
                + readings.stream().map(reading -> Html.escape(reading.text()))
                .collect(Collectors.joining("|", " data-text=\"", "\""));
    }

    private static String percent(double share) {
        return String.valueOf(Math.round(10_000 * share) / 100.0);
    }
}
