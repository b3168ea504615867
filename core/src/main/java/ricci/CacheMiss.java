package ricci;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ricci.ir.TensorType;

/**
 * Why a call of a function under {@code jit} is compiled: where its arguments differ from those of the most
 * similar call before it.
 *
 * @param compiled for how many kinds of arguments the function is compiled already
 * @param differences from the nearest of them; empty if there is none
 */
public record CacheMiss(int compiled, List<Difference> differences) {
    public CacheMiss {
        differences = List.copyOf(differences);
    }

    /**
     * One place where two calls differ.
     *
     * @param place such as {@code argument 1 at .layers[0].w}
     * @param now the type or static value there
     * @param earlier what it was
     */
    public record Difference(String place, String now, String earlier) {
        @Override
        public String toString() {
            return place + ": " + now + ", earlier " + earlier;
        }
    }

    @Override
    public String toString() {
        return compiled == 0 ? "this function has not been called yet; it is traced, and compiled unless "
                + "another one has given the same program"
                : "compiled for " + compiled + " kind" + (compiled == 1 ? "" : "s")
                + " of arguments; the nearest differs in "
                + differences.stream().map(Difference::toString).collect(Collectors.joining("; "));
    }

    /** Two lists of arguments side by side. */
    static List<Difference> between(Jit.Key now, Jit.Key earlier) {
        Comparison comparison = new Comparison(now.types().iterator(), earlier.types().iterator(),
                new ArrayList<>());
        if (now.structure() instanceof Structure.OfList(var mine)
                && earlier.structure() instanceof Structure.OfList(var theirs)
                && mine.size() == theirs.size()) {
            for (int i = 0; i < mine.size(); i++) {
                comparison.visit("argument " + (i + 1), "", mine.get(i), theirs.get(i));
            }
        } else {
            comparison.visit("the arguments", "", now.structure(), earlier.structure());
        }
        return comparison.found();
    }

    private record Comparison(
            Iterator<TensorType> now, Iterator<TensorType> earlier, List<Difference> found) {

        void visit(String argument, String path, Structure mine, Structure theirs) {
            switch (mine) {
                case Structure.Leaf _ when theirs instanceof Structure.Leaf ->
                        compare(argument, path, now.next().toString(), earlier.next().toString());
                case Structure.OfRecord(var type, var parts)
                        when theirs instanceof Structure.OfRecord(var other, var others) && type == other ->
                        visitAll(argument, RecordClass.of(type).names().stream().map(n -> path + "." + n)
                                .toList(), parts, others);
                case Structure.OfList(var parts) when theirs instanceof Structure.OfList(var others)
                        && parts.size() == others.size() -> visitAll(argument, indices(path, parts.size()),
                        parts, others);
                case Structure.OfArray(var type, var parts)
                        when theirs instanceof Structure.OfArray(var other, var others) && type == other
                        && parts.size() == others.size() -> visitAll(argument, indices(path, parts.size()),
                        parts, others);
                case Structure.OfMap(var keys, var parts)
                        when theirs instanceof Structure.OfMap(var otherKeys, var others)
                        && keys.equals(otherKeys) -> visitAll(argument,
                        keys.stream().map(key -> path + "[" + key + "]").toList(), parts, others);
                case Structure.OfOptional(var part) when theirs instanceof Structure.OfOptional(var other) ->
                        visit(argument, path + ".get()", part, other);
                case Structure.Leaf _, Structure.Static _, Structure.OfRecord _, Structure.OfList _,
                     Structure.OfArray _, Structure.OfMap _, Structure.OfOptional _ ->
                        different(argument, path, mine, theirs);
            }
        }

        private void different(String argument, String path, Structure mine, Structure theirs) {
            String text = describe(mine, now);
            String other = describe(theirs, earlier);
            boolean told = !text.equals(other) || mine.equals(theirs);
            compare(argument, path, text, told ? other : "another value that prints alike");
        }

        private void visitAll(String argument, List<String> paths, List<Structure> mine,
                List<Structure> theirs) {
            for (int i = 0; i < mine.size(); i++) {
                visit(argument, paths.get(i), mine.get(i), theirs.get(i));
            }
        }

        private void compare(String argument, String path, String mine, String theirs) {
            if (!mine.equals(theirs)) {
                found.add(new Difference(path.isEmpty() ? argument : argument + " at " + path, mine, theirs));
            }
        }

        private static List<String> indices(String path, int size) {
            return IntStream.range(0, size).mapToObj(i -> path + "[" + i + "]").toList();
        }

        private static String describe(Structure structure, Iterator<TensorType> types) {
            List<String> leaves = IntStream.range(0, structure.leaves())
                    .mapToObj(_ -> types.next().toString()).toList();
            return switch (structure) {
                case Structure.Leaf _ -> leaves.getFirst();
                case Structure.Static(var value) -> String.valueOf(value);
                case Structure.OfRecord _, Structure.OfList _, Structure.OfArray _, Structure.OfMap _,
                     Structure.OfOptional _ -> structure.toString();
            };
        }
    }
}
