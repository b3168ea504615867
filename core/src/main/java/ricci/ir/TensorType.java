package ricci.ir;

/** What is known of a tensor before it has values; prints as {@code f32[64,10]}. */
public record TensorType(DType dtype, Shape shape) {
    public TensorType {
        if (dtype == null || shape == null) {
            throw new RicciException.DataType("make a type", "dtype " + dtype + ", shape " + shape,
                    "a tensor has both", "pass a dtype such as DType.F32, and a shape");
        }
    }

    /** The type {@code dtype[lengths]}. */
    public static TensorType of(DType dtype, long... lengths) {
        return new TensorType(dtype, Shape.of(lengths));
    }

    public int rank() {
        return shape.rank();
    }

    /** The same shape with another element type. */
    public TensorType with(DType other) {
        return new TensorType(other, shape);
    }

    /** The same element type with another shape. */
    public TensorType with(Shape other) {
        return new TensorType(dtype, other);
    }

    @Override
    public String toString() {
        return dtype.toString() + shape;
    }
}
