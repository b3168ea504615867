package ricci.nn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** A quantity per step: each value, thin and grey, and above them what is typical, smoothed. */
final class Trend {
    private static final int THIN_POINTS = 1200;
    private static final int SMOOTH_POINTS = 400;

    private final Series all;
    private final int[] chosen;
    private final int window;
    private final Series smooth;
    private final String average;

    private Trend(Series all, int[] chosen, int window, Series smooth, String average) {
        this.all = all;
        this.chosen = chosen;
        this.window = window;
        this.smooth = smooth;
        this.average = average;
    }

    /** Smoothed by means, of about a thirtieth of the steps. */
    static Trend ofMeans(double[] values) {
        Series all = Series.counted(values);
        int[] chosen = all.spread(SMOOTH_POINTS);
        int window = Math.max(1, values.length / 30) | 1;
        return new Trend(all, chosen, window, all.means(chosen, window), "mean");
    }

    /** Smoothed by medians, which single slow steps do not move. */
    static Trend ofMedians(double[] values) {
        Series all = Series.counted(values);
        int[] chosen = all.spread(SMOOTH_POINTS);
        int window = Math.clamp(values.length / 40, 1, 500) | 1;
        return new Trend(all, chosen, window, all.medians(chosen, window), "median");
    }

    /** With few steps there is nothing to smooth. */
    private boolean isSmoothed() {
        return window > 1;
    }

    List<Chart.Line> lines() {
        Series thin = all.thinned(THIN_POINTS);
        if (!isSmoothed()) {
            return List.of(new Chart.Line("each step", Chart.Style.ACCENT, thin));
        }
        String name = average + " of " + Numerals.count(window) + " steps";
        return List.of(new Chart.Line("each step", Chart.Style.FAINT, thin),
                new Chart.Line(name, Chart.Style.ACCENT, smooth));
    }

    List<Chart.Reading> readings(DoubleFunction<String> text) {
        List<Chart.Reading> readings = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            String step = "step " + Numerals.count(chosen[i] + 1L) + ": " + text.apply(all.y(chosen[i]));
            String typical = isSmoothed() ? ", " + average + " " + text.apply(smooth.y(i)) : "";
            readings.add(new Chart.Reading(chosen[i] + 1, step + typical));
        }
        return readings;
    }

    Scale axis() {
        return Scale.Linear.counting(1, Math.max(2, all.size()), 4);
    }
}
