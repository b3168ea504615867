/**
 * The einops notation: patterns that say how the axes of a tensor are rearranged, reduced, repeated and
 * contracted.
 */
@org.jspecify.annotations.NullMarked
module ricci.einops {
    requires static transitive org.jspecify;
    requires static transitive java.desktop;

    exports ricci.einops;

    uses ricci.einops.Adapter;

    provides ricci.einops.Adapter with
            ricci.einops.adapters.ImageAdapter,
            ricci.einops.adapters.DjlBackend,
            ricci.einops.adapters.Nd4jBackend,
            ricci.einops.adapters.TensorFlowOperands,
            ricci.einops.adapters.TensorFlowTensors,
            ricci.einops.adapters.OnnxAdapter;
}
