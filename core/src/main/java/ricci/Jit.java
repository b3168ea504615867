package ricci;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.Source;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;
import ricci.runtime.Executable;
import ricci.runtime.Watch;

/**
 * A function that is traced once per structure and types of its arguments, compiled, and from then on run as
 * a whole.
 *
 * <p>What it captures from outside is captured when it is traced. Inside another trace it becomes one call in
 * that program.
 */
final class Jit {
    private final Function<Object, @Nullable Object> function;
    private final int arity;
    private final Set<Integer> donated;
    private final Entries entries;

    /** A function of one tree: of the list of its {@code arity} arguments. */
    Jit(Function<Object, @Nullable Object> function, int arity) {
        this(function, arity, Set.of(), new Entries());
    }

    private Jit(Function<Object, @Nullable Object> function, int arity, Set<Integer> donated,
            Entries entries) {
        this.function = function;
        this.arity = arity;
        this.donated = donated;
        this.entries = entries;
    }

    /** What makes two calls alike. */
    record Key(Structure structure, List<TensorType> types) {
        static Key of(Tree.Flat arguments) {
            return new Key(arguments.structure(), arguments.leaves().stream().map(Tensor::type).toList());
        }

        /** Whether it is the key of these arguments, whose types often are the very same objects. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(Tree.Flat arguments) {
            List<Tensor> leaves = arguments.leaves();
            if (leaves.size() != types.size()) {
                return false;
            }
            for (int i = 0; i < leaves.size(); i++) {
                TensorType type = leaves.get(i).type();
                if (type != types.get(i) && !type.equals(types.get(i))) {
                    return false;
                }
            }
            return structure.equals(arguments.structure());
        }
    }

    private record Compiled(Key key, Trace.Traced traced, Executable executable) {
        /** What it runs with for these arguments. In a loop, as this is done in every call. */
        List<Buffer> inputs(Tree.Flat arguments) {
            List<Tensor> tensors = traced.inputs(arguments.leaves());
            List<Buffer> inputs = new ArrayList<>(tensors.size());
            for (Tensor tensor : tensors) {
                inputs.add(Trace.concrete(tensor));
            }
            return inputs;
        }

        /** Interpreted where the origin of a NaN is asked for. */
        List<Buffer> run(List<Buffer> inputs) {
            return Watch.isOn() ? Eval.run(traced.program(), inputs) : executable.run(inputs);
        }
    }

    /** What was compiled so far, the least recently used first, and why the last of it was. */
    private static final class Entries {
        private static final int REMEMBERED = 256;

