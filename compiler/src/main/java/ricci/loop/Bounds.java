package ricci.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import ricci.ir.RicciException;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Unary;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;

/**
 * Proves that a kernel reads and writes inside of its buffers, so that compiled code need not look.
 *
 * <p>Each place is a sum; each of its factors lies in a range: a counter in that of its loop, a local in what
 * its definition says. Nothing is known of integers that come from memory or from a fold, until a definition
 * says it: {@code min(max(x, low), high)}, {@code rem(x, n)}, {@code and(x, mask)} and the like do. The
 * body of a loop that takes no turn accesses nothing. Short loops are proved to be short, too.
 */
public final class Bounds {
    private final Kernel kernel;
    private final long[] sizes;
    /** Is told of each access, and which elements it may reach. */
    private final BiConsumer<Access, Range> accesses;
    private final Map<Variable, Range> ranges = new HashMap<>();

    private Bounds(Kernel kernel, long[] sizes, BiConsumer<Access, Range> accesses) {
        this.kernel = kernel;
        this.sizes = sizes;
        this.accesses = accesses;
    }

    private Bounds(Kernel kernel, long[] sizes, long[] elements) {
        this.kernel = kernel;
        this.sizes = sizes;
        this.accesses = (access, reached) -> {
            if (reached.low() < 0 || reached.high() >= elements[access.buffer()]) {
                throw broken(access, reached, elements);
            }
        };
    }

    /**
     * Returns if all accesses are proved.
     *
     * @param kernel one that {@link LoopChecker} accepts
     * @param sizes the arguments of a call
     * @param elements how many elements each buffer has, of the storage that it is accessed with
     * @throws RicciException.IllTyped if an access leaves its buffer, or may do so because of a local that is
     *     not clamped, or a short loop is long
     */
    public static void check(Kernel kernel, long[] sizes, long[] elements) {
        new Bounds(kernel, sizes, elements).statement(kernel.loop());
    }

    /** Bytes of a buffer, the last of them not included; before its address they are negative. */
    public record Bytes(long from, long to) {
        private static final Bytes NONE = new Bytes(0, 0);

        private Bytes and(Bytes others) {
            return equals(NONE) ? others : new Bytes(Math.min(from, others.from), Math.max(to, others.to));
        }
    }

    /**
     * All that a call may read or write, for each buffer; no bytes, from 0 to 0, if that is nothing.
     *
     * @throws ArithmeticException if that cannot be said
     */
    public static List<Bytes> reach(Kernel kernel, long[] sizes) {
        List<Bytes> all = new ArrayList<>(Collections.nCopies(kernel.buffers(), Bytes.NONE));
        new Bounds(kernel, sizes, (access, reached) -> {
            int bytes = access.storage().bytes();
            Bytes these = new Bytes(Math.multiplyExact(reached.low(), bytes),
                    Math.multiplyExact(Math.addExact(reached.high(), 1), bytes));
            all.set(access.buffer(), all.get(access.buffer()).and(these));
        }).statement(kernel.loop());
        return all;
    }

    private void statement(Statement statement) {
        switch (statement) {
            case Statement.Let(var local, var value) -> define(local, range(value));
            case Statement.Store(var access, var value) -> {
                range(value);
                check(access);
            }
            case Loop loop -> loop(loop);
        }
    }

    private void loop(Loop loop) {
        for (Fold fold : loop.folds()) {
            range(fold.first());
            define(fold.accumulator(), Range.of(fold.accumulator().register()));
        }
        long extent = loop.extent().in(sizes);
        if (loop.kind() == Loop.Kind.SHORT && extent > Loop.MOST_SHORT) {
            throw new RicciException.IllTyped("run the kernel " + kernel.name(),
                    extent + " turns of " + KernelText.line(loop),
                    "a short loop takes " + Loop.MOST_SHORT + " turns at most",
                    "this is a defect of what planned the kernel, not of the user's code; please report it");
        }
        if (extent > 0) {
            ranges.put(loop.counter(), new Range(0, extent - 1));
            loop.body().forEach(this::statement);
            loop.folds().forEach(f -> range(f.next()));
        }
    }

