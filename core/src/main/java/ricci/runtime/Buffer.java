package ricci.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.RicciException;

/**
 * Elements of one dtype in a row, off the Java heap, aligned to 64 bytes; the garbage collector frees them.
 *
 * <p>Whoever makes a buffer writes it through {@link #segment}; once it is part of an array no one does.
 */
public final class Buffer {
    /** Alignment in bytes: a cache line, and the widest vector register. */
    public static final long ALIGNMENT = 64;

    private final DType dtype;
    private final long count;
    private final MemorySegment segment;
    private final Lease lease;
    private volatile boolean isGone;
    /** What was made of the elements, by how; null if nothing was. */
    private volatile @Nullable ConcurrentHashMap<Object, Buffer> made;

    private Buffer(DType dtype, long count, MemorySegment segment, Lease lease) {
        this.dtype = dtype;
        this.count = count;
        this.segment = segment;
        this.lease = lease;
    }

    /**
     * A new buffer of zeros.
     *
     * @throws RicciException.Argument if there is not enough memory
     */
    public static Buffer allocate(DType dtype, long count) {
        Buffer buffer = uninitialized(dtype, count);
        if (buffer.lease.isOfPool()) {
            buffer.segment.fill((byte) 0);
        }
        return buffer;
    }

    /**
     * A new buffer whose elements are anything, for who writes all of them; its memory is used again when the
     * buffer is gone.
     *
     * @throws RicciException.Argument if there is not enough memory
     */
    public static Buffer uninitialized(DType dtype, long count) {
        try {
            long bytes = Math.multiplyExact(count, dtype.bytes());
            Slabs.Piece piece = Slabs.process().cut(bytes);
            if (piece != null) {
                return new Buffer(dtype, count, piece.segment(), Lease.inside(piece.slab()));
            }
            Block block = Pool.process().take(bytes);
            return new Buffer(dtype, count, block.segment().asSlice(0, bytes),
                    Lease.of(Pool.process(), block));
        } catch (ArithmeticException e) {
            throw new RicciException.Argument("allocate a tensor", count + " elements of " + dtype,
                    "a tensor fits into memory", "use smaller tensors");
        }
    }

    /** All of {@code segment}, native memory, as elements. */
    public static Buffer of(DType dtype, MemorySegment segment) {
        return new Buffer(dtype, segment.byteSize() / dtype.bytes(), segment, Lease.ofNone());
    }

    /** A buffer that holds one value everywhere. */
    public static Buffer filled(DType dtype, long count, Number value) {
        return Value.fill(dtype, Value.length(count), value).toBuffer(dtype);
    }

