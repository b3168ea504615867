package ricci.einops;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What tests make tensors of and read results with. */
final class Tensors {
    private Tensors() {}

    /** A tensor whose element i, in row-major order, is f(i). */
    static Shaped<float[]> filled(IntToDoubleFunction f, long... shape) {
        float[] data = new float[(int) LongStream.of(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) f.applyAsDouble(i);
        }
        return new Shaped<>(data, shape);
    }

    /** A tensor whose elements are all different. */
    static Shaped<float[]> counting(long... shape) {
        return filled(i -> i, shape);
    }

    /** The elements as doubles; true is 1. */
    static double[] reals(Shaped<?> x) {
        return x.data() instanceof boolean[] b
                ? IntStream.range(0, b.length).mapToDouble(i -> b[i] ? 1 : 0).toArray()
                : Primitives.reals(x.data());
    }

    static Reduction.Named reduction(String name) {
        return Reduction.Named.valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** The lines of a table that are no comments. */
    static Stream<String> lines(String resource) {
        try (InputStream stream = Tensors.class.getResourceAsStream(resource)) {
            String text = new String(Objects.requireNonNull(stream, resource).readAllBytes(),
                    StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
