package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.Ricci.arange;
import static ricci.Ricci.grad;
import static ricci.Ricci.ones;
import static ricci.Ricci.tensor;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/** Reductions by functions of the user's. */
class CombiningTest {
    record Affine(Tensor factor, Tensor offset) {
        /** First this, then the other: not commutative. */
        Affine then(Affine next) {
            return new Affine(factor.mul(next.factor), offset.mul(next.factor).add(next.offset));
        }
    }

    private static final Affine NEUTRAL = new Affine(tensor(1.0), tensor(0.0));

    @Property(tries = 40)
    void theOrderIsKept(@ForAll @IntRange(max = 9) int length, @ForAll @IntRange(max = 2) int lanes) {
        Tensor factors = Random.normal(Key.of(1), DType.F64, length, lanes);
        Tensor offsets = Random.normal(Key.of(2), DType.F64, length, lanes);
        Affine all = Combining.reduce(new Affine(factors, offsets), NEUTRAL, Affine::then, 0);
        assertEquals(Shape.of(lanes), all.factor().shape());
        for (int lane = 0; lane < lanes; lane++) {
            double offset = 0;
            for (int i = lane; i < length * lanes; i += lanes) {
                offset = offset * factors.toDoubles()[i] + offsets.toDoubles()[i];
            }
            assertEquals(offset, all.offset().toDoubles()[lane], 1e-9);
        }
    }

    @Test
    void sumsOfWindowsAreThoseOfThePrimitive() {
        Tensor x = Random.normal(Key.of(3), DType.F64, 2, 5, 6);
        Slide slide = Slide.by(2, 1).padded(Padding.SAME).dilated(1, 2);
        Tensor own = Combining.reduceWindow(x, tensor(0.0), Tensor::add, "b [h w]", slide, 3, 2);
        assertArrayEquals(Convolutions.sumPool(x, "b [h w]", slide, 3, 2).toDoubles(), own.toDoubles(),
                1e-12);
        Tensor tops = Combining.reduceWindow(x, tensor(Double.NEGATIVE_INFINITY), Tensor::maximum,
                "b [h w]", slide, 3, 2);
        assertArrayEquals(Convolutions.maxPool(x, "b [h w]", slide, 3, 2).toDoubles(), tops.toDoubles());
    }

    @Test
    void derivativesPass() {
        Tensor x = tensor(new double[] {2, 0, 5});
        assertArrayEquals(new double[] {0, 10, 0}, grad((Tensor v) -> Combining.reduce(
                v, tensor(1.0), Tensor::mul)).apply(x).toDoubles());
    }

    @Test
    void patchesAreTheWindows() {
        Tensor x = arange(5);
        assertArrayEquals(new int[] {0, 0, 1, 0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 0}, Convolutions.patches(
                x, "[t]", Slide.by(1).padded(Padding.SAME), 3).toInts());
        assertEquals(Shape.of(2, 3, 4, 3), Convolutions.patches(
                ones(2, 5, 4), "b [t] c", Slide.by(1), 3).shape());
        assertEquals(Shape.of(0, 9), Convolutions.patches(x, "[t]", Slide.by(1), 9).shape());
    }

    @Test
    void whatDiffersInShapeIsRefused() {
        assertThrows(RicciException.Shape.class, () -> Combining.reduce(
                new Affine(ones(2), ones(3)), NEUTRAL, Affine::then));
        assertThrows(RicciException.class, () -> Combining.reduce(
                new Affine(ones(2), ones(2)), NEUTRAL, Affine::then, 1));
    }
}
