package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ricci.Ricci;
import ricci.Tensor;
import ricci.einops.Einops;
import ricci.einops.Reduction;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;

/** What is gathered at positions that grow evenly is read by strides, and is what the gather gives. */
class AffineTest {
    private static void check(Program program) {
        List<Buffer> x = CompiledProgramTest.ordinary(program, 5);
        AgainstInterpreter.check(program, x);
        BothTiers.checkPlan(program, x);
    }

    private static long gathers(Program program) {
        return Fuse.of(Pipeline.toPlan(program)).steps().stream().filter(step ->
                step instanceof Step.Alone(var e) && e.op() instanceof Op.Gather).count();
    }

    private static Tensor zeros(String shape) {
        return Ricci.zeros(Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            b (y*1 p=9) -> b y p               | 3,70
            b (y*2 p=3) -> p b y               | 5,40
            (y*3 p=2) b -> b (y p)             | 41,6
            b (y*8 p=4*2 q=3) -> b q y p       | 3,64
            (y*1 p=3) (x*2 q=3) c -> y x c p q | 9,11,5
            a (y*1 a=3) -> y a                 | 3,20
            (y*1 p=300) -> p y                 | 700
            """)
    void windows(String pattern, String shape) {
        Program program = Ricci.program((Tensor x) -> Einops.rearrange(x, pattern), zeros(shape));
        assertEquals(0, gathers(program), program::toString);
        check(program);
        check(Ricci.program((Tensor x) -> Einops.rearrange(x.exp(), pattern).mul(2), zeros(shape)));
        check(Ricci.program((Tensor x) -> Ricci.grad((Tensor y) ->
                Einops.rearrange(y, pattern).square().sum()).apply(x), zeros(shape)));
        Program many = Ricci.program((Tensor xs) -> Ricci.vmap((Tensor x) ->
                Einops.rearrange(x, pattern).sin()).apply(xs), zeros("4," + shape));
        assertEquals(0, gathers(many), many::toString);
        check(many);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            b (y*1 p=9) -> b y                 | 3,70
            b (y*2 p=3) -> y b                 | 5,40
            (y*3 p=2) b -> p b                 | 41,6
            (y*2 p=3) (x*2 q=3) c -> y x c     | 9,35,5
            (y*1 p=3) (x*1 q=3) c -> c p       | 9,11,5
            """)
    void reductions(String pattern, String shape) {
        for (Reduction reduction : List.of(Reduction.SUM, Reduction.MEAN, Reduction.MAX, Reduction.VAR,
                Reduction.LOGSUMEXP, Reduction.ARGMAX)) {
            Program program =
                    Ricci.program((Tensor x) -> Einops.reduce(x, pattern, reduction), zeros(shape));
            assertEquals(0, gathers(program), program::toString);
            check(program);
            check(Ricci.program((Tensor x) -> Einops.reduce(x.tanh(), pattern, reduction), zeros(shape)));
        }
        check(Ricci.program((Tensor x) -> Ricci.grad((Tensor y) ->
                Einops.reduce(y, pattern, Reduction.MAX).sum()).apply(x), zeros(shape)));
        check(Ricci.program((Tensor x) -> Ricci.grad((Tensor y) ->
                Einops.reduce(y, pattern, Reduction.VAR).sum()).apply(x), zeros(shape)));
    }

    /** Of which products read operands whose rows overlap. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            (y*1 p=9), p -> y                             | 70      | 9
            b (y*1 p=9), o p -> b o y                     | 3,70    | 20,9
            b (y*2 p=64), p o -> b y o                    | 2,400   | 64,50
            (y*1 p=40), (x*1 p=40) -> y x                 | 100     | 90
            b (y*1 p=3) (x*1 q=3) c, p q c d -> b y x d   | 2,9,8,5 | 3,3,5,16
            """)
    void products(String pattern, String left, String right) {
        Program program = Ricci.program((Tensor x, Tensor y) -> Einops.einsum(x, y, pattern),
                zeros(left), zeros(right));
        assertEquals(0, gathers(program), program::toString);
        check(program);
        check(Ricci.program((Tensor x, Tensor y) -> Einops.einsum(x.exp(), y.neg(), pattern),
                zeros(left), zeros(right)));
    }

    @Test
    void diagonals() {
        Program program = Ricci.program((Tensor x) -> Einops.rearrange(x, "i j i -> i j"), zeros("9,4,9"));
        assertEquals(0, gathers(program), program::toString);
        check(program);
    }

    /** What windows are parts of, and what is written over what was read. */
    @Test
    void inOtherThings() {
        check(Ricci.program((Tensor x) -> {
            Tensor y = x.exp();
            return Ricci.concatenate(List.of(Einops.rearrange(y, "(y*1 p=2) -> p y"),
                    Ricci.zeros(1, 99)), 0);
        }, zeros("100")));
        check(Ricci.program((Tensor x) -> {
            Tensor y = x.exp();
            Tensor pairs = Einops.rearrange(y, "(y*1 p=2) -> y p");
            return pairs.slice(1, 0, 1).add(pairs.slice(1, 1, 2)).sub(y.slice(0, 1, 2));
        }, zeros("100")));
    }

    /** Of which each is gathered from an operand of its own. */
    @Test
    void batches() {
        GatherDimensions d =
                new GatherDimensions(List.of(2), List.of(1), List.of(0), List.of(0), List.of(1));
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(List.of(TensorType.of(DType.F32, 3, 20, 5)));
        TensorType type = TensorType.of(DType.I64, 3, 7, 1);
        Atom positions = b.apply(new Op.Binary(Op.Binary.Function.ADD), b.apply(new Op.Iota(type, 0)),
                b.apply(new Op.Binary(Op.Binary.Function.MUL), new Atom.Literal(type, 2),
                        b.apply(new Op.Iota(type, 1))));
        Atom result = b.apply(new Op.Gather(d, Shape.of(1, 1, 5), Op.OutOfBounds.FILL), inputs.getFirst(),
                positions);
        Program program = b.build("AffineTest", inputs, List.of(result));
        assertEquals(0, gathers(program), program::toString);
        check(program);
    }

    /** At places that are a sum of multiples of iotas, inside of the operand or not. */
    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void places(@ForAll @IntRange(min = 1, max = 1 << 30) int seed, @ForAll Op.OutOfBounds mode) {
        Random random = new Random(seed);
        Shape shape = Shape.of(1 + random.nextInt(40), 1 + random.nextInt(6));
        int axis = random.nextInt(2);
        Shape window = shape.with(axis, 1 + random.nextInt((int) Math.min(shape.length(axis), 3)));
        boolean isCollapsed = window.length(axis) == 1 && random.nextBoolean();
        Shape batch = Shape.of(1 + random.nextInt(4), 1 + random.nextInt(5));
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(List.of(new TensorType(DType.F32, shape)));
        TensorType type = new TensorType(DType.I64, batch.then(1));
        Atom positions = new Atom.Literal(type, random.nextInt(4));
        for (int i = 0; i < 2; i++) {
            Op iota = new Op.Iota(type, i);
            Atom step = new Atom.Literal(type, random.nextInt(9) - 2);
            Atom scaled = b.apply(new Op.Binary(Op.Binary.Function.MUL), b.apply(iota), step);
            positions = b.apply(new Op.Binary(random.nextInt(4) == 0 ? Op.Binary.Function.SUB
                    : Op.Binary.Function.ADD), positions, scaled);
        }
        List<Integer> offset = isCollapsed ? List.of(2 * random.nextInt(2)) : List.of(0, 2);
        GatherDimensions d = new GatherDimensions(offset, isCollapsed ? List.of(axis) : List.of(), List.of(),
                List.of(), List.of(axis));
        Atom result = b.apply(new Op.Gather(d, window, mode), inputs.getFirst(), positions);
        check(b.build("AffineTest", inputs, List.of(result)));
    }
}
