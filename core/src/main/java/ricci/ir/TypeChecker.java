package ricci.ir;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks that a program is well typed and well formed; runs after every transformation and pass. */
public final class TypeChecker {
    private TypeChecker() {}

    /**
     * Returns the program if it is sound: variables are numbered in order of definition and defined before
     * use with one type, and each equation's result types are those that {@link InferTypes} gives.
     *
     * @throws RicciException.IllTyped naming {@code producer} and the equation at fault
     */
    public static Program check(String producer, Program program) {
        for (Equation e : program.equations()) {
            for (Program body : Subprograms.of(e.op())) {
                check(producer, body);
            }
        }
        return checkOutside(producer, program);
    }

    /**
     * As {@link #check}, of a program in which the programs inside of equations have been checked before.
     *
     * @throws RicciException.IllTyped naming {@code producer} and the equation at fault
     */
    public static Program checkOutside(String producer, Program program) {
        @Nullable TensorType[] defined = new @Nullable TensorType[program.variables()];
        int next = 0;
        for (Atom.Var input : program.inputs()) {
            next = define(producer, input, next, defined, () -> "the inputs");
        }
        for (Equation e : program.equations()) {
            // Written out only if it is wrong: the text costs more than the check.
            Supplier<String> place = () -> ProgramPrinter.print(e);
            for (Atom operand : e.operands()) {
                use(producer, operand, defined, place);
            }
            List<TensorType> expected = infer(producer, e, place);
            if (!expected.equals(Atom.types(e.results()))) {
                throw broken(producer, place, "the results have types " + InferTypes.list(expected));
            }
            for (Atom.Var result : e.results()) {
                next = define(producer, result, next, defined, place);
            }
        }
        for (Atom result : program.results()) {
            use(producer, result, defined, () -> "return");
        }
        return program;
    }

    private static List<TensorType> infer(String producer, Equation e, Supplier<String> place) {
        try {
            return InferTypes.of(e.op(), Atom.types(e.operands()));
        } catch (RicciException wrong) {
            throw broken(producer, place, wrong.rule());
        }
    }

    private static int define(String producer, Atom.Var v, int next, @Nullable TensorType[] defined,
            Supplier<String> place) {
        if (v.id() != next) {
            throw broken(producer, place, "variables are numbered in order of definition; " + v.name()
                    + " is not");
        }
        defined[next] = v.type();
        return next + 1;
    }

    private static void use(String producer, Atom atom, @Nullable TensorType[] defined,
            Supplier<String> place) {
        if (atom instanceof Atom.Var(int id, var type)
                && (id >= defined.length || !type.equals(defined[id]))) {
            throw broken(producer, place, atom + " is defined before it is used, with that type");
        }
    }

    private static RicciException broken(String producer, Supplier<String> place, String rule) {
        return new RicciException.IllTyped("accept the program made by " + producer, place.get(), rule,
                "this is a defect of " + producer
                + ", not of the user's code; please report it with the program");
    }
}
