package ricci.loop;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ricci.ir.RicciException;
import ricci.loop.Expression.Binary;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Fold.Merge;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable.Local;

/**
 * Checks that a kernel is well formed; runs after each step that makes one. The rules:
 *
 * <ul>
 * <li>Each counter and each local is defined once in a kernel. A counter is used inside of its loop only; a
 *     local after its definition, to the end of the body that defines it.
 * <li>Buffers and sizes are of those that the kernel has. An extent is not negative.
 * <li>Operands are of the registers that {@link Expression} says, and constants have bits of theirs.
 * <li>The factors of a place differ; a local among them is an i64 and, in a vector loop, is computed from
 *     values that are the same in all lanes.
 * <li>The outermost loop has no folds. There is no vector loop and no ordered one inside of a vector
 *     loop, and what that stores moves with its counter.
 * <li>Tiled loops come in pairs, one the whole body of the other. They have no folds, the inner one has no
 *     loops, neither is inside of a vector loop, and they load from no buffer that they store to.
 * <li>A fold that merges reads its accumulator in {@code next} only, to join it with what does not depend on
 *     it. The accumulator of a fold in order may also be read in the body, as it was before the turn. The
 *     folds of a vector loop merge.
 * </ul>
 */
public final class LoopChecker {
    private final String producer;
    private final Kernel kernel;
    /** What is defined anywhere so far. */
    private final Set<Integer> counters = new HashSet<>();
    private final Set<Integer> locals = new HashSet<>();
    /** What may be used here. */
    private Set<Variable> visible = new HashSet<>();
    /** The vector loop around, and what differs between its lanes. */
    private @Nullable Loop vector;
    /** The outer one of two tiled loops, when the inner one is next. */
    private @Nullable Loop tiled;
    private final Set<Variable> varying = new HashSet<>();
    /** What an error names; written out only for one. */
    private Supplier<String> line = () -> "";

    private LoopChecker(String producer, Kernel kernel) {
        this.producer = producer;
        this.kernel = kernel;
    }

    /**
     * Returns the kernel if it is well formed.
     *
     * @throws RicciException.IllTyped naming {@code producer} and the line at fault
     */
    public static Kernel check(String producer, Kernel kernel) {
        LoopChecker checker = new LoopChecker(producer, kernel);
        checker.line = () -> KernelText.line(kernel.loop());
        checker.rule(kernel.loop().folds().isEmpty(), "the outermost loop has no folds, for its turns are "
                + "cut into ranges");
        checker.statement(kernel.loop());
        return kernel;
    }

    private void statement(Statement statement) {
        line = () -> KernelText.line(statement);
        switch (statement) {
            case Statement.Let(var local, var value) -> {
                expression(value);
                rule(local.register() == value.register(), () -> local + " is of the register of its value, "
                        + value.register());
                define(local);
                visible.add(local);
                if (varies(value)) {
                    varying.add(local);
                }
            }
            case Statement.Store(var access, var value) -> {
                expression(value);
                access(access);
                rule(access.storage().register() == value.register(), () -> "an element stored as "
                        + access.storage() + " is computed in " + access.storage().register() + ", not in "
                        + value.register());
                rule(vector == null || vector.extent().is(1)
                        || !access.place().stride(vector.counter()).is(0),
                        "what a vector loop stores moves with its counter");
            }
            case Loop loop -> loop(loop);
        }
    }

    private void loop(Loop loop) {
        size(loop.extent());
        rule(!(loop.extent() instanceof Size.Fixed(var extent)) || extent >= 0, "an extent is not negative");
        rule(counters.add(loop.counter().id()), () -> loop.counter() + " counts one loop only");
        if (loop.isTiled()) {
            tiled(loop);
        }
        if (loop.isVector()) {
            rule(vector == null, "there is no vector loop inside of a vector loop");
            vector = loop;
            varying.add(loop.counter());
        } else {
            rule(vector == null || loop.kind() != Loop.Kind.ORDERED,
                    "there is no ordered loop inside of a vector loop, which takes several turns at once");
        }
        loop.folds().forEach(this::first);
        Set<Variable> around = visible;
        visible = new HashSet<>(around);
        visible.add(loop.counter());
        loop.folds().stream().filter(f -> f.merge() == null).forEach(f -> visible.add(f.accumulator()));
        loop.body().forEach(this::statement);
        loop.folds().forEach(this::next);
        visible = around;
        loop.folds().forEach(f -> visible.add(f.accumulator()));
        if (loop.isVector()) {
            vector = null;
            varying.clear();
        }
    }

