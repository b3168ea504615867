package ricci.jvm;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
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
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Statement.Fold;
import ricci.loop.Storage;
import ricci.loop.Variable;

/**
 * Expressions as code for as many elements as a vector has lanes: leaves a vector on the stack, or a mask for
 * truth values. What is the same in all lanes is computed once and copied to them.
 *
 * <p>A vector never leaves the method: it is a register only as long as the JVM sees all that is done with
 * it. What a method does the JVM sees if it knows the class of the object that it is called on. Of a
 * variable that a loop carries it may not; so accumulators are arguments, or {@link #sharpen}ed first.
 *
 * @param part which of the vectors that the loop takes in one turn
 * @param within the variable that holds the mask of the lanes that take part; negative if all do
 */
record VectorCode(Frame frame, ScalarCode scalars, Lanes lanes, Variable.Counter counter, int part,
        int within) {
    /** The bits of an address that are not always zero are among these. */
    private static final long ADDRESSES = Long.MAX_VALUE >> 1;
    private static final ClassDesc ORDER = ClassDesc.of("java.nio.ByteOrder");

    void emit(Expression e) {
        if (!lanes.isVarying(e, counter)) {
            scalars.emit(e);
            broadcast(e.register());
            return;
        }
        switch (e) {
            case Constant _ -> throw new IllegalArgumentException("a constant that varies");
            case Read(var local) -> {
                load(local);
                if (lanes.carried().contains(local)) {
                    sharpen(local.register());
                }
            }
            case Load(var access) -> load(access);
            case Index(var place) -> index(place, VectorType.LONG);
            case Unary(var f, var x) -> unary(f, x);
            case Binary(var f, var x, var y) -> binary(f, x, y);
            case Fma(var x, var y, var z) -> {
                ClassDesc vector = VectorType.of(x.register()).vector();
                emit(x);
                argument(y);
                argument(z);
                code().invokevirtual(vector, "fma",
                        MethodTypeDesc.of(vector, VectorType.VECTOR, VectorType.VECTOR));
            }
            case Compare(var relation, var x, var y) -> compare(relation, x, y);
            case Select(var p, var x, var y) -> select(p, x, y);
            case Convert(var to, Index(var place)) when to == Register.I32 -> index(place, VectorType.INT);
            case Convert(var to, var x) when to == Register.BOOL ->
                    compare(Compare.Relation.NE, x, new Constant(x.register(), 0));
            case Convert(var to, var x) -> {
                emit(x);
                if (x.register() == Register.BOOL) {
                    ofMask(VectorType.of(to));
                } else if (x.register() != to) {
                    convert(VectorType.of(x.register()).to(VectorType.of(to)), VectorType.of(to));
                }
            }
            case Reinterpret(var to, var x) -> {
                emit(x);
                ClassDesc vector = VectorType.of(to).vector();
                String name = vector.displayName();
                code().invokevirtual(VectorType.VECTOR, "reinterpretAs"
                        + name.substring(0, name.length() - "Vector".length()) + "s",
                        MethodTypeDesc.of(vector));
            }
            case Beyond beyond -> new RareCode(this).emit(beyond);
        }
    }

    private void load(Variable.Local local) {
        code().aload(frame.vector(local, part));
    }

    /** A value that is no more than an argument, or carried on. */
    void argument(Expression e) {
        if (isCarried(e)) {
            load(((Read) e).local());
        } else {
            emit(e);
        }
    }

    private boolean isCarried(Expression e) {
        return e instanceof Read(var local) && lanes.carried().contains(local);
    }

    /** The vector or mask on the stack, as the result of a method, whose class the JVM knows. */
    private void sharpen(Register register) {
        int value = code().allocateLocal(TypeKind.REFERENCE);
        code().astore(value);
        if (register == Register.BOOL) {
            mask(maskType());
            code().aload(value).invokevirtual(VectorType.MASK, "and",
                    MethodTypeDesc.of(VectorType.MASK, VectorType.MASK));
            return;
        }
        VectorType type = VectorType.of(register);
        species(type);
        if (register.isFloat()) {
            // To add -0 changes no number, and takes one register less than to blend.
            if (type == VectorType.FLOAT) {
                code().loadConstant(-0f);
            } else {
                code().loadConstant(-0d);
            }
            code().invokestatic(type.vector(), "broadcast",
                    MethodTypeDesc.of(type.vector(), VectorType.SPECIES, type.element())).aload(value);
            operate(type, "add");
            return;
        }
        // The JVM knows that this is what it was.
        code().invokestatic(type.vector(), "zero", MethodTypeDesc.of(type.vector(), VectorType.SPECIES))
                .aload(value);
        operate(type, "or");
    }

    /** The mask of all lanes. */
    private void mask(VectorType type) {
        species(type);
        code().iconst_1().invokeinterface(VectorType.SPECIES, "maskAll",
                MethodTypeDesc.of(VectorType.MASK, CD_boolean));
    }

    CodeBuilder code() {
        return frame.code();
    }

    void species(VectorType type) {
        code().getstatic(type.vector(), type.species(lanes.count()), VectorType.SPECIES);
    }

    private VectorType maskType() {
        return VectorType.of(lanes.mask());
    }

    /** The integers that are as wide as the masks' elements. */
    private VectorType maskIntegers() {
        return lanes.mask().bytes() == 8 ? VectorType.LONG : VectorType.INT;
    }

    /** A vector or mask of what is on the stack. */
    void broadcast(Register register) {
        if (register == Register.BOOL) {
            int value = code().allocateLocal(TypeKind.INT);
            code().istore(value);
            species(maskType());
            code().iload(value);
            code().invokeinterface(VectorType.SPECIES, "maskAll", MethodTypeDesc.of(VectorType.MASK,
                    CD_boolean));
            return;
        }
        VectorType type = VectorType.of(register);
        TypeKind kind = Frame.kind(register);
        int value = code().allocateLocal(kind);
        code().storeLocal(kind, value);
        species(type);
        code().loadLocal(kind, value);
        code().invokestatic(type.vector(), "broadcast",
                MethodTypeDesc.of(type.vector(), VectorType.SPECIES, type.element()));
    }

    private void index(Place place, VectorType type) {
        if (type == VectorType.INT) {
            frame.index(place);
            code().l2i();
            broadcast(Register.I32);
        } else {
            frame.index(place);
            broadcast(Register.I64);
        }
        frame.size(place.stride(counter));
        code().l2i();
        code().invokevirtual(type.vector(), "addIndex", MethodTypeDesc.of(type.vector(), CD_int));
        if (part > 0) {
            frame.size(place.stride(counter));
            if (type == VectorType.INT) {
                code().l2i().loadConstant(part * lanes.count()).imul();
                broadcast(Register.I32);
            } else {
                code().loadConstant((long) part * lanes.count()).lmul();
                broadcast(Register.I64);
            }
            operate(type, "add");
        }
    }

    private static VectorType memoryType(Storage storage) {
        return switch (storage) {
            case F32 -> VectorType.FLOAT;
            case F64 -> VectorType.DOUBLE;
            case I8, U8, BOOL -> VectorType.BYTE;
            case I16, U16 -> VectorType.SHORT;
            case I32 -> VectorType.INT;
            case I64 -> VectorType.LONG;
        };
    }

    /**
     * Where lanes are left out, tells the JVM what it cannot know of an address: that none is negative or
     * large. It would have to look otherwise whether one of them lies outside, which is a hundred times as
     * much code as the access, and as long to compile.
     */
    private void address(Access access) {
        frame.address(access);
        if (part > 0) {
            code().loadConstant((long) part * lanes.count() * access.storage().bytes()).ladd();
        }
        if (within >= 0) {
            code().loadConstant(ADDRESSES).land();
        }
    }

    private void load(Access access) {
        VectorType type = memoryType(access.storage());
        species(type);
        frame.memory();
        address(access);
        order();
        if (within >= 0) {
            within(type);
            code().invokestatic(type.vector(), "fromMemorySegment", MethodTypeDesc.of(type.vector(),
                    VectorType.SPECIES, Frame.SEGMENT, CD_long, ORDER, VectorType.MASK));
        } else {
            code().invokestatic(type.vector(), "fromMemorySegment", MethodTypeDesc.of(type.vector(),
                    VectorType.SPECIES, Frame.SEGMENT, CD_long, ORDER));
        }
        switch (access.storage()) {
            case I8, I16 -> convert(type.to(VectorType.INT), VectorType.INT);
            case U8, U16 -> convert("ZERO_EXTEND_" + type.to(VectorType.INT), VectorType.INT);
            case BOOL -> {
                convert(type.to(maskIntegers()), maskIntegers());
                toMask();
            }
            case F32, F64, I32, I64 -> { }
        }
    }

    private void order() {
        code().getstatic(ORDER, "LITTLE_ENDIAN", ORDER);
    }

    void store(Access access, Expression value) {
        emit(value);
        if (isLoaded(value) && !value.register().isFloat() && value.register() != Register.BOOL) {
            // Where vectors of integers are turned, the JVM meets some of two lengths.
            sharpen(value.register());
        }
        store(access);
    }

    private boolean isLoaded(Expression e) {
        return e instanceof Load || (e instanceof Read(var local) && lanes.loaded().contains(local));
    }

    /** Stores the vector on the stack. */
    void store(Access access) {
        VectorType type = memoryType(access.storage());
        switch (access.storage()) {
            case I8, U8, I16, U16 -> convert(VectorType.INT.to(type), type);
            case BOOL -> {
                ofMask(maskIntegers());
                convert(maskIntegers().to(type), type);
            }
            case F32, F64, I32, I64 -> { }
        }
        frame.memory();
        address(access);
        order();
        if (within >= 0) {
            within(type);
            code().invokevirtual(type.vector(), "intoMemorySegment",
                    MethodTypeDesc.of(CD_void, Frame.SEGMENT, CD_long, ORDER, VectorType.MASK));
        } else {
            code().invokevirtual(type.vector(), "intoMemorySegment",
                    MethodTypeDesc.of(CD_void, Frame.SEGMENT, CD_long, ORDER));
        }
    }

    /** The mask of the lanes that take part, for elements of a type. */
    private void within(VectorType type) {
        code().aload(within);
        cast(maskType(), type);
    }

    /** Makes the mask of the lanes whose element lies below the limit in variable {@code limit}. */
    void makeMask(int limit) {
        species(maskType());
        frame.load(counter);
        code().lload(limit).invokeinterface(VectorType.SPECIES, "indexInRange",
                MethodTypeDesc.of(VectorType.MASK, CD_long, CD_long)).astore(within);
    }

    /** The next value of an accumulator; in lanes that take no part, the one that it has. */
    void next(Fold fold) {
        if (within < 0) {
            emit(fold.next());
            return;
        }
        Register register = fold.accumulator().register();
        emit(fold.next());
        if (register == Register.BOOL) {
            // (next and within) or (accumulator and not within)
            MethodTypeDesc two = MethodTypeDesc.of(VectorType.MASK, VectorType.MASK);
            code().aload(within).invokevirtual(VectorType.MASK, "and", two);
            emit(new Read(fold.accumulator()));
            code().aload(within).invokevirtual(VectorType.MASK, "andNot", two)
                    .invokevirtual(VectorType.MASK, "or", two);
            return;
        }
        VectorType type = VectorType.of(register);
        load(fold.accumulator());
        within(type);
        code().invokevirtual(VectorType.MASK, "not", MethodTypeDesc.of(VectorType.MASK));
        code().invokevirtual(type.vector(), "blend",
                MethodTypeDesc.of(type.vector(), VectorType.VECTOR, VectorType.MASK));
    }

    /** Integers on the stack, as a mask of those that are not 0. */
    private void toMask() {
        VectorType type = maskIntegers();
        code().getstatic(VectorType.OPERATORS, "NE", VectorType.COMPARISON);
        if (type == VectorType.LONG) {
            code().loadConstant(0L);
        } else {
            code().loadConstant(0);
        }
        code().invokevirtual(type.vector(), "compare",
                MethodTypeDesc.of(VectorType.MASK, VectorType.COMPARISON, type.element()));
        cast(type, maskType());
    }

    /** A mask on the stack, as numbers 0 and 1. */
    private void ofMask(VectorType type) {
        cast(maskType(), type);
        int mask = code().allocateLocal(TypeKind.REFERENCE);
        code().astore(mask);
        species(type);
        code().invokestatic(type.vector(), "zero", MethodTypeDesc.of(type.vector(), VectorType.SPECIES));
        switch (type) {
            case LONG -> code().loadConstant(1L);
            case FLOAT -> code().loadConstant(1f);
            case DOUBLE -> code().loadConstant(1d);
            case INT, SHORT, BYTE -> code().loadConstant(1);
        }
        code().aload(mask).invokevirtual(type.vector(), "blend",
                MethodTypeDesc.of(type.vector(), type.element(), VectorType.MASK));
    }

    private void cast(VectorType from, VectorType to) {
        if (from != to) {
            species(to);
            code().invokevirtual(VectorType.MASK, "cast",
                    MethodTypeDesc.of(VectorType.MASK, VectorType.SPECIES));
        }
    }

    private void convert(String conversion, VectorType to) {
        code().getstatic(VectorType.OPERATORS, conversion, VectorType.CONVERSION);
        species(to);
        code().iconst_0().invokevirtual(VectorType.VECTOR, "convertShape",
                MethodTypeDesc.of(VectorType.VECTOR,
                VectorType.CONVERSION, VectorType.SPECIES, CD_int)).checkcast(to.vector());
    }

    private void unary(Unary.Function f, Expression x) {
        emit(x);
        if (x.register() == Register.BOOL) {
            code().invokevirtual(VectorType.MASK, "not", MethodTypeDesc.of(VectorType.MASK));
            return;
        }
        VectorType type = VectorType.of(x.register());
        String method = switch (f) {
            case NEG -> "neg";
            case ABS -> "abs";
            case SQRT -> "sqrt";
            case NOT -> "not";
            case POPCNT, CLZ -> throw new IllegalArgumentException(f + " in lanes");
        };
        code().invokevirtual(type.vector(), method, MethodTypeDesc.of(type.vector()));
    }

    private void rotate(Rotation rotation) {
        VectorType type = VectorType.of(rotation.x().register());
        emit(rotation.x());
        code().getstatic(VectorType.OPERATORS, "ROL", VectorType.BINARY);
        lanewise(type, rotation.bits());
    }

    /** The operator on the stack, with the same number in all lanes. */
    private void lanewise(VectorType type, long constant) {
        if (type == VectorType.LONG) {
            code().loadConstant(constant);
        } else {
            code().loadConstant((int) constant);
        }
        lanewise(type, type.element());
    }

    private void binary(Binary.Function f, Expression left, Expression right) {
        Rotation rotation = f == Binary.Function.OR ? Rotation.of(left, right) : null;
        if (rotation != null) {
            rotate(rotation);
            return;
        }
        boolean isTurned = isCarried(left) && !isCarried(right) && isCommutative(f);
        Expression x = isTurned ? right : left;
        Expression y = isTurned ? left : right;
        emit(x);
        if (x.register() == Register.BOOL) {
            argument(y);
            onMasks(f);
            return;
        }
        VectorType type = VectorType.of(x.register());
        if (ScalarCode.isShift(f) && y instanceof Constant(_, var bits)) {
            operator(f);
            lanewise(type, bits);
            return;
        }
        if (f == Binary.Function.XOR || ScalarCode.isShift(f)) {
            operator(f);
            argument(y);
            lanewise(type, VectorType.VECTOR);
            return;
        }
        argument(y);
        operate(type, switch (f) {
            case ADD -> "add";
            case SUB -> "sub";
            case MUL -> "mul";
            case DIV -> "div";
            case MIN -> "min";
            case MAX -> "max";
            case AND -> "and";
            case OR -> "or";
            case XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED, REM ->
                    throw new IllegalArgumentException(f + " in lanes");
        });
    }

    private static boolean isCommutative(Binary.Function f) {
        return switch (f) {
            case ADD, MUL, MIN, MAX, AND, OR, XOR -> true;
            case SUB, DIV, REM, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED -> false;
        };
    }

    private void operator(Binary.Function f) {
        String field = switch (f) {
            case XOR -> "XOR";
            case SHIFT_LEFT -> "LSHL";
            case SHIFT_RIGHT -> "LSHR";
            case SHIFT_RIGHT_SIGNED -> "ASHR";
            case ADD, SUB, MUL, DIV, REM, MIN, MAX, AND, OR ->
                    throw new IllegalArgumentException(f + " is a method");
        };
        // XOR is one of the associative ones, a subtype.
        code().getstatic(VectorType.OPERATORS, field, f == Binary.Function.XOR
                ? VectorType.ASSOCIATIVE : VectorType.BINARY);
    }

    private void lanewise(VectorType type, ClassDesc operand) {
        code().invokevirtual(type.vector(), "lanewise",
                MethodTypeDesc.of(type.vector(), VectorType.BINARY, operand));
    }

    private void operate(VectorType type, String method) {
        code().invokevirtual(type.vector(), method, MethodTypeDesc.of(type.vector(), VectorType.VECTOR));
    }

    private void onMasks(Binary.Function f) {
        String method = switch (f) {
            case AND -> "and";
            case OR -> "or";
            case XOR -> "xor";
            case ADD, SUB, MUL, DIV, REM, MIN, MAX, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED ->
                    throw new IllegalArgumentException(f + " of truth values");
        };
        code().invokevirtual(VectorType.MASK, method, MethodTypeDesc.of(VectorType.MASK, VectorType.MASK));
    }

    private void compare(Compare.Relation relation, Expression x, Expression y) {
        VectorType type = VectorType.of(x.register());
        boolean isTurned = isCarried(x) && !isCarried(y);
        emit(isTurned ? y : x);
        code().getstatic(VectorType.OPERATORS, isTurned ? turned(relation) : relation.name(),
                VectorType.COMPARISON);
        argument(isTurned ? x : y);
        code().invokevirtual(type.vector(), "compare",
                MethodTypeDesc.of(VectorType.MASK, VectorType.COMPARISON, VectorType.VECTOR));
        cast(type, maskType());
    }

    /** The relation of y to x. */
    private static String turned(Compare.Relation relation) {
        return switch (relation) {
            case EQ, NE -> relation.name();
            case LT -> "GT";
            case LE -> "GE";
        };
    }

    private void select(Expression p, Expression x, Expression y) {
        if (x.register() == Register.BOOL) {
            MethodTypeDesc two = MethodTypeDesc.of(VectorType.MASK, VectorType.MASK);
            emit(p);
            emit(x);
            code().invokevirtual(VectorType.MASK, "and", two);
            emit(y);
            emit(p);
            code().invokevirtual(VectorType.MASK, "andNot", two).invokevirtual(VectorType.MASK, "or", two);
            return;
        }
        VectorType type = VectorType.of(x.register());
        emit(y);
        argument(x);
        emit(p);
        cast(maskType(), type);
        code().invokevirtual(type.vector(), "blend",
                MethodTypeDesc.of(type.vector(), VectorType.VECTOR, VectorType.MASK));
    }

    /** Joins two accumulators on the stack. */
    void merge(Fold.Merge merge, Register register) {
        Binary.Function f = merge.operation();
        if (register == Register.BOOL) {
            onMasks(f);
            return;
        }
        VectorType type = VectorType.of(register);
        switch (merge) {
            case ADD -> operate(type, "add");
            case MUL -> operate(type, "mul");
            case MIN -> operate(type, "min");
            case MAX -> operate(type, "max");
            case AND -> operate(type, "and");
            case OR -> operate(type, "or");
            case XOR -> {
                int y = code().allocateLocal(TypeKind.REFERENCE);
                code().astore(y);
                operator(f);
                code().aload(y);
                lanewise(type, VectorType.VECTOR);
            }
        }
    }
}
