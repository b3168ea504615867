package ricci;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import ricci.ir.NamedAxis;
import ricci.ir.RicciException;
import ricci.ir.Sharding;
import ricci.ir.TensorType;

/**
 * How the tensors of a tree are distributed over the shards of a {@link Mesh}; see {@link Parallel#spec}.
 *
 * {@snippet :
 * record Params(Tensor w, Tensor b) {}
 *
 * var in = List.of(spec("").except(Params::w, spec("_ columns")), spec("rows"));
 * }
 */
public final class PartitionSpec {
    private static final Pattern ENTRY =
            Pattern.compile("\\s*(?:(?<word>[\\p{L}_][\\p{L}\\p{N}_]*)|\\((?<group>[^()]*)\\))");

    private final PerLeaf<List<List<String>>> entries;

    private PartitionSpec(PerLeaf<List<List<String>>> entries) {
        this.entries = entries;
    }

    static PartitionSpec of(String text) {
        List<List<String>> entries = new ArrayList<>();
        String rest = Arguments.given("distribute a tensor", "the text", text).strip();
        while (!rest.isEmpty()) {
            Matcher entry = ENTRY.matcher(rest);
            if (!entry.lookingAt()) {
                throw new RicciException.Argument("read the distribution \"" + text + "\"",
                        "the place before \"" + rest + "\"",
                        "there is a word for each axis of the tensor: an axis of the mesh, several in "
                        + "parentheses, or _ if it is not distributed",
                        "write it like \"rows _ (columns depth)\"");
            }
            String word = entry.group("word");
            entries.add(word == null ? List.of(entry.group("group").strip().split("\\s+", -1))
                    : word.equals("_") ? List.of() : List.of(word));
            rest = rest.substring(entry.end()).strip();
        }
        return new PartitionSpec(new PerLeaf<>(entries));
    }

    /**
     * The same, but {@code part} of the tree, a tensor or a tree within it, is distributed in another way.
     * Later exceptions override earlier ones.
     *
     * @param part an accessor, such as {@code Params::b} or {@code (Params p) -> p.layers().getLast()}
     */
    public <T> PartitionSpec except(Function<T, ?> part, PartitionSpec other) {
        return new PartitionSpec(entries.except(part, other.entries.value()));
    }

    /** The distribution of each tensor of a tree; those of the given types, which lack no axis. */
    List<Sharding> of(String name, Tree.Flat tree, List<TensorType> types, List<NamedAxis> mesh) {
        List<List<List<String>>> all = entries.of(name, tree);
        return IntStream.range(0, all.size()).mapToObj(i -> {
            List<List<String>> padded = new ArrayList<>(all.get(i));
            while (padded.size() < types.get(i).rank()) {
                padded.add(List.of());
            }
            String path = tree.paths().get(i);
            return new Sharding(padded).checkNames(path.isEmpty() ? name : name + " at " + path,
                    types.get(i), mesh);
        }).toList();
    }
}
