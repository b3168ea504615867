package ricci.einops.check;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;
import ricci.einops.PatternCheck.Length;
import ricci.einops.PatternCheck.Use;

/** Finds out which invocations are operations with a constant pattern, and what else is known of them. */
final class Calls {
    private static final String EINOPS = "ricci.einops.Einops";
    private static final int NONE = -1;

    private final Trees trees;
    private final Constants constants;

    Calls(Trees trees) {
        this.trees = trees;
        constants = new Constants(trees);
    }

    /**
     * An operation as it stands in a program.
     *
     * @param reduction where it is named; at the pattern, if it is not
     */
    record Found(Use use, ExpressionTree pattern, ExpressionTree reduction) {}

    /** An invocation of a method that is known, and the path to it. */
    private record Invocation(TreePath path, ExecutableElement method,
            List<? extends ExpressionTree> arguments) {
        boolean isOf(String type) {
            return method.getEnclosingElement() instanceof TypeElement owner
                    && owner.getQualifiedName().contentEquals(type);
        }

        boolean isNamed(String name) {
            return method.getSimpleName().contentEquals(name);
        }
    }

    /** What the invocation at the end of the path means, if its pattern is a constant. */
    Optional<Found> read(TreePath path) {
        return invocation(path).flatMap(this::read);
    }

    private Optional<Found> read(Invocation call) {
        int place = pattern(call.method.getParameters());
        if (operation(call).isEmpty() || place == NONE || place >= call.arguments.size()
                || !(constant(call, place) instanceof String pattern)) {
            return Optional.empty();
        }
        int reduced = reduction(call.method.getParameters(), place);
        String reduction = reduced != NONE && constant(call, reduced) instanceof String name ? name : null;
        List<Length> lengths = new ArrayList<>();
        boolean complete = collect(call, lengths);
        var use = new Use(operation(call), pattern, tensors(call, place), lengths, complete, reduction);
        ExpressionTree tree = call.arguments.get(place);
        return Optional.of(new Found(use, tree, reduction == null ? tree : call.arguments.get(reduced)));
    }

    private Optional<Invocation> invocation(TreePath path) {
        return path.getLeaf() instanceof MethodInvocationTree tree
                && trees.getElement(new TreePath(path, tree.getMethodSelect()))
                        instanceof ExecutableElement method
                ? Optional.of(new Invocation(path, method, tree.getArguments())) : Optional.empty();
    }

    /** By its name for {@link Use}; empty if it is none. */
    private static String operation(Invocation call) {
        if (call.isOf("ricci.nn.EinMix")) {
            return call.isNamed("init") ? "EinMix.init" : "";
        }
        return call.isOf(EINOPS) ? call.method.getSimpleName().toString() : "";
    }

    /**
     * Which parameter is the pattern. Where javac has not read the names of parameters, it is the first that
     * is a string.
     */
    private static int pattern(List<? extends VariableElement> parameters) {
        return named(parameters, "pattern", 0);
    }

    private static int reduction(List<? extends VariableElement> parameters, int pattern) {
        return named(parameters, "reduction", pattern + 1);
    }

    private static int named(List<? extends VariableElement> parameters, String name, int from) {
        return IntStream.range(from, parameters.size()).filter(i -> isString(parameters.get(i).asType()))
                .filter(i -> parameters.get(i).getSimpleName().contentEquals(name)
                        || parameters.get(i).getSimpleName().contentEquals("arg" + i))
                .findFirst().orElse(NONE);
    }

    private @Nullable Object constant(Invocation call, int argument) {
        return constants.of(new TreePath(call.path, call.arguments.get(argument)));
    }

    /** How many tensors there are before the pattern. */
    private OptionalInt tensors(Invocation call, int pattern) {
        List<? extends VariableElement> before = call.method.getParameters().subList(0, pattern);
        if (before.stream().noneMatch(parameter -> isA(parameter.asType(), "java.util.List"))) {
            return OptionalInt.of(pattern);
        }
        return pattern == 1 ? elements(new TreePath(call.path, call.arguments.getFirst()))
                : OptionalInt.empty();
    }

    /** The length of a list that is written as {@code List.of(…)}. */
    private OptionalInt elements(TreePath list) {
        return invocation(list).filter(call -> call.isOf("java.util.List") && call.isNamed("of"))
                // A single argument may be an array.
                .filter(call -> !call.method.isVarArgs() || call.arguments.size() > 1)
                .map(call -> OptionalInt.of(call.arguments.size())).orElse(OptionalInt.empty());
    }

    /** Adds the lengths whose axes are known; returns whether these are all. */
    private boolean collect(Invocation call, List<Length> lengths) {
        int fixed = call.method.getParameters().size() - 1;
        if (!call.method.isVarArgs() || !isLengths(call.method.getParameters().get(fixed).asType())) {
            return true;
        }
        boolean complete = true;
        for (ExpressionTree argument : call.arguments.subList(fixed, call.arguments.size())) {
            Optional<Length> length = length(new TreePath(call.path, argument));
            length.ifPresent(lengths::add);
            complete &= length.isPresent();
        }
        return complete;
    }

    /** {@code axis("name", length)}. */
    private Optional<Length> length(TreePath argument) {
        return invocation(argument).filter(call -> call.isOf(EINOPS) && call.isNamed("axis")
                && call.arguments.size() == 2)
                .flatMap(call -> constant(call, 0) instanceof String name
                        ? Optional.of(new Length(name, toLong(constant(call, 1)))) : Optional.empty());
    }

    private static OptionalLong toLong(@Nullable Object constant) {
        Long value = Constants.whole(constant);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static boolean isLengths(TypeMirror type) {
        return type instanceof ArrayType array && (isA(array.getComponentType(), "ricci.einops.AxisLengths")
                || isA(array.getComponentType(), "ricci.einops.Axis"));
    }

    private static boolean isString(TypeMirror type) {
        return isA(type, "java.lang.String");
    }

    private static boolean isA(TypeMirror type, String name) {
        return type instanceof DeclaredType declared && declared.asElement() instanceof TypeElement element
                && element.getQualifiedName().contentEquals(name);
    }
}
