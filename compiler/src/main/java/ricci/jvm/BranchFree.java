package ricci.jvm;

import java.lang.classfile.CodeBuilder;
import ricci.loop.Expression;
import ricci.loop.Expression.Compare;
import ricci.loop.Register;

/**
 * Comparisons and choices without a branch, for code with vectors. What the JVM has not seen taken it leaves
 * out, and the first time that it is taken throws the code away, to interpret it for thousands of calls,
 * vectors and all; and no warm-up knows what the elements of users will be. Code without vectors is compiled
 * again soon, and with branches it is faster.
 */
final class BranchFree {
    private static final int SIGN = Integer.SIZE - 1;

    private final CodeBuilder code;
    private final ScalarCode scalars;

    BranchFree(CodeBuilder code, ScalarCode scalars) {
        this.code = code;
        this.scalars = scalars;
    }

    /** Leaves 1 if the relation holds, or 0. */
    void compare(Compare.Relation relation, Expression x, Expression y) {
        comparable(x);
        comparable(y);
        // Less is -1, equal 0, greater or not comparable 1.
        switch (x.register()) {
            case F32 -> code.fcmpg();
            case F64 -> code.dcmpg();
            case I64, I32, BOOL -> code.lcmp();
        }
        switch (relation) {
            case EQ -> code.iconst_1().iand().iconst_1().ixor();
            case NE -> code.iconst_1().iand();
            case LT -> code.bipush(SIGN).iushr();
            case LE -> code.iconst_1().isub().bipush(SIGN).iushr();
        }
    }

    private void comparable(Expression x) {
        scalars.emit(x);
        switch (x.register()) {
            case I32, BOOL -> code.i2l();
            case F32, F64, I64 -> { }
        }
    }

    /** Leaves the first number if the truth value is 1, or the second: that with what sets both apart. */
    void select(Expression p, Expression x, Expression y) {
        bits(x);
        bits(y);
        Register register = x.register();
        switch (register) {
            case F32, I32, BOOL -> {
                code.dup_x1().ixor();
                scalars.emit(p);
                code.ineg().iand().ixor();
            }
            case F64, I64 -> {
                code.dup2_x2().lxor();
                scalars.emit(p);
                code.ineg().i2l().land().lxor();
            }
        }
        switch (register) {
            case F32 -> scalars.reinterpret(Register.I32);
            case F64 -> scalars.reinterpret(Register.I64);
            case I32, I64, BOOL -> { }
        }
    }

    private void bits(Expression x) {
        scalars.emit(x);
        switch (x.register()) {
            case F32, F64 -> scalars.reinterpret(x.register());
            case I32, I64, BOOL -> { }
        }
    }
}
