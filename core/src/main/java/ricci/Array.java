package ricci;

import org.jspecify.annotations.Nullable;
import ricci.ir.RicciException;
import ricci.ir.Source;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;

/** A tensor with values. Immutable; but it may be {@linkplain Jitted.Of1#donate donated}, and then is gone. */
public final class Array implements Tensor {
    private final TensorType type;
    private volatile @Nullable Buffer buffer;
    private volatile Source donatedAt = Source.UNKNOWN;

    Array(TensorType type, Buffer buffer) {
        this.type = type;
        this.buffer = buffer;
        buffer.hold();
    }

    @Override
    public TensorType type() {
        return type;
    }

    /**
     * The elements in memory, not to be written.
     *
     * @throws RicciException.Argument if the tensor has been donated
     */
    @Override
    public Buffer buffer() {
        Buffer present = buffer;
        if (present == null) {
            throw new RicciException.Argument("read a tensor that was donated", type + donation(),
                    "a donated tensor is given away with its memory, and is no more",
                    "use the result of the call instead, or do not donate this argument");
        }
        return present;
    }

    private String donation() {
        return donatedAt.isKnown() ? ", donated at " + donatedAt : "";
    }

    /** Gives the memory away. */
    void donate(Source place) {
        donatedAt = place;
        buffer().release();
        buffer = null;
    }

    /** The type and the values, long tensors abbreviated. */
    @Override
    public String toString() {
        return buffer == null ? type + " (donated" + (donatedAt.isKnown() ? " at " + donatedAt : "") + ")"
                : ArrayText.print(this);
    }
}
