package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import ricci.einops.Einops;
import ricci.einops.EinopsException;
import ricci.einops.Reduction;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** What a reduction of one's own sees of a tensor that is traced or in a batch, and what it must give. */
class OwnReductionsTest {
    private static Tensor reduce(Tensor x, String pattern, BiFunction<Tensor, int[], Tensor> function) {
        return Einops.reduce(x, pattern, Reduction.of(Tensor.class, function));
    }

    @Test
    void seesOneExampleOfABatch() {
        List<String> seen = new ArrayList<>();
        Fn<Tensor, Tensor> f = x -> reduce(x, "a b c -> c", (y, axes) -> {
            seen.add(y.shape() + " " + Arrays.toString(axes));
            return y.max(axes);
        });
        Tensor x = Random.normal(Key.of(1), 5, 2, 3, 4);
        Tensor expected = Einops.reduce(x, "n a b c -> n c", "max");
        for (Fn<Tensor, Tensor> g : List.of(Ricci.vmap(f), Ricci.jit(Ricci.vmap(f)))) {
            assertArrayEquals(expected.toFloats(), g.apply(x).toFloats());
        }
        assertEquals(List.of(Shape.of(4, 2, 3) + " [1, 2]"), seen.stream().distinct().toList());
    }

    @Test
    void whatItClosesOverHasDerivatives() {
        Tensor x = Random.normal(Key.of(2), 4, 3);
        Fn<Tensor, Tensor> f = w -> reduce(x, "a b -> a", (y, axes) -> y.mul(w).sum(axes)).square().sum();
        Fn<Tensor, Tensor> g = w -> Einops.einsum(x, w, "a b, b -> a").square().sum();
        Tensor w = Random.normal(Key.of(3), 3);
        assertArrayEquals(Ricci.grad(g).apply(w).toFloats(), Ricci.grad(f).apply(w).toFloats(), 1e-4f);
        Tensor many = Random.normal(Key.of(4), 6, 3);
        assertArrayEquals(Ricci.vmap(Ricci.grad(g)).apply(many).toFloats(),
                Ricci.vmap(Ricci.grad(f)).apply(many).toFloats(), 1e-4f);
    }

    /** Under grad there are values; one that is read is a number like any other. */
    @Test
    void valuesThatAreNotThereAreRefused() {
        Fn<Tensor, Tensor> f = x -> reduce(x, "a b -> a", (y, axes) -> y.sum(axes).mul(y.toFloats()[0]));
        Tensor x = Ricci.full(TensorType.of(DType.F32, 2, 3), 2);
        assertArrayEquals(new float[] {12, 12}, f.apply(x).toFloats());
        assertArrayEquals(new float[] {2, 2, 2, 2, 2, 2},
                Ricci.grad((Tensor y) -> f.apply(y).sum()).apply(x).toFloats());
        for (Executable call : List.<Executable>of(() -> Ricci.jit(f).apply(x),
                () -> Ricci.vmap(f).apply(Ricci.ones(4, 2, 3)))) {
            RicciException e = assertThrows(RicciException.class, call);
            assertTrue(String.valueOf(e.getMessage()).startsWith("cannot read the value of a traced tensor"),
                    e::getMessage);
        }
    }

    @Test
    void resultsHaveTheAxesThatAreLeft() {
        for (BiFunction<Tensor, int[], Tensor> wrong : List.<BiFunction<Tensor, int[], Tensor>>of(
                (y, _) -> y, (y, _) -> y.sum(), (y, axes) -> y.sum(axes).reshape(1, 2))) {
            EinopsException e = assertThrows(EinopsException.class,
                    () -> reduce(Ricci.ones(2, 3), "a b -> a", wrong));
            assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains(
                    "the reduction of f32[2,3] over the axes [1] gave f32["), e::getMessage);
            assertTrue(String.valueOf(e.getMessage()).contains("the lengths that are left are [2]"),
                    e::getMessage);
        }
    }
}
