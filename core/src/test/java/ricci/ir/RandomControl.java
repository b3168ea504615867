package ricci.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws choices and loops whose programs are random programs, of at most three steps. */
final class RandomControl {
    private static final TensorType COUNT = TensorType.of(DType.I32);

    private final RandomProgram outer;
    private final Random random;
    private final boolean smooth;
    private final Builder b;
    private final int depth;

    RandomControl(RandomProgram outer, Random random, boolean smooth, Builder b, int depth) {
        this.outer = outer;
        this.random = random;
        this.smooth = smooth;
        this.b = b;
        this.depth = depth;
    }

    List<Atom> any() {
        return switch (random.nextInt(3)) {
            case 0 -> cond();
            case 1 -> loop();
            default -> scan();
        };
    }

    private List<Atom> values(int most) {
        List<Atom> values = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            values.add(outer.small(outer.any()));
        }
        return values;
    }

    private List<TensorType> types(int least, int most) {
        List<TensorType> types = new ArrayList<>();
        for (int i = least + random.nextInt(most - least + 1); i > 0; i--) {
            types.add(outer.small(outer.any()).type());
        }
        return types;
    }

    private static List<TensorType> types(List<Atom> atoms) {
        return atoms.stream().map(Atom::type).toList();
    }

    /** A small number that depends on the data. */
    private Atom number(int most) {
        TensorType scalar = TensorType.of(smooth ? DType.F64 : DType.I32);
        if (!smooth) {
            return b.binary(Op.Binary.Function.REM, outer.fit(outer.any(), scalar), b.fill(COUNT, most));
        }
        Atom x = b.mul(b.unary(Op.Unary.Function.SIN, outer.fit(outer.any(), scalar)), most);
        return b.convert(b.unary(Op.Unary.Function.CEIL, b.add(x, b.fill(scalar, 0.0123))), DType.I32);
    }

    private List<Atom> cond() {
        List<Atom> operands = values(2);
        List<TensorType> results = types(1, 2);
        List<Program> branches = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            branches.add(body(types(operands), results));
        }
        operands.addFirst(number(3));
        return List.copyOf(b.apply(new Control.Cond(branches), operands));
    }

    private List<Atom> loop() {
        List<Atom> constants = values(1);
        List<Atom> carry = values(2);
        carry.add(outer.any());
        List<TensorType> inputs = new ArrayList<>(types(constants));
        inputs.addAll(types(carry));
        Program step = body(inputs, types(carry));

        Builder c = new Builder();
        List<Atom.Var> given = c.inputs(List.of(COUNT, COUNT));
        List<Atom.Var> all = new ArrayList<>(given);
        all.addAll(c.inputs(types(carry)));
        Program condition = c.build("RandomControl", all,
                List.of(c.compare(Op.Compare.Relation.LT, given.getLast(), given.getFirst())));

        Builder d = new Builder();
        List<Atom.Var> read = new ArrayList<>(d.inputs(types(constants)));
        Atom.Var counter = d.input(COUNT);
        List<Atom.Var> state = d.inputs(types(carry));
        List<Atom.Var> arguments = new ArrayList<>(read);
        arguments.addAll(state);
        List<Atom> results = new ArrayList<>(List.of(d.add(counter, d.fill(COUNT, 1))));
        results.addAll(d.inline(step, arguments));
        read.add(counter);
        read.addAll(state);
        Program body = d.build("RandomControl", read, results);

        List<Atom> operands = new ArrayList<>(List.of(number(4)));
        operands.addAll(constants);
        operands.add(b.fill(COUNT, 0));
        operands.addAll(carry);
        long limit = !smooth && random.nextInt(3) == 0 ? -1 : random.nextInt(6);
        return List.copyOf(b.apply(new Control.While(condition, body, limit), operands));
    }

    private List<Atom> scan() {
        long length = smooth ? 1 + random.nextInt(3) : random.nextInt(4);
        List<Atom> constants = values(2);
        List<Atom> carry = values(2);
        List<TensorType> each = types(0, 2);
        List<TensorType> inputs = new ArrayList<>(types(constants));
        inputs.addAll(types(carry));
        inputs.addAll(each);
        List<TensorType> results = new ArrayList<>(types(carry));
        results.addAll(types(carry.isEmpty() ? 1 : 0, 2));
        List<Atom> operands = new ArrayList<>(constants);
        operands.addAll(carry);
        each.forEach(type -> operands.add(outer.fit(outer.any(), InferControlTypes.stacked(type, length))));
        return List.copyOf(b.apply(new Control.Scan(body(inputs, results), constants.size(), carry.size(),
                length, random.nextBoolean()), operands));
    }

    private Program body(List<TensorType> inputs, List<TensorType> results) {
        return outer.body(inputs, results, depth - 1);
    }
}
