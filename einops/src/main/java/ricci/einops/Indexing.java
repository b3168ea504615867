package ricci.einops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Lengths.Elementary;
import ricci.einops.Planner.Operation;

/**
 * The plan of a getAt, setAt or addAt. The tensor's axes in brackets are those that are indexed; each index
 * tensor has coordinates along its own bracket, or is one coordinate. Every other axis is one of three: of
 * tensor and indices alike (batch), of the indices only (points), of the tensor only (rest).
 *
 * @param tensor to {@code [batch, indexed, rest]}
 * @param indices of each to {@code batch... points... [coordinates]}
 * @param indexed the lengths of the indexed axes
 * @param positions the lengths {@code [batch, points]}
 * @param updates of setAt and addAt to {@code [batch, points, rest]}
 * @param spread from the result, split into its axes, to the right side
 */
record Indexing(List<Stage> tensor, List<List<Stage>> indices, List<Long> indexed, List<Long> positions,
                List<Stage> updates, List<Stage> spread) {

    /** Which of the three; what is read has no updates. */
    enum Access { GET, SET, ADD }

    static Indexing plan(Access access, Call call, List<Axis> axes, List<long[]> shapes) {
        return new Planning(access, call, axes, shapes).plan();
    }

    private static final class Planning {
        private final boolean reads;
        private final Call call;
        private final List<Axis> axes;
        private final List<long[]> shapes;
        private final Pattern pattern;
        private final Lengths lengths;

        Planning(Access access, Call call, List<Axis> axes, List<long[]> shapes) {
            reads = access == Access.GET;
            this.call = call;
            this.shapes = shapes;
            Pattern parsed = reads ? Parser.pattern(call) : Parser.shortPattern(call);
            checkForm(parsed);
            Repeats.Expanded expanded = Repeats.expand(call, parsed, axes,
                    shapes.stream().map(shape -> shape.length).toList());
            pattern = expanded.pattern();
            this.axes = expanded.axes();
            lengths = new Lengths(call);
        }

        private void checkForm(Pattern parsed) {
            int count = parsed.inputs().size();
            if (count != shapes.size() || parsed.outputs().size() > 1) {
                throw call.failure(Kind.OPERAND_COUNT, call.all(), "the pattern has " + count
                        + (count == 1 ? " input" : " inputs") + ", the call " + shapes.size() + " tensors",
                        reads ? "getAt is of a tensor and its indices" : call.operation()
                                + " is of a tensor, its indices, and what is written",
                        "separate them by commas: " + (reads ? "\"b [h w] c, b p [2] -> b p c\""
                                : "\"b [h w] c, b p [2], b p c\""));
            }
            if (!parsed.input().hasBrackets()) {
                throw call.failure(Kind.BRACKET_MISSING, parsed.input().span(), "there are no brackets",
                        "brackets mark the axes of the tensor that are indexed",
                        "write them, as in \"b [h w] c\"");
            }
            for (Pattern.Side side : Stream.concat(parsed.inputs().stream(), parsed.outputs().stream())
                    .toList()) {
                side.find(expr -> expr instanceof Expr.Sum).ifPresent(span -> {
                    throw call.failure(Kind.MISPLACED_PLUS, span, "there is a sum of axes",
                            call.operation() + " is of whole tensors", "cut it with rearrangeAll first");
                });
                Planner.checkGroups(call, side);
            }
        }

        Indexing plan() {
            List<Piece> pieces = new ArrayList<>();
            for (int i = 0; i < shapes.size(); i++) {
                int dots = Planner.dots(call, pattern, i, shapes.get(i).length);
                pieces.add(new Piece(lengths.items(pattern.inputs().get(i).withoutBrackets(), dots),
                        List.of()));
            }
            lengths.give(axes, pieces.stream().flatMap(piece -> piece.axes().stream())
                    .filter(Elementary::isNamed).toList());
            Planner.solve(lengths, pieces.stream().map(Piece::items).toList(), shapes);
            Piece x = pieces.getFirst();
            List<Piece> indexPieces = pieces.subList(1, reads ? pieces.size() : pieces.size() - 1);
            Map<String, Elementary> own = new LinkedHashMap<>();
            Map<String, Elementary> marked = new LinkedHashMap<>();
            x.axes().forEach(axis -> (pattern.input().marks(axis.span()) ? marked : own)
                    .putIfAbsent(axis.name(), axis));
            Map<String, Elementary> ofIndices = new LinkedHashMap<>();
            List<List<Elementary>> coordinates = new ArrayList<>();
            for (int i = 0; i < indexPieces.size(); i++) {
                coordinates.add(coordinates(i + 1, indexPieces.get(i), ofIndices));
            }
            checkIndices(marked, ofIndices, coordinates);
            List<Elementary> batch = own.values().stream().filter(axis -> ofIndices.containsKey(axis.name()))
                    .toList();
            List<Elementary> points = ofIndices.values().stream()
                    .filter(axis -> !own.containsKey(axis.name())).toList();
            List<Elementary> rest = own.values().stream().filter(axis -> !ofIndices.containsKey(axis.name()))
                    .toList();
            List<Elementary> indexed = List.copyOf(marked.values());
            List<Elementary> around = concat(batch, points);
            List<List<Stage>> toIndices = IntStream.range(0, indexPieces.size())
                    .mapToObj(i -> indexPieces.get(i)
                    .stagesTo(piece(Stream.concat(around.stream().map(List::of),
                    Stream.of(coordinates.get(i)))
                            .toList()), lengths)).toList();
            List<Stage> updates = List.of();
            if (!reads) {
                checkUpdates(pieces.getLast(), concat(around, rest));
                updates = pieces.getLast().stagesTo(piece(List.of(batch, points, rest)), lengths);
            }
            List<Elementary> made = reads ? concat(around, rest) : concat(concat(batch, indexed), rest);
            return new Indexing(x.stagesTo(piece(List.of(batch, indexed, rest)), lengths), toIndices,
                    indexed.stream().map(lengths::of).toList(), List.of(product(batch), product(points)),
                    updates, spread(made, marked, pieces));
        }

        /** An index tensor's coordinates; the other axes are noted. */
        private List<Elementary> coordinates(int input, Piece piece, Map<String, Elementary> others) {
            List<Elementary> coordinates = new ArrayList<>();
            for (Elementary axis : piece.axes()) {
                if (pattern.inputs().get(input).marks(axis.span())) {
                    coordinates.add(axis);
                } else {
                    others.putIfAbsent(axis.name(), axis);
                }
            }
            return coordinates;
        }

        private void checkIndices(Map<String, Elementary> marked, Map<String, Elementary> ofIndices,
                List<List<Elementary>> coordinates) {
            ofIndices.values().stream().filter(axis -> marked.containsKey(axis.name())).findFirst()
                    .ifPresent(axis -> {
                throw call.failure(Kind.BRACKET_MISMATCH, axis.span(), axis.describe()
                        + " is indexed, and an axis of the indices",
                        "an indexed axis is gone from the indices",
                        "rename one of them");
            });
            long given = coordinates.stream().mapToLong(this::product).sum();
            if (given != marked.size()) {
                // Without any indices, it is the tensor's own axes that lack them.
                Pattern.Side side = pattern.inputs().get(coordinates.isEmpty() ? 0 : 1);
                throw call.failure(Kind.COORDINATE_COUNT, side.span(), (given == 1
                        ? "there is 1 coordinate" : "there are " + given + " coordinates") + " for "
                        + marked.size()
                        + (marked.size() == 1 ? " indexed axis: " : " indexed axes: ")
                        + String.join(", ", marked.keySet()), "each axis in brackets has one coordinate",
                        "mark the coordinates' axis in the indices, as in \"b p [" + marked.size()
                                + "]\", or pass a tensor for each");
            }
        }

        private void checkUpdates(Piece updates, List<Elementary> all) {
            List<String> names = all.stream().map(Elementary::name).toList();
            updates.axes().stream().filter(axis -> !names.contains(axis.name())).findFirst()
                    .ifPresent(axis -> {
                throw call.failure(Kind.AXIS_APPEARS, axis.span(), axis.describe()
                        + " is in what is written only",
                        "what is written has axes of the tensor and of the indices",
                        "reduce it first, or check the names");
            });
        }

        /** From the result, one axis each, to the right side; without an arrow, to the tensor's own. */
        private List<Stage> spread(List<Elementary> made, Map<String, Elementary> marked,
                List<Piece> pieces) {
            Pattern.Side right = pattern.hasArrow() ? pattern.output() : pattern.input();
            int dots = IntStream.range(0, shapes.size()).filter(i -> pattern.inputs().get(i).hasEllipsis())
                    .map(i -> Planner.dots(call, pattern, i, shapes.get(i).length)).max().orElse(0);
            Piece result = new Piece(lengths.items(right.withoutBrackets(), dots), List.of());
            Planner.checkNoWindow(call, result.items());
            Planner.checkOnce(call, result);
            Marking.checkRight(call, right, result, marked.keySet());
            List<Elementary> left = reads ? made : pieces.getFirst().axes();
            new AxisRules(Operation.REARRANGE, call, lengths).check(left, result.axes());
            List<Stage> steps = new ArrayList<>();
            steps.add(new Stage.Reshape(made.stream().map(lengths::of).toList()));
            steps.addAll(piece(made.stream().map(List::of).toList()).stagesTo(result, lengths));
            return steps;
        }

        private long product(List<Elementary> axes) {
            return lengths.product(axes, call.all(), "the result has too many elements");
        }

        private Piece piece(List<List<Elementary>> items) {
            return Piece.of(items, call.all());
        }

        private static List<Elementary> concat(List<Elementary> a, List<Elementary> b) {
            return Stream.concat(a.stream(), b.stream()).toList();
        }
    }

    /** The result, of the tensor, the indices and, unless it is read only, what is written. */
    <T> T apply(Access access, Call call, Backend<T> backend, List<? extends T> operands) {
        T x = Stage.all(tensor, backend, operands.getFirst(), null);
        List<T> coordinates = new ArrayList<>();
        for (int i = 0; i < indices.size(); i++) {
            coordinates.add(Stage.all(indices.get(i), backend, operands.get(i + 1), null));
        }
        T places = places(call, backend, coordinates);
        T result = switch (access) {
            case GET -> backend.gather(x, places);
            case SET -> backend.scatter(x, places, Stage.all(updates, backend, operands.getLast(), null),
                    Update.SET);
            case ADD -> backend.scatter(x, places, Stage.all(updates, backend, operands.getLast(), null),
                    Update.ADD);
        };
        return Stage.all(spread, backend, result, null);
    }

    private <T> T places(Call call, Backend<T> backend, List<T> coordinates) {
        try {
            T joined = coordinates.size() == 1 ? coordinates.getFirst() : backend.coordinates(coordinates);
            return backend.reshape(backend.positions(joined, longs(indexed)), longs(positions));
        } catch (IndexOutOfBoundsException e) {
            throw call.failure(e);
        } catch (IllegalArgumentException e) {
            throw e instanceof UserError ? e : wrongType(call,
                    String.join(", ", call.shapes().subList(1, 1 + coordinates.size())));
        }
    }

    /** Indices are no integers. */
    static EinopsException wrongType(Call call, String described) {
        return call.failure(Kind.INDEX_TYPE, call.all(), "the indices are " + described,
                "indices are integers", "convert them to a type of integers, such as int or long");
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
