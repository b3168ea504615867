package user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import ricci.Combining;
import ricci.Convolutions;
import ricci.IndexMode;
import ricci.Padding;
import ricci.Ricci;
import ricci.Slide;
import ricci.Tensor;
import ricci.einops.UserError;
import ricci.ir.DType;

/** Windows and indices with numbers that no one means: a result or Ricci's error, and soon. */
class AbsurdPlacesTest {
    private static final int DRAWN = 400;
    private static final List<IndexMode> MODES = List.of(IndexMode.values());
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Small ones, and those of which nothing can be computed. */
    private static final long[] LONGS = {0, 1, 2, 3, -1, -2, 10, 1L << 45, 1L << 62, Long.MAX_VALUE,
        Long.MAX_VALUE - 1, -(1L << 45), Long.MIN_VALUE, Long.MIN_VALUE + 1};

    private final Random random = new Random(7);

    @TestFactory
    Stream<DynamicTest> windows() {
        return IntStream.range(0, DRAWN).mapToObj(i -> {
            Tensor x = vector();
            Tensor w = vector();
            Slide slide = slide();
            long[] window = {number()};
            String text = x.type() + ", " + w.type() + ", " + slide + ", window " + window[0];
            return DynamicTest.dynamicTest(i + ": " + text, () -> assertAllClear(List.of(
                    () -> Convolutions.conv(x, w, "t, k -> t", slide),
                    () -> Convolutions.convTranspose(x, w, "t, k -> t", slide),
                    () -> Convolutions.maxPool(x, "[t]", slide, window),
                    () -> Convolutions.avgPool(x, "[t]", slide, window),
                    () -> Convolutions.patches(x, "[t]", slide, window),
                    () -> Combining.reduceWindow(x, Ricci.tensor(0f), Tensor::add, "[t]", slide, window)),
                    text));
        });
    }

    @TestFactory
    Stream<DynamicTest> indices() {
        return IntStream.range(0, DRAWN).mapToObj(i -> {
            Tensor x = Surface.tensors().get(random.nextInt(Surface.tensors().size()));
            Object[] index = IntStream.range(0, random.nextInt(4)).mapToObj(_ -> entry()).toArray();
            IndexMode mode = MODES.get(random.nextInt(MODES.size()));
            String text = x.type() + " at " + List.of(index);
            return DynamicTest.dynamicTest(i + ": " + text, () -> assertAllClear(List.of(
                    () -> x.get(index), () -> x.at(index).set(1), () -> x.at(index).mode(mode).add(2),
                    () -> x.at(index).mode(mode).max(x), () -> x.at(index).apply(Tensor::square)), text));
        });
    }

    private static void assertAllClear(List<Supplier<Object>> calls, String text) {
        List<String> failures = new ArrayList<>();
        for (Supplier<Object> call : calls) {
            try {
                assertTimeoutPreemptively(PATIENCE, call::get, text);
            } catch (RuntimeException | Error e) {
                if (!(e instanceof UserError)) {
                    failures.add(calls.indexOf(call) + ": " + e + " "
                            + List.of(e.getStackTrace()).subList(0, 3));
                }
            }
        }
        assertEquals("", String.join("\n", failures), text);
    }

    private long number() {
        return LONGS[random.nextInt(LONGS.length)];
    }

    private Tensor vector() {
        int length = random.nextInt(5);
        return Ricci.tensor(DType.F32, new double[length], length);
    }

    private Slide slide() {
        while (true) {
            try {
                Padding padding = random.nextInt(4) == 0 ? Padding.SAME : Padding.of(List.of(number()),
                        List.of(number()));
                Slide slide = Slide.by(random.nextBoolean() ? 1 : number()).padded(padding);
                Slide dilated = random.nextBoolean() ? slide : slide.dilated(number());
                return random.nextInt(3) > 0 ? dilated : dilated.spread(number());
            } catch (RuntimeException e) {
                if (!(e instanceof UserError)) {
                    throw e;
                }
            }
        }
    }

    private Object entry() {
        return switch (random.nextInt(6)) {
            case 0 -> number();
            case 1 -> Ricci.slice(number(), number());
            case 2 -> Ricci.slice(number(), number(), Math.max(1, number()));
            case 3 -> Ricci.slice(number(), number(), Math.min(-1, number()));
            case 4 -> random.nextBoolean() ? Ricci.ELLIPSIS : Ricci.NEWAXIS;
            case 5 -> Surface.tensors().get(random.nextInt(Surface.tensors().size()));
            default -> throw new AssertionError();
        };
    }
}
