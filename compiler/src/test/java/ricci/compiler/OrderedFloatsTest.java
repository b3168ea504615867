package ricci.compiler;

import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.runtime.Buffer;

/** The greatest and least of floats of all kinds, NaNs of both signs among them, as their order says. */
class OrderedFloatsTest {
    private static final float[] KINDS = {0f, -0f, 1f, -1f, Float.MIN_VALUE, -Float.MIN_VALUE,
        Float.MAX_VALUE, -Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    /** Quiet and signalling ones, with as little and as much in them as can be. */
    private static final int[] NANS = {0x7f800001, 0x7fc00000, 0x7fffffff, 0xff800001, 0xffc00000,
        0xffffffff};

    private static Buffer samples(int count, boolean hasNans, Random random) {
        double[] all = new double[count];
        // Of few kinds, so that each of them is the extreme, often.
        int least = random.nextInt(KINDS.length);
        int kinds = 1 + random.nextInt(KINDS.length - least);
        for (int i = 0; i < count; i++) {
            all[i] = KINDS[least + random.nextInt(kinds)];
        }
        Buffer buffer = Buffer.ofReals(DType.F32, all);
        if (hasNans && count > 0) {
            buffer.segment().setAtIndex(ValueLayout.JAVA_INT, random.nextInt(count),
                    NANS[random.nextInt(NANS.length)]);
        }
        return buffer;
    }

    @Property(tries = 150)
    void extremesAreThoseOfFloats(@ForAll @IntRange(min = 0, max = 150) int rows,
            @ForAll @IntRange(min = 1, max = 150) int columns, @ForAll boolean hasNans, @ForAll long seed) {
        Random random = new Random(seed);
        Program f = program((Tensor x) -> List.of(x.max(1), x.min(1), x.neg().max(1),
                x.sub(x.max(1).expandDims(1)).sum(1)), zeros(DType.F32, rows, columns));
        AgainstInterpreter.check(f, List.of(samples(rows * columns, hasNans, random)));
        if (rows > 0) {
            BothTiers.checkPlan(f, List.of(samples(rows * columns, hasNans, random)));
            Program others = program((Tensor x) -> List.of(x.max(0), x.min(0), x.max(), x.min()),
                    zeros(DType.F32, rows, columns));
            AgainstInterpreter.check(others, List.of(samples(rows * columns, hasNans, random)));
        }
    }
}