    private void define(Variable.Local local, Range range) {
        if (local.register().isInteger()) {
            ranges.put(local, range);
        }
    }

    /** Where the value is; checks all that it loads. */
    private Range range(Expression e) {
        Register register = e.register();
        return switch (e) {
            case Expression.Constant(_, var bits) -> register.isFloat() ? Range.ANYWHERE : Range.only(bits);
            case Expression.Read(var local) -> register.isInteger() ? of(local) : Range.of(register);
            case Expression.Load(var access) -> {
                check(access);
                yield Range.of(access.storage());
            }
            case Expression.Index(var place) -> range(place);
            case Unary(var f, var x) -> register.isInteger() ? unary(f, range(x)).in(register)
                    : unknown(e);
            case Binary(var f, var x, var y) -> register.isInteger()
                    ? binary(f, range(x), range(y)).in(register) : unknown(e);
            case Expression.Select(var p, var x, var y) -> {
                range(p);
                yield range(x).union(range(y));
            }
            case Expression.Convert(_, var x) -> x.register().isFloat() ? unknown(e)
                    : range(x).in(register);
            case Expression.Fma _, Expression.Compare _, Expression.Reinterpret _, Expression.Beyond _ ->
                    unknown(e);
        };
    }

    /** What the register holds; checks what the parts load. */
    private Range unknown(Expression e) {
        for (Expression part : e.parts()) {
            range(part);
        }
        return Range.of(e.register());
    }

    static Range unary(Unary.Function f, Range x) {
        return switch (f) {
            case NEG -> x.negate();
            case ABS -> x.magnitude();
            case NOT -> new Range(~x.high(), ~x.low());
            case POPCNT, CLZ -> new Range(0, Long.SIZE);
            case SQRT -> Range.ANYWHERE;
        };
    }

    static Range binary(Binary.Function f, Range x, Range y) {
        return switch (f) {
            case ADD -> x.plus(y);
            case SUB -> x.plus(y.negate());
            case MUL -> x.times(y);
            case DIV -> x.dividedBy(y);
            case REM -> x.remainderBy(y);
            case MIN -> x.min(y);
            case MAX -> x.max(y);
            // Bits that are 0 in one that is not negative are 0.
            case AND -> y.low() >= 0 ? new Range(0, x.low() >= 0 ? Math.min(x.high(), y.high()) : y.high())
                    : x.low() >= 0 ? new Range(0, x.high()) : Range.ANYWHERE;
            case SHIFT_RIGHT -> x.low() >= 0 ? x.shiftedRight(y) : Range.ANYWHERE;
            case SHIFT_RIGHT_SIGNED -> x.shiftedRight(y);
            case OR, XOR, SHIFT_LEFT -> Range.ANYWHERE;
        };
    }

    private Range of(Variable variable) {
        return ranges.getOrDefault(variable, Range.ANYWHERE);
    }

    private Range range(Place place) {
        Range sum = Range.only(place.offset().in(sizes));
        for (Place.Term term : place.terms()) {
            sum = sum.plus(Range.only(term.stride().in(sizes)).times(of(term.factor())));
        }
        return sum;
    }

    private void check(Access access) {
        accesses.accept(access, range(access.place()));
    }

    private RicciException broken(Access access, Range reached, long[] elements) {
        List<Variable> computed = access.place().terms().stream().map(Place.Term::factor)
                .filter(f -> f instanceof Variable.Local).toList();
        String given = KernelText.of(access) + ": " + (reached.equals(Range.ANYWHERE) ? "any element"
                : "elements " + reached) + " of " + elements[access.buffer()]
                + ", sizes n0, n1, … are " + Arrays.toString(sizes);
        String asked = "run the kernel " + kernel.name();
        if (computed.isEmpty()) {
            return new RicciException.IllTyped(asked, given, "every access lies inside of its buffer",
                    "this is a defect of what planned the kernel, not of the user's code; please report it");
        }
        String known = computed.stream().map(v -> v + " is known to be " + of(v))
                .collect(Collectors.joining(", "));
        return new RicciException.IllTyped(asked, given,
                "every access is proved to lie inside of its buffer; " + known,
                "define a local by which memory is accessed as min(max(x, low), high)");
    }
}
