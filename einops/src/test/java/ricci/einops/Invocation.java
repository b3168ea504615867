package ricci.einops;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
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

    /** Of the functions that are no reductions by their name. */
    static final Set<String> OTHERS = Set.of("rearrange", "repeat", "einsum", "reduce", "rearrangeAll",
            "repeatAll", "softmax", "logSoftmax", "sort", "argsort", "cumulative", "flip", "roll", "getAt",
            "setAt", "addAt");

    /** What it returns: a tensor, or a list of them. */
    Object result() {
        return switch (function) {
            case "rearrangeAll" -> Einops.rearrangeAll(tensors(), pattern, axes.toArray(Axis[]::new));
            case "repeatAll" -> Einops.repeatAll(tensors(), pattern, axes.toArray(Axis[]::new));
            default -> run();
        };
    }

    /** With a single shape, it is that of the values, too, where there are any. */
    int tensorCount() {
        boolean writes = function.equals("setAt") || function.equals("addAt");
        return writes ? Math.max(2, shapes.size()) : shapes.size();
    }

    private List<Shaped<float[]>> tensors() {
        return IntStream.range(0, shapes.size()).mapToObj(k -> tensor(k, shape(shapes.get(k)))).toList();
    }

    Shaped<?> run() {
        List<Shaped<float[]>> tensors = tensors();
        Axis[] given = axes.toArray(Axis[]::new);
        boolean list = shapes.size() > 1;
        Shaped<float[]> x = tensors.getFirst();
        return switch (function) {
            case "einsum" -> Einops.einsum(tensors, pattern, given);
            case "rearrange" -> list ? Einops.rearrange(tensors, pattern, given)
                    : Einops.rearrange(x, pattern, given);
            case "softmax" -> Einops.softmax(x, pattern, given);
            case "logSoftmax" -> Einops.logSoftmax(x, pattern, given);
            case "sort" -> Einops.sort(x, pattern, given);
            case "argsort" -> Einops.argsort(x, pattern, given);
            case "cumulative" -> Einops.cumulative(x, pattern, Reduction.SUM, given);
            case "flip" -> Einops.flip(x, pattern, given);
            case "roll" -> Einops.roll(x, pattern, 1);
            case "getAt", "setAt", "addAt" -> at(List.copyOf(tensors), given);
            case "repeat" -> list ? Einops.repeat(tensors, pattern, given) : Einops.repeat(x, pattern, given);
            default -> {
                String reduction = function.equals("reduce") ? "sum" : function;
                yield list ? Einops.reduce(tensors, pattern, Tensors.reduction(reduction), given)
                        : Einops.reduce(x, pattern, reduction, given);
            }
        };
    }

    /** The tensors between the first and, where there are values, the last are indices. */
    private Shaped<?> at(List<Shaped<?>> tensors, Axis... given) {
        int values = function.equals("getAt") ? 0 : 1;
        List<Shaped<?>> indices = new ArrayList<>();
        for (Shaped<?> each : tensors.subList(1, Math.max(1, tensors.size() - values))) {
            indices.add(new Shaped<>(new int[Array.getLength(each.data())], each.shape()));
        }
        return switch (function) {
            case "getAt" -> Einops.getAt(tensors.getFirst(), indices, pattern, given);
            case "setAt" -> Einops.setAt(tensors.getFirst(), indices, tensors.getLast(), pattern, given);
            default -> Einops.addAt(tensors.getFirst(), indices, tensors.getLast(), pattern, given);
        };
    }

    Shaped<float[]> tensor(int k, long[] shape) {
        boolean moving = function.equals("rearrange") || function.equals("repeat");
        return Tensors.filled(i -> moving ? i + 100 * k : (7 * i + 3 * k) % 5, shape);
    }
}
