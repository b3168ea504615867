package ricci.loop;

import ricci.ir.DType;

/** How an element lies in memory. Loading widens to the register, storing drops the high bits. */
public enum Storage {
    F32(4, Register.F32),
    F64(8, Register.F64),
    I8(1, Register.I32),
    U8(1, Register.I32),
    I16(2, Register.I32),
    U16(2, Register.I32),
    I32(4, Register.I32),
    I64(8, Register.I64),
    /** A byte, 0 or 1. */
    BOOL(1, Register.BOOL);

    private final int bytes;
    private final Register register;

    Storage(int bytes, Register register) {
        this.bytes = bytes;
        this.register = register;
    }

    /** Bytes that an element takes. */
    public int bytes() {
        return bytes;
    }

    /** What a loaded element is. */
    public Register register() {
        return register;
    }

    /** How elements of a dtype lie; 16-bit floats as their bits. */
    public static Storage of(DType dtype) {
        return switch (dtype) {
            case F32 -> F32;
            case F64 -> F64;
            case F16, BF16, U16 -> U16;
            case I8 -> I8;
            case U8 -> U8;
            case I16 -> I16;
            case I32, U32 -> I32;
            case I64, U64 -> I64;
            case BOOL -> BOOL;
            case C64, C128 -> throw new IllegalArgumentException(dtype + " is stored as two elements");
        };
    }
}
