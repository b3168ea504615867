package ricci.einops;

/** The length of a named axis, made by {@link Einops#axis}. */
public record Axis(String name, long length) {}
