package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ricci.einops.Planner.Operation;

/**
 * A random valid call with its meaning: for every axis of the input and of the result, the elementary axes
 * that it runs through. Made along with the pattern, so that nothing needs to read it to know what it means.
 */
record Puzzle(Operation operation, String pattern, List<Axis> given, List<List<String>> left,
              List<List<String>> right, Map<String, Long> lengths) {

    /** A part of one side: its text and what it stands for. */
    private record Token(String text, List<String> axes) {
        boolean isEllipsis() {
            return text.equals("...");
        }
    }

    private record Side(String text, List<List<String>> items, List<List<Token>> groups) {}

    static Puzzle random(long seed, Operation operation) {
        return new Maker(new Random(seed)).make(operation);
    }

    Shaped<float[]> input() {
        return Tensors.filled(i -> (7 * i) % 11 - 3, shape(left));
    }

    long[] shape(List<List<String>> side) {
        return side.stream().mapToLong(item -> item.stream().mapToLong(axis -> Oracle.at(lengths, axis))
                .reduce(1, (a, b) -> a * b)).toArray();
    }

    Axis[] axes() {
        return given.toArray(Axis[]::new);
    }

    private static final class Maker {
        private final Random random;
        private final Map<String, Long> lengths = new LinkedHashMap<>();

        Maker(Random random) {
            this.random = random;
        }

        Puzzle make(Operation operation) {
            List<Token> shared = new ArrayList<>();
            for (String name : List.of("a", "b", "cc", "d_1", "ß").subList(0, random.nextInt(6))) {
                shared.add(named(name));
            }
            boolean ellipsis = random.nextInt(3) == 0;
            boolean dropped = ellipsis && operation == Operation.REDUCE && random.nextBoolean();
            Token dots = new Token("...", dots());
            List<Token> left = new ArrayList<>(shared);
            List<Token> right = new ArrayList<>(shared);
            if (ellipsis) {
                left.add(dots);
                if (!dropped) {
                    right.add(dots);
                }
            }
            List<Token> extra = operation == Operation.REDUCE ? left : right;
            for (int i = operation == Operation.REARRANGE ? 0 : random.nextInt(3); i > 0; i--) {
                extra.add(random.nextBoolean() ? named("x" + i) : number(i));
            }
            Side from = side(left, true);
            Side to = side(right, false);
            return new Puzzle(operation, from.text() + " -> " + to.text(), given(from, to), from.items(),
                    to.items(), lengths);
        }

        private Token named(String name) {
            lengths.put(name, random.nextInt(12) == 0 ? 0L : 1 + random.nextInt(3));
            return new Token(name, List.of(name));
        }

        private Token number(int index) {
            long length = 2L + random.nextInt(2);
            lengths.put("#" + index, length);
            return new Token(Long.toString(length), List.of("#" + index));
        }

        private List<String> dots() {
            List<String> axes = List.of("...0", "...1", "...2").subList(0, random.nextInt(4));
            axes.forEach(axis -> lengths.put(axis, 1L + random.nextInt(2)));
            return axes;
        }

        private Side side(List<Token> tokens, boolean left) {
            List<Token> rest = new ArrayList<>(tokens);
            for (int units = random.nextInt(3); units > 0; units--) {
                rest.add(new Token(random.nextBoolean() ? "1" : "01", List.of()));
            }
            Collections.shuffle(rest, random);
            StringBuilder text = new StringBuilder();
            List<List<String>> items = new ArrayList<>();
            List<List<Token>> groups = new ArrayList<>();
            while (!rest.isEmpty()) {
                List<Token> head = rest.subList(0, random.nextInt(Math.min(3, rest.size()) + 1));
                boolean grouped = random.nextInt(3) == 0
                        && !(left && head.stream().anyMatch(Token::isEllipsis));
                List<Token> taken = new ArrayList<>(grouped ? head : rest.subList(0, 1));
                String words = String.join(" ", taken.stream().map(Token::text).toList());
                text.append(grouped ? "(" + words + ")" : " " + words + " ");
                List<String> axes = taken.stream().flatMap(token -> token.axes().stream()).toList();
                if (grouped || !taken.getFirst().isEllipsis()) {
                    items.add(axes);
                    groups.add(taken);
                } else {
                    axes.forEach(axis -> items.add(List.of(axis)));
                }
                rest.subList(0, taken.size()).clear();
            }
            return new Side(text.toString(), items, groups);
        }

        /** In each group of the left all but one length, or all; of new axes all. */
        private List<Axis> given(Side from, Side to) {
            List<String> told = new ArrayList<>();
            for (List<Token> group : from.groups()) {
                List<String> names = new ArrayList<>(names(List.of(group)));
                boolean zero = group.stream().flatMap(token -> token.axes().stream())
                        .anyMatch(axis -> Oracle.at(lengths, axis) == 0);
                if (!names.isEmpty() && !zero && random.nextInt(4) > 0) {
                    names.remove(random.nextInt(names.size()));
                }
                told.addAll(names);
            }
            List<String> known = names(from.groups());
            names(to.groups()).stream().filter(name -> !known.contains(name)).forEach(told::add);
            Collections.shuffle(told, random);
            return told.stream().map(name -> new Axis(name, Oracle.at(lengths, name))).toList();
        }

        private static List<String> names(List<List<Token>> groups) {
            return groups.stream().flatMap(List::stream).flatMap(token -> token.axes().stream())
                    .filter(axis -> Character.isLetter(axis.charAt(0))).toList();
        }
    }

    @Override
    public String toString() {
        return operation + " " + pattern + " " + given + " of " + Arrays.toString(shape(left));
    }
}
