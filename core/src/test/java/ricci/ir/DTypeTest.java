package ricci.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Elements of each type: rounding, wrapping, saturation, bits, promotion. */
class DTypeTest {
    private static final List<DType> HALVES = List.of(DType.F16, DType.BF16);

    /**
     * Against the definition: the nearest of all 65,536 values, of two equally near ones that with the even
     * bits.
     */
    @Test
    void halvesRoundToTheNearestOfAllValues() {
        Random random = new Random(1);
        for (DType dtype : HALVES) {
            for (int i = 0; i < 65_536; i++) {
                double value = dtype.fromBits(i);
                if (Double.isNaN(value) || Double.isInfinite(value)) {
                    continue;
                }
                assertEquals(value, dtype.round(value));
                double next = dtype.fromBits(i + 1);
                if (!Double.isFinite(next) || Math.signum(next) != Math.signum(value)) {
                    continue;
                }
                double middle = (value + next) / 2;
                assertEquals(i % 2 == 0 ? value : next, dtype.round(middle), "middle of " + value + " and "
                        + next);
                double towardsNext = value < next ? Math.nextUp(middle) : Math.nextDown(middle);
                double towardsValue = value < next ? Math.nextDown(middle) : Math.nextUp(middle);
                assertEquals(next, dtype.round(towardsNext));
                assertEquals(value, dtype.round(towardsValue));
                double between = value + random.nextDouble() * (next - value);
                assertEquals(Math.abs(between - value) < Math.abs(next - between) ? value : next,
                        dtype.round(between));
            }
        }
    }

    @Test
    void overflowRoundsToInfinity() {
        assertEquals(65504, DType.F16.round(65519.99));
        assertEquals(Double.POSITIVE_INFINITY, DType.F16.round(65520));
        assertEquals(Double.NEGATIVE_INFINITY, DType.BF16.round(-3.4e38));
        assertEquals(Double.POSITIVE_INFINITY, DType.F32.round(1e300));
        assertTrue(Double.isNaN(DType.BF16.round(Double.NaN)));
        assertEquals(1 / -0.0, 1 / DType.F16.round(-1e-300));
    }

    @Property
    void integersRoundOnce(@ForAll long x) {
        for (DType dtype : HALVES) {
            double actual = dtype.nearest(x);
            if (Double.isInfinite(actual)) {
                assertTrue(Math.abs((double) x) >= 65504);
                continue;
            }
            // No neighbour is nearer, in exact arithmetic.
            BigDecimal exact = BigDecimal.valueOf(x);
            long bits = dtype.toBits(actual);
            BigDecimal error = exact.subtract(new BigDecimal(actual)).abs();
            for (double neighbour : new double[] {dtype.fromBits(bits + 1), dtype.fromBits(bits - 1)}) {
                if (Double.isFinite(neighbour) && Math.signum(neighbour) == Math.signum(actual)) {
                    assertTrue(error.compareTo(exact.subtract(new BigDecimal(neighbour)).abs()) <= 0);
                }
            }
        }
    }

    @Property
    void wrappingIsTheNarrowingOfJava(@ForAll long x) {
        assertEquals((byte) x, DType.I8.wrap(x));
        assertEquals(Byte.toUnsignedLong((byte) x), DType.U8.wrap(x));
        assertEquals((short) x, DType.I16.wrap(x));
        assertEquals(x << 32 >> 32, DType.I32.wrap(x));
        assertEquals(x, DType.I64.wrap(x));
        assertEquals(Short.toUnsignedLong((short) x), DType.U16.wrap(x));
        assertEquals(Integer.toUnsignedLong((int) x), DType.U32.wrap(x));
        assertEquals(x, DType.U64.wrap(x));
    }

    @Property
    void saturationStaysInside(@ForAll double x) {
        for (DType dtype : List.of(DType.I8, DType.U8, DType.U16, DType.U32, DType.I16, DType.I32,
                DType.I64)) {
            double clamped = Double.isNaN(x) ? 0
                    : Math.max(dtype.least().doubleValue(), Math.min(dtype.greatest().doubleValue(), x));
            assertEquals((long) clamped, dtype.saturate(x));
        }
        assertEquals(x != 0 ? 1 : 0, DType.BOOL.saturate(x));
    }

