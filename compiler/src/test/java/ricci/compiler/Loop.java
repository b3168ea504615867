package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Control;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Source;
import ricci.ir.TensorType;

/**
 * Programs that are loops over random bodies: a few carried tensors of some types, which the body computes
 * from any of them, hands on in another order, or replaces by numbers. All numbers stay small.
 */
final class Loop {
    private static final TensorType COUNT = TensorType.of(DType.I32);
    static final Source LINE = new Source("Users.java", 7);

    private final Random random;
    private final int depth;

    private Loop(Random random, int depth) {
        this.random = random;
        this.depth = depth;
    }

    /** A program whose inputs are constants, carries and what is stacked; depth is that of loops inside. */
    static Program of(long seed, int depth) {
        return new Loop(new Random(seed), depth).program();
    }

    private List<TensorType> types(int least, int most) {
        List<TensorType> types = new ArrayList<>();
        for (int i = least + random.nextInt(most - least + 1); i > 0; i--) {
            types.add(type());
        }
        return types;
    }

    private TensorType type() {
        DType dtype = List.of(DType.F32, DType.F64, DType.I32, DType.F16, DType.U8).get(random.nextInt(5));
        return switch (random.nextInt(4)) {
            case 0 -> TensorType.of(dtype);
            case 1 -> TensorType.of(dtype, 1 + random.nextInt(20));
            case 2 -> TensorType.of(dtype, 3, 1 + random.nextInt(4));
            default -> TensorType.of(dtype, random.nextInt(3), 2);
        };
    }

    private Program program() {
        Builder b = new Builder().at(LINE);
        List<TensorType> constants = types(0, 2);
        List<TensorType> carried = types(1, 4);
        if (random.nextBoolean()) {
            carried.add(carried.getFirst());
        }
        return random.nextBoolean() ? scan(b, constants, carried) : loop(b, constants, carried);
    }

    private Program scan(Builder b, List<TensorType> constants, List<TensorType> carried) {
        long length = random.nextInt(6);
        List<TensorType> xs = types(0, 2);
        List<TensorType> ys = types(0, 2);
        Builder c = new Builder().at(LINE);
        List<Atom.Var> inputs = c.inputs(join(join(constants, carried), xs));
        List<Atom> results = body(c, inputs, join(carried, ys));
        Op op = new Control.Scan(c.build("Loop", inputs, results), constants.size(), carried.size(), length,
                random.nextBoolean());
        List<TensorType> stacked = xs.stream().map(t -> stacked(t, length)).toList();
        List<Atom.Var> given = b.inputs(join(join(constants, carried), stacked));
        return b.build("Loop", given, b.apply(op, withNumbers(b, given)));
    }

    private static TensorType stacked(TensorType type, long length) {
        long[] lengths = new long[type.rank() + 1];
        lengths[0] = length;
        System.arraycopy(type.shape().toArray(), 0, lengths, 1, type.rank());
        return type.with(Shape.of(lengths));
    }

    private Program loop(Builder b, List<TensorType> constants, List<TensorType> carried) {
        Builder c = new Builder().at(LINE);
        List<Atom.Var> read = c.inputs(join(List.of(COUNT, COUNT), carried));
        Program condition = c.build("Loop", read,
                List.of(c.compare(Op.Compare.Relation.LT, read.get(1), read.get(0))));
        Builder d = new Builder().at(LINE);
        List<Atom.Var> inputs = d.inputs(join(join(constants, List.of(COUNT)), carried));
        List<Atom> results = new ArrayList<>(List.of(
                d.add(inputs.get(constants.size()), d.fill(COUNT, 1))));
        results.addAll(body(d, inputs, carried));
        Op op = new Control.While(condition, d.build("Loop", inputs, results),
                random.nextBoolean() ? -1 : random.nextInt(5));
        List<Atom.Var> given = b.inputs(join(constants, carried));
        List<Atom> operands = new ArrayList<>(List.of(b.fill(COUNT, random.nextInt(6))));
        operands.addAll(withNumbers(b, given.subList(0, constants.size())));
        operands.add(b.fill(COUNT, 0));
        operands.addAll(withNumbers(b, given.subList(constants.size(), given.size())));
        return b.build("Loop", given, b.apply(op, operands));
    }

    /** Now and then a number in place of an input. */
    private List<Atom> withNumbers(Builder b, List<Atom.Var> inputs) {
        return inputs.stream().<Atom>map(v -> random.nextInt(5) == 0 ? b.fill(v.type(), 1) : v).toList();
    }

    private List<Atom> body(Builder b, List<Atom.Var> inputs, List<TensorType> types) {
        List<Atom> pool = new ArrayList<>(inputs);
        for (int i = random.nextInt(4); i > 0; i--) {
            Atom x = pool.get(random.nextInt(pool.size()));
            switch (random.nextInt(depth > 0 ? 6 : 4)) {
                case 0 -> pool.add(b.binary(Op.Binary.Function.MAX, x, b.fill(x.type(), 2)));
                case 1 -> pool.add(b.neg(x));
                case 2 -> b.apply(new Effect.Check("all is well", 0), List.of(same(b, x)));
                case 3 -> pool.add(x.type().rank() == 0 ? x
                        : b.apply(new Op.Sort(0, 1), List.of(x)).getFirst());
                default -> pool.addAll(inner(b, pool));
            }
        }
        List<Atom> results = new ArrayList<>();
        for (TensorType type : types) {
            List<Atom> alike = pool.stream().filter(a -> a.type().equals(type)).toList();
            results.add(switch (random.nextInt(6)) {
                case 0 -> b.fill(type, 3);
                case 1, 2 -> alike.isEmpty() ? b.fill(type, 1) : alike.get(random.nextInt(alike.size()));
                default -> fit(b, pool.get(random.nextInt(pool.size())), type);
            });
        }
        return results;
    }

    private static Atom same(Builder b, Atom x) {
        Atom one = b.fill(x.type(), 1);
        return b.compare(Op.Compare.Relation.LE, b.fill(x.type(), 0), b.mul(one, one));
    }

    private List<Atom.Var> inner(Builder b, List<Atom> pool) {
        Program program = new Loop(new Random(random.nextLong()), depth - 1).program();
        List<Atom> operands = program.inputTypes().stream()
                .map(t -> fit(b, pool.get(random.nextInt(pool.size())), t)).toList();
        return b.apply(new Op.Call("inner", program), operands);
    }

    private static Atom fit(Builder b, Atom x, TensorType type) {
        Atom y = b.convert(x, type.dtype());
        if (y.type().shape().size() == type.shape().size()) {
            Atom z = b.reshape(y, type.shape());
            return b.binary(Op.Binary.Function.MIN, b.add(z, b.fill(type, 1)), b.fill(type, 9));
        }
        List<Integer> all = IntStream.range(0, y.type().rank()).boxed().toList();
        return b.broadcast(b.reduce(Monoid.MAX, y, all), type.shape(), List.of());
    }

    private static <T> List<T> join(List<? extends T> first, List<? extends T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
