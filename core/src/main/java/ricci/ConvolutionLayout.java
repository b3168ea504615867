package ricci;

import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.rearrange;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ricci.einops.Axis;
import ricci.einops.AxisLengths;
import ricci.ir.Lists;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/**
 * A convolution written down: {@code b h w c, kh kw c o -> b h w o}. What an axis does follows from where its
 * name stands, as in an einsum; {@code kh} in the kernel alone belongs to {@code h}.
 *
 * @param text the layout as the user wrote it
 * @param tensors the axes of input, kernel and result; several names in parentheses are one axis
 */
record ConvolutionLayout(String text, List<List<List<String>>> tensors) {
    private static final Pattern TOKEN = Pattern.compile("\\s*([()]|\\w+|->|,|\\S)");

    /**
     * A tensor's axes by the parts they play, each part one axis of the primitive.
     *
     * @param parts the names of each part: two of them, then one name for each spatial axis
     * @param order the numbers of the parts, in the order of the tensor's axes
     */
    record Parts(List<List<String>> parts, List<Integer> order) {
        /** For each part the axis that it is. */
        List<Integer> axes() {
            return IntStream.range(0, order.size()).map(order::indexOf).boxed().toList();
        }

        String pattern() {
            return order.stream().map(part -> written(parts.get(part))).collect(Collectors.joining(" "));
        }
    }

    /** Input, kernel and result by parts, and the names of the groups. */
    record Roles(Parts input, Parts kernel, Parts result, List<String> groups) {}

