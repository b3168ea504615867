package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Bindings;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
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
                && (pass.areWidened(e, dot) || sums(e, dot) != dot.result()));
        return isChanged ? pass.written() : program;
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
        List<Atom> operands = new ArrayList<>();
        for (Atom x : e.operands()) {
            Atom narrow = areWidened(e, dot) ? narrow(x) : x;
            operands.add(bindings.of(narrow == null ? x : narrow));
        }
        DType sums = sums(e, dot);
        return b.convert(b.apply(new Op.DotGeneral(dot.contraction(), sums), operands).getFirst(),
                dot.result());
    }

    /** Whether both operands are conversions of narrower ones of the same type, which nobody else reads. */
    private boolean areWidened(Equation e, Op.DotGeneral dot) {
        Atom x = narrow(e.operands().getFirst());
        Atom y = narrow(e.operands().getLast());
        return dot.result() == e.operands().getFirst().type().dtype() && x != null && y != null
                && x.type().dtype() == y.type().dtype();
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

    /** In what sums are kept; if columns fill no vector, there are no tiles, and each sum is in a register. */
    private static DType sums(Equation e, Op.DotGeneral dot) {
        DType from = e.operands().getFirst().type().dtype();
        DType wide = switch (dot.result()) {
            case F16, BF16 -> from == DType.F64 ? dot.result() : DType.F32;
            case I8, I16, U8, U16, U32 -> DType.I32;
            case F32, F64, I32, I64, U64, BOOL, C64, C128 -> dot.result();
        };
        List<Integer> free = dot.contraction().rightFree(e.operands().getLast().type().shape());
        long columns = e.operands().getLast().type().shape().select(free).size();
        return columns >= Blocking.lanes(Machine.here(), wide.bytes()) ? wide : dot.result();
    }
}
