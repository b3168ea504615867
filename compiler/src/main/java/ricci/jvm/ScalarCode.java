package ricci.jvm;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.Expression.Beyond;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Fma;
import ricci.loop.Expression.Index;
import ricci.loop.Expression.Load;
import ricci.loop.Expression.Read;
import ricci.loop.Expression.Reinterpret;
import ricci.loop.Expression.Select;
import ricci.loop.Expression.Unary;
import ricci.loop.Register;
import ricci.loop.Statement.Fold;
import ricci.loop.Storage;

/** Expressions as code for one element: leaves the value on the stack. */
final class ScalarCode {
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    private static final ClassDesc FLOAT = ClassDesc.of("java.lang.Float");
    private static final ClassDesc DOUBLE = ClassDesc.of("java.lang.Double");
    static final ClassDesc FUNCTION = Beyond.Function.class.describeConstable().orElseThrow();
    private static final ClassDesc LAYOUT = ClassDesc.of("java.lang.foreign.ValueLayout");

    private final Frame frame;
    private final CodeBuilder code;
    private final @Nullable BranchFree branchFree;

    /**
     * Code that is written to a method.
     *
     * @param hasBranches whether elements decide by branches, or as {@link BranchFree} has it
     */
    ScalarCode(Frame frame, boolean hasBranches) {
        this.frame = frame;
        this.code = frame.code();
        this.branchFree = hasBranches ? null : new BranchFree(code, this);
    }

    void emit(Expression e) {
        switch (e) {
            case Constant(var register, var bits) -> constant(register, bits);
            case Read(var local) -> frame.load(local);
            case Load(var access) -> load(access);
            case Index(var place) -> frame.index(place);
            case Unary(var f, var x) -> unary(f, x);
            case Binary(var f, var x, var y) -> {
                emit(x);
                emit(y);
                if (isShift(f) && x.register() == Register.I64) {
                    code.l2i();
                }
                binary(f, x.register());
            }
            case Fma(var x, var y, var z) -> {
                emit(x);
                emit(y);
                emit(z);
                ClassDesc type = type(x.register());
                code.invokestatic(MATH, "fma", MethodTypeDesc.of(type, type, type, type));
            }
            case Compare(var relation, var x, var y) -> compare(relation, x, y);
            case Select(var p, var x, var y) -> select(p, x, y);
            case Convert(var to, var x) when to == Register.BOOL ->
                    compare(Compare.Relation.NE, x, new Constant(x.register(), 0));
            case Convert(var to, var x) -> {
                emit(x);
                convert(x.register(), to);
            }
            case Reinterpret(_, var x) -> {
                emit(x);
                reinterpret(x.register());
            }
            case Beyond(var f, var x, var bound, var usual) -> beyond(f, x, bound, usual);
        }
    }

    static boolean isShift(Binary.Function f) {
        return f == Binary.Function.SHIFT_LEFT || f == Binary.Function.SHIFT_RIGHT
                || f == Binary.Function.SHIFT_RIGHT_SIGNED;
    }

    private void constant(Register register, long bits) {
        switch (register) {
            case F32 -> code.loadConstant(Float.intBitsToFloat((int) bits));
            case F64 -> code.loadConstant(Double.longBitsToDouble(bits));
            case I32, BOOL -> code.loadConstant((int) bits);
            case I64 -> code.loadConstant(bits);
        }
    }

    private void load(Access access) {
        Storage storage = access.storage();
        frame.memory();
        code.getstatic(LAYOUT, field(storage), layout(storage));
        frame.address(access);
        code.invokeinterface(Frame.SEGMENT, "get",
                MethodTypeDesc.of(element(storage), layout(storage), CD_long));
        switch (storage) {
            case U8 -> code.loadConstant(0xff).iand();
            case U16 -> code.loadConstant(0xffff).iand();
            case F32, F64, I8, I16, I32, I64, BOOL -> { }
        }
    }

    void store(Access access, Expression value) {
        Storage storage = access.storage();
        frame.memory();
        code.getstatic(LAYOUT, field(storage), layout(storage));
        frame.address(access);
        emit(value);
        switch (storage) {
            case I8, U8, BOOL -> code.i2b();
            case I16, U16 -> code.i2s();
            case F32, F64, I32, I64 -> { }
        }
        code.invokeinterface(Frame.SEGMENT, "set",
                MethodTypeDesc.of(CD_void, layout(storage), CD_long, element(storage)));
    }

