package ricci;

import java.util.ArrayList;
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
import ricci.transform.Jvp;
import ricci.transform.Linearize;
import ricci.transform.Vjp;

/**
 * The differentiating transformations: trace the function, transform its program, apply that to the
 * arguments.
 */
final class Differentiate {
    private Differentiate() {}

    /** Value and gradient of a scalar function with respect to the first of its arguments. */
    static <A> ValueAndGrad<A> valueAndGrad(Function<Object, @Nullable Object> function, List<?> arguments) {
        return valueAndGrad(function, arguments, false);
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
        return valueAndGrad(function, java.util.Arrays.asList(point), true);
    }

    private static <A> ValueAndGrad<A> valueAndGrad(
            Function<Object, @Nullable Object> function, List<?> arguments, boolean holomorphic) {
        Tree.Flat flat = Tree.flatten(arguments);
        Tree.Flat first = Tree.flatten(arguments.getFirst());
        requireFloats("differentiate with respect to the first argument", first);
        Trace.Traced traced = Trace.of("grad", function, flat, true);
        requireScalar(traced, holomorphic);
        int differentiated = first.leaves().size();
        List<Boolean> active = IntStream.range(0, flat.leaves().size()).mapToObj(i -> i < differentiated)
                .toList();
        Program program = Vjp.valueAndGrad(traced.program(), traced.active(active));
        List<Tensor> results = Trace.inline(program, traced.inputs(flat.leaves()));
        return new ValueAndGrad<>(results.getFirst(),
                Tree.unflatten(first.structure(), results.subList(1, results.size())));
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
     * The value at a point, and the function that pulls cotangents of the result back to cotangents of the
     * point.
     */
    static <A, R> ValueAndPullback<A, R> vjp(Function<Object, @Nullable Object> function, A point) {
        Tree.Flat flat = Tree.flatten(point);
        requireFloats("pull a cotangent back", flat);
        Trace.Traced traced = Trace.of("vjp", function, flat, true);
        Linearize linearized = Linearize.of(traced.program(),
                traced.active(flat.leaves().stream().map(_ -> true).toList()));
        List<Tensor> primal = Trace.inline(Dce.of(linearized.primal()), traced.inputs(flat.leaves()));
        int count = traced.program().results().size();
        List<Tensor> values = List.copyOf(primal.subList(0, count));
        List<Tensor> residuals = List.copyOf(primal.subList(count, primal.size()));
        Program pullback = Vjp.pullback(linearized);
        return new ValueAndPullback<>(Tree.unflatten(traced.results(), values), cotangent -> {
            List<Tensor> cotangents = matching("pull a cotangent back", values, traced.results(), cotangent);
            List<Tensor> inputs = new ArrayList<>(residuals);
            for (int i = 0; i < count; i++) {
                if (linearized.activeResults().get(i)) {
                    inputs.add(cotangents.get(i));
                }
            }
            return Tree.unflatten(flat.structure(), Trace.inline(pullback, inputs));
        });
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

    private static void requireScalar(Trace.Traced traced, boolean holomorphic) {
        boolean scalar = traced.results() instanceof Structure.Leaf
                && isDifferentiable(traced.program().resultTypes().getFirst().dtype(), holomorphic)
                && traced.program().resultTypes().getFirst().shape().equals(Shape.SCALAR);
        if (!scalar) {
            String types = traced.program().resultTypes().stream().map(TensorType::toString)
                    .collect(Collectors.joining(", "));
            throw new RicciException.Derivative("take the gradient", "a function that returns "
                    + (traced.results() instanceof Structure.Leaf ? types
                            : traced.results() + (types.isEmpty() ? "" : " of " + types)),
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
        Tree.Flat flat = Tree.flatten(tree);
        List<TensorType> types = expected.stream().map(Tensor::type).toList();
        List<TensorType> given = flat.leaves().stream().map(Tensor::type).toList();
        if (!flat.structure().equals(structure) || !given.equals(types)) {
            throw new RicciException.Structure(asked, describe(flat.structure(), given),
                    "a tangent or cotangent has the structure and types of what it belongs to: "
                    + describe(structure, types), "pass a tree of that structure, with those types");
        }
        return flat.leaves();
    }
}
