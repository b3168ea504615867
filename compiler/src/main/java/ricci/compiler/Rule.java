package ricci.compiler;

import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.ir.Op;

/**
 * One way to write an equation more simply.
 *
 * @param name what it does, as the table lists it
 * @param root the kind of operation that it is for, as {@link #kind} tells them apart
 * @param rewrite what takes the place of the equation's only result; null where the rule does not apply
 */
record Rule(String name, Object root, Rewrite rewrite) {
    /** Looks at an equation, whose operands the draft defines, and may write others. */
    @FunctionalInterface
    interface Rewrite {
        @Nullable Atom of(Draft draft, Equation e);
    }

    /** The function or relation of an elementwise operation, else the class. */
    static Object kind(Op op) {
        return switch (op) {
            case Op.Unary(var f) -> f;
            case Op.Binary(var f) -> f;
            case Op.Compare(var relation) -> relation;
            case Op other -> other.getClass();
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
