package ricci.nn.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import ricci.nn.History;

/**
 * The numbers at the top of the page.
 *
 * @param facts what the user adds, by name, in order
 * @param predictions on test examples, if they are known
 */
public record Headline(History history, Map<String, String> facts, Optional<Predictions> predictions) {

    private static final int LONGEST_NUMBER = 14;

    private record Entry(String name, String value, String note) {
        String html(String cssClass) {
            return "<div%s><dt>%s</dt><dd%s>%s%s</dd></div>\n".formatted(cssClass, Html.escape(name),
                    value.length() > LONGEST_NUMBER ? " class=\"long\"" : "", Html.escape(value),
                    note.isEmpty() ? "" : " <small>" + Html.escape(note) + "</small>");
        }
    }

    public String html() {
        List<Entry> numbers = numbers();
        String rest = numbers.stream().skip(1).map(number -> number.html("")).collect(Collectors.joining());
        return "<dl class=\"numbers\">\n" + numbers.getFirst().html(" class=\"main\"") + rest + "</dl>\n";
    }

    private List<Entry> numbers() {
        List<History.Epoch> epochs = history.epochs();
        int steps = history.losses().size();
        List<Entry> numbers = new ArrayList<>();
        numbers.add(predictions.filter(p -> !p.examples().isEmpty())
                .map(p -> new Entry("Test accuracy", Numerals.percent(p.accuracy()),
                        Numerals.count(p.right()) + " of " + Numerals.count(p.examples().size())))
                .orElseGet(() -> new Entry("Test accuracy",
                        epochs.isEmpty() ? "–" : Numerals.percent(epochs.getLast().testAccuracy()), "")));
        numbers.add(loss());
        String inEpochs = Numerals.count(epochs.size(), "epoch", "epochs");
        numbers.add(new Entry("Steps", Numerals.count(steps), inEpochs));
        numbers.add(new Entry("Time", Numerals.seconds(history.totalSeconds()), "all steps together"));
        numbers.add(new Entry("Speed", rate(history.stepsPerSecond()), "steps per second"));
        facts.forEach((name, value) -> numbers.add(new Entry(name, value, "")));
        return numbers;
    }

    /** Of the last epoch, as one batch says little; of the last step if steps do not divide into epochs. */
    private Entry loss() {
        List<Double> losses = history.losses();
        int epochs = history.epochs().size();
        if (losses.isEmpty()) {
            return new Entry("Loss", "–", "");
        }
        if (epochs == 0 || losses.size() % epochs != 0) {
            return new Entry("Loss", Numerals.measured(losses.getLast()), "in the last step");
        }
        List<Double> last = losses.subList(losses.size() - losses.size() / epochs, losses.size());
        double mean = last.stream().mapToDouble(loss -> loss / last.size()).sum();
        return new Entry("Loss", Numerals.measured(mean), "mean, last epoch");
    }

    private static String rate(double stepsPerSecond) {
        if (!(stepsPerSecond > 0) || Double.isInfinite(stepsPerSecond)) {
            return "–";
        }
        return stepsPerSecond < 1000 ? Numerals.number(stepsPerSecond)
                : Numerals.count(Math.round(stepsPerSecond));
    }
}
