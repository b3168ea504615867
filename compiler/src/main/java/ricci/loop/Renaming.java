package ricci.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;

/**
 * Takes the statements of one kernel over into another: under new counters and locals, with other sizes and
 * other places in other buffers.
 */
public final class Renaming {
    private final Block into;
    private final UnaryOperator<Size> sizes;
    private final UnaryOperator<Access> accesses;
    private final UnaryOperator<Loop> loops;
    private final Map<Variable, Variable> variables = new HashMap<>();
    private final Map<Variable, Long> turns = new HashMap<>();

    /**
     * A renaming.
     *
     * @param into what numbers the variables
     * @param accesses what becomes of an access whose place has new names already
     * @param loops what becomes of a loop whose parts are new already
     */
    public Renaming(Block into, UnaryOperator<Size> sizes, UnaryOperator<Access> accesses,
            UnaryOperator<Loop> loops) {
        this.into = into;
        this.sizes = sizes;
        this.accesses = accesses;
        this.loops = loops;
    }

    /** A loop, with all that is in it. */
    public Loop loop(Loop loop) {
        List<Expression> first = loop.folds().stream().map(fold -> of(fold.first())).toList();
        Variable.Counter counter = into.counter();
        variables.put(loop.counter(), counter);
        // The accumulators are known in the body, too.
        List<Variable.Local> accumulators = loop.folds().stream()
                .map(fold -> define(fold.accumulator())).toList();
        List<Statement> body = loop.body().stream().map(statement -> of(statement)).toList();
        List<Fold> folds = IntStream.range(0, first.size()).mapToObj(i -> new Fold(
                accumulators.get(i), first.get(i), of(loop.folds().get(i).next()),
                loop.folds().get(i).merge())).toList();
        return loops.apply(new Loop(counter, sizes.apply(loop.extent()), loop.kind(), body, folds));
    }

    /** A statement. */
    Statement of(Statement statement) {
        return switch (statement) {
            case Statement.Let(var local, var value) -> {
                Expression renamed = of(value);
                yield new Statement.Let(define(local), renamed);
            }
            case Statement.Store(var access, var value) -> new Statement.Store(of(access), of(value));
            case Loop loop -> loop(loop);
        };
    }

    /** An expression. */
    Expression of(Expression e) {
        return switch (e) {
            case Expression.Constant constant -> constant;
            case Expression.Read(var local) -> new Expression.Read(local(local));
            case Expression.Load(var access) -> new Expression.Load(of(access));
            case Expression.Index(var place) -> new Expression.Index(of(place));
            case Expression.Unary(var f, var x) -> new Expression.Unary(f, of(x));
            case Expression.Binary(var f, var x, var y) -> new Expression.Binary(f, of(x), of(y));
            case Expression.Fma(var x, var y, var z) -> new Expression.Fma(of(x), of(y), of(z));
            case Expression.Compare(var relation, var x, var y) ->
                    new Expression.Compare(relation, of(x), of(y));
            case Expression.Select(var p, var x, var y) -> new Expression.Select(of(p), of(x), of(y));
            case Expression.Convert(var register, var x) -> new Expression.Convert(register, of(x));
            case Expression.Reinterpret(var register, var x) -> new Expression.Reinterpret(register, of(x));
            case Expression.Beyond(var f, var x, var bound, var usual) ->
                    new Expression.Beyond(f, of(x), bound, of(usual));
        };
    }

    private Access of(Access access) {
        return accesses.apply(new Access(access.buffer(), access.storage(), of(access.place())));
    }

    private Place of(Place place) {
        long moved = 0;
        List<Place.Term> terms = new ArrayList<>();
        for (Place.Term term : place.terms()) {
            Long turn = turns.get(term.factor());
            if (turn == null) {
                terms.add(new Place.Term(sizes.apply(term.stride()), variable(term.factor())));
            } else {
                moved += turn * fixed(sizes.apply(term.stride()));
            }
        }
        Size offset = sizes.apply(place.offset());
        return new Place(moved == 0 ? offset : Size.of(fixed(offset) + moved), terms);
    }

    private static long fixed(Size size) {
        return switch (size) {
            case Size.Fixed(var value) -> value;
            case Size.Argument _ -> throw new IllegalArgumentException(size + " is known only in a call");
        };
    }

    /** From now on, the counter is that number, where all sizes that it is multiplied with are known. */
    void fix(Variable.Counter counter, long turn) {
        turns.put(counter, turn);
    }

    /** From now on, what was one local is another. */
    void bind(Variable.Local from, Variable.Local to) {
        variables.put(from, to);
    }

    /** What is defined outside of what is taken over, keeps its name. */
    private Variable variable(Variable variable) {
        return variables.getOrDefault(variable, variable);
    }

    /** The new name of a local. */
    Variable.Local local(Variable.Local local) {
        return (Variable.Local) variable(local);
    }

    private Variable.Local define(Variable.Local local) {
        Variable.Local renamed = into.local(local.register());
        variables.put(local, renamed);
        return renamed;
    }
}
