package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Bindings;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.Control;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.transform.Dce;

/**
 * Makes one large product of the small ones that a scan computes step by step, where no step needs what
 * another has computed:
 *
 * <ul>
 * <li>before the loop, of what is taken apart, with what is the same in all steps: {@code x_t W}, and what is
 *     added to that and the same in all steps, too: {@code x_t W + b};
 * <li>after it, of outputs, which nothing else reads: {@code y_t W};
 * <li>after it, where each step adds a product to a sum that nothing else reads, as gradients of weights are
 *     made: the sum of {@code a_t b_t} is the product of all a and all b;
 * <li>and so sums of what is there for all steps anyway.
 * </ul>
 *
 * <p>The last two add up in another order than step by step. The others compute the same bits.
 */
public final class Hoist {
    /** So many multiplications in a step are worth it; of fewer, the whole loop is one kernel. */
    private static final long LEAST_WORK = 1 << 14;
    /** What is stacked for it may have so many times the elements of what is stacked without. */
    private static final long MOST_MEMORY = 8;

    private final Draft draft;
    private final Equation loop;
    private final Control.Scan op;
    private final Program body;

    private Hoist(Draft draft, Equation loop, Control.Scan op) {
        this.draft = draft;
        this.loop = loop;
        this.op = op;
        this.body = op.body();
    }

    /** The program with products outside of scans where they may be. */
    public static Program of(Program program) {
        return Draft.rewrite(program, () -> (draft, e) ->
                e.op() instanceof Control.Scan scan ? new Hoist(draft, e, scan).outside() : null);
    }

    /** A product in the body. */
    private record Product(Equation equation, Op.DotGeneral op) {
        static @Nullable Product of(@Nullable Equation e) {
            return e != null && e.op() instanceof Op.DotGeneral dot ? new Product(e, dot) : null;
        }

        Atom left() {
            return equation.operands().getFirst();
        }

        Atom right() {
            return equation.operands().getLast();
        }

        private Contraction contraction() {
            return op.contraction();
        }

        boolean isWorthIt() {
            long work = size(equation.result());
            for (int axis : contraction().leftContracted()) {
                work *= left().type().shape().length(axis);
            }
            return work >= LEAST_WORK;
        }

        boolean hasBatch() {
            return !contraction().leftBatch().isEmpty();
        }

        /** The same of all steps, with the operand that differs on the left. */
        Op all(boolean isLeftStacked) {
            Contraction c = isLeftStacked ? contraction() : contraction().swapped();
            return new Op.DotGeneral(new Contraction(List.of(), List.of(), later(c.leftContracted()),
                    c.rightContracted()), op.result());
        }

        /** The sum over all steps. */
        Op sum() {
            Contraction c = contraction();
            return new Op.DotGeneral(new Contraction(later(c.leftBatch()), later(c.rightBatch()),
                    first(c.leftContracted()), first(c.rightContracted())), op.result());
        }

        private static List<Integer> later(List<Integer> axes) {
            return axes.stream().map(axis -> axis + 1).toList();
        }

        private static List<Integer> first(List<Integer> axes) {
            return Stream.concat(Stream.of(0), later(axes).stream()).toList();
        }

        /**
         * The order of axes that makes, of a product with exchanged operands, the one that was asked for;
         * after {@code before} other axes.
         */
        Op exchanged(int before) {
            int right = contraction().rightFree(right().type().shape()).size();
            int left = contraction().leftFree(left().type().shape()).size();
            IntStream free = IntStream.concat(IntStream.range(right, right + left),
                    IntStream.range(0, right));
            return new Op.Transpose(IntStream.concat(IntStream.range(0, before),
                    free.map(axis -> axis + before)).boxed().toList());
        }
    }

