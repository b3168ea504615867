package ricci.ir;

import java.util.List;

/** What an equation reads: a variable or a constant. */
public sealed interface Atom {
    TensorType type();

    /** The types of the atoms. */
    static List<TensorType> types(List<? extends Atom> atoms) {
        return Lists.mapped(atoms, Atom::type);
    }

    /** The result of an earlier equation or an input; the id is its position in order of definition. */
    record Var(int id, TensorType type) implements Atom {
        public Var {
            if (id < 0) {
                throw new RicciException.Argument("make a variable numbered " + id, type.toString(),
                        "variables are numbered from 0", "give a number of 0 or more");
            }
        }

        /** The name in printed programs: a, b, … z, ba, bb, …; the id written in base 26. */
        public String name() {
            return Integer.toString(id, 26).chars()
                    .map(digit -> 'a' + Character.digit(digit, 26))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }

        @Override
        public String toString() {
            return name() + ": " + type;
        }
    }

    /**
     * A tensor with the same value everywhere. It has a shape of its own, so elementwise equations need no
     * broadcast of their constants. The value is a {@link Double} for float types, a {@link
     * ComplexNumber} for complex ones, else a {@link Long}, or what {@link DType#element} makes of it.
     */
    record Literal(TensorType type, Number value) implements Atom {
        public Literal {
            value = type.dtype().element(value);
        }

        /** Text such as {@code 0.5:f32[64,10]}; parses back to the same bits. */
        @Override
        public String toString() {
            String digits = switch (type.dtype()) {
                case F64 -> Double.toString(value.doubleValue());
                case F32, F16, BF16 -> Float.toString(value.floatValue());
                case C64, C128 -> {
                    ComplexNumber z = ComplexNumber.of(value);
                    yield type.dtype() == DType.C64
                            ? "complex(" + (float) z.re() + "," + (float) z.im() + ")"
                            : "complex(" + z.re() + "," + z.im() + ")";
                }
                case BOOL -> value.longValue() != 0 ? "true" : "false";
                case I8, U8, U16, U32, U64, I16, I32, I64 -> value.toString();
            };
            return digits + ":" + type;
        }
    }
}
