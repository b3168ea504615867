package ricci.einops;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Several moves of one tensor as one: each axis of the result is a product of strided axes of the input,
 * which reshapes split and regroup, and transposes exchange. A reshape that would cut an axis into unequal
 * parts, as after a transpose it may, cannot be fused.
 */
final class Fusion {
    private record Strided(long length, long stride) {}

    /** Of each axis of the tensor as it is now, the axes of the input that it runs through. */
    private List<List<Strided>> axes = new ArrayList<>();

    private Fusion(long... shape) {
        long[] strides = Nest.strides(shape);
        for (int i = 0; i < shape.length; i++) {
            axes.add(List.of(new Strided(shape[i], strides[i])));
        }
    }

    /** One plan that does what two do, one after the other; {@code shape} is that of the tensor. */
    static Plan of(Plan first, Plan second, long[] shape) {
        List<Stage> stages = new ArrayList<>(first.parts().getFirst().stages());
        stages.addAll(second.parts().getFirst().stages());
        Plan.Part part = new Fusion(shape).run(stages, second.shape())
                .orElseGet(() -> new Plan.Part(0, List.copyOf(stages), null));
        return new Plan(List.of(part), second.outputs());
    }

    private Optional<Plan.Part> run(List<Stage> stages, long[] result) {
        if (LongStream.of(result).anyMatch(length -> length == 0)) {
            return Optional.empty();
        }
        for (Stage stage : stages) {
            boolean done = switch (stage) {
                case Stage.Reshape(var shape) -> reshape(shape);
                case Stage.Transpose(var permutation) -> transpose(permutation);
                case Stage.Rearrange(var split, var permutation, var merged) ->
                        reshape(split) && transpose(permutation) && reshape(merged);
                case Stage.Slice _, Stage.Window _, Stage.Diagonal _, Stage.Reduce _, Stage.Coordinates _,
                     Stage.Broadcast _ -> false;
            };
            if (!done) {
                return Optional.empty();
            }
        }
        return Optional.of(part(result));
    }

    private boolean transpose(List<Integer> permutation) {
        axes = new ArrayList<>(permutation.stream().map(axes::get).toList());
        return true;
    }

    /** From the last axis to the first, each takes as many of the fastest axes as it is long. */
    private boolean reshape(List<Long> shape) {
        List<Strided> all = new ArrayList<>();
        axes.forEach(group -> group.stream().filter(axis -> axis.length > 1).forEach(all::add));
        List<List<Strided>> regrouped = new ArrayList<>();
        for (long length : shape.reversed()) {
            List<Strided> group = new ArrayList<>();
            long rest = length;
            while (rest > 1) {
                Strided axis = all.removeLast();
                long taken = Math.min(axis.length, rest);
                if (axis.length % taken != 0 || rest % taken != 0) {
                    return false;
                }
                group.addFirst(new Strided(taken, axis.stride));
                if (taken < axis.length) {
                    all.add(new Strided(axis.length / taken, axis.stride * taken));
                }
                rest /= taken;
            }
            regrouped.addFirst(group);
        }
        axes = regrouped;
        return true;
    }

    private Plan.Part part(long[] result) {
        List<Strided> made = axes.stream().flatMap(List::stream).filter(axis -> axis.length > 1).toList();
        List<Strided> split = made.stream().sorted(Comparator.comparingLong(axis -> -axis.stride)).toList();
        List<Long> merged = LongStream.of(result).boxed().toList();
        List<Stage> stages = split.equals(made) ? List.of(new Stage.Reshape(merged))
                : List.of(new Stage.Rearrange(split.stream().map(Strided::length).toList(),
                        made.stream().map(split::indexOf).toList(), merged));
        return new Plan.Part(0, stages, Nest.filling(made.stream().mapToLong(Strided::length).toArray(),
                made.stream().mapToLong(Strided::stride).toArray(), 0));
    }
}