    /** The results of the loop; null if there is nothing to move. */
    private @Nullable List<Atom> outside() {
        for (Equation e : body.equations()) {
            Product product = Product.of(e);
            if (product != null && product.isWorthIt() && !product.hasBatch()) {
                if (isBefore(product.left(), e) && isConstant(product.right())) {
                    return before(product, true);
                }
                if (isBefore(product.right(), e) && isConstant(product.left())) {
                    return before(product, false);
                }
            }
        }
        for (int i = 0; i < op.carries(); i++) {
            Sum sum = sum(i);
            if (sum != null) {
                return after(i, sum);
            }
        }
        for (int i = op.carries(); i < body.results().size(); i++) {
            Equation e = only(body.results().get(i), 1);
            Op.Transpose order = e != null && e.op() instanceof Op.Transpose t ? t : null;
            Product product = Product.of(e != null && order != null ? only(e.operands().getFirst(), 1) : e);
            if (product != null && product.isWorthIt() && !product.hasBatch()) {
                if (isNew(product.left(), i) && isConstant(product.right())) {
                    return after(i, product, true, order);
                }
                if (isNew(product.right(), i) && isConstant(product.left())) {
                    return after(i, product, false, order);
                }
            }
        }
        return null;
    }

    /** The results of a loop that takes the place of this one, from which more may be moved out. */
    private List<Atom> instead(Program written, int carries, List<Atom> operands) {
        Program program = Dce.of(written);
        Control.Scan scan = new Control.Scan(program, op.constants(), carries, op.length(), op.reverse());
        List<Atom.Var> results = new ArrayList<>();
        for (int i = 0; i < program.results().size(); i++) {
            TensorType type = program.results().get(i).type();
            results.add(new Atom.Var(i, i < carries ? type : stacked(type)));
        }
        Equation e = new Equation(results, scan, operands, loop.source());
        List<Atom> moved = new Hoist(draft, e, scan).outside();
        return moved != null ? moved : new ArrayList<>(draft.append(e).results());
    }

    private TensorType stacked(TensorType each) {
        return each.with(each.shape().inserted(0, op.length()));
    }

    // ---- what is in the body ----

    private static long size(Atom atom) {
        return atom.type().shape().size();
    }

    /** Whether it is the same in all steps: a constant, or that with its axes in another order. */
    private boolean isConstant(Atom atom) {
        int input = body.input(inOrder(atom));
        return input >= 0 && input < op.constants();
    }

    /** Whether it is what is taken apart, or that with its axes in another order. */
    private boolean isElement(Atom atom) {
        return body.input(inOrder(atom)) >= op.constants() + op.carries();
    }

    /** What an atom is before its axes are brought into another order. */
    private Atom inOrder(Atom atom) {
        Equation e = definition(atom);
        return e != null && e.op() instanceof Op.Transpose ? e.operands().getFirst() : atom;
    }

    private @Nullable Equation definition(Atom atom) {
        return body.equations().stream().filter(e -> e.results().size() == 1 && e.result().equals(atom))
                .findFirst().orElse(null);
    }

    /** A constant, or all elements, outside of the loop. */
    private Atom outer(Atom atom) {
        Atom x = loop.operands().get(body.input(inOrder(atom)));
        Equation e = definition(atom);
        return e == null ? x : draft.apply(isConstant(atom) ? e.op() : later((Op.Transpose) e.op()), x);
    }

    /** The same order after another axis. */
    private static Op later(Op.Transpose order) {
        return new Op.Transpose(Product.first(order.permutation()));
    }

    /** Whether a product with an element may be stacked in place of that. */
    private boolean isBefore(Atom atom, Equation product) {
        return isElement(atom) && size(product.result()) <= MOST_MEMORY * size(atom);
    }

    /** Whether an output may be stacked in place of number {@code i}. */
    private boolean isNew(Atom atom, int i) {
        return atom instanceof Atom.Var && !isConstant(atom)
                && size(atom) <= MOST_MEMORY * size(body.results().get(i));
    }

    /** How often something is read in the body, or is a result. */
    private long uses(Atom atom) {
        return Stream.concat(body.equations().stream().flatMap(e -> e.operands().stream()),
                body.results().stream()).filter(atom::equals).count();
    }

