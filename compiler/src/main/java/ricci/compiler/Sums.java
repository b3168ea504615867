package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Fma;
import ricci.loop.Expression.Read;
import ricci.loop.Register;
import ricci.loop.Statement.Fold;
import ricci.loop.Variable;

/**
 * Sums of products, as the result of an equation. They are kept in the wider of the registers of operands and
 * result, and rounded or wrapped once.
 */
final class Sums {
    private final Equation e;
    private final LoopNest nest;
    private final Register register;

    Sums(Equation e, LoopNest nest) {
        this.e = e;
        this.nest = nest;
        DType to = e.result().type().dtype();
        DType of = e.operands().getFirst().type().dtype();
        this.register = of == DType.F64 ? Register.F64 : Register.of(to);
    }

    /** Whether there are expressions for it. */
    static boolean exists(DType of, DType to) {
        return !LoopNest.isHalf(to) || of != DType.F64;
    }

    /** What is multiplied in one turn: each element of the left with each of the right, row by row. */
    record Factors(List<Expression> left, List<Expression> right) {}

    /**
     * Loops over axes, in which as many products are added to sums as {@code factors} gives, from the loops'
     * counters.
     *
     * @param isVector whether the last of the loops runs in lanes
     */
    List<Expression> over(List<Axis> axes, boolean isVector, int count,
            Function<List<Variable.Counter>, Factors> factors) {
        int depth = nest.depth();
        List<Variable.Counter> counters = isVector ? nest.vector(axes) : nest.serial(axes);
        Factors of = factors.apply(counters);
        int rights = of.right().size();
        if (axes.isEmpty()) {
            return IntStream.range(0, count).mapToObj(i ->
                    plus(zero(), of.left().get(i / rights), of.right().get(i % rights))).toList();
        }
        List<Variable.Local> sums = accumulators(count);
        List<Fold> folds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            folds.add(fold(sums.get(i), plus(new Read(sums.get(i)), of.left().get(i / rights),
                    of.right().get(i % rights))));
        }
        nest.close(folds);
        while (nest.depth() > depth) {
            List<Variable.Local> outer = accumulators(count);
            folds = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                folds.add(fold(outer.get(i), new Binary(Binary.Function.ADD, new Read(outer.get(i)),
                        new Read(sums.get(i)))));
            }
            nest.close(folds);
            sums = outer;
        }
        return sums.stream().<Expression>map(Read::new).toList();
    }

    private List<Variable.Local> accumulators(int count) {
        List<Variable.Local> locals = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            locals.add(accumulator());
        }
        return locals;
    }

    Variable.Local accumulator() {
        return nest.block().local(register);
    }

    Fold fold(Variable.Local sum, Expression next) {
        return new Fold(sum, zero(), next, Fold.Merge.ADD);
    }

    Expression zero() {
        return Constant.of(register, 0);
    }

    /** An element of an operand, in the register of the sums. */
    Expression element(Operand x, At at) {
        return element(x.dtype(), nest.read(x, at));
    }

    /** The same of an element that is known. */
    Expression element(DType of, Expression element) {
        DType to = e.result().type().dtype();
        return nest.let(to.isFloat() ? in(register, element)
                : Objects.requireNonNull(Conversions.convert(nest.block(), of, to, element)));
    }

    /** A sum and a product. */
    Expression plus(Expression sum, Expression x, Expression y) {
        return register.isFloat() ? new Fma(x, y, sum)
                : new Binary(Binary.Function.ADD, sum, new Binary(Binary.Function.MUL, x, y));
    }

    /** The element of the result that a sum stands for. */
    Expression result(Expression sum) {
        DType dtype = e.result().type().dtype();
        return nest.let(dtype.isFloat() ? in(Register.of(dtype), sum) : Elementwise.wrap(dtype, sum));
    }

    private static Expression in(Register register, Expression x) {
        return x.register() == register ? x : new Convert(register, x);
    }
}
