package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.NamedAxis;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;

/** Random programs of f64 tensors with collectives over some named axes. */
final class RandomSpmd {
    private final Random random;
    private final List<NamedAxis> axes;
    private final boolean linear;
    private final Builder builder = new Builder();
    private final List<Atom> known = new ArrayList<>();

    private RandomSpmd(Random random, List<NamedAxis> axes, boolean linear) {
        this.random = random;
        this.axes = axes;
        this.linear = linear;
    }

    /** A program of some inputs, whose results all come from collectives or elementwise functions. */
    static Program smooth(Random random, List<NamedAxis> axes, int equations) {
        return new RandomSpmd(random, axes, false).draw(equations);
    }

    /** As {@link #smooth}, linear in all inputs. */
    static Program linear(Random random, List<NamedAxis> axes, int equations) {
        return new RandomSpmd(random, axes, true).draw(equations);
    }

    private Program draw(int equations) {
        List<Atom.Var> inputs = builder.inputs(Collections.nCopies(1 + random.nextInt(3), null).stream()
                .map(_ -> TensorType.of(DType.F64, lengths())).toList());
        known.addAll(inputs);
        for (int i = 0; i < equations; i++) {
            known.add(random.nextInt(3) == 0 ? local() : collective());
        }
        List<Atom> results = new ArrayList<>(List.of(known.getLast()));
        for (int i = random.nextInt(3); i > 0; i--) {
            results.add(any());
        }
        return builder.build("test", inputs, results);
    }

    private long[] lengths() {
        return random.longs(random.nextInt(3), 1, 4).toArray();
    }

    private Atom any() {
        return known.get(random.nextInt(known.size()));
    }

    private Atom local() {
        Atom x = any();
        return switch (random.nextInt(linear ? 3 : 6)) {
            case 0 -> builder.mul(x, 0.5 + random.nextDouble());
            case 1 -> {
                Atom index = builder.convert(builder.apply(new Collective.AxisIndex(some())), DType.F64);
                yield builder.mul(x, builder.broadcast(index, x.type().shape(), List.of()));
            }
            case 2 -> call(x);
            case 3 -> builder.unary(Op.Unary.Function.SIN, x);
            case 4 -> builder.mul(x, x);
            default -> builder.unary(Op.Unary.Function.TANH, x);
        };
    }

    private Atom call(Atom x) {
        RandomSpmd inner = new RandomSpmd(random, axes, linear);
        Atom.Var input = inner.builder.input(x.type());
        inner.known.add(input);
        Program body = inner.builder.build("test", List.of(input), List.of(inner.collective()));
        return builder.apply(new Op.Call("inner", body), x);
    }

    private List<NamedAxis> some() {
        List<NamedAxis> order = new ArrayList<>(axes);
        Collections.shuffle(order, random);
        return order.subList(0, 1 + random.nextInt(order.size()));
    }

    private Atom collective() {
        Atom x = any();
        List<NamedAxis> over = some();
        int size = (int) Collective.size(over);
        int rank = x.type().rank();
        int place = random.nextInt(rank + 1);
        return switch (random.nextInt(linear ? 5 : 7)) {
            case 0 -> builder.apply(new Collective.AllReduce(Monoid.SUM, over), x);
            case 1 -> builder.apply(new Collective.Permute(over, sources(size)), x);
            case 2 -> rank > 2 ? builder.reduce(Monoid.SUM, x, List.of(1))
                    : builder.apply(new Collective.AllGather(over, place), x);
            case 3 -> builder.apply(new Collective.ReduceScatter(over, place), numbered(x, place, size));
            case 4 -> builder.reduce(Monoid.SUM,
                    builder.apply(new Collective.AllToAll(over, place), numbered(x, place, size)),
                    rank > 2 ? List.of(0) : List.of());
            case 5 -> builder.apply(new Collective.AllReduce(Monoid.MAX, over), x);
            default -> builder.apply(new Collective.AllReduce(Monoid.PROD, over), x);
        };
    }

    /** The tensor with an axis of that length, along which it differs. */
    private Atom numbered(Atom x, int place, int size) {
        Atom repeated = Spreads.along(builder, x, place, size);
        Atom index = builder.apply(new Op.Iota(repeated.type(), place));
        return builder.mul(repeated, builder.add(index, builder.fill(repeated.type(), 1)));
    }

    private List<Integer> sources(int size) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        if (random.nextBoolean()) {
            Collections.rotate(all, random.nextInt(size + 1));
        } else {
            Collections.shuffle(all, random);
        }
        return all.stream().map(s -> random.nextInt(4) == 0 ? (Integer) Collective.Permute.NOBODY : s)
                .toList();
    }

    /** Repetition along a new axis. */
    private static final class Spreads {
        static Atom along(Builder b, Atom x, int place, int size) {
            long[] lengths = new long[x.type().rank() + 1];
            for (int i = 0; i < lengths.length; i++) {
                lengths[i] = i == place ? size : x.type().shape().length(i < place ? i : i - 1);
            }
            ricci.ir.Shape shape = ricci.ir.Shape.of(lengths);
            return b.broadcast(x, shape, shape.axesExcept(List.of(place)));
        }
    }
}
