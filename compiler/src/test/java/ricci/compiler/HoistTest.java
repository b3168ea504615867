package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.Carry;
import ricci.ControlFlow;
import ricci.Manipulation;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.Control;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Products leave loops where they may, and nothing else changes. */
class HoistTest {
    /** Multiplications of a step: as many as make it worth it. */
    private static final int ROWS = 16;
    private static final int DEPTH = 24;
    private static final int COLUMNS = 48;

    /** A product with its operands and their axes in some order; {@code x} is [ROWS, DEPTH]. */
    private static Atom product(Builder b, Atom x, Atom y, Random random) {
        int of = random.nextInt(4);
        Atom left = (of & 1) == 0 ? x : b.transpose(x, List.of(1, 0));
        Op.DotGeneral dot = new Op.DotGeneral(new Contraction(List.of(), List.of(), List.of(1 - (of & 1)),
                List.of(0)), DType.F32);
        if ((of & 2) == 0) {
            return b.apply(dot, left, y);
        }
        Op swapped = new Op.DotGeneral(dot.contraction().swapped(), DType.F32);
        return b.transpose(b.apply(swapped, y, left), List.of(1, 0));
    }

    /** A scan whose steps compute all kinds of products, each in some order of operands. */
    private static Program scan(long seed, int length) {
        Random random = new Random(seed);
        Builder b = new Builder();
        Atom.Var weights = b.input(f32(DEPTH, COLUMNS));
        Atom.Var total = b.input(f32(DEPTH, COLUMNS));
        Atom.Var state = b.input(f32(ROWS, COLUMNS));
        Atom.Var sum = b.input(f32(COLUMNS));
        Atom.Var x = b.input(f32(ROWS, DEPTH));
        Atom before = product(b, x, weights, random);
        Atom next = b.binary(Op.Binary.Function.MAX, b.sub(before, state), b.fill(state.type(), -9));
        Atom gradient = random.nextBoolean()
                ? product(b, b.transpose(x, List.of(1, 0)), next, random)
                : b.transpose(product(b, b.transpose(next, List.of(1, 0)), x, random), List.of(1, 0));
        Atom more = random.nextBoolean() ? b.add(total, gradient) : b.add(gradient, total);
        Atom sums = b.add(sum, b.reduce(Monoid.SUM, next, List.of(0)));
        Atom output = product(b, next, b.transpose(weights, List.of(1, 0)), random);
        Program body = b.build("Loop", List.of(weights, total, state, sum, x),
                List.of(more, next, sums, output, next));
        Builder c = new Builder();
        List<Atom.Var> inputs = new ArrayList<>(c.inputs(body.inputTypes().subList(0, 4)));
        inputs.add(c.input(f32(length, ROWS, DEPTH)));
        List<Atom> operands = new ArrayList<>(inputs);
        if (random.nextBoolean()) {
            operands.set(1, c.fill(total.type(), 0));
        }
        return c.build("Loop", inputs, c.apply(
                new Control.Scan(body, 1, 3, length, random.nextBoolean()), operands));
    }

    private static TensorType f32(long... lengths) {
        return TensorType.of(DType.F32, lengths);
    }

