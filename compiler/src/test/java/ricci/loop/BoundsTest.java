package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ir.RicciException;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Unary;

/** What is proved to stay inside does; what only counters reach is proved whenever it does. */
class BoundsTest {
    private static boolean isProved(Kernel kernel, long[] sizes, long... elements) {
        try {
            Bounds.check(kernel, sizes, elements);
            return true;
        } catch (RicciException.IllTyped unproved) {
            return false;
        }
    }

    private static boolean runs(Kernel kernel, long[] sizes, List<MemorySegment> memory) {
        try {
            LoopInterpreter.run(kernel, memory, sizes, 0, kernel.loop().extent().in(sizes));
            return true;
        } catch (IndexOutOfBoundsException outside) {
            return false;
        }
    }

    /** One buffer has some elements less than it needs, or one size is another. */
    @Property(tries = 400)
    void agreesWithTheInterpreter(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int statements) {
        RandomKernel kernel = RandomKernel.of(seed, statements);
        Random random = new Random(seed);
        long[] elements = kernel.elements();
        long[] sizes = kernel.sizes();
        if (sizes.length == 0 || random.nextBoolean()) {
            int buffer = random.nextInt(elements.length);
            elements[buffer] = Math.max(0, elements[buffer] - random.nextInt(3));
        } else {
            int size = random.nextInt(sizes.length);
            sizes[size] = Math.min(70, sizes[size] + random.nextInt(-1, 2));
        }
        List<MemorySegment> memory = kernel.memory();
        List<MemorySegment> less = IntStream.range(0, elements.length)
                .mapToObj(b -> memory.get(b).asSlice(0,
                elements[b] * kernel.buffers().get(b).storage().bytes()))
                .toList();
        boolean isProved = isProved(kernel.kernel(), sizes, elements);
        boolean runs = runs(kernel.kernel(), sizes, less);
        assertTrue(runs || !isProved, kernel::toString);
        // Of a local only the range is known.
        assertTrue(isProved || !runs || readsByLocals(kernel.kernel()), kernel::toString);
    }

    /** A kernel needs just what it reaches: that much is enough, and no buffer can be smaller. */
    @Property(tries = 300)
    void reachesWhatItNeeds(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int statements) {
        RandomKernel random = RandomKernel.of(seed, statements);
        List<Bounds.Bytes> reach = Bounds.reach(random.kernel(), random.sizes());
        long[] elements = IntStream.range(0, reach.size()).mapToLong(b -> {
            assertTrue(0 <= reach.get(b).from() && reach.get(b).from() <= reach.get(b).to());
            return reach.get(b).to() / random.buffers().get(b).storage().bytes();
        }).toArray();
        assertTrue(isProved(random.kernel(), random.sizes(), elements));
        for (int b = 0; b < elements.length; b++) {
            if (elements[b] > 0) {
                long[] less = elements.clone();
                less[b]--;
                assertFalse(isProved(random.kernel(), random.sizes(), less));
            }
        }
    }

    private static boolean readsByLocals(Kernel kernel) {
        AtomicBoolean found = new AtomicBoolean();
        Rewriting.none().accesses(a -> {
            if (a.place().terms().stream().anyMatch(t -> t.factor() instanceof Variable.Local)) {
                found.set(true);
            }
            return a;
        }).of(kernel);
        return found.get();
    }

    @Test
    void aClampedIndexIsProved() {
        long[] sizes = {3, 4, 5};
        assertTrue(isProved(Kernels.takeRows(), sizes, 24, 3, 12));
        assertFalse(isProved(Kernels.takeRows(), sizes, 23, 3, 12));
        assertFalse(isProved(Kernels.takeRows(), sizes, 24, 2, 12));
        assertFalse(isProved(Kernels.takeRows(), sizes, 24, 3, 11));
    }

    @Test
    void anEmptyLoopAccessesNothing() {
        assertTrue(isProved(Kernels.quadratic(), new long[] {0}, 0, 0));
        assertTrue(isProved(Kernels.matrixProduct(), new long[] {2, 0, 3}, 0, 0, 6));
        assertFalse(isProved(Kernels.matrixProduct(), new long[] {2, 0, 3}, 0, 0, 5));
    }

