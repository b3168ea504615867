package ricci.ir;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code results = op(operands)}. Two equations that compute the same are equal, wherever the user wrote
 * them.
 *
 * @param source the user's line that asked for it
 */
public record Equation(List<Atom.Var> results, Op op, List<Atom> operands, Source source) {
    public Equation {
        results = List.copyOf(results);
        operands = List.copyOf(operands);
    }

    /** The only result. */
    public Atom.Var result() {
        return results.getFirst();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Equation e
                && results.equals(e.results) && op.equals(e.op) && operands.equals(e.operands);
    }

    @Override
    public int hashCode() {
        return Objects.hash(results, op, operands);
    }
}
