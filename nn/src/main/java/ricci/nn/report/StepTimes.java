package ricci.nn.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ricci.nn.History;

/** How long steps took: in the order of steps, which shows the warm-up, and how often each duration occurred. */
public record StepTimes(History history) {
    private static final int THIN_POINTS = 1200;
    private static final int SMOOTH_POINTS = 300;
    private static final int LARGEST_WINDOW = 501;
    private static final int MOST_BARS = 48;

    public Section section() {
        double[] seconds = history.seconds().stream().mapToDouble(Double::doubleValue).toArray();
        double[] sorted = Series.sorted(Arrays.stream(seconds).filter(s -> Double.isFinite(s) && s > 0).toArray());
        if (sorted.length == 0) {
            return new Section("time", "Time", "", "<p class=\"nothing\">%s</p>\n".formatted(
                    seconds.length == 0 ? "No steps were made." : "The steps took no time that could be measured."));
        }
        double median = Series.quantile(sorted, 0.5);
        String intro = "Half of the steps took %s or less, 95%s took %s or less.".formatted(Numerals.seconds(median),
                "\u00a0%", Numerals.seconds(Series.quantile(sorted, 0.95)));
        if (seconds[0] > 2 * median && Double.isFinite(seconds[0])) {
            intro += " The first, which records and compiles the program, took %s; then the JVM warms up.".formatted(
                    Numerals.seconds(seconds[0]));
        }
        return new Section("time", "Time", intro, overSteps(seconds, sorted) + distribution(sorted));
    }

    private static String overSteps(double[] seconds, double[] sorted) {
        // What is too short for the clock is a gap.
        Series all = Series.counted(Arrays.stream(seconds).map(s -> s > 0 ? s : Double.NaN).toArray());
        int window = Math.min(LARGEST_WINDOW, Math.max(1, seconds.length / 40)) | 1;
        int[] chosen = all.spread(SMOOTH_POINTS);
        Series medians = all.medians(chosen, window);
        List<Chart.Line> lines = new ArrayList<>();
        lines.add(new Chart.Line("each step", window > 1 ? Chart.Style.FAINT : Chart.Style.ACCENT, all.thinned(THIN_POINTS)));
        if (window > 1) {
            lines.add(new Chart.Line("median of " + Numerals.count(window) + " steps", Chart.Style.ACCENT, medians));
        }
        List<Chart.Reading> readings = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            readings.add(new Chart.Reading(chosen[i] + 1, "step " + Numerals.count(chosen[i] + 1L) + ": "
                    + Numerals.seconds(seconds[chosen[i]])
                    + (window > 1 ? ", median " + Numerals.seconds(medians.y(i)) : "")));
        }
        Scale y = Scale.Logarithmic.around(sorted);
        String summary = "From %s in step 1 to %s in step %s; the median is %s.".formatted(Numerals.seconds(seconds[0]),
                Numerals.seconds(seconds[seconds.length - 1]), Numerals.count(seconds.length),
                Numerals.seconds(Series.quantile(sorted, 0.5)));
        return new Chart("Time per step", "log scale", summary, Scale.Linear.exactly(1, Math.max(2, seconds.length), 4), y,
                Numerals::whole, Numerals::seconds, "step").ofLines(lines, readings);
    }

    private static String distribution(double[] sorted) {
        Scale.Logarithmic x = Scale.Logarithmic.around(sorted);
        int bars = Math.clamp((int) Math.ceil(2 * Math.sqrt(sorted.length)), 1, MOST_BARS);
        double[] heights = new double[bars];
        for (double seconds : sorted) {
            heights[Math.min(bars - 1, (int) (bars * x.place(seconds)))]++;
        }
        List<Chart.Bar> shapes = new ArrayList<>();
        List<Chart.Reading> readings = new ArrayList<>();
        for (int i = 0; i < bars; i++) {
            double from = x.least() * Math.pow(x.most() / x.least(), (double) i / bars);
            double to = x.least() * Math.pow(x.most() / x.least(), (i + 1.0) / bars);
            shapes.add(new Chart.Bar(from, to, heights[i]));
            readings.add(new Chart.Reading(Math.sqrt(from) * Math.sqrt(to), Numerals.seconds(from) + " to "
                    + Numerals.seconds(to) + ": " + Numerals.count((long) heights[i], "step", "steps")));
        }
        double most = Arrays.stream(heights).max().orElseThrow();
        Scale y = Scale.Linear.around(new double[] {0, most}, 4);
        String summary = "Between %s and %s; half of the steps took %s or less.".formatted(Numerals.seconds(sorted[0]),
                Numerals.seconds(sorted[sorted.length - 1]), Numerals.seconds(Series.quantile(sorted, 0.5)));
        return new Chart("Distribution", "log scale", summary, x, y, Numerals::seconds, Numerals::whole, "time per step")
                .ofBars(shapes, readings);
    }
}
