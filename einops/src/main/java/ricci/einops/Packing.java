package ricci.einops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import ricci.einops.EinopsException.Kind;

/** Tensors of several ranks as one, and back. */
final class Packing {
    private Packing() {}

    static <T> Packed<T> pack(List<? extends T> given, String pattern) {
        Call bare = new Call("pack", Arguments.pattern("pack", pattern), List.of());
        Backend<T> backend = Arguments.backend(bare, given);
        List<T> tensors = Arguments.flat(bare, given);
        Call call = bare.on(backend, tensors);
        PackPattern parsed = PackPattern.parse(call);
        List<long[]> all = tensors.stream().map(backend::shape).toList();
        List<List<Long>> shapes = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            check(call, parsed, all, i);
            shapes.add(LongStream.of(packedLengths(parsed, all.get(i))).boxed().toList());
        }
        T tensor = Arguments.guarded(call, () -> {
            List<T> joined = backend.perform(tensors, xs -> {
                List<T> flat = new ArrayList<>();
                for (int i = 0; i < all.size(); i++) {
                    long[] between = packedLengths(parsed, all.get(i));
                    flat.add(backend.reshape(xs.get(i),
                            around(parsed, all.get(i), between.length, product(between))));
                }
                return List.of(backend.concatenate(flat, parsed.before().size()));
            });
            return Arguments.result(call, given.getFirst(), joined.getFirst());
        });
        return new Packed<>(tensor, shapes);
    }

    /** The lengths that the star stands for. */
    private static long[] packedLengths(PackPattern pattern, long[] shape) {
        return Arrays.copyOfRange(shape, pattern.before().size(), shape.length - pattern.after().size());
    }

    /** The lengths with those of {@code packed} axes at the star's place replaced. */
    private static long[] around(PackPattern pattern, long[] shape, int packed, long... middle) {
        int before = pattern.before().size();
        return LongStream.concat(LongStream.concat(Arrays.stream(shape, 0, before), LongStream.of(middle)),
                Arrays.stream(shape, before + packed, shape.length)).toArray();
    }

    private static void check(Call call, PackPattern pattern, List<long[]> shapes, int index) {
        long[] first = shapes.getFirst();
        long[] shape = shapes.get(index);
        if (shape.length < pattern.named()) {
            throw call.failure(Kind.WRONG_RANK, call.all(),
                    "tensor " + (index + 1) + " has " + axes(shape.length)
                    + ", the pattern names " + pattern.named(),
                    "every tensor has the axes that the pattern names",
                    "name fewer axes, or give the tensor the missing ones with rearrange");
        }
        for (int i = 0; i < pattern.named(); i++) {
            boolean isBefore = i < pattern.before().size();
            Expr.Name name = isBefore ? pattern.before().get(i)
                    : pattern.after().get(i - pattern.before().size());
            long expected = first[isBefore ? i : first.length - pattern.named() + i];
            long actual = shape[isBefore ? i : shape.length - pattern.named() + i];
            if (actual != expected) {
                throw call.failure(Kind.LENGTH_MISMATCH, name.span(),
                        "the axis " + name.name() + " has length "
                        + actual + " in tensor " + (index + 1) + ", but " + expected + " in tensor 1",
                        "tensors agree in the axes that the pattern names",
                        "check the shapes, and where the star stands");
            }
        }
    }

    static <T> List<T> unpack(T given, List<List<Long>> shapes, String pattern) {
        Call bare = new Call("unpack", Arguments.pattern("unpack", pattern), List.of());
        Backend<T> backend = Arguments.backend(bare, Arrays.asList(given));
        T tensor = Arguments.flat(bare, List.of(given)).getFirst();
        Call call = bare.on(backend, List.of(tensor));
        PackPattern parsed = PackPattern.parse(call);
        long[] shape = backend.shape(tensor);
        if (shape.length != parsed.named() + 1) {
            throw call.failure(Kind.WRONG_RANK, call.all(), "the tensor has " + axes(shape.length)
                    + ", the pattern " + (parsed.named() + 1),
                    "the pattern has one item per axis of the tensor",
                    "name each axis, and write * for the one to be split");
        }
        int axis = parsed.before().size();
        List<long[]> pieces = solve(call, parsed, shapes, shape[axis]);
        return Arguments.guarded(call, () -> {
            List<T> all = backend.perform(List.of(tensor), xs -> {
                List<T> parts = new ArrayList<>();
                long start = 0;
                for (long[] piece : pieces) {
                    long limit = start + product(piece);
                    T part = backend.slice(xs.getFirst(), axis, start, limit);
                    parts.add(backend.reshape(part, around(parsed, shape, 1, piece)));
                    start = limit;
                }
                return parts;
            });
            return all.stream().map(part -> Arguments.result(call, given, part)).toList();
        });
    }

    /** The pieces' shapes with a length of -1 solved; together they are as long as the axis. */
    private static List<long[]> solve(Call call, PackPattern pattern, @Nullable List<List<Long>> shapes,
            long length) {
        if (shapes == null || shapes.stream()
                .anyMatch(s -> s == null || s.stream().anyMatch(Objects::isNull))) {
            throw call.failure(Kind.NULL_ARGUMENT, call.all(), "a shape is null", "shapes are not null",
                    "pass the shapes that pack returned");
        }
        List<long[]> pieces = shapes.stream().map(s -> s.stream().mapToLong(Long::longValue).toArray())
                .toList();
        LongStream all = pieces.stream().flatMapToLong(Arrays::stream);
        if (all.anyMatch(part -> part < -1)) {
            throw split(call, pattern, shapes, length, "a length is negative");
        }
        List<long[]> open = pieces.stream().filter(piece -> Arrays.stream(piece).anyMatch(part -> part == -1))
                .toList();
        if (pieces.stream().flatMapToLong(Arrays::stream).filter(part -> part == -1).count() > 1) {
            throw call.failure(Kind.AMBIGUOUS_LENGTHS, pattern.star(), "there is a second length of -1 in "
                    + shapes, "at most one length in all is left open", "give the other one");
        }
        try {
            long closed = pieces.stream().filter(piece -> !open.contains(piece)).mapToLong(Packing::product)
                    .reduce(0, Math::addExact);
            if (closed > length) {
                throw split(call, pattern, shapes, length, "the closed pieces have " + closed
                        + " elements along it");
            }
            open.forEach(piece -> fill(call, pattern, shapes, piece, length - closed));
            if (open.isEmpty() && closed != length) {
                throw split(call, pattern, shapes, length,
                        "the pieces have " + closed + " elements along it");
            }
        } catch (ArithmeticException overflow) {
            throw split(call, pattern, shapes, length, "the pieces are too long");
        }
        return pieces;
    }

    private static void fill(Call call, PackPattern pattern, List<List<Long>> shapes, long[] open,
            long rest) {
        long others = Arrays.stream(open).filter(part -> part != -1).reduce(1, Math::multiplyExact);
        if (others == 0) {
            throw call.failure(Kind.AMBIGUOUS_LENGTHS, pattern.star(), "the length -1 in " + shapes
                    + " cannot be inferred, as any length does",
                    "beside an axis of length 0 every length is given",
                    "give the length");
        }
        if (rest < 0 || rest % others != 0) {
            throw split(call, pattern, shapes, rest, rest < 0 ? "the other pieces are longer than it"
                    : "what is left over, " + rest + ", does not split into parts of " + others);
        }
        for (int i = 0; i < open.length; i++) {
            open[i] = open[i] == -1 ? rest / others : open[i];
        }
    }

    private static EinopsException split(Call call, PackPattern pattern, List<List<Long>> shapes, long length,
            String why) {
        return call.failure(Kind.SPLIT_MISMATCH, pattern.star(), "the axis of length " + length
                + " does not split into pieces " + shapes + ": " + why,
                "the pieces' elements add up to the axis's length", "pass the shapes that pack returned");
    }

    private static String axes(int count) {
        return count == 1 ? "1 axis" : count + " axes";
    }

    private static long product(long... lengths) {
        return Arrays.stream(lengths).reduce(1, Math::multiplyExact);
    }
}
