package frameworks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ricci.einops.Axis;
import ricci.einops.Einops;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/**
 * A call as tables spell it: {@code function | pattern | a=2 b=3 | 2,3;4}. Element i of tensor k is
 * 100 k + i for rearrange and repeat, else (7 i + 3 k) mod 5.
 */
record Invocation(String function, String pattern, List<Axis> axes, List<String> shapes) {

    static Invocation of(String... parts) {
        List<Axis> axes = words(parts[2], " ").map(word -> word.split("=", 2))
                .map(pair -> new Axis(pair[0], Long.parseLong(pair[1]))).toList();
        return new Invocation(parts[0], parts[1], axes, List.of(parts[3].split(";", -1)));
    }

    /** The lines of a table that are no comments, in parts. */
    static Stream<String[]> table(String resource) {
        try (InputStream stream = Invocation.class.getResourceAsStream(resource)) {
            String text = new String(Objects.requireNonNull(stream, resource).readAllBytes(),
                    StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).map(line -> line.split(" \\| ?", -1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<String> words(String text, String separator) {
        return Arrays.stream(text.split(separator)).filter(word -> !word.isBlank());
    }

    static long[] shape(String text) {
        return words(text, ",").mapToLong(Long::parseLong).toArray();
    }

    /** The tensors, with elements of the type. */
    List<Shaped<?>> tensors(ElementType type) {
        boolean moving = function.equals("rearrange") || function.equals("repeat");
        return IntStream.range(0, shapes.size()).<Shaped<?>>mapToObj(k -> type.filled(
                i -> moving ? i + 100 * k : (7 * i + 3 * k) % 5, shape(shapes.get(k)))).toList();
    }

    /** The result of the call. */
    <T> T run(List<T> tensors) {
        Axis[] given = axes.toArray(Axis[]::new);
        boolean list = tensors.size() > 1;
        T x = tensors.getFirst();
        return switch (function) {
            case "einsum" -> Einops.einsum(tensors, pattern, given);
            case "rearrange" -> list ? Einops.rearrange(tensors, pattern, given)
                    : Einops.rearrange(x, pattern, given);
            case "repeat" -> list ? Einops.repeat(tensors, pattern, given) : Einops.repeat(x, pattern, given);
            default -> {
                Reduction reduction = Reduction.Named.valueOf(function.toUpperCase(Locale.ROOT));
                yield list ? Einops.reduce(tensors, pattern, reduction, given)
                        : Einops.reduce(x, pattern, reduction, given);
            }
        };
    }

    @Override
    public String toString() {
        return function + " \"" + pattern + "\" of " + shapes;
    }
}
