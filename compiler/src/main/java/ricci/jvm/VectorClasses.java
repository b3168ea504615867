package ricci.jvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Has all classes of vectors and masks, and of what is done with them, loaded before a kernel is compiled.
 * The JVM compiles on the assumption that those it has seen are all there are: that a function which only
 * one class has is that one. When the first kernel with vectors of another kind comes, or the first that
 * does something else with them, it would throw away the code of all others, which then take seconds until
 * they are compiled again; and what is just being compiled, it throws away as well.
 */
final class VectorClasses {
    private static final List<Class<?>> ELEMENTS = List.of(byte.class, short.class, int.class, long.class,
            float.class, double.class);
    private static final int NARROWEST = 64;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    static {
        int widest = Machine.here().vectorBits();
        for (int bits = NARROWEST; bits <= widest; bits *= 2) {
            for (Class<?> element : ELEMENTS) {
                VectorSpecies<?> species = VectorSpecies.of(element, VectorShape.forBitSize(bits));
                VectorMask<?> _ = species.zero().compare(VectorOperators.EQ, 0);
                VectorMask<?> _ = species.maskAll(true);
            }
        }
        VectorShape shape = VectorShape.forBitSize(widest);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(widest / Byte.SIZE, widest / Byte.SIZE);
            VectorSpecies<Byte> bytes = VectorSpecies.of(byte.class, shape);
            VectorSpecies<Short> shorts = VectorSpecies.of(short.class, shape);
            VectorSpecies<Integer> ints = VectorSpecies.of(int.class, shape);
            VectorSpecies<Long> longs = VectorSpecies.of(long.class, shape);
            VectorSpecies<Float> floats = VectorSpecies.of(float.class, shape);
            VectorSpecies<Double> doubles = VectorSpecies.of(double.class, shape);
            rehearse(ByteVector.fromMemorySegment(bytes, memory, 0, ORDER, part(bytes)), bytes, memory);
            rehearse(ShortVector.fromMemorySegment(shorts, memory, 0, ORDER, part(shorts)), shorts, memory);
            rehearse(IntVector.fromMemorySegment(ints, memory, 0, ORDER, part(ints)), ints, memory);
            rehearse(LongVector.fromMemorySegment(longs, memory, 0, ORDER, part(longs)), longs, memory);
            rehearse(FloatVector.fromMemorySegment(floats, memory, 0, ORDER, part(floats)), floats, memory);
            rehearse(DoubleVector.fromMemorySegment(doubles, memory, 0, ORDER, part(doubles)), doubles,
                    memory);
        }
        rehearseFloats(shape);
        rehearseIntegers(shape);
    }

    private VectorClasses() {}

    /** Returns when they are there. */
    static void load() {}

    // What kernels do, each with two functions of its kind if there are as many: a second one is what the
    // JVM does not expect, a third no longer surprises it.

    private static <E> VectorMask<E> part(VectorSpecies<E> species) {
        return species.indexInRange(0, species.length() - 1);
    }

    private static <E> void rehearse(Vector<E> y, VectorSpecies<E> species, MemorySegment memory) {
        VectorMask<E> part = part(species);
        Vector<E> x = species.fromMemorySegment(memory, 0, ORDER);
        x = x.add(y).mul(y).sub(x).min(species.broadcast(1)).max(species.zero()).addIndex(1);
        x = x.neg().abs();
        VectorMask<E> smaller = x.compare(VectorOperators.LT, y);
        VectorMask<E> any = smaller.and(part).or(x.compare(VectorOperators.NE, 0)).andNot(part).not();
        if (any.anyTrue() || any.allTrue() || any.trueCount() > 0) {
            x = x.blend(y, any).blend(0, smaller);
        }
        x.intoMemorySegment(memory, 0, ORDER);
        x.intoMemorySegment(memory, 0, ORDER, part);
        long _ = x.reduceLanesToLong(VectorOperators.ADD) + x.reduceLanesToLong(VectorOperators.MAX);
    }

    private static void rehearseFloats(VectorShape shape) {
        VectorSpecies<Float> floats = VectorSpecies.of(float.class, shape);
        VectorSpecies<Double> doubles = VectorSpecies.of(double.class, shape);
        FloatVector x = FloatVector.broadcast(floats, 1);
        DoubleVector y = DoubleVector.broadcast(doubles, 1);
        x = x.div(x).fma(x, x).sqrt().withLane(0, x.lane(0));
        y = y.div(y).fma(y, y).sqrt().withLane(0, y.lane(0));
        Vector<?> _ = x.convertShape(VectorOperators.F2I, VectorSpecies.of(int.class, shape), 0);
        Vector<?> _ = x.convertShape(VectorOperators.F2D, doubles, 0);
        Vector<?> _ = y.convertShape(VectorOperators.D2F, floats, 0);
        Vector<?> _ = y.convertShape(VectorOperators.D2L, VectorSpecies.of(long.class, shape), 0);
        Vector<?> _ = x.reinterpretAsInts();
        Vector<?> _ = y.reinterpretAsLongs();
    }

    private static void rehearseIntegers(VectorShape shape) {
        VectorSpecies<Integer> ints = VectorSpecies.of(int.class, shape);
        VectorSpecies<Long> longs = VectorSpecies.of(long.class, shape);
        IntVector x = IntVector.broadcast(ints, 1);
        LongVector y = LongVector.broadcast(longs, 1);
        x = x.and(x).or(x).lanewise(VectorOperators.XOR, x).not().withLane(0, x.lane(0));
        y = y.and(y).or(y).lanewise(VectorOperators.XOR, y).not().withLane(0, y.lane(0));
        x = x.lanewise(VectorOperators.LSHL, x).lanewise(VectorOperators.LSHR, x)
                .lanewise(VectorOperators.ASHR, 1);
        y = y.lanewise(VectorOperators.LSHL, y).lanewise(VectorOperators.LSHR, y)
                .lanewise(VectorOperators.ASHR, 1);
        Vector<?> _ = x.convertShape(VectorOperators.I2F, VectorSpecies.of(float.class, shape), 0);
        Vector<?> _ = y.convertShape(VectorOperators.L2D, VectorSpecies.of(double.class, shape), 0);
        Vector<?> _ = x.reinterpretAsFloats();
        Vector<?> _ = y.reinterpretAsDoubles();
    }
}
