package ricci.einops.adapters;

import org.tensorflow.types.family.TType;
import ricci.einops.Adapter;
import ricci.einops.Shaped;

/**
 * TensorFlow's tensors outside of a session, such as {@code TFloat32}: operations run on Java arrays, and
 * results are new tensors, which the caller closes. Where the elements of a result are of another type than
 * those of the argument, as sums of integers are, pass the argument as a {@code TType}.
 */
public final class TensorFlowTensors implements Adapter<TType> {
    /** For the service loader. */
    public TensorFlowTensors() {
        Library.read("org.tensorflow.types.family.TType", "org.tensorflow.ndarray.Shape");
    }

    @Override
    public boolean handles(Class<?> type) {
        return TType.class.isAssignableFrom(type);
    }

    @Override
    public Shaped<?> read(TType x) {
        return TensorFlowValues.read(x);
    }

    @Override
    public TType write(TType given, Shaped<?> result) {
        return TensorFlowValues.write(given.type(), result);
    }
}
