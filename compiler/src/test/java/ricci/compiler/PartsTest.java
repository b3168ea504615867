package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Complex;
import ricci.ir.ComplexNumber;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** What is done to the parts of complex numbers gives the interpreter's bits, and leaves it nothing to do. */
class PartsTest {
    private static final double[] SPECIAL = {0, -0.0, Double.NaN, Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY, 1, -1, Double.MIN_VALUE, Float.MIN_VALUE, 1e30, 1e300};
    private static final Op.Binary.Function[] BINARY = {Op.Binary.Function.ADD, Op.Binary.Function.SUB,
        Op.Binary.Function.MUL, Op.Binary.Function.DIV};

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void bitsAreTheInterpreters(@ForAll long seed) {
        Random random = new Random(seed);
        DType dtype = random.nextBoolean() ? DType.C64 : DType.C128;
        TensorType type = TensorType.of(dtype, 3, 2 + random.nextInt(20));
        Program program = program(random, type, 1 + random.nextInt(6));
        List<Buffer> x = program.inputTypes().stream().map(t -> values(random, t)).toList();
        List<Buffer> expected = Eval.run(program, x);
        List<Buffer> actual = new CompiledProgram(program, Planner.plan(program)).run(x);
        for (int i = 0; i < expected.size(); i++) {
            Buffer e = expected.get(i);
            Buffer a = actual.get(i);
            assertArrayEquals(e.dtype().isComplex() ? e.complexes() : e.reals(),
                    e.dtype().isComplex() ? a.complexes() : a.reals(), program::toString);
        }
    }

    @Test
    void nothingIsInterpreted() {
        Builder b = new Builder();
        Atom.Var z = b.input(TensorType.of(DType.C64, 40, 30));
        Atom.Var w = b.input(TensorType.of(DType.C64, 30, 40));
        Atom turned = b.apply(new Op.Transpose(List.of(1, 0)), w);
        Atom quotient = b.apply(new Op.Binary(Op.Binary.Function.DIV), b.apply(new Complex.Conj(), z),
                turned);
        Program program = b.build("parts", List.of(z, w), List.of(quotient));
        String text = new CompiledProgram(program, Planner.plan(program)).explain();
        assertTrue(!text.contains("interprets"), text);
    }

    private static Program program(Random random, TensorType type, int equations) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(List.of(type, type, type.with(DType.BOOL),
                type.with(type.dtype().real())));
        List<Atom> made = new ArrayList<>(List.of(inputs.get(0), inputs.get(1),
                b.apply(new Op.Convert(type.dtype()), inputs.get(3)),
                new Atom.Literal(type, ComplexNumber.of(2, -1))));
        for (int i = 0; i < equations; i++) {
            made.add(equation(random, b, made, inputs.get(2)));
        }
        Atom last = made.getLast();
        return b.build("parts", inputs, List.of(last, b.apply(new Complex.Real(), last),
                b.apply(new Complex.Imag(), made.get(random.nextInt(made.size())))));
    }

    private static Atom equation(Random random, Builder b, List<Atom> made, Atom condition) {
        Atom x = made.get(random.nextInt(made.size()));
        Atom y = made.get(random.nextInt(made.size()));
        Shape shape = x.type().shape();
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> b.apply(new Op.Binary(BINARY[random.nextInt(BINARY.length)]), x, y);
            case 3 -> b.apply(new Op.Unary(Op.Unary.Function.NEG), x);
            case 4 -> b.apply(new Complex.Conj(), x);
            case 5 -> b.apply(new Op.Select(), condition, x, y);
            case 6 -> b.apply(new Op.Reverse(List.of(random.nextInt(2))), x);
            default -> b.apply(new Op.Reshape(shape), b.apply(new Op.Transpose(List.of(1, 0)),
                    b.apply(new Op.Reshape(Shape.of(shape.length(1), shape.length(0))), x)));
        };
    }

    private static Buffer values(Random random, TensorType type) {
        int count = (int) type.shape().size();
        if (type.dtype() == DType.BOOL) {
            return Buffer.ofIntegers(type.dtype(), random.longs(count, 0, 2).toArray());
        }
        double[] x = IntStream.range(0, type.dtype().isComplex() ? 2 * count : count)
                .mapToDouble(_ -> random.nextInt(6) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)]
                        : random.nextGaussian()).toArray();
        return type.dtype().isComplex() ? Buffer.ofComplexes(type.dtype(), x)
                : Buffer.ofReals(type.dtype(), x);
    }
}
