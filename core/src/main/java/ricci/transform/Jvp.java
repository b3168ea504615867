package ricci.transform;

import static ricci.transform.Tangents.single;
import static ricci.transform.Tangents.sum;
import static ricci.transform.Tangents.zeroed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Bindings;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.Complex;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.GatherDimensions;
import ricci.ir.LinearAlgebra;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Op.Compare.Relation;
import ricci.ir.Op.OutOfBounds;
import ricci.ir.Op.Unary.Function;
import ricci.ir.OpText;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.ir.Windows;

/**
 * Forward-mode differentiation: a program for the Jacobian-vector product, pushing tangents along with
 * primals.
 *
 * <p>A tangent known to be zero is {@code null} and never becomes an equation. Tangents have the type of
 * their primal; integers and bools have none.
 */
public final class Jvp {
    private final Builder builder;
    private final JvpElementwise elementwise;
    private final Memo<List<Boolean>, Result> memo;

    private Jvp(Builder builder, Memo<List<Boolean>, Result> memo) {
        this.builder = builder;
        this.memo = memo;
        elementwise = new JvpElementwise(builder);
    }

    /**
     * A differentiated program.
     *
     * @param program inputs: the primals, then a tangent for each active one; results: the primal results,
     *     then a tangent for each active one
     * @param activeResults which results have a tangent; that of the others is zero
     */
    public record Result(Program program, List<Boolean> activeResults) {}

    /** Differentiates {@code program}; {@code active} tells which inputs, all floats, have a tangent. */
    public static Result of(Program program, List<Boolean> active) {
        Result result = of(program, active, new Memo<>());
        TypeChecker.check("Jvp", result.program());
        return result;
    }

    static Result of(Program program, List<Boolean> active, Memo<List<Boolean>, Result> memo) {
        return memo.of(program, active, () -> differentiated(program, active, memo));
    }

    /** Differentiates a program inside this one. */
    Result inside(Program body, List<Boolean> active) {
        return of(body, active, memo);
    }

    private static Result differentiated(
            Program program, List<Boolean> active, Memo<List<Boolean>, Result> memo) {
        Builder builder = new Builder();
        List<Atom.Var> primals = builder.inputs(program.inputTypes());
        List<Atom.Var> inputs = new ArrayList<>(primals);
        @Nullable Atom[] tangents = new @Nullable Atom[program.variables()];
        for (int i = 0; i < primals.size(); i++) {
            if (active.get(i)) {
                Atom.Var tangent = builder.input(primals.get(i).type());
                inputs.add(tangent);
                tangents[program.inputs().get(i).id()] = tangent;
            }
        }
        Bindings bindings = new Bindings(program, primals);
        Jvp rules = new Jvp(builder, memo);
        for (Equation e : program.equations()) {
            builder.at(e.source());
            rules.equation(e, bindings, tangents);
        }
        List<Atom> results = new ArrayList<>(bindings.of(program.results()));
        List<@Nullable Atom> resultTangents = program.results().stream().map(a -> tangent(a, tangents))
                .toList();
        resultTangents.stream().filter(t -> t != null).forEach(results::add);
        return new Result(builder.program(inputs, results),
                resultTangents.stream().map(t -> t != null).toList());
    }

    private static @Nullable Atom tangent(Atom atom, @Nullable Atom[] tangents) {
        return switch (atom) {
            case Atom.Literal _ -> null;
            case Atom.Var v -> tangents[v.id()];
        };
    }

