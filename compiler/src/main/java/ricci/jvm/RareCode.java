package ricci.jvm;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import ricci.loop.Expression;
import ricci.loop.Expression.Beyond;
import ricci.loop.Expression.Constant;

/** Writes what vectors do with rare lanes: these go through memory, where {@link Rare} replaces them. */
record RareCode(VectorCode vectors) {
    private static final ClassDesc RARE = Rare.class.describeConstable().orElseThrow();

    void emit(Beyond e) {
        VectorType type = VectorType.of(e.x().register());
        int arguments = vector(e.x());
        int values = vector(e.usual());
        Label end = code().newLabel();
        code().aload(arguments).invokevirtual(type.vector(), "abs", MethodTypeDesc.of(type.vector()))
                .getstatic(VectorType.OPERATORS, "GE", VectorType.COMPARISON);
        vectors.scalars().emit(Constant.of(e.x().register(), e.bound()));
        code().invokevirtual(type.vector(), "compare",
                MethodTypeDesc.of(VectorType.MASK, VectorType.COMPARISON, type.element()))
                .invokevirtual(VectorType.MASK, "anyTrue", MethodTypeDesc.of(CD_boolean)).ifeq(end);
        int far = array(type, arguments);
        int replaced = array(type, values);
        vectors.scalars().function(e.function());
        code().aload(far).loadConstant(e.bound()).aload(replaced).invokestatic(RARE, "replace",
                MethodTypeDesc.of(CD_void, ScalarCode.FUNCTION, type.element().arrayType(), CD_double,
                type.element().arrayType()));
        vectors.species(type);
        code().aload(replaced).iconst_0().invokestatic(type.vector(), "fromArray", MethodTypeDesc.of(
                type.vector(), VectorType.SPECIES, type.element().arrayType(), CD_int)).astore(values);
        code().labelBinding(end).aload(values);
    }

    private CodeBuilder code() {
        return vectors.code();
    }

    /** A new variable that holds a vector. */
    private int vector(Expression e) {
        vectors.emit(e);
        int vector = code().allocateLocal(TypeKind.REFERENCE);
        code().astore(vector);
        return vector;
    }

    /** A new variable that holds the elements of the vector in a variable. */
    private int array(VectorType type, int vector) {
        int array = code().allocateLocal(TypeKind.REFERENCE);
        code().loadConstant(vectors.lanes().count()).newarray(TypeKind.from(type.element())).astore(array)
                .aload(vector).aload(array).iconst_0().invokevirtual(type.vector(), "intoArray",
                MethodTypeDesc.of(CD_void, type.element().arrayType(), CD_int));
        return array;
    }
}
