package ricci.transform;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Program;
import ricci.ir.TensorType;

/** Programs with other inputs and results around the same equations, and the lists that go with them. */
final class Signature {
    private Signature() {}

    /** The program with its inputs in another order, some left out if nothing reads them. */
    static Program reordered(Program program, List<Atom.Var> inputs, List<Atom> results) {
        return Program.of(inputs, program.equations(), results);
    }

    /** The program with the same inputs and these results. */
    static Program returning(Program program, List<Atom> results) {
        return reordered(program, program.inputs(), results);
    }

    /** The program with further inputs at the end, which it does not read. */
    static Program ignoring(Program program, List<TensorType> more) {
        return ignoring(program, program.inputs().size(), more);
    }

    /** The program with further inputs at a place, which it does not read. */
    static Program ignoring(Program program, int place, List<TensorType> more) {
        List<Atom.Var> inputs = new ArrayList<>(program.inputs());
        inputs.addAll(place, unused(program, more));
        return reordered(program, inputs, program.results());
    }

    /** Variables that the program does not use. */
    static List<Atom.Var> unused(Program program, List<TensorType> types) {
        int first = program.variables();
        return IntStream.range(0, types.size()).mapToObj(i -> new Atom.Var(first + i, types.get(i))).toList();
    }

    /** The elements whose mark is set. */
    static <E> List<E> marked(List<? extends E> elements, List<Boolean> marks) {
        return chosen(elements, marks, true);
    }

    /** The elements whose mark is not set. */
    static <E> List<E> unmarked(List<? extends E> elements, List<Boolean> marks) {
        return chosen(elements, marks, false);
    }

    private static <E> List<E> chosen(List<? extends E> elements, List<Boolean> marks, boolean mark) {
        List<E> chosen = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            if (marks.get(i) == mark) {
                chosen.add(elements.get(i));
            }
        }
        return List.copyOf(chosen);
    }

    /** The marks that either sets. */
    static List<Boolean> either(List<Boolean> first, List<Boolean> second) {
        return IntStream.range(0, first.size()).mapToObj(i -> first.get(i) || second.get(i)).toList();
    }

    static List<Boolean> all(int count, boolean mark) {
        return Collections.nCopies(count, mark);
    }

    static List<TensorType> types(List<? extends Atom> atoms) {
        return Atom.types(atoms);
    }

    /** That many of the type along a new first axis. */
    static TensorType stacked(TensorType each, long length) {
        return each.with(each.shape().inserted(0, length));
    }

    /** One of those that lie along the first axis. */
    static TensorType each(TensorType stacked) {
        return stacked.with(stacked.shape().without(List.of(0)));
    }
}
