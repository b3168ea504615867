package ricci.transform;

import static ricci.transform.Tangents.zeroed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Custom;
import ricci.ir.InferTypes;
import ricci.ir.RicciException;
import ricci.transform.Tangents.Duals;

/** Forward mode of {@link Custom} primitives: the user's rules take the place of ours. */
final class JvpCustom {
    private final Jvp jvp;
    private final Builder builder;

    JvpCustom(Jvp jvp, Builder builder) {
        this.jvp = jvp;
        this.builder = builder;
    }

    /** Of operands x and their tangents t, not all zero. */
    Duals rule(Custom op, List<Atom> x, @Nullable Atom[] t) {
        return switch (op) {
            case Custom.Named _ -> new Duals(List.copyOf(builder.apply(op, x)), Arrays.asList(t));
            case Custom.Remat(var body, var policy) -> {
                Jvp.Result inner = jvp.inside(body, active(t));
                List<Atom> operands = new ArrayList<>(x);
                Arrays.stream(t).filter(u -> u != null).forEach(operands::add);
                yield apart(Rematerialize.apply(builder, inner.program(), policy, operands),
                        inner.activeResults());
            }
            case Custom.CustomJvp custom -> customJvp(custom, x, t);
            case Custom.CustomVjp custom -> customVjp(custom, x, t);
            case Custom.CustomLinear custom -> customLinear(custom, x, t);
        };
    }

    private Duals customJvp(Custom.CustomJvp op, List<Atom> x, @Nullable Atom[] t) {
        requireConstant(op.name(), op.constants(), x, t);
        List<Atom> arguments = new ArrayList<>(x);
        List<Boolean> varies = new ArrayList<>(Collections.nCopies(x.size(), false));
        for (int i = op.constants(); i < x.size(); i++) {
            if (x.get(i).type().dtype().isInexact()) {
                arguments.add(zeroed(builder, t[i], x.get(i)));
                varies.add(t[i] != null);
            }
        }
        // What does not depend on a tangent is zero, as the rule is linear; the cut will see it as we do.
        List<Boolean> depends = PartialEval.of(op.rule(), varies).unknownResults();
        List<Atom> all = builder.inline(op.rule(), arguments);
        int results = op.function().results().size();
        List<@Nullable Atom> tangents = new ArrayList<>();
        int next = results;
        for (int i = 0; i < results; i++) {
            boolean isInexact = all.get(i).type().dtype().isInexact();
            tangents.add(isInexact && depends.get(next) ? all.get(next) : null);
            next += isInexact ? 1 : 0;
        }
        return new Duals(all.subList(0, results), tangents);
    }

    private Duals customVjp(Custom.CustomVjp op, List<Atom> x, @Nullable Atom[] t) {
        requireConstant(op.name(), op.constants(), x, t);
        List<Atom> all = builder.inline(op.forward(), x);
        int results = op.function().results().size();
        List<Atom> operands = new ArrayList<>(all.subList(results, all.size()));
        int residuals = operands.size();
        for (int i = op.constants(); i < x.size(); i++) {
            if (x.get(i).type().dtype().isInexact()) {
                operands.add(zeroed(builder, t[i], x.get(i)));
            }
        }
        List<Atom.Var> some = builder.apply(
                new Custom.CustomLinear(op.name(), op.backward(), residuals), operands);
        List<@Nullable Atom> tangents = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < results; i++) {
            tangents.add(all.get(i).type().dtype().isInexact() ? some.get(next++) : null);
        }
        return new Duals(all.subList(0, results), tangents);
    }

    /** Linear in all but the residuals. */
    private Duals customLinear(Custom.CustomLinear op, List<Atom> x, @Nullable Atom[] t) {
        boolean fixed = Arrays.stream(t, 0, op.residuals()).allMatch(u -> u == null);
        if (fixed) {
            List<Atom.Var> y = builder.apply(op, x);
            List<Atom> operands = new ArrayList<>(x.subList(0, op.residuals()));
            for (int i = op.residuals(); i < x.size(); i++) {
                operands.add(zeroed(builder, t[i], x.get(i)));
            }
            return new Duals(List.copyOf(y), new ArrayList<>(builder.apply(op, operands)));
        }
        Jvp.Result inner = jvp.inside(TransposeCustom.function(op), active(t));
        return apart(builder.inline(inner.program(),
                Stream.concat(x.stream(), Arrays.stream(t).filter(u -> u != null)).toList()),
                inner.activeResults());
    }

    private static Duals apart(List<? extends Atom> all, List<Boolean> active) {
        int results = active.size();
        List<@Nullable Atom> tangents = new ArrayList<>();
        int next = results;
        for (boolean isActive : active) {
            tangents.add(isActive ? all.get(next++) : null);
        }
        return new Duals(List.copyOf(all.subList(0, results)), tangents);
    }

    private static List<Boolean> active(@Nullable Atom[] t) {
        return Arrays.stream(t).map(u -> u != null).toList();
    }

    private static void requireConstant(String name, int constants, List<Atom> x, @Nullable Atom[] t) {
        List<Atom> varying = IntStream.range(0, constants).filter(i -> t[i] != null).mapToObj(x::get)
                .toList();
        if (!varying.isEmpty()) {
            throw new RicciException.Derivative("differentiate " + name + " by what it captures",
                    InferTypes.list(varying.stream().map(Atom::type).toList()),
                    "a custom rule gives the derivatives by the arguments; what a function reads from "
                    + "outside is constant for it, and here it varies",
                    "make it an argument, or put stopGradient around it outside");
        }
    }
}
