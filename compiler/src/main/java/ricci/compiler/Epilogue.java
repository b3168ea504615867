package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Windows;
import ricci.loop.Expression;

/**
 * What is made of each element of a product or a convolution as soon as its sum is known, while the tile
 * that it is in is in the first cache: the equations of a group that read the product element by element,
 * such as those of a bias, a residual, an activation or another dtype. They compute what they would in loops
 * of their own, to the same bits, and the product itself need not be in memory.
 *
 * @param group whose product it is
 * @param outputs those of its values, and perhaps the product, that are needed in memory
 * @param others the tensors that it reads besides the product
 */
record Epilogue(Group group, Fuse.Cut cut, List<Atom.Var> outputs, List<Other> others) {
    /** A tensor that is read, from an offset on. */
    record Other(View view, long offset) {}

    /** More operations would make methods too long for the JVM to compile them. */
    private static final int MOST_OPERATIONS = 100;
    /** After a convolution, in which there are loops over places, too. */
    private static final int MOST_AFTER_PLACES = 60;

    /**
     * Steps in an order in which they can run, of which products are joined to the groups that read them
     * first. Such a product is put off until its group runs, so nothing else may read it before.
     */
    static List<Step> joined(List<Step> steps, Map<Atom.Var, View> views) {
        List<Step> joined = new ArrayList<>(steps);
        for (Step step : steps) {
            if (step instanceof Step.Alone(var e) && isSum(e.op())) {
                int here = joined.indexOf(step);
                int first = here + 1;
                while (first < joined.size() && !reads(joined.get(first), e.result(), views)) {
                    first++;
                }
                if (first < joined.size() && joined.get(first) instanceof Step.Fused(var group)
                        && exists(group, e, views)) {
                    group.follow(e);
                    joined.remove(here);
                }
            }
        }
        return joined;
    }

    private static boolean isSum(Op op) {
        return op instanceof Op.DotGeneral || op instanceof Windows.Convolution;
    }

    private static boolean reads(Step step, Atom.Var v, Map<Atom.Var, View> views) {
        return Planner.reads(step, views).contains(v);
    }

    static Epilogue of(Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        List<Other> others = group.members().stream().flatMap(e -> e.operands().stream())
                .filter(a -> a instanceof Atom.Var).map(cut::view)
                .filter(view -> group.role(view.base()) == null && !view.base().equals(product(group)))
                .distinct().map(view -> new Other(view, view.offset())).toList();
        return new Epilogue(group, cut, outputs, others);
    }

    /** What writes the product, and then the loops of the group by itself. */
    static List<Launch> apart(List<Launch> product, Group group, Fuse.Cut cut, List<Atom.Var> outputs) {
        List<Launch> launches = new ArrayList<>(product);
        launches.addAll(Lower.launches(group, cut,
                outputs.stream().filter(v -> !v.equals(product(group))).toList()));
        return launches;
    }

    private static Atom.Var product(Group group) {
        return Objects.requireNonNull(group.product()).result();
    }

    /** Whether the group is one of elements alone, and small enough. */
    static boolean exists(Group group, Equation product, Map<Atom.Var, View> views) {
        Atom.Var result = product.result();
        boolean isInPlace = group.members().stream().flatMap(e -> e.operands().stream())
                .filter(a -> a instanceof Atom.Var).map(a -> Objects.requireNonNull(views.get((Atom.Var) a)))
                .allMatch(view -> !view.base().equals(result) || view.isWhole());
        int most = product.op() instanceof Windows.Convolution ? MOST_AFTER_PLACES : MOST_OPERATIONS;
        return isInPlace && group.product() == null && group.operations() <= most
                && group.members().stream().noneMatch(e -> e.op() instanceof Op.Reduce)
                && Arrays.equals(group.lengths(), Dims.lengths(product.result().type().shape()));
    }

    /**
     * The product, whose sums are kept where a tensor that is written at the end will be, while they are not
     * all there: they have no memory of their own, unless they are needed, or are of another dtype.
     */
    Equation inPlace(DType dtype) {
        Equation e = Objects.requireNonNull(group.product());
        return outputs.contains(e.result()) ? e : outputs.stream().filter(v -> v.type().dtype() == dtype)
                .findFirst().map(v -> new Equation(List.of(v), e.op(), e.operands(), e.source())).orElse(e);
    }

    /** Of each of the other tensors, the strides along some axes of the product. */
    List<List<Long>> strides(List<Integer> axes) {
        List<Integer> longer = Dims.of(product(group).type().shape());
        return others.stream().map(other -> {
            long[] strides = Dims.strides(other.view());
            return axes.stream().map(axis -> longer.contains(axis) ? strides[longer.indexOf(axis)] : 0L)
                    .toList();
        }).toList();
    }

    /** The same of some of a batch axis, whose strides for the others begin at {@code index}. */
    Epilogue some(long first, Axis axis, int index) {
        List<Other> moved = IntStream.range(0, others.size()).mapToObj(i -> new Other(others.get(i).view(),
                others.get(i).offset() + first * axis.stride(index + i))).toList();
        return new Epilogue(group, cut, outputs, moved);
    }

    /**
     * Computes and writes what becomes of one element.
     *
     * @param sum the element of the product
     * @param to where it would be in the product
     * @param from where the element of each of the other tensors is
     */
    void write(LoopNest nest, Expression sum, At to, IntFunction<At> from) {
        Map<Atom.Var, Expression> known = new HashMap<>();
        known.put(product(group), sum);
        Map<View, Expression> loaded = new HashMap<>();
        for (int i = 0; i < others.size(); i++) {
            View view = others.get(i).view();
            loaded.put(view, nest.read(Operand.of(view.dtype(), view), from.apply(i)));
        }
        compute(nest, group.members(), cut, known, loaded);
        outputs.forEach(v -> nest.write(v, to, Objects.requireNonNull(known.get(v))));
    }

    /** Computes an element of each result of some equations, beside those that are {@code known} already. */
    static void compute(LoopNest nest, List<Equation> equations, Fuse.Cut cut,
            Map<Atom.Var, Expression> known, Map<View, Expression> loaded) {
        for (Equation e : equations) {
            List<Expression> x = e.operands().stream().map(a -> operand(a, cut, known, loaded)).toList();
            List<Expression> results = e.op() instanceof Op.Reshape ? x : Objects.requireNonNull(
                    Elementwise.of(nest.block(), e.op(), Atom.types(e.operands()), x));
            for (int i = 0; i < results.size(); i++) {
                known.put(e.results().get(i), nest.let(results.get(i)));
            }
        }
    }

    private static Expression operand(Atom atom, Fuse.Cut cut, Map<Atom.Var, Expression> known,
            Map<View, Expression> loaded) {
        return switch (atom) {
            // No argument: in a tile, there are no registers left for it, and it takes twice as long.
            case Atom.Literal(var type, var number) -> Constants.of(type.dtype(), number);
            case Atom.Var v -> {
                View view = cut.view(v);
                Expression value = known.get(view.base());
                yield value != null ? value : Objects.requireNonNull(loaded.get(view));
            }
        };
    }
}
