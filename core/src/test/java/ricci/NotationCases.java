package ricci;

import static ricci.einops.Einops.axis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import ricci.einops.Einops;
import ricci.einops.Rearrange;
import ricci.einops.Reduce;
import ricci.einops.Reduction;
import ricci.einops.Repeat;
import ricci.einops.Shaped;

/** Every function of the notation, as functions of lists of tensors of any library. */
final class NotationCases {
    private static final Rearrange PATCHES =
            Einops.rearrange("b (h p) (w q) c -> b (h w) (p q c)", axis("p", 2), axis("q", 2));
    private static final Reduce POOL = Einops.reduce("(h p) (w q) c -> h w c", Reduction.MAX, axis("p", 2),
            axis("q", 3));
    private static final Repeat UPSAMPLE = Einops.repeat("h w -> (h p) (w q)", axis("p", 2), axis("q", 3));

    /** A reduction of one's own, on arrays as on tensors. */
    private static final Reduction SQUARES = Reduction.of(Object.class, (x, axes) -> {
        TensorBackend backend = new TensorBackend();
        return x instanceof Tensor tensor ? tensor.square().sum(axes).add(1)
                : backend.read(backend.write(Ricci.tensor(0.0), (Shaped<?>) x).square().sum(axes).add(1));
    });

    private NotationCases() {}

