package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Custom;
import ricci.ir.InferTypes;
import ricci.ir.Lists;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;
import ricci.transform.PartialEval;

/**
 * One function with derivatives of the user's own: traces the function and its rules, fits their programs
 * together, and records them as one primitive.
 *
 * <p>Rules usually call the function that they belong to. As a program is finite, its rule is nested in
 * itself only so many times, {@link #DEEPEST}; that is the highest order of derivative that the rule serves.
 * Beyond it, the function's own operations are differentiated.
 */
final class CustomRules {
    private static final int DEEPEST = 4;

    private final String name;
    private final ScopedValue<Integer> depth = ScopedValue.newInstance();

    CustomRules(String name) {
        this.name = name;
        requireWord("name a function with a rule of its own", name);
    }

    /** Names are words, so that programs can be read back. */
    static void requireWord(String asked, String name) {
        boolean isWord = !name.isEmpty() && Character.isLetter(name.codePointAt(0))
                && name.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
        if (!isWord) {
            throw new RicciException.Argument(asked, "\"" + name + "\"",
                    "a name is a word: a letter, then letters, digits and _",
                    "choose another, such as norm_1");
        }
    }

    /** Whether the function runs as it is: nothing is traced, or it is deep inside rules of its own. */
    private boolean isPlain() {
        return Trace.current() == null || depth() >= DEEPEST;
    }

    private int depth() {
        return depth.isBound() ? depth.get() : 0;
    }

    private Trace.Traced inside(Function<Object, @Nullable Object> function, String what, Structure structure,
            List<TensorType> types) {
        return ScopedValue.where(depth, depth() + 1)
                .call(() -> Trace.of(what + " of " + name, function, structure, types, List.of()));
    }

    /** A list of tensors as a structure. */
    private static Structure list(List<TensorType> types) {
        return new Structure.OfList(types.stream().<Structure>map(_ -> new Structure.Leaf()).toList());
    }

    private static List<TensorType> inexact(List<TensorType> types) {
        return types.stream().filter(type -> type.dtype().isInexact()).toList();
    }

    /**
     * Tensors of all types: those of floats and complex numbers as given, the others zero, for they have no
     * derivative.
     */
    private static List<Tensor> filled(List<TensorType> types, List<Tensor> inexact) {
        Iterator<Tensor> next = inexact.iterator();
        return types.stream().map(type -> type.dtype().isInexact() ? next.next() : Trace.fill(type, 0))
                .toList();
    }

    // ---- custom jvp ----

    /**
     * The function's result.
     *
     * @param rule of a list of two, arguments and their tangents
     */
    @SuppressWarnings("TypeParameterUnusedInFormals")
    <R> R jvp(Function<Object, @Nullable Object> function, Function<Object, @Nullable Object> rule,
            Object argument) {
        if (isPlain()) {
            return Arguments.cast(function.apply(argument));
        }
        Tree.Flat x = Tree.flatten(argument);
        List<TensorType> types = x.leaves().stream().map(Tensor::type).toList();
        Trace.Traced value = Trace.of("customJvp", function, x, true);
        Trace.Traced both = inside(tree -> {
            List<Tensor> all = Tree.leaves(tree);
            List<Tensor> primals = all.subList(0, types.size());
            List<Tensor> tangents = filled(types, all.subList(types.size(), all.size()));
            return rule.apply(List.of(Tree.<Object>unflatten(x.structure(), primals),
                    Tree.<Object>unflatten(x.structure(), tangents)));
        }, "the rule", list(Lists.join(types, inexact(types))), Lists.join(types, inexact(types)));
        int results = value.program().results().size();
        requireResults("the jvp rule of " + name, both, ValueAndTangent.class, value, true);
        Captures captures = Captures.of(value, both);
        Program function2 = captures.widened(value, value.program().results());
        List<Atom> kept = new ArrayList<>(both.program().results().subList(0, results));
        both.program().results().subList(results, 2 * results).stream()
                .filter(a -> a.type().dtype().isInexact()).forEach(kept::add);
        Program rule2 = captures.widened(both, kept);
        requireIndependent(rule2, function2);
        List<Tensor> all = Trace.apply(new Custom.CustomJvp(name, function2, rule2,
                captures.tensors().size()), Lists.join(captures.tensors(), x.leaves()));
        return Tree.unflatten(value.results(), all);
    }

