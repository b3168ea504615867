package ricci;

import ricci.ir.TensorType;
import ricci.runtime.Buffer;

/** A tensor with values. Immutable. */
public final class Array implements Tensor {
    private final TensorType type;
    private final Buffer buffer;

    Array(TensorType type, Buffer buffer) {
        this.type = type;
        this.buffer = buffer;
    }

    @Override
    public TensorType type() {
        return type;
    }

    @Override
    public Buffer buffer() {
        return buffer;
    }

    /** The type, and the values as NumPy prints them; {@link PrintOptions} print otherwise. */
    @Override
    public String toString() {
        return ArrayText.withType(this);
    }
}
