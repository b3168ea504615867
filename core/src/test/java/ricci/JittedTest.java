package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.ones;
import static ricci.Ricci.placeholder;
import static ricci.Ricci.tensor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Executable;
import ricci.runtime.Pool;

/** What a compiled function can do besides being called. */
class JittedTest {
    enum Mode { ADD, MUL }

    record Config(Mode mode, int times, String name, Optional<Double> scale) {}

    record Params(Tensor w, List<Tensor> b) {}

    private static final TensorType THREE = TensorType.of(DType.F32, 3);

    private static Tensor repeated(Tensor x, Config c) {
        Tensor y = x;
        for (int i = 0; i < c.times(); i++) {
            y = c.mode() == Mode.ADD ? y.add(x) : y.mul(x);
        }
        return c.scale().isPresent() ? y.mul(c.scale().get()) : y;
    }

    @Test
    void whatIsNoTensorIsStatic() {
        Jitted.Of2<Tensor, Config, Tensor> f = jit(JittedTest::repeated);
        for (Config c : List.of(new Config(Mode.ADD, 3, "a", Optional.empty()),
                new Config(Mode.MUL, 2, "a", Optional.of(0.5)))) {
            assertArrayEquals(repeated(ones(3).mul(2), c).toFloats(), f.apply(ones(3).mul(2), c).toFloats());
        }
        CacheMiss miss = f.explainCacheMiss(ones(3), new Config(Mode.MUL, 3, "a", Optional.of(0.5)))
                .orElseThrow();
        assertEquals(2, miss.compiled());
        assertEquals(List.of(new CacheMiss.Difference("argument 2 at .times", "3", "2")), miss.differences());
        assertEquals(Optional.empty(),
                f.explainCacheMiss(ones(3), new Config(Mode.ADD, 3, "a", Optional.empty())));
    }

    @Test
    void theNearestEarlierCallExplainsACompilation() {
        Jitted.Of1<Params, Tensor> f = jit((Params p) -> p.w().add(p.b().getFirst()));
        assertEquals(Optional.empty(), f.lastCacheMiss());
        assertEquals("this function has not been called yet; it is traced, and compiled unless "
                + "another one has given the same program",
                f.explainCacheMiss(new Params(ones(3), List.of(ones(3)))).orElseThrow().toString());
        f.apply(new Params(ones(3), List.of(ones(3))));
        f.apply(new Params(ones(1).to(DType.F64), List.of(ones(1).to(DType.F64))));
        f.apply(new Params(ones(3), List.of(ones(1))));
        assertEquals("compiled for 2 kinds of arguments; the nearest differs in argument 1 at .b[0]: f32[1], "
                + "earlier f32[3]", f.lastCacheMiss().orElseThrow().toString());
        assertEquals("argument 1 at .b: [*, *], earlier [*]",
                f.explainCacheMiss(new Params(ones(3), List.of(ones(1), ones(1)))).orElseThrow()
                .differences().getFirst().toString());
        assertEquals("argument 1: [b]{*}, earlier [a]{*}", jitOfTrees()
                .explainCacheMiss(Map.of("b", ones(1))).orElseThrow().differences().getFirst().toString());
    }

    private static Jitted.Of1<Object, Tensor> jitOfTrees() {
        Jitted.Of1<Object, Tensor> f = jit((Object tree) -> Tree.leaves(tree).getFirst());
        f.apply(Map.of("a", ones(1)));
        return f;
    }

    @Test
    void equalProgramsAreCompiledOnce() {
        Program first = jit((Tensor x) -> x.mul(3).sin()).trace(THREE).program();
        Program second = jit((Tensor x) -> x.mul(3).sin()).trace(THREE).program();
        Program other = jit((Tensor x) -> x.mul(4).sin()).trace(THREE).program();
        Executables process = new Executables(100);
        Executable executable = process.get(first, 0);
        assertSame(executable, process.get(second, 0));
        assertNotSame(executable, process.get(other, 0));
    }

    @Test
    void executablesAreForgottenWhenThereAreTooMany() {
        Executables few = new Executables(7);
        Executable first = few.get(power(1), 0);
        Executable second = few.get(power(2), 0);
        assertSame(first, few.get(power(1), 0));
        few.get(power(3), 0);
        assertSame(first, few.get(power(1), 0));
        assertNotSame(second, few.get(power(2), 0));
        Executable large = few.get(power(20), 0);
        assertNotSame(large, few.get(power(20), 0));
    }

    /** A program that weighs one more than the number of its equations. */
    private static Program power(int equations) {
        return jit((Tensor x) -> {
            Tensor y = x;
            for (int i = 0; i < equations; i++) {
                y = y.sin();
            }
            return y;
        }).trace(THREE).program();
    }

