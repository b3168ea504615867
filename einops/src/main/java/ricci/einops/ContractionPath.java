package ricci.einops;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The search for the order in which the operands of an einsum are contracted, two at a time. The cheapest
 * order has the fewest multiply-adds, and of those the smallest largest intermediate; it is found for as
 * many operands as {@link #MOST_FOR_OPTIMAL}, a cheap one for more. Every axis is in the output or in two
 * operands: what is in one alone has been summed. Equal costs are decided for the order from left to right,
 * so a pattern has one path.
 */
final class ContractionPath {
    /** Trying all 3^n divisions of n operands takes no longer than a small contraction up to here. */
    static final int MOST_FOR_OPTIMAL = 8;

    /** Operands a and b, a the earlier one, become one, which goes by the number a. */
    record Pair(int a, int b) {}

    /** What contractions cost; numbers beyond a long are the greatest long. */
    record Cost(long multiplyAdds, long largest) implements Comparable<Cost> {
        static final Cost NOTHING = new Cost(0, 0);

        Cost and(Cost other) {
            return new Cost(sum(multiplyAdds, other.multiplyAdds), Math.max(largest, other.largest));
        }

        @Override
        public int compareTo(Cost other) {
            int byWork = Long.compare(multiplyAdds, other.multiplyAdds);
            return byWork == 0 ? Long.compare(largest, other.largest) : byWork;
        }
    }

    private final BitSet[] operands;
    private final BitSet output;
    private final long[] lengths;

    ContractionPath(List<? extends Collection<String>> operands, Collection<String> output,
            Map<String, Long> lengths) {
        List<String> names = Stream.concat(operands.stream().flatMap(Collection::stream), output.stream())
                .distinct().toList();
        this.operands = operands.stream().map(own -> bits(own, names)).toArray(BitSet[]::new);
        this.output = bits(output, names);
        this.lengths = names.stream().mapToLong(name -> Objects.requireNonNull(lengths.get(name))).toArray();
    }

    List<Pair> search() {
        if (operands.length <= MOST_FOR_OPTIMAL) {
            return optimal();
        }
        List<Pair> greedy = greedy();
        return cost(greedy).compareTo(cost(leftToRight())) < 0 ? greedy : leftToRight();
    }

    List<Pair> leftToRight() {
        return IntStream.range(1, operands.length).mapToObj(b -> new Pair(0, b)).toList();
    }

    Cost cost(List<Pair> path) {
        Contracting state = new Contracting();
        Cost cost = Cost.NOTHING;
        for (Pair pair : path) {
            cost = cost.and(state.cost(pair));
            state.contract(pair);
        }
        return cost;
    }

    /** Dynamic programming: the best way to make one tensor of each set of operands. */
    private List<Pair> optimal() {
        int all = (1 << operands.length) - 1;
        BitSet[] axes = IntStream.rangeClosed(0, all).mapToObj(set -> axesOf(set, all))
                .toArray(BitSet[]::new);
        Cost[] best = new Cost[all + 1];
        int[] division = new int[all + 1];
        for (int set = 1; set <= all; set++) {
            best[set] = Cost.NOTHING;
            if (Integer.bitCount(set) == 1) {
                continue;
            }
            long size = product(axes[set]);
            int rest = set & (set - 1);
            int last = Integer.highestOneBit(set);
            // The last operand alone is tried first, and wins when costs are equal.
            for (int b = last, next = rest; b != 0; b = next, next = (next - 1) & rest) {
                Cost step = new Cost(product(union(axes[set ^ b], axes[b])), size);
                Cost cost = best[set ^ b].and(best[b]).and(step);
                if (division[set] == 0 || cost.compareTo(best[set]) < 0) {
                    best[set] = cost;
                    division[set] = b;
                }
            }
        }
        List<Pair> path = new ArrayList<>();
        collect(all, division, path);
        return path;
    }

    /** What remains of the axes of a set of operands: those that the output or another operand has. */
    private BitSet axesOf(int set, int all) {
        BitSet own = unionOf(set);
        BitSet needed = union(output, unionOf(all ^ set));
        own.and(needed);
        return own;
    }

    private BitSet unionOf(int set) {
        BitSet union = new BitSet();
        for (int i = 0; i < operands.length; i++) {
            if ((set >> i & 1) == 1) {
                union.or(operands[i]);
            }
        }
        return union;
    }

    private static void collect(int set, int[] division, List<Pair> to) {
        int b = division[set];
        if (b != 0) {
            collect(set ^ b, division, to);
            collect(b, division, to);
            to.add(new Pair(Integer.numberOfTrailingZeros(set), Integer.numberOfTrailingZeros(b)));
        }
    }

    /** Always the pair next whose contraction leaves least behind; operands without a shared axis last. */
    private List<Pair> greedy() {
        Contracting state = new Contracting();
        List<Pair> path = new ArrayList<>();
        List<Integer> live = new ArrayList<>(IntStream.range(0, operands.length).boxed().toList());
        Comparator<Pair> order = Comparator.<Pair, Boolean>comparing(state::isOuter)
                .thenComparingDouble(state::growth).thenComparing(state::cost);
        while (live.size() > 1) {
            Pair next = live.stream().flatMap(a -> live.stream().filter(b -> a < b).map(b -> new Pair(a, b)))
                    .min(order).orElseThrow();
            state.contract(next);
            path.add(next);
            live.remove(Integer.valueOf(next.b()));
        }
        return path;
    }

    /** The operands while they become fewer. */
    private final class Contracting {
        private final BitSet[] axes = operands.clone();
        private final int[] holders = new int[lengths.length];

        Contracting() {
            Stream.concat(Stream.of(output), Stream.of(operands))
                    .forEach(own -> own.stream().forEach(axis -> holders[axis]++));
        }

        Cost cost(Pair pair) {
            return new Cost(product(union(axes[pair.a], axes[pair.b])), product(result(pair)));
        }

        boolean isOuter(Pair pair) {
            return !axes[pair.a].intersects(axes[pair.b]);
        }

        /** How many more elements the result has than both together; as a double, it has no bounds. */
        double growth(Pair pair) {
            return (double) product(result(pair)) - product(axes[pair.a]) - product(axes[pair.b]);
        }

        void contract(Pair pair) {
            BitSet result = result(pair);
            axes[pair.a].stream().forEach(axis -> holders[axis]--);
            axes[pair.b].stream().forEach(axis -> holders[axis]--);
            result.stream().forEach(axis -> holders[axis]++);
            axes[pair.a] = result;
            axes[pair.b] = new BitSet();
        }

        private BitSet result(Pair pair) {
            BitSet result = union(axes[pair.a], axes[pair.b]);
            for (int axis = result.nextSetBit(0); axis >= 0; axis = result.nextSetBit(axis + 1)) {
                int here = (axes[pair.a].get(axis) ? 1 : 0) + (axes[pair.b].get(axis) ? 1 : 0);
                result.set(axis, holders[axis] > here);
            }
            return result;
        }
    }

    private static BitSet bits(Collection<String> own, List<String> names) {
        BitSet bits = new BitSet();
        own.forEach(name -> bits.set(names.indexOf(name)));
        return bits;
    }

    private static BitSet union(BitSet a, BitSet b) {
        BitSet union = (BitSet) a.clone();
        union.or(b);
        return union;
    }

    private long product(BitSet axes) {
        return axes.stream().mapToLong(axis -> lengths[axis]).reduce(1, ContractionPath::times);
    }

    static long times(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }

    static long sum(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }
}
