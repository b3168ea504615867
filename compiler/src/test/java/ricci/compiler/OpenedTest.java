package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Control;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;

/** Comparing with the interpreter inside of programs, in each of their steps, finds what is wrong there. */
class OpenedTest {
    private static final TensorType TYPE = TensorType.of(DType.F32, 20, 30);
    private static final TensorType COUNT = TensorType.of(DType.I32);
    private static final int STEPS = 3;

    /** What runs the same body. */
    enum Kind {
        CALL, COND, WHILE, SCAN, BACKWARDS;

        /** Inputs a factor and a state; of a scan a state and factors. */
        Program program() {
            Builder b = new Builder();
            Atom.Var x = b.input(TYPE);
            Atom.Var y = b.input(isScan() ? TYPE.with(Shape.of(STEPS, 20, 30)) : TYPE);
            return b.build("OpenedTest", List.of(x, y), switch (this) {
                case CALL -> b.apply(new Op.Call("body", body()), List.of(x, y));
                case COND -> b.apply(new Control.Cond(List.of(other(), body())),
                        List.of(b.fill(COUNT, 7), x, y));
                case WHILE -> b.apply(new Control.While(condition(), body(), -1),
                        List.of(x, b.fill(COUNT, 0), y));
                case SCAN, BACKWARDS -> b.apply(new Control.Scan(body(), 0, 1, STEPS, this == BACKWARDS),
                        List.of(x, y));
            });
        }

        boolean isScan() {
            return this == SCAN || this == BACKWARDS;
        }

        /** The state among the inputs. */
        Buffer state(List<Buffer> inputs) {
            return isScan() ? inputs.getFirst() : inputs.getLast();
        }

        private Program body() {
            Builder b = new Builder();
            List<Atom.Var> inputs = b.inputs(this == WHILE ? List.of(TYPE, COUNT, TYPE)
                    : List.of(TYPE, TYPE));
            Atom state = isScan() ? inputs.getFirst() : inputs.getLast();
            Atom factor = isScan() ? inputs.getLast() : inputs.getFirst();
            Atom sums = b.reduce(Monoid.SUM, b.unary(Op.Unary.Function.SIN, state), List.of(1));
            Atom next = b.mul(b.broadcast(sums, TYPE.shape(), List.of(0)), factor);
            return b.build("OpenedTest", inputs, this == WHILE
                    ? List.of(b.add(inputs.get(1), b.fill(COUNT, 1)), next) : List.of(next));
        }

        private static Program other() {
            Builder b = new Builder();
            List<Atom.Var> inputs = b.inputs(List.of(TYPE, TYPE));
            return b.build("OpenedTest", inputs, List.of(inputs.getFirst()));
        }

        private static Program condition() {
            Builder b = new Builder();
            List<Atom.Var> inputs = b.inputs(List.of(COUNT, TYPE));
            return b.build("OpenedTest", inputs, List.of(b.compare(Op.Compare.Relation.LT, inputs.getFirst(),
                    b.fill(COUNT, STEPS))));
        }
    }

    private static List<Buffer> run(Program program, List<Buffer> x) {
        return new Compiler().compile(program).run(x);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrongInsideIsFound(Kind kind) {
        Program program = kind.program();
        List<Buffer> x = CompiledProgramTest.ordinary(program, 5);
        AgainstInterpreter.check(program, x, OpenedTest::run);
        assertThrows(AssertionError.class, () -> AgainstInterpreter.check(program, x, (p, y) ->
                run(Program.parse(p.toString().replaceAll("\\bsin\\b", "cos")), y)));
    }

    @ParameterizedTest
    @EnumSource
    void aStepGoesOnWhereTheOneBeforeEnded(Kind kind) {
        Program program = kind.program();
        List<Buffer> x = CompiledProgramTest.ordinary(program, 6);
        List<Opened> steps = Opened.of(program.equations().getLast(), operands(kind, x), OpenedTest::run);
        assertEquals(kind == Kind.CALL || kind == Kind.COND ? 1 : STEPS, steps.size());
        Buffer state = kind.state(x);
        for (Opened step : steps) {
            assertArrayEquals(state.reals(), kind.state(step.inputs()).reals());
            state = step.values().getLast();
        }
        assertArrayEquals(run(program, x).getLast().reals(), state.reals(), 1e-3);
    }

    private static List<Buffer> operands(Kind kind, List<Buffer> x) {
        return switch (kind) {
            case CALL, SCAN, BACKWARDS -> x;
            case COND -> List.of(Buffer.ofIntegers(DType.I32, new long[] {7}), x.get(0), x.get(1));
            case WHILE -> List.of(x.get(0), Buffer.ofIntegers(DType.I32, new long[] {0}), x.get(1));
        };
    }
}
