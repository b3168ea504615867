package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.jvm.Machine;
import ricci.transform.Dce;

/**
 * A softmax that is computed a part of each row at a time, as are the sums that it goes into; so no whole row
 * is anywhere. What has been summed up so far is of exponentials of what is less than the greatest so far;
 * if a greater one comes, all of that becomes smaller by a factor (Milakov and Gimelshein 2018, "Online
 * normalizer calculation for softmax"; Dao and others 2022, "FlashAttention"):
 *
 * {@snippet lang = text :
 * next = max(greatest, max(x))
 * sums = sums * exp(greatest - next) + sum(exp(x - next))
 * }
 *
 * <p>Whole rows are as good as long as a strip of them, as {@link StripMine} cuts them, is in the cache.
 *
 * @param region cut along the rows of a softmax, of which only sums are read elsewhere
 * @param places where the axes of the greatest are in each of these sums
 */
record OnlineSoftmax(Region region, Softmax softmax, Map<Atom.Var, List<Integer>> places) {
    static Program of(Program program) {
        long cache = Machine.here().caches().second();
        return of(program, 2 * cache, cache / 2);
    }

    /**
     * The same.
     *
     * @param most bytes of rows that stay whole
     * @param part bytes of a part of longer ones
     */
    static Program of(Program program, long most, long part) {
        Program current = program;
        for (Program next = once(current, most, part); next != null; next = once(current, most, part)) {
            current = TypeChecker.check("OnlineSoftmax", next);
        }
        return current;
    }

