package ricci;

import static ricci.Arguments.cast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.transform.Dce;
import ricci.transform.JacobianProgram;
import ricci.transform.Jvp;
import ricci.transform.Linearity;
import ricci.transform.Linearize;
import ricci.transform.Transpose;
import ricci.transform.Vjp;

/**
 * The differentiating transformations: trace the function, transform its program, apply that to the
 * arguments.
 */
final class Differentiate {
    private Differentiate() {}

    /** Value and gradient of a scalar function with respect to the first of its arguments. */
    static <A> ValueAndGrad<A> valueAndGrad(Function<Object, @Nullable Object> function, List<?> arguments) {
        return withGradient(gradients(function, arguments, 1));
    }

    private static <A> ValueAndGrad<A> withGradient(Gradients all) {
        return new ValueAndGrad<>(all.value(), cast(all.grads().getFirst()));
    }

    /** The value of a complex function of complex numbers, and its complex derivative by each of them. */
    static <A> ValueAndGrad<A> holomorphic(Function<Object, @Nullable Object> function, A point) {
        for (Tensor leaf : Tree.flatten(point).leaves()) {
            if (!leaf.dtype().isComplex()) {
                throw new RicciException.DataType("take a holomorphic derivative", leaf.type().toString(),
                        "such a derivative is one by complex numbers",
                        "convert with to(DType.C64), or take grad of a real function");
            }
        }
        return withGradient(gradients(function, Arrays.asList(point), 1, true));
    }

    /** As {@link #valueAndGrad}, of a function that returns a {@link WithAux}. */
    static <A, X> GradWithAux<A, X> gradWithAux(
            Function<Object, @Nullable Object> function, List<?> arguments) {
        Gradients all = gradients(tree -> {
            WithAux<?> result = (WithAux<?>) function.apply(tree);
            return result == null ? null : new WithAux<>(result.value(), stopped(result.aux()));
        }, arguments, 1);
        WithAux<X> result = cast(all.result());
        return new GradWithAux<>(all.value(), cast(all.grads().getFirst()), result.aux());
    }

    private static <T> T stopped(T tree) {
        return Tree.map(tree, x -> x.dtype().isInexact() ? Ricci.stopGradient(x) : x);
    }

    /**
     * What a function returned, its value, which comes first in it, and the gradient by each of some
     * arguments.
     */
    record Gradients(Object result, Tensor value, List<Object> grads) {}

    /** The gradients of a scalar function with respect to the first {@code count} of its arguments. */
    static Gradients gradients(Function<Object, @Nullable Object> function, List<?> arguments, int count) {
        return gradients(function, arguments, count, false);
    }

    private static Gradients gradients(
            Function<Object, @Nullable Object> function, List<?> arguments, int count, boolean holomorphic) {
        Tree.Flat flat = Tree.flatten(arguments);
        List<Tree.Flat> differentiated = arguments.subList(0, count).stream().map(Tree::flatten).toList();
        for (int i = 0; i < count; i++) {
            requireFloats("differentiate with respect to " + (count == 1 ? "the first argument"
                    : "argument " + (i + 1)), differentiated.get(i));
        }
        Trace.Traced traced = Trace.of("grad", function, flat, true);
        requireScalar(traced, holomorphic);
        int varied = differentiated.stream().mapToInt(d -> d.leaves().size()).sum();
        List<Boolean> active = IntStream.range(0, flat.leaves().size()).mapToObj(i -> i < varied).toList();
        Program program = Vjp.valueAndGrad(traced.program(), traced.active(active));
        List<Tensor> all = Trace.inline(program, traced.inputs(flat.leaves()));
        int next = traced.program().results().size();
        Object result = Tree.unflatten(traced.results(), all.subList(0, next));
        List<Object> grads = new ArrayList<>();
        for (Tree.Flat one : differentiated) {
            grads.add(Tree.unflatten(one.structure(), all.subList(next, next + one.leaves().size())));
            next += one.leaves().size();
        }
        return new Gradients(result, all.getFirst(), grads);
    }

