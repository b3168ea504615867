package ricci.nn;

import java.util.List;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.RicciException;

/** Losses and measures of classifiers. */
public final class Nn {
    private Nn() {}

    /**
     * Softmax cross-entropy, one value per example: minus the log-probability of the right class.
     *
     * @param logits [..., classes], float
     * @param labels [...], the index of the right class, integer
     * @throws RicciException if the shapes do not correspond or labels are no integers
     */
    public static Tensor crossEntropy(Tensor logits, Tensor labels) {
        requireClassified("take the cross-entropy", logits, labels);
        Tensor right = Ricci.oneHot(labels, logits.shape().length(logits.rank() - 1));
        // Selected, not multiplied: a class that is ruled out has log-probability -inf, and -inf * 0 is NaN.
        return Ricci.where(right.gt(0), Ricci.logSoftmax(logits, -1), 0).sum(-1).neg();
    }

    /** The share of examples, between 0 and 1, whose greatest logit is that of the right class. */
    public static Tensor accuracy(Tensor logits, Tensor labels) {
        requireClassified("measure the accuracy", logits, labels);
        return logits.argmax(-1).eq(labels).to(DType.F32).mean();
    }

    static void requireClassified(String asked, Tensor logits, Tensor labels) {
        String given = "logits " + logits.type() + " and labels " + labels.type();
        if (!labels.dtype().isInteger() || !logits.dtype().isFloat()) {
            throw new RicciException.DataType(asked, given,
                    "logits are floats, labels are the integers of classes",
                    "convert them, for example labels.to(DType.I32)");
        }
        int last = logits.rank() - 1;
        if (last < 0 || !logits.shape().without(List.of(last)).equals(labels.shape())) {
            throw new RicciException.Shape(asked, given,
                    "there is one label per row of logits: [..., classes] and [...]",
                    "check which axis of the logits is that of the classes; it comes last");
        }
    }
}
