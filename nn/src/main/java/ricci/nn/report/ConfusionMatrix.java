package ricci.nn.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How often an example of each class was taken for one of each other. Up to some number of classes it is a
 * table that can be read; beyond, a picture, and a list of what was confused most.
 */
public record ConfusionMatrix(Predictions predictions) {
    private static final int MOST_CLASSES_IN_TABLE = 24;
    private static final int LONGEST_SHORT_NAME = 3;
    private static final int LONGEST_SIDE = 250;
    private static final int MOST_PAIRS = 20;

    /** A class, and the class that it was taken for. */
    private record Pair(int label, int predicted) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            return Comparator.comparingInt(Pair::label).thenComparingInt(Pair::predicted)
                    .compare(this, other);
        }
    }

    public Section section() {
        Map<Pair, Integer> counts = counts();
        boolean table = predictions.names().size() <= MOST_CLASSES_IN_TABLE;
        String intro = Numerals.count(predictions.examples().size(), "test example", "test examples")
                + " by true and predicted class. "
                + (table ? "Mistakes are tinted: the more of a kind, the deeper."
                        : "Mistakes lie off the diagonal.");
        if (predictions.excluded() > 0) {
            intro += " " + Numerals.count(predictions.excluded(), "more has a label that is no class and is",
                    "more have labels that are no classes and are") + " left out.";
        }
        String body = predictions.examples().isEmpty() ? "<p class=\"nothing\">There are no examples.</p>\n"
                : table ? table(counts) : picture(counts) + worst(counts);
        return new Section("confusion", "Confusion", intro, body);
    }

    private Map<Pair, Integer> counts() {
        Map<Pair, Integer> counts = new TreeMap<>();
        for (Predictions.Example example : predictions.examples()) {
            counts.merge(new Pair(example.label(), example.predicted()), 1, Integer::sum);
        }
        return counts;
    }

    private static int mostMistaken(Map<Pair, Integer> counts) {
        return counts.entrySet().stream().filter(e -> e.getKey().label() != e.getKey().predicted())
                .mapToInt(Map.Entry::getValue).max().orElse(1);
    }

    private String table(Map<Pair, Integer> counts) {
        List<String> names = predictions.names();
        boolean tall = names.stream().anyMatch(name -> name.length() > LONGEST_SHORT_NAME);
        StringBuilder html = new StringBuilder("""
                <div class="scroll" role="region" aria-label="Confusion matrix" tabindex="0">
                <table class="confusion%s">
                <caption>Row: true class. Column: predicted class.</caption>
                <thead>
                <tr><th scope="col"><span class="hidden">True class</span></th>"""
                .formatted(tall ? " tall" : ""));
        for (String name : names) {
            html.append("<th scope=\"col\"><span>").append(Html.escape(name)).append("</span></th>");
        }
        html.append("<th scope=\"col\" class=\"share\"><span>right</span></th></tr>\n</thead>\n<tbody>\n");
        int most = mostMistaken(counts);
        for (int label = 0; label < names.size(); label++) {
            html.append("<tr><th scope=\"row\">").append(Html.escape(names.get(label))).append("</th>");
            int total = 0;
            for (int predicted = 0; predicted < names.size(); predicted++) {
                int count = counts.getOrDefault(new Pair(label, predicted), 0);
                html.append(cell(label == predicted, count, most));
                total += count;
            }
            double right = (double) counts.getOrDefault(new Pair(label, label), 0) / total;
            html.append("<td class=\"share\">").append(Numerals.percent(right)).append("</td></tr>\n");
        }
        return html.append("</tbody>\n</table>\n</div>\n").toString();
    }

    private static String cell(boolean right, int count, int most) {
        if (right) {
            return "<td class=\"right\">" + Numerals.count(count) + "</td>";
        }
        return count == 0 ? "<td class=\"none\"><span class=\"hidden\">0</span></td>"
                : "<td class=\"wrong\" style=\"--heat:" + Math.round(15 + 35.0 * count / most) + "%\">"
                        + Numerals.count(count) + "</td>";
    }

    /** A pixel per cell, or per square of them, tinted by the greatest share of a class in it. */
    private String picture(Map<Pair, Integer> counts) {
        int classes = predictions.names().size();
        int shrink = Math.ceilDiv(classes, LONGEST_SIDE);
        int side = Math.ceilDiv(classes, shrink);
        int[] totals = new int[classes];
        counts.forEach((pair, count) -> totals[pair.label()] += count);
        double[] shares = new double[side * side];
        counts.forEach((pair, count) -> {
            int at = pair.label() / shrink * side + pair.predicted() / shrink;
            shares[at] = Math.max(shares[at], (double) count / totals[pair.label()]);
        });
        // Rare mistakes must be visible too: a quarter of the tint for any, the rest by the share.
        int[] pixels = IntStream.range(0, side * side).map(i -> shares[i] == 0 ? 0
                : (int) Math.round(255 * (0.25 + 0.75 * shares[i])) << 24 | 0x3b6fd4).toArray();
        return """
                <figure class="map">
                <figcaption><span class="name">All %s classes</span>
                <span class="note">true class downwards, predicted class to the right</span></figcaption>
                <img src="%s" width="%d" height="%d"
                alt="Confusion matrix of %s classes: %s of the examples lie on the diagonal."/>
                </figure>
                """.formatted(Numerals.count(classes), new Picture(side, side, pixels).dataUrl(), side, side,
                Numerals.count(classes), Numerals.percent(predictions.accuracy()));
    }

    private String worst(Map<Pair, Integer> counts) {
        List<Map.Entry<Pair, Integer>> pairs = counts.entrySet().stream()
                .filter(e -> e.getKey().label() != e.getKey().predicted())
                .sorted(Map.Entry.<Pair, Integer>comparingByValue().reversed()).limit(MOST_PAIRS).toList();
        if (pairs.isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("""
                <table class="pairs">
                <caption>Confused most often</caption>
                <thead>
                <tr><th scope="col">True</th><th scope="col">Predicted</th><th scope="col">Examples</th></tr>
                </thead>
                <tbody>
                """);
        pairs.forEach(pair -> html.append("<tr><td>").append(name(pair.getKey().label())).append("</td><td>")
                .append(name(pair.getKey().predicted())).append("</td><td>")
                .append(Numerals.count(pair.getValue())).append("</td></tr>\n"));
        return html.append("</tbody>\n</table>\n").toString();
    }

    private String name(int index) {
        return Html.escape(predictions.names().get(index));
    }
}