    /** The value that the rule gives must not depend on tangents. */
    private void requireIndependent(Program rule, Program function) {
        int primals = function.inputs().size();
        List<Boolean> dependent = PartialEval.of(rule, IntStream.range(0, rule.inputs().size())
                .mapToObj(i -> i >= primals).toList()).unknownResults().subList(0, function.results().size());
        if (dependent.contains(true)) {
            throw new RicciException.Derivative("use the jvp rule of " + name,
                    "a value, " + InferTypes.list(function.resultTypes()) + ", that depends on the tangent",
                    "a rule gives the function's value, and beside it a tangent, which alone depends on the "
                    + "tangent it is given", "return the value first: new ValueAndTangent<>(y, dy)");
        }
    }

    // ---- custom vjp ----

    /**
     * The function's result.
     *
     * @param forward gives a {@link Pair} of the result and residuals
     * @param backward of a list of two, residuals and cotangents
     */
    @SuppressWarnings("TypeParameterUnusedInFormals")
    <R> R vjp(Function<Object, @Nullable Object> function, Function<Object, @Nullable Object> forward,
            Function<Object, @Nullable Object> backward, Object argument) {
        if (isPlain()) {
            return Arguments.cast(function.apply(argument));
        }
        Tree.Flat x = Tree.flatten(argument);
        List<TensorType> types = x.leaves().stream().map(Tensor::type).toList();
        Trace.Traced value = Trace.of("customVjp", function, x, true);
        Trace.Traced there = inside(forward, "forward", x.structure(), types);
        requireResults("forward of " + name, there, Pair.class, value, false);
        int results = value.program().results().size();
        Structure residuals = ((Structure.OfRecord) there.results()).components().getLast();
        Trace.Traced back = backward(backward, x, value, residuals,
                there.program().resultTypes().subList(results, there.program().results().size()));
        Captures captures = Captures.of(value, there, back);
        Program function2 = captures.widened(value, value.program().results());
        Program forward2 = captures.passing(there, back);
        List<Tensor> all = Trace.apply(new Custom.CustomVjp(name, function2, forward2,
                captures.after(back, there.program().results().size() - results), captures.tensors().size()),
                Lists.join(captures.tensors(), x.leaves()));
        return Tree.unflatten(value.results(), all);
    }

    private Trace.Traced backward(Function<Object, @Nullable Object> backward, Tree.Flat x,
            Trace.Traced value, Structure residuals, List<TensorType> residualTypes) {
        List<TensorType> results = value.program().resultTypes();
        List<TensorType> inputs = Lists.join(residualTypes, inexact(results));
        return inside(tree -> {
            List<Tensor> all = Tree.leaves(tree);
            List<Tensor> kept = all.subList(0, residualTypes.size());
            List<Tensor> cotangents = filled(results, all.subList(kept.size(), all.size()));
            Object given = backward.apply(Arrays.asList(
                    Tree.<Object>unflatten(residuals, kept),
                    Tree.<Object>unflatten(value.results(), cotangents)));
            return cotangents(given, x);
        }, "backward", list(inputs), inputs);
    }

    /** Of floats and complex numbers; null in the place of one, or of a whole part, is zero. */
    private List<Tensor> cotangents(@Nullable Object given, Tree.Flat x) {
        Tree.Flat flat = Tree.flatten(given);
        List<@Nullable Tensor> all = new ArrayList<>();
        boolean fits = x.structure().align(flat.structure(), flat.leaves().iterator(), all);
        List<Tensor> inexact = new ArrayList<>();
        for (int i = 0; fits && i < all.size(); i++) {
            TensorType type = x.leaves().get(i).type();
            Tensor cotangent = all.get(i);
            if (type.dtype().isInexact()) {
                fits = cotangent == null || cotangent.type().equals(type);
                inexact.add(cotangent == null ? Trace.fill(type, 0) : cotangent);
            }
        }
        if (!fits) {
            throw new RicciException.Structure("use what backward of " + name + " returns",
                    describe(flat.structure(), flat.leaves().stream().map(Tensor::type).toList()),
                    "it is a cotangent for each argument, of its structure and types: "
                    + describe(x.structure(), x.leaves().stream().map(Tensor::type).toList()),
                    "return a tree like the argument (of several arguments, a Pair or Triple); null stands "
                    + "for a cotangent of zero");
        }
        return inexact;
    }

