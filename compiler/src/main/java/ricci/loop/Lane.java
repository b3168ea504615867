package ricci.loop;

import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Unary;

/**
 * A value while formulas are written with it: every operation becomes a local of the block, so that a value
 * may be used any number of times and is computed once.
 *
 * <p>Bits of a float are an integer of its width. Numbers that are given as {@code double} are constants of
 * the lane's register; bit patterns are given as {@code long}.
 */
record Lane(Block block, Expression value) {
    Register register() {
        return value.register();
    }

    /** How floats of this width are made up. */
    Format format() {
        return Format.of(register());
    }

    /** Of two constants the one for this width: those of f32 and of f64 differ. */
    Lane constant(double single, double wide) {
        return constant(format() == Format.SINGLE ? single : wide);
    }

    /** A number in this register. */
    Lane constant(double number) {
        return new Lane(block, Constant.of(register(), number));
    }

    /** An integer of this width. */
    Lane pattern(long bits) {
        return new Lane(block, format() == Format.SINGLE ? Constant.of((int) bits) : Constant.of(bits));
    }

    Lane plus(Lane y) {
        return binary(Binary.Function.ADD, y);
    }

    Lane plus(double y) {
        return plus(constant(y));
    }

    Lane minus(Lane y) {
        return binary(Binary.Function.SUB, y);
    }

    Lane minus(double y) {
        return minus(constant(y));
    }

    Lane times(Lane y) {
        return binary(Binary.Function.MUL, y);
    }

    Lane times(double y) {
        return times(constant(y));
    }

    Lane over(Lane y) {
        return binary(Binary.Function.DIV, y);
    }

    /** {@code this * y + z}, rounded once. */
    Lane fma(Lane y, Lane z) {
        return let(new Expression.Fma(value, y.value, z.value));
    }

    Lane fma(double y, Lane z) {
        return fma(constant(y), z);
    }

    Lane fma(Lane y, double z) {
        return fma(y, constant(z));
    }

    Lane fma(double y, double z) {
        return fma(constant(y), constant(z));
    }

    Lane negated() {
        return unary(Unary.Function.NEG);
    }

    Lane abs() {
        return unary(Unary.Function.ABS);
    }

    Lane sqrt() {
        return unary(Unary.Function.SQRT);
    }

    /** The remainder of the division towards 0. */
    Lane remainder(Lane y) {
        return binary(Binary.Function.REM, y);
    }

    /** The lesser one, NaN if there is one. */
    Lane min(Lane y) {
        return binary(Binary.Function.MIN, y);
    }

    /** The greater one, NaN if there is one. */
    Lane max(Lane y) {
        return binary(Binary.Function.MAX, y);
    }

    /** The bits of a float as an integer. */
    Lane bits() {
        return let(new Expression.Reinterpret(format().bits(), value));
    }

    /** The float of these bits. */
    Lane number() {
        return let(new Expression.Reinterpret(format().numbers(), value));
    }

    Lane add(long y) {
        return plus(pattern(y));
    }

    Lane and(long y) {
        return binary(Binary.Function.AND, pattern(y));
    }

    Lane or(long y) {
        return or(pattern(y));
    }

    /** Of integers, or of truth values. */
    Lane or(Lane y) {
        return binary(Binary.Function.OR, y);
    }

    /** Of integers, or of truth values. */
    Lane and(Lane y) {
        return binary(Binary.Function.AND, y);
    }

    /** Of integers, or of truth values. */
    Lane xor(Lane y) {
        return binary(Binary.Function.XOR, y);
    }

    Lane shiftLeft(int places) {
        return binary(Binary.Function.SHIFT_LEFT, pattern(places));
    }

    /** Zeros come in: of 64 bits, AVX2 has no other. */
    Lane shiftRight(int places) {
        return binary(Binary.Function.SHIFT_RIGHT, pattern(places));
    }

    Lane below(Lane y) {
        return compare(Compare.Relation.LT, y);
    }

    Lane below(double y) {
        return below(constant(y));
    }

    Lane above(double y) {
        return constant(y).below(this);
    }

