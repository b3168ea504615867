package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;

/** Gradients of what was split are put together again, to the bit. */
class PadSumsTest {
    private static Atom padded(Builder b, Atom x, long low, long high) {
        return b.apply(new Op.Pad(List.of(0L, low), List.of(0L, high), List.of(0L, 0L)), x,
                b.fill(TensorType.of(x.type().dtype()), 0));
    }

    /** The sum of some parts, in any order, of which some may be left out, and some may overlap. */
    private static Program sum(long seed, boolean hasAll, boolean isApart) {
        Random random = new Random(seed);
        DType dtype = List.of(DType.F32, DType.F64, DType.BF16).get(random.nextInt(3));
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>();
        List<Long> starts = new ArrayList<>();
        long end = 0;
        for (int i = 2 + random.nextInt(4); i > 0; i--) {
            long length = 1L + random.nextInt(3);
            if (hasAll || random.nextInt(3) > 0) {
                inputs.add(b.input(TensorType.of(dtype, 2, length)));
                starts.add(isApart ? end : Math.max(0, end - 1));
            }
            end += length;
        }
        List<Atom> parts = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            long length = inputs.get(i).type().shape().length(1);
            parts.add(padded(b, inputs.get(i), starts.get(i), end - starts.get(i) - length));
        }
        Collections.shuffle(parts, random);
        Atom zero = b.fill(TensorType.of(dtype, 2, end), -0.0);
        return b.build("sum", inputs, List.of(parts.stream().reduce(b::add).orElse(zero)));
    }

    private static long count(Program program, Class<? extends Op> op) {
        return program.equations().stream().filter(e -> op.isInstance(e.op())).count();
    }

    @Property
    void noBitChanges(@ForAll long seed, @ForAll boolean hasAll, @ForAll boolean isApart) {
        Program program = sum(seed, hasAll, isApart);
        Bits.assertSame(new Random(seed), program, Simplify.of(program));
        Bits.assertSame(new Random(seed), program, Pipeline.of(program));
    }

    @Property
    void partsOfAllAreOneConcatenation(@ForAll long seed) {
        Program after = Pipeline.of(sum(seed, true, true));
        assertEquals(0, count(after, Op.Pad.class), after::toString);
        assertEquals(1, count(after, Op.Concatenate.class), after::toString);
    }

    @Test
    void whatOverlapsIsAddedUp() {
        Builder b = new Builder();
        Atom.Var x = b.input(TensorType.of(DType.F32, 2, 3));
        Program program = b.build("sum", List.of(x), List.of(b.add(padded(b, x, 1, 2), padded(b, x, 3, 0))));
        assertSame(program, Simplify.of(program));
    }
}
