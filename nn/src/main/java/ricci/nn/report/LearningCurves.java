package ricci.nn.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import ricci.nn.History;

/** The loss per step and the accuracies per epoch. */
public record LearningCurves(History history) {
    private static final int MOST_READINGS = 400;
    private static final double LOGARITHMIC_FROM = 15;

    public Section section() {
        return new Section("learning", "Learning", intro(), loss() + accuracy());
    }

    private String intro() {
        String intro = "The loss of each batch, and the share of examples that are classified rightly "
                + "after each epoch.";
        List<Double> losses = history.losses();
        int[] odd = IntStream.range(0, losses.size()).filter(i -> !Double.isFinite(losses.get(i))).toArray();
        return odd.length == 0 ? intro : intro
                + " <strong>%s of %s not finite</strong>, first in step %s: gaps in the curve.".formatted(
                        Numerals.count(odd.length), Numerals.count(losses.size(), "loss is", "losses are"),
                        Numerals.count(odd[0] + 1L));
    }

    private String loss() {
        double[] losses = history.losses().stream().mapToDouble(Double::doubleValue).toArray();
        double[] finite = Series.sorted(Arrays.stream(losses).filter(Double::isFinite).toArray());
        if (finite.length == 0) {
            return nothing(losses.length == 0 ? "No steps were made." : "No loss is a finite number.");
        }
        double least = finite[0];
        double most = finite[finite.length - 1];
        boolean logarithmic = least > 0 && most / least > LOGARITHMIC_FROM;
        Scale y = logarithmic ? Scale.Logarithmic.around(finite) : Scale.Linear.around(finite, 4);
        String summary = "From %s in step 1 to %s in step %s, between %s and %s.".formatted(
                Numerals.measured(losses[0]), Numerals.measured(losses[losses.length - 1]),
                Numerals.count(losses.length), Numerals.measured(least), Numerals.measured(most));
        Trend trend = Trend.ofMeans(losses);
        Chart chart = new Chart("Loss", logarithmic ? "log scale" : "", summary, trend.axis(), y,
                trend.axis()::label, y::label, "step");
        return chart.ofLines(trend.lines(), trend.readings(Numerals::measured));
    }

    private String accuracy() {
        double[] train = measured(History.Epoch::trainAccuracy);
        double[] test = measured(History.Epoch::testAccuracy);
        double[] shares = Series.sorted(
                DoubleStream.concat(Arrays.stream(train), Arrays.stream(test)).filter(Double::isFinite)
                        .toArray());
        if (shares.length == 0) {
            return nothing(train.length == 0 ? "No epoch was completed." : "No accuracy is a number.");
        }
        // An axis of shares ends at 100 %, and is no point.
        double[] range = {Math.min(0.9, shares[0]), Math.max(1, shares[shares.length - 1])};
        Scale y = Scale.Linear.around(range, 4);
        Scale x = Scale.Linear.counting(1, Math.max(2, train.length), 4);
        Series tests = Series.counted(test);
        List<Chart.Reading> readings = new ArrayList<>();
        for (int i : tests.spread(MOST_READINGS)) {
            readings.add(new Chart.Reading(i + 1, "epoch %s: test %s, train %s".formatted(
                    Numerals.count(i + 1L), Numerals.percent(test[i]), Numerals.percent(train[i]))));
        }
        int last = test.length - 1;
        String summary = "Test accuracy %s after epoch 1, %s after epoch %s; train %s and %s.".formatted(
                Numerals.percent(test[0]), Numerals.percent(test[last]), Numerals.count(test.length),
                Numerals.percent(train[0]), Numerals.percent(train[last]));
        Chart.Line trainLine = new Chart.Line("train", Chart.Style.PLAIN, Series.counted(train));
        Chart.Line testLine = new Chart.Line("test", Chart.Style.ACCENT, tests);
        return new Chart("Accuracy", "", summary, x, y, x::label, share -> percent(share, y), "epoch")
                .ofLines(List.of(trainLine, testLine), readings);
    }

    private double[] measured(ToDoubleFunction<History.Epoch> what) {
        return history.epochs().stream().mapToDouble(what).toArray();
    }

    /** A mark in percent, with as many decimals as tell it from the next. */
    private static String percent(double share, Scale scale) {
        List<Double> ticks = scale.ticks();
        double distance = ticks.size() < 2 ? 1 : 100 * (ticks.get(1) - ticks.get(0));
        return Numerals.spaced(100 * share, distance) + "\u00a0%";
    }

    private static String nothing(String why) {
        return "<p class=\"nothing\">" + why + "</p>\n";
    }
}
