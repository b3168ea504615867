package ricci.ir;

/** An associative operation with a neutral element, to reduce with. */
public enum Monoid {
    SUM(Op.Binary.Function.ADD),
    PROD(Op.Binary.Function.MUL),
    MAX(Op.Binary.Function.MAX),
    MIN(Op.Binary.Function.MIN),
    /** Integers and bool. */
    AND(Op.Binary.Function.AND),
    /** Integers and bool. */
    OR(Op.Binary.Function.OR),
    /** Integers and bool. */
    XOR(Op.Binary.Function.XOR);

    private final Op.Binary.Function operation;

    Monoid(Op.Binary.Function operation) {
        this.operation = operation;
    }

    /** The operation on two elements. */
    public Op.Binary.Function operation() {
        return operation;
    }

    /** What reducing nothing gives. */
    public Number neutral(DType dtype) {
        return switch (this) {
            case SUM, OR, XOR -> dtype.element(0);
            case PROD -> dtype.element(1);
            case MAX -> dtype.least();
            case MIN -> dtype.greatest();
            case AND -> dtype.isUnsigned() ? dtype.greatest() : dtype.wrap(-1);
        };
    }
}
