/** Tensors, the programs that are recorded from functions on them, and transformations of those programs. */
@org.jspecify.annotations.NullMarked
module ricci.core {
    requires static org.jspecify;
    requires transitive ricci.einops;
    requires java.management;
    requires jdk.management;

    exports ricci;
    exports ricci.ir;
    exports ricci.transform;
    exports ricci.runtime;

    provides ricci.einops.Adapter with ricci.TensorBackend;

    uses ricci.runtime.Backend;
    uses ricci.runtime.SpmdEngine;
}