    private void tiled(Loop loop) {
        rule(vector == null && loop.folds().isEmpty(),
                "a tiled loop has no folds, and no vector loop around");
        if (tiled == null) {
            rule(loop.body().size() == 1 && loop.body().getFirst() instanceof Loop inner && inner.isTiled(),
                    "the body of a tiled loop is a tiled loop, unless it is the body of one itself");
            tiled = loop;
            return;
        }
        tiled = null;
        Set<Integer> loaded = new HashSet<>();
        Set<Integer> stored = new HashSet<>();
        for (Statement statement : loop.body()) {
            switch (statement) {
                case Statement.Let(_, var value) -> value.loads().forEach(loaded::add);
                case Statement.Store(var access, var value) -> {
                    stored.add(access.buffer());
                    value.loads().forEach(loaded::add);
                }
                case Loop _ -> rule(false, "there are no loops inside of two tiled ones");
            }
        }
        rule(Collections.disjoint(loaded, stored), "tiled loops load from no buffer that they store to");
    }

    private void first(Fold fold) {
        line = () -> KernelText.of(fold);
        Local accumulator = fold.accumulator();
        expression(fold.first());
        rule(fold.first().register() == accumulator.register()
                && fold.next().register() == accumulator.register(),
                "a fold's first and next value are of its accumulator's register");
        define(accumulator);
        Loop lanes = vector;
        rule(lanes == null || !lanes.folds().contains(fold) || fold.merge() != null,
                "the folds of a vector loop merge, for its turns are not taken in order");
        if (lanes != null) {
            varying.add(accumulator);
        }
    }

    private void next(Fold fold) {
        line = () -> KernelText.of(fold);
        Merge merge = fold.merge();
        if (merge == null) {
            expression(fold.next());
            return;
        }
        visible.add(fold.accumulator());
        expression(fold.next());
        visible.remove(fold.accumulator());
        rule(startsAgain(merge, fold.first()), () -> "a fold that merges by " + merge
                + " may start several times, so its first value is the constant that is neutral for it");
        Binary.Function joins = merge.operation();
        rule(ExpressionTypes.brokenRule(new Binary(joins, fold.first(), fold.next())).isEmpty(),
                () -> merge + " joins accumulators of this register");
        rule(joins(joins, fold.next(), fold.accumulator()), () -> "the next value of a fold that merges is "
                + "its accumulator joined by " + merge + " with what does not depend on it");
    }

    /** Whether it is the same from how many first values a fold starts. */
    private static boolean startsAgain(Merge merge, Expression first) {
        return switch (merge) {
            case ADD, XOR -> isNumber(first, 0);
            case MUL -> isNumber(first, 1);
            case MIN, MAX, AND, OR -> true;
        };
    }

    private static boolean isNumber(Expression e, double value) {
        return e instanceof Expression.Constant c && (c.equals(Expression.Constant.of(c.register(), value))
                || (value == 0 && c.equals(Expression.Constant.of(c.register(), -0.0))));
    }

    /** Whether {@code e} is the accumulator joined any number of times, in each branch, with other values. */
    private static boolean joins(Binary.Function f, Expression e, Local accumulator) {
        return switch (e) {
            case Expression.Read(var local) -> local.equals(accumulator);
            case Binary(var g, var x, var y) -> {
                boolean left = (g == f || (g == Binary.Function.SUB && f == Binary.Function.ADD))
                        && joins(f, x, accumulator) && isFree(y, accumulator);
                boolean right = g == f && joins(f, y, accumulator) && isFree(x, accumulator);
                yield left || right;
            }
            case Expression.Fma(var x, var y, var z) -> f == Binary.Function.ADD
                    && joins(f, z, accumulator) && isFree(x, accumulator) && isFree(y, accumulator);
            case Expression.Select(var p, var x, var y) ->
                    isFree(p, accumulator) && joins(f, x, accumulator) && joins(f, y, accumulator);
            case Expression.Constant _, Expression.Load _, Expression.Index _, Expression.Unary _,
                    Expression.Compare _, Expression.Convert _, Expression.Reinterpret _,
                    Expression.Beyond _ -> false;
        };
    }

