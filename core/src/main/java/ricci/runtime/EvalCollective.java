package ricci.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Collective;
import ricci.ir.Op;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/** The interpreter's rules of collectives: each shard brings its value, and takes its part of all. */
final class EvalCollective {
    private EvalCollective() {}

    static List<Value> apply(Collective op, List<Value> x, List<TensorType> types, List<TensorType> results) {
        return switch (op) {
            case Collective.Pmap map -> pmap(map, x, types);
            case Collective.AxisIndex(var axes) -> List.of(
                    new Value.Integers(new long[] {Shard.of(op, types).index(axes)}));
            case Collective.AllReduce(var monoid, _) -> {
                Value total = Shard.of(op, types).meet(op, x.getFirst(), all ->
                        sum(new Op.Reduce(monoid, List.of(0)), all, types.getFirst()));
                yield List.of(total);
            }
            case Collective.ReduceScatter(var axes, int place) -> {
                Shard shard = Shard.of(op, types);
                TensorType type = types.getFirst();
                Value total = shard.meet(op, x.getFirst(), all ->
                        sum(new Op.Reduce(ricci.ir.Monoid.SUM, List.of(0)), all, type));
                yield List.of(total.take(places(type.shape(), place, shard.index(axes))));
            }
            case Collective.AllGather(_, int place) -> {
                Value every = Shard.of(op, types).meet(op, x.getFirst(),
                        all -> gathered(all, results.getFirst(), place));
                yield List.of(every);
            }
            case Collective.AllToAll(var axes, int place) -> {
                Shard shard = Shard.of(op, types);
                TensorType type = types.getFirst();
                int[] mine = places(type.shape(), place, shard.index(axes));
                List<Value> all = shard.meet(op, x.getFirst(), every -> every);
                yield List.of(gathered(all.stream().map(v -> v.take(mine)).toList(), type, place));
            }
            case Collective.Permute(var axes, var sources) -> {
                Shard shard = Shard.of(op, types);
                List<Value> all = shard.meet(op, x.getFirst(), every -> every);
                int source = sources.get(shard.index(axes));
                TensorType type = types.getFirst();
                yield List.of(source == Collective.Permute.NOBODY
                        ? Value.fill(type.dtype(), Value.length(type.shape().size()), 0) : all.get(source));
            }
        };
    }

    private static List<Value> pmap(Collective.Pmap map, List<Value> x, List<TensorType> types) {
        List<Buffer> operands = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            operands.add(x.get(i).toBuffer(types.get(i).dtype()));
        }
        Executable shard = Watch.handedOver(parts -> Eval.run(map.body(), parts));
        return SpmdEngine.installed().run(map, shard, operands).stream()
                .map(Value::of).toList();
    }

    /** In the order of the shards, as {@link Op.Reduce} does it along an axis. */
    private static Value sum(Op.Reduce op, List<Value> all, TensorType each) {
        return Reductions.reduce(op, gathered(all, along(each, all.size()), 0), along(each, all.size()));
    }

    private static TensorType along(TensorType each, int count) {
        long[] lengths = new long[each.rank() + 1];
        Arrays.setAll(lengths, i -> i == 0 ? count : each.shape().length(i - 1));
        return each.with(Shape.of(lengths));
    }

    /** All values along an axis of the result. */
    private static Value gathered(List<Value> all, TensorType result, int axis) {
        Value joined = Value.fill(result.dtype(), Value.length(result.shape().size()), 0);
        IntStream.range(0, all.size())
                .forEach(i -> joined.put(places(result.shape(), axis, i), all.get(i)));
        return joined;
    }

    /** The places of what has one index along an axis. */
    private static int[] places(Shape shape, int axis, int index) {
        int start = index * Places.strides(shape)[axis];
        return Arrays.stream(Places.along(shape, shape.axesExcept(List.of(axis)))).map(p -> p + start)
                .toArray();
    }
}
