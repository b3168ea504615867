package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ricci.einops.Planner.Operation;

/**
 * A random valid call of one tensor with windows, nested groups, diagonals, repeated ellipses and lengths
 * inside the pattern, and the layouts of both sides, made along with it.
 */
record Structure(Operation operation, String pattern, List<AxisLengths> given, Layout left, Layout right,
                 Map<String, Long> lengths) {

    static Structure random(long seed, Operation operation) {
        return new Maker(new Random(seed), operation).make();
    }

    Shaped<float[]> input() {
        return Tensors.filled(i -> (7 * i) % 23 - 9, left.lengths());
    }

    AxisLengths[] axes() {
        return given.toArray(AxisLengths[]::new);
    }

    /** The elements of the input that go to each place of the result. */
    List<List<Double>> gather() {
        double[] from = Tensors.reals(input());
        List<List<Double>> to = Stream.<List<Double>>generate(ArrayList::new).limit(right.size()).toList();
        Set<String> all = new LinkedHashSet<>(left.names());
        all.addAll(right.names());
        Layout.each(List.copyOf(all), lengths, index -> to.get(right.at(index)).add(from[left.at(index)]));
        return to;
    }

    @Override
    public String toString() {
        return operation + " " + pattern + " " + given + " of " + left.shape();
    }

    /** Names that nest in parentheses at random, which changes nothing. */
    static String nested(List<String> words, Random random) {
        if (words.size() < 2 || random.nextBoolean()) {
            return String.join(" ", words);
        }
        int cut = 1 + random.nextInt(words.size() - 1);
        return "(" + nested(words.subList(0, cut), random) + ") "
                + nested(words.subList(cut, words.size()), random);
    }

    private static final class Maker {
        private final Random random;
        private final Operation operation;
        private final Map<String, Long> lengths = new LinkedHashMap<>();
        private final List<AxisLengths> given = new ArrayList<>();
        private final Set<String> told = new LinkedHashSet<>();
        private final List<Long> shape = new ArrayList<>();
        private final List<Layout.Place> places = new ArrayList<>();
        private final List<String> single = new ArrayList<>();
        private final List<String> repeated = new ArrayList<>();
        private final int rank;

        Maker(Random random, Operation operation) {
            this.random = random;
            this.operation = operation;
            rank = 1 + random.nextInt(3);
        }

        Structure make() {
            List<String> texts = new ArrayList<>();
            int plain = random.nextInt(3);
            for (int i = 0; i < plain; i++) {
                texts.add(product(fresh(1 + random.nextInt(3)), false));
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                texts.add(window(fresh(1 + random.nextInt(3))));
            }
            if (!single.isEmpty() && random.nextInt(3) == 0) {
                texts.add(product(List.of(single.get(random.nextInt(single.size()))), false));
            }
            if (random.nextInt(2) == 0) {
                texts.add(repetition());
            }
            String right = right();
            return new Structure(operation, String.join(" ", texts) + " -> " + right, List.copyOf(given),
                    new Layout(shape, places), made, lengths);
        }

        private Layout made = new Layout(List.of(), List.of());

        private List<String> fresh(int count) {
            List<String> names = IntStream.range(0, count).mapToObj(i -> "n" + (single.size() + i)).toList();
            for (String name : names) {
                lengths.put(name, 1L + random.nextInt(3));
            }
            single.addAll(names);
            return names;
        }

        /** Tells the length in the pattern or beside it. */
        private String tell(String name) {
            told.add(name);
            if (random.nextBoolean()) {
                return name + "=" + Oracle.at(lengths, name);
            }
            if (given.stream().noneMatch(axis -> axis.equals(new Axis(name, Oracle.at(lengths, name))))) {
                given.add(new Axis(name, Oracle.at(lengths, name)));
            }
            return name;
        }

        private String product(List<String> names, boolean all) {
            List<String> factors = new ArrayList<>(names);
            if (names.size() > 1 && random.nextInt(4) == 0) {
                factors.add(names.getFirst());
            }
            int open = all || factors.size() > names.size() ? -1 : random.nextInt(factors.size());
            List<String> words = new ArrayList<>();
            for (int i = 0; i < factors.size(); i++) {
                String name = factors.get(i);
                words.add(i == open || told.contains(name) ? name : tell(name));
            }
            shape.add(Layout.count(factors, lengths));
            places.add(Layout.product(factors, lengths, 1));
            return words.size() == 1 ? words.getFirst() : "(" + nested(words, random) + ")";
        }

        private String window(List<String> names) {
            List<Layout.Step> steps = new ArrayList<>();
            List<String> words = new ArrayList<>();
            int open = random.nextInt(names.size() + 1);
            int strided = random.nextInt(names.size());
            for (int i = 0; i < names.size(); i++) {
                String name = i == open ? names.get(i) : tell(names.get(i));
                long stride = i == strided || random.nextBoolean() ? 1L + random.nextInt(3) : 0L;
                words.add(stride == 0 ? name : name + "*" + stride);
                steps.add(new Layout.Step(names.get(i), Math.max(stride, 1)));
            }
            addWindow(steps, open);
            return words.size() == 1 ? words.getFirst() : "(" + String.join(" ", words) + ")";
        }

        /** What is left over is less than the stride of what is inferred, else than the largest. */
        private void addWindow(List<Layout.Step> steps, int open) {
            long reach = 1 + steps.stream()
                    .mapToLong(step -> step.stride() * (Oracle.at(lengths, step.name()) - 1)).sum();
            long largest = steps.stream().mapToLong(Layout.Step::stride).max().orElseThrow();
            long left = open < steps.size() ? steps.get(open).stride() : largest;
            shape.add(reach + random.nextInt((int) left));
            places.add(new Layout.Place(0, steps));
        }

        /** {@code s...}, {@code (s p)...} or a window of each axis. */
        private String repetition() {
            boolean pair = random.nextInt(3) > 0;
            boolean window = random.nextBoolean();
            long stride = 1L + random.nextInt(2);
            repeated.addAll(pair ? List.of("s", "p") : List.of("s"));
            boolean inline = random.nextInt(3) == 0;
            long same = 1L + random.nextInt(3);
            for (int i = 0; i < rank; i++) {
                lengths.put("s." + i, 1L + random.nextInt(3));
                lengths.put("p." + i, inline ? same : 1L + random.nextInt(3));
                List<String> names = pair ? List.of("s." + i, "p." + i) : List.of("s." + i);
                if (window) {
                    addWindow(pair ? List.of(new Layout.Step("s." + i, stride), new Layout.Step("p." + i, 1))
                            : List.of(new Layout.Step("s." + i, stride)), 0);
                } else {
                    shape.add(Layout.count(names, lengths));
                    places.add(Layout.product(names, lengths, 1));
                }
            }
            String s = window ? "s*" + stride : "s";
            if (!pair) {
                return s + "...";
            }
            if (!inline) {
                giveRepeated("p");
            }
            return "(" + s + (inline ? " p=" + same + ")..." : " p)...");
        }

        private void giveRepeated(String name) {
            long[] each = IntStream.range(0, rank).mapToLong(i -> Oracle.at(lengths, name + "." + i))
                    .toArray();
            given.add(rank == 1 ? Einops.axis(name, each[0])
                    : Einops.axis(name, each[0], each[1], Arrays.copyOfRange(each, 2, rank)));
        }

        private record Token(String text, List<List<String>> items) {}

        private String right() {
            List<Token> tokens = new ArrayList<>();
            single.forEach(name -> tokens.add(new Token(name, List.of(List.of(name)))));
            repeated.forEach(name -> tokens.add(new Token(name + "...",
                    IntStream.range(0, rank).mapToObj(i -> List.of(name + "." + i)).toList())));
            Collections.shuffle(tokens, random);
            if (operation == Operation.REDUCE) {
                int dropped = random.nextInt(tokens.size() + 1);
                Optional<Token> kept = tokens.stream().filter(token -> token.text().endsWith("..."))
                        .findFirst();
                tokens.subList(0, dropped).removeIf(token -> !kept.equals(Optional.of(token)));
            }
            for (int i = operation == Operation.REPEAT ? random.nextInt(3) : 0; i > 0; i--) {
                String name = fresh(1).getFirst();
                tokens.add(random.nextInt(tokens.size() + 1), new Token(tell(name), List.of(List.of(name))));
            }
            List<List<String>> items = new ArrayList<>();
            List<String> texts = new ArrayList<>();
            while (!tokens.isEmpty()) {
                List<Token> head = tokens.subList(0, 1 + random.nextInt(tokens.size()));
                if (random.nextInt(3) == 0) {
                    items.add(head.stream().flatMap(token -> token.items().stream().flatMap(List::stream))
                            .toList());
                    texts.add("(" + nested(head.stream().map(Token::text).toList(), random) + ")");
                    head.clear();
                } else {
                    items.addAll(tokens.getFirst().items());
                    texts.add(tokens.removeFirst().text());
                }
            }
            made = Layout.of(items, lengths);
            return String.join(" ", texts);
        }
    }
}
