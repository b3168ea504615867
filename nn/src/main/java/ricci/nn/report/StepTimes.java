package ricci.nn.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ricci.nn.History;

/** How long steps took: in order, which shows the warm-up, and how often each duration occurred. */
public record StepTimes(History history) {
    private static final int MOST_BARS = 48;

    public Section section() {
        // What is too short for the clock has no place on a logarithmic axis: a gap.
        double[] seconds = history.seconds().stream().mapToDouble(s -> s > 0 ? s : Double.NaN).toArray();
        double[] sorted = Series.sorted(Arrays.stream(seconds).filter(Double::isFinite).toArray());
        if (sorted.length == 0) {
            String why = seconds.length == 0 ? "No steps were made."
                    : "The steps took no time that can be shown.";
            return new Section("time", "Time", "", "<p class=\"nothing\">" + why + "</p>\n");
        }
        return new Section("time", "Time", intro(seconds[0], sorted),
                overSteps(seconds, sorted) + distribution(sorted));
    }

    private static String intro(double first, double[] sorted) {
        double median = Series.quantile(sorted, 0.5);
        String intro = "Half of the steps took %s or less, 95\u00a0%% took %s or less.".formatted(
                Numerals.seconds(median), Numerals.seconds(Series.quantile(sorted, 0.95)));
        return first > 2 * median && Double.isFinite(first) ? intro
                + " The first, which records and compiles the program, took " + Numerals.seconds(first)
                + "; then the JVM warms up." : intro;
    }

    private static String overSteps(double[] seconds, double[] sorted) {
        String summary = "From %s in step 1 to %s in step %s; the median is %s.".formatted(
                Numerals.seconds(seconds[0]), Numerals.seconds(seconds[seconds.length - 1]),
                Numerals.count(seconds.length), Numerals.seconds(Series.quantile(sorted, 0.5)));
        Trend trend = Trend.ofMedians(seconds);
        Chart chart = new Chart("Time per step", "log scale", summary, trend.axis(),
                Scale.Logarithmic.around(sorted), trend.axis()::label, Numerals::seconds, "step");
        return chart.ofLines(trend.lines(), trend.readings(Numerals::seconds));
    }

    private static String distribution(double[] sorted) {
        Scale.Logarithmic x = Scale.Logarithmic.around(sorted);
        int bars = Math.clamp((int) Math.ceil(2 * Math.sqrt(sorted.length)), 1, MOST_BARS);
        int[] heights = new int[bars];
        for (double seconds : sorted) {
            heights[Math.min(bars - 1, (int) (bars * x.place(seconds)))]++;
        }
        List<Chart.Bar> shapes = new ArrayList<>();
        List<Chart.Reading> readings = new ArrayList<>();
        for (int i = 0; i < bars; i++) {
            double from = x.value((double) i / bars);
            double to = x.value((i + 1.0) / bars);
            shapes.add(new Chart.Bar(from, to, heights[i]));
            String steps = Numerals.count(heights[i], "step", "steps");
            readings.add(new Chart.Reading(x.value((i + 0.5) / bars),
                    "%s to %s: %s".formatted(Numerals.seconds(from), Numerals.seconds(to), steps)));
        }
        Scale y = Scale.Linear.upTo(Arrays.stream(heights).max().orElseThrow(), 4);
        String summary = "Between %s and %s; half of the steps took %s or less.".formatted(
                Numerals.seconds(sorted[0]), Numerals.seconds(sorted[sorted.length - 1]),
                Numerals.seconds(Series.quantile(sorted, 0.5)));
        return new Chart("Distribution", "log scale", summary, x, y, Numerals::seconds, y::label,
                "time per step").ofBars(shapes, readings);
    }
}
