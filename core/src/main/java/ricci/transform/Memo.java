package ricci.transform;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import ricci.ir.Program;

/**
 * What one run of a transformation has made of the programs inside of its program.
 *
 * <p>A loop transforms its body again until it is settled which of its carries take part, and each time the
 * body's own loops would do the same: without a memory the time would double with each level of nesting.
 *
 * @param <Q> what is asked of a program, such as which inputs are active
 * @param <A> what comes out
 */
final class Memo<Q, A> {
    private final IdentityHashMap<Program, Map<Q, A>> known = new IdentityHashMap<>();
    private int answers;

    /** What was made of that very program before, or else what {@code make} makes of it. */
    A of(Program program, Q question, Supplier<A> make) {
        Map<Q, A> ofProgram = known.computeIfAbsent(program, _ -> new HashMap<>());
        A earlier = ofProgram.get(question);
        if (earlier != null) {
            return earlier;
        }
        answers++;
        A made = make.get();
        ofProgram.put(question, made);
        return made;
    }

    /** How many programs have been transformed, each as often as there were different questions. */
    int answers() {
        return answers;
    }
}