    /** What defines {@code atom}, if it is used so often. */
    private @Nullable Equation only(Atom atom, int uses) {
        return uses(atom) != uses ? null : definition(atom);
    }

    // ---- before the loop ----

    private List<Atom> before(Product product, boolean isLeft) {
        Atom all = draft.apply(product.all(isLeft), outer(isLeft ? product.left() : product.right()),
                outer(isLeft ? product.right() : product.left()));
        Equation last = product.equation();
        for (Equation add = isLeft ? addition(last.result()) : null; add != null;
                add = addition(last.result())) {
            boolean isSumFirst = add.operands().getFirst().equals(last.result());
            Atom same = inAllSteps(add.operands().get(isSumFirst ? 1 : 0), all.type().shape());
            all = draft.apply(add.op(), isSumFirst ? all : same, isSumFirst ? same : all);
            last = add;
        }
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(body.inputTypes());
        Atom.Var each = b.input(all.type().with(all.type().shape().without(List.of(0))));
        Atom result = isLeft ? each : b.apply(product.exchanged(0), each);
        List<Atom> results = copy(b, inputs, last, result).of(body.results());
        List<Atom.Var> more = new ArrayList<>(inputs);
        more.add(each);
        List<Atom> operands = new ArrayList<>(loop.operands());
        operands.add(all);
        return instead(b.program(more, results), op.carries(), operands);
    }

    /** What adds something that is the same in all steps to {@code sum}, if nothing else reads that. */
    private @Nullable Equation addition(Atom sum) {
        return uses(sum) != 1 ? null : body.equations().stream()
                .filter(e -> e.op() instanceof Op.Binary(var f) && f == Op.Binary.Function.ADD
                && e.operands().contains(sum)
                && isConstant(unstretched(e.operands().get(e.operands().getFirst().equals(sum) ? 1 : 0))))
                .findFirst().orElse(null);
    }

    /** What an atom is before it is made longer. */
    private Atom unstretched(Atom atom) {
        Equation e = definition(atom);
        return e != null && e.op() instanceof Op.Broadcast ? e.operands().getFirst() : atom;
    }

    /** What is the same in all steps, outside of the loop, with an axis for these. */
    private Atom inAllSteps(Atom atom, Shape shape) {
        Equation e = definition(atom);
        List<Integer> axes = e != null && e.op() instanceof Op.Broadcast(_, var of) ? of
                : IntStream.range(0, atom.type().rank()).boxed().toList();
        return draft.apply(new Op.Broadcast(shape, Product.later(axes)), outer(unstretched(atom)));
    }

    /** The equations of the body, but for one whose result is known. */
    private Bindings copy(Builder b, List<? extends Atom> inputs, @Nullable Equation without,
            @Nullable Atom result) {
        Bindings bindings = new Bindings(body, inputs);
        for (Equation e : body.equations()) {
            b.at(e.source());
            bindings.define(e, e.equals(without) ? List.of(Objects.requireNonNull(result))
                    : b.apply(e.op(), bindings.of(e.operands())));
        }
        return bindings;
    }

    // ---- after the loop ----

    private List<Atom> after(int output, Product product, boolean isLeft, Op.@Nullable Transpose order) {
        Atom x = isLeft ? product.left() : product.right();
        List<Atom> outputs = new ArrayList<>(body.results());
        outputs.set(output, x);
        List<Atom> results = instead(Program.of(body.inputs(), body.equations(), outputs), op.carries(),
                loop.operands());
        Atom all = draft.apply(product.all(isLeft), results.get(output),
                outer(isLeft ? product.right() : product.left()));
        Atom inOrder = isLeft ? all : draft.apply(product.exchanged(1), all);
        results.set(output, order == null ? inOrder : draft.apply(later(order), inOrder));
        return results;
    }

