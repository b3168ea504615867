package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Bindings;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.Complex;
import ricci.ir.Contraction;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.GatherDimensions;
import ricci.ir.InferTypes;
import ricci.ir.LinearAlgebra;
import ricci.ir.Lists;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Op.OutOfBounds;
import ricci.ir.OpText;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.ir.Windows;

/**
 * Transposition of linear programs: from cotangents of the results to cotangents of the linear inputs.
 *
 * <p>Equations that do not depend on a linear input are run forward first; the others are walked backwards,
 * each adding to the cotangents of its operands. A cotangent that is zero is {@code null} and costs nothing.
 */
public final class Transpose {
    private final Builder builder;
    private final boolean[] linear;
    private final @Nullable Atom[] cotangents;
    private final Relevance relevance;

    private Transpose(Builder builder, int variables) {
        this.builder = builder;
        linear = new boolean[variables];
        cotangents = new @Nullable Atom[variables];
        relevance = new Relevance(builder, variables);
    }

    /**
     * The transposed program. Inputs: the other inputs of {@code program}, in order, then a cotangent per
     * result; results: a cotangent per linear input.
     *
     * @throws RicciException.Derivative if the program is not linear in those inputs
     */
    public static Program of(Program program, List<Boolean> linearInputs) {
        // What depends on no linear input is run forward first, also inside of nested programs.
        PartialEval cut = PartialEval.of(program, linearInputs);
        return TypeChecker.check("Transpose", of(program, cut, linearInputs,
                Signature.all(linearInputs.size(), false), nowhere(program)).cotangents());
    }

    /** As {@link #of(Program, List)}, of a program inside of one that is being transposed. */
    static Program inside(Program program, List<Boolean> linearInputs) {
        return inside(program, linearInputs, nowhere(program)).cotangents();
    }

    /** As {@link #inside(Program, List)}, with a mask for each result that {@code masked} marks. */
    static Masked inside(Program program, List<Boolean> linearInputs, List<Boolean> masked) {
        return of(program, PartialEval.again(program, linearInputs), linearInputs,
                Signature.all(linearInputs.size(), false), masked);
    }

    private static List<Boolean> nowhere(Program program) {
        return Signature.all(program.results().size(), false);
    }

    /**
     * A transposed program that is told in the end where results matter, by {@link Relevance}, and says so of
     * the linear inputs.
     *
     * @param program results: a cotangent for each linear input, then masks
     * @param masked which linear inputs have one
     */
    record Masked(Program program, List<Boolean> masked) {
        Program cotangents() {
            return Signature.returning(program, program.results().subList(0, masked.size()));
        }
    }

    /**
     * As {@link #of(Program, List)}, with more inputs in the end: for each linear input that {@code seeded}
     * marks the cotangent that it has already, to which the program's contributions are added; then a mask
     * for each result that {@code masked} marks.
     */
    private static Masked of(Program program, PartialEval cut, List<Boolean> linearInputs,
            List<Boolean> seeded, List<Boolean> masked) {
        Builder builder = new Builder();
        Transpose walk = new Transpose(builder, cut.unknown().variables());
        List<Atom.Var> inputs = new ArrayList<>(builder.inputs(
                Signature.types(Signature.unmarked(program.inputs(), linearInputs))));
        List<Atom> forward = builder.inline(cut.known(), inputs);
        List<Atom> arguments = new ArrayList<>(forward.subList(cut.knownResults(), forward.size()));
        List<Atom.Var> linear = cut.unknown().inputs()
                .subList(arguments.size(), cut.unknown().inputs().size());
        List<Boolean> hasSeed = Signature.marked(seeded, linearInputs);
        List<Atom.Var> seeds = new ArrayList<>();
        for (int i = 0; i < linear.size(); i++) {
            // No equation reads it: the rules never ask for the value of a linear operand.
            arguments.add(builder.zeros(linear.get(i).type()));
            walk.linear[linear.get(i).id()] = true;
            if (hasSeed.get(i)) {
                seeds.add(builder.input(linear.get(i).type()));
                walk.cotangents[linear.get(i).id()] = seeds.getLast();
            }
        }
        cut.unknown().equations().forEach(e -> e.results().forEach(v -> walk.linear[v.id()] = true));
        Bindings bindings = new Bindings(cut.unknown(), arguments);
        int next = 0;
        List<Atom.Var> masks = new ArrayList<>();
        for (int i = 0; i < program.results().size(); i++) {
            TensorType type = program.results().get(i).type();
            Atom.Var cotangent = builder.input(type);
            inputs.add(cotangent);
            Atom.Var mask = masked.get(i) ? builder.input(type.with(DType.BOOL)) : null;
            if (mask != null) {
                masks.add(mask);
            }
            if (cut.unknownResults().get(i)) {
                walk.relevance.isResult(cut.unknown().results().get(next), mask);
                walk.accumulate(cut.unknown().results().get(next++), cotangent);
            }
        }
        inputs.addAll(seeds);
        inputs.addAll(masks);
        for (Equation e : cut.unknown().equations().reversed()) {
            builder.at(e.source());
            walk.backward(e, bindings);
        }
        List<@Nullable Atom> matters = new ArrayList<>();
        linear.forEach(v -> matters.add(walk.relevance.of(v)));
        return new Masked(builder.program(inputs, Lists.join(Lists.mapped(linear, walk::cotangent),
                TransposeControl.present(matters))), matters.stream().map(m -> m != null).toList());
    }