    @Test
    void arraysFromOutsideAreInputsNotConstants() {
        Tensor outside = ones(3);
        Tensor another = ones(3).mul(2);
        Program program = jit((Tensor x) -> x.mul(outside)).trace(THREE).program();
        assertEquals(List.of(THREE, THREE), program.inputTypes());
        assertEquals(program, jit((Tensor x) -> x.mul(another)).trace(THREE).program());
    }

    @Test
    void aheadOfTime() {
        Traced<Fn2<Params, Tensor, Tensor>> traced =
                jit((Params p, Tensor x) -> x.mul(p.w()).add(p.b().getFirst()))
                .trace(new Params(placeholder(THREE), List.of(placeholder(THREE))), THREE);
        assertEquals(List.of(THREE, THREE, THREE), traced.program().inputTypes());
        Fn2<Params, Tensor, Tensor> compiled = traced.compile();
        Params p = new Params(ones(3).mul(2), List.of(ones(3)));
        assertArrayEquals(new float[] {3, 5, 7}, compiled.apply(p, tensor(new float[] {1, 2, 3})).toFloats());
        RicciException.Structure refused = assertThrows(RicciException.Structure.class,
                () -> compiled.apply(p, ones(1)));
        assertEquals("argument 2: f32[1], compiled for f32[3]", refused.types());
        // It can be transformed, which JAX does not allow.
        assertArrayEquals(new float[] {2, 2, 2},
                grad((Tensor x) -> compiled.apply(p, x).sum()).apply(ones(3)).toFloats());
        assertEquals(List.of(THREE, TensorType.of(DType.I64)), jit((List<Tensor> all) -> all)
                .trace(List.of(THREE, TensorType.of(DType.I64))).program().resultTypes());
        assertThrows(RicciException.Argument.class, () -> jit((Tensor x) -> x).trace(THREE, THREE));
        assertThrows(RicciException.Leak.class, () -> placeholder(THREE).add(1).toFloats());
    }

    @Test
    void donatedTensorsAreGone() {
        Jitted.Of2<Tensor, Tensor, Tensor> step = jit((Tensor w, Tensor dw) -> w.sub(dw));
        Fn2<Tensor, Tensor, Tensor> donating = step.donate(0);
        Tensor w = ones(3);
        Tensor dw = ones(3).mul(0.5);
        assertArrayEquals(step.apply(w, dw).toFloats(), donating.apply(w, dw).toFloats());
        assertArrayEquals(new float[] {0.5f, 0.5f, 0.5f}, dw.toFloats());
        RicciException gone = assertThrows(RicciException.Argument.class, w::toFloats);
        assertTrue(gone.types().startsWith("f32[3]"));
        assertTrue(w.toString().startsWith("f32[3] (donated"));
        assertThrows(RicciException.Argument.class, () -> donating.apply(w, dw));
        assertThrows(RicciException.Argument.class, () -> w.add(1));
        assertThrows(RicciException.Argument.class, () -> donating.apply(dw, dw));
        assertArrayEquals(new float[] {0.5f, 0.5f, 0.5f}, dw.toFloats());
        assertThrows(RicciException.Argument.class, () -> step.donate(2));
    }

    @Test
    void donatedMemoryIsFreeAtOnce() {
        Fn<Tensor, Tensor> sum = jit((Tensor x) -> x.sum()).donate(0);
        Tensor x = ones(1000, 1000);
        Tensor shared = new Array(ones(1000, 1000).type(), x.buffer());
        long before = Pool.process().inUse();
        assertEquals(1e6, sum.apply(x).item());
        assertEquals(1e6, shared.sum().item());
        Tensor y = ones(1000, 1000);
        Buffer buffer = y.buffer();
        sum.apply(y);
        assertThrows(IllegalStateException.class, buffer::segment);
        assertTrue(Pool.process().inUse() <= before + 100_000, Pool.process().state()::toString);
    }

    @Test
    void inALoopTheMemoryIsGivenOn() {
        Fn<List<Tensor>, List<Tensor>> swap = jit((List<Tensor> all) -> all.reversed()).donate(0);
        List<Tensor> all = List.of(ones(2), tensor(new float[] {3, 4}));
        for (int i = 0; i < 5; i++) {
            all = swap.apply(all);
        }
        assertArrayEquals(new float[] {3, 4}, all.getFirst().toFloats());
        assertTrue(all.getFirst().buffer().isExclusive());
    }

    @Test
    void sharedMemoryIsNotExclusive() {
        Tensor x = ones(2);
        assertTrue(x.buffer().isExclusive());
        Tensor y = new Array(x.type(), x.buffer());
        assertFalse(y.buffer().isExclusive());
    }

    @Test
    void insideATraceNothingIsDonated() {
        Fn<Tensor, Tensor> donating = jit((Tensor x) -> x.mul(x).sum()).donate(0);
        Tensor x = ones(3);
        assertArrayEquals(new float[] {2, 2, 2}, grad(donating).apply(x).toFloats());
        assertEquals(3, x.sum().item());
    }
}
