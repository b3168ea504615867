package ricci.transform;


import static ricci.ir.Lists.join;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Bindings;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.NamedAxis;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Sharding;
import ricci.ir.Source;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;

/**
 * Checks as values: of a program with checks, one without, which has two more results: the number of the
 * first check that failed, from 1, or 0 if none did, an i32; and the position, in row-major order, of its
 * first element that is false, an i64. The program runs on after a failure, as if nothing had happened.
 *
 * <p>The pair is carried through loops and returned from branches and calls. What a custom derivative's
 * backward function checks stays a check, as it runs outside of the function.
 */
public final class CheckValues {
    private static final TensorType NUMBER = TensorType.of(DType.I32);
    private static final TensorType POSITION = TensorType.of(DType.I64);

    private final List<Site> sites = new ArrayList<>();

    private CheckValues() {}

    /** A check of the program: the condition's type, and the user's line. */
    public record Site(Effect.Check check, TensorType type, Source source) {}

    /**
     * A program whose checks are values.
     *
     * @param program results: the original ones, then number and position
     * @param sites the checks, by number - 1
     */
    public record Result(Program program, List<Site> sites) {
        public Result {
            sites = List.copyOf(sites);
        }
    }

    public static Result of(Program program) {
        CheckValues checks = new CheckValues();
        Program functional = checks.functional(program);
        return new Result(functional, checks.sites);
    }

    private static boolean isIn(Op op) {
        return op instanceof Effect.Check || Subprograms.of(op).stream().anyMatch(CheckValues::isIn);
    }

    private static boolean isIn(Program program) {
        return program.equations().stream().anyMatch(e -> isIn(e.op()));
    }