    private void equation(Equation e, Bindings bindings, @Nullable Atom[] tangents) {
        List<Atom> x = bindings.of(e.operands());
        @Nullable Atom[] t = new @Nullable Atom[x.size()];
        boolean constant = true;
        for (int i = 0; i < t.length; i++) {
            t[i] = tangent(e.operands().get(i), tangents);
            constant &= t[i] == null;
        }
        if (!constant && e.op() instanceof Op.Call(var name, var body)) {
            call(e, name, body, x, t, bindings, tangents);
            return;
        }
        Tangents.Duals duals = constant ? null : switch (e.op()) {
            case Control control -> JvpControl.of(this, builder, control, x, t);
            case Custom custom -> new JvpCustom(this, builder).rule(custom, x, t);
            case Op _ -> null;
        };
        if (duals != null) {
            bindings.define(e, duals.values());
            for (int i = 0; i < e.results().size(); i++) {
                tangents[e.results().get(i).id()] = duals.tangents().get(i);
            }
            return;
        }
        if (!constant && e.op() instanceof Collective.Pmap map) {
            pmap(e, map, x, t, bindings, tangents);
            return;
        }
        List<Atom.Var> y = builder.apply(e.op(), x);
        bindings.define(e, y);
        if (!constant && !y.isEmpty()) {
            builder.at(e.source().ofDerivative(OpText.name(e.op())));
            List<@Nullable Atom> out = rule(e.op(), x, t, y);
            for (int i = 0; i < out.size(); i++) {
                tangents[e.results().get(i).id()] = out.get(i);
            }
        }
    }

    private void call(Equation e, String name, Program body, List<Atom> x, @Nullable Atom[] t,
            Bindings bindings,
            @Nullable Atom[] tangents) {
        Result inner = inside(body, Arrays.stream(t).map(u -> u != null).toList());
        List<Atom> operands = new ArrayList<>(x);
        Arrays.stream(t).filter(u -> u != null).forEach(operands::add);
        define(e, builder.apply(new Op.Call(name, inner.program()), operands), inner, bindings, tangents);
    }

    private void pmap(Equation e, Collective.Pmap map, List<Atom> x, @Nullable Atom[] t,
            Bindings bindings, @Nullable Atom[] tangents) {
        List<Boolean> active = Arrays.stream(t).map(u -> u != null).toList();
        Result inner = inside(map.body(), active);
        List<Atom> operands = new ArrayList<>(x);
        Arrays.stream(t).filter(u -> u != null).forEach(operands::add);
        // A tangent lies where its primal lies.
        Op both = new Collective.Pmap(map.axes(), Spmd.join(map.in(), active),
                Spmd.join(map.out(), inner.activeResults()), inner.program());
        define(e, builder.apply(both, operands), inner, bindings, tangents);
    }

    /** The results of a differentiated program inside are the primals, then the tangents that are not 0. */
    private static void define(Equation e, List<Atom.Var> all, Result inner, Bindings bindings,
            @Nullable Atom[] tangents) {
        bindings.define(e, all.subList(0, e.results().size()));
        int next = e.results().size();
        for (int i = 0; i < e.results().size(); i++) {
            if (inner.activeResults().get(i)) {
                tangents[e.results().get(i).id()] = all.get(next++);
            }
        }
    }

