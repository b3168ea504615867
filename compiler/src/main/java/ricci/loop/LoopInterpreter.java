package ricci.loop;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The meaning of a kernel: one element after the other, every loop from its first turn to its last. All code
 * made from kernels is compared with it.
 *
 * <p>A value is held as the bits of its register, as in {@link Expression.Constant}.
 */
public final class LoopInterpreter {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final List<MemorySegment> buffers;
    private final long[] sizes;
    private final Map<Variable, Long> values = new HashMap<>();

    private LoopInterpreter(List<MemorySegment> buffers, long[] sizes) {
        this.buffers = buffers;
        this.sizes = sizes;
    }

    /**
     * Takes the turns {@code from} to {@code to}, the latter excluded, of the kernel's outermost loop.
     *
     * @param kernel one that {@link LoopChecker} accepts
     * @param buffers the memory of each of its buffers, little-endian, of any alignment
     * @param sizes its arguments
     * @throws IllegalArgumentException if these are not as many as it takes, or turns are not of the loop
     * @throws IndexOutOfBoundsException if an access lies outside of its buffer
     * @throws ArithmeticException if an integer is divided by 0
     */
    public static void run(Kernel kernel, List<MemorySegment> buffers, long[] sizes, long from, long to) {
        if (buffers.size() != kernel.buffers() || sizes.length != kernel.sizes()) {
            throw new IllegalArgumentException("kernel " + kernel.name() + " takes " + kernel.buffers()
                    + " buffers and " + kernel.sizes() + " sizes, not " + buffers.size() + " and "
                    + sizes.length);
        }
        long extent = kernel.loop().extent().in(sizes);
        if (from < 0 || from > to || to > Math.max(0, extent)) {
            throw new IllegalArgumentException("kernel " + kernel.name() + " takes " + extent
                    + " turns; " + from + " to " + to + " are none of them");
        }
        new LoopInterpreter(buffers, sizes.clone()).loop(kernel.loop(), from, to);
    }

    private void loop(Statement.Loop loop, long from, long to) {
        List<Statement.Fold> folds = loop.folds();
        assign(folds, folds.stream().map(f -> evaluate(f.first())).toList());
        for (long turn = from; turn < to; turn++) {
            values.put(loop.counter(), turn);
            loop.body().forEach(this::execute);
            // All are computed before any is assigned: each reads what was before this turn.
            assign(folds, folds.stream().map(f -> evaluate(f.next())).toList());
        }
    }

    private void assign(List<Statement.Fold> folds, List<Long> results) {
        for (int i = 0; i < folds.size(); i++) {
            values.put(folds.get(i).accumulator(), results.get(i));
        }
    }

    private void execute(Statement statement) {
        switch (statement) {
            case Statement.Let(var local, var value) -> values.put(local, evaluate(value));
            case Statement.Store(var access, var value) -> store(access, evaluate(value));
            case Statement.Loop loop -> loop(loop, 0, loop.extent().in(sizes));
        }
    }

    private long evaluate(Expression e) {
        return switch (e) {
            case Expression.Constant(var register, var bits) -> Arithmetic.normal(register, bits);
            case Expression.Read(var local) -> value(local);
            case Expression.Load(var access) -> load(access);
            case Expression.Index(var place) -> index(place);
            case Expression.Unary(var f, var x) -> Arithmetic.unary(f, x.register(), evaluate(x));
            case Expression.Binary(var f, var x, var y) ->
                    Arithmetic.binary(f, x.register(), evaluate(x), evaluate(y));
            case Expression.Fma(var x, var y, var z) ->
                    Arithmetic.fma(x.register(), evaluate(x), evaluate(y), evaluate(z));
            case Expression.Compare(var relation, var x, var y) ->
                    Arithmetic.compare(relation, x.register(), evaluate(x), evaluate(y)) ? 1 : 0;
            case Expression.Select(var p, var x, var y) -> {
                long left = evaluate(x);
                long right = evaluate(y);
                yield evaluate(p) != 0 ? left : right;
            }
            case Expression.Convert(var register, var x) ->
                    Arithmetic.convert(register, x.register(), evaluate(x));
            // The bits stay what they are: those of a float are held as those of an int.
            case Expression.Reinterpret(_, var x) -> evaluate(x);
            case Expression.Beyond(var f, var x, var bound, var usual) ->
                    Arithmetic.beyond(f, x.register(), evaluate(x), bound, evaluate(usual));
        };
    }

    private long value(Variable variable) {
        Long value = values.get(variable);
        if (value == null) {
            throw new IllegalArgumentException(variable + " is read before it is defined");
        }
        return value;
    }

    private long index(Place place) {
        long index = place.offset().in(sizes);
        for (Place.Term term : place.terms()) {
            index += term.stride().in(sizes) * value(term.factor());
        }
        return index;
    }

    private long load(Access access) {
        MemorySegment memory = buffers.get(access.buffer());
        long at = address(access);
        return switch (access.storage()) {
            case F32, I32 -> memory.get(INT, at);
            case F64, I64 -> memory.get(LONG, at);
            case I8 -> memory.get(ValueLayout.JAVA_BYTE, at);
            case U8 -> memory.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
            case I16 -> memory.get(SHORT, at);
            case U16 -> memory.get(SHORT, at) & 0xFFFF;
            case BOOL -> memory.get(ValueLayout.JAVA_BYTE, at) != 0 ? 1 : 0;
        };
    }

    private void store(Access access, long value) {
        MemorySegment memory = buffers.get(access.buffer());
        long at = address(access);
        switch (access.storage()) {
            case F32, I32 -> memory.set(INT, at, (int) value);
            case F64, I64 -> memory.set(LONG, at, value);
            case I8, U8, BOOL -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) value);
            case I16, U16 -> memory.set(SHORT, at, (short) value);
        }
    }

    /** Where the element begins, in bytes. */
    private long address(Access access) {
        int bytes = access.storage().bytes();
        long elements = buffers.get(access.buffer()).byteSize() / bytes;
        long index = index(access.place());
        if (index < 0 || index >= elements) {
            throw new IndexOutOfBoundsException("element " + index + " of buffer b" + access.buffer()
                    + ", which has " + elements + " of " + access.storage());
        }
        return index * bytes;
    }
}
