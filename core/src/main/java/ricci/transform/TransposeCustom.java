package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Custom;
import ricci.ir.InferTypes;
import ricci.ir.Program;
import ricci.ir.RicciException;

/** Transposition of {@link Custom} primitives, but for remat, which {@link Transpose} does itself. */
public final class TransposeCustom {
    /** How {@link Transpose#notLinear} begins. */
    static final String TRANSPOSE = "transpose ";

    private TransposeCustom() {}

    /**
     * What each operand's cotangent gains; null for an operand that is known, given in {@code known}; null is
     * the whole list if the primitive is not linear in the others.
     */
    static @Nullable List<@Nullable Atom> rule(
            Builder builder, Custom op, List<@Nullable Atom> known, List<Atom> ct) {
        return switch (op) {
            case Custom.Named _ -> new ArrayList<>(ct);
            case Custom.CustomJvp(_, var function, _, _) -> function(builder, function, known, ct);
            case Custom.CustomVjp(_, var function, _, _, _) -> function(builder, function, known, ct);
            case Custom.CustomLinear(_, var transpose, var residuals) -> {
                List<Atom> arguments = new ArrayList<>();
                for (Atom residual : known.subList(0, residuals)) {
                    if (residual == null) {
                        yield null;
                    }
                    arguments.add(residual);
                }
                arguments.addAll(ct);
                List<@Nullable Atom> back = new ArrayList<>(Collections.nCopies(residuals, null));
                back.addAll(builder.inline(transpose, arguments));
                yield back;
            }
            case Custom.Remat(var body, _) -> function(builder, body, known, ct);
        };
    }

    /** A function that is linear although it has a rule of its own, which transposition does not ask for. */
    private static List<@Nullable Atom> function(Builder builder, Program function,
            List<@Nullable Atom> known, List<Atom> ct) {
        Program transposed = Transpose.of(function, known.stream().map(k -> k == null).toList());
        List<Atom> arguments = new ArrayList<>();
        known.stream().filter(k -> k != null).forEach(arguments::add);
        arguments.addAll(ct);
        List<Atom> results = builder.inline(transposed, arguments);
        List<@Nullable Atom> back = new ArrayList<>();
        int next = 0;
        for (Atom k : known) {
            back.add(k == null ? results.get(next++) : null);
        }
        return back;
    }

    /**
     * The program of a linear function of which the transpose is given.
     *
     * @throws RicciException.Derivative if what is given is not linear, so that no function has it as its
     *     transpose
     */
    public static Program function(Custom.CustomLinear op) {
        Program transpose = op.transpose();
        int cotangents = transpose.inputs().size() - op.residuals();
        try {
            return Dce.of(Transpose.of(transpose, Stream.concat(
                    Collections.nCopies(op.residuals(), false).stream(),
                    Collections.nCopies(cotangents, true).stream()).toList()));
        } catch (RicciException.Derivative wrong) {
            throw new RicciException.Derivative("push a tangent forward through " + op.name(),
                    InferTypes.list(transpose.resultTypes()),
                    "forward mode transposes the backward function of customVjp, so that has to be linear in "
                    + "the cotangent; " + culprit(wrong),
                    "use reverse mode (grad, vjp, jacrev), or give a rule for both modes with customJvp");
        }
    }

    /**
     * What to say where a derivative cannot be transposed. Ricci's own are linear, so what is not comes from
     * a rule of the user's.
     */
    static RicciException ofRule(RicciException.Derivative wrong) {
        return !wrong.asked().startsWith(TRANSPOSE) ? wrong : new RicciException.Derivative(
                "go backwards through the rule of a customJvp", wrong.types(),
                "reverse mode transposes the tangent that the rule gives, so that has to be linear in the "
                + "tangents it gets; " + culprit(wrong),
                "use forward mode (jvp, jacfwd), or let the rule multiply tangents only by what does not "
                + "depend on them, or give a rule for reverse mode with customVjp");
    }

    private static String culprit(RicciException.Derivative wrong) {
        int start = wrong.rule().indexOf(" (written at ");
        return wrong.asked().replace(TRANSPOSE, "") + " in it is not"
                + (start < 0 ? "" : wrong.rule().substring(start));
    }
}
