package ricci.loop;

/** A length, a stride or an offset, in elements. */
public sealed interface Size {
    /** Known when the kernel is made. */
    record Fixed(long value) implements Size {}

    /** Known when the kernel is called: its argument number {@code index}. */
    record Argument(int index) implements Size {}

    /** Nothing. */
    Size ZERO = new Fixed(0);
    /** One element. */
    Size ONE = new Fixed(1);

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
