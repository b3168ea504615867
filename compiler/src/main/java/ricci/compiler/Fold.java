package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Bindings;
import ricci.ir.Collective;
import ricci.ir.Complex;
import ricci.ir.Contraction;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.LinearAlgebra;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/**
 * Computes now what depends on literals only, if its elements are all equal: then it is a literal itself. One
 * element is computed, by the reference interpreter; so nothing large is ever computed or kept. Of control
 * flow, the branch that a literal chooses takes the place of all, and loops that run no step disappear; what
 * every step or branch reads as a literal is one inside.
 */
public final class Fold {
    /** How many elements the interpreter is asked to sum at most. */
    private static final long FEW = 1024;

    private Fold() {}

    public static Program of(Program program) {
        return Draft.rewrite(program, () -> Fold::instead);
    }

    private static @Nullable List<? extends Atom> instead(Draft draft, Equation e) {
        List<Atom> empty = empty(e);
        return empty != null ? empty : switch (e.op()) {
            case Op.Unary _, Op.IntegerPower _, Op.IsFinite _, Op.ReducePrecision _, Op.Binary _,
                 Op.Fma _, Op.RegularizedIncompleteBeta _, Op.Compare _, Op.Select _, Op.Convert _,
                 Op.Bitcast _,
                 Op.Threefry _, Complex _ -> filled(e, e.op(), e.operands(), Shape.SCALAR);
            case Op.Iota(var type, var axis) -> type.shape().length(axis) == 1 ? filled(e, 0) : null;
            case Op.Reshape _, Op.Transpose _, Op.Rearrange _, Op.Broadcast _, Op.Slice _, Op.Reverse _,
                 Op.StopGradient _ -> equal(e, e.operands());
            case Op.Pad _, Op.Concatenate _ -> equal(e, e.operands());
            case Op.Reduce(var monoid, _) -> reduce(e, monoid);
            case Op.Cumulative(var function, _, _) -> switch (function) {
                case MAX, MIN -> equal(e, e.operands());
                case SUM, PROD, LOGSUMEXP -> null;
            };
            case Op.ArgReduce _ -> e.operands().getFirst() instanceof Atom.Literal ? filled(e, 0) : null;
            case Op.DotGeneral dot -> dot(e, dot);
            case Op.Sort _ -> e.operands().stream().allMatch(Atom.Literal.class::isInstance)
                    ? e.operands() : null;
            case Op.Gather(_, _, var outside) -> outside == Op.OutOfBounds.CLIP
                    ? equal(e, e.operands().subList(0, 1)) : null;
            case Windows windows -> window(e, windows);
            case Control control -> control(draft, e, control);
            case Op.Scatter _, Op.Call _, Collective _, LinearAlgebra _, Custom _, Effect _ -> null;
        };
    }

    /** Tensors without elements are all the same. */
    private static @Nullable List<Atom> empty(Equation e) {
        boolean nothing = !e.results().isEmpty() && !Effect.isIn(e.op())
                && e.results().stream().allMatch(v -> v.type().shape().size() == 0);
        return nothing ? e.results().stream().map(v -> zero(v.type())).toList() : null;
    }

    private static Atom zero(TensorType type) {
        return new Atom.Literal(type, 0);
    }

    private static List<Atom> filled(Equation e, Number element) {
        return List.of(new Atom.Literal(e.result().type(), element));
    }

    /** What {@code op} makes of operands of that shape, if all are literals, everywhere. */
    private static @Nullable List<Atom> filled(Equation e, Op op, List<Atom> operands, Shape shape) {
        if (!operands.stream().allMatch(Atom.Literal.class::isInstance)) {
            return null;
        }
        List<Number> elements = Literals.compute(op, operands.stream().map(Atom.Literal.class::cast).toList(),
                shape);
        return elements == null ? null : IntStream.range(0, elements.size())
                .<Atom>mapToObj(i -> new Atom.Literal(e.results().get(i).type(), elements.get(i))).toList();
    }

    /** If the operands are literals of one value, so is what is made of their elements. */
    private static @Nullable List<Atom> equal(Equation e, List<Atom> operands) {
        Number element = Literals.value(operands.getFirst());
        if (element == null) {
            return null;
        }
        return operands.stream().allMatch(a -> element.equals(Literals.value(a))) ? filled(e, element) : null;
    }

    private static @Nullable List<Atom> reduce(Equation e, Monoid monoid) {
        if (!(e.operands().getFirst() instanceof Atom.Literal literal)) {
            return null;
        }
        long count = literal.type().shape().size() / e.result().type().shape().size();
        if (count <= FEW) {
            return filled(e, new Op.Reduce(monoid, List.of(0)), e.operands(), Shape.of(count));
        }
        return switch (monoid) {
            case MAX, MIN, AND, OR -> filled(e, literal.value());
            case SUM -> sum(e, literal, count);
            case PROD, XOR -> null;
        };
    }

