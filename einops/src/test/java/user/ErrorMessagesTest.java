package user;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.einops.EinopsException;
import ricci.einops.EinopsException.Kind;

/**
 * The whole message of every kind of error, one text for each in {@code errors/}. Run with
 * {@code -Dricci.golden=write} to write them anew, and read what has changed.
 */
class ErrorMessagesTest {
    @ParameterizedTest
    @EnumSource
    void reads(Kind kind) throws IOException {
        EinopsException e = assertThrows(EinopsException.class, () -> WrongCalls.call(kind));
        String message = String.valueOf(e.getMessage()).replaceFirst("(WrongCalls\\.java):\\d+$", "$1:LINE")
                + "\n";
        String name = kind.name().toLowerCase(Locale.ROOT) + ".txt";
        if ("write".equals(System.getProperty("ricci.golden"))) {
            Files.writeString(Path.of("src/test/resources/errors", name), message);
        }
        assertAll(() -> assertEquals(kind, e.kind()), () -> assertEquals(golden(name), message));
    }

    private static String golden(String name) throws IOException {
        if ("write".equals(System.getProperty("ricci.golden"))) {
            return Files.readString(Path.of("src/test/resources/errors", name));
        }
        try (InputStream stream = ErrorMessagesTest.class.getResourceAsStream("/errors/" + name)) {
            return stream == null ? "there is no errors/" + name
                    : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hasAllParts(Kind kind) {
        String message = String.valueOf(assertThrows(EinopsException.class, () -> WrongCalls.call(kind))
                .getMessage());
        assertTrue(message.contains("^") && message.contains("\n  rule:  ")
                && message.contains("\n  fix:   "), message);
        assertTrue(message.contains("\n  at:    WrongCalls.java:"), message);
        message.lines().forEach(line -> assertTrue(line.length() <= 140 && line.equals(line.stripTrailing()),
                line));
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheLengthsThatAreKnown(Kind kind) {
        String message = String.valueOf(assertThrows(EinopsException.class, () -> WrongCalls.call(kind))
                .getMessage());
        assertEquals(areLengthsKnown(kind), message.contains("\n  known: "), message);
    }

    /** Whether the pattern, the tensors and what the caller gives tell of any length when this is found. */
    private static boolean areLengthsKnown(Kind kind) {
        return switch (kind) {
            // A pattern that cannot be read names no axes.
            case SECOND_ARROW, UNKNOWN_CHARACTER, STRAY_DOTS, SECOND_ELLIPSIS, INVALID_NAME, DUPLICATE_NAME,
                 UNBALANCED_PARENTHESES, NESTED_TOO_DEEP, NESTED_BRACKET, MISPLACED_PLUS, MISPLACED_COMMA,
                 NUMBER_MISSING, ZERO_NUMBER, PACK_STAR -> false;
            // Which axes there are is not known where it is not known how often one is repeated.
            case REPEATED_TWICE, REPEATED_NUMBER, REPEATED_AND_SINGLE, REPEAT_COUNT -> false;
            // Which axis of the tensors is which is not known.
            case WRONG_RANK, OPERAND_COUNT -> false;
            // These are found before there is a tensor, or before it is looked at.
            case WEIGHT_AXIS, BIAS_AXIS -> false;
            case NO_INVERSE, OUTPUT_COUNT, NOT_CUMULATIVE, UNKNOWN_REDUCTION, UNKNOWN_TENSOR, NULL_ARGUMENT,
                 NO_TENSORS, RAGGED_ARRAY -> false;
            case NO_ARROW, MISPLACED_BRACKET, MISPLACED_STRIDE, ELLIPSIS_ONLY_RIGHT, ELLIPSIS_IN_LEFT_GROUP,
                 NUMBER_IN_REARRANGE, NUMBER_KEPT, AXIS_ON_ONE_SIDE, AXIS_DROPPED, AXIS_APPEARS,
                 LENGTH_MISSING, AXIS_UNUSED, AXIS_NAME, AXIS_GIVEN_TWICE, EINSUM_ELLIPSIS_DROPPED,
                 BRACKET_MISSING, BRACKET_MISMATCH, PARTS_MISMATCH, AMBIGUOUS_LENGTHS, LENGTH_MISMATCH,
                 NOT_DIVISIBLE, NEGATIVE_LENGTH, STACK_MISMATCH, SPLIT_MISMATCH, TOO_LARGE, WINDOW_TOO_LONG,
                 COORDINATE_COUNT, SHIFT_COUNT, WRONG_REDUCTION, NOTHING_TO_REDUCE, BACKEND_FAILED,
                 NO_AXIS_LEFT, INDEX_OUT_OF_BOUNDS, INDEX_TYPE, TARGET_UNKNOWN, TARGET_SHAPE, TARGET_TYPE,
                 TARGET_READ_ONLY, TARGET_SHARED -> true;
        };
    }

    @Test
    void namesTheLineOfTheCall() {
        List<RuntimeException> caught = new ArrayList<>();
        int line = WrongCalls.failingLine(caught);
        assertTrue(String.valueOf(caught.getFirst().getMessage()).endsWith("at:    WrongCalls.java:" + line),
                () -> line + ": " + caught);
    }
}
