package ricci.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes a program, equation by equation. The methods named after operations are what transformation rules
 * are written in.
 */
public final class Builder {
    private final List<Equation> equations = new ArrayList<>();
    private int variables;
    private Source source = Source.UNKNOWN;

    /** An empty program. */
    public Builder() {}

    /** A fresh variable, for an input. */
    public Atom.Var input(TensorType type) {
        return new Atom.Var(variables++, type);
    }

    /** Fresh variables, for inputs. */
    public List<Atom.Var> inputs(List<TensorType> types) {
        return Lists.mapped(types, this::input);
    }

    /** The equations from now on are the consequence of this line of the user's. */
    public Builder at(Source place) {
        source = place;
        return this;
    }

    /** The equations so far. */
    public List<Equation> equations() {
        return equations;
    }

    /** Appends {@code op(operands)}; returns its results. */
    public List<Atom.Var> apply(Op op, List<? extends Atom> operands) {
        List<TensorType> types = InferTypes.of(op, Atom.types(operands));
        Equation equation = new Equation(inputs(types), op, List.copyOf(operands), source);
        equations.add(equation);
        return equation.results();
    }

    /** Appends {@code op(operands)} for an op with one result; returns it. */
    public Atom apply(Op op, Atom... operands) {
        return apply(op, Arrays.asList(operands)).getFirst();
    }

    /** Appends a program's equations with {@code arguments} for its inputs; returns its results. */
    public List<Atom> inline(Program program, List<? extends Atom> arguments) {
        Bindings bindings = new Bindings(program, arguments);
        Source outer = source;
        for (Equation e : program.equations()) {
            at(e.source().isKnown() ? e.source() : outer);
            bindings.define(e, apply(e.op(), bindings.of(e.operands())));
        }
        at(outer);
        return bindings.of(program.results());
    }

    /** The finished program, renumbered and checked; {@code producer} names who made it, for the error. */
    public Program build(String producer, List<Atom.Var> inputs, List<? extends Atom> results) {
        return TypeChecker.check(producer, program(inputs, results));
    }

    /** The finished program, renumbered: for one that will be inside of another, and is checked with that. */
    public Program program(List<Atom.Var> inputs, List<? extends Atom> results) {
        return Program.of(inputs, equations, List.copyOf(results));
    }

    public Atom unary(Op.Unary.Function function, Atom x) {
        return apply(new Op.Unary(function), x);
    }

    public Atom binary(Op.Binary.Function function, Atom x, Atom y) {
        return apply(new Op.Binary(function), x, y);
    }

    public Atom add(Atom x, Atom y) {
        return binary(Op.Binary.Function.ADD, x, y);
    }

    public Atom sub(Atom x, Atom y) {
        return binary(Op.Binary.Function.SUB, x, y);
    }

    public Atom mul(Atom x, Atom y) {
        return binary(Op.Binary.Function.MUL, x, y);
    }

    public Atom mul(Atom x, double factor) {
        return mul(x, fill(x.type(), factor));
    }

    public Atom div(Atom x, Atom y) {
        return binary(Op.Binary.Function.DIV, x, y);
    }

    public Atom neg(Atom x) {
        return unary(Op.Unary.Function.NEG, x);
    }

    public Atom compare(Op.Compare.Relation relation, Atom x, Atom y) {
        return apply(new Op.Compare(relation), x, y);
    }

    public Atom select(Atom predicate, Atom onTrue, Atom onFalse) {
        return apply(new Op.Select(), predicate, onTrue, onFalse);
    }

    /** The constant tensor of that type with {@code value} everywhere. */
    public Atom fill(TensorType type, Number value) {
        return new Atom.Literal(type, value);
    }

    public Atom zeros(TensorType type) {
        return fill(type, 0);
    }

    public Atom convert(Atom x, DType dtype) {
        return x.type().dtype() == dtype ? x : apply(new Op.Convert(dtype), x);
    }

    public Atom reshape(Atom x, Shape shape) {
        return x.type().shape().equals(shape) ? x : apply(new Op.Reshape(shape), x);
    }

    public Atom transpose(Atom x, List<Integer> permutation) {
        return isInOrder(permutation, x.type().rank()) ? x : apply(new Op.Transpose(permutation), x);
    }

    private static boolean isInOrder(List<Integer> permutation, int rank) {
        return permutation.equals(IntStream.range(0, rank).boxed().toList());
    }

    /** The three steps of {@link Op.Rearrange}; none if they change nothing. */
    public Atom rearrange(Atom x, Shape split, List<Integer> permutation, Shape result) {
        return isInOrder(permutation, split.rank()) ? reshape(x, result)
                : apply(new Op.Rearrange(split, permutation, result), x);
    }

    public Atom broadcast(Atom x, Shape shape, List<Integer> axes) {
        return x.type().shape().equals(shape) ? x : apply(new Op.Broadcast(shape, axes), x);
    }

    public Atom reduce(Monoid monoid, Atom x, List<Integer> axes) {
        return axes.isEmpty() ? x : apply(new Op.Reduce(monoid, axes), x);
    }

    /** Elements {@code start} up to {@code limit} of one axis. */
    public Atom slice(Atom x, int axis, long start, long limit) {
        return slice(x, axis, start, limit, 1);
    }

    /** Every stride-th element from {@code start}, below {@code limit}, of one axis. */
    public Atom slice(Atom x, int axis, long start, long limit, long stride) {
        List<Long> starts = new ArrayList<>(repeat(x.type().rank(), 0));
        List<Long> limits = new ArrayList<>(Arrays.stream(x.type().shape().toArray()).boxed().toList());
        List<Long> strides = new ArrayList<>(repeat(x.type().rank(), 1));
        starts.set(axis, start);
        limits.set(axis, limit);
        strides.set(axis, stride);
        return apply(new Op.Slice(starts, limits, strides), x);
    }

    /** {@code rank} copies of a number, as slices and pads take them. */
    public static List<Long> repeat(int rank, long value) {
        return Collections.nCopies(rank, value);
    }
}
