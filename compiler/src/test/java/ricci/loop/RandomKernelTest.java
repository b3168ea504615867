package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What holds of every kernel. */
class RandomKernelTest {
    @Property(tries = 300)
    void isWellFormed(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int statements) {
        Kernel kernel = RandomKernel.of(seed, statements).kernel();
        assertEquals(kernel, LoopChecker.check("RandomKernel", kernel));
    }

    @Property(tries = 300)
    void staysInsideOfItsBuffers(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int statements) {
        RandomKernel random = RandomKernel.of(seed, statements);
        Bounds.check(random.kernel(), random.sizes(), random.elements());
        // The interpreter looks at each access.
        LoopInterpreter.run(random.kernel(), random.memory(), random.sizes(), 0, random.turns());
    }

    /** So the outermost loop may be cut, and its turns taken in any order. */
    @Property(tries = 200)
    void turnsAreIndependent(@ForAll long seed, @ForAll @IntRange(min = 1, max = 15) int statements) {
        RandomKernel random = RandomKernel.of(seed, statements);
        List<MemorySegment> inOrder = random.memory();
        LoopInterpreter.run(random.kernel(), inOrder, random.sizes(), 0, random.turns());
        List<MemorySegment> backwards = random.memory();
        for (long to = random.turns(); to > 0; to -= Math.min(to, 1 + Math.floorMod(seed, 3))) {
            long from = Math.max(0, to - 1 - Math.floorMod(seed, 3));
            LoopInterpreter.run(random.kernel(), backwards, random.sizes(), from, to);
        }
        assertEquals("", random.difference(inOrder, backwards));
    }

    @Property(tries = 200)
    void isTheSameFromTheSameSeed(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int statements) {
        RandomKernel first = RandomKernel.of(seed, statements);
        RandomKernel second = RandomKernel.of(seed, statements);
        assertEquals(first.kernel(), second.kernel());
        assertEquals("", first.difference(first.memory(), second.memory()));
    }

    @Test
    void allOfTheLanguageOccurs() {
        Set<Object> seen = new HashSet<>();
        Random seeds = new Random(1);
        for (int i = 0; i < 400; i++) {
            statement(RandomKernel.of(seeds.nextLong(), 20).kernel().loop(), false, seen);
        }
        Set<Object> wanted = new HashSet<>();
        Stream.of(Register.values(), Storage.values(), Expression.Unary.Function.values(),
                Expression.Binary.Function.values(), Expression.Compare.Relation.values(),
                Statement.Loop.Kind.values(), Statement.Fold.Merge.values()).forEach(e ->
                wanted.addAll(List.of(e)));
        wanted.addAll(List.of(Expression.class.getPermittedSubclasses()));
        wanted.addAll(List.of(Statement.class.getPermittedSubclasses()));
        wanted.addAll(List.of(Size.class.getPermittedSubclasses()));
        wanted.addAll(List.of(Variable.class.getPermittedSubclasses()));
        wanted.addAll(List.of("a fold in order", "a fold of a vector loop", "a loop in a vector loop"));
        wanted.removeAll(seen);
        // They come in pairs of their own, which SquaresTest draws.
        wanted.remove(Statement.Loop.Kind.TILED);
        assertEquals(Set.of(), wanted);
    }

    private static void statement(Statement statement, boolean isInVector, Set<Object> seen) {
        seen.add(statement.getClass());
        switch (statement) {
            case Statement.Let(_, var value) -> expression(value, seen);
            case Statement.Store(var access, var value) -> {
                access(access, seen);
                expression(value, seen);
            }
            case Statement.Loop loop -> {
                seen.add(loop.kind());
                seen.add(loop.extent().getClass());
                if (isInVector) {
                    seen.add("a loop in a vector loop");
                }
                loop.body().forEach(s -> statement(s, isInVector || loop.isVector(), seen));
                for (Statement.Fold fold : loop.folds()) {
                    expression(fold.first(), seen);
                    expression(fold.next(), seen);
                    seen.add(fold.merge() == null ? "a fold in order" : fold.merge());
                    if (loop.isVector()) {
                        seen.add("a fold of a vector loop");
                    }
                }
            }
        }
    }

    private static void expression(Expression e, Set<Object> seen) {
        seen.add(e.getClass());
        seen.add(e.register());
        switch (e) {
            case Expression.Unary(var f, _) -> seen.add(f);
            case Expression.Binary(var f, _, _) -> seen.add(f);
            case Expression.Compare(var relation, _, _) -> seen.add(relation);
            case Expression.Load(var access) -> access(access, seen);
            case Expression.Index _, Expression.Constant _, Expression.Read _, Expression.Fma _,
                    Expression.Select _, Expression.Convert _, Expression.Reinterpret _,
                    Expression.Beyond _ -> { }
        }
        e.parts().forEach(part -> expression(part, seen));
    }

    private static void access(Access access, Set<Object> seen) {
        seen.add(access.storage());
        access.place().terms().forEach(t -> seen.addAll(List.of(t.stride().getClass(),
                t.factor().getClass())));
    }

    @Test
    void textsDifferIfKernelsDo() {
        Map<String, Kernel> kernels = new HashMap<>();
        Random seeds = new Random(2);
        for (int i = 0; i < 3000; i++) {
            Kernel random = RandomKernel.of(seeds.nextLong(), seeds.nextInt(6)).kernel();
            Kernel kernel = new Kernel("same", random.buffers(), random.sizes(), random.loop());
            Kernel other = kernels.putIfAbsent(kernel.toString(), kernel);
            assertTrue(other == null || other.equals(kernel), kernel::toString);
        }
    }
}
