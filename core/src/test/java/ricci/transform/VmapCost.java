package ricci.transform;

import java.util.List;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;

/** Prints how long it takes to vectorise programs of growing length: run by hand, asserts nothing. */
final class VmapCost {
    private VmapCost() {}

    public static void main(String[] arguments) {
        for (int equations = 1_250; equations <= 80_000; equations *= 2) {
            Program program = chain(equations);
            long start = System.nanoTime();
            Program all = Vmap.of(program, 32, List.of(0, Vmap.NONE)).withResultsAlong(List.of(0));
            System.out.printf("%6d equations to %6d in %4d ms%n", program.equations().size(),
                    all.equations().size(), (System.nanoTime() - start) / 1_000_000);
        }
    }

    private static Program chain(int equations) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(List.of(TensorType.of(DType.F32, 8), TensorType.of(DType.F32, 8)));
        Atom x = inputs.getFirst();
        while (b.equations().size() < equations) {
            Atom sum = b.reduce(Monoid.SUM, b.unary(Op.Unary.Function.SIN, x), List.of(0));
            x = b.add(b.mul(x, inputs.getLast()), b.broadcast(sum, x.type().shape(), List.of()));
        }
        return b.build("VmapCost", inputs, List.of(x));
    }
}