        private final Map<Key, Compiled> all = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Compiled> eldest) {
                return size() > REMEMBERED;
            }
        };
        private @Nullable CacheMiss last;
        /** The one used last: most calls are like the one before, and to look for it takes a while. */
        private volatile @Nullable Compiled recent;

        @Nullable Compiled get(Tree.Flat arguments) {
            Compiled before = recent;
            return before != null && before.key().isOf(arguments) ? before : get(Key.of(arguments));
        }

        private synchronized @Nullable Compiled get(Key key) {
            Compiled known = all.get(key);
            if (known != null) {
                recent = known;
            }
            return known;
        }

        synchronized Compiled add(Compiled entry) {
            CacheMiss miss = explain(entry.key());
            Compiled earlier = all.putIfAbsent(entry.key(), entry);
            if (earlier != null) {
                recent = earlier;
                return earlier;
            }
            last = miss;
            recent = entry;
            return entry;
        }

        synchronized @Nullable CacheMiss last() {
            return last;
        }

        /** Null if it is known. */
        synchronized @Nullable CacheMiss explain(Key key) {
            if (all.containsKey(key)) {
                return null;
            }
            List<CacheMiss.Difference> nearest = all.keySet().stream()
                    .map(earlier -> CacheMiss.between(key, earlier))
                    .min(Comparator.comparingInt(List::size)).orElse(List.of());
            return new CacheMiss(all.size(), nearest);
        }
    }

    /** The same function, which takes the memory of these arguments, counted from 0. */
    Jit donating(int... arguments) {
        for (int argument : Arguments.given("donate", "the array of arguments", arguments)) {
            if (argument < 0 || argument >= arity) {
                throw new RicciException.Argument("donate(" + argument + ")", "a function of " + arity
                        + (arity == 1 ? " argument" : " arguments"), "arguments count from 0 to "
                        + (arity - 1), "choose one of these");
            }
        }
        Set<Integer> all = new TreeSet<>(donated);
        IntStream.of(arguments).forEach(all::add);
        return new Jit(function, arity, all, entries);
    }

    Optional<CacheMiss> explain(List<?> arguments) {
        return Optional.ofNullable(entries.explain(Key.of(Tree.flatten(arguments))));
    }

    Optional<CacheMiss> lastMiss() {
        return Optional.ofNullable(entries.last());
    }

    /** The result, typed as the caller knows it to be. */
    @SuppressWarnings("TypeParameterUnusedInFormals")
    <R> R call(List<?> arguments) {
        Tree.Flat flat = Tree.flatten(arguments);
        if (Trace.current() == null) {
            // Outside all traces there must be values, before anything is traced.
            for (Tensor leaf : flat.leaves()) {
                Buffer _ = Trace.concrete(leaf);
            }
            Compiled entry = entry(flat);
            return Tree.unflatten(entry.traced().results(), run(entry, arguments, flat));
        }
        // Captures of an enclosing trace differ from call to call, so what is traced here is not kept.
        return nested(trace(flat), flat);
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <R> R nested(Trace.Traced traced, Tree.Flat arguments) {
        return Tree.unflatten(traced.results(),
                Trace.apply(new Op.Call("jit", traced.program()), traced.inputs(arguments.leaves())));
    }

    private List<Tensor> run(Compiled entry, List<?> arguments, Tree.Flat flat) {
        Trace.Traced traced = entry.traced();
        List<Buffer> inputs = entry.inputs(flat);
        if (donated.isEmpty()) {
            return Trace.arrays(traced.program(), entry.run(inputs));
        }
        Donation donation = Donation.of(donated, arguments, flat.leaves());
        try {
            return Trace.arrays(traced.program(),
                    Watch.isOn() ? entry.run(inputs) : donation.run(entry.executable(), inputs));
        } finally {
            donation.complete();
        }
    }

    /** The tensors that one call gives away. */
    private record Donation(List<Array> arrays, Source place) {
        static Donation of(Set<Integer> donated, List<?> arguments, List<Tensor> leaves) {
            Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            Set<Tensor> twice = Collections.newSetFromMap(new IdentityHashMap<>());
            leaves.stream().filter(leaf -> !seen.add(leaf)).forEach(twice::add);
            List<Array> arrays = new ArrayList<>();
            for (int argument : donated) {
                Tree.Flat flat = Tree.flatten(arguments.get(argument));
                for (int i = 0; i < flat.leaves().size(); i++) {
                    if (twice.contains(flat.leaves().get(i))) {
                        String path = flat.paths().get(i);
                        throw new RicciException.Argument("donate argument " + (argument + 1)
                                + (path.isEmpty() ? "" : " at " + path) + ", by donate(" + argument + ")",
                                flat.leaves().get(i).type() + ", which occurs twice in the arguments",
                                "a tensor that is donated is given away, so it occurs only once",
                                "pass another tensor in one of the two places, or do not donate this "
                                + "argument");
                    }
                    arrays.add((Array) flat.leaves().get(i));
                }
            }
            return new Donation(arrays, Source.here());
        }

        /** Runs with the memory that no other tensor or input shares given away, and free afterwards. */
        List<Buffer> run(Executable executable, List<Buffer> inputs) {
            IdentityHashMap<Buffer, Integer> uses = new IdentityHashMap<>();
            inputs.forEach(buffer -> uses.merge(buffer, 1, Integer::sum));
            Set<Buffer> given = Collections.newSetFromMap(new IdentityHashMap<>());
            arrays.stream().map(Array::buffer).filter(b -> Objects.equals(uses.get(b), 1))
                    .forEach(given::add);
            List<Buffer> all = new ArrayList<>();
            List<Boolean> isGiven = new ArrayList<>();
            for (Buffer input : inputs) {
                Buffer own = given.contains(input) ? input.give() : null;
                all.add(own == null ? input : own);
                isGiven.add(own != null);
            }
            List<Buffer> results = executable.run(all, isGiven);
            for (int i = 0; i < all.size(); i++) {
                Buffer input = all.get(i);
                if (isGiven.get(i) && results.stream().noneMatch(input::sharesMemory)) {
                    input.free();
                }
            }
            return results;
        }

        void complete() {
            arrays.forEach(array -> array.donate(place));
        }
    }

    /** The program for these arguments. */
    Program program(List<?> arguments) {
        return trace(Tree.flatten(arguments)).program();
    }

    /** How the program for these arguments runs with them. */
    String explainRun(List<?> arguments) {
        if (Trace.current() != null) {
            throw new RicciException.Unknown("explain how a function runs", "a call inside of a function that "
                    + "is being traced", "the function is run with the values of its arguments, and inside of "
                    + "jit, grad or vmap there are none yet", "call explain outside of them");
        }
        Tree.Flat flat = Tree.flatten(arguments);
        flat.leaves().forEach(Trace::concrete);
        Compiled entry = entry(flat);
        return entry.executable().explain(entry.inputs(flat));
    }

    /** A trace for arguments of certain types, to be compiled for exactly these. */
    record Ahead(Key key, Trace.Traced traced) {
        Fixed compile() {
            return new Fixed(new Compiled(key, traced, Executables.of(traced)));
        }
    }

    Ahead ahead(Object... specifications) {
        Arguments.given("trace ahead of time", "the array of arguments", specifications);
        if (specifications.length != arity) {
            throw new RicciException.Argument("trace ahead of time", specifications.length
                    + " types for a function of " + arity + (arity == 1 ? " argument" : " arguments"),
                    "there is a type, or a tree of types, for each argument", "give " + arity);
        }
        // Refuses what contains itself.
        Tree.flatten(specifications);
        List<@Nullable Object> arguments = new ArrayList<>();
        for (Object specification : specifications) {
            arguments.add(placeholders(specification));
        }
        Tree.Flat flat = Tree.flatten(arguments);
        return new Ahead(Key.of(flat), trace(flat));
    }

    /** The tree with a tensor for each type; a record of tensors has no types in it. */
    private static @Nullable Object placeholders(@Nullable Object tree) {
        return switch (tree) {
            case TensorType type -> Trace.placeholder(type);
            case List<?> list -> {
                List<@Nullable Object> replaced = new ArrayList<>();
                list.forEach(element -> replaced.add(placeholders(element)));
                yield replaced;
            }
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> replaced = new LinkedHashMap<>();
                map.forEach((key, value) -> replaced.put(key, placeholders(value)));
                yield replaced;
            }
            case null -> null;
            default -> tree;
        };
    }

    /** An executable for arguments of one key only. */
    record Fixed(Compiled compiled) {
        @SuppressWarnings("TypeParameterUnusedInFormals")
        <R> R call(List<?> arguments) {
            Tree.Flat flat = Tree.flatten(arguments);
            Key key = compiled.key();
            if (!key.isOf(flat)) {
                throw new RicciException.Structure("call a function that was compiled ahead of time",
                        String.join("; ", CacheMiss.between(Key.of(flat), key).stream()
                        .map(d -> d.place() + ": " + d.now() + ", compiled for " + d.earlier()).toList()),
                        "it takes exactly what it was traced for, and is never compiled again",
                        "pass arguments of those types, trace it for these, or call the function of jit, "
                        + "which compiles whatever is new");
            }
            Trace.Traced traced = compiled.traced();
            if (Trace.current() != null) {
                return nested(traced, flat);
            }
            return Tree.unflatten(traced.results(),
                    Trace.arrays(traced.program(), compiled.run(compiled.inputs(flat))));
        }
    }

    private Trace.Traced trace(Tree.Flat arguments) {
        return Trace.of("jit", function, arguments, false);
    }

    private Compiled entry(Tree.Flat arguments) {
        Compiled known = entries.get(arguments);
        if (known != null) {
            return known;
        }
        // Traced outside the lock: the function is the user's, and may call jit itself.
        Trace.Traced traced = trace(arguments);
        return entries.add(new Compiled(Key.of(arguments), traced, Executables.of(traced)));
    }
}
