package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Custom;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.Op;
import ricci.ir.Op.Binary.Function;
import ricci.ir.Op.Compare.Relation;
import ricci.ir.Program;
import ricci.ir.TensorType;

/** Which equations are the same, and which only look like it. */
class CseTest {
    private static final TensorType TYPE = TensorType.of(DType.F32, 3);

    /** How many equations are left of those that {@code body} writes on two inputs. */
    private static int left(BiFunction<Builder, List<Atom.Var>, List<Atom>> body) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(List.of(TYPE, TYPE));
        return Cse.of(b.build("test", inputs, body.apply(b, inputs))).equations().size();
    }

    private static int binaries(Function f) {
        return left((b, x) -> List.of(b.binary(f, x.get(0), x.get(1)), b.binary(f, x.get(1), x.get(0))));
    }

    private static int comparisons(Relation first, Relation second) {
        return left((b, x) -> List.of(b.compare(first, x.get(0), x.get(1)),
                b.compare(second, x.get(1), x.get(0))));
    }

    @Test
    void operandsMayBeExchangedWhereThatChangesNothing() {
        assertEquals(1, binaries(Function.ADD));
        assertEquals(1, binaries(Function.MAX));
        assertEquals(2, binaries(Function.SUB));
        assertEquals(2, binaries(Function.ATAN2));
        assertEquals(1, comparisons(Relation.EQ, Relation.EQ));
        assertEquals(1, comparisons(Relation.LT, Relation.GT));
        assertEquals(1, comparisons(Relation.GE, Relation.LE));
        assertEquals(2, comparisons(Relation.LT, Relation.LT));
        assertEquals(2, comparisons(Relation.LT, Relation.LE));
    }

    @Test
    void chainsOfEqualEquationsMergeAtOnce() {
        assertEquals(2, left((b, x) -> List.of(b.neg(b.add(x.get(0), x.get(1))),
                b.neg(b.add(x.get(1), x.get(0))))));
    }

    @Test
    void zerosOfBothSignsDiffer() {
        assertEquals(2, left((b, x) -> List.of(b.mul(x.get(0), b.fill(TYPE, 0.0)),
                b.mul(x.get(0), b.fill(TYPE, -0.0)))));
    }

    @Test
    void effectsAndRematsStay() {
        assertEquals(3, left((b, x) -> {
            Atom holds = b.compare(Relation.LT, x.get(0), x.get(1));
            b.apply(new Effect.Check("one", 0), List.of(holds));
            b.apply(new Effect.Check("one", 0), List.of(holds));
            return List.of(holds);
        }));
        Builder inner = new Builder();
        Atom.Var y = inner.input(TYPE);
        Program body = inner.build("test", List.of(y), List.of(inner.neg(y)));
        Custom remat = new Custom.Remat(body, new Custom.Policy(Custom.Save.NOTHING, List.of()));
        assertEquals(2, left((b, x) -> List.of(b.apply(remat, x.get(0)), b.apply(remat, x.get(0)))));
        Op call = new Op.Call("f", body);
        assertEquals(1, left((b, x) -> List.of(b.apply(call, x.get(0)), b.apply(call, x.get(0)))));
    }
}
