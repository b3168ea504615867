package ricci.runtime;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Equation;
import ricci.ir.InferTypes;
import ricci.ir.Op;
import ricci.ir.OpText;
import ricci.ir.RicciException;
import ricci.ir.Source;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;

/**
 * A mode in which programs are interpreted, equation by equation, and a NaN in a result is an error that
 * names the equation in which it was born: one that had none among its operands.
 *
 * <p>A NaN that reaches no result is no error, such as one on the side of a where that is not taken. So where
 * each NaN comes from is remembered until the end of the run.
 */
public final class Watch {
    private static final ScopedValue<Kind> MODE = ScopedValue.newInstance();
    private static final ScopedValue<Watch> CURRENT = ScopedValue.newInstance();

    private final Kind kind;
    private final IdentityHashMap<Value, RicciException.NotFinite> births = new IdentityHashMap<>();
    private final Deque<String> parts = new ArrayDeque<>();

    private Watch(Kind kind) {
        this.kind = kind;
    }

    /** What is looked for. */
    public enum Kind {
        NAN, NAN_OR_INFINITY;

        private boolean isMet(double element) {
            return Double.isNaN(element) || (this == NAN_OR_INFINITY && Double.isInfinite(element));
        }
    }

    /** Runs {@code body} in this mode. */
    public static <R> R during(Kind kind, Supplier<R> body) {
        return ScopedValue.where(MODE, kind).call(body::get);
    }

    /** Whether the mode is on, so that programs have to be interpreted. */
    public static boolean isOn() {
        return MODE.isBound();
    }

    /** The same, in this mode also if another thread runs it. */
    static Executable handedOver(Executable program) {
        if (!isOn()) {
            return program;
        }
        Kind kind = MODE.get();
        return inputs -> during(kind, () -> program.run(inputs));
    }

    /** The watch of the run that is going on; null if there is none. */
    static @Nullable Watch current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /** Runs something that gives values; an error if one of them has what is looked for. */
    static List<Value> over(Supplier<List<Value>> run) {
        if (!isOn() || CURRENT.isBound()) {
            return run.get();
        }
        Watch watch = new Watch(MODE.get());
        List<Value> results = ScopedValue.where(CURRENT, watch).call(run::get);
        for (Value result : results) {
            RicciException.NotFinite birth = watch.births.get(result);
            if (birth != null && watch.first(result) >= 0) {
                throw birth;
            }
        }
        return results;
    }

    // ---- where it comes from ----

    /** After an equation: what its results have was born here, or came in with an operand. */
    void saw(Equation e, List<Value> x, List<Value> y) {
        if (!Subprograms.of(e.op()).isEmpty()) {
            return;
        }
        saw(e.op(), e.operands().stream().map(a -> a.type()).toList(), x, y, e.source());
    }

    void saw(Op op, List<TensorType> types, List<Value> x, List<Value> y, Source source) {
        for (Value result : y) {
            int place = first(result);
            if (place < 0) {
                continue;
            }
            Value carrier = x.stream().filter(v -> first(v) >= 0).findFirst().orElse(null);
            if (carrier == null) {
                births.putIfAbsent(result, birth(op, types, x, y, place, source));
            } else {
                inherit(carrier, result);
            }
        }
    }

    /** What {@code to} is made of, in a way that no equation says, is {@code from}. */
    void inherit(Value from, Value to) {
        RicciException.NotFinite birth = births.get(from);
        if (birth != null) {
            births.putIfAbsent(to, birth);
        }
    }

    /** What follows happens in that part of the run, until {@link #leave}. */
    void enter(String part) {
        parts.push(part);
    }

    void leave() {
        parts.pop();
    }

    /** The position of the first element that is looked for; -1 if there is none. */
    private int first(Value value) {
        return switch (value) {
            case Value.Integers _ -> -1;
            case Value.Reals(var data) -> first(data);
            case Value.Complexes(var data) -> first(data) < 0 ? -1 : first(data) / 2;
        };
    }

    private int first(double[] data) {
        for (int i = 0; i < data.length; i++) {
            if (kind.isMet(data[i])) {
                return i;
            }
        }
        return -1;
    }

    // ---- saying so ----

    private RicciException.NotFinite birth(Op op, List<TensorType> types, List<Value> x, List<Value> y,
            int place, Source source) {
        Value result = y.stream().filter(v -> first(v) >= 0).findFirst().orElseThrow();
        List<TensorType> results = InferTypes.of(op, types);
        TensorType type = results.get(y.indexOf(result));
        String name = OpText.name(op);
        boolean elementwise = !x.isEmpty() && x.stream().allMatch(v -> v.count() == result.count())
                && types.stream().allMatch(t -> t.shape().equals(type.shape()));
        String born = element(result, place);
        String derivative = source.derivativeOf();
        String where = type.rank() == 0 ? "" : " at "
                + Arrays.toString(type.shape().index(place));
        String how = elementwise ? name + x.stream().map(v -> element(v, place))
                .collect(Collectors.joining(", ", "(", ")")) + " = " + born
                : born + ranges(types, x);
        String found = kind == Kind.NAN ? "a NaN" : born.contains("NaN") ? "a NaN" : "an infinity";
        return new RicciException.NotFinite("compute " + name
                + (derivative.isEmpty() ? "" : ", in the derivative of " + derivative + ",") + " without "
                + found, InferTypes.list(types) + " to " + type + ";" + where + (where.isEmpty() ? " " : ": ")
                + how + String.join("", parts.stream().map(part -> ", in " + part).toList()),
                "it was born here: no operand has " + (kind == Kind.NAN ? "a NaN" : "a NaN or an infinity")
                + ", the result has, and it got into a result of the function",
                fix(op, derivative), source);
    }

    private static String ranges(List<TensorType> types, List<Value> x) {
        String all = IntStream.range(0, x.size()).filter(i -> x.get(i) instanceof Value.Reals(var data)
                && data.length > 0).mapToObj(i -> {
            double[] data = Eval.reals(x.get(i));
            return types.get(i) + " from " + Arrays.stream(data).min().orElseThrow() + " to "
                    + Arrays.stream(data).max().orElseThrow();
        }).collect(Collectors.joining(" and "));
        return all.isEmpty() ? "" : " of " + all;
    }

    private static String element(Value value, int place) {
        return switch (value) {
            case Value.Reals(var data) -> Double.toString(data[place]);
            case Value.Integers(var data) -> Long.toString(data[place]);
            case Value.Complexes z -> z.at(place).toString();
        };
    }

    private static String fix(Op op, String derivative) {
        if (!derivative.isEmpty()) {
            return "keep x away from where " + derivative + " has no finite derivative; if the result is not "
                    + "used there, choose the operand as well: where(p, f(where(p, x, 1)), 0)";
        }
        return switch (op) {
            case Op.Unary(var f) when f == Op.Unary.Function.EXP || f == Op.Unary.Function.EXPM1 ->
                    "keep the exponent small, for example by subtracting the maximum first";
            case Op.Unary _ -> "keep the operand where the function is finite, for example with maximum or "
                    + "clip, or choose it: f(where(p, x, 1))";
            case Op.Binary(var f) when f == Op.Binary.Function.DIV || f == Op.Binary.Function.REM ->
                    "keep the divisor away from 0, for example where(y.eq(0), 1, y)";
            case Op.Gather _ -> "keep indices inside of the axis; FILL gives NaN outside";
            case Op _ -> "keep operands where the result is finite";
        };
    }
}
