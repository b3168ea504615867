package ricci;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** Random integers, orders and choices. */
final class Integers {
    private Integers() {}

    /**
     * Two draws of the dtype's width make one number of twice the width, of which the remainder is taken by
     * modular arithmetic.
     */
    static Tensor between(Key key, DType dtype, long least, long limit, long... lengths) {
        if (!dtype.isInteger()) {
            throw new RicciException.DataType("draw integers", dtype.toString(),
                    "whole numbers in an interval are of an integer dtype",
                    "use an integer dtype, or Random.uniform for floats");
        }
        BigInteger bottom = new BigInteger(dtype.least().toString());
        BigInteger top = new BigInteger(dtype.greatest().toString());
        BigInteger from = BigInteger.valueOf(least).max(bottom).min(top);
        BigInteger to = BigInteger.valueOf(limit).max(bottom).min(top.add(BigInteger.ONE));
        DType word = dtype.bytes() == 8 ? DType.U64 : DType.U32;
        List<Key> keys = key.split(2);
        Tensor high = keys.getFirst().bits(word, lengths);
        Tensor low = keys.getLast().bits(word, lengths);
        BigInteger range = to.subtract(from).max(BigInteger.ONE);
        if (range.bitLength() > 8 * word.bytes()) {
            // Every number of the dtype: the bits themselves.
            return low.add(Ricci.full(word(word), wrapped(word, from))).to(dtype);
        }
        Tensor span = Ricci.full(TensorType.of(word), range);
        BigInteger half = BigInteger.TWO.pow(4 * word.bytes()).mod(range);
        Tensor factor = Ricci.full(TensorType.of(word), wrapped(word, half.multiply(half)).mod(range));
        Tensor offset = high.rem(span).mul(factor).add(low.rem(span)).rem(span);
        return offset.add(Ricci.full(word(word), wrapped(word, from))).to(dtype);
    }

    private static TensorType word(DType dtype) {
        return TensorType.of(dtype);
    }

    private static BigInteger wrapped(DType word, BigInteger x) {
        return x.mod(BigInteger.TWO.pow(8 * word.bytes()));
    }

    /**
     * Sorts along an axis by random keys, several times. Keys of 32 bits collide; so many rounds make every
     * order equally likely up to size^-3.
     */
    static Tensor shuffle(Key key, Tensor x, int axis) {
        Arguments.given("shuffle", "the key", key);
        int rounds = (int) Math.ceil(3 * Math.log((double) Math.max(1, x.size())) / Math.log(0xffffffffL));
        Tensor order = x;
        Key rest = key;
        for (int round = 0; round < rounds; round++) {
            List<Key> keys = rest.split(2);
            rest = keys.getFirst();
            Tensor bits = keys.getLast().bits(DType.U32, x.shape().toArray());
            order = Trace.apply(new Op.Sort(axis, 1), List.of(bits, order)).getLast();
        }
        return order;
    }

    /** The slices along an axis that a vector names, all inside. */
    static Tensor take(Tensor x, Tensor indices, int axis) {
        long[] window = x.shape().toArray();
        window[axis] = 1;
        GatherDimensions d = new GatherDimensions(
                x.shape().axesExcept(List.of(axis)), List.of(axis), List.of(), List.of(), List.of(axis));
        return Elementwise.one(new Op.Gather(d, Shape.of(window), Op.OutOfBounds.CLIP), x,
                indices.reshape(indices.size(), 1));
    }

    static Tensor choice(Key key, Tensor from, boolean replace, long... lengths) {
        long count = population(from, replace, lengths);
        if (Shape.of(lengths).size() == 0) {
            return chosen(from, Ricci.arange(0), lengths);
        }
        if (!replace) {
            return chosen(Random.permutation(key, from, 0, false), Ricci.arange(Shape.of(lengths).size()),
                    lengths);
        }
        return chosen(from, between(key, DType.I32, 0, count, lengths), lengths);
    }

