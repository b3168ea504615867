package ricci.loop;

import java.util.List;
import java.util.stream.Stream;

/** A value of one element, in a register. */
public sealed interface Expression {
    Register register();

    /** The parts that it is computed from. */
    List<Expression> parts();

    /** How many values are computed for it: itself and all parts. */
    default int values() {
        return 1 + parts().stream().mapToInt(Expression::values).sum();
    }

    /** How many operations it takes, itself and its parts; constants and names take none. */
    default int operations() {
        boolean isOperation = !(this instanceof Constant) && !(this instanceof Read);
        return (isOperation ? 1 : 0) + parts().stream().mapToInt(Expression::operations).sum();
    }

    /** The buffers that it and its parts load from. */
    default Stream<Integer> loads() {
        Stream<Integer> own = this instanceof Load(Access(var buffer, _, _)) ? Stream.of(buffer) : Stream.of();
        return Stream.concat(own, parts().stream().flatMap(Expression::loads));
    }

    /** A number by its bits: of a float, as Java's raw bits. */
    record Constant(Register register, long bits) implements Expression {
        public static Constant of(float value) {
            return new Constant(Register.F32, Float.floatToRawIntBits(value));
        }

        public static Constant of(double value) {
            return new Constant(Register.F64, Double.doubleToRawLongBits(value));
        }

        public static Constant of(int value) {
            return new Constant(Register.I32, value);
        }

        public static Constant of(long value) {
            return new Constant(Register.I64, value);
        }

        public static Constant of(boolean value) {
            return new Constant(Register.BOOL, value ? 1 : 0);
        }

        /** A number of a register's kind. */
        public static Constant of(Register register, double value) {
            return switch (register) {
                case F32 -> of((float) value);
                case F64 -> of(value);
                case I32 -> of((int) value);
                case I64 -> of((long) value);
                case BOOL -> of(value != 0);
            };
        }

        @Override
        public List<Expression> parts() {
            return List.of();
        }
    }

    /** What a local holds. */
    record Read(Variable.Local local) implements Expression {
        @Override
        public Register register() {
            return local.register();
        }

        @Override
        public List<Expression> parts() {
            return List.of();
        }
    }

    /** An element from memory. */
    record Load(Access access) implements Expression {
        @Override
        public Register register() {
            return access.storage().register();
        }

        @Override
        public List<Expression> parts() {
            return List.of();
        }
    }

    /** A place as a number, an i64. */
    record Index(Place place) implements Expression {
        @Override
        public Register register() {
            return Register.I64;
        }

        @Override
        public List<Expression> parts() {
            return List.of();
        }
    }

    /** {@code f(x)}. */
    record Unary(Unary.Function function, Expression x) implements Expression {
        /** The functions, and what they are of. */
        public enum Function {
            /** Of numbers. */
            NEG,
            /** Of numbers. */
            ABS,
            /** Of floats. */
            SQRT,
            /** Of integers and truth values. */
            NOT,
            /** Of integers: how many bits are 1. */
            POPCNT,
            /** Of integers: how many bits lie above the highest 1. */
            CLZ
        }

        @Override
        public Register register() {
            return x.register();
        }

        @Override
        public List<Expression> parts() {
            return List.of(x);
        }
    }

    /** {@code f(x, y)}; operands and result are of one register. */
    record Binary(Binary.Function function, Expression x, Expression y) implements Expression {
        /** The functions, and what they are of. */
        public enum Function {
            /** Of numbers. */
            ADD,
            /** Of numbers. */
            SUB,
            /** Of numbers. */
            MUL,
            /** Of numbers; of integers, by what is not 0. */
            DIV,
            /** The remainder that has the sign of x; of integers, by what is not 0. */
            REM,
            /** Of numbers. */
            MIN,
            /** Of numbers. */
            MAX,
            /** Of integers and truth values. */
            AND,
            /** Of integers and truth values. */
            OR,
            /** Of integers and truth values. */
            XOR,
            /** Of integers, by y modulo the width. */
            SHIFT_LEFT,
            /** Of integers, by y modulo the width; zeros come in. */
            SHIFT_RIGHT,
            /** Of integers, by y modulo the width; the sign comes in. */
            SHIFT_RIGHT_SIGNED
        }

        @Override
        public Register register() {
            return x.register();
        }

        @Override
        public List<Expression> parts() {
            return List.of(x, y);
        }
    }

    /** {@code x * y + z} of floats, rounded once. */
    record Fma(Expression x, Expression y, Expression z) implements Expression {
        @Override
        public Register register() {
            return x.register();
        }

        @Override
        public List<Expression> parts() {
            return List.of(x, y, z);
        }
    }

    /** {@code x ? y}, a truth value; with NaN only {@code NE} holds. */
    record Compare(Relation relation, Expression x, Expression y) implements Expression {
        /** The relations, of numbers of one register. */
        public enum Relation { EQ, NE, LT, LE }

        @Override
        public Register register() {
            return Register.BOOL;
        }

        @Override
        public List<Expression> parts() {
            return List.of(x, y);
        }
    }

    /** {@code p ? x : y}; both are computed. */
    record Select(Expression p, Expression x, Expression y) implements Expression {
        @Override
        public Register register() {
            return x.register();
        }

        @Override
        public List<Expression> parts() {
            return List.of(p, x, y);
        }
    }

    /**
     * The number in another register: of floats to integers towards 0, saturating, NaN as 0; of longs to ints
     * the low bits; to truth values whether it is not 0, as NaN is not.
     */
    record Convert(Register register, Expression x) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(x);
        }
    }

    /** The same bits in another register of the same width. */
    record Reinterpret(Register register, Expression x) implements Expression {
        @Override
        public List<Expression> parts() {
            return List.of(x);
        }
    }

    /**
     * {@code usual}; but where the size of {@code x} is {@code bound} or more, f(x), computed in double and
     * rounded once. It is for arguments that are rare: these are taken one by one.
     */
    record Beyond(Beyond.Function function, Expression x, double bound, Expression usual)
            implements Expression {
        /** Functions that are easy up to some size of the argument; beyond, all bits of π are needed. */
        public enum Function {
            SIN,
            COS,
            TAN;

            /** The value, the same on every machine. */
            public double of(double x) {
                return switch (this) {
                    case SIN -> StrictMath.sin(x);
                    case COS -> StrictMath.cos(x);
                    case TAN -> StrictMath.tan(x);
                };
            }
        }

        @Override
        public Register register() {
            return x.register();
        }

        @Override
        public List<Expression> parts() {
            return List.of(x, usual);
        }
    }
}