    /** Cuts the first one; null if there is none. */
    private static @Nullable Program once(Program program, long most, long part) {
        Set<Long> sizes = sizes(program);
        for (Equation e : program.equations()) {
            boolean isLarge = e.op() instanceof Op.DotGeneral && sizes.contains(e.result().type().shape().size())
                    && Nest.bytes(e.result().type()) > most;
            Program next = isLarge ? cut(program, e, part) : null;
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    /** How many elements the softmaxes of a program have. */
    private static Set<Long> sizes(Program program) {
        Map<Atom.Var, Equation> makers = new HashMap<>();
        program.equations().forEach(e -> e.results().forEach(v -> makers.put(v, e)));
        return makers.keySet().stream().filter(v -> Softmax.of(v, makers::get) != null)
                .map(v -> v.type().shape().size()).collect(Collectors.toSet());
    }

    private static @Nullable Program cut(Program program, Equation product, long part) {
        TensorType type = product.result().type();
        for (int axis = 0; axis < type.rank(); axis++) {
            long length = type.shape().length(axis);
            long most = Math.max(1, part / (Nest.bytes(type) / length));
            Region region = most >= length ? null : Region.of(program, product, axis);
            OnlineSoftmax online = region == null ? null : of(region);
            if (online != null) {
                return StripLoop.of(online.region, length, StripLoop.even(length, most), online.steps());
            }
        }
        return null;
    }

    /** The one that a region is; null if it is none. */
    private static @Nullable OnlineSoftmax of(Region region) {
        List<Atom.Var> inside = region.inside(1);
        Softmax softmax = inside.stream().map(v -> Softmax.of(v, region::makerOrNull))
                .filter(Objects::nonNull).findFirst().orElse(null);
        if (softmax == null || inside.size() != 2 || !inside.contains(softmax.less())
                || region.phases() != 2) {
            return null;
        }
        Map<Atom.Var, List<Integer>> places = new LinkedHashMap<>();
        for (Atom.Var v : region.exits()) {
            boolean isFirst = v.equals(softmax.greatest());
            List<Integer> found = isFirst ? null : places(region, softmax, v);
            if (isFirst ? region.phase(v) != 0 : found == null) {
                return null;
            }
            if (found != null) {
                places.put(v, found);
            }
        }
        return new OnlineSoftmax(region, softmax, places);
    }

    /** Where rows are in a sum of what is in proportion to the exponentials; null if it is no such sum. */
    private static @Nullable List<Integer> places(Region region, Softmax softmax, Atom.Var v) {
        Equation e = region.maker(v);
        List<Atom> others = new ArrayList<>(e.operands());
        int side = others.indexOf(softmax.exponentials());
        boolean isSum = region.phase(v) == 1 && region.split(v).result() == Split.SUM
                && others.remove(softmax.exponentials()) && others.stream().allMatch(region::isThere);
        return !isSum ? null : Softmax.places(e, side,
                softmax.exponentials().type().shape().axesExcept(List.of(softmax.axis())));
    }

    private StripLoop.Steps steps() {
        return new StripLoop.Steps() {
            @Override
            public StripBody body(int phase, long count) {
                return new Writing(count).body();
            }

            // Of a row of which nothing was greater than minus infinity there is no number.
            @Override
            public Atom end(Builder builder, StripBody.Sum sum, Atom value, Function<Atom.Var, Atom> values) {
                List<Integer> axes = places.get(sum.v());
                if (axes == null) {
                    return value;
                }
                Atom none = isNone(builder, values.apply(softmax.greatest()));
                return builder.select(Softmax.spread(builder, none, value.type().shape(), axes),
                        builder.fill(value.type(), Double.NaN), value);
            }
        };
    }

    private static Atom isNone(Builder builder, Atom greatest) {
        return builder.compare(Op.Compare.Relation.EQ, greatest,
                builder.fill(greatest.type(), Double.NEGATIVE_INFINITY));
    }

    /** A step that is being written. */
    private final class Writing {
        private final long count;
        private final StripBody first;
        private final StripBody second;
        private final Builder builder = new Builder();
        private final Map<Object, Atom> inputs = new LinkedHashMap<>();

        Writing(long count) {
            this.count = count;
            first = StripBody.of(region, 0, count);
            second = StripBody.of(region, 1, count);
        }

        StripBody body() {
            List<Atom.Var> whole = new ArrayList<>(union(first.whole(), second.whole()));
            whole.remove(softmax.greatest());
            List<StripBody.Part> parts = union(first.parts(), second.parts());
            StripBody.Sum greatest = StripBody.Sum.of(softmax.greatest(), region);
            List<StripBody.Sum> carried = new ArrayList<>(List.of(greatest));
            carried.addAll(second.sums());
            List<Atom.Var> all = new ArrayList<>();
            whole.forEach(v -> all.add(input(v, v.type())));
            List<Atom.Var> before = builder.inputs(carried.stream().map(StripBody.Sum::type).toList());
            all.addAll(before);
            parts.forEach(part -> all.add(input(part, part.type(count))));
            List<Atom> results = results(before);
            Program program = Dce.of(Cse.of(builder.program(all, results)));
            return new StripBody(program, whole, parts, carried, List.of());
        }

        private Atom.Var input(Object of, TensorType type) {
            Atom.Var v = builder.input(type);
            inputs.put(of, v);
            return v;
        }

        /** The greatest so far and the sums, with this step. */
        private List<Atom> results(List<Atom.Var> before) {
            Atom last = before.getFirst();
            Atom here = inline(first, List.of(), last).getFirst();
            Atom next = builder.binary(Op.Binary.Function.MAX, last, here);
            // Of a row of which there is nothing yet, all exponentials are to be 0: more may come.
            Atom base = builder.select(isNone(builder, next), builder.zeros(next.type()), next);
            Atom factor = builder.unary(Op.Unary.Function.EXP, builder.sub(last, base));
            List<Atom> sums = new ArrayList<>();
            for (int i = 0; i < second.sums().size(); i++) {
                sums.add(scaled(second.sums().get(i), before.get(i + 1), factor));
            }
            List<Atom> results = new ArrayList<>(List.of(next));
            results.addAll(inline(second, sums, base));
            return results;
        }

        private Atom scaled(StripBody.Sum sum, Atom soFar, Atom factor) {
            List<Integer> axes = Objects.requireNonNull(places.get(sum.v())).stream()
                    .map(sum.order()::get).toList();
            return builder.mul(soFar, Softmax.spread(builder,
                    builder.convert(factor, sum.type().dtype()), sum.type().shape(), axes));
        }

        private List<Atom> inline(StripBody body, List<Atom> sums, Atom greatest) {
            List<Atom> operands = new ArrayList<>();
            body.whole().forEach(v -> operands.add(inputs.getOrDefault(v, greatest)));
            operands.addAll(sums);
            body.parts().forEach(part -> operands.add(Objects.requireNonNull(inputs.get(part))));
            return builder.inline(body.program(), operands);
        }

        private static <T> List<T> union(List<T> some, List<T> others) {
            Set<T> all = new LinkedHashSet<>(some);
            all.addAll(others);
            return List.copyOf(all);
        }
    }
}
