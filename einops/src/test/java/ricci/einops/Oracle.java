package ricci.einops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the notation means, index by index: every assignment of an index to each axis says where an element
 * goes.
 */
final class Oracle {
    private Oracle() {}

    /** The element that goes to each place of a rearrange's or repeat's result. */
    static double[] move(Puzzle puzzle) {
        double[] from = Tensors.reals(puzzle.input());
        List<String> in = flat(puzzle.left());
        List<String> out = flat(puzzle.right());
        double[] to = new double[count(out, puzzle.lengths())];
        assignments(out, puzzle.lengths(), index ->
                to[place(out, puzzle.lengths(), index)] = from[place(in, puzzle.lengths(), index)]);
        return to;
    }

    /** The elements that are reduced to each element of the result. */
    static List<List<Double>> gather(Puzzle puzzle) {
        double[] from = Tensors.reals(puzzle.input());
        List<String> in = flat(puzzle.left());
        List<String> out = flat(puzzle.right());
        List<List<Double>> to = Stream.<List<Double>>generate(ArrayList::new)
                .limit(count(out, puzzle.lengths())).toList();
        assignments(in, puzzle.lengths(), index ->
                to.get(place(out, puzzle.lengths(), index)).add(from[place(in, puzzle.lengths(), index)]));
        return to;
    }

    /**
     * The sum, over all axes that the output lacks, of the products; an operand's axis of length 1 has one
     * index, 0.
     */
    static double[] einsum(List<List<String>> inputs, List<String> output, List<Shaped<float[]>> tensors,
            Map<String, Long> lengths) {
        double[] to = new double[count(output, lengths)];
        List<String> all = List.copyOf(new TreeSet<>(Stream.concat(inputs.stream().flatMap(List::stream),
                output.stream()).toList()));
        assignments(all, lengths, index -> {
            double product = 1;
            for (int k = 0; k < inputs.size(); k++) {
                int place = 0;
                for (int axis = 0; axis < inputs.get(k).size(); axis++) {
                    long length = tensors.get(k).shape()[axis];
                    place = (int) (place * length + (length == 1 ? 0 : at(index, inputs.get(k).get(axis))));
                }
                product *= tensors.get(k).data()[place];
            }
            to[place(output, lengths, index)] += product;
        });
        return to;
    }

    static long at(Map<String, Long> values, String axis) {
        return Objects.requireNonNull(values.get(axis));
    }

    private static List<String> flat(List<List<String>> side) {
        return side.stream().flatMap(List::stream).toList();
    }

    private static int count(List<String> axes, Map<String, Long> lengths) {
        return (int) axes.stream().mapToLong(axis -> at(lengths, axis)).reduce(1, (a, b) -> a * b);
    }

    private static int place(List<String> axes, Map<String, Long> lengths, Map<String, Long> index) {
        long place = 0;
        for (String axis : axes) {
            place = place * at(lengths, axis) + at(index, axis);
        }
        return (int) place;
    }

    private static void assignments(List<String> axes, Map<String, Long> lengths,
            Consumer<Map<String, Long>> action) {
        assign(axes, lengths, new HashMap<>(), action);
    }

    private static void assign(List<String> rest, Map<String, Long> lengths, Map<String, Long> index,
            Consumer<Map<String, Long>> action) {
        if (rest.isEmpty()) {
            action.accept(index);
            return;
        }
        for (long i = 0; i < at(lengths, rest.getFirst()); i++) {
            index.put(rest.getFirst(), i);
            assign(rest.subList(1, rest.size()), lengths, index, action);
        }
    }
}
