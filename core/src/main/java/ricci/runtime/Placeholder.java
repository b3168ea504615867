package ricci.runtime;

/** Lets the module export this package while it is still empty; goes with the first real class. */
final class Placeholder {
    private Placeholder() {
    }
}
