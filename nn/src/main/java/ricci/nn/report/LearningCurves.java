package ricci.nn.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import ricci.nn.History;

/** The loss per step and the accuracies per epoch. */
public record LearningCurves(History history) {
    private static final int THIN_POINTS = 1200;
    private static final int SMOOTH_POINTS = 400;
    private static final double LOG_FROM_RATIO = 15;

    public Section section() {
        return new Section("learning", "Learning", intro(), loss() + accuracy());
    }

    private String intro() {
        int steps = history.losses().size();
        long odd = history.losses().stream().filter(loss -> !Double.isFinite(loss)).count();
        String intro = "The loss of each batch, and the share of examples that are classified rightly after each epoch.";
        if (odd == 0) {
            return intro;
        }
        int first = 0;
        while (Double.isFinite(history.losses().get(first))) {
            first++;
        }
        return intro + " <strong>" + Numerals.count(odd) + " of " + Numerals.count(steps, "loss is", "losses are")
                + " not finite</strong>, first in step " + Numerals.count(first + 1L) + "; the curve leaves them out.";
    }

    private String loss() {
        double[] losses = history.losses().stream().mapToDouble(Double::doubleValue).toArray();
        double[] finite = Arrays.stream(losses).filter(Double::isFinite).toArray();
        if (finite.length == 0) {
            return "<p class=\"nothing\">%s</p>\n".formatted(
                    losses.length == 0 ? "No steps were made." : "No loss is a finite number.");
        }
        Series all = Series.counted(losses);
        int window = Math.max(1, losses.length / 30) | 1;
        int[] chosen = all.spread(SMOOTH_POINTS);
        Series smooth = all.means(chosen, window);
        double least = Arrays.stream(finite).min().orElseThrow();
        double most = Arrays.stream(finite).max().orElseThrow();
        boolean log = least > 0 && most / least > LOG_FROM_RATIO;
        Scale y = log ? Scale.Logarithmic.around(finite) : Scale.Linear.around(finite, 4);
        Scale x = Scale.Linear.exactly(1, Math.max(2, losses.length), 4);
        List<Chart.Line> lines = new ArrayList<>();
        lines.add(new Chart.Line("each step", window > 1 ? Chart.Style.FAINT : Chart.Style.ACCENT, all.thinned(THIN_POINTS)));
        if (window > 1) {
            lines.add(new Chart.Line("mean of " + Numerals.count(window) + " steps", Chart.Style.ACCENT, smooth));
        }
        List<Chart.Reading> readings = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            readings.add(new Chart.Reading(chosen[i] + 1, "step " + Numerals.count(chosen[i] + 1L) + ": "
                    + Numerals.measured(losses[chosen[i]])
                    + (window > 1 ? ", mean " + Numerals.measured(smooth.y(i)) : "")));
        }
        String summary = "From %s in step 1 to %s in step %s, between %s and %s.".formatted(Numerals.measured(losses[0]),
                Numerals.measured(losses[losses.length - 1]), Numerals.count(losses.length), Numerals.number(least),
                Numerals.number(most));
        return new Chart("Loss", log ? "log scale" : "", summary, x, y, Numerals::whole,
                y::label, "step").ofLines(lines, readings);
    }

    private String accuracy() {
        List<History.Epoch> epochs = history.epochs();
        if (epochs.isEmpty()) {
            return "<p class=\"nothing\">No epoch was completed.</p>\n";
        }
        double[] train = measured(History.Epoch::trainAccuracy);
        double[] test = measured(History.Epoch::testAccuracy);
        double[] both = DoubleStream.concat(Arrays.stream(train), Arrays.stream(test)).filter(Double::isFinite)
                .toArray();
        if (both.length == 0) {
            return "<p class=\"nothing\">No accuracy is a number.</p>\n";
        }
        // An axis of shares ends at 100 %, and is no point.
        double[] range = {Math.min(0.9, Arrays.stream(both).min().orElseThrow()),
            Math.max(1, Arrays.stream(both).max().orElseThrow())};
        Scale y = Scale.Linear.around(range, 4);
        Scale x = Scale.Linear.exactly(1, Math.max(2, epochs.size()), 4);
        List<Chart.Reading> readings = new ArrayList<>();
        Series points = Series.counted(test);
        for (int i : points.spread(SMOOTH_POINTS)) {
            readings.add(new Chart.Reading(i + 1, "epoch %s: test %s, train %s".formatted(Numerals.count(i + 1L),
                    Numerals.percent(test[i]), Numerals.percent(train[i]))));
        }
        String summary = "Test accuracy from %s after epoch 1 to %s after epoch %s; train accuracy from %s to %s."
                .formatted(Numerals.percent(test[0]), Numerals.percent(test[test.length - 1]),
                        Numerals.count(test.length), Numerals.percent(train[0]), Numerals.percent(train[train.length - 1]));
        return new Chart("Accuracy", "", summary, x, y, Numerals::whole, share -> ticked(share, y), "epoch")
                .ofLines(List.of(new Chart.Line("train", Chart.Style.PLAIN, Series.counted(train).thinned(THIN_POINTS)),
                        new Chart.Line("test", Chart.Style.ACCENT, points.thinned(THIN_POINTS))), readings);
    }

    private double[] measured(ToDoubleFunction<History.Epoch> what) {
        return history.epochs().stream().mapToDouble(what).toArray();
    }

    private static String ticked(double share, Scale scale) {
        List<Double> ticks = scale.ticks();
        double step = ticks.size() < 2 ? 0.1 : ticks.get(1) - ticks.get(0);
        return step < 0.01 ? String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * share) : Math.round(100 * share) + "\u00a0%";
    }
}
