package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Control;
import ricci.ir.Custom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;
import ricci.transform.TransposeCustom;

/**
 * What a program inside an equation was given in one of its steps, and what all of its values came to there.
 * The equation is run with all these as results: a branch gives them, a scan stacks them, and a loop carries
 * those of its last step. So each equation inside can be compared with the interpreter, in every step.
 *
 * @param values the results of the program with all its variables as results
 */
record Opened(Program program, List<Buffer> inputs, List<Buffer> values) {
    private static final TensorType COUNT = TensorType.of(DType.I32);

    /** All steps; what the equation came to in them is asked of {@code run}. */
    static List<Opened> of(Equation e, List<Buffer> x, BiFunction<Program, List<Buffer>, List<Buffer>> run) {
        return switch (e.op()) {
            case Op.Call(_, var body) -> whole(body, x, run);
            case Control.Cond cond -> branch(cond, e, x, run);
            case Control.While loop -> loop(loop, e, x, run);
            case Control.Scan scan -> scan(scan, e, x, run);
            case Custom.CustomJvp(_, var function, _, _) -> whole(function, x, run);
            case Custom.CustomVjp(_, var function, _, _, _) -> whole(function, x, run);
            case Custom.CustomLinear linear -> whole(TransposeCustom.function(linear), x, run);
            case Custom.Remat(var body, _) -> whole(body, x, run);
            case Op op -> throw new IllegalArgumentException("no program to open in " + op);
        };
    }

    /** The program with all its variables as results. */
    static Program open(Program program) {
        List<Atom> all = new ArrayList<>();
        program.equations().forEach(e -> all.addAll(e.results()));
        all.addAll(program.results());
        return new Program(program.inputs(), program.equations(), all);
    }

    private static List<Opened> whole(Program body, List<Buffer> x,
            BiFunction<Program, List<Buffer>, List<Buffer>> run) {
        return List.of(new Opened(body, x, run.apply(open(body), x)));
    }

    /** The others give zeros of the same types. */
    private static List<Opened> branch(Control.Cond cond, Equation e, List<Buffer> x,
            BiFunction<Program, List<Buffer>, List<Buffer>> run) {
        List<Program> branches = new ArrayList<>();
        int taken = Math.clamp(x.getFirst().integers()[0], 0, cond.branches().size() - 1);
        Program open = open(cond.branches().get(taken));
        for (int i = 0; i < cond.branches().size(); i++) {
            branches.add(i == taken ? open : new Program(open.inputs(), List.of(),
                    List.copyOf(zeros(open.resultTypes()))));
        }
        return List.of(new Opened(cond.branches().get(taken), x.subList(1, x.size()),
                run.apply(program(new Control.Cond(branches), e.operands(), List.of()), x)));
    }

    /** Loops of one step, of two …: each carries the state before its last step, and the values in it. */
    private static List<Opened> loop(Control.While loop, Equation e, List<Buffer> x,
            BiFunction<Program, List<Buffer>, List<Buffer>> run) {
        Program open = open(loop.body());
        List<TensorType> carry = loop.body().resultTypes();
        List<TensorType> more = new ArrayList<>(List.of(COUNT));
        more.addAll(carry);
        more.addAll(open.resultTypes());

        Builder c = new Builder();
        List<Atom.Var> asked = c.inputs(loop.condition().inputTypes());
        Program condition = c.build("Opened", join(asked, c.inputs(more)), c.inline(loop.condition(), asked));

        Builder b = new Builder();
        List<Atom.Var> given = b.inputs(open.inputTypes());
        List<Atom.Var> further = b.inputs(more);
        List<Atom> values = b.inline(open, given);
        List<Atom> results = new ArrayList<>(values.subList(values.size() - carry.size(), values.size()));
        results.add(b.add(further.getFirst(), b.fill(COUNT, 1)));
        results.addAll(given.subList(loop.bodyConstants(), given.size()));
        results.addAll(values);
        Program body = b.build("Opened", join(given, further), results);

        List<Buffer> constants = x.subList(loop.conditionConstants(), x.size() - carry.size());
        List<Opened> steps = new ArrayList<>();
        for (int step = 1; !loop.isBounded() || step <= loop.limit(); step++) {
            List<Buffer> y = run.apply(program(new Control.While(condition, body, step), e.operands(),
                    zeros(more)), x);
            if (y.get(carry.size()).integers()[0] < step) {
                break;
            }
            List<Buffer> before = y.subList(carry.size() + 1, 2 * carry.size() + 1);
            steps.add(new Opened(loop.body(), join(constants, before),
                    y.subList(2 * carry.size() + 1, y.size())));
        }
        return steps;
    }

    private static List<Opened> scan(Control.Scan scan, Equation e, List<Buffer> x,
            BiFunction<Program, List<Buffer>, List<Buffer>> run) {
        Program open = open(scan.body());
        List<Atom> results = new ArrayList<>(scan.body().results().subList(0, scan.carries()));
        results.addAll(open.results());
        Program body = new Program(open.inputs(), open.equations(), results);
        List<Buffer> y = run.apply(program(new Control.Scan(body, scan.constants(), scan.carries(),
                scan.length(), scan.reverse()), e.operands(), List.of()), x);
        List<Buffer> constants = x.subList(0, scan.constants());
        List<Buffer> carry = x.subList(scan.constants(), scan.constants() + scan.carries());
        List<TensorType> xs = scan.body().inputTypes().subList(scan.constants() + scan.carries(),
                scan.body().inputs().size());
        List<Opened> steps = new ArrayList<>();
        for (long step = 0; step < scan.length(); step++) {
            long place = scan.reverse() ? scan.length() - 1 - step : step;
            List<Buffer> values = at(place, scan.length(), open.resultTypes(),
                    y.subList(scan.carries(), y.size()));
            steps.add(new Opened(scan.body(), join(join(constants, carry), at(place, scan.length(), xs,
                    x.subList(x.size() - xs.size(), x.size()))), values));
            int first = values.size() - scan.body().results().size();
            carry = values.subList(first, first + scan.carries());
        }
        return steps;
    }

    /** The elements at one place of the first axis. */
    private static List<Buffer> at(long place, long length, List<TensorType> types, List<Buffer> stacked) {
        List<Buffer> parts = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            long size = types.get(i).shape().size();
            TensorType rows = types.get(i).with(Shape.of(length, size));
            parts.addAll(Eval.apply(new Op.Slice(List.of(place, 0L), List.of(place + 1, size),
                    List.of(1L, 1L)), List.of(rows), List.of(stacked.get(i))));
        }
        return parts;
    }

    /** One equation, of inputs for these operands and of some constants. */
    private static Program program(Op op, List<Atom> operands, List<Atom> constants) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(Atom.types(operands));
        return b.build("Opened", inputs, b.apply(op, join(inputs, constants)));
    }

    private static List<Atom> zeros(List<TensorType> types) {
        return types.stream().<Atom>map(type -> new Atom.Literal(type, 0)).toList();
    }

    private static <T> List<T> join(List<? extends T> x, List<? extends T> y) {
        return Stream.<T>concat(x.stream(), y.stream()).toList();
    }
}