    /** The tangents of the results y of {@code op}, given operands x and their tangents t, not all zero. */
    List<@Nullable Atom> rule(Op op, List<Atom> x, @Nullable Atom[] t, List<Atom.Var> y) {
        Atom.Var y0 = y.getFirst();
        return switch (op) {
            case Op.Unary(var f) -> single(
                    elementwise.unary(f, x.getFirst(), y0, zeroed(builder, t[0], x.getFirst())));
            case Op.Binary(var f) -> single(elementwise.binary(f, x.get(0), x.get(1), y0, t[0], t[1]));
            case Op.IntegerPower(var exponent) -> single(
                    elementwise.power(exponent, x.getFirst(), zeroed(builder, t[0], x.getFirst())));
            case Op.Fma _ -> single(elementwise.fma(x, t));
            case Op.RegularizedIncompleteBeta _ -> single(elementwise.incompleteBeta(x, t));
            case Op.ReducePrecision _ -> single(builder.apply(op, zeroed(builder, t[0], x.getFirst())));
            case Op.IsFinite _, Op.Compare _, Op.Bitcast _, Op.Iota _, Op.ArgReduce _, Op.Threefry _,
                 Op.StopGradient _ ->
                    Collections.nCopies(y.size(), null);
            case Op.Select _ -> single(builder.select(
                    x.getFirst(), zeroed(builder, t[1], y0), zeroed(builder, t[2], y0)));
            case Op.Convert(var dtype) -> single(
                    dtype.isInexact() ? builder.apply(op, zeroed(builder, t[0], x.getFirst())) : null);
            case Complex _ -> single(builder.apply(op, zeroed(builder, t, x).toArray(Atom[]::new)));
            case Op.Reshape _, Op.Transpose _, Op.Rearrange _, Op.Broadcast _, Op.Slice _, Op.Reverse _ ->
                    single(builder.apply(op, zeroed(builder, t[0], x.getFirst())));
            case Op.Pad _, Op.Concatenate _ ->
                    single(builder.apply(op, zeroed(builder, t, x).toArray(Atom[]::new)));
            case Op.Reduce reduce ->
                    single(reduce(reduce, x.getFirst(), y0, zeroed(builder, t[0], x.getFirst())));
            case Op.Cumulative c -> single(cumulative(c, x.getFirst(), zeroed(builder, t[0], x.getFirst())));
            case Op.DotGeneral _ -> single(sum(builder, 
                    t[0] == null ? null : builder.apply(op, t[0], x.get(1)),
                    t[1] == null ? null : builder.apply(op, x.get(0), t[1])));
            case Op.Sort sort -> sort(sort, x, t);
            case Op.Gather(var d, var window, var mode) -> {
                // What lies outside does not vary, whatever its value.
                Op gather = new Op.Gather(d, window, mode == OutOfBounds.FILL ? OutOfBounds.ZERO : mode);
                yield single(builder.apply(gather, zeroed(builder, t[0], x.getFirst()), x.get(1)));
            }
            case Op.Scatter scatter -> single(
                    scatter(scatter, x, y0, zeroed(builder, t[0], x.get(0)),
                            zeroed(builder, t[2], x.get(2))));
            case Collective collective -> JvpCollective.rule(this, builder, collective, x, t, y);
            case LinearAlgebra linear -> JvpLinearAlgebra.rule(builder, linear, x, t, y);
            case Windows windows -> new JvpWindows(builder).rule(windows, x, t, y);
            case Op.Call _, Control _, Custom _, Effect _ ->
                    throw new AssertionError("programs inside are differentiated with their equation");
        };
    }

    private @Nullable Atom reduce(Op.Reduce op, Atom x, Atom y, Atom t) {
        return switch (op.monoid()) {
            case SUM -> builder.apply(op, t);
            case MAX, MIN -> extreme(op, x, y, t);
            case PROD -> product(op, x, t);
            case AND, OR, XOR -> null;
        };
    }

    /** The mean of the tangents of all that attain the extreme; that of nothing is a constant. */
    private @Nullable Atom extreme(Op.Reduce op, Atom x, Atom y, Atom t) {
        Shape shape = x.type().shape();
        if (shape.select(op.axes()).size() == 0) {
            return null;
        }
        Atom repeated = builder.broadcast(y, shape, shape.axesExcept(op.axes()));
        Atom mask = builder.convert(builder.compare(Relation.EQ, x, repeated), x.type().dtype());
        return builder.div(builder.reduce(Monoid.SUM, builder.mul(t, mask), op.axes()),
                builder.reduce(Monoid.SUM, mask, op.axes()));
    }

    /**
     * The product rule over a balanced tree: halves are multiplied elementwise until one is left. No factor
     * is divided out, so zeros are right, in derivatives of any order.
     */
    private @Nullable Atom product(Op.Reduce op, Atom x, Atom t) {
        Builder b = builder;
        Shape shape = x.type().shape();
        List<Integer> kept = shape.axesExcept(op.axes());
        Shape result = shape.select(kept);
        List<Integer> order = Stream.concat(op.axes().stream(), kept.stream()).toList();
        long factors = shape.select(op.axes()).size();
        Shape flat = Shape.of(factors, result.size());
        Atom primal = b.reshape(b.transpose(x, order), flat);
        Atom tangent = b.reshape(b.transpose(t, order), flat);
        while (factors > 1) {
            long half = factors / 2;
            Atom left = b.slice(primal, 0, 0, half);
            Atom right = b.slice(primal, 0, half, 2 * half);
            Atom tangents = b.add(b.mul(b.slice(tangent, 0, 0, half), right),
                    b.mul(left, b.slice(tangent, 0, half, 2 * half)));
            Atom products = b.mul(left, right);
            boolean odd = factors % 2 == 1;
            Op join = new Op.Concatenate(0);
            tangent = odd ? b.apply(join, tangents, b.slice(tangent, 0, factors - 1, factors)) : tangents;
            primal = odd ? b.apply(join, products, b.slice(primal, 0, factors - 1, factors)) : products;
            factors = half + factors % 2;
        }
        return factors == 0 ? null : b.reshape(tangent, result);
    }

