package ricci.transform;

import static ricci.ir.Lists.join;
import static ricci.transform.Signature.either;
import static ricci.transform.Signature.types;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Control;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.transform.Tangents.Duals;

/**
 * Forward mode of {@link Control}: the programs inside are differentiated, and tangents are carried along. A
 * tensor has a tangent in all branches, or in all steps, if it has one in any; elsewhere that is zero.
 */
final class JvpControl {
    private final Jvp jvp;
    private final Builder builder;

    private JvpControl(Jvp jvp, Builder builder) {
        this.jvp = jvp;
        this.builder = builder;
    }

    /** Applies the derivative of {@code op} to operands x with tangents t, not all zero. */
    static Duals of(Jvp jvp, Builder builder, Control op, List<Atom> x, @Nullable Atom[] t) {
        JvpControl rules = new JvpControl(jvp, builder);
        List<Boolean> active = Arrays.stream(t).map(u -> u != null).toList();
        List<Atom> tangents = new ArrayList<>();
        Arrays.stream(t).filter(u -> u != null).forEach(tangents::add);
        return switch (op) {
            case Control.Cond cond -> rules.cond(cond, x, active, tangents);
            case Control.While loop -> rules.loop(loop, x, active, t);
            case Control.Scan scan -> rules.scan(scan, x, active, t);
        };
    }

    private Duals cond(Control.Cond op, List<Atom> x, List<Boolean> active, List<Atom> tangents) {
        List<Jvp.Result> branches = op.branches().stream()
                .map(branch -> jvp.inside(branch, active.subList(1, active.size()))).toList();
        List<Boolean> joined = branches.stream().map(Jvp.Result::activeResults)
                .reduce(Signature::either).orElseThrow();
        Control.Cond pushed = new Control.Cond(
                branches.stream().map(branch -> withTangents(branch, joined)).toList());
        return pushed(builder.apply(pushed, join(x, tangents)), joined);
    }

    private Duals loop(Control.While op, List<Atom> x, List<Boolean> active, @Nullable Atom[] t) {
        int first = op.conditionConstants();
        int carry = first + op.bodyConstants();
        List<Boolean> constants = active.subList(first, carry);
        List<Boolean> carries = active.subList(carry, x.size());
        Jvp.Result body = jvp.inside(op.body(), join(constants, carries));
        while (!either(carries, body.activeResults()).equals(carries)) {
            carries = either(carries, body.activeResults());
            body = jvp.inside(op.body(), join(constants, carries));
        }
        List<Atom> tangents = instantiated(x.subList(carry, x.size()), carries, t, carry);
        Program pushed = ordered(withTangents(body, carries), constants, carries, List.of());
        Program condition = Signature.ignoring(op.condition(), types(tangents));
        List<Atom> operands = join(x.subList(0, carry), present(t, first, carry), x.subList(carry, x.size()),
                tangents);
        return pushed(builder.apply(new Control.While(condition, pushed, op.limit()), operands), carries);
    }

    private Duals scan(Control.Scan op, List<Atom> x, List<Boolean> active, @Nullable Atom[] t) {
        int first = op.constants();
        int last = first + op.carries();
        List<Boolean> constants = active.subList(0, first);
        List<Boolean> carries = active.subList(first, last);
        List<Boolean> xs = active.subList(last, x.size());
        Jvp.Result body = jvp.inside(op.body(), active);
        while (!either(carries, body.activeResults().subList(0, op.carries())).equals(carries)) {
            carries = either(carries, body.activeResults().subList(0, op.carries()));
            body = jvp.inside(op.body(), join(constants, carries, xs));
        }
        List<Boolean> outputs = body.activeResults().subList(op.carries(), op.body().results().size());
        List<Boolean> results = join(carries, outputs);
        List<Atom> tangents = instantiated(x.subList(first, last), carries, t, first);
        Program pushed = ordered(withTangents(body, results), constants, carries, xs);
        List<Atom> given = pushed.results();
        int count = results.size();
        // The results as a scan has them: carries with their tangents, then outputs with theirs.
        pushed = Signature.returning(pushed, join(given.subList(0, op.carries()),
                given.subList(count, count + tangents.size()), given.subList(op.carries(), count),
                given.subList(count + tangents.size(), given.size())));
        List<Atom> constantTangents = present(t, 0, first);
        Control.Scan all = new Control.Scan(pushed, first + constantTangents.size(),
                op.carries() + tangents.size(), op.length(), op.reverse());
        List<Atom.Var> y = builder.apply(all, join(x.subList(0, first), constantTangents,
                x.subList(first, last), tangents, x.subList(last, x.size()), present(t, last, x.size())));
        int stacked = op.carries() + tangents.size();
        return pushed(join(y.subList(0, op.carries()), y.subList(stacked, stacked + op.outputs()),
                y.subList(op.carries(), stacked), y.subList(stacked + op.outputs(), y.size())), results);
    }

    /** The differentiated program with tangents of the marked results; zeros where it has none. */
    private static Program withTangents(Jvp.Result jvp, List<Boolean> marked) {
        List<Atom> given = jvp.program().results();
        int count = marked.size();
        List<Atom> results = new ArrayList<>(given.subList(0, count));
        int next = count;
        for (int i = 0; i < count; i++) {
            if (jvp.activeResults().get(i)) {
                results.add(given.get(next++));
            } else if (marked.get(i)) {
                results.add(new Atom.Literal(given.get(i).type(), 0));
            }
        }
        return Signature.returning(jvp.program(), results);
    }

    /** The inputs, primals and then tangents, ordered as a loop has them: each group with its tangents. */
    private static Program ordered(Program jvp, List<Boolean> constants, List<Boolean> carries,
            List<Boolean> xs) {
        List<Atom.Var> inputs = new ArrayList<>();
        int primal = 0;
        int tangent = constants.size() + carries.size() + xs.size();
        for (List<Boolean> group : List.of(constants, carries, xs)) {
            int tangents = (int) group.stream().filter(mark -> mark).count();
            inputs.addAll(jvp.inputs().subList(primal, primal + group.size()));
            inputs.addAll(jvp.inputs().subList(tangent, tangent + tangents));
            primal += group.size();
            tangent += tangents;
        }
        return Signature.reordered(jvp, inputs, jvp.results());
    }

    private List<Atom> instantiated(List<Atom> x, List<Boolean> marked, @Nullable Atom[] t, int offset) {
        List<Atom> tangents = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            Atom tangent = t[offset + i];
            if (marked.get(i)) {
                TensorType type = x.get(i).type();
                tangents.add(tangent == null ? builder.zeros(type) : tangent);
            }
        }
        return tangents;
    }

    private static List<Atom> present(@Nullable Atom[] t, int from, int to) {
        List<Atom> present = new ArrayList<>();
        Arrays.stream(t, from, to).filter(u -> u != null).forEach(present::add);
        return present;
    }

    private static Duals pushed(List<Atom.Var> all, List<Boolean> marked) {
        List<@Nullable Atom> tangents = new ArrayList<>();
        int next = marked.size();
        for (boolean mark : marked) {
            tangents.add(mark ? all.get(next++) : null);
        }
        return new Duals(List.copyOf(all.subList(0, marked.size())), tangents);
    }
}
