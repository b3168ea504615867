package ricci.transform;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Collective;
import ricci.ir.Monoid;
import ricci.ir.Op;

/** The tangents of collectives. A tangent that is zero is so in all shards. */
final class JvpCollective {
    private JvpCollective() {}

    static List<@Nullable Atom> rule(Jvp jvp, Builder builder, Collective op, List<Atom> x,
            @Nullable Atom[] t, List<Atom.Var> y) {
        Atom tangent = Objects.requireNonNull(t[0]);
        return switch (op) {
            case Collective.AllReduce all -> switch (all.monoid()) {
                case SUM -> List.of(builder.apply(op, tangent));
                case MAX, MIN -> List.of(extreme(builder, all, x.getFirst(), y.getFirst(), tangent));
                case PROD -> {
                    // As if along an axis, so that no factor is divided out.
                    Op gather = new Collective.AllGather(all.axes(), 0);
                    yield jvp.rule(new Op.Reduce(Monoid.PROD, List.of(0)),
                            List.of(builder.apply(gather, x.getFirst())),
                            new Atom[] {builder.apply(gather, tangent)}, y);
                }
                case AND, OR, XOR -> Collections.singletonList(null);
            };
            case Collective.AllGather _, Collective.ReduceScatter _, Collective.AllToAll _,
                 Collective.Permute _ -> List.of(builder.apply(op, tangent));
            case Collective.AxisIndex _, Collective.Pmap _ -> throw new AssertionError(
                    "the one has no operands, the other is differentiated with its equation");
        };
    }

    /** The mean of the tangents of all that attain the extreme. */
    private static Atom extreme(Builder builder, Collective.AllReduce op, Atom x, Atom y, Atom t) {
        Op sum = new Collective.AllReduce(Monoid.SUM, op.axes());
        Atom mask = builder.convert(builder.compare(Op.Compare.Relation.EQ, x, y), x.type().dtype());
        return builder.div(builder.apply(sum, builder.mul(t, mask)), builder.apply(sum, mask));
    }
}