    private Atom cumulative(Op.Cumulative op, Atom x, Atom t) {
        if (op.function() == Op.Cumulative.Function.SUM) {
            return builder.apply(op, t);
        }
        Op turn = new Op.Reverse(List.of(op.axis()));
        Dual forward = op.reverse() ? new Dual(builder.apply(turn, x), builder.apply(turn, t))
                : new Dual(x, t);
        Atom tangent = scan(op, forward).tangent();
        return op.reverse() ? builder.apply(turn, tangent) : tangent;
    }

    private record Dual(Atom primal, Atom tangent) {}

    /**
     * All prefixes over a balanced tree (Blelloch 1990, "Prefix sums and their applications"): neighbours are
     * combined; the prefixes of the pairs are those that end at odd places, and with one element more those
     * at even ones. Nothing is divided out, so zeros and ties are right in derivatives of any order; ties
     * share as they do in JAX.
     */
    private Dual scan(Op.Cumulative op, Dual x) {
        int axis = op.axis();
        long length = x.primal().type().shape().length(axis);
        if (length < 2) {
            return x;
        }
        Dual odd = scan(op, combine(op.function(),
                each(x, v -> builder.slice(v, axis, 0, length - 1, 2)),
                each(x, v -> builder.slice(v, axis, 1, length, 2))));
        Dual first = each(x, v -> builder.slice(v, axis, 0, 1));
        if (length == 2) {
            return joined(axis, first, odd);
        }
        Dual later = combine(op.function(), each(odd, v -> builder.slice(v, axis, 0, (length - 1) / 2)),
                each(x, v -> builder.slice(v, axis, 2, length, 2)));
        Dual even = joined(axis, first, later);
        return new Dual(interleaved(axis, even.primal(), odd.primal()),
                interleaved(axis, even.tangent(), odd.tangent()));
    }

    private static Dual each(Dual x, UnaryOperator<Atom> f) {
        return new Dual(f.apply(x.primal()), f.apply(x.tangent()));
    }

    private Dual joined(int axis, Dual x, Dual y) {
        Op join = new Op.Concatenate(axis);
        return new Dual(builder.apply(join, x.primal(), y.primal()),
                builder.apply(join, x.tangent(), y.tangent()));
    }

    /** The elements of {@code even} and of {@code odd} in turn. */
    private Atom interleaved(int axis, Atom even, Atom odd) {
        long evens = even.type().shape().length(axis);
        long odds = odd.type().shape().length(axis);
        return builder.add(spread(axis, even, 0, odds + 1 - evens), spread(axis, odd, 1, evens - odds));
    }

    private Atom spread(int axis, Atom x, long before, long after) {
        int rank = x.type().rank();
        List<Long> low = new ArrayList<>(Builder.repeat(rank, 0));
        List<Long> high = new ArrayList<>(low);
        List<Long> interior = new ArrayList<>(low);
        low.set(axis, before);
        high.set(axis, after);
        interior.set(axis, 1L);
        return builder.apply(new Op.Pad(low, high, interior), x, builder.zeros(x.type().with(Shape.SCALAR)));
    }

    private Dual combine(Op.Cumulative.Function function, Dual x, Dual y) {
        return switch (function) {
            case SUM -> combine(Op.Binary.Function.ADD, x, y);
            case PROD -> combine(Op.Binary.Function.MUL, x, y);
            case MAX -> combine(Op.Binary.Function.MAX, x, y);
            case MIN -> combine(Op.Binary.Function.MIN, x, y);
            case LOGSUMEXP -> combineExponentials(x, y);
        };
    }

    private Dual combine(Op.Binary.Function f, Dual x, Dual y) {
        Atom z = builder.binary(f, x.primal(), y.primal());
        return new Dual(z, Objects.requireNonNull(
                elementwise.binary(f, x.primal(), y.primal(), z, x.tangent(), y.tangent())));
    }

