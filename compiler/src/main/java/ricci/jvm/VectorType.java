package ricci.jvm;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;

import java.lang.constant.ClassDesc;
import ricci.loop.Register;

/** The vectors of one kind of element, as the Vector API names them. */
@SuppressWarnings("ImmutableEnumChecker") // Descriptors of classes are immutable, but do not say so.
enum VectorType {
    BYTE(1, CD_byte, "B"),
    SHORT(2, CD_short, "S"),
    INT(4, CD_int, "I"),
    LONG(8, CD_long, "L"),
    FLOAT(4, CD_float, "F"),
    DOUBLE(8, CD_double, "D");

    static final String PACKAGE = "jdk.incubator.vector";
    static final ClassDesc VECTOR = ClassDesc.of(PACKAGE, "Vector");
    static final ClassDesc MASK = ClassDesc.of(PACKAGE, "VectorMask");
    static final ClassDesc SPECIES = ClassDesc.of(PACKAGE, "VectorSpecies");
    static final ClassDesc OPERATORS = ClassDesc.of(PACKAGE, "VectorOperators");
    static final ClassDesc BINARY = ClassDesc.of(PACKAGE, "VectorOperators$Binary");
    static final ClassDesc ASSOCIATIVE = ClassDesc.of(PACKAGE, "VectorOperators$Associative");
    static final ClassDesc COMPARISON = ClassDesc.of(PACKAGE, "VectorOperators$Comparison");
    static final ClassDesc CONVERSION = ClassDesc.of(PACKAGE, "VectorOperators$Conversion");

    private final int bytes;
    private final String letter;
    private final ClassDesc vector;
    private final ClassDesc element;

    VectorType(int bytes, ClassDesc element, String letter) {
        String name = element.displayName();
        this.bytes = bytes;
        this.letter = letter;
        this.vector = ClassDesc.of(PACKAGE, Character.toUpperCase(name.charAt(0)) + name.substring(1)
                + "Vector");
        this.element = element;
    }

    static VectorType of(Register register) {
        return switch (register) {
            case F32 -> FLOAT;
            case F64 -> DOUBLE;
            case I32 -> INT;
            case I64 -> LONG;
            case BOOL -> throw new IllegalArgumentException("truth values are masks");
        };
    }

    int bytes() {
        return bytes;
    }

    /** The class, such as {@code FloatVector}. */
    ClassDesc vector() {
        return vector;
    }

    /** The primitive type. */
    ClassDesc element() {
        return element;
    }

    /** The field of {@link #vector()} that holds the species of so many lanes. */
    String species(int lanes) {
        return "SPECIES_" + 8 * bytes * lanes;
    }

    /** The name of a conversion, such as {@code F2I}. */
    String to(VectorType other) {
        return letter + "2" + other.letter;
    }
}
