package ricci.bench;

import java.util.List;
import java.util.Locale;

/**
 * Curves over a logarithmic axis of sizes, of percents upwards, as an SVG that stands alone: readable on
 * light and dark pages, as wide as they let it be.
 *
 * @param title what is shown
 * @param note where and how it was measured
 * @param across what the axis to the right counts
 * @param up what the percents are of
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Plot(String title, String note, String across, String up, int[] sizes, List<Curve> curves) {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 464;
    private static final int LEFT = 64;
    private static final int RIGHT = WIDTH - 24;
    private static final int TOP = 124;
    private static final int BOTTOM = HEIGHT - 62;
    private static final int STEP = 20;
    private static final int LEGEND_WIDTH = 200;
    private static final int LEGEND_HEIGHT = 24;
    /** Entries of the legend in a row. */
    private static final int ABREAST = 3;
    private static final int SAMPLE = 24;

    /**
     * A named curve.
     *
     * @param style that of its line: {@code own}, {@code other} or {@code third}, and perhaps {@code second}
     * @param percents by size; NaN where there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Curve(String name, String style, double[] percents) {}

    /** The drawing. */
    String svg() {
        StringBuilder svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s">
                <style>
                svg { font: 14px system-ui, sans-serif; }
                .paper { fill: #ffffff; }
                text { fill: #1f2328; }
                .quiet { fill: #59636e; font-size: 13px; }
                .title { font-size: 17px; font-weight: 600; }
                .grid { stroke: #d1d9e0; fill: none; }
                .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
                .own { stroke: #0969da; } circle.own { fill: #0969da; }
                .other { stroke: #bc4c00; } circle.other { fill: #bc4c00; }
                .third { stroke: #1a7f37; } circle.third { fill: #1a7f37; }
                .second { stroke-dasharray: 2 6; }
                @media (prefers-color-scheme: dark) {
                .paper { fill: #0d1117; }
                text { fill: #f0f6fc; }
                .quiet { fill: #9198a1; }
                .grid { stroke: #3d444d; }
                .own { stroke: #4493f8; } circle.own { fill: #4493f8; }
                .other { stroke: #f0883e; } circle.other { fill: #f0883e; }
                .third { stroke: #3fb950; } circle.third { fill: #3fb950; }
                }
                </style>
                <rect class="paper" width="%d" height="%d" rx="8"/>
                """.formatted(WIDTH, HEIGHT, title, WIDTH, HEIGHT));
        svg.append(text("title", LEFT, 30, "start", title)).append(text("quiet", LEFT, 50, "start", note));
        axes(svg);
        for (int i = 0; i < curves.size(); i++) {
            legend(svg, curves.get(i), i);
            draw(svg, curves.get(i));
        }
        return svg.append("</svg>\n").toString();
    }

    private void axes(StringBuilder svg) {
        for (int percent = 0; percent <= 100; percent += STEP) {
            svg.append(String.format(Locale.ROOT, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>%n", LEFT,
                    y(percent), RIGHT));
            svg.append(text("quiet", LEFT - 8, y(percent) + 4, "end", percent + " %"));
        }
        for (int size : sizes) {
            if (Integer.bitCount(size) == 1) {
                svg.append(String.format(Locale.ROOT, "<path class=\"grid\" d=\"M%.1f %dv6\"/>%n", x(size),
                        BOTTOM));
                svg.append(text("quiet", x(size), BOTTOM + 22, "middle", String.valueOf(size)));
            }
        }
        svg.append(text("quiet", (LEFT + RIGHT) / 2.0, HEIGHT - 16, "middle", across + "; upwards: " + up));
    }

    private static void legend(StringBuilder svg, Curve curve, int place) {
        int left = LEFT + place % ABREAST * LEGEND_WIDTH;
        int at = TOP - (2 - place / ABREAST) * LEGEND_HEIGHT;
        svg.append("<path class=\"line %s\" d=\"M%d %dh%d\"/>%n".formatted(curve.style(), left, at - 5,
                SAMPLE));
        svg.append(text("", left + SAMPLE + 8, at, "start", curve.name()));
    }

    private void draw(StringBuilder svg, Curve curve) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < sizes.length; i++) {
            double percent = curve.percents()[i];
            if (!Double.isNaN(percent)) {
                path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : " ",
                        x(sizes[i]), y(percent)));
                svg.append(String.format(Locale.ROOT,
                        "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>%n",
                        curve.style().split(" ", 2)[0], x(sizes[i]), y(percent)));
            }
        }
        svg.append("<path class=\"line %s\" d=\"%s\"/>%n".formatted(curve.style(), path));
    }

    private static String text(String style, double x, double y, String anchor, String text) {
        return String.format(Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                style, x, y, anchor, text);
    }

    private double x(int size) {
        double first = sizes[0];
        double last = sizes[sizes.length - 1];
        return LEFT + 12 + (RIGHT - LEFT - 24) * Math.log(size / first) / Math.log(last / first);
    }

    private static double y(double percent) {
        return BOTTOM - (BOTTOM - TOP) * Math.clamp(percent, 0, 104) / 100;
    }
}
