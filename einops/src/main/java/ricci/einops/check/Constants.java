package ricci.einops.check;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import org.jspecify.annotations.Nullable;

/**
 * The values of constant expressions: those of texts, and those of whole numbers as far as lengths are
 * computed. javac has folded them too, but does not tell.
 */
record Constants(Trees trees) {

    /** The value of the expression at the end of the path; null, if it is no constant or not of these. */
    @Nullable Object of(TreePath path) {
        return switch (path.getLeaf()) {
            case LiteralTree literal -> literal.getValue();
            case ParenthesizedTree inner -> of(path, inner.getExpression());
            case IdentifierTree _, MemberSelectTree _ ->
                    trees.getElement(path) instanceof VariableElement variable ? variable.getConstantValue()
                            : null;
            case BinaryTree binary -> binary(binary.getKind(), of(path, binary.getLeftOperand()),
                    of(path, binary.getRightOperand()));
            case UnaryTree unary -> unary(unary.getKind(), of(path, unary.getExpression()));
            case TypeCastTree cast -> cast(path, cast);
            case ConditionalExpressionTree choice -> choice(path, choice);
            default -> null;
        };
    }

    private @Nullable Object of(TreePath outer, Tree inner) {
        return of(new TreePath(outer, inner));
    }

    private @Nullable Object choice(TreePath path, ConditionalExpressionTree choice) {
        Object yes = of(path, choice.getTrueExpression());
        Object no = of(path, choice.getFalseExpression());
        return yes != null && no != null && of(path, choice.getCondition()) instanceof Boolean chosen
                ? (chosen ? yes : no) : null;
    }

    private static @Nullable Object binary(Tree.Kind kind, @Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return null;
        }
        if (kind == Tree.Kind.PLUS && (left instanceof String || right instanceof String)) {
            return String.valueOf(left) + right;
        }
        Long a = whole(left);
        Long b = whole(right);
        if (a == null || b == null) {
            return null;
        }
        boolean wide = left instanceof Long || right instanceof Long;
        return switch (kind) {
            case PLUS -> sized(a + b, wide);
            case MINUS -> sized(a - b, wide);
            case MULTIPLY -> sized(a * b, wide);
            case DIVIDE -> b == 0 ? null : sized(a / b, wide);
            case REMAINDER -> b == 0 ? null : sized(a % b, wide);
            case LEFT_SHIFT -> left instanceof Long ? sized(a << b, true) : sized(a.intValue() << b, false);
            default -> null;
        };
    }

    private static @Nullable Object unary(Tree.Kind kind, @Nullable Object operand) {
        Long value = whole(operand);
        return value == null ? null : switch (kind) {
            case UNARY_PLUS -> sized(value, operand instanceof Long);
            case UNARY_MINUS -> sized(-value, operand instanceof Long);
            default -> null;
        };
    }

    private @Nullable Object cast(TreePath path, TypeCastTree cast) {
        Object operand = of(path, cast.getExpression());
        if (operand instanceof String && trees.getElement(new TreePath(path, cast.getType()))
                instanceof TypeElement type && type.getQualifiedName().contentEquals("java.lang.String")) {
            return operand;
        }
        Long value = whole(operand);
        return value == null ? null : switch (cast.getType().toString()) {
            case "long" -> value;
            case "int" -> value.intValue();
            default -> null;
        };
    }

    /** As Java computes it, in 64 bits or in 32. */
    private static Object sized(long value, boolean wide) {
        return wide ? (Object) value : (Object) (int) value;
    }

    /** The value of a whole number; null, if it is none. */
    static @Nullable Long whole(@Nullable Object value) {
        return switch (value) {
            case Character c -> (long) c;
            case Long n -> n;
            case Integer n -> (long) n;
            case Short n -> (long) n;
            case Byte n -> (long) n;
            case null, default -> null;
        };
    }
}
