package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Shape;

/**
 * Equations that run as one loop nest: over all axes of {@link #lengths}, of which some may be reduced. Each
 * value has one element for each turn of all loops, or one for each turn of those over the kept axes.
 */
final class Group {
    /** Which loops a value has elements for. */
    enum Role {
        /** All. */
        FULL,
        /** Those over axes that are not reduced. */
        KEPT
    }

    private final long[] lengths;
    private @Nullable BitSet reduced;
    private final List<Equation> members = new ArrayList<>();
    private final Map<Atom.Var, Role> roles = new HashMap<>();
    private final List<Integer> each = new ArrayList<>();
    private int operations;
    private @Nullable Equation product;

    Group(long[] lengths) {
        this.lengths = lengths;
    }

    /**
     * Two groups as one, which runs over the axes of the one that has more; null if what the second reads of
     * the first is not computed in the same turn.
     *
     * @param operands how an equation reads its operands that are variables
     */
    static @Nullable Group joined(Group first, Group second, Function<Equation, List<View>> operands) {
        Group longer = first.lengths.length > second.lengths.length ? first : second;
        Group both = new Group(longer.lengths);
        both.reduced = longer.reduced == null && first.lengths.length == second.lengths.length
                ? first.reduced : longer.reduced;
        for (Group group : List.of(first, second)) {
            for (int i = 0; i < group.members.size(); i++) {
                Equation e = group.members.get(i);
                Role role = both.joining(e, operands.apply(e));
                if (role == null) {
                    return null;
                }
                both.join(e, role, group.operations(i));
            }
        }
        return both;
    }

    /** The lengths of the axes, none of them 1. */
    long[] lengths() {
        return lengths;
    }

    /** Which axes are reduced. */
    BitSet reduced() {
        return reduced == null ? new BitSet() : reduced;
    }

    List<Equation> members() {
        return members;
    }

    /** The role of a value that is computed here, else null. */
    @Nullable Role role(Atom.Var value) {
        return roles.get(value);
    }

    long[] keptLengths() {
        BitSet gone = reduced();
        return IntStream.range(0, lengths.length).filter(i -> !gone.get(i))
                .mapToLong(i -> lengths[i]).toArray();
    }

    /** The strides, along all axes, of what has elements for kept ones only. */
    long[] spread(long[] keptStrides) {
        BitSet gone = reduced();
        long[] strides = new long[lengths.length];
        int next = 0;
        for (int i = 0; i < lengths.length; i++) {
            strides[i] = gone.get(i) ? 0 : keptStrides[next++];
        }
        return strides;
    }

    /** Where the elements of a value that is computed here lie. */
    long[] strides(Role role) {
        return switch (role) {
            case FULL -> Dims.rowMajor(lengths);
            case KEPT -> spread(Dims.rowMajor(keptLengths()));
        };
    }

    /** Where the elements of a value lie in memory that is computed here. */
    long[] strides(Atom.Var v, Fuse.Cut cut) {
        Role role = Objects.requireNonNull(role(v));
        if (!cut.places().containsKey(v)) {
            return strides(role);
        }
        long[] strides = Dims.strides(Objects.requireNonNull(over(v, cut.written(v))));
        return role == Role.FULL ? strides : spread(strides);
    }

    /** The place of a value as one of the axes of the loops over it; null if no strides lead there. */
    @Nullable View over(Atom.Var v, View place) {
        return place.reshape(Shape.of(role(v) == Role.FULL ? lengths : keptLengths()));
    }

    /** The axes, among those of {@link Dims}, that a reduction is over. */
    static BitSet reduced(Op.Reduce reduce, Equation e) {
        List<Integer> axes = Dims.of(e.operands().getFirst().type().shape());
        BitSet reduced = new BitSet();
        for (int i = 0; i < axes.size(); i++) {
            reduced.set(i, reduce.axes().contains(axes.get(i)));
        }
        return reduced;
    }

    /** The lengths of the axes of the loops of an equation by itself. */
    static long[] lengths(Equation e) {
        // A reduction runs over its operand; so does a copy, which writes in the order of the operand.
        boolean isOverOperand = e.op() instanceof Op.Reduce || e.op() instanceof Op.Reshape;
        return Dims.lengths((isOverOperand ? e.operands() : e.results()).getFirst().type().shape());
    }

    /** The role in which an equation could join, or null if it cannot. */
    @Nullable Role joining(Equation e, List<View> operands) {
        if (e.op() instanceof Op.Reduce reduce) {
            BitSet axes = reduced(reduce, e);
            boolean fits = Arrays.equals(lengths(e), lengths) && (reduced == null || reduced.equals(axes));
            return fits && operands.stream().allMatch(v -> isReadable(v, Role.FULL)) ? Role.KEPT : null;
        }
        long[] shape = lengths(e);
        for (Role role : Role.values()) {
            boolean fits = role == Role.FULL ? Arrays.equals(shape, lengths)
                    : reduced != null && Arrays.equals(shape, keptLengths());
            if (fits && operands.stream().allMatch(v -> isReadable(v, role))) {
                return role;
            }
        }
        return null;
    }

    /** Whether a value in {@code role} can read the view in the same turn that computes its base. */
    private boolean isReadable(View view, Role role) {
        Role base = roles.get(view.base());
        if (base == null) {
            return true;
        }
        if (view.offset() != 0) {
            return false;
        }
        long[] strides = role == Role.FULL ? Dims.strides(view) : spread(Dims.strides(view));
        return switch (base) {
            case FULL -> role == Role.FULL && Arrays.equals(strides, strides(Role.FULL));
            case KEPT -> Arrays.equals(strides, strides(Role.KEPT));
        };
    }

    /** The product of matrices whose elements the members make something of, see {@link Epilogue}. */
    @Nullable Equation product() {
        return product;
    }

    /** From here on the group is the end of a product, whose result it reads. */
    void follow(Equation product) {
        this.product = product;
    }

    /** How many operations all members have together. */
    int operations() {
        return operations;
    }

    /** How many the member of that number has. */
    int operations(int member) {
        return each.get(member);
    }

    /** The same without some members, whose results no other one reads. */
    Group without(Set<Equation> some) {
        Group rest = new Group(lengths);
        for (int i = 0; i < members.size(); i++) {
            Equation e = members.get(i);
            if (!some.contains(e)) {
                rest.join(e, Objects.requireNonNull(roles.get(e.results().getFirst())), operations(i));
            }
        }
        return rest;
    }

    void join(Equation e, Role role, int added) {
        members.add(e);
        operations += added;
        each.add(added);
        e.results().forEach(v -> roles.put(v, role));
        if (e.op() instanceof Op.Reduce reduce) {
            reduced = reduced(reduce, e);
        }
    }

    // ---- its name ----

    /** What it computes, in a few words. */
    String name() {
        return name(members);
    }

    static String name(List<Equation> equations) {
        return String.join("_", equations.stream().map(e -> name(e.op())).distinct().limit(4).toList());
    }

    private static String name(Op op) {
        return switch (op) {
            case Op.Unary(var f) -> f.name().toLowerCase(Locale.ROOT);
            case Op.Binary(var f) -> f.name().toLowerCase(Locale.ROOT);
            case Op.Reduce(var monoid, _) -> monoid.name().toLowerCase(Locale.ROOT);
            case Op _ -> op.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        };
    }
}
