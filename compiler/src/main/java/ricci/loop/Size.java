package ricci.loop;

/** A length, a stride or an offset, in elements. */
public sealed interface Size {
    /** Known when the kernel is made. */
    record Fixed(long value) implements Size {}

    /** Known when the kernel is called: its argument number {@code index}. */
    record Argument(int index) implements Size {}

    /** A size that is known when the kernel is made. */
    static Size of(long value) {
        return new Fixed(value);
    }

    /** The value in a call with these arguments. */
    default long in(long[] arguments) {
        return switch (this) {
            case Fixed(var value) -> value;
            case Argument(var index) -> arguments[index];
        };
    }

    default boolean is(long value) {
        return this instanceof Fixed(var fixed) && fixed == value;
    }
}