    /** The value at a point, and the derivative in a direction. */
    static <A, R> ValueAndTangent<R> jvp(Function<Object, @Nullable Object> function, A point, A direction) {
        Tree.Flat flat = Tree.flatten(point);
        requireFloats("push a tangent forward", flat);
        List<Tensor> tangents = matching(
                "push a tangent forward", flat.leaves(), flat.structure(), direction);
        Trace.Traced traced = Trace.of("jvp", function, flat, true);
        Jvp.Result jvp = Jvp.of(traced.program(),
                traced.active(flat.leaves().stream().map(_ -> true).toList()));
        List<Tensor> inputs = new ArrayList<>(traced.inputs(flat.leaves()));
        inputs.addAll(tangents);
        List<Tensor> results = Trace.inline(jvp.program(), inputs);
        int count = traced.program().results().size();
        List<Tensor> values = results.subList(0, count);
        List<Tensor> outTangents = new ArrayList<>();
        int next = count;
        for (int i = 0; i < count; i++) {
            outTangents.add(jvp.activeResults().get(i) ? results.get(next++)
                    : Trace.fill(values.get(i).type(), 0));
        }
        return new ValueAndTangent<>(Tree.unflatten(traced.results(), values),
                Tree.unflatten(traced.results(), outTangents));
    }

    /**
     * A function traced at a point and linearised there.
     *
     * @param values of the function's results
     * @param residuals what the linear program needs besides
     */
    private record Linear(Tree.Flat point, Structure results, Linearize program, List<Tensor> values,
            List<Tensor> residuals) {
        static Linear of(String asked, String transformation, Function<Object, @Nullable Object> function,
                @Nullable Object point) {
            Tree.Flat flat = Tree.flatten(point);
            requireFloats(asked, flat);
            Trace.Traced traced = Trace.of(transformation, function, flat, true);
            Linearize linearized = Linearize.of(traced.program(),
                    traced.active(flat.leaves().stream().map(_ -> true).toList()));
            List<Tensor> primal = Trace.inline(Dce.of(linearized.primal()), traced.inputs(flat.leaves()));
            int count = traced.program().results().size();
            return new Linear(flat, traced.results(), linearized, List.copyOf(primal.subList(0, count)),
                    List.copyOf(primal.subList(count, primal.size())));
        }

        @SuppressWarnings("TypeParameterUnusedInFormals")
        <R> R value() {
            return Tree.unflatten(results, values);
        }
    }

    /**
     * The value at a point, and the function that pulls cotangents of the result back to cotangents of the
     * point.
     */
    static <A, R> ValueAndPullback<A, R> vjp(Function<Object, @Nullable Object> function, A point) {
        String asked = "pull a cotangent back";
        Linear linear = Linear.of(asked, "vjp", function, point);
        Program pullback = Vjp.pullback(linear.program());
        return new ValueAndPullback<>(linear.value(), cotangent -> {
            List<Tensor> cotangents = matching(asked, linear.values(), linear.results(), cotangent);
            List<Tensor> inputs = new ArrayList<>(linear.residuals());
            for (int i = 0; i < cotangents.size(); i++) {
                if (linear.program().activeResults().get(i)) {
                    inputs.add(cotangents.get(i));
                }
            }
            return Tree.unflatten(linear.point().structure(), Trace.inline(pullback, inputs));
        });
    }

    /** The value at a point, and the derivative there as a function of the direction. */
    static <A, R> Linearized<A, R> linearize(Function<Object, @Nullable Object> function, A point) {
        String asked = "apply a derivative to a direction";
        Linear linear = Linear.of(asked, "linearize", function, point);
        Program derivative = Dce.of(linear.program().linear());
        return new Linearized<>(linear.value(), direction -> {
            List<Tensor> inputs = new ArrayList<>(linear.residuals());
            inputs.addAll(matching(asked, linear.point().leaves(), linear.point().structure(), direction));
            Iterator<Tensor> tangents = Trace.inline(derivative, inputs).iterator();
            List<Tensor> all = new ArrayList<>();
            for (int i = 0; i < linear.values().size(); i++) {
                all.add(linear.program().activeResults().get(i) ? tangents.next()
                        : Trace.fill(linear.values().get(i).type(), 0));
            }
            return Tree.unflatten(linear.results(), all);
        });
    }

