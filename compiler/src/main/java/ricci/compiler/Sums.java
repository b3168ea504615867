package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Fma;
import ricci.loop.Expression.Read;
import ricci.loop.Expression.Select;
import ricci.loop.Register;
import ricci.loop.Statement.Fold;
import ricci.loop.Variable;
import org.jspecify.annotations.Nullable;

/**
 * Sums of products, one or several in the same loops. They are kept in the wider of the registers of operands
 * and result, and rounded or wrapped once.
 */
final class Sums {
    private final Equation e;
    private final LoopNest nest;
    private final Register register;
    private List<Expression> results = List.of();
    private List<Variable.Local> accumulators = List.of();

    private Sums(Equation e, LoopNest nest) {
        this.e = e;
        this.nest = nest;
        DType to = e.result().type().dtype();
        DType of = e.operands().getFirst().type().dtype();
        this.register = of == DType.F64 ? Register.F64 : Register.of(to);
    }

    /**
     * Loops over axes, in which {@code terms} gives what each sum is after one more product, from the loops'
     * counters.
     *
     * @param isVector whether the last of the loops runs in lanes
     */
    static Sums of(Equation e, LoopNest nest, int count, List<Axis> axes, boolean isVector,
            BiFunction<List<Variable.Counter>, Sums, List<Expression>> terms) {
        Sums sums = new Sums(e, nest);
        int depth = nest.depth();
        sums.accumulators = axes.isEmpty() ? List.of() : sums.locals(count);
        List<Variable.Counter> counters = isVector ? nest.vector(axes) : nest.serial(axes);
        sums.results = terms.apply(counters, sums);
        List<Variable.Local> inner = sums.accumulators;
        boolean isInnermost = true;
        while (nest.depth() > depth) {
            List<Variable.Local> outer = isInnermost ? inner : sums.locals(count);
            List<Fold> folds = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Expression next = isInnermost ? sums.results.get(i) : new Binary(Binary.Function.ADD,
                        new Read(outer.get(i)), new Read(inner.get(i)));
                folds.add(new Fold(outer.get(i), sums.zero(), next, Fold.Merge.ADD));
            }
            nest.close(folds);
            isInnermost = false;
            inner = outer;
        }
        if (!axes.isEmpty()) {
            sums.results = inner.stream().<Expression>map(Read::new).toList();
        }
        return sums;
    }

    private List<Variable.Local> locals(int count) {
        List<Variable.Local> locals = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            locals.add(nest.block().local(register));
        }
        return locals;
    }

    private Expression zero() {
        return Constant.of(register, 0);
    }

    /** An element of an operand, in the register of the sums. */
    Expression element(Operand x, At at) {
        Expression element = nest.read(x, at);
        DType to = e.result().type().dtype();
        return nest.let(to.isFloat() ? in(register, element)
                : Objects.requireNonNull(Conversions.convert(nest.block(), x.dtype(), to, element)));
    }

    /** Sum number {@code i} with a product. */
    Expression term(Expression x, Expression y, int i) {
        Expression sum = accumulators.isEmpty() ? zero() : new Read(accumulators.get(i));
        return register.isFloat() ? new Fma(x, y, sum)
                : new Binary(Binary.Function.ADD, sum, new Binary(Binary.Function.MUL, x, y));
    }

    /** Sum number {@code i} with a product, if that counts. */
    Expression term(Expression x, Expression y, int i, @Nullable Expression counts) {
        Expression sum = accumulators.isEmpty() ? zero() : new Read(accumulators.get(i));
        return counts == null ? term(x, y, i) : new Select(counts, term(x, y, i), sum);
    }

    /** Writes the sums. */
    void write(List<At> to) {
        DType dtype = e.result().type().dtype();
        for (int i = 0; i < to.size(); i++) {
            Expression sum = dtype.isFloat() ? in(Register.of(dtype), results.get(i))
                    : Elementwise.wrap(dtype, results.get(i));
            nest.write(e.result(), to.get(i), nest.let(sum));
        }
    }

    private static Expression in(Register register, Expression x) {
        return x.register() == register ? x : new Convert(register, x);
    }
}
