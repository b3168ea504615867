package ricci.ir;

import java.util.List;

/** The typing rules of {@link Custom} primitives. */
final class InferCustomTypes {
    private InferCustomTypes() {}

    static List<TensorType> of(Custom op, List<TensorType> operands) {
        return switch (op) {
            case Custom.CustomJvp(_, var function, var rule, var constants) -> {
                requireConstants(op, constants, operands);
                require(op, operands, "the function takes", function.inputTypes(), operands);
                require(op, operands, "the rule takes", rule.inputTypes(),
                        Lists.join(operands, inexact(operands.subList(constants, operands.size()))));
                List<TensorType> results = function.resultTypes();
                require(op, operands, "the rule gives", rule.resultTypes(),
                        Lists.join(results, inexact(results)));
                yield results;
            }
            case Custom.CustomVjp(_, var function, var forward, var backward, var constants) -> {
                requireConstants(op, constants, operands);
                require(op, operands, "the function takes", function.inputTypes(), operands);
                require(op, operands, "forward takes", forward.inputTypes(), operands);
                List<TensorType> results = function.resultTypes();
                int count = Math.min(results.size(), forward.results().size());
                require(op, operands, "forward gives", forward.resultTypes().subList(0, count), results);
                List<TensorType> residuals = forward.resultTypes().subList(count, forward.results().size());
                require(op, operands, "backward takes", backward.inputTypes(),
                        Lists.join(residuals, inexact(results)));
                require(op, operands, "backward gives", backward.resultTypes(),
                        inexact(operands.subList(constants, operands.size())));
                yield results;
            }
            case Custom.CustomLinear(_, var transpose, var residuals) -> {
                if (residuals < 0 || residuals > transpose.inputs().size()) {
                    throw wrong(op, operands, "the residuals are among the inputs of the transpose");
                }
                require(op, operands, "the operands are", operands,
                        Lists.join(transpose.inputTypes().subList(0, residuals), transpose.resultTypes()));
                yield transpose.inputTypes().subList(residuals, transpose.inputs().size());
            }
            case Custom.Remat(var body, _) -> {
                require(op, operands, "the body takes", body.inputTypes(), operands);
                yield body.resultTypes();
            }
            case Custom.Named _ -> {
                if (operands.size() != 1) {
                    throw wrong(op, operands, "one value has the name");
                }
                yield operands;
            }
        };
    }

    /** Floats and complex numbers: the others have neither tangents nor cotangents. */
    private static List<TensorType> inexact(List<TensorType> types) {
        return types.stream().filter(type -> type.dtype().isInexact()).toList();
    }

    private static void requireConstants(Custom op, int constants, List<TensorType> operands) {
        if (constants < 0 || constants > operands.size()) {
            throw wrong(op, operands, "the constants are among the operands");
        }
    }

    private static void require(Custom op, List<TensorType> operands, String what, List<TensorType> actual,
            List<TensorType> expected) {
        if (!actual.equals(expected)) {
            throw wrong(op, operands, what + " " + InferTypes.list(actual) + ", which should be "
                    + InferTypes.list(expected));
        }
    }

    private static RicciException wrong(Custom op, List<TensorType> operands, String rule) {
        return new RicciException.IllTyped("apply " + OpText.name(op), InferTypes.list(operands), rule,
                "give programs whose types fit together");
    }
}