    static Tensor choice(Key key, Tensor from, Tensor p, boolean replace, long... lengths) {
        long count = population(from, replace, lengths);
        if (!p.shape().equals(Shape.of(count))) {
            throw new RicciException.Shape("choose with probabilities " + p.type(), from.type().toString(),
                    "there is a probability for each slice along axis 0", "pass a vector of " + count);
        }
        Tensor weights = Elementwise.toFloat(p);
        if (Shape.of(lengths).size() == 0) {
            return chosen(from, Ricci.arange(0), lengths);
        }
        if (!replace) {
            Tensor scores = Random.gumbel(key, weights.dtype(), count).add(weights.log());
            return chosen(from, greatest(scores, 0, Shape.of(lengths).size()), lengths);
        }
        Tensor sums = weights.cumsum(0);
        Tensor total = sums.slice(0, count - 1, count).reshape();
        Tensor r = Random.unit(key, weights.dtype(), lengths).neg().add(1).mul(total);
        return chosen(from, countBelow(sums, r.reshape(-1)), lengths);
    }

    private static long population(Tensor from, boolean replace, long... lengths) {
        long count = from.rank() == 0 ? 0 : from.shape().length(0);
        long draws = Shape.of(lengths).size();
        if (from.rank() == 0 || (draws > 0 && (count == 0 || (!replace && draws > count)))) {
            throw new RicciException.Argument("choose " + draws + (replace ? "" : " different") + " slices",
                    from.type().toString(), "there are enough along axis 0 to choose from; here " + count,
                    replace ? "pass a tensor that is not empty" : "choose fewer, or with replacement");
        }
        return count;
    }

    private static Tensor chosen(Tensor from, Tensor indices, long... lengths) {
        Shape shape = Shape.of(lengths).then(from.shape().range(1, from.rank()));
        return take(from, indices, 0).reshape(shape.toArray());
    }

    /** For each element of r how many of the sorted sums lie below, by bisection. */
    private static Tensor countBelow(Tensor sums, Tensor r) {
        long count = sums.size();
        Tensor below = Ricci.full(r.type().with(DType.I64), 0);
        for (long step = Long.highestOneBit(count); step > 0; step /= 2) {
            Tensor next = below.add(step);
            Tensor sum = take(sums, next.sub(1).minimum(count - 1), 0);
            Tensor isBelow = Elementwise.binary(Op.Binary.Function.AND, next.le(count), sum.lt(r));
            below = Ricci.where(isBelow, next, below);
        }
        // Rounding may leave the last sum below; the last slice is the one meant.
        return below.minimum(count - 1);
    }

    /** The places of the greatest along an axis, from the greatest on. */
    private static Tensor greatest(Tensor x, int axis, long count) {
        return Selection.order(x.neg(), axis, DType.I32).slice(axis, 0, count);
    }

    static Tensor categorical(Key key, Tensor logits, int axis, long... lengths) {
        Tensor floats = Elementwise.toFloat(logits);
        Arguments.given("categorical", "the shape", lengths);
        Shape shape = Shape.of(lengths).then(logits.shape());
        return Random.gumbel(key, floats.dtype(), shape.toArray()).add(floats).argmax(lengths.length + axis);
    }

    static Tensor withoutReplacement(Key key, Tensor logits, int axis, long... lengths) {
        Tensor floats = Elementwise.toFloat(logits);
        long draws = Shape.of(lengths).size();
        if (draws > logits.shape().length(axis)) {
            throw new RicciException.Argument("draw " + draws + " different categories",
                    logits.type().toString(), "there are at least as many along the axis; here "
                    + logits.shape().length(axis), "draw fewer, or with replacement");
        }
        Tensor scores = floats.add(Random.gumbel(key, floats.dtype(), logits.shape().toArray()));
        Tensor order = greatest(scores, axis, draws);
        int[] axisFirst = IntStream.concat(IntStream.of(axis),
                logits.shape().axesExcept(List.of(axis)).stream().mapToInt(Integer::intValue)).toArray();
        Shape shape = Shape.of(lengths).then(logits.shape().without(List.of(axis)));
        return order.transpose(axisFirst).reshape(shape.toArray());
    }
}