    /** The sum of many, if every sum on the way to it is exact in double, so that their order is free. */
    private static @Nullable List<Atom> sum(Equation e, Atom.Literal literal, long count) {
        if (!literal.type().dtype().isFloat()) {
            return null;
        }
        double x = literal.value().doubleValue();
        long fraction = Double.doubleToRawLongBits(x) | 1L << 52;
        int bits = 53 - Long.numberOfTrailingZeros(fraction) + Long.SIZE - Long.numberOfLeadingZeros(count);
        double sum = x * count;
        return bits <= 53 && Double.isFinite(sum) ? filled(e, 0.0 + sum) : null;
    }

    private static @Nullable List<Atom> dot(Equation e, Op.DotGeneral dot) {
        TensorType left = e.operands().getFirst().type();
        long count = left.shape().select(dot.contraction().leftContracted()).size();
        Contraction each = new Contraction(List.of(), List.of(), List.of(0), List.of(0));
        return count > FEW ? null
                : filled(e, new Op.DotGeneral(each, dot.result()), e.operands(), Shape.of(count));
    }

    private static @Nullable List<? extends Atom> window(Equation e, Windows op) {
        return switch (op) {
            case Windows.Clamp _ -> filled(e, op, e.operands(), Shape.SCALAR);
            case Windows.DynamicSlice _ -> equal(e, e.operands().subList(0, 1));
            case Windows.DynamicUpdateSlice _ -> equal(e, e.operands().subList(0, 2));
            case Windows.Convolution _, Windows.ReduceWindow _, Windows.ArgReduceWindow _,
                 Windows.TopK _ -> null;
        };
    }

    private static @Nullable List<? extends Atom> control(Draft draft, Equation e, Control op) {
        List<Atom> x = e.operands();
        return switch (op) {
            case Control.Cond(var branches) -> {
                Number index = Literals.value(x.getFirst());
                yield index == null ? known(draft, e, branches.stream()
                        .map(branch -> given(branch, x.subList(1, x.size()))).toList()) : draft.splice(
                        branches.get(Math.clamp(index.longValue(), 0, branches.size() - 1)),
                        x.subList(1, x.size()));
            }
            case Control.While loop -> {
                int constants = loop.conditionConstants();
                yield loop.limit() == 0 || neverHolds(loop.condition())
                        ? x.subList(x.size() - loop.carries(), x.size())
                        : known(draft, e, List.of(given(loop.condition(), x.subList(0, constants)),
                                given(loop.body(), x.subList(constants, constants + loop.bodyConstants()))));
            }
            case Control.Scan scan -> {
                int first = scan.constants();
                int last = first + scan.carries();
                yield scan.length() > 0 ? known(draft, e, List.of(given(scan.body(), Stream.of(
                        x.subList(0, first).stream(), e.results().subList(0, scan.carries()).stream(),
                        x.subList(last, x.size()).stream()).flatMap(atoms -> atoms).toList())))
                        : Stream.concat(x.subList(first, last).stream(),
                                e.results().subList(scan.carries(), e.results().size()).stream()
                                        .map(v -> zero(v.type()))).toList();
            }
        };
    }

    /** The equation with other programs inside; null if they are the same. */
    private static @Nullable List<? extends Atom> known(Draft draft, Equation e, List<Program> programs) {
        return programs.equals(Subprograms.of(e.op())) ? null : draft.append(new Equation(e.results(),
                Subprograms.replaced(e.op(), programs), e.operands(), e.source())).results();
    }

    /** The program with literals for its first inputs where {@code values} has them; these are then idle. */
    private static Program given(Program program, List<? extends Atom> values) {
        List<Atom> arguments = new ArrayList<>(program.inputs());
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof Atom.Literal(_, var element)) {
                arguments.set(i, new Atom.Literal(program.inputs().get(i).type(), element));
            }
        }
        Bindings bindings = new Bindings(program, arguments);
        List<Equation> equations = new ArrayList<>();
        for (Equation e : program.equations()) {
            bindings.define(e, e.results());
            equations.add(new Equation(e.results(), e.op(), bindings.of(e.operands()), e.source()));
        }
        Program given = new Program(program.inputs(), equations, bindings.of(program.results()));
        return given.equals(program) ? program : given;
    }

    private static boolean neverHolds(Program condition) {
        return Literals.is(condition.results().getFirst(), 0) && !Effect.isIn(condition);
    }
}
