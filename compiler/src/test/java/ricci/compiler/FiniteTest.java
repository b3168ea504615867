package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static ricci.Ricci.grad;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.Convolutions;
import ricci.Slide;
import ricci.Tensor;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;

/** What is known to be finite. */
class FiniteTest {
    private static final List<DType> FLOATS = List.of(DType.F32, DType.F64, DType.F16, DType.BF16);

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void noRuleChangesABit(@ForAll long seed) {
        Program before = asked(new Random(seed), true);
        Program after = TypeChecker.check("finite", Simplify.by(Finite.RULES, before));
        Bits.assertSame(new Random(seed), before, after);
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void whatIsMadeOfFiniteNumbersIsKnown(@ForAll long seed) {
        Program before = asked(new Random(seed), false);
        assertNotEquals(before, Simplify.by(Finite.RULES, before), before::toString);
    }

    /** Asks whether something is finite that is chosen among numbers, or among anything. */
    private static Program asked(Random random, boolean isAnything) {
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>();
        TensorType type = TensorType.of(FLOATS.get(random.nextInt(4)), 5, 1 + random.nextInt(9));
        Atom x = chosen(random, b, inputs, type, 3, isAnything);
        // A literal's own size is for Fold.
        Atom size = b.apply(new Op.Unary(Op.Unary.Function.ABS), x);
        Atom bound = new Atom.Literal(type, isAnything && random.nextInt(4) == 0 ? 65504
                : Double.POSITIVE_INFINITY);
        Atom is = random.nextBoolean() ? b.apply(new Op.Compare(Op.Compare.Relation.LT), size, bound)
                : b.apply(new Op.Compare(Op.Compare.Relation.GT), bound, size);
        return b.build("finite", inputs, List.of(is));
    }

    private static Atom chosen(Random random, Builder b, List<Atom.Var> inputs, TensorType type, int depth,
            boolean isAnything) {
        if (depth == 0) {
            return isAnything ? Bits.literal(random, type) : new Atom.Literal(type, random.nextInt(5) - 2);
        }
        return switch (random.nextInt(isAnything ? 7 : 6)) {
            case 0 -> b.apply(new Op.Unary(random.nextBoolean() ? Op.Unary.Function.NEG
                    : Op.Unary.Function.ABS), chosen(random, b, inputs, type, depth - 1, isAnything));
            case 1 -> {
                Shape turned = Shape.of(type.shape().length(1), type.shape().length(0));
                yield b.apply(new Op.Reshape(type.shape()),
                        chosen(random, b, inputs, type.with(turned), depth - 1, isAnything));
            }
            case 2 -> b.apply(new Op.Convert(type.dtype()), input(b, inputs, type.with(DType.BOOL)));
            case 6 -> input(b, inputs, type);
            default -> b.apply(new Op.Select(), input(b, inputs, type.with(DType.BOOL)),
                    chosen(random, b, inputs, type, depth - 1, isAnything),
                    chosen(random, b, inputs, type, depth - 1, isAnything));
        };
    }

    private static Atom input(Builder b, List<Atom.Var> inputs, TensorType type) {
        inputs.add(b.input(type));
        return inputs.getLast();
    }

    /** A gradient goes back once through a pool, and not once more for what may be infinite after it. */
    @Test
    void aGradientOfReluAsksForNoInfinities() {
        Program program = Pipeline.toPlan(program(grad((Tensor x) -> Convolutions.maxPool(
                x.mul(3).maximum(0), "b [h w] c", Slide.by(1), 2, 2).square().sum()), zeros(2, 8, 8, 4)));
        assertEquals(1, program.equations().stream().filter(e -> e.op() instanceof Op.Scatter).count(),
                program::toString);
    }
}
