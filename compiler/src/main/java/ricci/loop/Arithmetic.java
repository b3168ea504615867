package ricci.loop;

import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Unary;

/**
 * What the functions of expressions give, on the bits of values: of a float and an int, the 32 bits with
 * their sign in the bits above; of a truth value, 0 or 1.
 */
final class Arithmetic {
    private Arithmetic() {}

    /** The bits as results have them. */
    static long normal(Register register, long bits) {
        return switch (register) {
            case F32, I32 -> (int) bits;
            case F64, I64 -> bits;
            case BOOL -> bits != 0 ? 1 : 0;
        };
    }

    static long unary(Unary.Function f, Register register, long x) {
        return switch (register) {
            case F32 -> bits(unary(f, asFloat(x)));
            case F64 -> bits(unary(f, asDouble(x)));
            case I32 -> unary(f, (int) x);
            case I64 -> unary(f, x);
            case BOOL -> switch (f) {
                case NOT -> x ^ 1;
                case NEG, ABS, SQRT, POPCNT, CLZ -> throw undefined(f, Register.BOOL);
            };
        };
    }

    private static float unary(Unary.Function f, float x) {
        return switch (f) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            // A root that is rounded to double and then to float is the root rounded to float.
            case SQRT -> (float) Math.sqrt(x);
            case NOT, POPCNT, CLZ -> throw undefined(f, Register.F32);
        };
    }

    private static double unary(Unary.Function f, double x) {
        return switch (f) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SQRT -> Math.sqrt(x);
            case NOT, POPCNT, CLZ -> throw undefined(f, Register.F64);
        };
    }

    private static int unary(Unary.Function f, int x) {
        return switch (f) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case NOT -> ~x;
            case POPCNT -> Integer.bitCount(x);
            case CLZ -> Integer.numberOfLeadingZeros(x);
            case SQRT -> throw undefined(f, Register.I32);
        };
    }

    private static long unary(Unary.Function f, long x) {
        return switch (f) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case NOT -> ~x;
            case POPCNT -> Long.bitCount(x);
            case CLZ -> Long.numberOfLeadingZeros(x);
            case SQRT -> throw undefined(f, Register.I64);
        };
    }

    static long binary(Binary.Function f, Register register, long x, long y) {
        return switch (register) {
            case F32 -> bits(binary(f, asFloat(x), asFloat(y)));
            case F64 -> bits(binary(f, asDouble(x), asDouble(y)));
            case I32 -> binary(f, (int) x, (int) y);
            case I64 -> binary(f, x, y);
            case BOOL -> switch (f) {
                case AND -> x & y;
                case OR -> x | y;
                case XOR -> x ^ y;
                case ADD, SUB, MUL, DIV, REM, MIN, MAX, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED ->
                        throw undefined(f, Register.BOOL);
            };
        };
    }

    private static float binary(Binary.Function f, float x, float y) {
        return switch (f) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case REM -> x % y;
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
            case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED ->
                    throw undefined(f, Register.F32);
        };
    }

    private static double binary(Binary.Function f, double x, double y) {
        return switch (f) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case REM -> x % y;
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
            case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED ->
                    throw undefined(f, Register.F64);
        };
    }

    private static int binary(Binary.Function f, int x, int y) {
        return switch (f) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case REM -> x % y;
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
            case AND -> x & y;
            case OR -> x | y;
            case XOR -> x ^ y;
            case SHIFT_LEFT -> x << y;
            case SHIFT_RIGHT -> x >>> y;
            case SHIFT_RIGHT_SIGNED -> x >> y;
        };
    }

    private static long binary(Binary.Function f, long x, long y) {
        return switch (f) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case REM -> x % y;
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
            case AND -> x & y;
            case OR -> x | y;
            case XOR -> x ^ y;
            case SHIFT_LEFT -> x << y;
            case SHIFT_RIGHT -> x >>> y;
            case SHIFT_RIGHT_SIGNED -> x >> y;
        };
    }

    static long fma(Register register, long x, long y, long z) {
        return switch (register) {
            case F32 -> bits(Math.fma(asFloat(x), asFloat(y), asFloat(z)));
            case F64 -> bits(Math.fma(asDouble(x), asDouble(y), asDouble(z)));
            case I32, I64, BOOL -> throw undefined("fma", register);
        };
    }

    static long beyond(Expression.Beyond.Function f, Register register, long x, double bound, long usual) {
        double wide = register == Register.F32 ? asFloat(x) : asDouble(x);
        if (!(Math.abs(wide) >= bound)) {
            return usual;
        }
        return register == Register.F32 ? bits((float) f.of(wide)) : bits(f.of(wide));
    }

    static boolean compare(Compare.Relation relation, Register register, long x, long y) {
        return switch (register) {
            // Every float is a double.
            case F32 -> compare(relation, (double) asFloat(x), (double) asFloat(y));
            case F64 -> compare(relation, asDouble(x), asDouble(y));
            case I32, I64 -> switch (relation) {
                case EQ -> x == y;
                case NE -> x != y;
                case LT -> x < y;
                case LE -> x <= y;
            };
            case BOOL -> throw undefined(relation, Register.BOOL);
        };
    }

    private static boolean compare(Compare.Relation relation, double x, double y) {
        return switch (relation) {
            case EQ -> x == y;
            case NE -> x != y;
            case LT -> x < y;
            case LE -> x <= y;
        };
    }

    static long convert(Register to, Register from, long x) {
        return switch (from) {
            case F32 -> switch (to) {
                case F32 -> x;
                case F64 -> bits((double) asFloat(x));
                case I32 -> (int) asFloat(x);
                case I64 -> (long) asFloat(x);
                case BOOL -> asFloat(x) != 0 ? 1 : 0;
            };
            case F64 -> switch (to) {
                case F32 -> bits((float) asDouble(x));
                case F64 -> x;
                case I32 -> (int) asDouble(x);
                case I64 -> (long) asDouble(x);
                case BOOL -> asDouble(x) != 0 ? 1 : 0;
            };
            case I32, I64, BOOL -> switch (to) {
                case F32 -> bits((float) x);
                case F64 -> bits((double) x);
                case I32 -> (int) x;
                case I64 -> x;
                case BOOL -> x != 0 ? 1 : 0;
            };
        };
    }

    private static float asFloat(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    private static double asDouble(long bits) {
        return Double.longBitsToDouble(bits);
    }

    private static long bits(float value) {
        return Float.floatToRawIntBits(value);
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    private static IllegalArgumentException undefined(Object function, Register register) {
        return new IllegalArgumentException(function + " is not defined of " + register);
    }
}
