package ricci.ir;

import java.util.List;

/** The typing rules of {@link Effect} primitives, which have no results. */
final class InferEffectTypes {
    private InferEffectTypes() {}

    static List<TensorType> of(Effect op, List<TensorType> operands) {
        switch (op) {
            case Effect.Print(var format) -> {
                int places = format.split("\\{}", -1).length - 1;
                if (places != operands.size()) {
                    throw new RicciException.Argument("print \"" + format + "\"", operands.size() + " tensors",
                            "each {} in the format is the place of one tensor, and there are " + places,
                            "write as many {} as there are tensors");
                }
            }
            case Effect.Check(var message, int mapped) -> {
                if (operands.size() != 1 || operands.getFirst().dtype() != DType.BOOL) {
                    throw new RicciException.DataType("check that " + message, InferTypes.list(operands),
                            "what is checked is a tensor of bools",
                            "compare first, for example check(x.gt(0), \"x is positive\")");
                }
                if (mapped < 0 || mapped > operands.getFirst().rank()) {
                    throw new RicciException.Axis("check that " + message, InferTypes.list(operands),
                            mapped + " axes run over examples, which are among the first",
                            "give a number from 0 to the rank");
                }
            }
        }
        return List.of();
    }
}