    /** A buffer of floats, each rounded to {@code dtype}. */
    public static Buffer ofReals(DType dtype, double[] values) {
        Buffer buffer = uninitialized(dtype, values.length);
        MemorySegment to = buffer.segment;
        switch (dtype) {
            case F64 -> MemorySegment.copy(values, 0, to, ValueLayout.JAVA_DOUBLE, 0, values.length);
            case F32 -> {
                for (int i = 0; i < values.length; i++) {
                    to.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) values[i]);
                }
            }
            case F16, BF16 -> {
                for (int i = 0; i < values.length; i++) {
                    to.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) dtype.toBits(dtype.round(values[i])));
                }
            }
            case I8, U8, U16, U32, U64, I16, I32, I64, BOOL, C64, C128 ->
                    throw new IllegalArgumentException(dtype + " is not a float type");
        }
        return buffer;
    }

    /** A buffer of complex numbers, given as real and imaginary parts in turn, each rounded. */
    public static Buffer ofComplexes(DType dtype, double[] parts) {
        Buffer buffer = uninitialized(dtype, parts.length / 2);
        for (int i = 0; i < parts.length; i++) {
            if (requireComplex(dtype) == DType.F64) {
                buffer.segment.setAtIndex(ValueLayout.JAVA_DOUBLE, i, parts[i]);
            } else {
                buffer.segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) parts[i]);
            }
        }
        return buffer;
    }

    /** The elements of a complex buffer: real and imaginary parts in turn. */
    public double[] complexes() {
        try {
            return readComplexes();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private double[] readComplexes() {
        double[] parts = new double[Value.length(2 * count)];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = requireComplex(dtype) == DType.F64
                    ? segment.getAtIndex(ValueLayout.JAVA_DOUBLE, i)
                    : segment.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        }
        return parts;
    }

    private static DType requireComplex(DType dtype) {
        if (!dtype.isComplex()) {
            throw new IllegalArgumentException(dtype + " is not a complex type");
        }
        return dtype.real();
    }

    /** A buffer of integers or bools, each wrapped to {@code dtype}. */
    public static Buffer ofIntegers(DType dtype, long[] values) {
        Buffer buffer = uninitialized(dtype, values.length);
        MemorySegment to = buffer.segment;
        for (int i = 0; i < values.length; i++) {
            long x = values[i];
            switch (dtype) {
                case I8, U8, BOOL -> to.set(ValueLayout.JAVA_BYTE, i, (byte) dtype.wrap(x));
                case I16, U16 -> to.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) x);
                case I32, U32 -> to.setAtIndex(ValueLayout.JAVA_INT, i, (int) x);
                case I64, U64 -> to.setAtIndex(ValueLayout.JAVA_LONG, i, x);
                case F32, F64, F16, BF16, C64, C128 ->
                        throw new IllegalArgumentException(dtype + " is not an integer type");
            }
        }
        return buffer;
    }

    /** A part of this buffer, in the same memory; as aligned as its place. */
    Buffer part(long first, long elements) {
        return new Buffer(dtype, elements,
                segment.asSlice(first * dtype.bytes(), elements * dtype.bytes()), lease);
    }

    public DType dtype() {
        return dtype;
    }

    /** The number of elements. */
    public long count() {
        return count;
    }

    /** One more tensor has this memory. */
    public void hold() {
        lease.holders.incrementAndGet();
    }

    /** One of the tensors that have this memory gives it away. */
    public void release() {
        lease.holders.decrementAndGet();
    }

    /** Whether at most one tensor has this memory, so that it can be given away with it. */
    public boolean isExclusive() {
        return lease.holders.get() <= 1;
    }

    /** Whether it is the same memory, or a part of the same. */
    public boolean sharesMemory(Buffer other) {
        return lease == other.lease;
    }

    // ---- what is made of it ----

    /** What was made of these elements in that way, and kept; null if nothing was. */
    public @Nullable Buffer made(Object how) {
        ConcurrentHashMap<Object, Buffer> all = made;
        return all == null ? null : all.get(how);
    }

    /**
     * Keeps what was made of these elements as long as there is this buffer, which a run is reading. What has
     * been kept before stays.
     *
     * @param how equal to those of others who make the same in the same way
     */
    public void keep(Object how, Buffer result) {
        ConcurrentHashMap<Object, Buffer> all = made;
        if (all == null) {
            synchronized (lease) {
                all = made == null ? new ConcurrentHashMap<>() : made;
                made = all;
            }
        }
        all.putIfAbsent(how, result);
    }

    // ---- giving memory away ----

    /** A run reads the memory from now on, which until {@link #endReading} nobody gets. */
    public void beginReading() {
        lease.readers.incrementAndGet();
        if (isGone) {
            endReading();
            throw given();
        }
    }

    /** The end of a run that reads the memory. */
    public void endReading() {
        lease.readers.decrementAndGet();
    }

    /**
     * Hands the memory on to another buffer, which alone has it from now on; this one is gone.
     *
     * @return null if there are others that have the memory or read it, so that it remains with this one
     */
    public @Nullable Buffer give() {
        isGone = true;
        if (lease.readers.get() > 0 || !isExclusive()) {
            isGone = false;
            return null;
        }
        made = null;
        return new Buffer(dtype, count, segment, lease);
    }

    /** The same memory as elements of another dtype, which take as many bytes; this buffer is gone. */
    public Buffer as(DType other, long elements) {
        if (elements * other.bytes() != segment.byteSize()) {
            throw new IllegalArgumentException(elements + " elements of " + other + " are not "
                    + segment.byteSize() + " bytes");
        }
        isGone = true;
        made = null;
        return new Buffer(other, elements, segment, lease);
    }

    /** Gives the memory back for others to use. Whoever calls this is the only one to have this buffer. */
    public void free() {
        isGone = true;
        made = null;
        lease.end();
    }

    private static IllegalStateException given() {
        return new IllegalStateException("the memory of this buffer was given away");
    }

    /** The memory itself; whoever reads or writes it keeps this buffer alive meanwhile. */
    public MemorySegment segment() {
        if (isGone) {
            throw given();
        }
        return segment;
    }

    /** The elements of a float buffer; every one is exact as a double. */
    public double[] reals() {
        try {
            return readReals();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private double[] readReals() {
        double[] values = new double[length()];
        switch (dtype) {
            case F64 -> MemorySegment.copy(segment, ValueLayout.JAVA_DOUBLE, 0, values, 0, values.length);
            case F32 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = segment.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                }
            }
            case F16, BF16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = dtype.fromBits(segment.getAtIndex(ValueLayout.JAVA_SHORT, i));
                }
            }
            case I8, U8, U16, U32, U64, I16, I32, I64, BOOL, C64, C128 ->
                    throw new IllegalArgumentException(dtype + " is not a float type");
        }
        return values;
    }

    /** The elements of an integer or bool buffer; those of u64 as longs with the same bits. */
    public long[] integers() {
        try {
            return readIntegers();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private long[] readIntegers() {
        long[] values = new long[length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (dtype) {
                case I8, BOOL -> segment.get(ValueLayout.JAVA_BYTE, i);
                case U8 -> segment.get(ValueLayout.JAVA_BYTE, i) & 0xff;
                case U16 -> segment.getAtIndex(ValueLayout.JAVA_SHORT, i) & 0xffff;
                case U32 -> segment.getAtIndex(ValueLayout.JAVA_INT, i) & 0xffffffffL;
                case I16 -> segment.getAtIndex(ValueLayout.JAVA_SHORT, i);
                case I32 -> segment.getAtIndex(ValueLayout.JAVA_INT, i);
                case I64, U64 -> segment.getAtIndex(ValueLayout.JAVA_LONG, i);
                case F32, F64, F16, BF16, C64, C128 ->
                        throw new IllegalArgumentException(dtype + " is not an integer type");
            };
        }
        return values;
    }

    private int length() {
        return Value.length(count);
    }
}