    private void backward(Equation e, Bindings bindings) {
        if (isZero(e.results())) {
            return;
        }
        List<Atom> operands = e.operands();
        List<@Nullable Atom> bound = new ArrayList<>();
        for (Atom operand : operands) {
            bound.add(isLinear(operand) ? null : bindings.of(operand));
        }
        List<@Nullable Atom> known = relevance.harmless(e, bound);
        relevance.through(e, known);
        if (e.op() instanceof Custom.Remat remat) {
            remat(e, remat, bindings);
            return;
        }
        List<Atom> ct = Lists.mapped(e.results(), this::cotangent);
        List<@Nullable Atom> back = switch (e.op()) {
            case Op.Call(var name, var body) -> call(e, name, body, known, ct);
            case Control control -> TransposeControl.of(builder, relevance, e, control, known, ct);
            case Custom custom -> TransposeCustom.rule(builder, custom, known, ct);
            case Collective.Pmap map -> Spmd.transpose(builder, map, known, ct);
            case Op _ -> rule(e, Atom.types(operands), known, ct.getFirst());
        };
        if (back == null) {
            throw notLinear(e);
        }
        for (int i = 0; i < operands.size(); i++) {
            Atom contribution = back.get(i);
            if (contribution != null) {
                accumulate(operands.get(i), contribution);
            }
        }
    }

    /** What each operand's cotangent gains; null for an operand that is known, and for a zero. */
    private List<@Nullable Atom> rule(Equation e, List<TensorType> x, List<@Nullable Atom> known, Atom ct) {
        Builder b = builder;
        return switch (e.op()) {
            case Op.Unary(var f) when f == Op.Unary.Function.NEG -> single(b.neg(ct));
            case Op.ReducePrecision _ -> single(b.apply(e.op(), ct));
            case Op.Binary(var f) -> binary(e, f, known, ct);
            case Op.Fma _ -> fma(e, known, ct);
            case Op.Select _ -> select(e, known, ct);
            case Op.Convert _ -> single(b.convert(ct, x.getFirst().dtype()));
            case Op.Reshape _ -> single(b.reshape(ct, x.getFirst().shape()));
            case Op.Transpose(var permutation) -> single(b.transpose(ct, inverse(permutation)));
            case Op.Rearrange(var split, var permutation, _) -> single(b.rearrange(ct,
                    split.select(permutation), inverse(permutation), x.getFirst().shape()));
            case Op.Broadcast broadcast -> single(broadcast(broadcast, x.getFirst(), ct));
            case Op.Reduce(var monoid, var axes) when monoid == Monoid.SUM -> single(
                    b.broadcast(ct, x.getFirst().shape(), x.getFirst().shape().axesExcept(axes)));
            case Op.Cumulative(var f, var axis, var reverse) when f == Op.Cumulative.Function.SUM ->
                    single(b.apply(new Op.Cumulative(f, axis, !reverse), ct));
            case Op.DotGeneral dot -> dotGeneral(e, dot, x, known, ct);
            case Op.Slice slice -> single(slice(b, slice, x.getFirst(), ct));
            case Op.Pad pad -> pad(pad, x.getFirst(), known, ct);
            case Op.Concatenate(var axis) -> concatenate(axis, x, known, ct);
            case Op.Reverse _ -> single(b.apply(e.op(), ct));
            case Op.Gather(var d, _, var mode) -> {
                Atom indices = requireKnown(e, known.get(1));
                Op scatter = new Op.Scatter(d, Op.Scatter.Combiner.ADD, mode);
                yield pair(b.apply(scatter, b.zeros(x.getFirst()), indices, ct), null);
            }
            case Op.Scatter scatter -> scatter(e, scatter, x, known, ct);
            case Op.Unary _, Op.IntegerPower _, Op.IsFinite _, Op.RegularizedIncompleteBeta _, Op.Compare _,
                 Op.Bitcast _, Op.Iota _, Op.Reduce _, Op.Cumulative _, Op.ArgReduce _, Op.Sort _,
                 Op.Threefry _, Op.StopGradient _ -> throw notLinear(e);
            case Complex complex -> complex(complex, x, known, ct);
            case Collective collective -> single(collective(e, collective, ct));
            case LinearAlgebra linear -> TransposeLinearAlgebra.rule(b, e, linear, known, ct);
            case Windows windows -> new TransposeWindows(b).rule(e, windows, x, known, ct);
            case Effect _ -> throw new AssertionError("what has no results has no cotangents");
            case Op.Call _, Control _, Custom _ ->
                    throw new AssertionError("programs inside are transposed as such");
        };
    }

