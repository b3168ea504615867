package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.Control;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.transform.Dce;

/** Writes a program with loops over the parts of a {@link Region}, of which each step is a {@link StripBody}. */
final class StripLoop {
    private final Region region;
    private final long length;
    private final long count;
    private final Steps steps;
    private final Builder builder = new Builder();
    private final Map<Atom.Var, Atom> written = new HashMap<>();
    private final Set<Equation> done = new HashSet<>();
    private final List<Equation> effects;

    /** What is done in the steps of loops, and after the last one. */
    interface Steps {
        /** The step of a loop, by its number and how many elements that has. */
        StripBody body(int phase, long count);

        /** What a sum of all steps is in the end, if {@code values} are those that there are by then. */
        default Atom end(Builder builder, StripBody.Sum sum, Atom value, Function<Atom.Var, Atom> values) {
            return value;
        }

        /** What is to become of the program of a step. */
        default Program inside(Program step) {
            return step;
        }
    }

    private StripLoop(Region region, long length, long count, Steps steps) {
        this.region = region;
        this.length = length;
        this.count = count;
        this.steps = steps;
        this.effects = region.program().equations().stream().filter(e -> Effect.isIn(e.op())).toList();
    }

    /**
     * The program with loops for a region.
     *
     * @param length of the axis along which it is cut
     * @param count how many elements of that a step has
     */
    static Program of(Region region, long length, long count, Steps steps) {
        return new StripLoop(region, length, count, steps).program();
    }

    /** The most elements, but no more than {@code most}, of which each step has as many. */
    static long equal(long length, long most) {
        long whole = most;
        while (length % whole != 0) {
            whole--;
        }
        return whole;
    }

    /** The same, or, if those were few, so many that each step but the last one has as many. */
    static long even(long length, long most) {
        long whole = equal(length, most);
        long strips = (length + most - 1) / most;
        return 2 * whole > most ? whole : (length + strips - 1) / strips;
    }

    private Program program() {
        Program old = region.program();
        List<Atom.Var> inputs = builder.inputs(old.inputTypes());
        for (int i = 0; i < inputs.size(); i++) {
            written.put(old.inputs().get(i), inputs.get(i));
        }
        old.equations().stream().filter(e -> !region.contains(e)).forEach(this::write);
        return Dce.of(builder.program(inputs, old.results().stream().map(this::of).toList()));
    }

    /** What holds the value of an atom, which is written if it is not yet. */
    private Atom of(Atom atom) {
        if (!(atom instanceof Atom.Var v)) {
            return atom;
        }
        if (!written.containsKey(v)) {
            Equation e = region.maker(v);
            if (region.contains(e)) {
                loop(region.phase(v));
            } else {
                write(e);
            }
        }
        return Objects.requireNonNull(written.get(v));
    }

    private void write(Equation e) {
        if (done.add(e)) {
            if (effects.contains(e)) {
                effects.subList(0, effects.indexOf(e)).forEach(this::write);
            }
            List<Atom> operands = e.operands().stream().map(this::of).toList();
            put(e.results(), builder.at(e.source()).apply(e.op(), operands));
        }
    }

    private void put(List<Atom.Var> old, List<? extends Atom> values) {
        for (int i = 0; i < old.size(); i++) {
            written.put(old.get(i), values.get(i));
        }
    }

    // ---- loops ----

    /** Writes a loop: what is left over from whole strips first, then the strips. */
    private void loop(int phase) {
        StripBody body = steps.body(phase, count);
        List<Atom> whole = body.whole().stream().map(this::of).toList();
        List<Atom> parts = new ArrayList<>();
        body.parts().forEach(part -> parts.add(part(part)));
        List<Atom> sums = body.sums().stream().map(StripBody.Sum::initial).toList();
        long turns = length / count;
        long rest = length % count;
        List<Atom> left = rest == 0 ? sums : left(steps.body(phase, rest), whole, sums, parts);
        List<Atom> operands = new ArrayList<>(whole);
        operands.addAll(left.subList(0, sums.size()));
        for (int i = 0; i < parts.size(); i++) {
            int axis = body.parts().get(i).place();
            operands.add(stacked(parts.get(i), axis, turns));
        }
        List<Atom.Var> results = builder.apply(new Control.Scan(of(body), whole.size(), sums.size(),
                turns, false), operands);
        for (int i = 0; i < sums.size(); i++) {
            StripBody.Sum sum = body.sums().get(i);
            Atom value = builder.transpose(results.get(i), sum.order());
            written.put(sum.v(), steps.end(builder, sum, value, this::of));
        }
        for (int i = 0; i < body.made().size(); i++) {
            StripBody.Part part = body.made().get(i);
            Atom joined = joined(results.get(sums.size() + i), part, turns);
            written.put(part.v(), rest == 0 ? joined : builder.apply(new Op.Concatenate(part.axis()),
                    joined, left.get(sums.size() + i)));
        }
    }

    private Program of(StripBody body) {
        return steps.inside(body.program());
    }

    private Atom part(StripBody.Part part) {
        return part.isLine() ? builder.apply(new Op.Iota(part.type(), 0)) : of(part.v());
    }

    /** What the last elements come to, which are no whole strip. */
    private List<Atom> left(StripBody body, List<Atom> whole, List<Atom> sums, List<Atom> parts) {
        List<Atom> operands = new ArrayList<>(whole);
        operands.addAll(sums);
        for (int i = 0; i < parts.size(); i++) {
            StripBody.Part part = body.parts().get(i);
            operands.add(builder.slice(parts.get(i), part.place(),
                    length / count * count, length));
        }
        return builder.inline(of(body), operands);
    }

    /** The parts one after the other along a first axis. */
    private Atom stacked(Atom x, int axis, long steps) {
        Atom some = length % count == 0 ? x : builder.slice(x, axis, 0, steps * count);
        List<Integer> order = new ArrayList<>(List.of(axis));
        IntStream.rangeClosed(0, x.type().rank()).filter(i -> i != axis).forEach(order::add);
        return builder.transpose(builder.reshape(some, cut(x.type().shape(), axis, steps)), order);
    }

    private Shape cut(Shape shape, int axis, long steps) {
        List<Long> lengths = new ArrayList<>(Axis.lengths(shape));
        lengths.set(axis, count);
        lengths.add(axis, steps);
        return Shape.of(lengths.stream().mapToLong(n -> n).toArray());
    }

    /** The reverse of {@link #stacked}. */
    private Atom joined(Atom x, StripBody.Part part, long steps) {
        List<Integer> order = new ArrayList<>(IntStream.range(1, x.type().rank()).boxed().toList());
        order.add(part.axis(), 0);
        Atom turned = builder.transpose(x, order);
        return builder.reshape(turned, part.type(steps * count).shape());
    }
}
