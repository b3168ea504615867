package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Op.Binary.Function;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * A key of the counter-based random number generator Threefry-2x32: the same key gives the same numbers, on
 * every machine. Use a key once; {@link #split} it for more. The bits are those of JAX with its defaults.
 *
 * {@snippet :
 * List<Key> keys = Key.of(42).split(2);
 * Tensor weights = Random.normal(keys.get(0), 64, 10);
 * Tensor noise = Random.uniform(keys.get(1), 10);
 * }
 *
 * <p>Many keys in one, with an axis more, are for {@code vmap}, which gives each example its own:
 *
 * {@snippet :
 * Fn2<Key, Tensor, Tensor> noisy = (key, x) -> x.add(Random.normal(key, 10));
 * Tensor all = vmap(noisy).apply(Key.of(42).batch(8), xs);       // xs: f32[8,10]
 * }
 *
 * @param words the two words of the key, i32[2]
 */
public record Key(Tensor words) {
    private static final TensorType ONE = TensorType.of(DType.I32, 2);

    public Key {
        Arguments.given("make a key", "the tensor of words", words);
        boolean paired = Arrays.stream(words.shape().toArray()).anyMatch(length -> length == 2);
        if (words.dtype() != DType.I32 || !paired) {
            throw new RicciException.DataType("make a key", words.type().toString(),
                    "a key has two 32-bit words, i32[2]; many keys have an axis more",
                    "make one from a seed: Key.of(42)");
        }
    }

    /** The key of a seed, of all 64 bits: JAX by default drops the upper 32, and keeps them with x64 on. */
    public static Key of(long seed) {
        return new Key(Ricci.tensor(DType.I32, new long[] {seed >>> 32, seed}, 2));
    }

    /** {@code count} independent keys. This key should not be used any more. */
    public List<Key> split(int count) {
        List<Tensor> words = hash(Shape.of(count));
        Tensor first = words.getFirst();
        Tensor second = words.getLast();
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(new Key(Ricci.concatenate(
                    List.of(first.slice(0, i, i + 1), second.slice(0, i, i + 1)), 0)));
        }
        return keys;
    }

    /** As {@link #split}, the keys in one, to be mapped over with {@code vmap}: words i32[count,2]. */
    public Key batch(int count) {
        return new Key(Ricci.concatenate(
                hash(Shape.of(count)).stream().map(word -> word.reshape(count, 1)).toList(), 1));
    }

    /** The key for a number, such as a step or a worker: different numbers give independent keys. */
    public Key foldIn(long number) {
        Tensor counter = Ricci.tensor(DType.I32, new long[] {number >>> 32, number}, 2);
        List<Tensor> hashed = Trace.apply(new Op.Threefry(), List.of(word(0), word(1),
                counter.slice(0, 0, 1), counter.slice(0, 1, 2)));
        Key folded = new Key(Ricci.concatenate(hashed, 0));
        KeyLedger.fold(this, number, folded);
        return folded;
    }

    /** Random bits, as integers of 8, 16, 32 or 64 bits. */
    public Tensor bits(DType dtype, long... lengths) {
        Shape shape = Shape.of(lengths);
        List<Tensor> words = hash(shape);
        Tensor high = words.getFirst();
        Tensor low = words.getLast();
        if (dtype.isInteger() && dtype.bytes() == 8) {
            Tensor mask = Ricci.full(new TensorType(DType.I64, shape), 0xffffffffL);
            return Elementwise.binary(Function.OR, shifted(Function.SHIFT_LEFT, high.to(DType.I64), 32),
                    Elementwise.binary(Function.AND, low.to(DType.I64), mask)).to(dtype);
        }
        if (!dtype.isInteger()) {
            throw new RicciException.DataType("draw random bits", dtype.toString(), "bits come as integers",
                    "use Random.uniform for floats");
        }
        return Elementwise.binary(Function.XOR, high, low).to(dtype);
    }

    /** Both words of the cipher text of each element's row-major index. */
    private List<Tensor> hash(Shape shape) {
        KeyLedger.use(this);
        Shape flat = Shape.of(shape.size());
        Tensor counter = Elementwise.one(new Op.Iota(new TensorType(DType.I64, flat), 0));
        Tensor high = shifted(Function.SHIFT_RIGHT_LOGICAL, counter, 32).to(DType.I32);
        List<Tensor> words = Trace.apply(new Op.Threefry(), List.of(
                Elementwise.broadcast(word(0), flat), Elementwise.broadcast(word(1), flat), high,
                counter.to(DType.I32)));
        long[] lengths = shape.toArray();
        return words.stream().map(word -> word.reshape(lengths)).toList();
    }

    private Tensor word(int index) {
        if (!words.type().equals(ONE)) {
            throw new RicciException.Shape("draw random numbers", "keys with words " + words.type(),
                    "numbers are drawn from one key, i32[2]",
                    "map over many keys: vmap((Key key) -> Random.normal(key, 10)).apply(keys)");
        }
        return words.slice(0, index, index + 1);
    }

    static Tensor shifted(Function shift, Tensor x, int places) {
        return Elementwise.binary(shift, x, Ricci.full(x.type(), places));
    }

    /** The numbers of the words, if they are known. */
    @Override
    public String toString() {
        return words instanceof Array ? "Key"
                + Arrays.toString(LongStream.of(words.toLongs()).map(w -> w & 0xffffffffL).toArray())
                : "Key(" + words + ")";
    }
}
