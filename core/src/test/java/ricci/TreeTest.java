package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ricci.ir.RicciException;

/** Trees: records, lists, maps, arrays and optionals come back as what they were. */
class TreeTest {
    enum Mode { TRAIN, TEST }

    record Pair(@Nullable Object first, @Nullable Object second) {}

    record Layer(Tensor weight, Optional<Tensor> bias, int stride, Mode mode) {}

    record Refusing(Tensor x) {
        Refusing {
            if (x.rank() > 0) {
                throw new IllegalStateException("scalars only");
            }
        }
    }

    @Property(tries = 500)
    void everyTreeComesBack(@ForAll long seed) {
        Random random = new Random(seed);
        Object tree = draw(random, 4);
        Tree.Flat flat = Tree.flatten(tree);
        Object again = Tree.unflatten(flat.structure(), flat.leaves());
        Tree.Flat second = Tree.flatten(again);
        assertEquals(flat.structure(), second.structure());
        assertEquals(flat.structure().hashCode(), second.structure().hashCode());
        assertEquals(flat.paths(), second.paths());
        for (int i = 0; i < flat.leaves().size(); i++) {
            assertSame(flat.leaves().get(i), second.leaves().get(i));
        }
        assertEquals(tree.getClass().isArray(), again.getClass().isArray());
    }

    private static Object draw(Random random, int depth) {
        int kind = depth == 0 ? random.nextInt(3) : random.nextInt(8);
        return switch (kind) {
            case 0 -> Ricci.tensor(random.nextFloat());
            case 1 -> random.nextInt(5);
            case 2 -> Mode.TEST;
            case 3 -> new Pair(draw(random, depth - 1),
                    random.nextBoolean() ? null : draw(random, depth - 1));
            case 4 -> List.of(draw(random, depth - 1), draw(random, depth - 1));
            case 5 -> Map.of("b", draw(random, depth - 1), "a", draw(random, depth - 1));
            case 6 -> new Object[] {draw(random, depth - 1)};
            default -> Optional.of(draw(random, depth - 1));
        };
    }

    @Test
    void leavesAreInOrderAndHavePaths() {
        Tensor a = Ricci.tensor(1f);
        Tensor b = Ricci.tensor(2f);
        Tensor c = Ricci.tensor(3f);
        Map<String, Object> map = new HashMap<>();
        map.put("z", c);
        map.put("head", new Layer(a, Optional.of(b), 2, Mode.TRAIN));
        Tree.Flat flat = Tree.flatten(List.of(map));
        assertEquals(List.of("[0][head].weight", "[0][head].bias.get()", "[0][z]"), flat.paths());
        assertEquals(List.of(a, b, c), flat.leaves());
    }

    @Test
    void staticPartsAreKeptAndCompared() {
        Layer layer = new Layer(Ricci.ones(2), Optional.empty(), 2, Mode.TRAIN);
        Layer doubled = Tree.map(layer, x -> x.mul(2));
        assertArrayEquals(new float[] {2, 2}, doubled.weight().toFloats());
        assertEquals(2, doubled.stride());
        assertEquals(Optional.empty(), doubled.bias());
        assertNotEquals(Tree.flatten(layer).structure(),
                Tree.flatten(new Layer(layer.weight(), Optional.empty(), 3, Mode.TRAIN)).structure());
        assertThrows(RicciException.Structure.class, () -> Tree.map(layer,
                new Layer(layer.weight(), Optional.empty(), 2, Mode.TEST), Tensor::add));
    }

    @Test
    void listsThatContainThemselvesAreRefused() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThrows(RicciException.Structure.class, () -> Tree.leaves(endless));
    }

    @Test
    void mapsWithoutOrderedKeysAreRefused() {
        Map<Object, Tensor> mixed = Map.of(1, Ricci.ones(1), "one", Ricci.ones(1));
        assertThrows(RicciException.Structure.class, () -> Tree.leaves(mixed));
    }

    @Test
    void arraysOfNumbersAreRefusedByName() {
        RicciException refused = assertThrows(RicciException.Structure.class,
                () -> Tree.leaves(new Pair(Ricci.ones(1), new float[3])));
        assertTrue(refused.types().contains(".second"), refused.toString());
    }

    @Test
    void whatAConstructorThrowsIsTheUsersToSee() {
        Refusing scalar = new Refusing(Ricci.tensor(1f));
        assertEquals("scalars only", assertThrows(IllegalStateException.class,
                () -> Tree.map(scalar, x -> x.reshape(1))).getMessage());
    }

    record Scaled(Tensor x) {
        Scaled {
            x = x.mul(1);
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Several(Tensor... tensors) {}

    record Narrow(ArrayList<Tensor> tensors) {}

    /** A constructor that computes does so inside the trace. */
    @Test
    void constructorsMayCompute() {
        Scaled scaled = new Scaled(Ricci.ones(2));
        assertEquals(2, Ricci.jit((Scaled s) -> s.x().sum()).apply(scaled).item());
        assertArrayEquals(new float[] {1, 1}, Ricci.grad((Scaled s) -> s.x().sum()).apply(scaled).x()
                .toFloats());
    }

    @Test
    void recordsMayHaveVariableArity() {
        Several several = new Several(Ricci.ones(2), Ricci.ones(3));
        assertEquals(2, Tree.map(several, x -> x.mul(2)).tensors().length);
    }

    @Test
    void narrowTypesAreRefused() {
        Narrow narrow = new Narrow(new ArrayList<>(List.of(Ricci.ones(1))));
        assertThrows(RicciException.Structure.class, () -> Tree.map(narrow, x -> x));
        Array[] arrays = {(Array) Ricci.ones(1)};
        assertThrows(RicciException.Structure.class,
                () -> Ricci.jit((Array[] a) -> a[0]).apply(arrays));
    }

    /** 1.0 and 1.00 differ, yet compare as equal. */
    @Test
    void keysThatCompareAsEqualAreRefused() {
        Map<BigDecimal, Tensor> map = Map.of(
                new BigDecimal("1.0"), Ricci.ones(1), new BigDecimal("1.00"), Ricci.ones(1));
        assertThrows(RicciException.Structure.class, () -> Tree.leaves(map));
    }
}
