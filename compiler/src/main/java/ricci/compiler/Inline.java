package ricci.compiler;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Custom;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.transform.TransposeCustom;

/**
 * Writes the bodies of calls, and of primitives that only say how to differentiate, in place of them; what
 * then is left of these is what they compute. Effects keep their order. Inside of control flow and pmap,
 * bodies are written out there.
 *
 * <p>Remat has a pass of its own, {@link #remat}, for what it computes a second time must not be merged with
 * the first: as long as it is a program of its own, it cannot be.
 */
public final class Inline {
    private Inline() {}

    /** The program without call, stop gradient, names, custom jvp, custom vjp and their linear functions. */
    public static Program of(Program program) {
        return Draft.rewrite(program, () -> Inline::body);
    }

    /** The program without remat. Afterwards, equal equations must not be merged any more. */
    public static Program remat(Program program) {
        return Draft.rewrite(program, () -> (draft, e) ->
                e.op() instanceof Custom.Remat(var body, _) ? draft.splice(body, e.operands()) : null);
    }

    private static @Nullable List<? extends Atom> body(Draft draft, Equation e) {
        return switch (e.op()) {
            case Op.Call(_, var body) -> draft.splice(body, e.operands());
            case Op.StopGradient _ -> e.operands();
            case Custom custom -> switch (custom) {
                case Custom.CustomJvp(_, var function, _, _) -> draft.splice(function, e.operands());
                case Custom.CustomVjp(_, var function, _, _, _) -> draft.splice(function, e.operands());
                case Custom.CustomLinear linear ->
                        draft.splice(TransposeCustom.function(linear), e.operands());
                case Custom.Named _ -> e.operands();
                case Custom.Remat _ -> null;
            };
            case Op _ -> null;
        };
    }
}
