package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A call as tables spell it: {@code function | pattern | a=2 b=3 | 2,3;4}. Element i of tensor k is
 * 100 k + i for rearrange and repeat, else (7 i + 3 k) mod 5.
 */
record Invocation(String function, String pattern, List<Axis> axes, List<String> shapes) {
    static Invocation of(String function, String pattern, String axes, String shapes) {
        List<Axis> given = words(axes, " ").map(word -> word.split("=", 2))
                .map(pair -> new Axis(pair[0], Long.parseLong(pair[1]))).toList();
        return new Invocation(function, pattern, given, List.of(shapes.split(";", -1)));
    }

    static Stream<String> words(String text, String separator) {
        return Arrays.stream(text.split(separator)).filter(word -> !word.isBlank());
    }

    static long[] shape(String text) {
        return words(text, ",").mapToLong(Long::parseLong).toArray();
    }

    Shaped<?> run() {
        List<Shaped<float[]>> tensors = new ArrayList<>();
        for (int k = 0; k < shapes.size(); k++) {
            tensors.add(tensor(k, shape(shapes.get(k))));
        }
        Axis[] given = axes.toArray(Axis[]::new);
        boolean list = shapes.size() > 1;
        Shaped<float[]> x = tensors.getFirst();
        return switch (function) {
            case "einsum" -> Einops.einsum(tensors, pattern, given);
            case "rearrange" -> list ? Einops.rearrange(tensors, pattern, given)
                    : Einops.rearrange(x, pattern, given);
            case "repeat" -> list ? Einops.repeat(tensors, pattern, given) : Einops.repeat(x, pattern, given);
            default -> {
                String reduction = function.equals("reduce") ? "sum" : function;
                yield list ? Einops.reduce(tensors, pattern, Tensors.reduction(reduction), given)
                        : Einops.reduce(x, pattern, reduction, given);
            }
        };
    }

    Shaped<float[]> tensor(int k, long[] shape) {
        boolean moving = function.equals("rearrange") || function.equals("repeat");
        return Tensors.filled(i -> moving ? i + 100 * k : (7 * i + 3 * k) % 5, shape);
    }
}
