package ricci;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.RicciException;
import ricci.runtime.Watch;
import ricci.transform.CheckValues;

/**
 * Looking into functions that are recorded: what is printed and checked here is printed and checked whenever
 * the recorded program runs, under jit, grad, vmap and in loops.
 *
 * {@snippet :
 * Tensor step(Tensor x) {
 *     Debug.check(x.gt(0), "x is positive");
 *     Debug.print("x = {}", x);
 *     return x.log();
 * }
 *
 * Checked<Tensor> y = Debug.checked(jit(this::step)).apply(x);   // throws nothing
 * y.failure().ifPresent(IO::println);
 *
 * Debug.nanOrigin(() -> grad(this::loss).apply(params));         // names the line where a NaN was born
 * }
 */
public final class Debug {
    private Debug() {}

    /**
     * Prints a line when this point of the program is run: the format with each <code>{}</code> in it
     * replaced by one of the tensors, as NumPy prints them. In the body of a loop, once for each step; in a
     * branch, if it is taken; under vmap once, with all examples along the first axis; in derivatives, the
     * primals, and a checkpoint does not print them again.
     *
     * @throws RicciException.Argument if there are not as many tensors as places
     */
    public static void print(String format, Tensor... tensors) {
        Trace.apply(new Effect.Print(Arguments.given("print", "the format", format)),
                List.of(Arguments.given("print", "the tensors", tensors)));
    }

    /**
     * Ends the run with {@link RicciException.Check} if the condition, a bool of any shape, is not true
     * everywhere when this point of the program is run. The error has the message, names which elements are
     * false and of which example of vmap and step of a loop, and this line. {@link #checked} makes a value
     * of it.
     *
     * @param message what is to hold, such as {@code "scale is positive"}
     * @throws RicciException.DataType if the condition is no bool
     */
    public static void check(Tensor condition, String message) {
        Arguments.given("check", "the condition", condition);
        Arguments.given("check", "the message", message);
        if (condition.dtype() != DType.BOOL) {
            throw new RicciException.DataType("check that " + message, condition.type().toString(),
                    "what is checked is a tensor of bools", "compare first, for example x.gt(0)");
        }
        Trace.apply(new Effect.Check(message, 0), List.of(condition));
    }

    /**
     * The function with its checks as values: it throws nothing when one fails, but runs on, and returns
     * which failed first. It can be compiled, mapped and put into loops. Checks in a derivative are among
     * those of {@code checked(grad(f))}, not of {@code grad(checked(f))}.
     *
     * {@snippet :
     * Checked<Params> step = jit(Debug.checked(grad(this::loss))).apply(params);
     * Params g = step.orThrow();
     * }
     */
    public static <A, R> Fn<A, Checked<R>> checked(Fn<A, R> f) {
        Arguments.given("checked", "the function", f);
        return a -> checked(Arguments.spread(f), Arrays.asList(a));
    }

    /** As {@link #checked(Fn)}, for two arguments. */
    public static <A, B, R> Fn2<A, B, Checked<R>> checked(Fn2<A, B, R> f) {
        Arguments.given("checked", "the function", f);
        return (a, b) -> checked(Arguments.spread(f), Arrays.asList(a, b));
    }

    /** As {@link #checked(Fn)}, for three arguments. */
    public static <A, B, C, R> Fn3<A, B, C, Checked<R>> checked(Fn3<A, B, C, R> f) {
        Arguments.given("checked", "the function", f);
        return (a, b, c) -> checked(Arguments.spread(f), Arrays.asList(a, b, c));
    }

    private static <R> Checked<R> checked(Function<Object, @Nullable Object> function, List<?> arguments) {
        Tree.Flat flat = Tree.flatten(arguments);
        Trace.Traced traced = Trace.of("checked", function, flat, true);
        CheckValues.Result values = CheckValues.of(traced.program());
        List<Tensor> all = Trace.inline(values.program(), traced.inputs(flat.leaves()));
        int results = traced.program().results().size();
        return new Checked<>(Tree.unflatten(traced.results(), all.subList(0, results)), all.get(results),
                all.get(results + 1), new Checked.Checks(values.sites()));
    }

    /**
     * What {@code body} returns; in it, all that runs is interpreted, and if a NaN gets into a result, that
     * is an error that says where the NaN was born: in which primitive, of which operands, at which line of
     * yours, forward or in the derivative of something at that line, in which step of a loop. Slow; for
     * finding mistakes.
     *
     * <p>A NaN that does not get into a result is none, so what belongs together should run together, under
     * jit or grad: outside of both each operation is a run of its own.
     *
     * @throws RicciException.NotFinite if a NaN was born and got into a result
     */
    public static <R> R nanOrigin(Supplier<R> body) {
        return Watch.during(Watch.Kind.NAN, Arguments.given("nanOrigin", "the body", body));
    }

    /** As {@link #nanOrigin}, also of infinities. */
    public static <R> R infinityOrigin(Supplier<R> body) {
        return Watch.during(Watch.Kind.NAN_OR_INFINITY, Arguments.given("infinityOrigin", "the body", body));
    }
}
