package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.jvm.Tiers;

/** Products of few columns, with what is summed in lanes. */
class NarrowProductsTest {
    private static Program program(DType of, DType to, long rows, long columns, long depth) {
        Builder b = new Builder();
        Atom.Var x = b.input(TensorType.of(of, rows, depth));
        Atom.Var y = b.input(TensorType.of(of, columns, depth));
        Contraction axes = new Contraction(List.of(), List.of(), List.of(1), List.of(1));
        return b.build("f", List.of(x, y), List.of(b.apply(new Op.DotGeneral(axes, to), x, y)));
    }

    /** The JVM compiles no longer methods. */
    @Test
    void kernelsAreCompiledAsAWhole() {
        for (DType of : List.of(DType.F32, DType.F64, DType.F16, DType.BF16, DType.I8, DType.I32, DType.I64,
                DType.U16)) {
            for (DType to : List.of(of, of.isFloat() ? DType.F32 : DType.I32)) {
                for (int columns = 1; columns <= 9; columns++) {
                    Program program = program(of, to, 45, columns, 70);
                    if (of == DType.F64 && to == DType.F32) {
                        continue;
                    }
                    Op.DotGeneral op = (Op.DotGeneral) program.equations().getFirst().op();
                    for (Launch launch : Dots.of(program.equations().getFirst(), op, Fuse.of(program))) {
                        int bytes = Tiers.bytes(launch.kernel());
                        String what = bytes + " bytes of " + launch.name() + " for " + program;
                        assertTrue(bytes < 8000, what);
                    }
                }
            }
        }
    }
}