    @Test
    void whatWrapsAroundIsNotProved() {
        Kernel kernel = Kernels.matrixProduct();
        assertFalse(isProved(kernel, new long[] {1L << 40, 1, 1L << 40}, 1L << 40, 1L << 40,
                Long.MAX_VALUE));
        assertTrue(isProved(kernel, new long[] {1L << 30, 1, 1L << 30}, 1L << 30, 1L << 30, 1L << 60));
    }

    @Test
    void errorsNameTheAccessAndWhatIsKnown() {
        assertEquals("""
                cannot run the kernel quadratic
                  given: f32 b1[i0]: elements 0 to 4 of 4, sizes n0, n1, … are [5]
                  rule:  every access lies inside of its buffer
                  fix:   this is a defect of what planned the kernel, not of the user's code; please report it
                """, error(Kernels.quadratic(), new long[] {5}, 5, 4));
        Kernel unclamped = Rewriting.none().expressions(e -> e instanceof Binary(_, var x, _) ? x : e)
                .of(Kernels.takeRows());
        assertEquals("""
                cannot run the kernel takeRows
                  given: f32 b0[v0 * n1 + i1]: any element of 24, sizes n0, n1, … are [3, 4, 5]
                  rule:  every access is proved to lie inside of its buffer; v0 is known to be \
                -9223372036854775808 to 9223372036854775807
                  fix:   define a local by which memory is accessed as min(max(x, low), high)
                """, error(unclamped, new long[] {3, 4, 5}, 24, 3, 12));
    }

    private static String error(Kernel kernel, long[] sizes, long... elements) {
        RicciException error = assertThrows(RicciException.IllTyped.class,
                () -> Bounds.check(kernel, sizes, elements));
        return String.valueOf(error.getMessage()).replaceAll("\n  at: .*", "") + "\n";
    }

    @Property(tries = 3000)
    void aBinaryFunctionStaysInItsRange(@ForAll Binary.Function f, @ForAll boolean isLong,
            @ForAll long seed) {
        Random random = new Random(seed);
        Register register = isLong ? Register.I64 : Register.I32;
        long x = number(random, register);
        long y = number(random, register);
        boolean divides = f == Binary.Function.DIV || f == Binary.Function.REM;
        if (divides && y == 0) {
            return;
        }
        long value = Arithmetic.binary(f, register, x, y);
        Range range = Bounds.binary(f, around(x, random, register), around(y, random, register)).in(register);
        assertTrue(range.low() <= value && value <= range.high(),
                () -> f + " of " + x + " and " + y + " is " + value + ", not in " + range);
    }

    @Test
    void aShortLoopIsShort() {
        Kernel kernel = new Kernel("short", 1, 1, new Statement.Loop(Kernels.I, Kernels.n(0),
                Statement.Loop.Kind.SHORT, List.of(Kernels.store(Storage.F32, 0, Kernels.at(Kernels.I),
                Expression.Constant.of(1f))), List.of()));
        long most = Statement.Loop.MOST_SHORT;
        assertTrue(isProved(kernel, new long[] {most}, 2 * most));
        assertFalse(isProved(kernel, new long[] {most + 1}, 2 * most));
    }

    @Property(tries = 1000)
    void aUnaryFunctionStaysInItsRange(@ForAll Unary.Function f, @ForAll boolean isLong, @ForAll long seed) {
        Random random = new Random(seed);
        Register register = isLong ? Register.I64 : Register.I32;
        if (f == Unary.Function.SQRT) {
            return;
        }
        long x = number(random, register);
        long value = Arithmetic.unary(f, register, x);
        Range range = Bounds.unary(f, around(x, random, register)).in(register);
        assertTrue(range.low() <= value && value <= range.high(),
                () -> f + " of " + x + " is " + value + ", not in " + range);
    }

    private static long number(Random random, Register register) {
        long number = switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
            default -> random.nextInt(-40, 41);
        };
        return register == Register.I64 || number == (int) number ? number
                : number < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    }

    /** A range with x in it. */
    private static Range around(long x, Random random, Register register) {
        Range only = Range.only(x);
        return switch (random.nextInt(3)) {
            case 0 -> only;
            case 1 -> only.union(Range.only(number(random, register)));
            default -> only.plus(new Range(-random.nextInt(9), random.nextInt(9))).in(register);
        };
    }
}