    /** Of whole numbers, so that sums are the same in any order. */
    private static List<Buffer> samples(Program program, long seed) {
        Random random = new Random(seed);
        return program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                random.doubles(type.shape().size(), -2, 3).map(Math::floor).toArray())).toList();
    }

    private static void same(List<Buffer> expected, List<Buffer> actual, Program program) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).reals(), actual.get(i).reals(), 0, program::toString);
        }
    }

    private static List<Equation> equations(Program program) {
        return program.equations().stream().flatMap(e -> Stream.concat(Stream.of(e),
                Subprograms.of(e.op()).stream().flatMap(p -> equations(p).stream()))).toList();
    }

    private static long products(Program program) {
        return equations(program).stream().filter(e -> e.op() instanceof Op.DotGeneral).count();
    }

    private static Control.Scan scan(Program program) {
        return program.equations().stream().map(Equation::op).filter(Control.Scan.class::isInstance)
                .map(Control.Scan.class::cast).findFirst().orElseThrow();
    }

    /** What is added to a product, if it is the same in all steps, leaves the loop with it. */
    @Property(tries = 40)
    void additionsLeaveWithTheirProduct(@ForAll long seed, @ForAll @IntRange(max = 4) int length) {
        Random random = new Random(seed);
        Builder b = new Builder();
        Atom.Var weights = b.input(f32(DEPTH, COLUMNS));
        Atom.Var row = b.input(f32(COLUMNS));
        Atom.Var all = b.input(f32(ROWS, COLUMNS));
        Atom.Var state = b.input(f32(ROWS, COLUMNS));
        Atom.Var x = b.input(f32(ROWS, DEPTH));
        Atom sum = b.apply(new Op.DotGeneral(new Contraction(List.of(), List.of(), List.of(1), List.of(0)),
                DType.F32), x, weights);
        for (int i = random.nextInt(3); i >= 0; i--) {
            Atom more = random.nextBoolean() ? all
                    : b.apply(new Op.Broadcast(state.type().shape(), List.of(1)), row);
            sum = random.nextBoolean() ? b.add(sum, more) : b.add(more, sum);
        }
        // Read twice, it is not an addition that may leave alone.
        boolean isReadTwice = random.nextInt(4) == 0;
        Atom next = b.binary(Op.Binary.Function.MAX, b.sub(sum, state), isReadTwice ? sum : state);
        Program body = b.build("Loop", List.of(weights, row, all, state, x), List.of(next, next));
        Builder c = new Builder();
        List<Atom.Var> inputs = new ArrayList<>(c.inputs(body.inputTypes().subList(0, 4)));
        inputs.add(c.input(f32(length, ROWS, DEPTH)));
        Program program = c.build("Loop", inputs, c.apply(
                new Control.Scan(body, 3, 1, length, random.nextBoolean()), inputs));
        Program hoisted = TypeChecker.check("Hoist", Hoist.of(program));
        List<Op> left = equations(scan(hoisted).body()).stream().map(Equation::op).toList();
        assertTrue(left.stream().noneMatch(op -> op instanceof Op.DotGeneral
                || (op instanceof Op.Binary(var f) && f == Op.Binary.Function.ADD)), hoisted::toString);
        List<Buffer> values = program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                random.doubles(type.shape().size(), -1, 1).toArray())).toList();
        same(Eval.run(program, values), Eval.run(hoisted, values), program);
    }

    @Property(tries = 60)
    void allKindsOfProducts(@ForAll long seed, @ForAll @IntRange(max = 4) int length) {
        Program program = scan(seed, length);
        List<Buffer> x = samples(program, seed);
        List<Buffer> expected = Eval.run(program, x);
        Program after = TypeChecker.check("Hoist", Hoist.of(program));
        same(expected, Eval.run(after, x), after);
        same(expected, Eval.run(Pipeline.of(program), x), after);
        CompiledProgram compiled = new CompiledProgram(program, Planner.plan(program));
        same(expected, compiled.run(x), after);
        same(expected, compiled.run(x), after);
    }

    @Test
    void noProductIsLeftInTheLoop() {
        for (long seed = 0; seed < 20; seed++) {
            Program after = Pipeline.of(scan(seed, 5));
            assertEquals(0, products(scan(after).body()), after::toString);
            assertEquals(3, products(after), after::toString);
            assertEquals(2, scan(after).carries(), after::toString);
        }
    }

    @Test
    void whatTheStepsNeedStays() {
        TensorType state = f32(ROWS, ROWS);
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(List.of(state, state));
        Op dot = new Op.DotGeneral(new Contraction(List.of(), List.of(), List.of(1), List.of(0)), DType.F32);
        Atom next = b.apply(dot, inputs.get(1), inputs.get(0));
        Program body = b.build("Loop", inputs, List.of(b.apply(dot, next, inputs.get(1))));
        Builder c = new Builder();
        List<Atom.Var> given = c.inputs(List.of(state, state));
        Program program = c.build("Loop", given, c.apply(new Control.Scan(body, 1, 1, 9, false), given));
        assertSame(program, Hoist.of(program));
    }

    // ---- cells ----

    private static Tensor lstm(Tensor wx, Tensor wh, Tensor xs) {
        Tensor zero = Ricci.zeros(DType.F32, xs.shape().length(1), wh.shape().length(0));
        return ControlFlow.scan((List<Tensor> s, Tensor x) -> {
            List<Tensor> gates = Manipulation.split(x.matmul(wx).add(s.getFirst().matmul(wh)), 4, -1);
            Tensor c = Ricci.sigmoid(gates.get(1)).mul(s.getLast())
                    .add(Ricci.sigmoid(gates.get(0)).mul(gates.get(3).tanh()));
            Tensor h = Ricci.sigmoid(gates.get(2)).mul(c.tanh());
            return new Carry<>(List.of(h, c), h);
        }, List.of(zero, zero), xs).output();
    }

    private static Program gradient() {
        return Ricci.program((Tensor wx, Tensor wh, Tensor xs) ->
                Ricci.grad((List<Tensor> w) -> lstm(w.getFirst(), w.getLast(), xs).square().sum())
                        .apply(List.of(wx, wh)),
                Ricci.zeros(DType.F32, 48, 256), Ricci.zeros(DType.F32, 64, 256),
                Ricci.zeros(DType.F32, 5, 40, 48));
    }

    @Test
    void theGradientOfACellHasTwoProductsInLoops() {
        Program after = Pipeline.of(gradient());
        assertEquals(2, after.equations().stream().filter(e -> e.op() instanceof Control.Scan)
                .mapToLong(e -> products(((Control.Scan) e.op()).body())).sum(), after::toString);
        assertEquals(5, products(after), after::toString);
        assertTrue(equations(after).stream().noneMatch(e -> e.op() instanceof Op.Pad), after::toString);
    }

    @Test
    void theGradientOfACellIsThatOfTheInterpreter() {
        Program program = gradient();
        List<Buffer> x = program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                new Random(7).doubles(type.shape().size(), -0.3, 0.3).toArray())).toList();
        List<Buffer> expected = Eval.run(program, x);
        List<Buffer> actual = new CompiledProgram(program, Planner.plan(program)).run(x);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).reals(), actual.get(i).reals(), 2e-4);
        }
    }
}
