package ricci.compiler;

import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.runtime.Buffer;

/** Where extremes are, along short rows, and along those of several blocks. */
class ExtremesTest {
    /** Few different elements, so that the extreme is in several blocks, often; some rows have NaNs. */
    private static Buffer samples(DType dtype, int rows, int length, Random random) {
        boolean isSparse = random.nextBoolean();
        IntFunction<Double> element = i -> {
            double usual = isSparse && random.nextInt(length) > 2 ? 1 : random.nextInt(3);
            double rare = i / length % 2 == 1 || random.nextInt(length) > 3 ? -0.0 : Double.NaN;
            return random.nextInt(9) == 0 && dtype.isFloat() ? rare : usual;
        };
        return dtype.isFloat()
                ? Buffer.ofReals(dtype, IntStream.range(0, rows * length)
                        .mapToDouble(element::apply).toArray())
                : Buffer.ofIntegers(dtype, IntStream.range(0, rows * length)
                        .mapToLong(i -> element.apply(i).longValue()).toArray());
    }

    @Property(tries = 60)
    void alongShortRows(@ForAll @IntRange(min = 1, max = 400) int length, @ForAll DType dtype,
            @ForAll long seed) {
        if (!dtype.isComplex() && dtype != DType.BOOL) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(4);
            Program f = program((Tensor x) -> List.of(x.argmax(1), x.argmin(1), x.max(1), x.min(1)),
                    zeros(dtype, rows, length));
            AgainstInterpreter.check(f, List.of(samples(dtype, rows, length, random)));
            if (length > 1) {
                // The extreme of one element needs no kernel.
                BothTiers.checkPlan(f, List.of(samples(dtype, rows, length, random)));
            }
        }
    }

    /** Rows that do not lie in memory as they are: columns, and every second element. */
    @Property(tries = 20)
    void alongStrides(@ForAll @IntRange(min = 1, max = 300) int length, @ForAll DType dtype,
            @ForAll long seed) {
        if (!dtype.isComplex() && dtype != DType.BOOL) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(40);
            Program f = program((Tensor x) -> List.of(x.transpose().argmax(0), x.argmin(0),
                    x.flip(1).argmax(1)), zeros(dtype, rows, length));
            AgainstInterpreter.check(f, List.of(samples(dtype, rows, length, random)));
        }
    }

    @Property(tries = 16)
    void areWhatTheInterpreterSays(@ForAll @IntRange(min = 500, max = 5000) int length,
            @ForAll DType dtype, @ForAll long seed) {
        if (!dtype.isComplex() && dtype != DType.BOOL) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(4);
            Program f = program((Tensor x) -> List.of(x.argmax(1), x.argmin(1)), zeros(dtype, rows, length));
            AgainstInterpreter.check(f, List.of(samples(dtype, rows, length, random)));
            BothTiers.checkPlan(f, List.of(samples(dtype, rows, length, random)));
            Program all = program((Tensor x) -> x.argmax(0), zeros(dtype, (long) rows * length));
            AgainstInterpreter.check(all, List.of(samples(dtype, rows, length, random)));
        }
    }
}