    /**
     * The transpose of a linear function of trees like {@code example}, whose values do not matter.
     */
    static <A, R> Fn<R, A> linearTranspose(Function<Object, @Nullable Object> function, A example) {
        String asked = "transpose a linear function";
        Tree.Flat flat = Tree.flatten(example);
        requireFloats(asked, flat);
        Trace.Traced traced = Trace.of("linearTranspose", function, flat, false);
        List<Boolean> linear = traced.active(flat.leaves().stream().map(_ -> true).toList());
        Linearity.require(traced.program(), linear);
        Program transposed = Dce.of(Transpose.of(traced.program(), linear));
        List<TensorType> types = traced.program().resultTypes();
        return cotangent -> {
            List<Tensor> inputs = new ArrayList<>(traced.captures());
            inputs.addAll(matching(asked, types, traced.results(), cotangent, "the result of the function"));
            return Tree.unflatten(flat.structure(), Trace.inline(transposed, inputs));
        };
    }

    /** The value at a point, and the derivative of each tensor of it by each of the point. */
    static <A, R> Jacobian<A, R> jacobian(Function<Object, @Nullable Object> function, A point,
            boolean forward) {
        String asked = forward ? "take the Jacobian in forward mode" : "take the Jacobian in reverse mode";
        Tree.Flat flat = Tree.flatten(point);
        requireFloats(asked, flat);
        requireNoComplex(asked, flat);
        Trace.Traced traced = Trace.of(forward ? "jacfwd" : "jacrev", function, flat, true);
        requireFloatResults(asked, traced);
        List<Boolean> active = traced.active(flat.leaves().stream().map(_ -> true).toList());
        Program program = forward ? JacobianProgram.forward(traced.program(), active)
                : JacobianProgram.reverse(traced.program(), active);
        List<Tensor> all = Trace.inline(program, traced.inputs(flat.leaves()));
        int results = traced.program().results().size();
        int varied = flat.leaves().size();
        List<A> parts = new ArrayList<>();
        for (int i = 0; i < results; i++) {
            int start = results + i * varied;
            parts.add(Tree.unflatten(flat.structure(), all.subList(start, start + varied)));
        }
        return new Jacobian<>(Tree.unflatten(traced.results(), all.subList(0, results)), parts);
    }

    /** As {@link #jacobian}, of a function that returns one tensor. */
    static <A> A jacobianOfTensor(Function<Object, @Nullable Object> function, A point, boolean forward) {
        Jacobian<A, Object> jacobian = jacobian(function, point, forward);
        if (!(jacobian.value() instanceof Tensor)) {
            throw new RicciException.Derivative("take the Jacobian", "a function that returns "
                    + Tree.flatten(jacobian.value()).structure(), "here a function returns one tensor",
                    "use jacfwdTree or jacrevTree for functions that return trees");
        }
        return jacobian.parts().getFirst();
    }

    private static void requireFloatResults(String asked, Trace.Traced traced) {
        for (int i = 0; i < traced.program().results().size(); i++) {
            TensorType type = traced.program().resultTypes().get(i);
            if (!type.dtype().isFloat()) {
                String path = traced.resultPaths().get(i);
                boolean complex = type.dtype().isComplex();
                throw new RicciException.Derivative(asked, "a function that returns " + type
                        + (path.isEmpty() ? "" : " at " + path), complex
                        ? "a Jacobian holds derivatives of floats; a complex number has two, its parts"
                        : "only floats have derivatives",
                        complex ? "return its parts, y.real() and y.imag()"
                        : "leave it out of the result, or convert it with to(DType.F32)");
            }
        }
    }

