package ricci.loop;

/** One element of the kernel's buffer number {@code buffer}. */
public record Access(int buffer, Storage storage, Place place) {}
