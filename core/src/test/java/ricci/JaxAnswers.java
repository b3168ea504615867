package ricci;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ricci.ir.DType;

/** What JAX computes, read from the table that src/test/python/jax_answers.py writes. */
public final class JaxAnswers {
    private static final Map<String, Tensor> ANSWERS = load();

    private JaxAnswers() {}

    /** The answer of that name and dtype. */
    public static Tensor of(String name, DType dtype) {
        return Objects.requireNonNull(ANSWERS.get(name + " " + dtype), name + " " + dtype);
    }

    private static Map<String, Tensor> load() {
        Map<String, Tensor> answers = new HashMap<>();
        try (var lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(JaxAnswers.class.getResourceAsStream("jax-answers.tsv")),
                StandardCharsets.UTF_8))) {
            for (String line : lines.lines().toList()) {
                List<String> cells = List.of(line.split("\t", -1));
                DType dtype = Arrays.stream(DType.values()).filter(d -> d.toString().equals(cells.get(1)))
                        .findFirst()
                        .orElseThrow();
                answers.put(cells.get(0) + " " + dtype, tensor(dtype, cells.get(2), cells.get(3)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answers;
    }

    private static Tensor tensor(DType dtype, String shape, String elements) {
        long[] lengths = shape.equals("-") ? new long[0]
                : Stream.of(shape.split("x", -1)).mapToLong(Long::parseLong).toArray();
        List<String> words = elements.isEmpty() ? List.of()
                : Stream.of(elements.split(" ", -1)).collect(Collectors.toList());
        return dtype.isFloat()
                ? Ricci.tensor(dtype, words.stream().mapToDouble(JaxAnswers::real).toArray(), lengths)
                : Ricci.tensor(dtype, words.stream().mapToLong(Long::parseLong).toArray(), lengths);
    }

    private static double real(String text) {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> Double.parseDouble(text);
        };
    }
}
