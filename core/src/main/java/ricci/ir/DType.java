package ricci.ir;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The type of one element of a tensor.
 *
 * <p>Arithmetic on floats is done exactly, then rounded once to the type (nearest, ties to even); arithmetic
 * on integers wraps around in two's complement, as the package description says in full.
 */
public enum DType {
    /** IEEE binary32. */
    F32(4, Kind.FLOAT),
    /** IEEE binary64. */
    F64(8, Kind.FLOAT),
    /** IEEE binary16. */
    F16(2, Kind.FLOAT),
    /** The upper half of a binary32: 8 bits of exponent, 7 of fraction. */
    BF16(2, Kind.FLOAT),
    /** Signed byte. */
    I8(1, Kind.INTEGER),
    /** Unsigned byte. */
    U8(1, Kind.INTEGER),
    /** Signed 16-bit integer. */
    I16(2, Kind.INTEGER),
    /** Signed 32-bit integer. */
    I32(4, Kind.INTEGER),
    /** Signed 64-bit integer. */
    I64(8, Kind.INTEGER),
    /** Truth value, stored as one byte that is 0 or 1. */
    BOOL(1, Kind.BOOLEAN),
    /** Complex number, two f32: the real part, then the imaginary part. */
    C64(8, Kind.COMPLEX),
    /** Complex number, two f64: the real part, then the imaginary part. */
    C128(16, Kind.COMPLEX);

    private enum Kind { FLOAT, INTEGER, BOOLEAN, COMPLEX }

    private final int bytes;
    private final Kind kind;
    private final String text = name().toLowerCase(Locale.ROOT);

    DType(int bytes, Kind kind) {
        this.bytes = bytes;
        this.kind = kind;
    }

    /** Bytes that one element takes in memory. */
    public int bytes() {
        return bytes;
    }

    /** True for the four floating-point types; a complex number is none. */
    public boolean isFloat() {
        return kind == Kind.FLOAT;
    }

    /** True for the two types of complex numbers. */
    public boolean isComplex() {
        return kind == Kind.COMPLEX;
    }

    /** True for floats and complex numbers: the types that have derivatives. */
    public boolean isInexact() {
        return isFloat() || isComplex();
    }

    /** True if both are floats, both integers, both complex, or both bool. */
    boolean isLike(DType other) {
        return kind == other.kind;
    }

    /** The type of the real part; of a type that is not complex, the type itself. */
    public DType real() {
        return switch (this) {
            case C64 -> F32;
            case C128 -> F64;
            case F32, F64, F16, BF16, I8, U8, I16, I32, I64, BOOL -> this;
        };
    }

    /** The complex type that can hold a value of this type. */
    public DType complex() {
        return this == F64 || this == C128 ? C128 : C64;
    }

    /** True for the five integer types; a bool is none. */
    public boolean isInteger() {
        return kind == Kind.INTEGER;
    }

    /** The smallest value: of an integer type its bound, of a float type negative infinity. */
    public Number least() {
        return switch (this) {
            case F32, F64, F16, BF16 -> Double.NEGATIVE_INFINITY;
            case U8, BOOL -> 0L;
            case I8, I16, I32, I64 -> Long.MIN_VALUE >> (64 - 8 * bytes);
            case C64, C128 -> throw unordered();
        };
    }

    /** The greatest value: of an integer type its bound, of a float type positive infinity. */
    public Number greatest() {
        return switch (this) {
            case F32, F64, F16, BF16 -> Double.POSITIVE_INFINITY;
            case BOOL -> 1L;
            case U8 -> 255L;
            case I8, I16, I32, I64 -> Long.MAX_VALUE >> (64 - 8 * bytes);
            case C64, C128 -> throw unordered();
        };
    }

    private IllegalArgumentException unordered() {
        return new IllegalArgumentException(this + " has no order");
    }

    /**
     * The value of this float type, or part of this complex type, that is nearest to {@code x}, ties to even;
     * integers come back as they are.
     */
    public double round(double x) {
        return switch (this) {
            case C64, C128 -> real().round(x);
            case F32 -> (float) x;
            case F16 -> Float.float16ToFloat(Float.floatToFloat16(oddFloat(x)));
            case BF16 -> bfloat16(oddFloat(x));
            case F64, I8, U8, I16, I32, I64, BOOL -> x;
        };
    }

    /** The value of this float type that is nearest to an integer. */
    public double nearest(long x) {
        return switch (this) {
            case C64, C128 -> real().nearest(x);
            case F32 -> (float) x;
            // Bits that a double cannot hold are folded into a sticky one, so that nothing is rounded twice.
            case F16, BF16 -> {
                long sticky = (x & ~0x7ffL) | ((x & 0x7ff) != 0 ? 0x800 : 0);
                yield round(Math.abs(x) >>> 53 == 0 ? x : (double) sticky);
            }
            case F64, I8, U8, I16, I32, I64, BOOL -> x;
        };
    }

