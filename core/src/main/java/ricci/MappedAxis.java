package ricci;

import java.util.List;
import java.util.function.Function;

/**
 * Along which axis the tensors of a tree are mapped: one axis for all, but for the parts that are excepted.
 *
 * {@snippet :
 * record Params(Tensor w, Tensor b) {}
 *
 * // Each model has its own w, all share b.
 * var predict = vmap(model, inAxes(axis(0).except(Params::b, NONE), axis(NONE)));
 * }
 */
public final class MappedAxis {
    private final PerLeaf<Integer> axes;

    MappedAxis(int axis) {
        this(new PerLeaf<>(axis));
    }

    private MappedAxis(PerLeaf<Integer> axes) {
        this.axes = axes;
    }

    /**
     * The same, but {@code part} of the tree, a tensor or a tree within it, is mapped along another axis, or
     * not at all with {@link Ricci#NONE}. Later exceptions override earlier ones.
     *
     * @param part an accessor, such as {@code Params::b} or {@code (Params p) -> p.layers().getLast()}
     */
    public <T> MappedAxis except(Function<T, ?> part, int other) {
        return new MappedAxis(axes.except(part, other));
    }

    /**
     * The axis for each tensor of a tree, as the user gave it.
     *
     * @param name what the tree is called in errors
     */
    List<Integer> of(String name, Tree.Flat tree) {
        return axes.of(name, tree);
    }
}
