package ricci;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ricci.ir.RicciException;

/** Functions of n arguments as functions of one tree, the list of them, which is what gets traced. */
final class Arguments {
    private Arguments() {}

    /** A function of one argument as one of any tree. */
    static <A, R> Function<Object, @Nullable Object> one(Fn<A, R> f) {
        Fn<A, R> present = function(f);
        return x -> present.apply(cast(x));
    }

    /** The function, which the user is to give. */
    static <F> F function(@Nullable F f) {
        return given("call a function", "the function", f);
    }

    static <A, R> Function<Object, @Nullable Object> spread(Fn<A, R> f) {
        Fn<A, R> present = function(f);
        return arguments -> present.apply(at(arguments, 0));
    }

    static <A, B, R> Function<Object, @Nullable Object> spread(Fn2<A, B, R> f) {
        Fn2<A, B, R> present = function(f);
        return arguments -> present.apply(at(arguments, 0), at(arguments, 1));
    }

    static <A, B, C, R> Function<Object, @Nullable Object> spread(Fn3<A, B, C, R> f) {
        Fn3<A, B, C, R> present = function(f);
        return arguments -> present.apply(at(arguments, 0), at(arguments, 1), at(arguments, 2));
    }

    static <A, B, C, D, R> Function<Object, @Nullable Object> spread(Fn4<A, B, C, D, R> f) {
        Fn4<A, B, C, D, R> present = function(f);
        return arguments -> present.apply(
                at(arguments, 0), at(arguments, 1), at(arguments, 2), at(arguments, 3));
    }

    /** The argument at a place. */
    @SuppressWarnings("TypeParameterUnusedInFormals")
    static <T> T at(Object arguments, int index) {
        return cast(((List<?>) arguments).get(index));
    }

    /**
     * The value, which the user is to give.
     *
     * @throws RicciException.Argument if it is null
     */
    static <T> T given(String asked, String what, @Nullable T value) {
        if (value == null) {
            throw new RicciException.Argument(asked, what + " is null", "nothing is null in Ricci",
                    "pass a value");
        }
        return value;
    }

    /** What a tree was flattened from is what it is unflattened to; the caller knows its type. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <T> T cast(Object value) {
        return (T) value;
    }
}
