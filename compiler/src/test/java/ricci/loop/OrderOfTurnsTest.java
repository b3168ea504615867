package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Read;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable.Counter;
import ricci.loop.Variable.Local;

/**
 * What random kernels compute depends neither on the order of turns, but for folds in order, nor on where
 * folds start again. So they test code that runs turns in vectors.
 */
class OrderOfTurnsTest {
    @Property(tries = 300)
    void turnsMayBeTakenBackwards(@ForAll long seed, @ForAll @IntRange(min = 1, max = 15) int statements) {
        RandomKernel random = RandomKernel.of(seed, statements);
        same(random, backwards(random.kernel(), random.sizes()));
    }

    @Property(tries = 300)
    void foldsMayStartAgain(@ForAll long seed, @ForAll @IntRange(min = 1, max = 15) int statements) {
        RandomKernel random = RandomKernel.of(seed, statements);
        same(random, halved(random.kernel(), random.sizes()));
    }

    @Test
    void someFoldsAreHalved() {
        Random seeds = new Random(3);
        int halved = 0;
        for (int i = 0; i < 50; i++) {
            RandomKernel random = RandomKernel.of(seeds.nextLong(), 12);
            halved += halved(random.kernel(), random.sizes()).equals(random.kernel()) ? 0 : 1;
        }
        assertTrue(halved > 10, "only " + halved);
    }

    private static void same(RandomKernel random, Kernel other) {
        LoopChecker.check("a test", other);
        List<MemorySegment> expected = random.memory();
        LoopInterpreter.run(random.kernel(), expected, random.sizes(), 0, random.turns());
        List<MemorySegment> actual = random.memory();
        LoopInterpreter.run(other, actual, random.sizes(), 0, random.turns());
        assertEquals("", random.difference(expected, actual));
    }

    /** Every loop without folds in order runs from its last turn to its first. */
    private static Kernel backwards(Kernel kernel, long[] sizes) {
        Map<Counter, Long> last = new HashMap<>();
        Rewriting.none().statements(s -> {
            if (s instanceof Loop loop && loop.folds().stream().allMatch(f -> f.merge() != null)) {
                last.put(loop.counter(), loop.extent().in(sizes) - 1);
            }
            return List.of(s);
        }).of(kernel);
        return Rewriting.none().places(p -> {
            long offset = p.offset().in(sizes);
            List<Place.Term> terms = new ArrayList<>();
            for (Place.Term term : p.terms()) {
                Long turn = term.factor() instanceof Counter counter ? last.get(counter) : null;
                if (turn == null) {
                    terms.add(term);
                } else {
                    offset += turn * term.stride().in(sizes);
                    terms.add(new Place.Term(new Size.Fixed(-term.stride().in(sizes)), term.factor()));
                }
            }
            return new Place(new Size.Fixed(offset), terms);
        }).of(kernel);
    }

    /** A loop that folds by merging, and has no loop inside, is two loops of half its turns. */
    private static Kernel halved(Kernel kernel, long[] sizes) {
        return Rewriting.none().statements(s -> s instanceof Loop loop && isHalved(loop)
                ? halved(loop, size -> size.in(sizes)) : List.of(s)).of(kernel);
    }

    private static boolean isHalved(Loop loop) {
        return loop.body().stream().noneMatch(s -> s instanceof Loop) && !loop.folds().isEmpty()
                && loop.folds().stream().allMatch(f -> f.merge() != null);
    }

    private static List<Statement> halved(Loop loop, ToLongFunction<Size> value) {
        long turns = value.applyAsLong(loop.extent());
        List<Statement> statements = new ArrayList<>();
        statements.add(new Part(loop, 1000, 0, value).loop(turns / 2));
        statements.add(new Part(loop, 2000, turns / 2, value).loop(turns - turns / 2));
        for (Fold fold : loop.folds()) {
            Local whole = fold.accumulator();
            Binary.Function f = Binary.Function.valueOf(String.valueOf(fold.merge()));
            statements.add(new Statement.Let(whole, new Binary(f,
                    new Read(new Local(whole.id() + 1000, whole.register())),
                    new Read(new Local(whole.id() + 2000, whole.register())))));
        }
        return statements;
    }

    /** The turns of a loop from {@code from} on, with ids of its own. */
    private record Part(Loop whole, int ids, long from, ToLongFunction<Size> value) {
        Loop loop(long turns) {
            Rewriting rewriting = Rewriting.none().places(this::place)
                    .expressions(e -> e instanceof Read(var local) ? new Read(local(local)) : e)
                    .folds(f -> new Fold(local(f.accumulator()), f.first(), f.next(), f.merge()))
                    .statements(s -> List.of(s instanceof Statement.Let(var local, var value)
                            ? new Statement.Let(local(local), value) : s));
            Loop renamed = (Loop) rewriting.of(whole).getFirst();
            return new Loop(new Counter(whole.counter().id() + ids), new Size.Fixed(turns), whole.kind(),
                    renamed.body(), renamed.folds());
        }

        private Place place(Place p) {
            long offset = value.applyAsLong(p.offset())
                    + from * value.applyAsLong(p.stride(whole.counter()));
            return new Place(new Size.Fixed(offset), p.terms().stream().map(t -> new Place.Term(t.stride(),
                    switch (t.factor()) {
                        case Counter c -> c.equals(whole.counter()) ? new Counter(c.id() + ids) : c;
                        case Local local -> local(local);
                    })).toList());
        }

        private Local local(Local local) {
            boolean isInside = whole.folds().stream().anyMatch(f -> f.accumulator().equals(local))
                    || whole.body().stream().anyMatch(s -> s instanceof Statement.Let(var l, _)
                    && l.equals(local));
            return isInside ? new Local(local.id() + ids, local.register()) : local;
        }
    }
}
