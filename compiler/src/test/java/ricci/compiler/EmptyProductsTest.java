package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Products of no rows or columns, or over nothing, which are zero; and what follows them. */
class EmptyProductsTest {
    private static final List<List<DType>> DTYPES = List.of(List.of(DType.F32, DType.F32),
            List.of(DType.F64, DType.F64), List.of(DType.F16, DType.F16), List.of(DType.F16, DType.F32),
            List.of(DType.BF16, DType.BF16), List.of(DType.BF16, DType.F32), List.of(DType.I8, DType.I32),
            List.of(DType.I32, DType.I32), List.of(DType.I64, DType.I64), List.of(DType.C64, DType.C64));

    /** A product, its operands in rows or in columns; and perhaps with a bias and an activation after it. */
    private static Program program(List<DType> dtypes, List<Long> batch, long[] mnk, int turned, int end) {
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>();
        int at = batch.size();
        for (int side = 0; side < 2; side++) {
            long[] lengths = side == 0 ? new long[] {mnk[0], mnk[2]} : new long[] {mnk[2], mnk[1]};
            boolean isTurned = (turned >> side & 1) == 1;
            List<Long> shape = new ArrayList<>(batch);
            shape.add(lengths[isTurned ? 1 : 0]);
            shape.add(lengths[isTurned ? 0 : 1]);
            inputs.add(b.input(TensorType.of(dtypes.getFirst(),
                    shape.stream().mapToLong(n -> n).toArray())));
        }
        List<Integer> batches = at == 0 ? List.of() : at == 1 ? List.of(0) : List.of(0, 1);
        Atom product = b.apply(new Op.DotGeneral(new Contraction(batches, batches,
                List.of(at + 1 - (turned & 1)), List.of(at + (turned >> 1))), dtypes.getLast()),
                inputs.getFirst(), inputs.getLast());
        Atom result = product;
        if (end > 0) {
            Atom.Var bias = b.input(product.type());
            inputs.add(bias);
            result = b.add(product, bias);
        }
        if (end > 1 && dtypes.getLast().isFloat()) {
            result = b.apply(new Op.Unary(Op.Unary.Function.ABS), result);
        }
        return b.build("Empty", inputs, List.of(result));
    }

    private static void check(Program program) {
        List<Buffer> x = program.inputTypes().stream().map(EmptyProductsTest::sample).toList();
        Buffer expected = Eval.run(program, x).getFirst();
        Buffer actual = new Compiler().compile(program).run(x).getFirst();
        assertEquals(expected.dtype(), actual.dtype());
        assertArrayEquals(numbers(expected), numbers(actual), program::toString);
        BothTiers.check(program, x);
    }

    private static Buffer sample(TensorType type) {
        int count = (int) type.shape().size();
        double[] values = new double[count];
        Arrays.setAll(values, i -> i % 7 - 3);
        return type.dtype().isFloat() ? Buffer.ofReals(type.dtype(), values)
                : Eval.run(Ricci.program((Tensor y) -> y.to(type.dtype()),
                        Ricci.zeros(DType.F64, count)),
                        List.of(Buffer.ofReals(DType.F64, values))).getFirst();
    }

    private static double[] numbers(Buffer x) {
        return x.dtype().isComplex() ? x.complexes() : x.dtype().isFloat() ? x.reals()
                : Arrays.stream(x.integers()).asDoubleStream().toArray();
    }

    @Test
    void anyOfTheLengthsIsNone() {
        int turned = 0;
        for (List<DType> dtypes : DTYPES) {
            for (List<Long> batch : List.of(List.<Long>of(), List.of(3L), List.of(2L, 3L), List.of(0L))) {
                for (long[] mnk : new long[][] {{5, 7, 0}, {40, 50, 0}, {1, 33, 0}, {33, 1, 0}, {0, 50, 40},
                        {40, 0, 50}, {0, 0, 3}, {0, 0, 0}}) {
                    check(program(dtypes, batch, mnk, turned & 3, turned % 3));
                    turned++;
                }
            }
        }
    }

    /** However the operands lie. */
    @Test
    void allOrdersOfAxes() {
        for (int turned = 0; turned < 4; turned++) {
            for (int end = 0; end < 3; end++) {
                check(program(DTYPES.getFirst(), List.of(), new long[] {48, 64, 0}, turned, end));
                check(program(DTYPES.getFirst(), List.of(4L), new long[] {48, 64, 0}, turned, end));
                check(program(DTYPES.getFirst(), List.of(), new long[] {48, 0, 64}, turned, end));
                check(program(DTYPES.getFirst(), List.of(), new long[] {0, 48, 64}, turned, end));
            }
        }
    }
}
