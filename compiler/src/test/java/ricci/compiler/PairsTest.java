package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.Fn2;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.runtime.Buffer;

/** Sums over all pairs of rows are those of the interpreter. */
class PairsTest {
    @Test
    void distancesAreThoseOfTheInterpreter() {
        for (DType dtype : List.of(DType.F32, DType.F64, DType.F16)) {
            check(dtype, new long[] {17, 20}, new long[] {140, 20}, PairsTest::distances);
        }
        check(DType.F32, new long[] {40, 64}, new long[] {128, 64}, (x, y) -> distances(x, y).sqrt());
        check(DType.F32, new long[] {20, 33}, new long[] {301, 33}, (x, y) -> distances(y, x));
        check(DType.F32, new long[] {20, 33}, new long[] {33, 150}, (x, y) -> distances(x, y.transpose()));
        check(DType.F32, new long[] {33, 20}, new long[] {150, 33}, (x, y) -> distances(x.transpose(), y));
    }

    @Test
    void eachOfABatchHasItsOwn() {
        check(DType.F32, new long[] {3, 18, 24}, new long[] {3, 129, 24}, (x, y) ->
                x.expandDims(2).sub(y.expandDims(1)).abs().sum(-1));
        check(DType.F32, new long[] {3, 18, 24}, new long[] {129, 24}, (x, y) ->
                x.expandDims(2).sub(y).square().sum(-1).mul(0.5));
    }

    @Test
    void aFewOfManyAreCopied() {
        Program p = program(DType.F32, new long[] {64, 32}, new long[] {256, 32}, PairsTest::distances);
        Fuse.Cut cut = Fuse.of(p);
        Group group = cut.steps().stream().filter(s -> s instanceof Step.Fused)
                .map(s -> ((Step.Fused) s).group()).findFirst().orElseThrow();
        Pairs pairs = Pairs.of(group, cut, List.of(p.equations().getLast().result()),
                Schedule.of(group, cut, List.of(p.equations().getLast().result())));
        assertNotNull(pairs);
        assertEquals(1, pairs.launches().size());
    }

    private static Tensor distances(Tensor x, Tensor y) {
        return x.expandDims(1).sub(y.expandDims(0)).square().sum(-1);
    }

    private static Program program(DType dtype, long[] left, long[] right, Fn2<Tensor, Tensor, Tensor> f) {
        return Ricci.program(f, Ricci.zeros(left).to(dtype), Ricci.zeros(right).to(dtype));
    }

    private static void check(DType dtype, long[] left, long[] right, Fn2<Tensor, Tensor, Tensor> f) {
        Random random = new Random(3);
        Program program = program(dtype, left, right, f);
        List<Buffer> values = program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                random.doubles(type.shape().size()).map(x -> x - 0.5).toArray())).toList();
        AgainstInterpreter.check(program, values);
        BothTiers.check(program, values);
    }
}
