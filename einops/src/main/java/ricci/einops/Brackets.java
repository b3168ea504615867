package ricci.einops;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import ricci.einops.EinopsException.Kind;

/** Operations whose brackets mark the axes that they see: with plans that are remembered, on tensors. */
final class Brackets {
    private static final int REMEMBERED = 512;
    private static final Cache<Key, Marking> MARKINGS = new Cache<>(REMEMBERED);
    private static final Cache<Key, Indexing> INDEXINGS = new Cache<>(REMEMBERED);

    private Brackets() {}

    /** What a plan depends on. */
    private record Key(String operation, String pattern, List<Axis> axes, List<List<Long>> shapes) {}

    /** An operation along the marked axes, run together as one. */
    static <T> T along(String operation, T x, String pattern, Along along, AxisLengths... lengths) {
        return marked(operation, x, pattern, true, (_, backend, marking, form) -> backend.along(form, along,
                marking.marked().keySet().iterator().next()), lengths);
    }

    /** Each element becomes the reduction of all up to it along the marked axes. */
    static <T> T cumulative(T x, String pattern, Reduction reduction, AxisLengths... lengths) {
        return along("cumulative", x, pattern, cumulative(pattern, reduction), lengths);
    }

    private static Along cumulative(String pattern, Reduction reduction) {
        if (reduction instanceof Reduction.Named named) {
            switch (named) {
                case SUM, PROD, MAX, MIN, LOGSUMEXP -> {
                    return new Along.Cumulative(named);
                }
                case MEAN, ANY, ALL, VAR, STD, ARGMAX, ARGMIN -> { }
            }
        }
        Call call = new Call("cumulative", Arguments.pattern("cumulative", pattern), List.of());
        throw call.failure(Kind.NOT_CUMULATIVE, call.all(), "there is no cumulative " + reduction,
                "each element is made of the one before it and of its own",
                "use sum, prod, max, min or logsumexp");
    }

    static <T> T flip(T x, String pattern, AxisLengths... lengths) {
        return marked("flip", x, pattern, false, (_, backend, marking, form) -> {
            T y = form;
            for (Map.Entry<Integer, Long> axis : marking.marked().entrySet()) {
                y = backend.take(y, axis.getKey(), positions(axis.getValue(), axis.getValue() - 1, -1));
            }
            return y;
        }, lengths);
    }

    /** Each marked axis by its own shift; what is moved out at one end comes in at the other. */
    static <T> T roll(T x, String pattern, long... shifts) {
        return marked("roll", x, pattern, false, (call, backend, marking, form) -> {
            if (shifts == null) {
                throw Arguments.missing(call, "the array of shifts",
                        "pass a shift for each axis in brackets");
            }
            if (shifts.length != marking.marked().size()) {
                throw call.failure(Kind.SHIFT_COUNT, call.all(),
                        (shifts.length == 1 ? "1 shift" : shifts.length + " shifts") + " for "
                        + Planner.axes(marking.marked().size()),
                        "each axis in brackets is shifted by a number",
                        "pass a shift for each axis in brackets, in order");
            }
            T y = form;
            int next = 0;
            for (Map.Entry<Integer, Long> axis : marking.marked().entrySet()) {
                long length = axis.getValue();
                long shift = length == 0 ? 0 : Math.floorMod(shifts[next], length);
                long start = shift == 0 ? 0 : length - shift;
                next++;
                y = start == 0 ? y : backend.take(y, axis.getKey(), positions(length, start, 1));
            }
            return y;
        });
    }

    private static long[] positions(long length, long start, long step) {
        long[] positions = new long[Math.toIntExact(length)];
        Arrays.setAll(positions, i -> Math.floorMod(start + i * step, length));
        return positions;
    }

    private interface Operation<T> {
        T apply(Call call, Backend<T> backend, Marking marking, T form);
    }

    private static <T> T marked(String name, T x, String pattern, boolean merge, Operation<T> operation,
            AxisLengths... lengths) {
        Call bare = new Call(name, Arguments.pattern(name, pattern), List.of());
        Backend<T> backend = Arguments.backend(bare, Arrays.asList(x));
        T flat = Arguments.<T>flat(bare, List.of(x)).getFirst();
        List<Axis> axes = Arguments.axes(bare, lengths);
        Call call = bare.on(backend, List.of(flat)).with(axes);
        long[] shape = call.lengths().getFirst();
        Marking marking = MARKINGS.get(key(name, pattern, axes, List.of(shape)), () -> merge
                ? Marking.merged(call, axes, shape) : Marking.each(call, axes, shape));
        return Arguments.guarded(call, () -> Arguments.result(call, x,
                backend.perform(List.of(flat), operands ->
                List.of(marking.apply(backend, operands.getFirst(),
                        form -> operation.apply(call, backend, marking, form)))).getFirst()));
    }

    /** Types that can be seen are checked first, so that the failure tells which tensor has the wrong one. */
    private static void checkIndices(Call call, List<?> indices) {
        for (Object x : indices) {
            if (x instanceof Shaped<?> index && !Rows.areIndices(index)) {
                throw Indexing.wrongType(call, index.describe());
            }
        }
    }

    private static Key key(String operation, String pattern, List<Axis> axes, List<long[]> shapes) {
        return new Key(operation, pattern, axes,
                shapes.stream().map(shape -> Arrays.stream(shape).boxed().toList()).toList());
    }

    /** {@code operands}: the tensor, the indices, and what is written if something is. */
    static <T> T access(Indexing.Access access, String pattern, T x, List<? extends T> indices,
            List<? extends T> updates, AxisLengths... lengths) {
        String name = switch (access) {
            case GET -> "getAt";
            case SET -> "setAt";
            case ADD -> "addAt";
        };
        Call bare = new Call(name, Arguments.pattern(name, pattern), List.of());
        Arguments.backend(bare, indices);
        List<T> operands = Stream.of(Arrays.asList(x), indices, updates).<T>flatMap(List::stream).toList();
        Backend<T> backend = Arguments.backend(bare, operands);
        List<T> flat = Arguments.flat(bare, operands);
        List<Axis> axes = Arguments.axes(bare, lengths);
        Call call = bare.on(backend, flat).with(axes);
        checkIndices(call, flat.subList(1, 1 + indices.size()));
        List<long[]> shapes = call.lengths();
        Indexing plan = INDEXINGS.get(key(name, pattern, axes, shapes),
                () -> Indexing.plan(access, call, axes, shapes));
        return Arguments.guarded(call, () -> Arguments.result(call, x, backend.perform(flat,
                tensors -> List.of(plan.apply(access, call, backend, tensors))).getFirst()));
    }
}
