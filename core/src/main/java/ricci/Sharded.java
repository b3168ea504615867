package ricci;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Collective;
import ricci.ir.NamedAxis;
import ricci.ir.RicciException;
import ricci.ir.Sharding;
import ricci.ir.TensorType;
import ricci.transform.Spmd;

/** A function of one shard's parts, as a function of whole tensors: traced once, on the types of parts. */
final class Sharded {
    private static final String ASKED = "distribute the arguments";

    private final Function<Object, @Nullable Object> function;
    private final List<NamedAxis> mesh;
    private final List<PartitionSpec> in;
    private final PartitionSpec out;

    /** A function of one tree: of the list of its {@code arity} arguments. */
    Sharded(Function<Object, @Nullable Object> function, int arity, Mesh mesh, List<PartitionSpec> in,
            PartitionSpec out) {
        this.function = function;
        this.mesh = Arguments.given(ASKED, "the mesh", mesh).axes();
        this.in = List.copyOf(Arguments.given(ASKED, "the distribution of arguments", in));
        this.out = Arguments.given(ASKED, "the distribution of the result", out);
        if (in.size() != arity) {
            throw new RicciException.Argument(ASKED, "a function of " + arity
                    + (arity == 1 ? " argument" : " arguments") + ", and distributions for " + in.size(),
                    "there is one distribution per argument",
                    "give one for each, and spec(\"\") for an argument that every shard gets whole");
        }
    }

    /** The result, typed as the caller knows it to be. */
    @SuppressWarnings("TypeParameterUnusedInFormals")
    <R> R call(List<?> arguments) {
        Tree.Flat flat = Tree.flatten(arguments);
        List<Sharding> shardings = new ArrayList<>();
        List<TensorType> parts = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String name = "argument " + (i + 1);
            Tree.Flat argument = Tree.flatten(arguments.get(i));
            List<TensorType> wholes = argument.leaves().stream().map(Tensor::type).toList();
            List<Sharding> of = in.get(i).of(name, argument, wholes, mesh);
            for (int k = 0; k < of.size(); k++) {
                parts.add(of.get(k).check(at(name, argument.paths().get(k)), wholes.get(k), mesh)
                        .part(wholes.get(k), mesh));
            }
            shardings.addAll(of);
        }
        List<Sharding> outs = new ArrayList<>();
        Trace.Traced traced = Trace.of("shard", mesh, inputs -> {
            Object result = function.apply(inputs);
            Tree.Flat results = Tree.flatten(result);
            outs.addAll(out.of("the result", results,
                    results.leaves().stream().map(Tensor::type).toList(), mesh));
            return result;
        }, flat.structure(), parts, List.of());
        List<Sharding> ins = Stream.concat(traced.captures().stream()
                .map(capture -> Sharding.replicated(capture.rank())), shardings.stream()).toList();
        Collective.Pmap map = new Collective.Pmap(mesh, ins, outs, traced.program());
        requireSame(map, traced);
        return Tree.unflatten(traced.results(), Trace.apply(map, traced.inputs(flat.leaves())));
    }

    private static String at(String tree, String path) {
        return path.isEmpty() ? tree : tree + " at " + path;
    }

    /** What differs from shard to shard is distributed over the axes on which it differs. */
    private void requireSame(Collective.Pmap map, Trace.Traced traced) {
        List<Set<String>> varies = Spmd.variance(map);
        IntStream.range(0, varies.size()).forEach(i -> {
            Set<String> over = new LinkedHashSet<>(varies.get(i));
            over.retainAll(NamedAxis.names(mesh));
            map.out().get(i).names().forEach(over::remove);
            if (!over.isEmpty()) {
                String names = over.stream().sorted().collect(Collectors.joining(", "));
                throw new RicciException.Argument("return " + at("the result", traced.resultPaths().get(i))
                        + " as \"" + map.out().get(i) + "\"",
                        traced.program().resultTypes().get(i) + " in each shard of the mesh " + mesh,
                        "a result is distributed over the axes on which it differs from shard to shard; "
                        + "this may differ on " + names,
                        "name " + names + " in its distribution, or make it the same for all, for example "
                        + "with psum or pmean");
            }
        });
    }
}
