package ricci.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of collectives in printed programs. */
final class CollectiveText {
    private CollectiveText() {}

    static String name(Collective op) {
        return switch (op) {
            case Collective.AllReduce _ -> "allReduce";
            case Collective.AllGather _ -> "allGather";
            case Collective.ReduceScatter _ -> "reduceScatter";
            case Collective.AllToAll _ -> "allToAll";
            case Collective.Permute _ -> "permute";
            case Collective.AxisIndex _ -> "axisIndex";
            case Collective.Pmap _ -> "pmap";
        };
    }

    /** The parameters by name; the program of a pmap is not among them. */
    static Map<String, Object> values(Collective op) {
        Map<String, Object> all = OpText.ordered("over", NamedAxis.names(op.axes()),
                "sizes", op.axes().stream().map(NamedAxis::size).toList());
        switch (op) {
            case Collective.AllReduce(var monoid, _) -> all.put("monoid", OpText.camel(monoid));
            case Collective.AllGather(_, int place) -> all.put("place", place);
            case Collective.ReduceScatter(_, int place) -> all.put("place", place);
            case Collective.AllToAll(_, int place) -> all.put("place", place);
            case Collective.Permute(_, var sources) -> all.put("sources", sources);
            case Collective.AxisIndex _ -> { }
            case Collective.Pmap(_, var in, var out, _) -> {
                all.put("in", in.stream().map(Sharding::axes).toList());
                all.put("out", out.stream().map(Sharding::axes).toList());
            }
        }
        return all;
    }

    /** The collective of that name; null if there is none. */
    static @Nullable Op read(String name, OpText.Parameters p) {
        return switch (name) {
            case "allReduce" -> new Collective.AllReduce(p.word("monoid", Monoid.values()), axes(p));
            case "allGather" -> new Collective.AllGather(axes(p), p.integer("place"));
            case "reduceScatter" -> new Collective.ReduceScatter(axes(p), p.integer("place"));
            case "allToAll" -> new Collective.AllToAll(axes(p), p.integer("place"));
            case "permute" -> new Collective.Permute(axes(p), p.integers("sources"));
            case "axisIndex" -> new Collective.AxisIndex(axes(p));
            case "pmap" -> new Collective.Pmap(axes(p), p.shardings("in"), p.shardings("out"),
                    p.programs(1).getFirst());
            default -> null;
        };
    }

    private static List<NamedAxis> axes(OpText.Parameters p) {
        List<String> names = p.words("over");
        List<Long> sizes = p.longs("sizes");
        if (names.size() != sizes.size()) {
            throw p.wrong("sizes");
        }
        List<NamedAxis> axes = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            axes.add(NamedAxis.of(names.get(i), sizes.get(i)));
        }
        return axes;
    }
}