    /**
     * A carried tensor to which each step adds something.
     *
     * @param term what makes that of its operands
     * @param all what makes it of all steps' operands
     * @param isSumFirst whether the carried tensor is the first operand of the addition
     * @param order of the term's axes; null if it is as it is
     */
    private record Sum(Equation term, Op all, boolean isSumFirst, Op.@Nullable Transpose order) {}

    /** What each step adds to a carried tensor that nobody else reads; null if there is no such thing. */
    private @Nullable Sum sum(int carry) {
        Atom before = body.inputs().get(op.constants() + carry);
        Equation add = only(body.results().get(carry), 1);
        if (add == null || !(add.op() instanceof Op.Binary(var f)) || f != Op.Binary.Function.ADD
                || !add.operands().contains(before) || uses(before) != 1) {
            return null;
        }
        boolean isFirst = add.operands().getFirst().equals(before);
        Equation e = only(add.operands().get(isFirst ? 1 : 0), 1);
        Op.Transpose order = e != null && e.op() instanceof Op.Transpose t ? t : null;
        Equation term = e != null && order != null ? only(e.operands().getFirst(), 1) : e;
        Op all = term == null || term.operands().stream().anyMatch(a -> !(a instanceof Atom.Var)
                || isConstant(a)) ? null : all(term, size(before));
        return all == null ? null : new Sum(Objects.requireNonNull(term), all, isFirst, order);
    }

    /** What adds up the results of an equation over all steps, if it is worth it; else null. */
    private @Nullable Op all(Equation e, long room) {
        long stacks = e.operands().stream().distinct().filter(a -> !isStacked(a))
                .mapToLong(Hoist::size).sum();
        Product product = Product.of(e);
        if (product != null) {
            return product.isWorthIt() && stacks <= room ? product.sum() : null;
        }
        return e.op() instanceof Op.Reduce(var monoid, var axes) && monoid == Monoid.SUM && stacks == 0
                && size(e.operands().getFirst()) >= LEAST_WORK
                ? new Op.Reduce(monoid, Product.first(axes)) : null;
    }

    /** Whether all steps together have it in memory anyway. */
    private boolean isStacked(Atom atom) {
        return isElement(atom) || body.results().lastIndexOf(atom) >= op.carries();
    }

    private List<Atom> after(int carry, Sum sum) {
        int input = op.constants() + carry;
        List<Atom.Var> inputs = new ArrayList<>(body.inputs());
        Atom.Var before = inputs.remove(input);
        List<Atom> outputs = new ArrayList<>(body.results());
        outputs.remove(carry);
        for (Atom factor : sum.term.operands()) {
            if (!isElement(factor) && outputs.lastIndexOf(factor) < op.carries() - 1) {
                outputs.add(factor);
            }
        }
        List<Atom> operands = new ArrayList<>(loop.operands());
        Atom first = operands.remove(input);
        List<Atom> results = instead(without(before, inputs, outputs), op.carries() - 1, operands);
        List<Atom> factors = sum.term.operands().stream().<Atom>map(factor -> isElement(factor)
                ? outer(factor) : results.get(outputs.lastIndexOf(factor))).toList();
        Atom all = draft.apply(sum.all, factors);
        Atom total = sum.order == null ? all : draft.apply(sum.order, all);
        List<Atom> moved = new ArrayList<>(results.subList(0, body.results().size() - 1));
        moved.add(carry, isZero(first) ? total : draft.apply(new Op.Binary(Op.Binary.Function.ADD),
                sum.isSumFirst ? first : total, sum.isSumFirst ? total : first));
        return moved;
    }

    private static boolean isZero(Atom atom) {
        return atom instanceof Atom.Literal(var type, var value) && !type.dtype().isComplex()
                && value.doubleValue() == 0;
    }

    /** The body without an input, and what reads it. */
    private Program without(Atom.Var input, List<Atom.Var> inputs, List<Atom> results) {
        List<Equation> equations = body.equations().stream()
                .filter(e -> !e.operands().contains(input)).toList();
        return Program.of(inputs, equations, results);
    }
}