    /** Of all that the group holds, taken together, each is a linear map. */
    private Atom collective(Equation e, Collective op, Atom ct) {
        return builder.apply(switch (op) {
            case Collective.AllReduce(var monoid, _) when monoid == Monoid.SUM -> op;
            case Collective.AllGather(var axes, int place) -> new Collective.ReduceScatter(axes, place);
            case Collective.ReduceScatter(var axes, int place) -> new Collective.AllGather(axes, place);
            case Collective.AllToAll _ -> op;
            case Collective.Permute permute -> permute.inverse();
            case Collective.AllReduce _, Collective.AxisIndex _ -> throw notLinear(e);
            case Collective.Pmap _ -> throw new AssertionError("a pmap is transposed with its program");
        }, ct);
    }

    private List<@Nullable Atom> binary(
            Equation e, Op.Binary.Function f, List<@Nullable Atom> known, Atom ct) {
        Atom left = known.getFirst();
        Atom right = known.getLast();
        Builder b = builder;
        return switch (f) {
            case ADD -> pair(left == null ? ct : null, right == null ? ct : null);
            case SUB -> pair(left == null ? ct : null, right == null ? b.neg(ct) : null);
            case MUL -> {
                if (left == null && right == null) {
                    throw notLinear(e);
                }
                yield left == null ? pair(b.mul(ct, requireKnown(e, right)), null)
                        : pair(null, b.mul(ct, left));
            }
            case DIV -> pair(b.div(ct, requireKnown(e, right)), null);
            case REM, MAX, MIN, POW, ATAN2, NEXTAFTER, POLYGAMMA, ZETA, IGAMMA, IGAMMAC, IGAMMA_GRAD_A,
                 RANDOM_GAMMA_GRAD, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC,
                 MULHI -> throw notLinear(e);
        };
    }

    private List<@Nullable Atom> fma(Equation e, List<@Nullable Atom> known, Atom ct) {
        List<@Nullable Atom> back = new ArrayList<>(known.get(0) != null && known.get(1) != null
                ? pair(null, null) : binary(e, Op.Binary.Function.MUL, known.subList(0, 2), ct));
        back.add(known.get(2) == null ? ct : null);
        return back;
    }

    /**
     * By the pairing of complex numbers that is their product, without a conjugate, so that the gradient of
     * a real function is ∂x - i·∂y, as in JAX.
     */
    private List<@Nullable Atom> complex(
            Complex op, List<TensorType> x, List<@Nullable Atom> known, Atom ct) {
        Builder b = builder;
        return switch (op) {
            case Complex.OfParts _ -> pair(
                    known.getFirst() == null ? b.apply(new Complex.Real(), ct) : null,
                    known.getLast() == null ? b.neg(b.apply(new Complex.Imag(), ct)) : null);
            case Complex.Real _ -> single(b.convert(ct, x.getFirst().dtype()));
            case Complex.Imag _ -> single(b.apply(new Complex.OfParts(), b.zeros(ct.type()), b.neg(ct)));
            case Complex.Conj _ -> single(b.apply(op, ct));
        };
    }