    private static String field(Storage storage) {
        return switch (storage) {
            case F32 -> "JAVA_FLOAT_UNALIGNED";
            case F64 -> "JAVA_DOUBLE_UNALIGNED";
            case I8, U8, BOOL -> "JAVA_BYTE";
            case I16, U16 -> "JAVA_SHORT_UNALIGNED";
            case I32 -> "JAVA_INT_UNALIGNED";
            case I64 -> "JAVA_LONG_UNALIGNED";
        };
    }

    private static ClassDesc element(Storage storage) {
        return switch (storage) {
            case F32 -> CD_float;
            case F64 -> CD_double;
            case I8, U8, BOOL -> CD_byte;
            case I16, U16 -> CD_short;
            case I32 -> CD_int;
            case I64 -> CD_long;
        };
    }

    private static ClassDesc layout(Storage storage) {
        String name = element(storage).displayName();
        return ClassDesc.of("java.lang.foreign.ValueLayout$Of" + Character.toUpperCase(name.charAt(0))
                + name.substring(1));
    }

    private void unary(Unary.Function f, Expression x) {
        Register register = x.register();
        emit(x);
        ClassDesc type = type(register);
        switch (f) {
            case NEG -> {
                switch (register) {
                    case F32 -> code.fneg();
                    case F64 -> code.dneg();
                    case I32, BOOL -> code.ineg();
                    case I64 -> code.lneg();
                }
            }
            case ABS -> code.invokestatic(MATH, "abs", MethodTypeDesc.of(type, type));
            case SQRT -> {
                convert(register, Register.F64);
                code.invokestatic(MATH, "sqrt", MethodTypeDesc.of(CD_double, CD_double));
                convert(Register.F64, register);
            }
            case NOT -> {
                switch (register) {
                    case BOOL -> code.loadConstant(1).ixor();
                    case I64 -> code.loadConstant(-1L).lxor();
                    case I32, F32, F64 -> code.loadConstant(-1).ixor();
                }
            }
            case POPCNT -> count("bitCount", register);
            case CLZ -> count("numberOfLeadingZeros", register);
        }
    }

    private void count(String method, Register register) {
        boolean isLong = register == Register.I64;
        code.invokestatic(ClassDesc.of(isLong ? "java.lang.Long" : "java.lang.Integer"), method,
                MethodTypeDesc.of(CD_int, isLong ? CD_long : CD_int));
        if (isLong) {
            code.i2l();
        }
    }

    /** With both operands on the stack. */
    private void binary(Binary.Function f, Register register) {
        switch (register) {
            case F32 -> {
                switch (f) {
                    case ADD -> code.fadd();
                    case SUB -> code.fsub();
                    case MUL -> code.fmul();
                    case DIV -> code.fdiv();
                    case REM -> code.frem();
                    case MIN, MAX -> extremum(f, register);
                    case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED ->
                            throw undefined(f, register);
                }
            }
            case F64 -> {
                switch (f) {
                    case ADD -> code.dadd();
                    case SUB -> code.dsub();
                    case MUL -> code.dmul();
                    case DIV -> code.ddiv();
                    case REM -> code.drem();
                    case MIN, MAX -> extremum(f, register);
                    case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED ->
                            throw undefined(f, register);
                }
            }
            case I32, BOOL -> {
                switch (f) {
                    case ADD -> code.iadd();
                    case SUB -> code.isub();
                    case MUL -> code.imul();
                    case DIV -> code.idiv();
                    case REM -> code.irem();
                    case MIN, MAX -> extremum(f, register);
                    case AND -> code.iand();
                    case OR -> code.ior();
                    case XOR -> code.ixor();
                    case SHIFT_LEFT -> code.ishl();
                    case SHIFT_RIGHT -> code.iushr();
                    case SHIFT_RIGHT_SIGNED -> code.ishr();
                }
            }
            case I64 -> {
                switch (f) {
                    case ADD -> code.ladd();
                    case SUB -> code.lsub();
                    case MUL -> code.lmul();
                    case DIV -> code.ldiv();
                    case REM -> code.lrem();
                    case MIN, MAX -> extremum(f, register);
                    case AND -> code.land();
                    case OR -> code.lor();
                    case XOR -> code.lxor();
                    case SHIFT_LEFT -> code.lshl();
                    case SHIFT_RIGHT -> code.lushr();
                    case SHIFT_RIGHT_SIGNED -> code.lshr();
                }
            }
        }
    }

