package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import ricci.loop.Expression.Beyond;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Reinterpret;

/** Whole texts. */
class KernelTextTest {
    @Test
    void elementByElement() {
        assertEquals("""
                kernel quadratic(2 buffers, 1 size)
                vector i0 < n0
                  v0 = f32 b0[i0]
                  v1 = mul(v0, 0.5f)
                  f32 b1[i0] = mul(v1, add(1.0f, v0))
                """, Kernels.quadratic().toString());
    }

    @Test
    void folds() {
        assertEquals("""
                kernel matrixProduct(3 buffers, 3 sizes)
                serial i0 < n0
                  vector i1 < n2
                    serial i2 < n1
                      fold v0: f32 = 0.0f, then fma(f32 b0[i0 * n1 + i2], f32 b1[i2 * n2 + i1], v0), merge add
                    f32 b2[i0 * n2 + i1] = v0
                """, KernelText.of(Kernels.matrixProduct()));
        assertEquals("""
                kernel argMax(3 buffers, 2 sizes)
                serial i0 < n0
                  serial i1 < n1
                    v0 = f32 b0[i0 * n1 + i1]
                    fold v1: f32 = f32(0xff800000), then select(lt(v1, v0), v0, v1), in order
                    fold v2: i64 = 0L, then select(lt(v1, v0), index(i1), v2), in order
                  f32 b1[i0] = v1
                  i64 b2[i0] = v2
                """, KernelText.of(Kernels.argMax()));
    }

    @Test
    void indices() {
        assertEquals("""
                kernel takeRows(3 buffers, 3 sizes)
                serial i0 < n0
                  v0 = min(max(i64 b1[i0], 0L), index(n2))
                  vector i1 < n1
                    f32 b2[i0 * n1 + i1] = f32 b0[v0 * n1 + i1]
                """, KernelText.of(Kernels.takeRows()));
    }

    @Test
    void numbersAndConversions() {
        assertEquals("convert i32(1.0E-40f)", KernelText.of(new Convert(Register.I32, Constant.of(1e-40f))));
        assertEquals("sin beyond 8.0(1.0, 2.0)", KernelText.of(
                new Beyond(Beyond.Function.SIN, Constant.of(1.0), 8, Constant.of(2.0))));
        assertEquals("reinterpret f64(-1L)", KernelText.of(new Reinterpret(Register.F64, Constant.of(-1L))));
        assertEquals("f64(0x7ff8000000000000)", KernelText.of(Constant.of(Double.NaN)));
        assertEquals("-0.0", KernelText.of(Constant.of(-0.0)));
        assertEquals("true", KernelText.of(Constant.of(true)));
    }
}