    private List<@Nullable Atom> select(Equation e, List<@Nullable Atom> known, Atom ct) {
        Atom predicate = requireKnown(e, known.getFirst());
        Atom zero = builder.zeros(ct.type());
        List<@Nullable Atom> back = new ArrayList<>();
        back.add(null);
        back.add(known.get(1) == null ? builder.select(predicate, ct, zero) : null);
        back.add(known.get(2) == null ? builder.select(predicate, zero, ct) : null);
        return back;
    }

    private Atom broadcast(Op.Broadcast op, TensorType x, Atom ct) {
        List<Integer> copied = new ArrayList<>(op.shape().axesExcept(op.axes()));
        for (int i = 0; i < x.rank(); i++) {
            int axis = op.axes().get(i);
            if (x.shape().length(i) == 1 && op.shape().length(axis) != 1) {
                copied.add(axis);
            }
        }
        return builder.reshape(builder.reduce(Monoid.SUM, ct, copied), x.shape());
    }

    private List<@Nullable Atom> dotGeneral(Equation e, Op.DotGeneral op, List<TensorType> x,
            List<@Nullable Atom> known, Atom ct) {
        if (known.getFirst() == null) {
            Atom right = requireKnown(e, known.getLast());
            return pair(operandCotangent(op.contraction(), x.getFirst(), right, ct, false), null);
        }
        Atom left = known.getFirst();
        return pair(null, operandCotangent(op.contraction().swapped(), x.getLast(), left, ct, true));
    }

    /**
     * The cotangent of one operand of a product: the product of {@code ct} with the other operand, contracted
     * over the latter's free axes, with the axes brought back in order, by exchanging the operands if that
     * does it. {@code c} is seen from the operand: its left is ours.
     */
    private Atom operandCotangent(Contraction c, TensorType x, Atom other, Atom ct, boolean ctHasOtherFirst) {
        Shape shape = other.type().shape();
        int batch = c.leftBatch().size();
        int ownFree = c.leftFree(x.shape()).size();
        int otherFree = c.rightFree(shape).size();
        int otherStart = ctHasOtherFirst ? batch : batch + ownFree;
        Contraction back = new Contraction(axes(0, batch), c.rightBatch(),
                axes(otherStart, otherStart + otherFree), c.rightFree(shape));
        // The axes that were contracted come in the order they have in the other operand.
        List<Integer> contracted = c.rightContracted().stream().sorted()
                .map(axis -> c.leftContracted().get(c.rightContracted().indexOf(axis))).toList();
        List<Integer> order = Lists.join(c.leftBatch(), c.leftFree(x.shape()), contracted);
        List<Integer> exchanged = Lists.join(c.leftBatch(), contracted, c.leftFree(x.shape()));
        List<Integer> inOrder = axes(0, x.rank());
        boolean isExchanged = !order.equals(inOrder) && exchanged.equals(inOrder);
        Atom given = builder.convert(ct, x.dtype());
        Atom product = builder.apply(new Op.DotGeneral(isExchanged ? back.swapped() : back, x.dtype()),
                isExchanged ? other : given, isExchanged ? given : other);
        return builder.transpose(product, inverse(isExchanged ? exchanged : order));
    }