    private static void requireFloats(String asked, Tree.Flat flat) {
        // Null and the empty optional are trees of no tensors, as the empty list is.
        if (flat.structure() instanceof Structure.Static(var value) && value != null
                && !(value instanceof Optional)) {
            throw new RicciException.Structure(asked, "a " + value.getClass().getSimpleName() + ", " + value,
                    "a derivative is taken by tensors; what is neither a tensor nor a record, list, map, "
                    + "array or optional is a constant",
                    "pass a tensor, such as tensor(3f), or a record of tensors");
        }
        for (int i = 0; i < flat.leaves().size(); i++) {
            TensorType type = flat.leaves().get(i).type();
            if (!type.dtype().isInexact()) {
                String path = flat.paths().get(i);
                throw new RicciException.DataType(asked, type + (path.isEmpty() ? "" : " at " + path),
                        "derivatives exist with respect to floats and complex numbers only",
                        "convert it with to(DType.F32), or pass it as a later argument, held constant");
            }
        }
    }

    private static void requireNoComplex(String asked, Tree.Flat flat) {
        for (int i = 0; i < flat.leaves().size(); i++) {
            TensorType type = flat.leaves().get(i).type();
            if (type.dtype().isComplex()) {
                String path = flat.paths().get(i);
                throw new RicciException.DataType(asked, type + (path.isEmpty() ? "" : " at " + path),
                        "a Jacobian holds derivatives by floats; a complex number has two parts to vary",
                        "pass the parts, and put them together in the function with Complex.of(re, im)");
            }
        }
    }

    private static void requireScalar(Trace.Traced traced, boolean holomorphic) {
        Structure returned = traced.results();
        boolean withAux = returned instanceof Structure.OfRecord(var type, _) && type == WithAux.class;
        Structure value = returned instanceof Structure.OfRecord(var _, var parts) && withAux
                ? parts.getFirst() : returned;
        boolean scalar = value instanceof Structure.Leaf
                && isDifferentiable(traced.program().resultTypes().getFirst().dtype(), holomorphic)
                && traced.program().resultTypes().getFirst().shape().equals(Shape.SCALAR);
        if (!scalar) {
            List<TensorType> types = traced.program().resultTypes().stream().limit(value.leaves()).toList();
            String list = types.stream().map(TensorType::toString).collect(Collectors.joining(", "));
            throw new RicciException.Derivative("take the gradient", "a function that returns "
                    + (value instanceof Structure.Leaf ? list
                            : value + (list.isEmpty() ? "" : " of " + list)),
                    holomorphic ? "a holomorphic derivative is that of one complex scalar, such as c64[]"
                    : "a gradient is that of one float scalar, such as f32[]",
                    "reduce the result, for example with .mean() or .sum(); or use vjp for other functions");
        }
    }

    private static boolean isDifferentiable(DType dtype, boolean holomorphic) {
        return holomorphic ? dtype.isComplex() : dtype.isFloat();
    }

    private static String describe(Structure structure, List<TensorType> types) {
        return structure instanceof Structure.Leaf ? types.getFirst().toString() : structure + " of " + types;
    }

    private static List<Tensor> matching(String asked, List<Tensor> expected, Structure structure,
            @Nullable Object tree) {
        return matching(asked, expected.stream().map(Tensor::type).toList(), structure, tree,
                "what it belongs to");
    }

    private static List<Tensor> matching(String asked, List<TensorType> types, Structure structure,
            @Nullable Object tree, String origin) {
        Tree.Flat flat = Tree.flatten(tree);
        List<TensorType> given = flat.leaves().stream().map(Tensor::type).toList();
        if (!flat.structure().equals(structure) || !given.equals(types)) {
            throw new RicciException.Structure(asked, describe(flat.structure(), given),
                    "a tangent or cotangent has the structure and types of " + origin + ": "
                    + describe(structure, types), "pass a tree of that structure, with those types");
        }
        return flat.leaves();
    }
}
