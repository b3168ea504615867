package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.shaped;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.einops.EinopsException.Kind;

/** Any list of tensors stacks; reductions may be given by name wherever they may be given. */
class ListsTest {
    private static final Shaped<float[]> A = Tensors.counting(2, 3);
    private static final Shaped<float[]> B = Tensors.filled(i -> 5 - 2 * i, 2, 3);

    private static EinopsException rejects(Kind kind, Executable call) {
        EinopsException e = assertThrows(EinopsException.class, call);
        assertEquals(kind, e.kind(), e::getMessage);
        return e;
    }

    private static String fix(EinopsException e) {
        return String.valueOf(e.getMessage()).lines().filter(line -> line.startsWith("  fix:   "))
                .map(line -> line.substring(9)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void reductionsByName(Reduction.Named named) {
        Shaped<?> stacked = Einops.rearrange(List.of(A, B), "n a b -> n a b");
        Shaped<?> expected = Einops.reduce((Shaped<?>) stacked, "n a b -> b a", named);
        List<Shaped<?>> list = List.of(A, B);
        assertEquals(expected, Einops.<Shaped<?>>reduce(list, "n a b -> b a", named.toString()));
        assertEquals(expected, Einops.<Shaped<?>>reduce(list, "n a b -> b a", named));
        assertEquals(expected, Einops.reduce((Shaped<?>) stacked, "n a b -> b a", named.toString()));
        Reduce prepared = Einops.reduce("n a b -> b a", named.toString());
        assertEquals(expected, prepared.apply((Shaped<?>) stacked));
        assertEquals("reduce(\"n a b -> b a\", " + named + ")", prepared.toString());
    }

    @Test
    void preparedByNameWithLengths() {
        assertEquals(shaped(new float[] {0, 1, 2, 3, 4, 5}, 2, 3),
                Einops.reduce("(a p) b -> a b", "max", axis("p", 1)).apply(A));
        rejects(Kind.UNKNOWN_REDUCTION, () -> Einops.reduce("a b -> a", "maximum"));
        rejects(Kind.UNKNOWN_REDUCTION, () -> Einops.reduce(List.of(A), "n a b -> a", "Max"));
    }

    @Test
    void anyListStacks() {
        float[][] a = {{1, 2}};
        float[][] b = {{3, 4}};
        for (List<float[][]> list : List.of(List.of(a, b), Arrays.asList(a, b),
                new ArrayList<>(List.of(a, b)))) {
            float[][] sums = Einops.reduce(list, "n h w -> h w", "sum");
            assertEquals("[[4.0, 6.0]]", Arrays.deepToString(sums));
        }
        assertEquals(Einops.rearrange(A, "a b -> b a"), Einops.reduce(List.of(A), "n a b -> b a", "mean"));
    }

    /** einops' name of a rearrange is none of a reduction here. */
    @Test
    void rearrangeIsNoReduction() {
        for (String name : List.of("rearrange", "repeat")) {
            rejects(Kind.UNKNOWN_REDUCTION, () -> Einops.reduce(A, "a b -> b a", name));
            rejects(Kind.UNKNOWN_REDUCTION, () -> Einops.reduce(List.of(A), "n a b -> b a n", name));
            rejects(Kind.UNKNOWN_REDUCTION, () -> Einops.reduce("a b -> b a", name));
        }
    }

    /** numpy would promote them. */
    @Test
    void oneTypeOfElements() {
        List<Shaped<?>> mixed = List.of(A, ElementType.INT.of(A));
        for (Executable call : List.<Executable>of(
                () -> Einops.<Shaped<?>>rearrange(mixed, "n a b -> a b n"),
                () -> Einops.<Shaped<?>>reduce(mixed, "n a b -> a", "sum"),
                () -> Einops.<Shaped<?>>repeat(mixed, "n a b -> n a b 2"))) {
            String message = String.valueOf(rejects(Kind.STACK_MISMATCH, call).getMessage());
            assertTrue(message.contains(": tensors of float and of int cannot be stacked\n"), message);
        }
    }

    /** An array of tensors is none, and no list. */
    @Test
    void arraysOfTensors() {
        Shaped<?>[] array = {A, B};
        assertEquals("pass several tensors as a list: List.of(tensors)",
                fix(rejects(Kind.UNKNOWN_TENSOR, () -> Einops.rearrange(array, "n a b -> a b n"))));
        assertEquals("pass several tensors as a list: List.of(tensors)",
                fix(rejects(Kind.UNKNOWN_TENSOR, () -> Einops.reduce(array, "n a b -> a", "sum"))));
        assertEquals("pass one tensor; what takes several takes them as a List",
                fix(rejects(Kind.UNKNOWN_TENSOR, () -> Einops.softmax(List.of(A, B), "n a [b]"))));
        assertEquals("pass one tensor; what takes several takes them as a List",
                fix(rejects(Kind.UNKNOWN_TENSOR, () -> Einops.rearrange(Set.of(A), "n a b -> a b n"))));
    }

    /** einops returns an empty list, whatever the tensor is. */
    @Test
    void unpackingIntoNothing() {
        rejects(Kind.SPLIT_MISMATCH, () -> Einops.unpack(A, List.of(), "a *"));
        assertEquals(List.of(), Einops.unpack(Tensors.counting(2, 0), List.of(), "a *"));
    }
}
