package ricci.compiler;

import ricci.ir.DType;
import ricci.loop.Expression.Constant;
import ricci.loop.Register;

/** Numbers of programs as constants of loops. */
final class Constants {
    private Constants() {}

    /** An element of a dtype. */
    static Constant of(DType dtype, Number value) {
        return switch (Register.of(dtype)) {
            case F32 -> Constant.of((float) value.doubleValue());
            case F64 -> Constant.of(value.doubleValue());
            case I32 -> Constant.of((int) value.longValue());
            case I64 -> Constant.of(value.longValue());
            case BOOL -> Constant.of(value.longValue() != 0);
        };
    }
}