    // ---- what both have in common ----

    private static void requireResults(String what, Trace.Traced traced, Class<?> record,
            Trace.Traced value, boolean both) {
        List<TensorType> types = traced.program().resultTypes();
        int results = value.program().results().size();
        boolean fits = traced.results() instanceof Structure.OfRecord(var type, var parts) && type == record
                && parts.getFirst().equals(value.results())
                && (!both || parts.getLast().equals(value.results()))
                && types.subList(0, results).equals(value.program().resultTypes())
                && (!both || types.subList(results, types.size()).equals(value.program().resultTypes()));
        if (!fits) {
            String expected = describe(value.results(), value.program().resultTypes());
            throw new RicciException.Structure("use what " + what + " returns",
                    describe(traced.results(), types), both
                    ? "it is a ValueAndTangent, with value and tangent of the structure and types that the "
                    + "function returns: " + expected
                    : "it is a Pair of the function's result, " + expected + ", and of residuals",
                    "return these");
        }
    }

    private static String describe(Structure structure, List<TensorType> types) {
        return structure instanceof Structure.Leaf ? types.getFirst().toString() : structure
                + (types.isEmpty() ? "" : " of " + InferTypes.list(types));
    }

    /** What several traces read from outside, each tensor once. */
    private record Captures(List<Tensor> tensors) {
        static Captures of(Trace.Traced... traces) {
            List<Tensor> all = new ArrayList<>();
            Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Trace.Traced traced : traces) {
                traced.captures().stream().filter(seen::add).forEach(all::add);
            }
            return new Captures(all);
        }

        private List<TensorType> types() {
            return tensors.stream().map(Tensor::type).toList();
        }

        /** Where each is, known by identity. */
        private IdentityHashMap<Tensor, Integer> places() {
            IdentityHashMap<Tensor, Integer> places = new IdentityHashMap<>();
            tensors.forEach(tensor -> places.put(tensor, places.size()));
            return places;
        }

        /** The trace's program with inputs for all captures, in their order, then its arguments. */
        Program widened(Trace.Traced traced, List<Atom> results) {
            Builder builder = new Builder();
            List<Atom.Var> inputs = new ArrayList<>(builder.inputs(types()));
            List<Atom> arguments = new ArrayList<>(
                    Lists.mapped(Lists.mapped(traced.captures(), places()::get), inputs::get));
            List<Atom.Var> own = ownInputs(traced, builder);
            inputs.addAll(own);
            arguments.addAll(own);
            Program chosen = new Program(traced.program().inputs(), traced.program().equations(), results);
            return builder.build("custom rules", inputs, builder.inline(chosen, arguments));
        }

        /** As {@link #widened}, with what {@code back} captures among the residuals, for it to read there. */
        Program passing(Trace.Traced there, Trace.Traced back) {
            Program program = widened(there, there.program().results());
            List<Atom> results = new ArrayList<>(program.results());
            results.addAll(Lists.mapped(Lists.mapped(back.captures(), places()::get), program.inputs()::get));
            return new Program(program.inputs(), program.equations(), results);
        }

        /** The program of {@code back} with its captures after its residuals. */
        Program after(Trace.Traced back, int residuals) {
            Builder builder = new Builder();
            List<Atom.Var> own = ownInputs(back, builder);
            List<Atom.Var> captured = builder.inputs(back.captures().stream().map(Tensor::type).toList());
            List<Atom.Var> inputs = new ArrayList<>(own.subList(0, residuals));
            inputs.addAll(captured);
            inputs.addAll(own.subList(residuals, own.size()));
            return builder.build("custom rules", inputs, builder.inline(back.program(),
                    Lists.join(captured, own)));
        }

        private static List<Atom.Var> ownInputs(Trace.Traced traced, Builder builder) {
            List<TensorType> types = traced.program().inputTypes();
            return builder.inputs(types.subList(traced.captures().size(), types.size()));
        }
    }
}
