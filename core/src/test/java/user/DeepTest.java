package user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.program;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import ricci.Checkpoint;
import ricci.ControlFlow;
import ricci.Fn;
import ricci.Ricci;
import ricci.Tensor;
import ricci.Tree;
import ricci.ir.OnStack;
import ricci.ir.Program;
import ricci.ir.RicciException;

/** What is nested or chained as deep as nobody writes it: it works, or is refused in words. */
class DeepTest {
    private static final int CHAIN = 30_000;
    private static final int NESTED = 100;
    private static final int TOO_DEEP = 2000;
    private static final int TREE = 2000;
    private static final long LARGE = 1L << 28;
    private static final long SMALL = 1L << 19;

    // ---- recursion of the user's ----

    @SuppressWarnings("InfiniteRecursion") // the mistake itself
    private Tensor endless(Tensor x) {
        return endless(x.mul(0.5).add(1));
    }

    private Tensor endlessJit(Tensor x) {
        return jit(this::endlessJit).apply(x.add(1));
    }

    private Tensor endlessGrad(Tensor x) {
        return grad((Tensor y) -> endlessGrad(y)).apply(x.add(1)).sum();
    }

    private Tensor endlessCond(Tensor x) {
        return ControlFlow.cond(x.sum().gt(0), this::endlessCond, y -> y, x);
    }

    @Test
    void recursionWithoutEndIsSaidToBeThat() {
        Tensor x = tensor(new double[] {1, 2});
        List<Fn<Tensor, Tensor>> functions = List.of(this::endless, this::endlessJit, this::endlessCond,
                this::endlessGrad);
        functions.forEach(f -> OnStack.run(SMALL, () -> {
            assertRecursion(() -> jit(f).apply(x));
            assertRecursion(() -> grad((Tensor y) -> f.apply(y).sum()).apply(x));
            assertRecursion(() -> vmap(f).apply(x));
            assertRecursion(() -> vmap(grad(jit((Tensor y) -> f.apply(y).sum()))).apply(x.reshape(2, 1)));
        }));
        assertEquals(3, x.sum().item());
    }

    private static void assertRecursion(Runnable call) {
        RicciException e = assertThrows(RicciException.class, call::run);
        assertTrue(e.toString().contains("recurs"), e.toString());
        assertTrue(e.toString().contains("DeepTest.java"), e.toString());
    }

    // ---- long chains ----

    @Test
    void aChainOfManyEquationsGoesThroughEverything() {
        Fn<Tensor, Tensor> f = x -> {
            Tensor y = x;
            for (int i = 0; i < CHAIN; i++) {
                y = i % 2 == 0 ? y.mul(0.5) : y.add(1);
            }
            return y.sum();
        };
        Tensor xs = tensor(new double[] {1, 2, 3});
        Tensor slopes = jit(vmap(grad(f))).apply(xs);
        assertEquals(List.of(0.0, 0.0, 0.0), List.of(slopes.toDoubles()[0], slopes.toDoubles()[1],
                slopes.toDoubles()[2]));
        Program program = program(vmap(grad(f)), xs);
        assertTrue(program.equations().size() >= CHAIN / 2);
        Program again = Program.parse(program.toString());
        assertTrue(again.equals(program));
        assertEquals(program.hashCode(), again.hashCode());
    }

    // ---- deep nesting of programs ----

    enum Nest {
        JIT { @Override Fn<Tensor, Tensor> around(Fn<Tensor, Tensor> f) {
            return x -> jit(f).apply(x.mul(1)); } },
        COND { @Override Fn<Tensor, Tensor> around(Fn<Tensor, Tensor> f) {
            return x -> ControlFlow.cond(x.gt(-1), f, y -> y, x); } },
        SCAN { @Override Fn<Tensor, Tensor> around(Fn<Tensor, Tensor> f) {
            return x -> ControlFlow.forLoop(0, 1, (i, y) -> f.apply(y), x); } },
        WHILE { @Override Fn<Tensor, Tensor> around(Fn<Tensor, Tensor> f) {
            return x -> ControlFlow.whileLoop((List<Tensor> s) -> s.getLast().lt(1),
                    s -> List.of(f.apply(s.getFirst()), s.getLast().add(1)), List.of(x, tensor(0)), 1)
                    .getFirst(); } },
        CHECKPOINT { @Override Fn<Tensor, Tensor> around(Fn<Tensor, Tensor> f) {
            return x -> Checkpoint.checkpoint(f).apply(x).mul(1); } };

