package ricci.runtime;

import java.util.List;
import ricci.ir.InferTypes;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

/** What the heap has room for; asked before it is filled, as the JVM finds out late. */
public final class Heap {
    /** The interpreter's double or long to an element. */
    private static final int ELEMENT = 8;
    /** So many fit into any heap, and need not be looked at. */
    private static final long FEW = 1 << 16;

    private Heap() {}

    /**
     * Whether so many objects could fit if there were nothing else.
     *
     * @throws RicciException.Argument if not
     */
    public static void require(String asked, double count, int bytes) {
        if (count * bytes > Runtime.getRuntime().maxMemory()) {
            throw new RicciException.Argument(asked, "a heap of " + megabytes(),
                    "what is made fits into the heap; this has " + (long) count + " parts of at least "
                    + bytes + " bytes", "ask for less, or raise the limit with -Xmx");
        }
    }

    /** As above, for tensors that are interpreted. */
    static void require(List<TensorType> tensors) {
        double elements = 0;
        for (TensorType type : tensors) {
            elements += (double) type.shape().size() * (type.dtype().isComplex() ? 2 : 1);
        }
        if (elements > FEW && elements * ELEMENT > Runtime.getRuntime().maxMemory()) {
            throw tooLarge(tensors);
        }
    }

    static RicciException tooLarge(List<TensorType> tensors) {
        return new RicciException.Argument("compute " + InferTypes.list(tensors), "a heap of " + megabytes(),
                "what is interpreted is held in Java arrays, 8 bytes to an element",
                "use smaller tensors, or raise the limit with -Xmx");
    }

    private static String megabytes() {
        return (Runtime.getRuntime().maxMemory() >> 20) + " MB";
    }
}
