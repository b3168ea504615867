package ricci.loop;

import ricci.ir.DType;

/** What a value is while it is computed with. Narrower numbers are computed with in wider ones. */
public enum Register {
    /** {@code float}. */
    F32(4),
    /** {@code double}. */
    F64(8),
    /** {@code int}. */
    I32(4),
    /** {@code long}. */
    I64(8),
    /** A truth value; as a number 0 or 1. */
    BOOL(0);

    private final int bytes;

    Register(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of a lane; 0 of a truth value, which is as wide as what it is about. */
    public int bytes() {
        return bytes;
    }

    public boolean isFloat() {
        return this == F32 || this == F64;
    }

    public boolean isInteger() {
        return this == I32 || this == I64;
    }

    /** What elements of a dtype, none of complex numbers, are computed with in. */
    public static Register of(DType dtype) {
        return switch (dtype) {
            case F32, F16, BF16 -> F32;
            case F64 -> F64;
            case I8, U8, I16, U16, I32, U32 -> I32;
            case I64, U64 -> I64;
            case BOOL -> BOOL;
            case C64, C128 -> throw new IllegalArgumentException(dtype + " has no register");
        };
    }
}
