/**
 * The einops notation: patterns that say how the axes of a tensor are rearranged, reduced, repeated and
 * contracted.
 */
@org.jspecify.annotations.NullMarked
module ricci.einops {
    requires static org.jspecify;
    requires static transitive java.desktop;
    // For ricci.einops.check, which nothing but a compiler loads.
    requires static transitive java.compiler;
    requires static transitive jdk.compiler;

    exports ricci.einops;
    exports ricci.einops.check;

    uses ricci.einops.Adapter;

    provides javax.annotation.processing.Processor with ricci.einops.check.PatternProcessor;
    provides com.sun.source.util.Plugin with ricci.einops.check.PatternPlugin;
    provides ricci.einops.Adapter with
            ricci.einops.adapters.ImageAdapter,
            ricci.einops.adapters.DjlBackend,
            ricci.einops.adapters.Nd4jBackend,
            ricci.einops.adapters.TensorFlowOperands,
            ricci.einops.adapters.TensorFlowTensors,
            ricci.einops.adapters.OnnxAdapter;
}
