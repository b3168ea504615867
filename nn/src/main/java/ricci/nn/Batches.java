package ricci.nn;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import ricci.Key;
import ricci.Random;
import ricci.Tensor;
import ricci.Tree;
import ricci.ir.RicciException;

/**
 * A data set in shuffled batches. An epoch visits every example once but for the remainder that fills no
 * batch, so all batches have one shape; another epoch has another order, and the same key gives the same
 * orders.
 *
 * @param <D> a tree of tensors, whose first axes all count the examples
 */
public final class Batches<D> {
    private final D data;
    private final int size;
    private final Key key;
    private final int examples;

    /**
     * Batches of {@code size} examples.
     *
     * @throws RicciException if the tensors differ in their number of examples, or there are fewer than
     *         {@code size}
     */
    public Batches(D data, int size, Key key) {
        this.data = data;
        this.size = size;
        this.key = key;
        examples = countExamples(data);
        if (size < 1 || size > examples) {
            throw new RicciException.Argument("make batches of " + size, examples + " examples",
                    "a batch has at least one example, and no more than there are",
                    "choose a size from 1 to " + examples);
        }
    }

    /** The number of batches in an epoch. */
    public int perEpoch() {
        return examples / size;
    }

    /** The batches of an epoch, made as they are asked for. */
    public Iterable<D> epoch(int number) {
        Tensor order = Random.permutation(key.foldIn(number), examples);
        return () -> batches(order);
    }

    private Iterator<D> batches(Tensor order) {
        return IntStream.range(0, perEpoch()).mapToObj(batch -> {
            Tensor rows = order.slice(0, (long) batch * size, (long) (batch + 1) * size);
            return rows(data, rows);
        }).iterator();
    }

    /** The examples of a data set that an integer vector names. */
    public static <D> D rows(D data, Tensor indices) {
        return Tree.map(data, x -> x.take(indices));
    }

    /**
     * The number of examples in a data set: the common length of its tensors' first axes.
     *
     * @throws RicciException.Shape if there is none
     */
    public static int countExamples(Object data) {
        List<Tensor> tensors = Tree.leaves(data);
        List<Long> counts = tensors.stream().map(x -> x.rank() == 0 ? -1 : x.shape().length(0))
                .distinct().toList();
        if (counts.size() != 1 || counts.getFirst() < 0 || counts.getFirst() > Integer.MAX_VALUE) {
            throw new RicciException.Shape("count the examples",
                    tensors.stream().map(Tensor::type).toList().toString(),
                    "the first axis of every tensor of a data set counts the examples",
                    "check the tensors' shapes");
        }
        return (int) (long) counts.getFirst();
    }
}
