package ricci;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import ricci.ir.DType;

/** What NumPy computes, read from the tables that src/test/python/numpy_answers.py writes. */
final class NumpyAnswers {
    private NumpyAnswers() {}

    static List<String> lines(String resource) {
        try (var lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(NumpyAnswers.class.getResourceAsStream(resource)),
                StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The tensor of each case; of a case that is an error, there is none. */
    static Map<String, Tensor> table(String resource) {
        Map<String, Tensor> table = new LinkedHashMap<>();
        for (String line : lines(resource)) {
            List<String> cells = List.of(line.split("\t", -1));
            if (!cells.get(1).equals("error")) {
                table.put(cells.getFirst(), tensor(cells.subList(1, 4)));
            }
        }
        return table;
    }

    static Tensor of(Map<String, Tensor> table, String name) {
        return Objects.requireNonNull(table.get(name), name);
    }

    /** A tensor from its dtype, shape and elements. */
    static Tensor tensor(List<String> cells) {
        DType dtype = Arrays.stream(DType.values()).filter(d -> d.toString().equals(cells.get(0)))
                .findFirst().orElseThrow();
        long[] lengths = cells.get(1).equals("-") ? new long[0]
                : Stream.of(cells.get(1).split("x", -1)).mapToLong(Long::parseLong).toArray();
        List<String> words = cells.size() < 3 || cells.get(2).isEmpty() ? List.of()
                : List.of(cells.get(2).split(" ", -1));
        return dtype.isFloat()
                ? Ricci.tensor(dtype, words.stream().mapToDouble(NumpyAnswers::real).toArray(), lengths)
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