    private Program functional(Program program) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(program.inputTypes());
        return b.build("CheckValues", inputs, inline(b, program, inputs));
    }

    /** The results, then the pair. */
    private List<Atom> inline(Builder b, Program program, List<? extends Atom> arguments) {
        Bindings bindings = new Bindings(program, arguments);
        List<Atom> failure = none(b);
        for (Equation e : program.equations()) {
            b.at(e.source());
            List<Atom> x = bindings.of(e.operands());
            if (!isIn(e.op())) {
                bindings.define(e, b.apply(e.op(), x));
                continue;
            }
            List<? extends Atom> y = rule(b, e, x);
            bindings.define(e, y.subList(0, e.results().size()));
            failure = first(b, failure, y.subList(e.results().size(), y.size()));
        }
        return join(bindings.of(program.results()), failure);
    }

    private static List<Atom> none(Builder b) {
        return List.of(b.zeros(NUMBER), b.zeros(POSITION));
    }

    /** The first pair if it is a failure, else the second. */
    private static List<Atom> first(Builder b, List<? extends Atom> one, List<? extends Atom> other) {
        if (one.getFirst() instanceof Atom.Literal) {
            return List.copyOf(other);
        }
        Atom fine = b.compare(Op.Compare.Relation.EQ, one.getFirst(), b.zeros(NUMBER));
        return List.of(b.select(fine, other.getFirst(), one.getFirst()),
                b.select(fine, other.getLast(), one.getLast()));
    }

    /** The results of an equation with checks in it, then the pair. */
    private List<? extends Atom> rule(Builder b, Equation e, List<Atom> x) {
        return switch (e.op()) {
            case Effect.Check check -> check(b, check, x.getFirst(), e.source());
            case Op.Call(var name, var body) -> b.apply(new Op.Call(name, functional(body)), x);
            case Control.Cond(var branches) ->
                    b.apply(new Control.Cond(branches.stream().map(this::functional).toList()), x);
            case Control.While loop -> loop(b, loop, x);
            case Control.Scan scan -> scan(b, scan, x);
            case Custom custom -> custom(b, custom, x);
            case Collective.Pmap map -> pmap(b, map, x);
            case Op op -> throw new AssertionError(op + " has no checks in it");
        };
    }

    private List<Atom> check(Builder b, Effect.Check check, Atom condition, Source source) {
        sites.add(new Site(check, condition.type(), source));
        long size = condition.type().shape().size();
        if (size == 0) {
            return none(b);
        }
        Atom wrong = b.unary(Op.Unary.Function.NOT, b.reshape(condition, Shape.of(size)));
        Atom any = b.reduce(Monoid.OR, wrong, List.of(0));
        Atom place = b.apply(new Op.ArgReduce(Op.ArgReduce.Extremum.ARGMAX, 0, DType.I64),
                b.convert(wrong, DType.I32));
        return List.of(b.select(any, b.fill(NUMBER, sites.size()), b.zeros(NUMBER)),
                b.select(any, place, b.zeros(POSITION)));
    }

    // ---- loops ----

    private List<Atom> scan(Builder b, Control.Scan op, List<Atom> x) {
        int last = op.constants() + op.carries();
        List<TensorType> types = op.body().inputTypes();
        Builder inner = new Builder();
        List<Atom.Var> before = inner.inputs(types.subList(0, last));
        List<Atom.Var> failure = inner.inputs(List.of(NUMBER, POSITION));
        List<Atom.Var> xs = inner.inputs(types.subList(last, types.size()));
        List<Atom> y = inline(inner, op.body(), join(before, xs));
        int results = op.body().results().size();
        List<Atom> next = first(inner, failure, y.subList(results, y.size()));
        Program body = inner.build("CheckValues", join(before, failure, xs),
                join(y.subList(0, op.carries()), next, y.subList(op.carries(), results)));
        List<Atom.Var> all = b.apply(new Control.Scan(body, op.constants(), op.carries() + 2, op.length(),
                op.reverse()), join(x.subList(0, last), none(b), x.subList(last, x.size())));
        return join(all.subList(0, op.carries()), all.subList(op.carries() + 2, all.size()),
                all.subList(op.carries(), op.carries() + 2));
    }

    /**
     * The condition is evaluated once more in each step for the sake of its checks, if it has any, and after
     * the last step, unless that is so because of the limit. Carries are the original ones, the pair, and the
     * number of steps.
     */
    private List<Atom> loop(Builder b, Control.While op, List<Atom> x) {
        int first = op.conditionConstants();
        int carry = x.size() - op.carries();
        boolean checks = isIn(op.condition());
        Builder c = new Builder();
        List<Atom.Var> given = c.inputs(op.condition().inputTypes());
        List<Atom.Var> rest = c.inputs(List.of(NUMBER, POSITION, POSITION));
        Program condition = Dce.of(c.build("CheckValues", join(given, rest),
                inline(c, op.condition(), given).subList(0, 1)));
        Program silent = functional(silent(op.condition()));

        Builder inner = new Builder();
        List<Atom.Var> conditionConstants = inner.inputs(types(x.subList(0, first)));
        List<Atom.Var> constants = inner.inputs(types(x.subList(first, carry)));
        List<Atom.Var> before = inner.inputs(types(x.subList(carry, x.size())));
        List<Atom.Var> state = inner.inputs(List.of(NUMBER, POSITION, POSITION));
        List<Atom> failure = List.copyOf(state.subList(0, 2));
        if (checks) {
            List<Atom> holds = inner.inline(silent, join(conditionConstants, before));
            failure = first(inner, failure, holds.subList(1, 3));
        }
        List<Atom> y = inline(inner, op.body(), join(constants, before));
        failure = first(inner, failure, y.subList(op.carries(), y.size()));
        Atom steps = inner.add(state.getLast(), inner.fill(POSITION, 1));
        Program body = inner.build("CheckValues", join(conditionConstants, constants, before, state),
                join(y.subList(0, op.carries()), failure, List.of(steps)));
        List<Atom.Var> all = b.apply(new Control.While(condition, body, op.limit()), join(x.subList(0, first),
                x.subList(0, carry), x.subList(carry, x.size()), none(b), List.of(b.zeros(POSITION))));
        List<Atom> found = List.copyOf(all.subList(op.carries(), op.carries() + 2));
        if (checks) {
            List<Atom> end = b.inline(silent, join(x.subList(0, first), all.subList(0, op.carries())));
            Atom isAsked = op.isBounded() ? b.compare(Op.Compare.Relation.LT, all.getLast(),
                    b.fill(POSITION, op.limit())) : b.fill(TensorType.of(DType.BOOL), 1);
            Atom number = b.select(isAsked, end.get(1), b.zeros(NUMBER));
            found = first(b, found, List.of(number, end.get(2)));
        }
        return join(all.subList(0, op.carries()), found);
    }

    /** Without what prints. */
    private static Program silent(Program program) {
        List<Equation> equations = new ArrayList<>();
        for (Equation e : program.equations()) {
            if (!(e.op() instanceof Effect.Print)) {
                Op op = Subprograms.replaced(e.op(),
                        Subprograms.of(e.op()).stream().map(CheckValues::silent).toList());
                equations.add(new Equation(e.results(), op, e.operands(), e.source()));
            }
        }
        return Program.of(program.inputs(), equations, program.results());
    }

    private static List<TensorType> types(List<Atom> atoms) {
        return Signature.types(atoms);
    }

    // ---- custom derivatives: the pair has none, being of integers ----

    private List<? extends Atom> custom(Builder b, Custom op, List<Atom> x) {
        return b.apply(switch (op) {
            case Custom.CustomJvp(var name, var function, var rule, var constants) -> new Custom.CustomJvp(
                    name, functional(function), pairAfter(rule, function.results().size()), constants);
            case Custom.CustomVjp(var name, var function, var forward, var backward, var constants) ->
                    new Custom.CustomVjp(name, functional(function),
                            pairAfter(forward, function.results().size()), backward, constants);
            case Custom.CustomLinear linear ->
                    new Op.Call(linear.name(), functional(TransposeCustom.function(linear)));
            case Custom.Remat(var body, var policy) -> new Custom.Remat(functional(body), policy);
            case Custom.Named _ -> throw new AssertionError("there are no checks in a name");
        }, x);
    }

    /** With the pair not at the end but after the first results. */
    private Program pairAfter(Program program, int results) {
        Program functional = functional(program);
        List<Atom> all = functional.results();
        int count = program.results().size();
        return Signature.returning(functional, join(all.subList(0, results), all.subList(count, count + 2),
                all.subList(results, count)));
    }

    // ---- shards: of all their pairs, the first that is a failure ----

    private List<Atom> pmap(Builder b, Collective.Pmap op, List<Atom> x) {
        Program body = functional(op.body());
        Builder inner = new Builder();
        List<Atom.Var> inputs = inner.inputs(body.inputTypes());
        List<Atom> y = inner.inline(body, inputs);
        int results = op.body().results().size();
        List<Atom> pair = y.subList(results, results + 2).stream()
                .map(a -> inner.apply(new Op.Reshape(Shape.of(1)), a)).toList();
        Program stacked = inner.build("CheckValues", inputs, join(y.subList(0, results), pair));
        Sharding each = Sharding.replicated(0).inserted(0, NamedAxis.names(op.axes()));
        List<Atom.Var> all = b.apply(new Collective.Pmap(op.axes(), op.in(),
                join(op.out(), List.of(each, each)), stacked), x);
        Atom numbers = all.get(results);
        TensorType type = numbers.type();
        Atom failed = b.compare(Op.Compare.Relation.NE, numbers, b.zeros(type));
        Atom shard = b.apply(new Op.ArgReduce(Op.ArgReduce.Extremum.ARGMAX, 0, DType.I32),
                b.convert(failed, DType.I32));
        Atom isIt = b.compare(Op.Compare.Relation.EQ, b.apply(new Op.Iota(type, 0)),
                b.broadcast(shard, type.shape(), List.of()));
        return join(all.subList(0, results), IntStream.range(results, results + 2).mapToObj(i ->
                b.reduce(Monoid.SUM, b.select(isIt, all.get(i), b.zeros(all.get(i).type())), List.of(0)))
                .toList());
    }
}
