package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.parseShape;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.einops.EinopsException.Kind;

/** Operations that are made before there are tensors. */
class PreparedTest {
    private static final Rearrange PATCHES = Einops.rearrange("b (h p) (w q) c -> b (h w) (p q c)",
            axis("p", 2),
            axis("q", 2));

    /** All calls of the table of einops's answers whose one tensor fits the pattern. */
    static Stream<EinopsCasesTest.Case> calls() {
        return EinopsCasesTest.accepted().filter(c -> c.call().shapes().size() == 1
                && !c.call().function().equals("einsum"));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void giveWhatTheCallGives(EinopsCasesTest.Case c) {
        Invocation call = c.call();
        Axis[] axes = call.axes().toArray(Axis[]::new);
        Shaped<?> expected = call.run();
        Shaped<?> x = call.tensor(0, Invocation.shape(call.shapes().getFirst()));
        Shaped<?> actual;
        long[] shape;
        switch (call.function()) {
            case "rearrange" -> {
                Rearrange prepared = Einops.rearrange(call.pattern(), axes);
                actual = prepared.apply(x);
                shape = prepared.shape(x.shape());
            }
            case "repeat" -> {
                Repeat prepared = Einops.repeat(call.pattern(), axes);
                actual = prepared.apply(x);
                shape = prepared.shape(x.shape());
            }
            default -> {
                Reduce prepared = Einops.reduce(call.pattern(), Tensors.reduction(call.function()), axes);
                actual = prepared.apply(x);
                shape = prepared.shape(x.shape());
            }
        }
        assertEquals(expected, actual);
        assertArrayEquals(expected.shape(), shape);
    }

    @Test
    void shapesMayChangeFromCallToCall() {
        for (int round = 0; round < 2; round++) {
            for (int size = 2; size <= 400; size += 2) {
                assertArrayEquals(new long[] {1, size / 2, 4},
                        PATCHES.apply(Tensors.counting(1, 2, size, 1)).shape());
            }
        }
    }

    @Test
    void goesThereAndBack() {
        Shaped<float[]> x = Tensors.counting(2, 4, 6, 3);
        assertEquals(x, PATCHES.inverse(axis("h", 2), axis("c", 3)).apply(PATCHES.apply(x)));
        Rearrange flatten = Einops.rearrange("b ... c -> b c ...");
        assertEquals(x, flatten.inverse().apply(flatten.apply(x)));
        Rearrange merge = Einops.rearrange("b h w c -> (b h w) c");
        assertEquals(x, merge.inverse(parseShape(x, "b h _ _")).apply(merge.apply(x)));
        assertEquals(Kind.ELLIPSIS_IN_LEFT_GROUP, assertThrows(EinopsException.class,
                () -> Einops.rearrange("a ... -> a (...)").inverse()).kind());
    }

    @Test
    void mistakesAreFoundBeforeThereIsATensor() {
        assertEquals(Kind.AXIS_ON_ONE_SIDE, assertThrows(EinopsException.class,
                () -> Einops.rearrange("a b -> a c")).kind());
        assertEquals(Kind.LENGTH_MISSING, assertThrows(EinopsException.class,
                () -> Einops.repeat("a -> a b")).kind());
        assertEquals(Kind.AXIS_APPEARS, assertThrows(EinopsException.class,
                () -> Einops.reduce("a -> b", Reduction.SUM)).kind());
        EinopsException e = assertThrows(EinopsException.class, () -> PATCHES.shape(1, 3, 4, 1));
        assertEquals(Kind.NOT_DIVISIBLE, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("given: [1,3,4,1]"), e.getMessage());
    }

    @Test
    void sayWhatTheyDo() {
        assertEquals("rearrange(\"b (h p) (w q) c -> b (h w) (p q c)\", p=2, q=2)", PATCHES.toString());
        assertEquals("reduce(\"a b -> a\", max)", Einops.reduce("a b -> a", Reduction.MAX).toString());
        assertEquals("reshape to [1, 2, 2, 3, 2, 1], transpose by [0, 1, 3, 2, 4, 5], "
                + "reshape to [1, 6, 4]",
                PATCHES.explain(1, 4, 6, 1));
    }

    @Test
    void threadsShareThem() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Boolean>> tasks = IntStream.range(0, 400).<Callable<Boolean>>mapToObj(i -> () -> {
                long size = 2L * (1 + i % 7);
                return PATCHES.apply(Tensors.counting(1, 2, size, 1)).shape()[1] == size / 2;
            }).toList();
            for (Future<Boolean> done : threads.invokeAll(tasks)) {
                assertTrue(done.get());
            }
        }
    }
}
