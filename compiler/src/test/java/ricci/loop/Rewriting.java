package ricci.loop;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;

/**
 * Another kernel made from one, its parts first: each access, index, expression, fold and statement becomes
 * what these functions make of it.
 */
record Rewriting(UnaryOperator<Access> access, UnaryOperator<Place> index,
        UnaryOperator<Expression> expression, UnaryOperator<Fold> fold,
        Function<Statement, List<Statement>> statement) {
    static Rewriting none() {
        return new Rewriting(a -> a, p -> p, e -> e, f -> f, List::of);
    }

    Rewriting accesses(UnaryOperator<Access> f) {
        return new Rewriting(f, index, expression, fold, statement);
    }

    /** Places in accesses and indices. */
    Rewriting places(UnaryOperator<Place> f) {
        return new Rewriting(a -> new Access(a.buffer(), a.storage(), f.apply(a.place())), f, expression,
                fold, statement);
    }

    Rewriting expressions(UnaryOperator<Expression> f) {
        return new Rewriting(access, index, f, fold, statement);
    }

    Rewriting folds(UnaryOperator<Fold> f) {
        return new Rewriting(access, index, expression, f, statement);
    }

    Rewriting statements(Function<Statement, List<Statement>> f) {
        return new Rewriting(access, index, expression, fold, f);
    }

    Kernel of(Kernel kernel) {
        return new Kernel(kernel.name(), kernel.buffers(), kernel.sizes(),
                (Loop) of(kernel.loop()).getFirst());
    }

    List<Statement> of(Statement s) {
        return statement.apply(switch (s) {
            case Statement.Let(var local, var value) -> new Statement.Let(local, of(value));
            case Statement.Store(var to, var value) -> new Statement.Store(access.apply(to), of(value));
            case Loop loop -> new Loop(loop.counter(), loop.extent(), loop.kind(),
                    loop.body().stream().flatMap(inner -> of(inner).stream()).toList(),
                    loop.folds().stream().map(f -> fold.apply(new Fold(f.accumulator(), of(f.first()),
                    of(f.next()), f.merge()))).toList());
        });
    }

    Expression of(Expression e) {
        return expression.apply(switch (e) {
            case Expression.Constant c -> c;
            case Expression.Read r -> r;
            case Expression.Load(var from) -> new Expression.Load(access.apply(from));
            case Expression.Index(var place) -> new Expression.Index(index.apply(place));
            case Expression.Unary(var f, var x) -> new Expression.Unary(f, of(x));
            case Expression.Binary(var f, var x, var y) -> new Expression.Binary(f, of(x), of(y));
            case Expression.Fma(var x, var y, var z) -> new Expression.Fma(of(x), of(y), of(z));
            case Expression.Compare(var r, var x, var y) -> new Expression.Compare(r, of(x), of(y));
            case Expression.Select(var p, var x, var y) -> new Expression.Select(of(p), of(x), of(y));
            case Expression.Convert(var register, var x) -> new Expression.Convert(register, of(x));
            case Expression.Reinterpret(var register, var x) -> new Expression.Reinterpret(register, of(x));
            case Expression.Beyond(var f, var x, var bound, var usual) ->
                    new Expression.Beyond(f, of(x), bound, of(usual));
        });
    }
}
