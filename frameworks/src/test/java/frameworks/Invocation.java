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
 * A call as tables spell it: {@code function | pattern | a=2 b=3 | 2,3;int:4<3}. Behind the function is what
 * else it is told. Element i of tensor k is 100 k + i for rearrange and repeat, else (7 i + 3 k) mod 5, or
 * mod the bound behind the tensor's shape.
 */
record Invocation(String function, List<String> told, String pattern, List<Axis> axes,
        List<String> shapes) {
    private static final int BOUND = 5;

    static Invocation of(String... parts) {
        List<Axis> axes = words(parts[2], " ").map(word -> word.split("=", 2))
                .map(pair -> new Axis(pair[0], Long.parseLong(pair[1]))).toList();
        List<String> function = words(parts[0], " ").toList();
        return new Invocation(function.getFirst(), function.subList(1, function.size()), parts[1], axes,
                List.of(parts[3].split(";", -1)));
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

    /** The tensors, with elements of the type where none is spelled. */
    List<Shaped<?>> tensors(ElementType type) {
        return IntStream.range(0, shapes.size()).<Shaped<?>>mapToObj(k -> tensor(k, shapes.get(k), type))
                .toList();
    }

    private Shaped<?> tensor(int k, String spelled, ElementType type) {
        boolean moving = function.equals("rearrange") || function.equals("repeat");
        int colon = spelled.indexOf(':');
        String[] lengths = spelled.substring(colon + 1).split("<", 2);
        int bound = lengths.length == 2 ? Integer.parseInt(lengths[1]) : BOUND;
        ElementType own = colon < 0 ? type
                : ElementType.valueOf(spelled.substring(0, colon).toUpperCase(Locale.ROOT));
        return own.filled(i -> moving ? i + 100 * k : (7 * i + 3 * k) % bound, shape(lengths[0]));
    }

    /** The results of the call. */
    <T> List<T> run(List<T> tensors) {
        Axis[] given = axes.toArray(Axis[]::new);
        boolean list = tensors.size() > 1;
        T x = tensors.getFirst();
        return switch (function) {
            case "rearrangeAll" -> list ? Einops.rearrangeAll(tensors, pattern, given)
                    : Einops.rearrangeAll(x, pattern, given);
            case "repeatAll" -> list ? Einops.repeatAll(tensors, pattern, given)
                    : Einops.repeatAll(x, pattern, given);
            case "check" -> List.copyOf(Einops.check(tensors, pattern, given));
            case "pack" -> List.of(Einops.pack(tensors, pattern).tensor());
            case "unpack" -> Einops.unpack(x, told.stream()
                    .map(piece -> words(piece.replace(".", ""), ",").map(Long::valueOf).toList()).toList(),
                    pattern);
            case "packed" -> Einops.unpack(Einops.pack(tensors, pattern), pattern);
            default -> List.of(one(tensors, given));
        };
    }

    private <T> T one(List<T> tensors, Axis... given) {
        boolean list = tensors.size() > 1;
        T x = tensors.getFirst();
        return switch (function) {
            case "einsum" -> Einops.einsum(tensors, pattern, given);
            case "rearrange" -> list ? Einops.rearrange(tensors, pattern, given)
                    : Einops.rearrange(x, pattern, given);
            case "repeat" -> list ? Einops.repeat(tensors, pattern, given) : Einops.repeat(x, pattern, given);
            case "softmax" -> Einops.softmax(x, pattern, given);
            case "logSoftmax" -> Einops.logSoftmax(x, pattern, given);
            case "sort" -> Einops.sort(x, pattern, given);
            case "argsort" -> Einops.argsort(x, pattern, given);
            case "cumulative" -> Einops.cumulative(x, pattern, reduction(told.getFirst()), given);
            case "flip" -> Einops.flip(x, pattern, given);
            case "roll" -> Einops.roll(x, pattern, told.stream().mapToLong(Long::parseLong).toArray());
            case "getAt" -> Einops.getAt(x, tensors.subList(1, tensors.size()), pattern, given);
            case "setAt" -> Einops.setAt(x, tensors.subList(1, tensors.size() - 1), tensors.getLast(),
                    pattern, given);
            case "addAt" -> Einops.addAt(x, tensors.subList(1, tensors.size() - 1), tensors.getLast(),
                    pattern, given);
            default -> list ? Einops.reduce(tensors, pattern, reduction(function), given)
                    : Einops.reduce(x, pattern, reduction(function), given);
        };
    }

    private static Reduction.Named reduction(String name) {
        return Reduction.Named.valueOf(name.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return String.join(" ", function, String.join(" ", told)).strip() + " \"" + pattern + "\" of "
                + shapes;
    }
}