    @Test
    void constantsMustFit() {
        assertEquals(255L, DType.U8.element(255));
        assertThrows(RicciException.DataType.class, () -> DType.U8.element(256));
        assertThrows(RicciException.DataType.class, () -> DType.I8.element(-129));
        assertThrows(RicciException.DataType.class, () -> DType.I32.element(0.5));
        assertThrows(RicciException.DataType.class, () -> DType.I32.element(1e30));
        assertThrows(RicciException.DataType.class, () -> DType.I64.element(Double.NaN));
        assertThrows(RicciException.DataType.class, () -> DType.I64.element(1e30));
        assertThrows(RicciException.DataType.class, () -> DType.I64.element(Double.POSITIVE_INFINITY));
        assertThrows(RicciException.DataType.class, () -> DType.I64.element(BigInteger.TWO.pow(64)));
        assertEquals(Long.MAX_VALUE, DType.I64.element(Long.MAX_VALUE));
        assertEquals(Long.MIN_VALUE, DType.I64.element(-0x1p63));
        assertEquals(0.1f, DType.F32.element(0.1).doubleValue());
    }

    /** Against exact arithmetic: a u64 is a big integer. */
    @Property
    void unsigned64BitNumbersAreExact(@ForAll long bits) {
        BigInteger exact = new BigInteger(Long.toUnsignedString(bits));
        assertEquals(exact.doubleValue(), DType.F64.nearest(bits, DType.U64));
        assertEquals(exact.floatValue(), DType.F32.nearest(bits, DType.U64));
        assertEquals(exact.toString(), DType.U64.digits(bits));
        assertEquals(bits, DType.U64.element(exact).longValue());
        assertEquals(exact.compareTo(BigInteger.TWO.pow(63)),
                Integer.signum(DType.U64.compare(bits, Long.MIN_VALUE)));
        double real = exact.doubleValue();
        BigInteger back = new BigDecimal(real).toBigInteger().min((BigInteger) DType.U64.greatest());
        assertEquals(back.longValue(), DType.U64.saturate(real));
    }

    @Test
    void unsignedBoundsSaturate() {
        assertEquals(0, DType.U64.saturate(-5.5));
        assertEquals(-1, DType.U64.saturate(1e30));
        assertEquals(0, DType.U64.saturate(Double.NaN));
        assertEquals(65535, DType.U16.saturate(7e4));
        assertThrows(RicciException.DataType.class, () -> DType.U64.element(-1));
        assertThrows(RicciException.DataType.class, () -> DType.U64.element(0x1p64));
        assertThrows(RicciException.DataType.class, () -> DType.U32.element(1L << 32));
    }

    /** Rows and columns in the order of the enum; as jax.numpy.promote_types gives them. */
    @Test
    void promotionIsThatOfJax() {
        String table = """
                f32 f64 f32 f32 f32 f32 f32 f32 f32 f32 f32 f32 f32 c64 c128
                f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 c128 c128
                f32 f64 f16 f32 f16 f16 f16 f16 f16 f16 f16 f16 f16 c64 c128
                f32 f64 f32 bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 c64 c128
                f32 f64 f16 bf16 i8 i16 i32 i64 f64 i16 i32 i64 i8 c64 c128
                f32 f64 f16 bf16 i16 u8 u16 u32 u64 i16 i32 i64 u8 c64 c128
                f32 f64 f16 bf16 i32 u16 u16 u32 u64 i32 i32 i64 u16 c64 c128
                f32 f64 f16 bf16 i64 u32 u32 u32 u64 i64 i64 i64 u32 c64 c128
                f32 f64 f16 bf16 f64 u64 u64 u64 u64 f64 f64 f64 u64 c64 c128
                f32 f64 f16 bf16 i16 i16 i32 i64 f64 i16 i32 i64 i16 c64 c128
                f32 f64 f16 bf16 i32 i32 i32 i64 f64 i32 i32 i64 i32 c64 c128
                f32 f64 f16 bf16 i64 i64 i64 i64 f64 i64 i64 i64 i64 c64 c128
                f32 f64 f16 bf16 i8 u8 u16 u32 u64 i16 i32 i64 bool c64 c128
                c64 c128 c64 c64 c64 c64 c64 c64 c64 c64 c64 c64 c64 c64 c128
                c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128
                """;
        List<String> actual = new ArrayList<>();
        for (DType a : DType.values()) {
            List<String> row = new ArrayList<>();
            for (DType b : DType.values()) {
                row.add(DType.promote(a, b).toString());
            }
            actual.add(String.join(" ", row));
        }
        assertEquals(table.strip(), String.join("\n", actual));
    }
}