        abstract Fn<Tensor, Tensor> around(Fn<Tensor, Tensor> f);
    }

    @ParameterizedTest
    @EnumSource(Nest.class)
    void nestedProgramsWorkOrAreRefused(Nest nest) {
        Fn<Tensor, Tensor> deep = nested(nest, NESTED);
        OnStack.run(LARGE, () -> {
            assertEquals(6, jit(deep).apply(tensor(2.0)).item(), 1e-9);
            Program program = program(deep, tensor(2.0));
            assertTrue(Program.parse(program.toString()).equals(program));
        });
        OnStack.run(SMALL, () -> assertThrows(RicciException.Depth.class,
                () -> jit(nested(nest, TOO_DEEP)).apply(tensor(2.0))));
    }

    private static Fn<Tensor, Tensor> nested(Nest nest, int depth) {
        Fn<Tensor, Tensor> f = x -> x.mul(3);
        for (int i = 0; i < depth; i++) {
            f = nest.around(f);
        }
        return f;
    }

    @ParameterizedTest
    @EnumSource(Nest.class)
    void nestedProgramsAreDifferentiatedAndMapped(Nest nest) {
        Fn<Tensor, Tensor> f = nested(nest, 10);
        assertEquals(3, jit(vmap(grad(f))).apply(tensor(new double[] {2})).item(), 1e-9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "(", "[", "program(a:f32[]) { b:f32[] = jit{body=", "[[", "{a="})
    void textThatIsNestedWithoutEndIsRefused(String open) {
        String equation = "program(a:f32[]) { b:f32[] = ";
        for (String before : List.of("", equation, equation + "jit")) {
            assertThrows(RicciException.class, () -> Program.parse(before + open.repeat(100_000)));
        }
    }

    // ---- deep trees ----

    private record Node(Object next, Tensor value) {}

    enum Link { RECORD, LIST, MAP, ARRAY, OPTIONAL }

    private static Object around(Link link, Object tree) {
        return switch (link) {
            case RECORD -> new Node(tree, tensor(1f));
            case LIST -> List.of(tree);
            case MAP -> Map.of("next", tree);
            case ARRAY -> new Object[] {tree};
            case OPTIONAL -> Optional.of(tree);
        };
    }

    @ParameterizedTest
    @EnumSource(Link.class)
    void treesThatAreTooDeepAreRefused(Link link) {
        Object tree = tensor(1.0);
        for (int i = 0; i < TREE; i++) {
            tree = around(link, tree);
        }
        assertRefused(tree);
    }

    @ParameterizedTest
    @EnumSource(Link.class)
    void treesOfSomeDepthAreFine(Link link) {
        Object tree = tensor(1.0);
        for (int i = 0; i < 400; i++) {
            tree = around(link, tree);
        }
        Object deep = tree;
        assertEquals(Tree.leaves(deep).size(), Tree.leaves(jit((Object t) -> t).apply(deep)).size());
        assertEquals(Tree.leaves(deep).size(), Tree.leaves(vmap((Object t) -> t, Ricci.inAxes(Ricci.NONE)
                .size(2)).apply(deep)).size());
    }

    @Test
    void treesThatContainThemselvesAreRefused() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        assertRefused(list);
        Map<String, Object> map = new HashMap<>();
        map.put("self", map);
        assertRefused(map);
        Object[] array = new Object[1];
        array[0] = array;
        assertRefused(array);
        List<Object> through = new ArrayList<>();
        through.add(new Node(Optional.of(Map.of("k", through)), tensor(1f)));
        assertRefused(through);
    }

    private static void assertRefused(Object tree) {
        Tensor x = tensor(1.0);
        assertThrows(RicciException.Structure.class, () -> Tree.leaves(tree));
        assertThrows(RicciException.Structure.class, () -> Tree.map(tree, y -> y));
        assertThrows(RicciException.Structure.class, () -> jit((Object t) -> x).apply(tree));
        assertThrows(RicciException.Structure.class, () -> jit((Object t) -> x).trace(tree));
        assertThrows(RicciException.Structure.class, () -> jit((Object t) -> x).explainCacheMiss(tree));
        assertThrows(RicciException.Structure.class, () -> jit((Tensor t) -> tree).apply(x));
        assertThrows(RicciException.Structure.class, () -> grad((Object t) -> x).apply(tree));
        assertThrows(RicciException.Structure.class, () -> vmap((Object t) -> x).apply(tree));
        assertThrows(RicciException.Structure.class, () -> ControlFlow.forLoop(0, 2, (i, t) -> t, tree));
    }
}
