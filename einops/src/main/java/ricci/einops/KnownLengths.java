package ricci.einops;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import ricci.einops.Lengths.Item;

/**
 * The lengths of a call's axes, for the message of its failure: all that the pattern, what the caller gives
 * and the tensors' shapes tell, whatever the failure is. Where two of them disagree, the first one counts.
 */
final class KnownLengths {
    private KnownLengths() {}

    /** By name, in order; none, if the pattern cannot be read. */
    static Map<String, Long> of(Call call) {
        Call quiet = new Call(call.operation(), call.pattern(), List.of());
        try {
            return switch (call.operation()) {
                case "pack", "unpack" -> packed(PackPattern.parse(quiet), call.lengths());
                case "parseShape", "check" -> named(quiet,
                        new Pattern(call.pattern(), Parser.shapes(quiet), List.of()), call);
                case "einsum" -> named(quiet, Parser.einsum(quiet), call);
                default -> named(quiet, Parser.shortPattern(quiet), call);
            };
        } catch (EinopsException unreadable) {
            return Map.of();
        }
    }

    /** Those beside the star, of the first tensor that has them. */
    private static Map<String, Long> packed(PackPattern pattern, List<long[]> shapes) {
        Map<String, Long> known = new TreeMap<>();
        for (long[] shape : shapes) {
            if (shape.length < pattern.named()) {
                continue;
            }
            int after = shape.length - pattern.after().size();
            for (int i = 0; i < pattern.before().size(); i++) {
                known.putIfAbsent(pattern.before().get(i).name(), shape[i]);
            }
            for (int i = 0; i < pattern.after().size(); i++) {
                known.putIfAbsent(pattern.after().get(i).name(), shape[after + i]);
            }
        }
        return known;
    }

    private static Map<String, Long> named(Call quiet, Pattern parsed, Call call) {
        List<long[]> shapes = shapes(parsed, call.lengths());
        Repeats.Expanded expanded = Repeats.expand(quiet, parsed, call.given(),
                shapes.isEmpty() ? null : shapes.stream().map(shape -> shape.length).toList());
        Pattern pattern = expanded.pattern();
        Lengths lengths = new Lengths(quiet);
        List<List<Item>> inputs = new ArrayList<>();
        for (int i = 0; i < pattern.inputs().size(); i++) {
            inputs.add(items(lengths, pattern.inputs().get(i), shapes.isEmpty() ? -1 : shapes.get(i).length));
        }
        pattern.outputs().forEach(side -> items(lengths, side, -1));
        List<String> names = Stream.concat(pattern.inputs().stream(), pattern.outputs().stream())
                .flatMap(side -> side.names().stream()).toList();
        expanded.axes().stream().filter(axis -> names.contains(axis.name()) && axis.length() >= 0)
                .forEach(axis -> lengths.known().putIfAbsent(axis.name(), axis.length()));
        solve(lengths, inputs, shapes);
        return new TreeMap<>(lengths.named());
    }

    /** One for each input, or none. Tensors of a list that one input is for are stacked. */
    private static List<long[]> shapes(Pattern pattern, List<long[]> given) {
        if (given.stream().flatMapToLong(LongStream::of).anyMatch(length -> length < 0)) {
            return List.of();
        }
        boolean stacks = pattern.inputs().size() == 1 && given.size() > 1;
        List<long[]> shapes = stacks ? List.of(LongStream.concat(LongStream.of(given.size()),
                LongStream.of(given.getFirst())).toArray()) : given;
        return shapes.size() == pattern.inputs().size() ? shapes : List.of();
    }

    /** An item for each axis; none, if the tensor has more or fewer. Lengths that are written are noted. */
    private static List<Item> items(Lengths lengths, Pattern.Side side, int rank) {
        Pattern.Side plain = side.withoutBrackets();
        try {
            int named = plain.items().size() - (plain.hasEllipsis() ? 1 : 0);
            List<Item> items = lengths.items(plain, Math.max(0, rank - named));
            return items.size() == rank ? items : List.of();
        } catch (EinopsException misplaced) {
            return List.of();
        }
    }

    /** From what suffices for one axis to what needs others; what contradicts itself tells nothing. */
    private static void solve(Lengths lengths, List<List<Item>> inputs, List<long[]> shapes) {
        record Open(Item item, long length) {}
        List<Open> open = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            for (int axis = 0; axis < inputs.get(i).size(); axis++) {
                open.add(new Open(inputs.get(i).get(axis), shapes.get(i)[axis]));
            }
        }
        while (true) {
            var next = open.stream().filter(o -> lengths.unknowns(o.item) < 2).findFirst();
            if (next.isEmpty()) {
                return;
            }
            open.remove(next.get());
            try {
                lengths.solve(next.get().item, next.get().length, "an axis");
            } catch (EinopsException contradiction) {
                // The others may still tell something.
            }
        }
    }
}
