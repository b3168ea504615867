package ricci;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.RicciException;

/**
 * All derivatives of a function from trees to trees at a point: for each tensor of the value a tree like the
 * argument. Where the value has the shape {@code r} and a tensor of the argument the shape {@code a}, the
 * derivative of the one by the other has the shape {@code r} followed by {@code a}.
 *
 * {@snippet :
 * record Params(Tensor w, Tensor b) {}
 * record Out(Tensor mean, Tensor spread) {}
 *
 * Jacobian<Params, Out> j = jacrevTree((Params p) -> model(p)).apply(params);
 * Tensor byW = j.of(Out::spread).w();          // how spread depends on w
 * }
 *
 * @param value the function's value
 * @param parts in the order of {@link Tree#leaves} of the value, the derivative of each of its tensors
 */
public record Jacobian<A, R>(R value, List<A> parts) {
    /**
     * The derivative of one tensor of the value.
     *
     * @param part an accessor, such as {@code Out::mean} or {@code (List<Tensor> r) -> r.get(1)}
     * @throws RicciException.Structure if that is no tensor of the value
     */
    public A of(Function<? super R, ? extends @Nullable Tensor> part) {
        Tree.Flat flat = Tree.flatten(value);
        // The same tensor may occur twice; in this copy of the value every place has its own.
        List<Tensor> standIns = flat.leaves().stream().map(PerLeaf::standIn).toList();
        R copy = Tree.unflatten(flat.structure(), standIns);
        Tensor chosen = part.apply(copy);
        int place = IntStream.range(0, standIns.size()).filter(i -> standIns.get(i) == chosen).findFirst()
                .orElseThrow(() -> new RicciException.Structure("take the derivative of a part",
                        String.valueOf(flat.structure()),
                        "a part is one of the tensors of the value, not one computed from them",
                        "use an accessor of a record, or an element of a list or map"));
        return parts.get(place);
    }
}
