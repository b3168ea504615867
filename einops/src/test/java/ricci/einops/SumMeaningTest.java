package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ricci.einops.Planner.Operation;

/** Sums of axes: every part of the left is where the right side says, element by element. */
class SumMeaningTest {
    @Property
    void rearranged(@ForAll long seed) {
        check(new Parts(new Random(seed), Operation.REARRANGE));
    }

    @Property
    void repeated(@ForAll long seed) {
        check(new Parts(new Random(seed), Operation.REPEAT));
    }

    @Property
    void reduced(@ForAll long seed) {
        check(new Parts(new Random(seed), Operation.REDUCE));
    }

    private static void check(Parts parts) {
        List<Shaped<float[]>> inputs = parts.inputs();
        List<double[]> expected = parts.expected(inputs);
        Axis[] axes = parts.given.toArray(Axis[]::new);
        List<Shaped<float[]>> results = inputs.size() == 1 ? ofOne(parts, inputs.getFirst(), axes)
                : ofSeveral(parts, inputs, axes);
        assertEquals(expected.size(), results.size(), parts.pattern);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(parts.right.shape(i), results.get(i).shape(), parts::toString);
            assertArrayEquals(expected.get(i), Tensors.reals(results.get(i)), 0, parts::toString);
        }
    }

    private static List<Shaped<float[]>> ofOne(Parts parts, Shaped<float[]> x, Axis... axes) {
        boolean one = parts.right.tensors.size() == 1;
        Assume.that(one || parts.operation != Operation.REPEAT);
        return switch (parts.operation) {
            case REARRANGE -> one ? List.of(Einops.rearrange(x, parts.pattern, axes))
                    : Einops.rearrangeAll(x, parts.pattern, axes);
            case REPEAT -> List.of(Einops.repeat(x, parts.pattern, axes));
            case REDUCE -> List.of(Einops.reduce(x, parts.pattern, Reduction.SUM, axes));
        };
    }

    private static List<Shaped<float[]>> ofSeveral(Parts parts, List<Shaped<float[]>> xs, Axis... axes) {
        boolean one = parts.right.tensors.size() == 1;
        return switch (parts.operation) {
            case REARRANGE -> one ? List.of(Einops.rearrange(xs, parts.pattern, axes))
                    : Einops.rearrangeAll(xs, parts.pattern, axes);
            case REPEAT -> one ? List.of(Einops.repeat(xs, parts.pattern, axes))
                    : Einops.repeatAll(xs, parts.pattern, axes);
            case REDUCE -> List.of(Einops.reduce(xs, parts.pattern, Reduction.SUM, axes));
        };
    }

    /** One side: its tensors, and of each part which tensor it is in and where. */
    private static final class Side {
        private final List<String> tensors = new ArrayList<>();
        private final List<List<Long>> shapes = new ArrayList<>();
        private final Map<Integer, Integer> tensorOf = new LinkedHashMap<>();
        private final Map<Integer, Layout> layoutOf = new LinkedHashMap<>();

        long[] shape(int tensor) {
            return shapes.get(tensor).stream().mapToLong(Long::longValue).toArray();
        }
    }

    /**
     * A random valid call: parts with names of their own and names that all have, in tensors on both
     * sides.
     */
    private static final class Parts {
        private final Random random;
        private final Operation operation;
        private final Map<String, Long> lengths = new LinkedHashMap<>();
        private final List<List<String>> own = new ArrayList<>();
        private final List<Axis> given = new ArrayList<>();
        private final List<String> told = new ArrayList<>();
        private final Side left;
        private final Side right;
        private final String pattern;

        Parts(Random random, Operation operation) {
            this.random = random;
            this.operation = operation;
            List<String> common = names("c", random.nextInt(3));
            List<String> extra = operation == Operation.REARRANGE ? List.of()
                    : names("x", 1 + random.nextInt(2));
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                boolean unit = i == 0 && random.nextInt(4) == 0;
                own.add(names("p" + i, unit ? 0 : 1 + random.nextInt(2)));
            }
            List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
            List<String> more = new ArrayList<>(common);
            more.addAll(extra);
            left = side(order, operation == Operation.REDUCE ? more : common, count);
            if (operation == Operation.REARRANGE) {
                Collections.shuffle(order, random);
            }
            right = side(order, operation == Operation.REPEAT ? more : common,
                    operation == Operation.REDUCE ? 1 : count);
            pattern = String.join(", ", left.tensors) + " -> " + String.join(", ", right.tensors);
        }

        private List<String> names(String stem, int count) {
            List<String> names = IntStream.range(0, count).mapToObj(i -> stem + "n" + i).toList();
            names.forEach(name -> lengths.put(name, random.nextInt(15) == 0 ? 0L : 1L + random.nextInt(3)));
            return names;
        }

        private String tell(String name) {
            if (told.contains(name)) {
                return name;
            }
            told.add(name);
            if (random.nextBoolean() && Oracle.at(lengths, name) > 0) {
                return name + "=" + Oracle.at(lengths, name);
            }
            given.add(new Axis(name, Oracle.at(lengths, name)));
            return name;
        }

        private Side side(List<Integer> order, List<String> common, int most) {
            Side side = new Side();
            List<Integer> rest = new ArrayList<>(order);
            while (!rest.isEmpty()) {
                boolean last = side.tensors.size() == most - 1;
                List<Integer> taken = rest.subList(0, last ? rest.size() : 1 + random.nextInt(rest.size()));
                addTensor(side, List.copyOf(taken), common);
                taken.clear();
            }
            return side;
        }

        /** The parts one after the other along a sum that stands amid the common axes, grouped or not. */
        private void addTensor(Side side, List<Integer> parts, List<String> common) {
            List<String> before = new ArrayList<>(common);
            Collections.shuffle(before, random);
            List<String> after = before.subList(random.nextInt(before.size() + 1), before.size());
            List<String> follow = List.copyOf(after);
            after.clear();
            int grouped = before.isEmpty() ? 0 : random.nextInt(2);
            int inner = follow.isEmpty() ? 0 : random.nextInt(2);
            List<String> words = new ArrayList<>(before.stream().map(this::tell).toList());
            List<List<String>> ordered = new ArrayList<>();
            for (int part : parts) {
                List<String> names = new ArrayList<>(own.get(part));
                Collections.shuffle(names, random);
                ordered.add(names);
            }
            List<String> terms = ordered.stream().map(names -> names.isEmpty() ? "1"
                    : String.join(" ", names.stream().map(this::tell).toList())).toList();
            String sum = "(" + String.join(" + ", terms) + ")";
            List<String> last = new ArrayList<>(follow.stream().map(this::tell).toList());
            if (grouped + inner > 0) {
                sum = "(" + (grouped > 0 ? words.removeLast() + " " : "") + sum
                        + (inner > 0 ? " " + last.removeFirst() : "") + ")";
            }
            words.add(sum);
            words.addAll(last);
            side.tensors.add(String.join(" ", words));
            place(side, parts, ordered, before, follow, grouped, inner);
        }

        private void place(Side side, List<Integer> parts, List<List<String>> ordered, List<String> before,
                List<String> follow, int grouped, int inner) {
            long total = ordered.stream().mapToLong(names -> Layout.count(names, lengths)).sum();
            long unit = inner > 0 ? Oracle.at(lengths, follow.getFirst()) : 1;
            List<Long> shape = new ArrayList<>();
            before.subList(0, before.size() - grouped).forEach(name -> shape.add(lengths.get(name)));
            shape.add((grouped > 0 ? Oracle.at(lengths, before.getLast()) : 1) * total * unit);
            follow.subList(inner, follow.size()).forEach(name -> shape.add(lengths.get(name)));
            long offset = 0;
            for (int i = 0; i < parts.size(); i++) {
                List<Layout.Place> places = new ArrayList<>();
                before.subList(0, before.size() - grouped).forEach(name -> places.add(single(name)));
                List<Layout.Step> steps = new ArrayList<>(Layout.product(ordered.get(i), lengths, unit)
                        .steps());
                if (grouped > 0) {
                    steps.add(new Layout.Step(before.getLast(), total * unit));
                }
                if (inner > 0) {
                    steps.add(new Layout.Step(follow.getFirst(), 1));
                }
                places.add(new Layout.Place(offset * unit, steps));
                follow.subList(inner, follow.size()).forEach(name -> places.add(single(name)));
                side.tensorOf.put(parts.get(i), side.shapes.size());
                side.layoutOf.put(parts.get(i), new Layout(shape, places));
                offset += Layout.count(ordered.get(i), lengths);
            }
            side.shapes.add(shape);
        }

        private static Layout.Place single(String name) {
            return new Layout.Place(0, List.of(new Layout.Step(name, 1)));
        }

        List<Shaped<float[]>> inputs() {
            return IntStream.range(0, left.tensors.size())
                    .mapToObj(k -> Tensors.filled(i -> 1 + i + 100 * k, left.shape(k))).toList();
        }

        List<double[]> expected(List<Shaped<float[]>> inputs) {
            List<double[]> results = new ArrayList<>();
            for (List<Long> shape : right.shapes) {
                results.add(new double[shape.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b)]);
            }
            for (int part = 0; part < own.size(); part++) {
                Layout from = java.util.Objects.requireNonNull(left.layoutOf.get(part));
                Layout to = java.util.Objects.requireNonNull(right.layoutOf.get(part));
                float[] data = inputs.get(java.util.Objects.requireNonNull(left.tensorOf.get(part))).data();
                double[] result = results.get(java.util.Objects.requireNonNull(right.tensorOf.get(part)));
                List<String> names = new ArrayList<>(from.names());
                to.names().stream().filter(name -> !names.contains(name)).forEach(names::add);
                Layout.each(names, lengths, index -> {
                    double element = data[from.at(index)];
                    result[to.at(index)] = operation == Operation.REDUCE ? result[to.at(index)] + element
                            : element;
                });
            }
            return results;
        }

        @Override
        public String toString() {
            return operation + " " + pattern + " " + given + " of " + left.shapes;
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            4   | (a=1 + b) -> a, b             | 0           | 1 2 3
            4   | (a=1 + b) -> b, a             | 1 2 3       | 0
            4   | (a + b=1) -> (b + a)          | 3 0 1 2     |
            4   | (1 + a) -> (a + 1)            | 1 2 3 0     |
            4   | (a=1 + b) -> (b + a)          | 1 2 3 0     |
            3,2 | (a=1 + b) (c=1 + d) -> a c, a d, b c, b d | 0 | 1
            3,2 | (a=1 + b) c -> c (b + a)      | 2 4 0 3 5 1 |
            6   | ((a=1 + b) c=2) -> c a, c b   | 0 1         | 2 4 3 5
            6   | (c=2 (a=1 + b)) -> c a, c b   | 0 3         | 1 2 4 5
            """)
    void sums(String shape, String pattern, String first, String second) {
        List<Shaped<float[]>> results = Einops.rearrangeAll(Tensors.counting(Invocation.shape(shape)),
                pattern);
        assertArrayEquals(numbers(first), Tensors.reals(results.getFirst()));
        if (second != null) {
            assertArrayEquals(numbers(second), Tensors.reals(results.get(1)));
        }
    }

    private static double[] numbers(String text) {
        return java.util.Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }
}
