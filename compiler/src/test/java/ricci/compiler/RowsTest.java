package ricci.compiler;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.Fn2;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.runtime.Buffer;

/** Rows of a few vectors, of less than one, and a little more than is still short. */
class RowsTest {
    private static final long[] LENGTHS = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 48, 63, 64, 65};

    @Test
    void eachRowMeetsTheSameBias() {
        for (long length : LENGTHS) {
            for (DType dtype : List.of(DType.F32, DType.F64, DType.F16, DType.I32, DType.I8)) {
                check(dtype, new long[] {37, length}, new long[] {length}, RowsTest::rectified);
            }
        }
    }

    @Test
    void eachRowHasANumberOfItsOwn() {
        for (long length : LENGTHS) {
            check(DType.F32, new long[] {5, 7, length}, new long[] {7, 1}, (x, y) -> x.mul(y).exp().sub(y));
            check(DType.F32, new long[] {1, 3, length}, new long[] {3, length}, (x, y) -> x.add(y).mul(y));
        }
    }

    @Test
    void rowsAreTakenFromLongerOnes() {
        for (long length : LENGTHS) {
            check(DType.F32, new long[] {9, length + 5}, new long[] {length},
                    (x, y) -> x.slice(1, 2, 2 + length).add(y).maximum(0));
        }
    }

    private static Tensor rectified(Tensor x, Tensor y) {
        Tensor z = x.add(y);
        return Ricci.where(z.gt(0), z, z.mul(x));
    }

    private static void check(DType dtype, long[] left, long[] right, Fn2<Tensor, Tensor, Tensor> f) {
        Random random = new Random(5);
        Program program = Ricci.program(f, Ricci.zeros(left).to(dtype), Ricci.zeros(right).to(dtype));
        List<Buffer> values = program.inputTypes().stream().map(type -> type.dtype().isFloat()
                ? Bits.draw(random, type)
                : Buffer.ofIntegers(dtype, random.longs(type.shape().size(), -9, 9).toArray())).toList();
        AgainstInterpreter.check(program, values);
        BothTiers.check(program, values);
    }
}
