package ricci.compiler;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.Register;
import ricci.loop.Statement;
import ricci.peak.Peak;

/**
 * What a call does. Operations are additions, multiplications and such of floats, those among them of which
 * functions such as exp are made, some 20 for an exp; a multiplication and an addition in one are two. So a
 * product of matrices comes to twice its rows times columns times depth, and to a little more where tiles or
 * vectors are not full. Of memory, each element of a tensor counts once, as what is gone through again is
 * mostly still near.
 *
 * @param single operations on f32, and on smaller floats
 * @param wide operations on f64
 * @param read bytes of tensors that are read
 * @param written bytes of those that are written
 */
record Cost(double single, double wide, long read, long written) {
    static final Cost NONE = new Cost(0, 0, 0, 0);

    static Cost of(Launch launch) {
        return of(launch, launch.turns());
    }

    /** Of so many turns of it. */
    static Cost of(Launch launch, long turns) {
        Counter counter = new Counter(Launches.sizes(launch));
        counter.turn(launch.kernel().loop(), (double) turns);
        return new Cost(counter.single, counter.wide, bytes(launch, counter.loaded),
                bytes(launch, counter.stored));
    }

    private static long bytes(Launch launch, Map<Integer, Double> moved) {
        return moved.entrySet().stream().mapToLong(each ->
                Math.min(bytes(launch.memory().get(each.getKey())), (long) (double) each.getValue())).sum();
    }

    /** Of tensors; what is kept for oneself stays near. */
    static long bytes(Launch.Memory memory) {
        return memory instanceof Launch.Memory.Of(Atom.Var v) ? Nest.bytes(v.type()) : 0;
    }

    static Cost of(Routine routine) {
        long read = routine.memory().stream().limit(routine.reads()).mapToLong(Cost::bytes).sum();
        long written = routine.memory().stream().skip(routine.reads()).mapToLong(Cost::bytes).sum();
        return new Cost(routine.operations().single(), routine.operations().wide(), read, written);
    }

    /** Of an equation that is interpreted, what it moves; what that does is slow, and not counted. */
    static Cost of(Equation e, List<Atom> operands) {
        return new Cost(0, 0,
                operands.stream().filter(Atom.Var.class::isInstance).mapToLong(x ->
                        Nest.bytes(x.type())).sum(),
                e.results().stream().mapToLong(y -> Nest.bytes(y.type())).sum());
    }

    Cost plus(Cost other) {
        return new Cost(single + other.single, wide + other.wide, read + other.read, written + other.written);
    }

    /** Only what is computed, if it is done so often. */
    Cost operationsOf(double often) {
        return new Cost(single * often, wide * often, 0, 0);
    }

    double operations() {
        return single + wide;
    }

    long bytes() {
        return read + written;
    }

    /** Nanoseconds that the operations take at least. */
    double computing(Peak peak, int threads) {
        return single / peak.operations(false, threads) + wide / peak.operations(true, threads);
    }

    /** Nanoseconds that the memory takes at least. */
    double moving(Peak peak, int threads) {
        return bytes() == 0 ? 0 : bytes() / peak.bytes(read, written, threads);
    }

    /** In how many loops each buffer is loaded from and stored to. */
    static void passes(Statement.Loop loop, Map<Integer, Integer> loads, Map<Integer, Integer> stores) {
        Set<Integer> loaded = new HashSet<>();
        Set<Integer> stored = new HashSet<>();
        for (Statement statement : loop.body()) {
            switch (statement) {
                case Statement.Let(_, var value) -> value.loads().forEach(loaded::add);
                case Statement.Store(Access(var buffer, _, _), var value) -> {
                    value.loads().forEach(loaded::add);
                    stored.add(buffer);
                }
                case Statement.Loop inner -> passes(inner, loads, stores);
            }
        }
        loop.folds().forEach(fold -> fold.next().loads().forEach(loaded::add));
        loaded.forEach(buffer -> loads.merge(buffer, 1, Integer::sum));
        stored.forEach(buffer -> stores.merge(buffer, 1, Integer::sum));
    }

    /** Counts what loops compute that are called with these sizes. */
    private static final class Counter {
        private final long[] sizes;
        private final Map<Integer, Double> loaded = new HashMap<>();
        private final Map<Integer, Double> stored = new HashMap<>();
        private double single;
        private double wide;

        Counter(long[] sizes) {
            this.sizes = sizes;
        }

        void turn(Statement.Loop loop, double turns) {
            for (Statement statement : loop.body()) {
                switch (statement) {
                    case Statement.Let(_, var value) -> count(value, turns);
                    case Statement.Store(var access, var value) -> {
                        count(value, turns);
                        stored.merge(access.buffer(), turns * access.storage().bytes(), Double::sum);
                    }
                    case Statement.Loop inner -> turn(inner, turns * inner.extent().in(sizes));
                }
            }
            loop.folds().forEach(fold -> count(fold.next(), turns));
        }

        private void count(Expression e, double turns) {
            int operations = operations(e);
            if (operations > 0 && e.register() == Register.F32) {
                single += operations * turns;
            } else if (operations > 0 && e.register() == Register.F64) {
                wide += operations * turns;
            }
            if (e instanceof Expression.Load(var access)) {
                loaded.merge(access.buffer(), turns * access.storage().bytes(), Double::sum);
            }
            e.parts().forEach(part -> count(part, turns));
        }

        /** Of one expression, without its parts. */
        private static int operations(Expression e) {
            return switch (e) {
                case Expression.Fma _ -> 2;
                case Expression.Binary(var function, _, _) -> switch (function) {
                    case ADD, SUB, MUL, DIV, REM, MIN, MAX -> 1;
                    case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED -> 0;
                };
                case Expression.Unary(var function, _) -> switch (function) {
                    case SQRT -> 1;
                    case NEG, ABS, NOT, POPCNT, CLZ -> 0;
                };
                case Expression.Constant _, Expression.Read _, Expression.Load _, Expression.Index _,
                        Expression.Compare _, Expression.Select _, Expression.Convert _,
                        Expression.Reinterpret _, Expression.Beyond _ -> 0;
            };
        }
    }
}
