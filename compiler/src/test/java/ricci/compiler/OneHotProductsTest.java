package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.Tensor;
import ricci.Tensors;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.runtime.Buffer;

/** Products of one-hot vectors as gathers. */
class OneHotProductsTest {
    private static final double[] WILD =
            {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 0};

    private static long count(Program program, Class<? extends Op> kind) {
        return program.equations().stream().filter(e -> kind.isInstance(e.op())).count();
    }

    /** One-hot vectors on either side, with classes along any axis, of indices some of which are none. */
    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void areWhatTheProductsWere(@ForAll long seed) {
        Random random = new Random(seed);
        Shape shape = Shape.of(random.longs(1 + random.nextInt(3), 1, 5).toArray());
        int axis = random.nextInt(shape.rank());
        int classes = (int) OneHot.FEWEST_CLASSES + random.nextInt(9);
        Shape hot = shape.with(axis, classes);
        Shape matrix = Shape.of(random.longs(1 + random.nextInt(3), 1, 5).toArray());
        int rows = random.nextInt(matrix.rank());
        matrix = matrix.with(rows, classes);
        DType dtype = List.of(DType.F32, DType.F64, DType.F16, DType.BF16, DType.I8, DType.I32, DType.U64)
                .get(random.nextInt(7));
        Builder b = new Builder();
        Atom.Var x = b.input(new TensorType(DType.I32, hot.without(List.of(axis))));
        Atom.Var w = b.input(new TensorType(dtype, matrix));
        Atom isClass = b.apply(new Op.Compare(Op.Compare.Relation.EQ),
                b.apply(new Op.Iota(new TensorType(DType.I32, hot), axis)),
                b.apply(new Op.Broadcast(hot, hot.axesExcept(List.of(axis))), x));
        Atom oneHot = b.apply(new Op.Convert(dtype), isClass);
        Contraction axes = new Contraction(List.of(), List.of(), List.of(axis), List.of(rows));
        Atom y = random.nextBoolean() ? b.apply(new Op.DotGeneral(axes, dtype), oneHot, w)
                : b.apply(new Op.DotGeneral(axes.swapped(), dtype), w, oneHot);
        Program program = b.build("f", List.of(x, w), List.of(y));
        Program simple = TypeChecker.check("simplify", Simplify.by(OneHotProducts.RULES, program));
        assertEquals(1, count(simple, Op.Gather.class), program::toString);
        assertEquals(0, count(simple, Op.DotGeneral.class), program::toString);
        Buffer indices = Buffer.ofIntegers(DType.I32, IntStream.range(0, (int) x.type().shape().size())
                .mapToLong(_ -> random.nextInt(classes + 3) - 1).toArray());
        List<Buffer> values = List.of(indices, matrix(random, dtype, (int) matrix.size()));
        Bits.assertSame(program, simple, values);
        AgainstInterpreter.check(program, values);
    }

    private static Buffer matrix(Random random, DType dtype, int size) {
        if (!dtype.isFloat()) {
            return Buffer.ofIntegers(dtype, random.longs(size).map(dtype::wrap).toArray());
        }
        int seldom = 1 + random.nextInt(40);
        return Buffer.ofReals(dtype, IntStream.range(0, size).mapToDouble(_ -> random.nextInt(seldom) == 0
                ? WILD[random.nextInt(WILD.length)] : random.nextGaussian()).toArray());
    }

    @Test
    void areFoundInWhatUsersWrite() {
        Program f = program((Tensor x, Tensor w) -> Tensors.oneHot(x, 100).matmul(w), zeros(DType.I32, 30),
                zeros(DType.F32, 100, 7));
        assertEquals(0, count(Pipeline.of(f), Op.DotGeneral.class));
        assertEquals(1, count(Pipeline.of(f), Op.Gather.class));
    }

    /** Sums over the indices, and over few classes. */
    @Test
    void areNotMadeOfOthers() {
        for (Program f : List.of(
                program((Tensor x, Tensor w) -> Tensors.oneHot(x, 100).transpose().matmul(w),
                        zeros(DType.I32, 30), zeros(DType.F32, 30, 7)),
                program((Tensor x, Tensor w) -> Tensors.oneHot(x, 3).matmul(w), zeros(DType.I32, 30),
                        zeros(DType.F32, 3, 7)))) {
            assertEquals(0, count(Pipeline.of(f), Op.Gather.class), f::toString);
        }
    }
}
