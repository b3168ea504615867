package user;

import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.cumulative;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.getAt;
import static ricci.einops.Einops.pack;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.rearrangeAll;
import static ricci.einops.Einops.reduce;
import static ricci.einops.Einops.repeat;
import static ricci.einops.Einops.roll;
import static ricci.einops.Einops.shaped;
import static ricci.einops.Einops.softmax;
import static ricci.einops.Einops.unpack;

import java.nio.FloatBuffer;
import java.util.List;
import ricci.einops.EinopsException.Kind;
import ricci.einops.MixPattern;
import ricci.einops.Rearrange;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/** One wrong call for every kind of error, as users would make it. */
final class WrongCalls {
    private static final Shaped<float[]> IMAGES = tensor(8, 32, 32, 3);
    private static final Shaped<float[]> MATRIX = tensor(2, 3);
    private static final Shaped<float[]> TOKENS = tensor(4, 10);

    private static final Rearrange TURN = rearrange("a b -> b a");

    private WrongCalls() {}

    private static Shaped<float[]> tensor(int... lengths) {
        int count = 1;
        long[] shape = new long[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            shape[i] = lengths[i];
            count *= lengths[i];
        }
        return shaped(new float[count], shape);
    }

    static Object call(Kind kind) {
        return switch (kind) {
            case NO_ARROW -> rearrange(IMAGES, "b h w c");
            case SECOND_ARROW -> rearrange(IMAGES, "b h w c -> b (h w) c -> b c (h w)");
            case UNKNOWN_CHARACTER -> rearrange(IMAGES, "b h w c -> b {h w} c");
            case STRAY_DOTS -> rearrange(IMAGES, "b .. c -> c b ..");
            case SECOND_ELLIPSIS -> rearrange(IMAGES, "... h ... -> h ...");
            case INVALID_NAME -> rearrange(IMAGES, "b h_ w_ c -> b (h_ w_) c");
            case DUPLICATE_NAME -> rearrange(IMAGES, "b h w c -> b (h h) c");
            case NESTED_TOO_DEEP -> rearrange(IMAGES, "b h w c -> " + "(".repeat(65) + "c");
            case NESTED_BRACKET -> reduce(IMAGES, "b [h [w]] c", Reduction.MEAN);
            case MISPLACED_BRACKET -> rearrange(IMAGES, "b [h w] c -> b c h w");
            case MISPLACED_PLUS -> rearrange(MATRIX, "a q + k -> a (q k)");
            case MISPLACED_STRIDE -> repeat(MATRIX, "a b -> a (b copies*2)", axis("copies", 2));
            case NUMBER_MISSING -> rearrange(IMAGES, "b h w c -> b h*w c");
            case REPEATED_TWICE -> rearrange(IMAGES, "b (s... p)... c -> b s... (p c)");
            case REPEATED_NUMBER -> reduce(IMAGES, "b (s 2)... c -> b s... c", Reduction.MAX);
            case REPEATED_AND_SINGLE -> rearrange(IMAGES, "b s... c -> b c s");
            case REPEAT_COUNT -> rearrange(IMAGES, "b... s... -> s... b...");
            case BRACKET_MISMATCH -> reduce(IMAGES, "b [h w] c -> b h c", Reduction.MEAN);
            case PARTS_MISMATCH -> rearrangeAll(MATRIX, "a (q=1 + k) -> a q, a c");
            case OUTPUT_COUNT -> rearrange(MATRIX, "a (q=1 + k) -> a q, a k");
            case BRACKET_MISSING -> softmax(MATRIX, "a b");
            case NO_INVERSE -> rearrange("b (t*1 p=4) -> b t p").inverse();
            case COORDINATE_COUNT -> getAt(IMAGES, shaped(new int[3], 3), "b [h w] c, p -> b p c");
            case SHIFT_COUNT -> roll(IMAGES, "b [h w] c", 1);
            case NOT_CUMULATIVE -> cumulative(MATRIX, "a [b]", Reduction.MEAN);
            case INDEX_OUT_OF_BOUNDS -> getAt(new int[] {1, 2, 3}, new int[] {1, 3}, "[n], p -> p");
            case TARGET_UNKNOWN -> TURN.applyInto(MATRIX, List.of(1, 2, 3));
            case TARGET_SHAPE -> TURN.applyInto(MATRIX, tensor(2, 3));
            case TARGET_TYPE -> TURN.applyInto(MATRIX, shaped(new double[6], 3, 2));
            case TARGET_READ_ONLY -> TURN.applyInto(MATRIX,
                    shaped(FloatBuffer.allocate(6).asReadOnlyBuffer(), 3, 2));
            case TARGET_SHARED -> TURN.applyInto(MATRIX, shaped(MATRIX.data(), 3, 2));
            case INDEX_TYPE -> getAt(MATRIX, TOKENS, "[n] a, b p -> b p a");
            case WINDOW_TOO_LONG -> rearrange(TOKENS, "b (t*1 p=16) -> b t p");
            case UNBALANCED_PARENTHESES -> rearrange(IMAGES, "b h w c -> b (h w c");
            case ZERO_NUMBER -> repeat(MATRIX, "a b -> a b 0");
            case MISPLACED_COMMA -> rearrange(IMAGES, "b h w c -> b (h, w) c");
            case WEIGHT_AXIS -> MixPattern.of("b i -> b out", "i out heads", "", axis("i", 3),
                    axis("out", 4));
            case BIAS_AXIS -> MixPattern.of("b ... i -> b ... o", "i o", "b", axis("i", 3), axis("o", 4));
            case PACK_STAR -> pack(List.of(IMAGES, MATRIX), "h w");
            case ELLIPSIS_ONLY_RIGHT -> rearrange(IMAGES, "b h w c -> b c ...");
            case ELLIPSIS_IN_LEFT_GROUP -> rearrange(TOKENS, "b (...) -> b ...");
            case NUMBER_IN_REARRANGE -> rearrange(IMAGES, "b (h 4) w c -> b h w (4 c)");
            case NUMBER_KEPT -> reduce(IMAGES, "8 h w c -> 8 c", Reduction.MEAN);
            case AXIS_ON_ONE_SIDE -> rearrange(IMAGES, "batch h w c -> bach c h w");
            case AXIS_DROPPED -> repeat(MATRIX, "a b -> a c", axis("c", 5));
            case AXIS_APPEARS -> reduce(MATRIX, "a b -> a c", Reduction.SUM);
            case LENGTH_MISSING -> repeat(MATRIX, "a b -> a (b copies)");
            case AXIS_UNUSED -> rearrange(IMAGES, "b (height p) w c -> b height w (p c)", axis("heigth", 8));
            case AXIS_NAME -> rearrange(TOKENS, "b (n t) -> b n t", axis("n ", 5));
            case AXIS_GIVEN_TWICE -> rearrange(TOKENS, "b (n t) -> b n t", axis("n", 5), axis("n", 2));
            case EINSUM_ELLIPSIS_DROPPED -> einsum(IMAGES, MATRIX, "... c, d c -> d");
            case WRONG_RANK -> rearrange(IMAGES, "h w c -> c h w");
            case OPERAND_COUNT -> rearrange(IMAGES, "b, h, w, c -> b c h w");
            case AMBIGUOUS_LENGTHS -> rearrange(IMAGES, "b (h p) (w q) c -> b (h w) (p q c)", axis("p", 4));
            case LENGTH_MISMATCH -> einsum(MATRIX, MATRIX, "i j, j k -> i k");
            case NOT_DIVISIBLE -> rearrange(TOKENS, "b (heads d) -> b heads d", axis("heads", 4));
            case NEGATIVE_LENGTH -> rearrange(TOKENS, "b (n t) -> b n t", axis("n", -1));
            case STACK_MISMATCH -> rearrange(List.of(MATRIX, TOKENS), "n a b -> a b n");
            case SPLIT_MISMATCH -> unpack(TOKENS, List.of(List.of(4L), List.of(2L, 2L)), "b *");
            case TOO_LARGE -> repeat(MATRIX, "a b -> a b c d", axis("c", 1L << 40), axis("d", 1L << 40));
            case UNKNOWN_REDUCTION -> reduce(MATRIX, "a b -> a", "maximum");
            case WRONG_REDUCTION -> reduce(MATRIX, "a b -> a", Reduction.of(String.class, (x, axes) -> x));
            case NOTHING_TO_REDUCE -> reduce(tensor(4, 0), "b t -> b", Reduction.MAX);
            case UNKNOWN_TENSOR -> rearrange(new Float[6], "(a b) -> a b", axis("a", 2));
            case NULL_ARGUMENT -> reduce(MATRIX, "a b -> a", missing(Reduction.class));
            case NO_TENSORS -> rearrange(List.of(), "n a b -> a b n");
            case BACKEND_FAILED -> reduce(MATRIX, "a b -> a",
                    Reduction.of(Shaped.class, (x, axes) -> broken()));
            case RAGGED_ARRAY -> rearrange(new float[][][] {{{1, 2}, {3, 4}}, {{5, 6}, {7}}},
                    "a b c -> c b a");
            case NO_AXIS_LEFT -> reduce(new float[2][3], "a b ->", Reduction.MEAN);
        };
    }

    private static Shaped<?> broken() {
        throw new UnsupportedOperationException("no such kernel");
    }

    /** What a user passes who has forgotten to set a field. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T missing(Class<T> type) {
        return type.cast(null);
    }

    private static int here() {
        return StackWalker.getInstance().walk(frames -> frames.skip(1).findFirst().orElseThrow())
                .getLineNumber();
    }

    /** A call that fails, and the line on which it stands. */
    static int failingLine(List<RuntimeException> caught) {
        int line = 0;
        try {
            line = 1 + here();
            rearrange(MATRIX, "a");
        } catch (RuntimeException e) {
            caught.add(e);
        }
        return line;
    }
}
