package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.runtime.Buffer;

/** Sums of one-hot vectors as counts. */
class CountsTest {
    private static final List<DType> INDICES = List.of(DType.I8, DType.U8, DType.I16, DType.I32, DType.U32,
            DType.I64, DType.U64);

    private static long scatters(Program program) {
        return program.equations().stream().filter(e -> e.op() instanceof Op.Scatter).count();
    }

    /** Of any axes, with the classes along any axis but those; with indices that are no class. */
    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void areWhatTheSumsWere(@ForAll long seed) {
        Random random = new Random(seed);
        int rank = 1 + random.nextInt(4);
        int axis = random.nextInt(rank);
        long[] lengths = random.longs(rank, 1, 6).toArray();
        lengths[axis] = OneHot.FEWEST_CLASSES + random.nextInt(9);
        Shape shape = Shape.of(lengths);
        DType index = INDICES.get(random.nextInt(INDICES.size()));
        DType counted = List.of(DType.F32, DType.F64, DType.F16, DType.BF16, DType.I8, DType.I64)
                .get(random.nextInt(6));
        Builder b = new Builder();
        List<Integer> others = shape.axesExcept(List.of(axis));
        Atom.Var x = b.input(new TensorType(index, shape.select(others)));
        Atom classes = random.nextBoolean()
                ? b.apply(new Op.Iota(new TensorType(index, shape), axis))
                : b.apply(new Op.Broadcast(shape, List.of(axis)),
                        b.apply(new Op.Iota(TensorType.of(index, lengths[axis]), 0)));
        Atom indices = b.apply(new Op.Broadcast(shape, others), x);
        Atom isClass = random.nextBoolean()
                ? b.apply(new Op.Compare(Op.Compare.Relation.EQ), classes, indices)
                : b.apply(new Op.Compare(Op.Compare.Relation.EQ), indices, classes);
        List<Integer> summed = new ArrayList<>(others);
        Collections.shuffle(summed, random);
        summed = summed.subList(0, random.nextInt(summed.size() + 1)).stream().sorted().toList();
        Atom y = b.apply(new Op.Reduce(Monoid.SUM, summed), b.apply(new Op.Convert(counted), isClass));
        Program program = b.build("f", List.of(x), List.of(y));
        Program simple = TypeChecker.check("simplify", Simplify.by(Counts.RULES, program));
        assertEquals(1, scatters(simple), program::toString);
        Bits.assertSame(random, program, simple);
        long[] values = IntStream.range(0, (int) x.type().shape().size())
                .mapToLong(_ -> random.nextInt((int) lengths[axis] + 3) - 1).map(index::wrap).toArray();
        AgainstInterpreter.check(program, List.of(Buffer.ofIntegers(index, values)));
    }

    @Test
    void areFoundInWhatUsersWrite() {
        Program f = program((Tensor x) -> Tensors.oneHot(x, 1000).sum(0), zeros(DType.I32, 300));
        assertEquals(1, scatters(Pipeline.of(f)));
        long[] values = new Random(1).longs(300, -5, 1010).toArray();
        AgainstInterpreter.check(f, List.of(Buffer.ofIntegers(DType.I32, values)));
    }

    /** Sums over the classes, of few classes, of classes whose numbers begin anew, and of none. */
    @Test
    void areNotMadeOfOthers() {
        for (Program f : Arrays.asList(
                program((Tensor x) -> Tensors.oneHot(x, 1000).sum(1), zeros(DType.I32, 30)),
                program((Tensor x) -> Tensors.oneHot(x, 2).sum(0), zeros(DType.I32, 30)),
                program((Tensor x) -> Tensors.oneHot(x, 1000).sum(0), zeros(DType.I32, 0)),
                repeated())) {
            assertEquals(0, scatters(Simplify.by(Counts.RULES, f)), f::toString);
        }
        Bits.assertSame(new Random(2), repeated(), Pipeline.of(repeated()));
    }

    private static Program repeated() {
        Builder b = new Builder();
        Atom.Var x = b.input(TensorType.of(DType.I8, 30));
        Atom isClass = b.apply(new Op.Compare(Op.Compare.Relation.EQ),
                b.apply(new Op.Iota(TensorType.of(DType.I8, 30, 300), 1)),
                b.apply(new Op.Broadcast(Shape.of(30, 300), List.of(0)), x));
        return b.build("f", List.of(x), List.of(b.apply(new Op.Reduce(Monoid.SUM, List.of(0)),
                b.apply(new Op.Convert(DType.F32), isClass))));
    }
}