    /**
     * Each side's share of the sum is a logistic function of their difference. Two equal infinities count as
     * equal numbers; where the greater is infinite, it is the result.
     */
    private Dual combineExponentials(Dual x, Dual y) {
        Builder b = builder;
        TensorType type = x.primal().type();
        Atom zero = b.zeros(type);
        Atom greater = b.binary(Op.Binary.Function.MAX, x.primal(), y.primal());
        Atom top = b.apply(new Op.StopGradient(), greater);
        Atom isFinite = b.compare(Relation.LT, b.unary(Function.ABS, top),
                b.fill(type, Double.POSITIVE_INFINITY));
        Atom shift = b.select(isFinite, top, zero);
        Atom left = b.unary(Function.EXP, b.sub(b.select(isFinite, x.primal(), zero), shift));
        Atom right = b.unary(Function.EXP, b.sub(b.select(isFinite, y.primal(), zero), shift));
        Atom sum = b.add(b.unary(Function.LOG, b.add(left, right)), shift);
        Atom difference = b.sub(x.primal(), y.primal());
        Atom isSame = b.compare(Relation.EQ, x.primal(), y.primal());
        Atom compared = b.select(isFinite, difference, b.select(isSame, zero, difference));
        return new Dual(b.select(isFinite, sum, greater),
                b.add(b.mul(x.tangent(), b.unary(Function.LOGISTIC, compared)),
                        b.mul(y.tangent(), b.unary(Function.LOGISTIC, b.neg(compared)))));
    }

    /**
     * Set and add are linear in operand and updates. An extreme is shared by all that attain it, as in
     * {@link #reduce}.
     */
    private Atom scatter(Op.Scatter op, List<Atom> x, Atom y, Atom t, Atom updates) {
        Builder b = builder;
        Atom indices = x.get(1);
        return switch (op.combiner()) {
            case SET, ADD -> b.apply(op, t, indices, updates);
            case MUL -> Objects.requireNonNull(Equivalents.tangents(b, Equivalents.scatterProducts(op,
                    x.stream().map(Atom::type).toList()), x, Arrays.asList(t, null, updates)).getFirst());
            case MIN, MAX -> {
                TensorType type = x.getLast().type();
                GatherDimensions d = op.dimensions();
                Op gather = new Op.Gather(d, d.window(y.type().shape(), type.shape()), op.outOfBounds());
                Atom attains = b.convert(b.compare(Relation.EQ, x.getFirst(), y), type.dtype());
                Atom updateAttains = b.convert(
                        b.compare(Relation.EQ, x.getLast(), b.apply(gather, y, indices)), type.dtype());
                Op add = new Op.Scatter(d, Op.Scatter.Combiner.ADD, op.outOfBounds());
                yield b.div(b.apply(add, b.mul(t, attains), indices, b.mul(updates, updateAttains)),
                        b.apply(add, attains, indices, updateAttains));
            }
        };
    }

    /** Sorts an index along with the operands and gathers the tangents by it, so ties go by position. */
    private List<@Nullable Atom> sort(Op.Sort op, List<Atom> x, @Nullable Atom[] t) {
        TensorType type = x.getFirst().type();
        if (type.shape().size() == 0) {
            return Arrays.asList(t);
        }
        TensorType indexType = type.with(DType.I64);
        List<Atom> operands = new ArrayList<>(x);
        operands.add(builder.apply(new Op.Iota(indexType, op.axis())));
        Atom order = builder.apply(op, operands).getLast();
        List<Integer> batch = type.shape().axesExcept(List.of(op.axis()));
        Shape indexShape = Shape.of(Stream.concat(
                Arrays.stream(type.shape().toArray()).boxed(), Stream.of(1L))
                .mapToLong(Long::longValue).toArray());
        GatherDimensions d = new GatherDimensions(
                List.of(), List.of(op.axis()), batch, batch, List.of(op.axis()));
        Shape window = Shape.of(IntStream.range(0, type.rank()).mapToLong(_ -> 1).toArray());
        Op gather = new Op.Gather(d, window, Op.OutOfBounds.CLIP);
        Atom indices = builder.reshape(order, indexShape);
        return Arrays.stream(t).<@Nullable Atom>map(
                u -> u == null ? null : builder.apply(gather, u, indices)).toList();
    }
}
