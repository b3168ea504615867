package ricci.loop;

/**
 * The integers from {@code low} to {@code high}, among which a value is. What leaves the range of a long, and
 * so would wrap around, is anywhere.
 */
record Range(long low, long high) {
    static final Range ANYWHERE = new Range(Long.MIN_VALUE, Long.MAX_VALUE);
    private static final Range INT = new Range(Integer.MIN_VALUE, Integer.MAX_VALUE);
    private static final Range BIT = new Range(0, 1);

    static Range only(long value) {
        return new Range(value, value);
    }

    /** What a register holds; of a float nothing is said. */
    static Range of(Register register) {
        return switch (register) {
            case F32, F64, I64 -> ANYWHERE;
            case I32 -> INT;
            case BOOL -> BIT;
        };
    }

    /** What an element in memory may be. */
    static Range of(Storage storage) {
        return switch (storage) {
            case F32, F64, I64 -> ANYWHERE;
            case I8 -> new Range(Byte.MIN_VALUE, Byte.MAX_VALUE);
            case U8 -> new Range(0, 0xFF);
            case I16 -> new Range(Short.MIN_VALUE, Short.MAX_VALUE);
            case U16 -> new Range(0, 0xFFFF);
            case I32 -> INT;
            case BOOL -> BIT;
        };
    }

    /** What is left of it when computed in a register: if that may wrap around, all that it holds. */
    Range in(Register register) {
        Range all = of(register);
        return low >= all.low && high <= all.high ? this : all;
    }

    Range union(Range y) {
        return new Range(Math.min(low, y.low), Math.max(high, y.high));
    }

    Range min(Range y) {
        return new Range(Math.min(low, y.low), Math.min(high, y.high));
    }

    Range max(Range y) {
        return new Range(Math.max(low, y.low), Math.max(high, y.high));
    }

    Range plus(Range y) {
        long least = low + y.low;
        long most = high + y.high;
        boolean overflows = ((low ^ least) & (y.low ^ least)) < 0 || ((high ^ most) & (y.high ^ most)) < 0;
        return overflows ? ANYWHERE : new Range(least, most);
    }

    Range negate() {
        return low == Long.MIN_VALUE ? ANYWHERE : new Range(-high, -low);
    }

    Range magnitude() {
        return low == Long.MIN_VALUE ? ANYWHERE : max(negate()).max(only(0));
    }

    Range times(Range y) {
        if (overflows(low, y.low) || overflows(low, y.high) || overflows(high, y.low)
                || overflows(high, y.high)) {
            return ANYWHERE;
        }
        return among(low * y.low, low * y.high, high * y.low, high * y.high);
    }

    private static boolean overflows(long x, long y) {
        return Math.multiplyHigh(x, y) != (x * y) >> 63;
    }

    /** By what is at least 1, else anywhere. */
    Range dividedBy(Range y) {
        return y.low < 1 ? ANYWHERE : among(low / y.low, low / y.high, high / y.low, high / y.high);
    }

    /** By what is at least 1, else anywhere. */
    Range remainderBy(Range y) {
        return y.low < 1 ? ANYWHERE
                : new Range(low < 0 ? Math.max(low, 1 - y.high) : 0,
                high > 0 ? Math.min(high, y.high - 1) : 0);
    }

    /** The sign comes in; by one number, less than a register is wide, else anywhere. */
    Range shiftedRight(Range y) {
        return y.low == y.high && y.low >= 0 && y.low < Integer.SIZE
                ? new Range(low >> y.low, high >> y.low) : ANYWHERE;
    }

    private static Range among(long a, long b, long c, long d) {
        return new Range(Math.min(Math.min(a, b), Math.min(c, d)), Math.max(Math.max(a, b), Math.max(c, d)));
    }

    @Override
    public String toString() {
        return low + " to " + high;
    }
}
