package ricci.transform;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;

/** Tangents, of which null is one that is known to be zero. */
final class Tangents {
    private Tangents() {}

    /** The results of an equation, and their tangents. */
    record Duals(List<Atom> values, List<@Nullable Atom> tangents) {}

    static @Nullable Atom sum(Builder builder, @Nullable Atom a, @Nullable Atom b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return builder.add(a, b);
    }

    /** The tangent of {@code primal}, written out if it is zero. */
    static Atom zeroed(Builder builder, @Nullable Atom tangent, Atom primal) {
        return tangent == null ? builder.zeros(primal.type()) : tangent;
    }

    static List<Atom> zeroed(Builder builder, @Nullable Atom[] tangents, List<Atom> primals) {
        return IntStream.range(0, tangents.length)
                .mapToObj(i -> zeroed(builder, tangents[i], primals.get(i))).toList();
    }

    /** The tangent of an equation's only result. */
    static List<@Nullable Atom> single(@Nullable Atom tangent) {
        return Collections.singletonList(tangent);
    }
}
