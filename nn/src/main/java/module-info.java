/** Layers, losses, optimisers and training, as plain functions on trees of tensors. */
@org.jspecify.annotations.NullMarked
module ricci.nn {
    requires static org.jspecify;
    requires transitive ricci.core;

    exports ricci.nn;
}
