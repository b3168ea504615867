package ricci.compiler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Effect;
import ricci.ir.Equation;

/**
 * Of two loop nests, of which one reads element by element what the other computes, makes one, so that what
 * the one has from the other need not go through memory. {@link Fuse} has an equation join one nest at a
 * time; an equation that reads what two nests compute joined one of them, and this brings the two together.
 * They run over the same elements, or one of them over the rows that the other has.
 */
final class Merge {
    /**
     * What is computed once for many elements is computed without vectors in a nest over all of them, so only
     * little of it joins one.
     */
    private static final int MOST_PER_ROW = 8;

    private final Fuse.Cut cut;
    private final List<Step> steps;
    /** What is the same in all steps of a loop, and need not be made again in each. */
    private final Set<Atom.Var> constants;

    private Merge(Fuse.Cut cut, boolean isBody) {
        this.cut = cut;
        this.steps = new ArrayList<>(cut.steps());
        this.constants = isBody ? constants(cut) : Set.of();
    }

    /**
     * The same program in fewer loop nests, in an order in which they can run.
     *
     * @param isBody whether it is run in each step of a loop, and what nests make of constants only before;
     *     between runs of a program, nothing is kept that nests make
     */
    static Fuse.Cut joined(Fuse.Cut cut, boolean isBody) {
        Merge merge = new Merge(cut, isBody);
        int reader = 0;
        while (reader < merge.steps.size()) {
            int merged = merge.joinTo(reader);
            reader = merged >= 0 ? merged : reader + 1;
        }
        return cut.with(merge.steps);
    }

    /** Joins a nest to one that it reads; where both are then, -1 if there is none. */
    private int joinTo(int reader) {
        if (steps.get(reader) instanceof Step.Fused(var second)) {
            Set<Atom.Var> reads = reads(steps.get(reader));
            for (int maker = reader - 1; maker >= 0; maker--) {
                Group both = steps.get(maker) instanceof Step.Fused(var first)
                        ? both(first, second, reads) : null;
                BitSet waiting = both == null ? null : waiting(maker, reader);
                if (both != null && waiting != null) {
                    return replace(maker, reader, waiting, new Step.Fused(both));
                }
            }
        }
        return -1;
    }

    /** Puts one step in the place of two, before the steps that wait for it; where it is then. */
    private int replace(int maker, int reader, BitSet waiting, Step both) {
        List<Step> ordered = new ArrayList<>();
        for (int i = maker + 1; i < reader; i++) {
            if (!waiting.get(i)) {
                ordered.add(steps.get(i));
            }
        }
        int merged = maker + ordered.size();
        ordered.add(both);
        waiting.stream().forEach(i -> ordered.add(steps.get(i)));
        List<Step> replaced = steps.subList(maker, reader + 1);
        replaced.clear();
        replaced.addAll(ordered);
        return merged;
    }

    /** Two nests as one; null if they cannot be that, or it would save nothing. */
    private @Nullable Group both(Group first, Group second, Set<Atom.Var> reads) {
        // The first questions are asked of each pair of nests of a program.
        return first.product() == null && isWorthIt(first, second)
                && first.operations() + second.operations() <= Fuse.MOST_OPERATIONS
                && reads.stream().anyMatch(v -> first.role(v) == Group.Role.FULL)
                && isConstant(first) == isConstant(second) ? joined(first, second) : null;
    }

    /** The same where it is worth it. The end of a product only takes in what nothing else reads. */
    private @Nullable Group joined(Group first, Group second) {
        Group both = Group.joined(first, second, e -> Fuse.operands(e, cut.views()));
        Equation product = second.product();
        if (both == null || product == null) {
            return both;
        }
        if (!Epilogue.exists(both, product, cut.views()) || !isOnlyFor(second, first)) {
            return null;
        }
        both.follow(product);
        return both;
    }

    /**
     * Whether nothing but the members of {@code second} reads what {@code first} computes, so that this has
     * no memory any more: no other step does, nor the product that they are the end of, and it is no result.
     */
    private boolean isOnlyFor(Group second, Group first) {
        Set<Atom.Var> own = results(first.members());
        Stream<Atom> others = steps.stream().filter(step -> !(step instanceof Step.Fused(var group)
                && (group == first || group == second))).flatMap(step -> cut.reads(step).stream());
        Stream<Atom> ofProduct = Stream.ofNullable(second.product()).flatMap(product ->
                Fuse.operands(product, cut.views()).stream()).map(View::base);
        return Stream.of(others, ofProduct, cut.results().stream()).flatMap(x -> x)
                .noneMatch(own::contains);
    }

    private static boolean isWorthIt(Group first, Group second) {
        return first.lengths().length == second.lengths().length || first.operations() <= MOST_PER_ROW;
    }

    private boolean isConstant(Group group) {
        return group.members().stream().flatMap(e -> e.results().stream()).anyMatch(constants::contains);
    }

    /**
     * Which steps between two need the first of them, and so have to wait until both have run as one; null if
     * the second needs one of those.
     */
    private @Nullable BitSet waiting(int maker, int reader) {
        Set<Atom.Var> late = results(steps.get(maker));
        BitSet waiting = new BitSet();
        boolean isEffectLate = false;
        Set<Atom.Var> between = new HashSet<>();
        for (int i = maker + 1; i < reader; i++) {
            Step step = steps.get(i);
            boolean hasEffect = step instanceof Step.Single(var e, _) && Effect.isIn(e.op());
            if (reads(step).stream().anyMatch(late::contains) || (hasEffect && isEffectLate)) {
                waiting.set(i);
                late.addAll(results(step));
                between.addAll(results(step));
                isEffectLate |= hasEffect;
            }
        }
        return reads(steps.get(reader)).stream().anyMatch(between::contains) ? null : waiting;
    }

    private Set<Atom.Var> reads(Step step) {
        Set<Atom.Var> reads = new HashSet<>();
        for (Atom atom : cut.reads(step)) {
            if (atom instanceof Atom.Var v) {
                reads.add(v);
            }
        }
        return reads;
    }

    private static Set<Atom.Var> results(Step step) {
        return switch (step) {
            case Step.Fused(var group) -> {
                Set<Atom.Var> all = results(group.members());
                if (group.product() != null) {
                    all.addAll(group.product().results());
                }
                yield all;
            }
            case Step.Alone(var e) -> results(List.of(e));
            case Step.Single(var e, _) -> results(List.of(e));
        };
    }

    private static Set<Atom.Var> results(List<Equation> equations) {
        return equations.stream().flatMap(e -> e.results().stream())
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** The inputs that are, and what is made of nothing else but them, numbers and positions. */
    private static Set<Atom.Var> constants(Fuse.Cut cut) {
        if (cut.constants().isEmpty()) {
            return Set.of();
        }
        Set<Atom.Var> constants = new HashSet<>(cut.constants());
        for (Step step : cut.steps()) {
            Set<Atom.Var> own = results(step);
            boolean isMadeOfThem = cut.reads(step).stream().allMatch(atom -> !(atom instanceof Atom.Var v)
                    || own.contains(v) || constants.contains(v) || cut.view(v).isLine());
            if (isMadeOfThem) {
                constants.addAll(own);
            }
        }
        return constants;
    }
}