    static ConvolutionLayout parse(String text) {
        List<List<List<String>>> tensors = new ArrayList<>(List.of(new ArrayList<>()));
        List<String> separators = new ArrayList<>();
        List<String> open = null;
        Arguments.given("read the layout of a convolution", "the layout", text);
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            String token = matcher.group(1);
            switch (token) {
                case ",", "->" -> {
                    separators.add(token);
                    tensors.add(new ArrayList<>());
                }
                case "(" -> {
                    require(open == null, text, "parentheses do not nest");
                    open = new ArrayList<>();
                }
                case ")" -> {
                    require(open != null, text, "a parenthesis is opened before it is closed");
                    tensors.getLast().add(Objects.requireNonNull(open));
                    open = null;
                }
                default -> {
                    require(token.matches("[A-Za-z]\\w*"), text, "axes have names of letters and digits; "
                            + token + " is none");
                    if (open == null) {
                        tensors.getLast().add(List.of(token));
                    } else {
                        open.add(token);
                    }
                }
            }
        }
        require(open == null && separators.equals(List.of(",", "->")), text,
                "there are input, kernel and result, separated by a comma and an arrow");
        ConvolutionLayout layout = new ConvolutionLayout(text, tensors);
        for (int i = 0; i < 3; i++) {
            require(new HashSet<>(layout.names(i)).size() == layout.names(i).size(), text,
                    "no axis occurs twice in one tensor");
        }
        return layout;
    }

    private List<String> names(int tensor) {
        return tensors.get(tensor).stream().flatMap(List::stream).toList();
    }

    // ---- what each axis does ----

    Roles roles() {
        List<String> input = names(0);
        List<String> kernel = names(1);
        List<String> result = names(2);
        List<String> kernelOnly = kernel.stream()
                .filter(name -> !input.contains(name) && !result.contains(name)).toList();
        List<String> spatial = input.stream()
                .filter(name -> result.contains(name) && kernelOnly.contains("k" + name)).toList();
        for (String name : kernelOnly) {
            require(name.startsWith("k") && spatial.contains(name.substring(1)), text,
                    "an axis of the kernel alone is named k and then as the axis of input and result that it "
                    + "slides along; " + name + " belongs to none");
        }
        for (String name : input) {
            require(kernel.contains(name) || result.contains(name), text, "an axis of the input is also in "
                    + "the kernel or the result; " + name + " is in none, so reduce it first");
        }
        for (String name : result) {
            require(kernel.contains(name) || input.contains(name), text,
                    "an axis of the result is also in an operand; " + name + " is in none");
        }
        List<String> groups = input.stream()
                .filter(name -> kernel.contains(name) && result.contains(name)).toList();
        List<String> features = input.stream()
                .filter(name -> kernel.contains(name) && !result.contains(name)).toList();
        List<String> batch = input.stream()
                .filter(name -> !kernel.contains(name) && !spatial.contains(name)).toList();
        List<String> outputs = kernel.stream()
                .filter(name -> !input.contains(name) && result.contains(name)).toList();
        List<String> kernelSpatial = spatial.stream().map(name -> "k" + name).toList();
        return new Roles(parts(input, batch, Lists.join(groups, features), spatial),
                parts(kernel, Lists.join(groups, outputs), features, kernelSpatial),
                parts(result, batch, Lists.join(groups, outputs), spatial), groups);
    }

    /** In the order in which they first occur; a part without names comes last. */
    private static Parts parts(List<String> names, List<String> first, List<String> second,
            List<String> spatial) {
        List<List<String>> parts = new ArrayList<>(List.of(first, second));
        spatial.forEach(name -> parts.add(List.of(name)));
        List<Integer> order = new ArrayList<>();
        for (String name : names) {
            for (int part = 0; part < parts.size(); part++) {
                if (parts.get(part).contains(name) && !order.contains(part)) {
                    order.add(part);
                }
            }
        }
        for (int part = 0; part < parts.size(); part++) {
            if (!order.contains(part)) {
                order.add(part);
            }
        }
        return new Parts(parts, order);
    }

    // ---- lengths ----

    /** The length of each name, as input and kernel have it. */
    Map<String, Long> lengths(Tensor x, Tensor w) {
        Map<String, Long> known = new HashMap<>();
        for (int i = 0; i < 2; i++) {
            Tensor operand = i == 0 ? x : w;
            if (operand.rank() != tensors.get(i).size()) {
                throw mismatch(x, w, (i == 0 ? "the input" : "the kernel") + " has an axis for each of "
                        + pattern(i));
            }
        }
        // What one tensor says may be needed for another.
        for (int round = 0; round <= names(0).size() + names(1).size(); round++) {
            solve(0, x.shape(), known, x, w);
            solve(1, w.shape(), known, x, w);
        }
        for (String name : Lists.join(names(0), names(1))) {
            if (!known.containsKey(name)) {
                throw mismatch(x, w, "the length of each axis follows from the shapes; that of " + name
                        + " does not");
            }
        }
        return known;
    }

    private void solve(int tensor, Shape shape, Map<String, Long> known, Tensor x, Tensor w) {
        for (int axis = 0; axis < shape.rank(); axis++) {
            List<String> names = tensors.get(tensor).get(axis);
            List<String> open = names.stream().filter(name -> !known.containsKey(name)).toList();
            long product = names.stream().filter(known::containsKey).mapToLong(known::get)
                    .reduce(1, (a, b) -> a * b);
            long length = shape.length(axis);
            boolean divides = product == 0 ? length == 0 : length % product == 0;
            if (!divides || (open.isEmpty() && product != length)) {
                throw mismatch(x, w, "axes of one name have one length; that of " + written(names) + " is "
                        + length + " in " + shape + ", and " + product
                        + (open.isEmpty() ? " elsewhere" : " does not divide it"));
            }
            if (open.size() == 1 && product != 0) {
                known.put(open.getFirst(), length / product);
            }
        }
    }

    private RicciException mismatch(Tensor x, Tensor w, String rule) {
        return new RicciException.Shape("convolve by \"" + text + "\"", x.type() + " and " + w.type(), rule,
                "check the layout against the shapes");
    }

    // ---- to the primitive's axes, and back ----

    /** An operand with one axis per part. */
    Tensor toParts(int tensor, Tensor x, Parts parts, Map<String, Long> lengths) {
        return rearranged(x, pattern(tensor), parts.pattern(), tensors.get(tensor), lengths);
    }

    /** The primitive's result as it was asked for. */
    Tensor fromParts(Tensor y, Parts parts, Map<String, Long> lengths) {
        List<List<String>> axes = parts.order().stream().map(part -> parts.parts().get(part)).toList();
        return rearranged(y, parts.pattern(), pattern(2), axes, lengths);
    }

    private static Tensor rearranged(Tensor x, String from, String to, List<List<String>> axes,
            Map<String, Long> lengths) {
        AxisLengths[] given = axes.stream().filter(names -> names.size() > 1).flatMap(List::stream)
                .<Axis>map(name -> axis(name, Objects.requireNonNull(lengths.get(name))))
                .toArray(AxisLengths[]::new);
        return from.equals(to) ? x : rearrange(x, from + " -> " + to, given);
    }

    private String pattern(int tensor) {
        return tensors.get(tensor).stream().map(ConvolutionLayout::written).collect(Collectors.joining(" "));
    }

    private static String written(List<String> names) {
        return names.isEmpty() ? "1" : names.size() == 1 ? names.getFirst()
                : names.stream().collect(Collectors.joining(" ", "(", ")"));
    }

    private static void require(boolean holds, String text, String rule) {
        if (!holds) {
            throw new RicciException.Argument("convolve by \"" + text + "\"", "a layout", rule,
                    "write, for example, \"b h w c, kh kw c o -> b h w o\"");
        }
    }
}