    private void extremum(Binary.Function f, Register register) {
        ClassDesc type = type(register);
        code.invokestatic(MATH, f == Binary.Function.MIN
                ? "min" : "max", MethodTypeDesc.of(type, type, type));
    }

    /** Joins two accumulators on the stack. */
    void merge(Fold.Merge merge, Register register) {
        binary(merge.operation(), register);
    }

    private void select(Expression p, Expression x, Expression y) {
        if (branchFree != null) {
            branchFree.select(p, x, y);
            return;
        }
        Label otherwise = code.newLabel();
        Label end = code.newLabel();
        emit(p);
        code.ifeq(otherwise);
        emit(x);
        code.goto_(end).labelBinding(otherwise);
        emit(y);
        code.labelBinding(end);
    }

    private void compare(Compare.Relation relation, Expression x, Expression y) {
        if (branchFree != null) {
            branchFree.compare(relation, x, y);
            return;
        }
        emit(x);
        emit(y);
        Label no = code.newLabel();
        Label end = code.newLabel();
        switch (x.register()) {
            case F32 -> code.fcmpg();
            case F64 -> code.dcmpg();
            case I64 -> code.lcmp();
            case I32, BOOL -> { }
        }
        if (x.register() == Register.I32 || x.register() == Register.BOOL) {
            switch (relation) {
                case EQ -> code.if_icmpne(no);
                case NE -> code.if_icmpeq(no);
                case LT -> code.if_icmpge(no);
                case LE -> code.if_icmpgt(no);
            }
        } else {
            switch (relation) {
                case EQ -> code.ifne(no);
                case NE -> code.ifeq(no);
                case LT -> code.ifge(no);
                case LE -> code.ifgt(no);
            }
        }
        code.iconst_1().goto_(end).labelBinding(no).iconst_0().labelBinding(end);
    }

    void convert(Register from, Register to) {
        if (from != to) {
            code.conversion(Frame.kind(from), Frame.kind(to));
        }
    }

    /** Has the bits of a number on the stack be those of another one. */
    void reinterpret(Register from) {
        switch (from) {
            case F32 -> code.invokestatic(FLOAT, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
            case F64 -> code.invokestatic(DOUBLE, "doubleToRawLongBits", MethodTypeDesc.of(CD_long,
                    CD_double));
            case I32 -> code.invokestatic(FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
            case I64 -> code.invokestatic(DOUBLE, "longBitsToDouble", MethodTypeDesc.of(CD_double, CD_long));
            case BOOL -> throw new IllegalArgumentException("a truth value as a number");
        }
    }

    private void beyond(Beyond.Function f, Expression x, double bound, Expression usual) {
        Label end = code.newLabel();
        Label far = code.newLabel();
        compare(Compare.Relation.LE, Constant.of(x.register(), bound), new Unary(Unary.Function.ABS, x));
        code.ifne(far);
        emit(usual);
        code.goto_(end).labelBinding(far);
        function(f);
        emit(x);
        convert(x.register(), Register.F64);
        code.invokevirtual(FUNCTION, "of", MethodTypeDesc.of(CD_double, CD_double));
        convert(Register.F64, x.register());
        code.labelBinding(end);
    }

    /** The function itself, as an object. */
    void function(Beyond.Function f) {
        code.getstatic(FUNCTION, f.name(), FUNCTION);
    }

    static ClassDesc type(Register register) {
        return switch (register) {
            case F32 -> CD_float;
            case F64 -> CD_double;
            case I32, BOOL -> CD_int;
            case I64 -> CD_long;
        };
    }

    private static IllegalArgumentException undefined(Binary.Function f, Register register) {
        return new IllegalArgumentException(f + " of " + register);
    }
}
