package ricci.nn.report;

import java.util.ArrayList;
import java.util.List;
import ricci.Tensor;

/**
 * What a classifier made of examples.
 *
 * @param names of the classes
 * @param examples those with a label that is a class
 * @param excluded how many have no such label
 */
public record Predictions(List<String> names, List<Example> examples, int excluded) {
    public Predictions {
        names = List.copyOf(names);
        examples = List.copyOf(examples);
    }

    /**
     * One example.
     *
     * @param index its place among all
     * @param label the class that it is of
     * @param predicted the class with the greatest logit
     * @param probability of the predicted class, as the classifier sees it; NaN if the logits are no numbers
     */
    public record Example(int index, int label, int predicted, double probability) {
        boolean isRight() {
            return label == predicted;
        }
    }

    /**
     * Reads them off logits [..., classes] and labels [...].
     *
     * @param names of the classes; those that have none are called by their index
     */
    public static Predictions of(List<String> names, Tensor logits, Tensor labels) {
        int classes = Math.toIntExact(logits.shape().length(logits.rank() - 1));
        double[] values = logits.toDoubles();
        long[] right = labels.toLongs();
        List<String> all = new ArrayList<>(names.subList(0, Math.min(classes, names.size())));
        for (int i = all.size(); i < classes; i++) {
            all.add(String.valueOf(i));
        }
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < right.length; i++) {
            if (right[i] >= 0 && right[i] < classes) {
                int predicted = argmax(values, i * classes, classes);
                double probability = probability(values, i * classes, classes, predicted);
                examples.add(new Example(i, (int) right[i], predicted, probability));
            }
        }
        return new Predictions(all, examples, right.length - examples.size());
    }

    /** The first greatest, where NaN counts as the greatest: as {@link Tensor#argmax} has it. */
    private static int argmax(double[] values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (Double.compare(values[from + i] + 0.0, values[from + best] + 0.0) > 0) {
                best = i;
            }
        }
        return best;
    }

    /** The softmax at an index. */
    private static double probability(double[] values, int from, int count, int index) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            double each = values[from + i];
            double top = values[from + index];
            // Infinite logits share all probability; their difference would be NaN.
            sum += each == top ? 1 : Math.exp(each - top);
        }
        return 1 / sum;
    }

    int right() {
        return (int) examples.stream().filter(Example::isRight).count();
    }

    /** The share of examples classified rightly; NaN of none. */
    public double accuracy() {
        return examples.isEmpty() ? Double.NaN : (double) right() / examples.size();
    }
}
