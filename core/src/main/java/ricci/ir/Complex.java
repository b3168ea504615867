package ricci.ir;

/** The primitives between complex numbers and their parts, element by element. */
public sealed interface Complex extends Op {

    /** Operands re and im, of f32 or f64: the complex numbers with these parts. */
    record OfParts() implements Complex {}

    /** The real part of a complex number. */
    record Real() implements Complex {}

    /** The imaginary part of a complex number. */
    record Imag() implements Complex {}

    /** The complex number with the imaginary part negated. */
    record Conj() implements Complex {}
}