    Lane above(Lane y) {
        return y.below(this);
    }

    Lane is(Lane y) {
        return compare(Compare.Relation.EQ, y);
    }

    Lane is(double y) {
        return is(constant(y));
    }

    Lane differs(Lane y) {
        return compare(Compare.Relation.NE, y);
    }

    /** Of a truth value. */
    Lane not() {
        return unary(Unary.Function.NOT);
    }

    /** Of a truth value: {@code this ? x : y}. */
    Lane select(Lane x, Lane y) {
        return let(new Expression.Select(value, x.value, y.value));
    }

    /** This lane, or the bound if it lies beyond; NaN stays. */
    Lane atLeast(Lane bound) {
        return below(bound).select(bound, this);
    }

    /** This lane, or the bound if it lies beyond; NaN stays. */
    Lane atMost(Lane bound) {
        return bound.below(this).select(bound, this);
    }

    /**
     * This lane, or the bound if it lies beyond; NaN stays NaN or becomes the bound. The bound is positive;
     * so bits are in order, and of 32 of them all machines have the minimum in one instruction.
     */
    Lane positiveAtMost(double bound) {
        return format() == Format.SINGLE ? bits().min(pattern(Float.floatToRawIntBits((float) bound))).number()
                : atMost(constant(bound));
    }

    /** The sign bit of a float, in place. */
    Lane sign() {
        return bits().and(format().signBit());
    }

    /** The float with its sign bit flipped where the integer has a 1 there. */
    Lane flipped(Lane sign) {
        return bits().xor(sign).number();
    }

    /** This lane, which is not negative, with the sign of x. */
    Lane withSignOf(Lane x) {
        return bits().or(x.sign()).number();
    }

    private Lane unary(Unary.Function function) {
        return let(new Unary(function, value));
    }

    private Lane binary(Binary.Function function, Lane y) {
        return let(new Binary(function, value, y.value));
    }

    private Lane compare(Compare.Relation relation, Lane y) {
        return let(new Compare(relation, value, y.value));
    }

    /** Names a value. */
    Lane let(Expression expression) {
        return new Lane(block, block.let(expression));
    }

    /** How a float is made up of bits. */
    enum Format {
        SINGLE(Register.F32, Register.I32, 23, 127),
        DOUBLE(Register.F64, Register.I64, 52, 1023);

        private final Register numbers;
        private final Register bits;
        private final int fraction;
        private final int bias;

        Format(Register numbers, Register bits, int fraction, int bias) {
            this.numbers = numbers;
            this.bits = bits;
            this.fraction = fraction;
            this.bias = bias;
        }

        /** Of floats, or of integers as wide. */
        static Format of(Register register) {
            return switch (register) {
                case F32, I32 -> SINGLE;
                case F64, I64 -> DOUBLE;
                case BOOL -> throw new IllegalArgumentException("a truth value has no bits");
            };
        }

        Register numbers() {
            return numbers;
        }

        Register bits() {
            return bits;
        }

        /** Bits of the fraction that are stored. */
        int fraction() {
            return fraction;
        }

        /** What is added to an exponent to store it. */
        int bias() {
            return bias;
        }

        long signBit() {
            return this == SINGLE ? Integer.MIN_VALUE : Long.MIN_VALUE;
        }

        /** An exponent's change by n, on bits. */
        long exponent(long n) {
            return n << fraction;
        }

        /** The bits of 2^n. */
        long power(int n) {
            return exponent(n + bias);
        }

        /** The ones of a fraction. */
        long fractionMask() {
            return exponent(1) - 1;
        }

        /** The number whose successor is it plus 1, and that stands in the middle of those. */
        double magic() {
            return 1.5 * whole();
        }

        /** The least number from which on all are whole. */
        double whole() {
            return exponent(1);
        }

        /** The least number that is not subnormal. */
        double leastNormal() {
            return Math.scalb(1.0, 1 - bias);
        }

        /** {@code x + y*y}, for y of this size or less, is x: the square is lost in rounding. */
        double negligible() {
            return Math.scalb(1.0, -fraction - 3);
        }
    }
}
