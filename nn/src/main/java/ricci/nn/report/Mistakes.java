package ricci.nn.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import ricci.Tensor;

/**
 * The examples that were classified wrongly, those first of which the classifier was most certain.
 *
 * @param images [examples, height, width], if the examples are images
 */
public record Mistakes(Predictions predictions, Optional<Tensor> images) {
    private static final int MOST_SHOWN = 60;
    private static final int LONGEST_SIDE = 128;

    public Section section() {
        List<Predictions.Example> wrong = predictions.examples().stream()
                .filter(example -> !example.isRight())
                .sorted(Comparator.comparingDouble(Mistakes::certainty).reversed()).toList();
        if (wrong.isEmpty()) {
            int count = predictions.examples().size();
            return new Section("mistakes", "Mistakes", "", "<p class=\"nothing\">%s</p>\n".formatted(
                    count == 0 ? "There are no examples." : "None: " + (count == 1 ? "the only example is"
                            : "all " + Numerals.count(count) + " examples are") + " classified rightly."));
        }
        String intro = "What the examples are → what they were taken for, and the probability of that. "
                + (wrong.size() > MOST_SHOWN ? "The " + MOST_SHOWN + " most certain of "
                        + Numerals.count(wrong.size()) + " mistakes." : "The most certain first.");
        StringBuilder html = new StringBuilder("<ol class=\"mistakes\">\n");
        Optional<Pixels> pixels = images.filter(x -> x.size() > 0).map(Pixels::new);
        for (Predictions.Example example : wrong.subList(0, Math.min(MOST_SHOWN, wrong.size()))) {
            html.append(card(example, pixels));
        }
        return new Section("mistakes", "Mistakes", intro, html.append("</ol>\n").toString());
    }

    private static double certainty(Predictions.Example example) {
        return Double.isNaN(example.probability()) ? -1 : example.probability();
    }

    private String card(Predictions.Example example, Optional<Pixels> pixels) {
        String name = "Example " + Numerals.count(example.index());
        String picture = pixels.map(p -> "<img src=\"%s\" alt=\"%s\"%s/>".formatted(
                p.picture(example.index()).dataUrl(), name, p.isUpright() ? " class=\"upright\"" : ""))
                .orElse("<p class=\"index\">" + name + "</p>");
        return """
                <li>%s
                <p><strong>%s<span aria-hidden="true"> → </span><span class="hidden"> taken for </span>%s
                </strong>
                <small>%s</small></p></li>
                """.formatted(picture, name(example.label()), name(example.predicted()),
                Numerals.percent(example.probability()));
    }

    private String name(int index) {
        return Html.escape(predictions.names().get(index));
    }

    /** All values, and the range of those that are finite: so one grey means one value in every picture. */
    private static final class Pixels {
        private final double[] values;
        private final int height;
        private final int width;
        private final double least;
        private final double most;

        Pixels(Tensor images) {
            values = images.toDoubles();
            height = Math.toIntExact(images.shape().length(1));
            width = Math.toIntExact(images.shape().length(2));
            double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
            least = Arrays.stream(finite).min().orElse(0);
            most = Arrays.stream(finite).max().orElse(1);
        }

        boolean isUpright() {
            return height > width;
        }

        Picture picture(int index) {
            int size = height * width;
            double[] one = Arrays.copyOfRange(values, index * size, (index + 1) * size);
            return Picture.grey(one, width, height, least, most, LONGEST_SIDE);
        }
    }
}