    private static boolean isFree(Expression e, Local local) {
        boolean names = switch (e) {
            case Expression.Read(var read) -> read.equals(local);
            case Expression.Load(var access) -> names(access.place(), local);
            case Expression.Index(var place) -> names(place, local);
            case Expression.Constant _, Expression.Unary _, Binary _, Expression.Fma _, Expression.Compare _,
                    Expression.Select _, Expression.Convert _, Expression.Reinterpret _,
                    Expression.Beyond _ -> false;
        };
        return !names && e.parts().stream().allMatch(part -> isFree(part, local));
    }

    private static boolean names(Place place, Variable variable) {
        return place.terms().stream().anyMatch(t -> t.factor().equals(variable));
    }

    private void expression(Expression e) {
        e.parts().forEach(this::expression);
        switch (e) {
            case Expression.Read(var local) -> use(local);
            case Expression.Load(var access) -> access(access);
            case Expression.Index(var place) -> place(place);
            case Expression.Constant _, Expression.Unary _, Binary _, Expression.Fma _, Expression.Compare _,
                    Expression.Select _, Expression.Convert _, Expression.Reinterpret _,
                    Expression.Beyond _ -> { }
        }
        ExpressionTypes.brokenRule(e).ifPresent(rule -> {
            throw broken("in " + KernelText.of(e) + ", " + rule);
        });
    }

    private void access(Access access) {
        rule(access.buffer() >= 0 && access.buffer() < kernel.buffers(), () -> "the buffers are b0 to b"
                + (kernel.buffers() - 1) + "; b" + access.buffer() + " is none of them");
        place(access.place());
    }

    private void place(Place place) {
        size(place.offset());
        List<Variable> factors = place.terms().stream().map(Place.Term::factor).toList();
        rule(Set.copyOf(factors).size() == factors.size(), "the factors of a place differ");
        for (Place.Term term : place.terms()) {
            size(term.stride());
            use(term.factor());
            if (term.factor() instanceof Local local) {
                rule(local.register() == Register.I64, () -> "a local that is a factor of a place is an i64; "
                        + local + " is " + local.register());
                rule(!varying.contains(local), () -> "a local that is a factor of a place is the same in all "
                        + "lanes of a vector; " + local + " is not");
            }
        }
    }

    private void size(Size size) {
        rule(!(size instanceof Size.Argument(var index)) || (index >= 0 && index < kernel.sizes()),
                () -> "the sizes are n0 to n" + (kernel.sizes() - 1) + "; " + KernelText.of(size)
                + " is none of them");
    }

    private void use(Variable variable) {
        rule(visible.contains(variable), () -> switch (variable) {
            case Variable.Counter counter -> counter + " is used inside of its loop only";
            case Local local -> local + " of " + local.register() + " is defined before it is used, in the "
                    + "same body or around it; a merging fold's accumulator is its own until the loop ends";
        });
    }

    private void define(Local local) {
        rule(locals.add(local.id()), () -> local + " is defined once");
    }

    /** Whether an expression may differ between the lanes of the vector loop around. */
    private boolean varies(Expression e) {
        boolean itself = switch (e) {
            case Expression.Read(var local) -> varying.contains(local);
            case Expression.Load(var access) -> varies(access.place());
            case Expression.Index(var place) -> varies(place);
            case Expression.Constant _, Expression.Unary _, Binary _, Expression.Fma _, Expression.Compare _,
                    Expression.Select _, Expression.Convert _, Expression.Reinterpret _,
                    Expression.Beyond _ -> false;
        };
        return itself || e.parts().stream().anyMatch(this::varies);
    }

    private boolean varies(Place place) {
        return place.terms().stream().anyMatch(t -> varying.contains(t.factor()) && !t.stride().is(0));
    }

    /** Texts that have to be made are made only if the rule is broken. */
    private void rule(boolean holds, String rule) {
        if (!holds) {
            throw broken(rule);
        }
    }

    private void rule(boolean holds, Supplier<String> rule) {
        if (!holds) {
            throw broken(rule.get());
        }
    }

    private RicciException broken(String rule) {
        return new RicciException.IllTyped("accept the kernel " + kernel.name() + " made by " + producer,
                line.get(), rule, "this is a defect of " + producer
                + ", not of the user's code; please report it with the kernel");
    }
}