    /**
     * One function.
     *
     * @param shapes of its arguments
     * @param bounds of the arguments at the end that are coordinates: exclusive, one for each place of the
     *     last axis
     * @param smooth whether its results are floats that depend on the arguments
     */
    record Case(String name, UnaryOperator<List<Object>> f, List<List<Long>> shapes,
            List<List<Long>> bounds, boolean smooth) {
        /** How many arguments have derivatives. */
        int floats() {
            return shapes.size() - bounds.size();
        }

        Case discrete() {
            return new Case(name, f, shapes, bounds, false);
        }

        /** The last argument is one of coordinates. */
        Case at(long... limits) {
            List<List<Long>> more = new ArrayList<>(bounds);
            more.add(LongStream.of(limits).boxed().toList());
            return new Case(name, f, shapes, more, smooth);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Long> shape(long... lengths) {
        return Arrays.stream(lengths).boxed().toList();
    }

    private static Case many(String name, UnaryOperator<List<Object>> f, long[]... shapes) {
        return new Case(name, f, Arrays.stream(shapes).map(NotationCases::shape).toList(), List.of(), true);
    }

    private static Case one(String name, UnaryOperator<Object> f, long... shape) {
        return many(name, xs -> List.of(f.apply(xs.getFirst())), shape);
    }

    private static long[] of(long... lengths) {
        return lengths;
    }

    static Stream<Case> all() {
        return Stream.of(rearranging(), splitting(), reducing(), repeating(), contracting(),
                packing(), along(), access(), shapes()).flatMap(List::stream);
    }

    private static Case rearrange(String pattern, long... shape) {
        return one("rearrange " + pattern, x -> Einops.rearrange(x, pattern), shape);
    }

    private static List<Case> rearranging() {
        return List.of(rearrange("a b c -> c a b", 2, 3, 4), rearrange("a b -> a b", 2, 3),
                rearrange("a b -> (b a)", 2, 3), rearrange("(a b=2) c -> a c b", 4, 3),
                rearrange("b (h p=2) (w q=3) c -> b (h w) (p q c)", 2, 4, 3, 2),
                rearrange("a ... -> ... a", 2, 3, 2), rearrange("a ... b -> b (... a)", 2, 3, 2, 2),
                rearrange("a 1 b -> 1 (a b) 1", 2, 1, 3), rearrange("((a b=2) c=3) -> c (a b)", 12),
                rearrange("(h*2 p=3) -> h p", 9),
                rearrange("b (h*1 p=2) (w*2 q=2) -> (h w) b (p q)", 2, 4, 5),
                rearrange("a a b -> b a", 3, 3, 2), rearrange("i (i j=2) -> j i", 3, 6),
                one("rearrange repeated ellipsis", x -> Einops.rearrange(x,
                        "(s p)... c -> s... (p... c)", axis("p", 2, 3)), 4, 6, 2),
                one("rearrange ellipsis of groups of one length",
                        x -> Einops.rearrange(x, "b (s p=2)... -> b (s...) (p...)"), 2, 4, 2),
                one("Rearrange", x -> PATCHES.apply(x), 2, 4, 2, 3),
                one("Rearrange inverse",
                        x -> PATCHES.inverse(axis("h", 2), axis("c", 3)).apply(x), 2, 2, 12));
    }

    private static List<Case> splitting() {
        return List.of(many("rearrange stack", xs -> List.of(Einops.rearrange(xs, "n b c -> b c n")),
                of(2, 3), of(2, 3)),
                many("rearrange join", xs -> List.of(Einops.rearrange(xs, "b q, b k -> b (q + k)")), of(2, 3),
                of(2, 2)),
                many("rearrangeAll split", xs -> Einops.rearrangeAll(xs.getFirst(),
                "b (q=2 + k) -> b q, k b"), of(3, 5)),
                many("rearrangeAll groups", xs -> Einops.rearrangeAll(xs.getFirst(),
                "((a b=2) + c) ... -> a ... b, ... c", axis("c", 1)), of(5, 2)),
                many("rearrangeAll of several", xs -> Einops.rearrangeAll(xs, "a b, c -> b a, c 1"), of(2, 3),
                of(4)));
    }

    private static List<Case> reducing() {
        List<Case> cases = new ArrayList<>();
        for (Reduction.Named reduction : Reduction.Named.values()) {
            boolean smooth = switch (reduction) {
                case SUM, MEAN, MAX, MIN, PROD, VAR, STD, LOGSUMEXP -> true;
                case ANY, ALL, ARGMAX, ARGMIN -> false;
            };
            for (String pattern : List.of("a b c -> b", "a (b d=2) c -> c d", "a b c ->", "a [b c] -> a",
                    "a ... -> ...")) {
                Case c = one("reduce " + reduction + " " + pattern,
                        x -> Einops.reduce(x, pattern, reduction), 2, 4, 3);
                cases.add(smooth ? c : c.discrete());
            }
            Case windows = one("reduce windows " + reduction,
                    x -> Einops.reduce(x, "b (h*1 p=2) (w*2 q=2) -> b w h", reduction), 2, 4, 4);
            cases.add(smooth ? windows : windows.discrete());
        }
        for (Reduction reduction : List.of(Reduction.ARGMAX, Reduction.ARGMIN)) {
            cases.add(one("reduce coordinates " + reduction,
                    x -> Einops.reduce(x, "b [h w] c -> b c [2]", reduction), 2, 3, 4, 2).discrete());
        }
        for (String pattern : List.of("a b c -> b", "a (b d=2) c -> c a", "a [b c]",
                "(a*1 p=2) b c -> c a")) {
            cases.add(one("reduce own " + pattern, x -> Einops.reduce(x, pattern, SQUARES), 3, 4, 2));
        }
        cases.add(one("reduce by name", x -> Einops.reduce(x, "a b -> b", "mean"), 3, 2));
        cases.add(many("reduce stack", xs -> List.of(Einops.reduce(xs, "n a b -> a b", Reduction.MAX)),
                of(2, 3), of(2, 3)));
        cases.add(one("Reduce", x -> POOL.apply(x), 4, 6, 2));
        return cases;
    }

    private static List<Case> repeating() {
        return List.of(one("repeat", x -> Einops.repeat(x, "c -> b c", axis("b", 3)), 2),
                one("repeat numbers", x -> Einops.repeat(x, "a b -> b (a 2) 3"), 2, 3),
                one("repeat ellipsis", x -> Einops.repeat(x, "... -> ... k", axis("k", 2)), 2, 3),
                many("repeat stack", xs -> List.of(Einops.repeat(xs, "n a -> a (n k)", axis("k", 2))), of(3),
                of(3)),
                many("repeatAll", xs -> Einops.repeatAll(xs, "a, b -> a b, a b"), of(2), of(3)),
                one("Repeat", x -> UPSAMPLE.apply(x), 2, 2));
    }

    private static Case einsum(String pattern, long[]... shapes) {
        return many("einsum " + pattern, xs -> List.of(Einops.einsum(xs, pattern)), shapes);
    }

    private static List<Case> contracting() {
        return List.of(einsum("i j ->", of(2, 3)), einsum("i i j -> j i", of(2, 2, 3)),
                einsum("b i, i o -> b o", of(2, 3), of(3, 2)), einsum("i, j -> j i", of(2), of(3)),
                einsum("b h q d, b h k d -> b h q k", of(2, 1, 3, 2), of(2, 1, 2, 2)),
                einsum("a b, b c, c d -> a d", of(2, 3), of(3, 2), of(2, 4)),
                einsum("... c, c d -> ... d", of(2, 2, 3), of(3, 2)),
                einsum("b (h=2 d), (h d) o -> b h o", of(2, 4), of(4, 3)),
                einsum("b (y*1 p=3) (x*1 q=3) c, p q c d -> b y x d", of(1, 4, 5, 2), of(3, 3, 2, 2)),
                einsum("b (y*2 p=2) c, p c d -> b y d", of(2, 6, 2), of(2, 2, 3)),
                many("einsum of two", xs -> List.of(Einops.einsum(xs.get(0), xs.get(1), "i j, k j -> i k")),
                of(2, 3), of(2, 3)),
                many("einsum of three", xs -> List.of(Einops.einsum(xs.get(0), xs.get(1), xs.get(2),
                "i, i j, j ->")), of(2), of(2, 3), of(3)),
                one("einsum of one, twice", x -> Einops.einsum(x, x, "i j, j i -> i"), 3, 3));
    }

    private static List<Case> packing() {
        return List.of(many("pack", xs -> List.of(Einops.pack(xs, "a * c").tensor()), of(2, 3, 2), of(2, 2),
                of(2, 1, 2, 2)),
                many("pack and unpack", xs -> Einops.unpack(Einops.pack(xs, "a *"), "a *"), of(2, 3), of(2)),
                many("unpack", xs -> Einops.unpack(xs.getFirst(),
                List.of(List.of(2L, 2L), List.of(), List.of(-1L)), "* b"), of(7, 2)));
    }

    private static List<Case> along() {
        List<Case> cases = new ArrayList<>(List.of(
                one("softmax", x -> Einops.softmax(x, "b h [k]"), 2, 2, 3),
                one("softmax of two", x -> Einops.softmax(x, "[a] b [c] -> b (a c)"), 2, 2, 3),
                one("logSoftmax", x -> Einops.logSoftmax(x, "a [b] c"), 2, 3, 2),
                one("logSoftmax of a group", x -> Einops.logSoftmax(x, "a ([b] c=2)"), 2, 6),
                one("sort", x -> Einops.sort(x, "a [b] c"), 2, 4, 2),
                one("sort rearranged", x -> Einops.sort(x, "a [b] -> b a"), 3, 4),
                one("argsort", x -> Einops.argsort(x, "a [b]"), 3, 4).discrete(),
                one("flip", x -> Einops.flip(x, "[a] b [c]"), 2, 3, 4),
                one("flip ellipsis", x -> Einops.flip(x, "... [c]"), 2, 3, 4),
                one("roll", x -> Einops.roll(x, "b [h w] c", 1, -2), 2, 3, 4, 2)));
        for (Reduction reduction : List.of(Reduction.SUM, Reduction.PROD, Reduction.MAX, Reduction.MIN,
                Reduction.LOGSUMEXP)) {
            cases.add(one("cumulative " + reduction,
                    x -> Einops.cumulative(x, "a [b] c", reduction), 2, 4, 2));
            cases.add(one("cumulative rearranged " + reduction,
                    x -> Einops.cumulative(x, "[a b] c -> c (a b)", reduction), 2, 3, 2));
        }
        return cases;
    }

    private static List<Case> access() {
        String get = "b [h w] c, b p [2] -> b p c";
        String set = "b [h w] c, b p [2], b p c";
        return List.of(
                many("getAt", xs -> List.of(Einops.getAt(xs.get(0), xs.get(1), get)), of(2, 3, 4, 2),
                of(2, 3, 2)).at(3, 4),
                many("getAt one axis", xs -> List.of(Einops.getAt(xs.get(0), xs.get(1), "[v] d, t -> t d")),
                of(5, 2), of(3)).at(5),
                many("getAt several", xs -> List.of(Einops.getAt(xs.get(0), xs.subList(1, 3),
                "[h w] c, p, p -> p c")), of(3, 4, 2), of(3), of(3)).at(3).at(4),
                many("setAt", xs -> List.of(Einops.setAt(xs.get(0), xs.get(2), xs.get(1), set)),
                of(2, 3, 4, 2), of(2, 3, 2), of(2, 3, 2)).at(3, 4),
                many("setAt of all", xs -> List.of(Einops.setAt(xs.get(0), xs.get(2), xs.get(1),
                "b [h w] c, b p [2], c")), of(2, 3, 4, 2), of(2), of(2, 3, 2)).at(3, 4),
                many("addAt", xs -> List.of(Einops.addAt(xs.get(0), xs.get(2), xs.get(1), set)),
                of(2, 3, 4, 2), of(2, 3, 2), of(2, 3, 2)).at(3, 4),
                many("addAt several", xs -> List.of(Einops.addAt(xs.get(0), xs.subList(2, 4), xs.get(1),
                "[h w] c, p, p, p c -> c h w")), of(2, 2, 2), of(5, 2), of(5), of(5)).at(2).at(2));
    }

    private static List<Case> shapes() {
        return List.of(one("check", x -> Einops.check(x, "a b 2", axis("a", 3)), 3, 2, 2),
                many("parseShape", xs -> List.of(Einops.rearrange(xs.get(0), "(a b) -> b a",
                Einops.parseShape(xs.get(1), "a _"))), of(6), of(2, 5)),
                many("parseShape of several", xs -> List.of(Einops.rearrange(xs.get(0), "(a b) -> b a",
                Einops.parseShape(xs.subList(1, 3), "a _, _ b"))), of(6), of(2, 5), of(1, 3)));
    }
}
