package ricci.einops;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ricci.einops.EinopsException.Kind;

/** Memory of the caller's that a result is written into; it is checked before anything is written. */
final class Target {
    private Target() {}

    /** Whether a result of this shape and element type can be written, and x is the same afterwards. */
    static boolean fits(Shaped<?> x, Shaped<?> target, Class<?> type, long[] shape) {
        Object memory = target.elements();
        return Arrays.equals(target.lengths(), shape)
                && Storage.type(memory) == Storage.typeIn(memory, type)
                && !Storage.isReadOnly(memory) && !Storage.overlap(x.elements(), memory);
    }

    /** Why it does not fit. */
    static EinopsException misfit(Call call, Shaped<?> target, Class<?> type, long[] shape) {
        Object memory = target.elements();
        if (!Arrays.equals(target.lengths(), shape)) {
            return wrongShape(call, target.lengths(), shape);
        }
        if (Storage.type(memory) != Storage.typeIn(memory, type)) {
            return wrongType(call, Storage.type(memory), Storage.typeIn(memory, type));
        }
        return Storage.isReadOnly(memory)
                ? refusal(call, Kind.TARGET_READ_ONLY, "the target is read-only",
                        "a result is written into the target",
                        "pass a buffer or a segment that can be written")
                : shared(call);
    }

    private static EinopsException shared(Call call) {
        return refusal(call, Kind.TARGET_SHARED, "the target shares memory with the tensor",
                "elements are written before all are read",
                "pass other memory, two buffers that take turns, for example");
    }

    /**
     * Of nested arrays each row is memory of its own: none of the target's is there twice, or in x. Where both
     * are not nested, {@link #fits} asks this.
     */
    static void requireApart(Supplier<Call> call, Object x, @Nullable Object target) {
        if (x instanceof Shaped<?> && target instanceof Shaped<?>) {
            return;
        }
        Set<Object> written = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Object row : rows(target)) {
            if (!written.add(row)) {
                throw refusal(call.get(), Kind.TARGET_SHARED, "two rows of the target are one array",
                        "each row is written", "make an array for each row");
            }
        }
        for (Object memory : x instanceof Shaped<?> shaped ? List.of(shaped.elements()) : rows(x)) {
            boolean isShared = target instanceof Shaped<?> other
                    ? Storage.overlap(memory, other.elements())
                    : x instanceof Shaped<?> ? written.stream().anyMatch(row -> Storage.overlap(memory, row))
                    : written.contains(memory);
            if (isShared) {
                throw shared(call.get());
            }
        }
    }

    private static List<Object> rows(@Nullable Object array) {
        return array != null && NestedArray.is(array.getClass()) ? NestedArray.rows(array) : List.of();
    }

    /** Writes a result that has been computed elsewhere into any kind of target. */
    static void fill(Supplier<Call> call, Shaped<?> x, Shaped<?> result, @Nullable Object target) {
        Class<?> type = Storage.type(result.elements());
        switch (target) {
            case null -> throw refusal(call.get(), Kind.NULL_ARGUMENT, "the target is null",
                    "a result is written into the target", "pass an array, or shaped(elements, …)");
            case Shaped<?> shaped -> {
                if (!fits(x, shaped, type, result.lengths())) {
                    throw misfit(call.get(), shaped, type, result.lengths());
                }
                Storage.overwrite(shaped.elements(), Storage.array(result.elements()));
            }
            case Object array when NestedArray.is(array.getClass()) -> {
                long[] shape = NestedArray.shape(call.get(), array);
                if (!Arrays.equals(shape, seen(result.lengths()))) {
                    throw wrongShape(call.get(), shape, result.lengths());
                }
                if (NestedArray.element(array.getClass()) != type) {
                    throw wrongType(call.get(), NestedArray.element(array.getClass()), type);
                }
                NestedArray.fill(array, result.flat());
            }
            default -> throw unknown(call.get(), target);
        }
    }

    /** An array of length 0 does not know the lengths below it. */
    private static long[] seen(long[] lengths) {
        long[] seen = lengths.clone();
        for (int axis = 1; axis < seen.length; axis++) {
            seen[axis] = seen[axis - 1] == 0 ? 0 : seen[axis];
        }
        return seen;
    }

    static EinopsException unknown(Call call, Object target) {
        return refusal(call, Kind.TARGET_UNKNOWN, "nothing is written into a "
                + target.getClass().getTypeName(), "results are written into arrays of primitives, buffers "
                + "and segments, and made from such or from images",
                "use apply, or wrap elements: shaped(elements, 2, 3)");
    }

    private static EinopsException wrongShape(Call call, long[] shape, long[] expected) {
        return refusal(call, Kind.TARGET_SHAPE, "the target has the shape " + Arrays.toString(shape)
                + ", the result " + Arrays.toString(expected), "a result fills its target",
                "make it with the lengths that shape(…) gives");
    }

    private static EinopsException wrongType(Call call, Class<?> type, Class<?> expected) {
        return refusal(call, Kind.TARGET_TYPE, "the target is of " + type + ", the result of " + expected,
                "elements are written as they are", "make the target of " + expected);
    }

    private static EinopsException refusal(Call call, Kind kind, String problem, String rule, String fix) {
        return call.failure(kind, call.all(), problem, rule, fix);
    }
}
