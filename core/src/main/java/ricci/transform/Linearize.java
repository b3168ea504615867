package ricci.transform;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import ricci.ir.Program;
import ricci.ir.TypeChecker;

/**
 * Linearisation: splits the Jacobian-vector product into what depends on primals only, run once, and a linear
 * program of the tangents, run as often as needed.
 *
 * @param primal from the inputs to the results and then the residuals
 * @param linear from the residuals and then the tangents of the active inputs to the tangents of the active
 *     results
 * @param activeResults which results have a tangent; that of the others is zero
 */
public record Linearize(Program primal, Program linear, List<Boolean> activeResults) {

    /** Linearises {@code program} in its active inputs. */
    public static Linearize of(Program program, List<Boolean> active) {
        Jvp.Result jvp = Jvp.of(program, active);
        int tangents = jvp.program().inputs().size() - program.inputs().size();
        int results = program.results().size();
        int resultTangents = jvp.program().results().size() - results;
        PartialEval cut = PartialEval.of(jvp.program(), mark(program.inputs().size(), tangents),
                mark(results, resultTangents));
        // Primal results never depend on a tangent.
        return new Linearize(TypeChecker.check("Linearize", cut.known()),
                TypeChecker.check("Linearize", cut.unknown()), jvp.activeResults());
    }

    /** False for the primals, true for the tangents after them. */
    private static List<Boolean> mark(int primals, int tangents) {
        return Stream.concat(Collections.nCopies(primals, false).stream(),
                Collections.nCopies(tangents, true).stream()).toList();
    }

    /** The number of values that the linear program needs besides the tangents. */
    public int residuals() {
        return primal.results().size() - activeResults.size();
    }
}
