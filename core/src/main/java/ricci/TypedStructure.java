package ricci;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ricci.ir.RicciException;
import ricci.ir.TensorType;

/**
 * The structure of a tree with the types of its tensors: what the state of a loop keeps, and branches share.
 *
 * @param paths how errors call the tensors
 */
record TypedStructure(Structure structure, List<TensorType> types, List<String> paths) {
    private static final int LISTED = 3;

    static TypedStructure of(Tree.Flat flat) {
        return new TypedStructure(flat.structure(), flat.leaves().stream().map(Tensor::type).toList(),
                flat.paths());
    }

    static TypedStructure results(Trace.Traced traced) {
        return new TypedStructure(traced.results(), traced.program().resultTypes(), traced.resultPaths());
    }

    /** The part of a record that is component {@code index}, whose tensors are some of these. */
    TypedStructure component(int index, int first, int count) {
        Structure part = ((Structure.OfRecord) structure).components().get(index);
        return new TypedStructure(part, types.subList(first, first + count),
                paths.subList(first, first + count).stream()
                        .map(path -> path.replaceFirst("^\\.[^.\\[]*", "")).toList());
    }

    /**
     * Requires that {@code other} is the same.
     *
     * @param name how errors call the tree
     * @param here where this is found, such as {@code at first}
     * @param there where the other is found
     */
    void requireSame(String asked, TypedStructure other, String name, String here, String there,
            String rule) {
        if (structure.equals(other.structure) && types.equals(other.types)) {
            return;
        }
        List<String> differences = new ArrayList<>();
        if (structure.equals(other.structure)) {
            differences.addAll(IntStream.range(0, types.size())
                    .filter(i -> !types.get(i).equals(other.types.get(i)))
                    .mapToObj(i -> name + paths.get(i) + ": " + types.get(i) + " " + here + ", "
                            + other.types.get(i) + " " + there).toList());
        } else {
            differences.add(name + ": " + this + " " + here + ", " + other + " " + there);
        }
        int more = differences.size() - LISTED;
        throw new RicciException.Structure(asked, differences.stream().limit(LISTED)
                .collect(Collectors.joining("; ")) + (more > 0 ? "; and " + more + " more" : ""), rule,
                structure.equals(other.structure)
                        ? "convert or reshape the tensors that differ, for example with x.to(DType."
                        + types.get(first(other)).dtype().name() + ")"
                        : "return trees of the same record types, list lengths, map keys and static values");
    }

    private int first(TypedStructure other) {
        return IntStream.range(0, types.size()).filter(i -> !types.get(i).equals(other.types.get(i)))
                .findFirst().orElse(0);
    }

    @Override
    public String toString() {
        return structure instanceof Structure.Leaf ? types.getFirst().toString()
                : structure + (types.isEmpty() ? "" : " of "
                        + types.stream().map(TensorType::toString).collect(Collectors.joining(", ")));
    }
}
