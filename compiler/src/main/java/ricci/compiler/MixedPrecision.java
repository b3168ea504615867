package ricci.compiler;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Bindings;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.jvm.Machine;
import ricci.transform.Dce;

/**
 * Products with operands as narrow as they are in memory, and sums as wide as registers hold them:
 *
 * {@snippet lang = text :
 * x.to(F32) y.to(F32)      becomes      x y, of 16-bit floats, as F32
 * x y, as 16-bit floats    becomes      (x y, as F32).to(BF16)
 * }
 *
 * <p>So there are tiles for both. A conversion of operands is exact, and part of what reads them; that of the
 * sums rounds or wraps each of them once, and is an {@link Epilogue}.
 */
final class MixedPrecision {
    /** So many products of two bytes, each of 2^14 at most, are exact sums in 24 bits of a float. */
    private static final long EXACT = 1 << 10;
    private static final long MOST_BLOCKS = 8;
    /** So many rows pay for the conversion of the right operand to floats. */
    private static final long WORTH_FLOATS = 256;
    /** So many steps of sums pay for tiles, which keep them in memory before they are rounded. */
    private static final long WORTH_TILES = 4;

    private final Program program;
    private final Map<Atom, Equation> definitions = new HashMap<>();
    private final Map<Atom, Integer> readers = new HashMap<>();

    private MixedPrecision(Program program) {
        this.program = program;
        for (Equation e : program.equations()) {
            e.results().forEach(v -> definitions.put(v, e));
            new HashSet<>(e.operands()).forEach(x -> readers.merge(x, 1, Integer::sum));
        }
        program.results().forEach(x -> readers.merge(x, 1, Integer::sum));
    }

    static Program of(Program program) {
        MixedPrecision pass = new MixedPrecision(program);
        boolean isChanged = program.equations().stream().anyMatch(e -> e.op() instanceof Op.DotGeneral dot
                && pass.changes(e, dot));
        return isChanged ? pass.written() : program;
    }

    private boolean changes(Equation e, Op.DotGeneral dot) {
        DType sums = sums(e, dot);
        return !operands(e, dot).equals(e.operands()) || sums != dot.result()
                || areSumsOfBytes(e.operands(), dot);
    }

    private Program written() {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(program.inputTypes());
        Bindings bindings = new Bindings(program, inputs);
        for (Equation e : program.equations()) {
            b.at(e.source());
            bindings.define(e, e.op() instanceof Op.DotGeneral dot ? List.of(product(b, e, dot, bindings))
                    : b.apply(e.op(), bindings.of(e.operands())));
        }
        return Dce.of(b.program(inputs, bindings.of(program.results())));
    }

    private Atom product(Builder b, Equation e, Op.DotGeneral dot, Bindings bindings) {
        List<Atom> operands = operands(e, dot);
        Op.DotGeneral wide = new Op.DotGeneral(dot.contraction(), sums(e, dot));
        List<Atom> x = bindings.of(operands);
        return b.convert(areSumsOfBytes(operands, wide) ? ofFloats(b, wide, x) : b.apply(wide, x).getFirst(),
                dot.result());
    }

    /** The operands as narrow as they are in memory. */
    private List<Atom> operands(Equation e, Op.DotGeneral dot) {
        Atom x = narrow(e.operands().getFirst());
        Atom y = narrow(e.operands().getLast());
        boolean areWidened = dot.result() == e.operands().getFirst().type().dtype() && x != null && y != null
                && x.type().dtype() == y.type().dtype();
        return areWidened ? List.of(x, y) : e.operands();
    }

    /**
     * Whether sums of 32 bits are faster as some of floats, which are exact. Processors multiply floats in
     * half of the time, or in nine tenths; products whose right operand is small gain less.
     */
    private static boolean areSumsOfBytes(List<Atom> operands, Op.DotGeneral wide) {
        Contraction c = wide.contraction();
        Shape left = operands.getFirst().type().shape();
        Shape right = operands.getLast().type().shape();
        if (wide.result() != DType.I32 || operands.getFirst().type().dtype() != DType.I8
                || c.leftContracted().size() != 1) {
            return false;
        }
        long depth = left.select(c.leftContracted()).size();
        long columns = right.select(c.rightFree(right)).size();
        return depth <= MOST_BLOCKS * EXACT && columns >= Blocking.lanes(Machine.here(), DType.F32.bytes())
                && left.select(c.leftFree(left)).size() >= WORTH_FLOATS
                && !Gemm.isRightSmall(columns * depth * DType.F32.bytes());
    }

    /** The same of floats: products of bytes, of which so many are added up that each sum is exact. */
    private static Atom ofFloats(Builder b, Op.DotGeneral dot, List<Atom> operands) {
        Op.DotGeneral floats = new Op.DotGeneral(dot.contraction(), DType.F32);
        Atom x = b.convert(operands.getFirst(), DType.F32);
        Atom y = b.convert(operands.getLast(), DType.F32);
        int left = dot.contraction().leftContracted().getFirst();
        int right = dot.contraction().rightContracted().getFirst();
        long depth = x.type().shape().length(left);
        long blocks = Math.max(1, (depth + EXACT - 1) / EXACT);
        Atom sum = null;
        for (long i = 0; i < blocks; i++) {
            long first = depth * i / blocks;
            long end = depth * (i + 1) / blocks;
            Atom some = b.convert(b.apply(floats, b.slice(x, left, first, end),
                    b.slice(y, right, first, end)), dot.result());
            sum = sum == null ? some : b.add(sum, some);
        }
        return Objects.requireNonNull(sum);
    }

    /** What an operand is an exact conversion of, if it is read once; else null. */
    private @Nullable Atom narrow(Atom x) {
        Equation e = definitions.get(x);
        if (e == null || !(e.op() instanceof Op.Convert(var to)) || readers.getOrDefault(x, 0) > 1) {
            return null;
        }
        Atom from = e.operands().getFirst();
        DType dtype = from.type().dtype();
        boolean isLike = (dtype.isFloat() && to.isFloat()) || (dtype.isInteger() && to.isInteger());
        return isLike && SimplifyTypes.holds(to, dtype) ? from : null;
    }

    /**
     * In what sums are kept. If columns fill no vector, there are no tiles: each sum is in a register, as
     * very short ones are, too.
     */
    private static DType sums(Equation e, Op.DotGeneral dot) {
        TensorType left = e.operands().getFirst().type();
        TensorType right = e.operands().getLast().type();
        DType wide = switch (dot.result()) {
            case F16, BF16 -> left.dtype() == DType.F64 ? dot.result() : DType.F32;
            case I8, I16, U8, U16, U32 -> DType.I32;
            case F32, F64, I32, I64, U64, BOOL, C64, C128 -> dot.result();
        };
        long depth = left.shape().select(dot.contraction().leftContracted()).size();
        long columns = right.shape().select(dot.contraction().rightFree(right.shape())).size();
        return depth >= WORTH_TILES && columns >= Blocking.lanes(Machine.here(), wide.bytes()) ? wide
                : dot.result();
    }
}
