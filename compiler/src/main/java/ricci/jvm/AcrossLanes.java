package ricci.jvm;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import ricci.loop.Expression.Read;
import ricci.loop.Register;
import ricci.loop.Statement.Fold;

/**
 * Joins the lanes of an accumulator to one element on the stack: halves with halves, always in the same
 * order, which the API's own reduction does not promise. The order of extremes does not matter.
 */
record AcrossLanes(VectorCode vectors) {
    private static final ClassDesc SHUFFLE = ClassDesc.of(VectorType.PACKAGE, "VectorShuffle");
    private static final ClassDesc TURNED = Turned.class.describeConstable().orElseThrow();
    /** The bytes of the longest vectors that can be {@link Turned}. */
    private static final int MOST_TURNED = 64;

    void emit(Fold fold) {
        Register register = fold.accumulator().register();
        vectors.emit(new Read(fold.accumulator()));
        if (register == Register.BOOL) {
            truth(fold.merging());
        } else if (fold.merging() == Fold.Merge.MIN || fold.merging() == Fold.Merge.MAX) {
            VectorType type = VectorType.of(register);
            code().getstatic(VectorType.OPERATORS, fold.merging().name(), VectorType.ASSOCIATIVE)
                    .invokevirtual(type.vector(), "reduceLanes",
                            MethodTypeDesc.of(type.element(), VectorType.ASSOCIATIVE));
        } else {
            int vector = code().allocateLocal(TypeKind.REFERENCE);
            code().astore(vector);
            if (register.isFloat() && count() * register.bytes() <= MOST_TURNED) {
                halve(fold, vector);
            } else {
                oneByOne(fold, vector, 0, 1);
            }
        }
    }

    private CodeBuilder code() {
        return vectors.code();
    }

    private int count() {
        return vectors.lanes().count();
    }

    private void truth(Fold.Merge merge) {
        switch (merge) {
            case AND, MIN, MUL -> code().invokevirtual(VectorType.MASK, "allTrue",
                    MethodTypeDesc.of(CD_boolean));
            case OR, MAX, ADD -> code().invokevirtual(VectorType.MASK, "anyTrue",
                    MethodTypeDesc.of(CD_boolean));
            case XOR -> code().invokevirtual(VectorType.MASK, "trueCount", MethodTypeDesc.of(CD_int))
                    .iconst_1().iand();
        }
    }

    /** Halves with halves, all lanes at once, of which those that matter become fewer. */
    private void halve(Fold fold, int vector) {
        Register register = fold.accumulator().register();
        VectorType type = VectorType.of(register);
        for (int step = count() / 2; step > 0; step /= 2) {
            code().aload(vector).aload(vector)
                    .getstatic(TURNED, register + "_" + count() + "_" + step, SHUFFLE)
                    .invokevirtual(type.vector(), "rearrange", MethodTypeDesc.of(type.vector(), SHUFFLE));
            vectors.merge(fold.merging(), register);
            code().astore(vector);
        }
        lane(type, vector, 0);
    }

    /** The same with the lanes one by one, from one on, so far from each other. */
    private void oneByOne(Fold fold, int vector, int lane, int step) {
        Register register = fold.accumulator().register();
        if (step == count()) {
            lane(VectorType.of(register), vector, lane);
        } else {
            oneByOne(fold, vector, lane, 2 * step);
            oneByOne(fold, vector, lane + step, 2 * step);
            vectors.scalars().merge(fold.merging(), register);
        }
    }

    private void lane(VectorType type, int vector, int lane) {
        code().aload(vector).loadConstant(lane)
                .invokevirtual(type.vector(), "lane", MethodTypeDesc.of(type.element(), CD_int));
    }
}
