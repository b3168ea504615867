package ricci.transform;

import java.util.ArrayList;
import java.util.List;
import ricci.ir.Atom;
import ricci.ir.Effect;

/**
 * Vectorisation of {@link Effect}: it takes place once for all examples. What is the same for all is printed
 * as it is; the examples of the rest lie along the first axis.
 */
final class VmapEffect {
    private VmapEffect() {}

    static List<Vmap.Mapped> rule(Vmap vmap, Effect op, List<Vmap.Mapped> x) {
        List<Atom> operands = new ArrayList<>();
        for (Vmap.Mapped operand : x) {
            operands.add(operand.isMapped() ? vmap.along(0, operand) : operand.atom());
        }
        vmap.builder().apply(switch (op) {
            case Effect.Print print -> print;
            case Effect.Check(var message, int mapped) -> new Effect.Check(message, mapped + 1);
        }, operands);
        return List.of();
    }
}
