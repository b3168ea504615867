package ricci.einops;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ricci.einops.EinopsException.Kind;

/** What every operation asks of its arguments, before it looks at their meaning. */
final class Arguments {
    private Arguments() {}

    static String pattern(String operation, @Nullable String text) {
        return require(text, operation, "the pattern", "pass a pattern such as \"b h w -> b (h w)\"");
    }

    /** What is not to be null where there is no pattern to be shown. */
    static <A> A require(@Nullable A argument, String operation, String what, String fix) {
        if (argument == null) {
            throw missing(new Call(operation, "", List.of()), what, fix);
        }
        return argument;
    }

    /** A list that is not null, and holds no null; as one that nobody changes. */
    static <A> List<A> requireAll(@Nullable List<A> list, String operation, String what, String fix) {
        require(list, operation, "the list of " + what, fix).forEach(each ->
                require(each, operation, "one of " + what, fix));
        return List.copyOf(list);
    }

    static EinopsException missing(Call call, String what, String fix) {
        return call.failure(Kind.NULL_ARGUMENT, call.all(), what + " is null", "no argument is null", fix);
    }

    static <T> Backend<T> backend(Call call, List<? extends T> tensors) {
        if (tensors == null) {
            throw missing(call, "the list of tensors", "pass a list of tensors");
        }
        if (tensors.isEmpty()) {
            throw call.failure(Kind.NO_TENSORS, call.all(), "there is no tensor",
                    "an operation has at least one tensor",
                    "pass one tensor or more");
        }
        for (Object x : tensors) {
            if (x == null) {
                throw missing(call, "a tensor", "pass a tensor");
            }
        }
        T first = tensors.getFirst();
        Adapter<T> adapter = Backends.of(first);
        if (adapter == null || !tensors.stream().allMatch(x -> adapter.handles(x.getClass()))) {
            throw call.failure(Kind.UNKNOWN_TENSOR, call.all(), "no backend knows "
                    + tensors.stream().map(x -> x.getClass().getTypeName()).distinct()
                            .collect(Collectors.joining(" with ")),
                    "tensors belong to one library that has a backend", instead(first));
        }
        return Backends.computing(adapter);
    }

    /** What to pass in place of what is no tensor. */
    private static String instead(Object x) {
        if (x instanceof Object[] array && Arrays.stream(array).anyMatch(each -> each != null
                && Backends.of(each) != null)) {
            return "pass several tensors as a list: List.of(tensors)";
        }
        return x instanceof Iterable<?> ? "pass one tensor; what takes several takes them as a List"
                : "pass arrays of primitives, or wrap elements: shaped(elements, 2, 3)";
    }

    /** The tensors as their backend computes with them: plain arrays for all that only hold data. */
    static <T> List<T> flat(Call call, List<? extends T> tensors) {
        return guarded(call, () -> tensors.stream().map(x -> Arguments.<T>flat(call, x)).toList());
    }

    @SuppressWarnings("unchecked")
    private static <T> T flat(Call call, T x) {
        if (x instanceof Shaped<?>) {
            return x;
        }
        if (NestedArray.is(x.getClass())) {
            return (T) NestedArray.flatten(call, x);
        }
        Adapter<T> adapter = Objects.requireNonNull(Backends.of(x));
        if (adapter instanceof Backend<T> backend) {
            // A tensor that was closed, or whose lengths are not known, is found out here, with the call.
            backend.shape(x);
            return x;
        }
        return (T) adapter.read(x).flat();
    }

    static <T> T result(Call call, T given, T computed) {
        return result(() -> call, given, computed);
    }

    /** What a backend computed, as the same kind of data as the given tensor. */
    @SuppressWarnings("unchecked")
    static <T> T result(Supplier<Call> call, T given, T computed) {
        if (given instanceof Shaped<?>) {
            return computed;
        }
        if (NestedArray.is(given.getClass())) {
            return (T) NestedArray.nest(call.get(), (Shaped<?>) computed);
        }
        Adapter<T> adapter = Objects.requireNonNull(Backends.of(given));
        return adapter instanceof Backend<?> ? computed : adapter.write(given, (Shaped<?>) computed);
    }

    /** The call with its tensors described. */
    static <T> Call described(Call bare, List<? extends T> tensors) {
        Backend<T> backend = backend(bare, tensors);
        return bare.on(backend, Arguments.<T>flat(bare, tensors));
    }

    static List<Axis> axes(Call call, AxisLengths... lengths) {
        if (lengths == null || Arrays.stream(lengths).anyMatch(Objects::isNull)) {
            throw missing(call, "an axis", "pass axis(\"name\", length)");
        }
        return Arrays.stream(lengths).flatMap(given -> given.axes().stream()).toList();
    }

    interface Computation<T> {
        T run();
    }

    /**
     * Lets through what tells the user of a mistake, and puts the call around everything else that a library
     * throws.
     */
    static <T> T guarded(Call call, Computation<T> computation) {
        return guarded(() -> call, computation);
    }

    /** As {@link #guarded(Call, Computation)}, where the call is only described if it fails. */
    static <T> T guarded(Supplier<Call> call, Computation<T> computation) {
        try {
            return computation.run();
        } catch (EinopsException e) {
            throw e;
        } catch (RuntimeException e) {
            throw Backends.isForUsers(e) ? e : call.get().failure(e);
        } catch (OutOfMemoryError e) {
            throw call.get().failure(e);
        }
    }
}
