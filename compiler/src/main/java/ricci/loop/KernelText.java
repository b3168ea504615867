package ricci.loop;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Kernels as text. Well-formed kernels of one text and one name are the same.
 *
 * {@snippet lang = text :
 * kernel sumOfSquares(2 buffers, 2 sizes)
 * serial i0 < n0
 *   vector i1 < n1
 *     v1 = f32 b0[i0 * n1 + i1]
 *     fold v0: f32 = 0.0f, then fma(v1, v1, v0), merge add
 *   f32 b1[i0] = v0
 * }
 *
 * <p>A load or store is written with the storage of its element, a number as in Java, a float that is no
 * number by its bits. A fold stands after the body whose values it reads; its accumulator begins as what is
 * behind the {@code =}, before the first turn.
 */
public final class KernelText {
    private KernelText() {}

    /** The whole kernel, a line for each statement. */
    public static String of(Kernel kernel) {
        return "kernel " + kernel.name() + "(" + count(kernel.buffers(), "buffer") + ", "
                + count(kernel.sizes(), "size") + ")\n" + of(kernel.loop());
    }

    /** A statement, with all that is in it. */
    public static String of(Statement statement) {
        StringBuilder text = new StringBuilder();
        print(statement, "", text);
        return text.toString();
    }

    /** The first line of a loop, the one line of another statement. */
    static String line(Statement statement) {
        return switch (statement) {
            case Statement.Let(var local, var value) -> local + " = " + of(value);
            case Statement.Store(var access, var value) -> of(access) + " = " + of(value);
            case Statement.Loop loop -> lower(loop.kind()) + " " + loop.counter() + " < " + of(loop.extent());
        };
    }

    static String of(Statement.Fold fold) {
        return "fold " + fold.accumulator() + ": " + lower(fold.accumulator().register()) + " = "
                + of(fold.first()) + ", then " + of(fold.next())
                + (fold.merge() == null ? ", in order" : ", merge " + lower(fold.merge()));
    }

    /** An expression, on one line. */
    public static String of(Expression e) {
        return switch (e) {
            case Expression.Constant constant -> number(constant);
            case Expression.Read(var local) -> local.toString();
            case Expression.Load(var access) -> of(access);
            case Expression.Index(var place) -> "index(" + of(place) + ")";
            case Expression.Unary(var f, _) -> lower(f) + arguments(e.parts());
            case Expression.Binary(var f, _, _) -> lower(f) + arguments(e.parts());
            case Expression.Fma _ -> "fma" + arguments(e.parts());
            case Expression.Compare(var relation, _, _) -> lower(relation) + arguments(e.parts());
            case Expression.Select _ -> "select" + arguments(e.parts());
            case Expression.Convert(var register, _) -> "convert " + lower(register) + arguments(e.parts());
            case Expression.Reinterpret(var register, _) ->
                    "reinterpret " + lower(register) + arguments(e.parts());
            case Expression.Beyond(var f, _, var bound, _) ->
                    lower(f) + " beyond " + bound + arguments(e.parts());
        };
    }

    static String of(Access access) {
        return lower(access.storage()) + " b" + access.buffer() + "[" + of(access.place()) + "]";
    }

    private static String of(Place place) {
        String terms = place.terms().stream().map(KernelText::of).collect(Collectors.joining(" + "));
        if (terms.isEmpty()) {
            return of(place.offset());
        }
        return place.offset().is(0) ? terms : of(place.offset()) + " + " + terms;
    }

    private static String of(Place.Term term) {
        return term.factor() + (term.stride().is(1) ? "" : " * " + of(term.stride()));
    }

    static String of(Size size) {
        return switch (size) {
            case Size.Fixed(var value) -> Long.toString(value);
            case Size.Argument(var index) -> "n" + index;
        };
    }

    private static void print(Statement statement, String indent, StringBuilder text) {
        text.append(indent).append(line(statement)).append('\n');
        if (statement instanceof Statement.Loop loop) {
            loop.body().forEach(s -> print(s, indent + "  ", text));
            loop.folds().forEach(f -> text.append(indent).append("  ").append(of(f)).append('\n'));
        }
    }

    private static String arguments(List<Expression> parts) {
        return parts.stream().map(KernelText::of).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String number(Expression.Constant constant) {
        long bits = constant.bits();
        return switch (constant.register()) {
            case F32 -> {
                float value = Float.intBitsToFloat((int) bits);
                yield Float.isFinite(value) ? value + "f" : "f32(0x" + Integer.toHexString((int) bits) + ")";
            }
            case F64 -> {
                double value = Double.longBitsToDouble(bits);
                yield Double.isFinite(value) ? Double.toString(value)
                        : "f64(0x" + Long.toHexString(bits) + ")";
            }
            case I32 -> Integer.toString((int) bits);
            case I64 -> bits + "L";
            case BOOL -> Boolean.toString(bits != 0);
        };
    }

    private static String count(int n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
