package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.einops.Einops.axis;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ricci.einops.EinopsException.Kind;

/** Every wrong call fails with the kind that says what is wrong with it. */
class RejectionsTest {
    /** A call that has one fault. */
    record Fault(Kind kind, Invocation call) {
        static Fault parse(String line) {
            String[] parts = line.split(" \\| ?", -1);
            String pattern = parts[2].replace("\\t", "\t").replace("\\n", "\n").replace("\\u00a0", "\u00a0")
                    .replace("\\u0301", "\u0301").replace("\\u00b7", "\u00b7");
            return new Fault(Kind.valueOf(parts[0]), Invocation.of(parts[1], pattern, parts[3], parts[4]));
        }
    }

    static Stream<Fault> faults() {
        return Tensors.lines("/rejections.txt").map(Fault::parse);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void hasItsKind(Fault fault) {
        EinopsException e = assertThrows(EinopsException.class, fault.call()::run);
        assertAll(() -> assertEquals(fault.kind(), e.kind(), e::getMessage),
                () -> assertEquals(family(fault.kind()), e.getClass()),
                () -> assertEquals(fault.call().pattern(), e.pattern()),
                () -> assertTrue(e.span().start() >= 0 && e.span().start() <= e.span().end()
                        && e.span().end() <= e.pattern().length(), () -> e.span().toString()));
    }

    private static Class<? extends EinopsException> family(Kind kind) {
        return switch (kind) {
            case NO_ARROW, SECOND_ARROW, UNKNOWN_CHARACTER, STRAY_DOTS, SECOND_ELLIPSIS, INVALID_NAME,
                 DUPLICATE_NAME, UNBALANCED_PARENTHESES, NESTED_TOO_DEEP, NESTED_BRACKET, MISPLACED_BRACKET,
                 MISPLACED_PLUS, MISPLACED_STRIDE, MISPLACED_COMMA, NUMBER_MISSING, ZERO_NUMBER,
                 REPEATED_TWICE, REPEATED_NUMBER, PACK_STAR -> EinopsException.Syntax.class;
            case ELLIPSIS_ONLY_RIGHT, ELLIPSIS_IN_LEFT_GROUP, NUMBER_IN_REARRANGE, NUMBER_KEPT,
                 AXIS_ON_ONE_SIDE, AXIS_DROPPED, AXIS_APPEARS, LENGTH_MISSING, AXIS_UNUSED, AXIS_NAME,
                 AXIS_GIVEN_TWICE, EINSUM_ELLIPSIS_DROPPED, REPEATED_AND_SINGLE, BRACKET_MISSING,
                 BRACKET_MISMATCH, PARTS_MISMATCH, NO_INVERSE, WEIGHT_AXIS, BIAS_AXIS ->
                    EinopsException.Names.class;
            case WRONG_RANK, OPERAND_COUNT, OUTPUT_COUNT, REPEAT_COUNT -> EinopsException.Rank.class;
            case AMBIGUOUS_LENGTHS, LENGTH_MISMATCH, NOT_DIVISIBLE, NEGATIVE_LENGTH, STACK_MISMATCH,
                 SPLIT_MISMATCH, TOO_LARGE, WINDOW_TOO_LONG, COORDINATE_COUNT, SHIFT_COUNT,
                 TARGET_SHAPE -> EinopsException.Size.class;
            case UNKNOWN_REDUCTION, WRONG_REDUCTION, NOTHING_TO_REDUCE, NOT_CUMULATIVE ->
                    EinopsException.Reducing.class;
            case UNKNOWN_TENSOR, NULL_ARGUMENT, NO_TENSORS, BACKEND_FAILED, RAGGED_ARRAY, NO_AXIS_LEFT,
                 INDEX_OUT_OF_BOUNDS, INDEX_TYPE, TARGET_UNKNOWN, TARGET_TYPE, TARGET_READ_ONLY,
                 TARGET_SHARED -> EinopsException.Operand.class;
        };
    }

    private static final Shaped<float[]> X = Tensors.counting(2, 3);

    private static void rejects(Kind kind, org.junit.jupiter.api.function.Executable call) {
        EinopsException e = assertThrows(EinopsException.class, call);
        assertEquals(kind, e.kind(), e::getMessage);
    }

    @Test
    void lengthsThatAreGivenTwice() {
        rejects(Kind.AXIS_GIVEN_TWICE, () -> Einops.rearrange(X, "a b -> b a", axis("a", 2), axis("a", 2)));
    }

    @Test
    void axesOfAnEinsumAreNotStretched() {
        rejects(Kind.LENGTH_MISMATCH, () -> Einops.einsum(X, Tensors.counting(1, 2), "i j, j k -> i k"));
    }

    @Test
    void whatIsNoTensor() {
        rejects(Kind.UNKNOWN_TENSOR, () -> Einops.rearrange(new Float[6], "a -> a"));
        rejects(Kind.UNKNOWN_TENSOR, () -> Einops.rearrange("text", "a -> a"));
        rejects(Kind.UNKNOWN_TENSOR, () -> Einops.<Object>einsum(X, "text", "a b, c -> a"));
    }

    @Test
    void noTensors() {
        rejects(Kind.NO_TENSORS, () -> Einops.rearrange(List.of(), "a -> a"));
        rejects(Kind.NO_TENSORS, () -> Einops.einsum(List.of(), "-> "));
    }

    @Test
    void reductionsOfAnotherType() {
        rejects(Kind.WRONG_REDUCTION, () -> Einops.reduce(X, "a b -> a",
                Reduction.of(String.class, (x, axes) -> x)));
    }

    @Test
    void whatTheLibraryRefuses() {
        Shaped<int[]> ints = new Shaped<>(new int[2], 2);
        rejects(Kind.BACKEND_FAILED, () -> Einops.<Shaped<?>>rearrange(
                List.of(Tensors.counting(2), ints), "a, b -> (a + b)"));
        rejects(Kind.BACKEND_FAILED, () -> Einops.<Shaped<?>>pack(List.of(Tensors.counting(2), ints), "*"));
    }

    @Test
    @SuppressWarnings("NullAway")
    void nulls() {
        rejects(Kind.NULL_ARGUMENT, () -> Einops.rearrange((Shaped<float[]>) null, "a -> a"));
        rejects(Kind.NULL_ARGUMENT, () -> Einops.rearrange((List<Shaped<float[]>>) null, "a -> a"));
        rejects(Kind.NULL_ARGUMENT, () -> Einops.rearrange(Arrays.asList(X, null), "a b c -> a b c"));
        rejects(Kind.NULL_ARGUMENT, () -> Einops.rearrange(X, null));
        rejects(Kind.NULL_ARGUMENT, () -> Einops.rearrange(X, "a b -> b a", (Axis[]) null));
        rejects(Kind.NULL_ARGUMENT, () -> Einops.rearrange(X, "a b -> b a", (Axis) null));
        rejects(Kind.NULL_ARGUMENT, () -> Einops.rearrange(X, "a b -> b a", axis(null, 2)));
        rejects(Kind.NULL_ARGUMENT, () -> Einops.reduce(X, "a b -> a", (Reduction) null));
        rejects(Kind.NULL_ARGUMENT, () -> Einops.reduce(X, "a b -> a", (String) null));
        rejects(Kind.NULL_ARGUMENT, () -> Einops.einsum((List<Shaped<float[]>>) null, "a -> a"));
        rejects(Kind.NULL_ARGUMENT, () -> Einops.einsum(X, null, "a b, c -> a"));
        rejects(Kind.NULL_ARGUMENT, () -> Einops.einsum(X, (String) null));
    }

    @Test
    void theNumberOfTensorsOfAPatternThatIsKnownAlready() {
        assertEquals(2, Einops.rearrangeAll(List.of(X, X), "a b, c d -> a b, c d").size());
        rejects(Kind.OPERAND_COUNT, () -> Einops.rearrangeAll(List.of(X), "a b, c d -> a b, c d"));
        rejects(Kind.OPERAND_COUNT, () -> Einops.rearrangeAll(List.of(X, X, X), "a b, c d -> a b, c d"));
    }

    @Test
    @SuppressWarnings("NullAway")
    void shapesThatAreNone() {
        Rearrange flat = Einops.rearrange("a b -> (a b)");
        rejects(Kind.NEGATIVE_LENGTH, () -> flat.shape(-1, 4));
        rejects(Kind.NULL_ARGUMENT, () -> flat.shape((long[]) null));
        rejects(Kind.NULL_ARGUMENT, () -> flat.explain((long[]) null));
        assertThrows(IllegalArgumentException.class, () -> new Shaped<>(null, 2));
        assertThrows(IllegalArgumentException.class, () -> new Shaped<>(new float[2], (long[]) null));
    }

    @Test
    void arraysOfTooManyAxes() {
        rejects(Kind.TOO_LARGE,
                () -> Einops.rearrange((Object) new float[2], "a -> a" + " 1".repeat(260)));
    }

    @Test
    void piecesThatAreTooLongForOneThatIsOpen() {
        EinopsException e = assertThrows(EinopsException.class, () -> Einops.unpack(Tensors.counting(3),
                List.of(List.of(2L), List.of(-1L), List.of(4L)), "*"));
        assertTrue(String.valueOf(e.getMessage()).contains("the axis of length 3 does not split"),
                e::getMessage);
    }

    @Test
    void anArrowWhereNoTensorIsMade() {
        rejects(Kind.SECOND_ARROW, () -> Einops.parseShape(X, "a b -> b"));
        assertEquals(List.of(), Einops.parseShape(X, "_...").axes());
        rejects(Kind.LENGTH_MISMATCH, () -> Einops.check(List.of(X, Tensors.counting(3, 2)), "a b, a b"));
    }
}
