package ricci.compiler;

import ricci.ir.Op;

/** What passes know of the elementwise operations. */
final class Arithmetic {
    private Arithmetic() {}

    /** Whether operands may be exchanged, to the bit. */
    static boolean isCommutative(Op.Binary.Function f) {
        return switch (f) {
            case ADD, MUL, MAX, MIN, AND, OR, XOR, MULHI -> true;
            case SUB, DIV, REM, POW, ATAN2, NEXTAFTER, POLYGAMMA, ZETA, IGAMMA, IGAMMAC, IGAMMA_GRAD_A,
                 RANDOM_GAMMA_GRAD, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC -> false;
        };
    }

    /** Whether operands may be exchanged, to the bit. */
    static boolean isCommutative(Op op) {
        return switch (op) {
            case Op.Binary(var f) -> isCommutative(f);
            case Op.Compare(var relation) -> switch (relation) {
                case EQ, NE, TOTAL_EQ -> true;
                case LT, LE, GT, GE, TOTAL_LT, TOTAL_LE -> false;
            };
            case Op _ -> false;
        };
    }
}
