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
}
