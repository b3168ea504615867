package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.Control;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.transform.Dce;

/** What depends on literals only is computed at once, whatever its size, and control flow that it decides. */
class FoldTest {
    private static final TensorType F32 = TensorType.of(DType.F32);
    private static final TensorType LARGE = TensorType.of(DType.F32, 1L << 40, 3);

    /** A program of one input and one result. */
    private static Program program(TensorType type, BiFunction<Builder, Atom, Atom> body) {
        Builder b = new Builder();
        Atom.Var x = b.input(type);
        return b.build("test", List.of(x), List.of(body.apply(b, x)));
    }

    private static Atom folded(BiFunction<Builder, Atom, Atom> body) {
        return Fold.of(program(F32, body)).results().getFirst();
    }

    private static void assertLiteral(TensorType type, Number value, BiFunction<Builder, Atom, Atom> body) {
        assertEquals(new Atom.Literal(type, value), folded(body));
    }

    @Test
    void tensorsOfAnySizeAreFolded() {
        assertLiteral(LARGE, 5, (b, _) -> b.add(b.fill(LARGE, 2), b.fill(LARGE, 3)));
        assertLiteral(LARGE, 2, (b, _) -> b.broadcast(b.fill(F32, 2), LARGE.shape(), List.of()));
        assertLiteral(F32, Double.POSITIVE_INFINITY, (b, _) ->
                b.reduce(Monoid.MAX, b.fill(LARGE, Double.POSITIVE_INFINITY), List.of(0, 1)));
        assertLiteral(F32, 0x3p39, (b, _) -> b.reduce(Monoid.SUM, b.fill(LARGE, 0.5), List.of(0, 1)));
        assertLiteral(F32, 0.0, (b, _) -> b.reduce(Monoid.SUM, b.fill(LARGE, -0.0), List.of(0, 1)));
        assertLiteral(TensorType.of(DType.U64, 3), new BigInteger("18446744073709551615"), (b, _) ->
                b.sub(b.fill(TensorType.of(DType.U64, 3), 1), b.fill(TensorType.of(DType.U64, 3), 2)));
        assertLiteral(TensorType.of(DType.I32, 1, 7), 0, (b, _) ->
                b.apply(new Op.Iota(TensorType.of(DType.I32, 1, 7), 0)));
        assertLiteral(F32, 20, (b, _) -> b.apply(new Op.DotGeneral(new Contraction(List.of(), List.of(),
                List.of(0), List.of(0)), DType.F32), b.fill(TensorType.of(DType.F32, 5), 2),
                b.fill(TensorType.of(DType.F32, 5), 2)));
    }

    @Test
    void whatWouldBeRoundedOnTheWayStays() {
        // A third, so often that sums in other orders differ.
        assertInstanceOf(Atom.Var.class, folded((b, _) ->
                b.reduce(Monoid.SUM, b.fill(TensorType.of(DType.F64, 1 << 20), 1 / 3.0), List.of(0))));
        assertInstanceOf(Atom.Var.class, folded((b, _) ->
                b.reduce(Monoid.PROD, b.fill(TensorType.of(DType.F64, 1 << 20), 1.5), List.of(0))));
    }

    @Property(tries = 200)
    void sumsOfManyEqualTheInterpreters(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5000) int count) {
        Random random = new Random(seed);
        for (DType dtype : List.of(DType.F32, DType.F64, DType.BF16, DType.I8, DType.U64, DType.C64)) {
            Atom literal = Bits.literal(random, TensorType.of(dtype, count, 2));
            Program before = program(F32, (b, _) -> b.reduce(Monoid.SUM, literal, List.of(0)));
            Bits.assertSame(random, before, TypeChecker.check("Fold", Fold.of(before)));
        }
    }

    private static Program branch(double addend) {
        return program(F32, (b, x) -> b.add(x, b.fill(F32, addend)));
    }

    @Test
    void aKnownIndexChoosesTheBranch() {
        Control.Cond cond = new Control.Cond(List.of(branch(1), branch(2)));
        for (int index : new int[] {-3, 0, 1, 9}) {
            Program before = program(F32, (b, x) ->
                    b.apply(cond, b.fill(TensorType.of(DType.I32), index), x));
            assertEquals(branch(index <= 0 ? 1 : 2), Fold.of(before));
        }
    }

    @Test
    void loopsWithoutStepsDisappear() {
        Program body = branch(1);
        Program never = program(F32, (b, _) -> b.fill(TensorType.of(DType.BOOL), 0));
        Program identity = program(F32, (_, x) -> x);
        assertEquals(identity, Fold.of(program(F32, (b, x) ->
                b.apply(new Control.While(never, body, -1), x))));
        assertEquals(identity, Fold.of(program(F32, (b, x) -> b.apply(new Control.While(program(F32,
                (c, y) -> c.compare(Op.Compare.Relation.LT, y, c.fill(F32, 9))), body, 0), x))));
        assertEquals(identity, Fold.of(program(F32, (b, x) ->
                b.apply(new Control.Scan(body, 0, 1, 0, false), x))));
    }

    @Test
    void literalsGoIntoLoopsAndBranches() {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(List.of(F32, F32, F32));
        Program body = b.build("test", inputs, List.of(b.add(b.mul(inputs.get(1), inputs.get(0)),
                inputs.get(2))));
        Program before = program(F32, (c, x) -> c.apply(new Control.Scan(body, 1, 1, 4, false),
                c.fill(F32, 2), x, c.fill(TensorType.of(DType.F32, 4), 3)));
        Program after = Dce.of(Fold.of(before));
        assertEquals(program(F32, (c, x) -> c.apply(new Control.Scan(program(F32, (d, y) ->
                d.add(d.mul(y, d.fill(F32, 2)), d.fill(F32, 3))), 0, 1, 4, false), x)), after);
        Bits.assertSame(new Random(1), before, after);
    }

    @Test
    void noNaNIsMadeALiteralOfAnotherSign() {
        TensorType bits = TensorType.of(DType.I32);
        Program before = program(F32, (b, _) -> b.apply(new Op.Bitcast(DType.I32),
                b.neg(b.fill(F32, Double.NaN))));
        assertEquals(bits, before.resultTypes().getFirst());
        Bits.assertSame(new Random(1), before, Fold.of(before));
    }

    @Test
    void tensorsWithoutElementsAreLiterals() {
        TensorType empty = TensorType.of(DType.F32, 0, 3);
        assertEquals(List.of(), Dce.of(Fold.of(program(empty, (b, x) -> b.unary(Op.Unary.Function.SIN,
                b.reshape(x, Shape.of(3, 0)))))).equations());
    }
}
