package ricci.loop;

import java.util.ArrayList;
import java.util.List;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;

/**
 * Short loops as their turns, one after the other. Of a few turns, counting them takes longer than what they
 * do, and what they compute cannot stay in registers. A fold takes the turns in order.
 *
 * <p>Loops that run in lanes stay, and those around them. All sizes in loops that are written out are known.
 */
public final class Unroll {
    private static final long MOST_TURNS = 8;
    /** Of bytecode, about: the JVM does not compile methods of more than 8000 bytes. */
    private static final long MOST_BYTES = 5000;

    private final Block into;
    private long bytes;

    /**
     * Unrolls loops of one kernel.
     *
     * @param into what numbers its variables
     */
    public Unroll(Block into) {
        this.into = into;
    }

    /** All statements of the kernel's outermost loop. */
    public List<Statement> of(List<Statement> statements) {
        bytes = statements.stream().mapToLong(Unroll::bytes).sum();
        return unrolled(statements);
    }

    private List<Statement> unrolled(List<Statement> statements) {
        return statements.stream().flatMap(statement -> unrolled(statement).stream()).toList();
    }

    private List<Statement> unrolled(Statement statement) {
        if (!(statement instanceof Loop loop) || loop.isVector() || loop.isTiled()) {
            return List.of(statement);
        }
        Loop inner = new Loop(loop.counter(), loop.extent(), loop.kind(), unrolled(loop.body()),
                loop.folds());
        long turns = loop.extent() instanceof Size.Fixed(var extent) ? extent : Long.MAX_VALUE;
        boolean isFlat = inner.body().stream().noneMatch(s -> s instanceof Loop);
        if (turns > MOST_TURNS || !isFlat || bytes + (turns - 1) * bytes(inner) > MOST_BYTES) {
            return List.of(inner);
        }
        bytes += (turns - 1) * bytes(inner);
        return turns(inner, turns);
    }

    private List<Statement> turns(Loop loop, long turns) {
        List<Statement> all = new ArrayList<>();
        List<Variable.Local> accumulators = new ArrayList<>();
        for (Fold fold : loop.folds()) {
            Variable.Local first = turns == 0 ? fold.accumulator()
                    : into.local(fold.accumulator().register());
            accumulators.add(first);
            all.add(new Statement.Let(first, fold.first()));
        }
        for (long turn = 0; turn < turns; turn++) {
            Renaming renaming = new Renaming(into, size -> size, access -> access, inner -> inner);
            renaming.fix(loop.counter(), turn);
            for (int i = 0; i < accumulators.size(); i++) {
                renaming.bind(loop.folds().get(i).accumulator(), accumulators.get(i));
            }
            loop.body().forEach(statement -> all.add(renaming.of(statement)));
            for (int i = 0; i < accumulators.size(); i++) {
                Fold fold = loop.folds().get(i);
                Variable.Local next = turn == turns - 1 ? fold.accumulator()
                        : into.local(fold.accumulator().register());
                all.add(new Statement.Let(next, renaming.of(fold.next())));
                accumulators.set(i, next);
            }
        }
        return all;
    }

    private static long bytes(Statement statement) {
        return switch (statement) {
            case Statement.Let(_, var value) -> 3 + bytes(value);
            case Statement.Store(var access, var value) -> bytes(access) + bytes(value);
            case Loop loop -> 30 + loop.body().stream().mapToLong(Unroll::bytes).sum()
                    + loop.folds().stream().mapToLong(f -> 3 + bytes(f.next())).sum();
        };
    }

    private static long bytes(Expression e) {
        return e.parts().stream().mapToLong(Unroll::bytes).sum() + switch (e) {
            case Expression.Load(var access) -> bytes(access);
            case Expression.Constant _, Expression.Read _, Expression.Index _, Expression.Unary _,
                 Expression.Binary _, Expression.Fma _, Expression.Compare _, Expression.Select _,
                 Expression.Convert _, Expression.Reinterpret _ -> 4;
            case Expression.Beyond _ -> 60;
        };
    }

    private static long bytes(Access access) {
        return 20 + 8L * access.place().terms().size();
    }
}
