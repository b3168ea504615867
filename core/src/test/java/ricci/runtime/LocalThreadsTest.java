package ricci.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.NamedAxis;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.Sharding;
import ricci.ir.TensorType;

/** Shards on threads: any number on few, the same bits on any number, and an end in any case. */
@Timeout(60)
class LocalThreadsTest {
    private static final Sharding OVER_I = new Sharding(List.of(List.of("i")));

    private static Collective.Pmap map(int shards, int rounds) {
        NamedAxis axis = new NamedAxis("i", shards);
        Builder b = new Builder();
        Atom.Var x = b.input(TensorType.of(DType.F32, 2));
        Atom y = x;
        for (int i = 0; i < rounds; i++) {
            Atom sum = b.apply(new Collective.AllReduce(Monoid.SUM, List.of(axis)), y);
            y = b.add(b.mul(x, 0.1), b.mul(sum, 1.0 / shards));
        }
        Program body = b.build("test", List.of(x), List.of(y));
        return new Collective.Pmap(List.of(axis), List.of(OVER_I), List.of(OVER_I), body);
    }

    private static List<Buffer> operands(int shards) {
        double[] values = new double[2 * shards];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.sin(i * i);
        }
        return List.of(Buffer.ofReals(DType.F32, values));
    }

    private static double[] run(int threads, Collective.Pmap map, List<Buffer> operands) {
        return new LocalThreads(threads).run(map, parts -> Eval.run(map.body(), parts), operands).getFirst()
                .reals();
    }

    @Test
    void manyShardsOnFewThreads() {
        Collective.Pmap map = map(500, 20);
        List<Buffer> operands = operands(500);
        double[] expected = run(2, map, operands);
        assertArrayEquals(expected, run(1, map, operands));
        assertArrayEquals(expected, run(7, map, operands));
        assertArrayEquals(expected, run(2, map, operands));
    }

    /** Shards in shards, which meet those of other outer shards. */
    @Test
    void shardsInShardsOnOneThread() {
        NamedAxis i = new NamedAxis("i", 5);
        NamedAxis j = new NamedAxis("j", 4);
        Builder inner = new Builder();
        Atom.Var x = inner.input(TensorType.of(DType.F64, 1));
        Atom overI = inner.apply(new Collective.AllReduce(Monoid.SUM, List.of(i)), x);
        Atom overBoth = inner.apply(new Collective.AllReduce(Monoid.SUM, List.of(j, i)), x);
        Program body = inner.build("test", List.of(x), List.of(inner.add(overI, overBoth)));
        Sharding overJ = new Sharding(List.of(List.of("j")));
        Builder outer = new Builder();
        Atom.Var all = outer.input(TensorType.of(DType.F64, 4));
        Program middle = outer.build("test", List.of(all), outer.apply(
                new Collective.Pmap(List.of(j), List.of(overJ), List.of(overJ), body), List.of(all)));
        Collective.Pmap map = new Collective.Pmap(List.of(i), List.of(OVER_I), List.of(OVER_I), middle);
        double[] values = new double[20];
        for (int k = 0; k < 20; k++) {
            values[k] = k;
        }
        double[] sums = run(1, map, List.of(Buffer.ofReals(DType.F64, values)));
        for (int k = 0; k < 20; k++) {
            assertEquals(5 * (k % 4) + 40 + 190, sums[k]);
        }
    }

    @Test
    void aFailureEndsAllWithOneError() {
        Collective.Pmap map = map(50, 3);
        AtomicInteger ended = new AtomicInteger();
        LocalThreads two = new LocalThreads(2);
        RicciException error = assertThrows(RicciException.class, () -> two.run(map, parts -> {
            try {
                if (java.util.Objects.requireNonNull(Shard.current()).index(map.axes()) == 17) {
                    throw new RicciException.Argument("go on", "17", "a rule", "a fix");
                }
                return Eval.run(map.body(), parts);
            } finally {
                ended.incrementAndGet();
            }
        }, operands(50)));
        assertTrue(error.asked().contains("shard i=17 of pmap over [i=50]: cannot go on"),
                error.asked());
        assertTrue(ended.get() <= 50 && ended.get() >= 1);
        assertArrayEquals(run(2, map, operands(50)), run(2, map, operands(50)));
    }

    @Test
    void whoWaitsForOneThatHasEndedIsToldSo() {
        Collective.Pmap map = map(3, 1);
        RicciException error = assertThrows(RicciException.class, () -> new LocalThreads(2).run(map, parts ->
                java.util.Objects.requireNonNull(Shard.current()).index(map.axes()) == 1 ? parts
                        : Eval.run(map.body(), parts), operands(3)));
        assertTrue(error.rule().contains("same collectives"), error.rule());
        assertTrue(error.types().contains("waits at allReduce over [i=3]"), error.types());
    }

    @Test
    void shardsAtDifferentCollectivesAreToldSo() {
        Collective.Pmap map = map(2, 1);
        LocalThreads two = new LocalThreads(2);
        RicciException error = assertThrows(RicciException.class, () -> two.run(map, parts -> {
            Shard shard = java.util.Objects.requireNonNull(Shard.current());
            Monoid monoid = shard.index(map.axes()) == 0 ? Monoid.SUM : Monoid.MAX;
            Collective op = new Collective.AllReduce(monoid, map.axes());
            return shard.meet(op, parts, all -> all.getFirst());
        }, operands(2)));
        assertTrue(error.rule().contains("same collectives"), error.rule());
    }

    @Test
    void anInterruptEndsAll() {
        Collective.Pmap map = map(4, 50);
        Thread.currentThread().interrupt();
        RicciException error = assertThrows(RicciException.class, () -> run(2, map, operands(4)));
        assertTrue(Thread.interrupted());
        assertTrue(error.types().contains("interrupted"), error.types());
        assertEquals(8, run(2, map, operands(4)).length);
    }

    @Test
    void anErrorOfTheMachineIsNotSwallowed() {
        Collective.Pmap map = map(4, 1);
        RuntimeException error = assertThrows(RuntimeException.class, () -> new LocalThreads(2).run(map,
                parts -> {
                    throw new StackOverflowError("deep");
                }, operands(4)));
        assertTrue(error.getCause() instanceof StackOverflowError);
    }

    @Test
    void partsOfTheFirstAxisAreTheSameMemory() {
        NamedAxis axis = new NamedAxis("i", 2);
        Buffer whole = Buffer.ofReals(DType.F64, new double[32]);
        Shard second = new Shard(new Gang(new java.util.concurrent.Semaphore(1)),
                List.of(new Shard.Coordinate(axis, 1)));
        Part rows = Part.of(new Sharding(List.of(List.of("i"), List.of())), TensorType.of(DType.F64, 2, 8),
                List.of(axis), second);
        assertEquals(whole.segment().address() + 128, rows.take(whole).segment().address());
        Part columns = Part.of(new Sharding(List.of(List.of(), List.of("i"))), TensorType.of(DType.F64, 4, 4),
                List.of(axis), second);
        double[] numbers = new double[32];
        for (int k = 0; k < 32; k++) {
            numbers[k] = k;
        }
        Buffer numbered = Buffer.ofReals(DType.F64, numbers);
        assertArrayEquals(new double[] {4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31},
                columns.take(numbered).reals());
        Buffer back = Buffer.ofReals(DType.F64, new double[32]);
        columns.put(columns.take(numbered), back);
        assertEquals(12, back.reals()[12]);
        assertEquals(0, back.reals()[3]);
    }

    @Test
    void aCollectiveOutsideIsRefused() {
        Builder b = new Builder();
        Atom.Var x = b.input(TensorType.of(DType.F32));
        Program free = b.build("test", List.of(x), List.of(b.apply(
                new Collective.AllReduce(Monoid.SUM, List.of(new NamedAxis("k", 2))), x)));
        RicciException error = assertThrows(RicciException.Axis.class,
                () -> Eval.run(free, new ArrayList<>(List.of(Buffer.ofReals(DType.F32, new double[] {1})))));
        assertTrue(error.asked().contains("over the axis k"), error.asked());
    }
}
