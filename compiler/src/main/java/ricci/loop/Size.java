package ricci.loop;

/** A length, a stride or an offset, in elements. */
public sealed interface Size {
    /** Known when the kernel is made. */
    record Fixed(long value) implements Size {
        @Override
        public long in(long[] arguments) {
            return value;
        }

        @Override
        public boolean is(long number) {
            return value == number;
        }
    }

    /** Known when the kernel is called: its argument number {@code index}. */
    record Argument(int index) implements Size {
        @Override
        public long in(long[] arguments) {
            return arguments[index];
        }

        @Override
        public boolean is(long number) {
            return false;
        }
    }

    // No default methods: two threads, one that meets Size first and one Fixed, would wait for each other.

    /** A size that is known when the kernel is made. */
    static Size of(long value) {
        return new Fixed(value);
    }

    /** The value in a call with these arguments. */
    long in(long[] arguments);

    /** Whether it is that number in every call. */
    boolean is(long number);
}
