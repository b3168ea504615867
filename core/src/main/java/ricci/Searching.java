package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/** Where elements are, how many, and in which order. */
public final class Searching {
    private Searching() {}

    /**
     * The places of all elements that are true, or not zero: one i32 vector per axis, in row-major order.
     *
     * @throws RicciException.Unknown under jit or vmap, as their number depends on values
     */
    public static List<Tensor> nonzero(Tensor x) {
        Elementwise.requirePresent("nonzero", x);
        return nonzero(x.shape(), known("find nonzero elements", x.to(DType.BOOL)).toLongs());
    }

    /** The places of all true elements as rows of an i32 matrix. */
    public static Tensor argwhere(Tensor x) {
        List<Tensor> places = nonzero(x);
        return places.isEmpty() ? Ricci.zeros(DType.I32, known("argwhere", x).to(DType.BOOL).toLongs()[0], 0)
                : Ricci.stack(places, 1);
    }

    /** The places of all true elements in row-major order, as an i32 vector. */
    public static Tensor flatnonzero(Tensor x) {
        return nonzero(x.reshape(-1)).getFirst();
    }

    /** The elements where a condition of the same shape holds, as a vector. */
    public static Tensor extract(Tensor condition, Tensor x) {
        return x.reshape(-1).get(condition.to(DType.BOOL).reshape(-1));
    }

    /** How many elements are true, or not zero, as i64. */
    public static Tensor countNonzero(Tensor x, int... axes) {
        return x.to(DType.BOOL).to(DType.I64).sum(axes);
    }

    static List<Tensor> nonzero(Shape shape, long[] truths) {
        int[] places = IntStream.range(0, truths.length).filter(i -> truths[i] != 0).toArray();
        List<Tensor> coordinates = new ArrayList<>();
        long stride = shape.size();
        for (int axis = 0; axis < shape.rank(); axis++) {
            long length = Math.max(shape.length(axis), 1);
            stride /= length;
            long next = Math.max(stride, 1);
            coordinates.add(Ricci.tensor(DType.I32, Arrays.stream(places)
                    .mapToLong(place -> place / next % length).toArray(), places.length));
        }
        return coordinates;
    }

    private static Tensor known(String asked, Tensor x) {
        try {
            x.buffer();
            return x;
        } catch (RicciException.Unknown unknown) {
            throw new RicciException.Unknown(asked, x.type() + ", traced",
                    "how many there are depends on values, which do not exist while a function is traced",
                    "keep the shape: where(condition, a, b); or count: countNonzero(x)");
        }
    }

    // ---- distinct elements ----

    /**
     * What occurs in a tensor.
     *
     * @param values each value once, from the least to the greatest; NaN, if there is one, last
     * @param indices where each occurs first in row-major order, as i32
     * @param inverse for each element the place of its value in {@code values}, as i32, of the tensor's shape
     * @param counts how often each occurs, as i32
     */
    public record Unique(Tensor values, Tensor indices, Tensor inverse, Tensor counts) {}

    /** Each value once, from the least to the greatest. Not under jit or vmap. */
    public static Tensor unique(Tensor x) {
        return uniqueAll(x).values();
    }

    /** Each value once, with where it occurs and how often. Not under jit or vmap. */
    public static Unique uniqueAll(Tensor x) {
        Tensor flat = known("find distinct elements", x).reshape(-1);
        int count = Math.toIntExact(flat.size());
        if (count == 0) {
            Tensor none = Ricci.zeros(DType.I32, 0);
            return new Unique(flat, none, Ricci.zeros(DType.I32, x.shape().toArray()), none);
        }
        Tensor order = flat.argsort(0);
        Tensor sorted = flat.take(order);
        Tensor before = sorted.slice(0, 0, count - 1);
        Tensor after = sorted.slice(0, 1, count);
        Tensor differs = Logic.logicalAnd(before.ne(after),
                Logic.logicalOr(before.eq(before), after.eq(after)));
        long[] fresh = differs.toLongs();
        int[] from = order.toInts();
        long[] inverse = new long[count];
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (i == 0 || fresh[i - 1] != 0) {
                starts.add(i);
            }
            inverse[from[i]] = starts.size() - 1L;
        }
        int distinct = starts.size();
        long[] counts = new long[distinct];
        Arrays.setAll(counts, i -> (i + 1 < distinct ? starts.get(i + 1) : count) - starts.get(i));
        Tensor firsts = Ricci.tensor(DType.I32, starts.stream().mapToLong(i -> i).toArray(), distinct);
        return new Unique(sorted.take(firsts), order.take(firsts),
                Ricci.tensor(DType.I32, inverse, x.shape().toArray()),
                Ricci.tensor(DType.I32, counts, distinct));
    }

    /** For each element of {@code x} whether it is among those of {@code candidates}. */
    public static Tensor isIn(Tensor x, Tensor candidates) {
        return x.expandDims(x.rank()).eq(candidates.reshape(-1)).any(x.rank());
    }

    // ---- order ----

    /**
     * The order that sorts along the last axis by several keys, as i32: by the last one, equal ones by the
     * one before it, and so on.
     */
    public static Tensor lexsort(Tensor... keys) {
        if (keys.length == 0) {
            throw new RicciException.Argument("sort by several keys", "no keys", "there is at least one",
                    "pass one tensor or more");
        }
        int axis = Axes.of("lexsort", keys[0], -1);
        List<Tensor> operands = new ArrayList<>(Arrays.asList(keys).reversed());
        operands.add(Elementwise.one(new Op.Iota(keys[0].type().with(DType.I32), axis)));
        return Trace.apply(new Op.Sort(axis, keys.length), operands).getLast();
    }

    /** The elements from the least to the greatest, of all axes together. */
    public static Tensor sort(Tensor x) {
        return x.reshape(-1).sort(0);
    }
}