    static Atom slice(Builder builder, Op.Slice op, TensorType x, Atom ct) {
        List<Long> high = new ArrayList<>();
        List<Long> interior = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            long length = ct.type().shape().length(i);
            long stride = op.strides().get(i);
            long covered = length == 0 ? 0 : (length - 1) * stride + 1;
            interior.add(stride - 1);
            high.add(x.shape().length(i) - op.starts().get(i) - covered);
        }
        return builder.apply(new Op.Pad(op.starts(), high, interior), ct, builder.zeros(scalar(ct)));
    }

    /** What lies where the padded tensor was. */
    static Atom inside(Builder builder, Op.Pad op, Atom ct) {
        int rank = ct.type().rank();
        List<Long> zeros = Builder.repeat(rank, 0);
        Atom uncropped = builder.apply(new Op.Pad(negated(op.low()), negated(op.high()), zeros), ct,
                builder.zeros(scalar(ct)));
        List<Long> limits = IntStream.range(0, rank).mapToObj(i -> uncropped.type().shape().length(i))
                .toList();
        List<Long> strides = op.interior().stream().map(gap -> gap + 1).toList();
        return builder.apply(new Op.Slice(zeros, limits, strides), uncropped);
    }

    private List<@Nullable Atom> pad(Op.Pad op, TensorType x, List<@Nullable Atom> known, Atom ct) {
        Atom inside = inside(builder, op, ct);
        Atom value = null;
        if (known.getLast() == null) {
            List<Integer> all = axes(0, x.rank());
            value = builder.sub(builder.reduce(Monoid.SUM, ct, all), builder.reduce(Monoid.SUM, inside, all));
        }
        return pair(known.getFirst() == null ? inside : null, value);
    }

    private List<@Nullable Atom> concatenate(
            int axis, List<TensorType> x, List<@Nullable Atom> known, Atom ct) {
        List<@Nullable Atom> back = new ArrayList<>();
        long start = 0;
        for (int i = 0; i < x.size(); i++) {
            long limit = start + x.get(i).shape().length(axis);
            back.add(known.get(i) == null ? builder.slice(ct, axis, start, limit) : null);
            start = limit;
        }
        return back;
    }

    private List<@Nullable Atom> scatter(Equation e, Op.Scatter op, List<TensorType> x,
            List<@Nullable Atom> known, Atom ct) {
        Atom indices = requireKnown(e, known.get(1));
        GatherDimensions d = op.dimensions();
        Shape window = d.window(x.getFirst().shape(), x.getLast().shape());
        // An update that was left out has cotangent 0.
        Op gather = new Op.Gather(d, window, op.outOfBounds() == OutOfBounds.CLIP ? OutOfBounds.CLIP
                : OutOfBounds.ZERO);
        List<@Nullable Atom> back = new ArrayList<>(Collections.nCopies(3, null));
        switch (op.combiner()) {
            case ADD -> {
                back.set(0, known.getFirst() == null ? ct : null);
                back.set(2, known.getLast() == null ? builder.apply(gather, ct, indices) : null);
            }
            case SET -> {
                Atom zeros = builder.zeros(x.getLast());
                if (known.getFirst() == null) {
                    back.set(0, builder.apply(op, ct, indices, zeros));
                }
                if (known.getLast() == null) {
                    back.set(2, builder.select(stays(op, window, ct.type(), indices, x.getLast()),
                            builder.apply(gather, ct, indices), zeros));
                }
            }
            case MUL, MIN, MAX -> throw notLinear(e);
        }
        return back;
    }

    /** Which updates are not replaced by later ones: if each writes its number, those that find it there. */
    private Atom stays(Op.Scatter op, Shape window, TensorType x, Atom indices, TensorType updates) {
        Atom flat = builder.apply(new Op.Iota(TensorType.of(DType.I64, updates.shape().size()), 0));
        Atom numbers = builder.reshape(flat, updates.shape());
        Atom last = builder.apply(op, builder.zeros(x.with(DType.I64)), indices, numbers);
        // One that was left out finds no number.
        Op gather = new Op.Gather(op.dimensions(), window, op.outOfBounds() == OutOfBounds.CLIP
                ? OutOfBounds.CLIP : OutOfBounds.FILL);
        return builder.compare(Op.Compare.Relation.EQ, builder.apply(gather, last, indices), numbers);
    }

    private List<@Nullable Atom> call(Equation e, String name, Program body, List<@Nullable Atom> known,
            List<Atom> ct) {
        List<@Nullable Atom> masks = relevance.of(e.results());
        List<Boolean> linear = known.stream().map(k -> k == null).toList();
        Masked transposed = inside(body, linear, masks.stream().map(m -> m != null).toList());
        List<Atom> operands = new ArrayList<>(TransposeControl.present(known));
        operands.addAll(ct);
        operands.addAll(TransposeControl.present(masks));
        List<Atom.Var> results = builder.apply(new Op.Call(name, transposed.program()), operands);
        relevance.use(Signature.marked(e.operands(), linear), transposed.masked(),
                results.subList(transposed.masked().size(), results.size()));
        List<@Nullable Atom> back = new ArrayList<>();
        int next = 0;
        for (Atom k : known) {
            back.add(k == null ? results.get(next++) : null);
        }
        return back;
    }

    /**
     * The body computes forward what it needs, and then back, as one unit. It is given the cotangents that
     * its operands have so far, so that all are summed in the order in which they would be without remat.
     */
    private void remat(Equation e, Custom.Remat op, Bindings bindings) {
        List<Atom> wanted = new ArrayList<>();
        List<Atom> ct = new ArrayList<>();
        List<@Nullable Atom> matters = relevance.of(e.results());
        List<@Nullable Atom> masks = new ArrayList<>();
        for (int i = 0; i < e.results().size(); i++) {
            Atom cotangent = cotangents[e.results().get(i).id()];
            if (cotangent != null) {
                wanted.add(op.body().results().get(i));
                ct.add(cotangent);
                masks.add(matters.get(i));
            }
        }
        List<Boolean> linearOperands = e.operands().stream().map(this::isLinear).toList();
        List<Boolean> seeded = new ArrayList<>();
        List<Atom> operands = new ArrayList<>();
        List<Atom> seeds = new ArrayList<>();
        Set<Atom> seen = new HashSet<>();
        for (Atom x : e.operands()) {
            Atom sum = x instanceof Atom.Var v && isLinear(v) ? cotangents[v.id()] : null;
            boolean first = seen.add(x);
            seeded.add(sum != null && first);
            if (sum != null && first) {
                seeds.add(sum);
            }
            if (!isLinear(x)) {
                operands.add(bindings.of(x));
            }
        }
        operands.addAll(ct);
        operands.addAll(seeds);
        operands.addAll(TransposeControl.present(masks));
        Program body = Dce.of(Program.of(op.body().inputs(), op.body().equations(), wanted));
        Masked transposed = of(body, PartialEval.again(body, linearOperands), linearOperands, seeded,
                masks.stream().map(m -> m != null).toList());
        Program back = Dce.of(transposed.program());
        List<Atom.Var> all = builder.apply(new Custom.Remat(back, op.policy()), operands);
        relevance.use(Signature.marked(e.operands(), linearOperands), transposed.masked(),
                all.subList(transposed.masked().size(), all.size()));
        Iterator<Atom.Var> gained = all.iterator();
        Iterator<Atom> inside = back.results().iterator();
        for (int i = 0; i < seeded.size(); i++) {
            if (linearOperands.get(i) && e.operands().get(i) instanceof Atom.Var v) {
                Atom.Var total = gained.next();
                if (seeded.get(i)) {
                    cotangents[v.id()] = total;
                    inside.next();
                } else if (inside.next() instanceof Atom.Var) {
                    accumulate(v, total);
                }
            }
        }
    }

    private boolean isZero(List<Atom.Var> results) {
        for (Atom.Var v : results) {
            if (cotangents[v.id()] != null) {
                return false;
            }
        }
        return true;
    }

    private boolean isLinear(Atom atom) {
        return atom instanceof Atom.Var v && linear[v.id()];
    }

    private Atom cotangent(Atom.Var v) {
        Atom ct = cotangents[v.id()];
        return ct == null ? builder.zeros(v.type()) : ct;
    }

    private void accumulate(Atom target, Atom contribution) {
        if (target instanceof Atom.Var v && linear[v.id()]) {
            Atom sum = cotangents[v.id()];
            cotangents[v.id()] = sum == null ? contribution : builder.add(sum, contribution);
        }
    }

    static Atom requireKnown(Equation e, @Nullable Atom operand) {
        if (operand == null) {
            throw notLinear(e);
        }
        return operand;
    }

    static RicciException notLinear(Equation e) {
        return new RicciException.Derivative(TransposeCustom.TRANSPOSE + OpText.name(e.op()),
                InferTypes.list(e.operands().stream().map(Atom::type).toList()),
                "only a linear function has a transpose, and this is not linear in the operand that varies"
                + (e.source().isKnown() ? " (written at " + e.source() + ")" : ""),
                "linearise first, with vjp or linearize");
    }

    private static TensorType scalar(Atom x) {
        return x.type().with(Shape.SCALAR);
    }

    private static List<Integer> axes(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static List<Integer> inverse(List<Integer> permutation) {
        return IntStream.range(0, permutation.size()).map(permutation::indexOf).boxed().toList();
    }

    private static List<Long> negated(List<Long> values) {
        return values.stream().map(v -> -v).toList();
    }

    private static List<@Nullable Atom> single(Atom cotangent) {
        return Collections.singletonList(cotangent);
    }

    private static List<@Nullable Atom> pair(@Nullable Atom first, @Nullable Atom second) {
        List<@Nullable Atom> both = new ArrayList<>();
        both.add(first);
        both.add(second);
        return both;
    }
}