    /** The bits of an element of this float type, sign-extended. */
    public long toBits(double x) {
        return switch (this) {
            case C64, C128 -> real().toBits(x);
            case F64 -> Double.doubleToRawLongBits(x);
            case F32 -> Float.floatToRawIntBits((float) x);
            case F16 -> Float.floatToFloat16((float) x);
            case BF16 -> (short) (Float.floatToRawIntBits((float) x) >>> 16);
            case I8, U8, I16, I32, I64, BOOL -> (long) x;
        };
    }

    /** The element of this float type that has those low bits. */
    public double fromBits(long bits) {
        return switch (this) {
            case C64, C128 -> real().fromBits(bits);
            case F64 -> Double.longBitsToDouble(bits);
            case F32 -> Float.intBitsToFloat((int) bits);
            case F16 -> Float.float16ToFloat((short) bits);
            case BF16 -> Float.intBitsToFloat((int) bits << 16);
            case I8, U8, I16, I32, I64, BOOL -> bits;
        };
    }

    /** The low bits of {@code x} as a value of this integer type: two's complement wrap-around. */
    public long wrap(long x) {
        return switch (this) {
            case I8 -> (byte) x;
            case U8 -> x & 0xff;
            case I16 -> (short) x;
            case I32 -> (int) x;
            case BOOL -> x & 1;
            case I64, F32, F64, F16, BF16, C64, C128 -> x;
        };
    }

    /** A float as this integer type: towards zero, out-of-range values to the nearest bound, NaN to 0. */
    public long saturate(double x) {
        if (this == BOOL) {
            return x != 0 ? 1 : 0;
        }
        return Math.clamp((long) x, least().longValue(), greatest().longValue());
    }

    /**
     * {@code value} as an element of this type: a {@link Double} for floats, a {@link ComplexNumber} for
     * complex types, a {@link Long} for the rest.
     *
     * @throws RicciException.DataType if the type cannot hold the value
     */
    public Number element(Number value) {
        if (isComplex()) {
            ComplexNumber z = ComplexNumber.of(value);
            return ComplexNumber.of(round(z.re()), round(z.im()));
        }
        if (value instanceof ComplexNumber) {
            throw new RicciException.DataType("use a number as an element of " + this, value.toString(),
                    this + " holds no imaginary part",
                    "convert the tensor to a complex type first, for example x.to(DType.C64)");
        }
        if (isFloat()) {
            return round(value.doubleValue());
        }
        double asDouble = value.doubleValue();
        long asLong = value.longValue();
        // The bound that rounds up to 2^63 is where longValue starts to saturate, or a big integer to wrap.
        boolean isLong = value instanceof Long || (asDouble >= -0x1p63 && asDouble < 0x1p63);
        boolean integral = isLong && asDouble == Math.rint(asDouble) && wrap(asLong) == asLong;
        if (!integral) {
            throw new RicciException.DataType("use a number as an element of " + this, value.toString(),
                    this + " holds the whole numbers from " + least() + " to " + greatest(),
                    "convert the tensor to a wider type first, for example x.to(DType.F32)");
        }
        return asLong;
    }

    /**
     * The type in which values of two types meet: the wider of two floats or two integers, the float of a
     * float and an integer, f32 for f16 with bf16, i16 for i8 with u8, for a complex type the one that holds
     * both, and the other one for bool (JAX's promotion lattice).
     */
    public static DType promote(DType a, DType b) {
        if (a == b || b == BOOL) {
            return a;
        }
        if (a == BOOL) {
            return b;
        }
        if (a.isComplex() || b.isComplex()) {
            return a.complex() == C128 || b.complex() == C128 ? C128 : C64;
        }
        if (a.kind != b.kind) {
            return a.isFloat() ? a : b;
        }
        if (a.bytes != b.bytes) {
            return a.bytes > b.bytes ? a : b;
        }
        return a.isFloat() ? F32 : I16;
    }

    /** The type that prints as {@code text}, such as {@code f32}, or null. */
    static @Nullable DType named(String text) {
        for (DType dtype : values()) {
            if (dtype.text.equals(text)) {
                return dtype;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return text;
    }

    /**
     * {@code x} as a float rounded to odd: truncated, with the last bit set if anything was lost. Rounding
     * that to fewer than 23 bits equals rounding {@code x} itself (Boldo and Melquiond 2008), so no value is
     * rounded twice.
     */
    private static float oddFloat(double x) {
        float nearest = (float) x;
        if (nearest == x || Double.isNaN(x)) {
            return nearest;
        }
        if (Float.isInfinite(nearest)) {
            return Math.copySign(Float.MAX_VALUE, nearest);
        }
        float truncated = Math.abs((double) nearest) > Math.abs(x)
                ? Float.intBitsToFloat(Float.floatToRawIntBits(nearest) - 1) : nearest;
        return Float.intBitsToFloat(Float.floatToRawIntBits(truncated) | 1);
    }

    private static float bfloat16(float x) {
        if (Float.isNaN(x)) {
            return x;
        }
        int bits = Float.floatToRawIntBits(x);
        int roundUp = 0x7fff + ((bits >>> 16) & 1);
        return Float.intBitsToFloat((bits + roundUp) & 0xffff0000);
    }
}
