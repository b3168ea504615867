package ricci.compiler;

import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.TensorType;
import ricci.jvm.Machine;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * The kernel of a convolution as tiles read it: for each group, panels of as many output features as a tile
 * has columns; in a panel, for each step of the sums, these features next to one another. The last panel of a
 * group may be narrower; if it does not fill its vectors, zeros do.
 *
 * @param steps what is summed over, from the outermost on
 * @param columns output features of a group
 * @param width of a panel
 * @param lanes the last panel is some times as wide
 */
record KernelPanels(Atom.Var panels, List<Step> steps, long groups, long columns, long width, int lanes) {
    /** So many features far apart have place in the first cache, wherever they lie. */
    private static final int FEW = 8;

    /**
     * An axis that is summed over.
     *
     * @param part which one
     * @param stride how many rows of a panel the next element is away
     */
    record Step(int part, long length, long stride) {}

    /** Rows of a panel. */
    long depth() {
        return steps.stream().mapToLong(Step::length).reduce(1, (a, b) -> a * b);
    }

    /** Panels that are as wide as a tile. */
    long whole() {
        return columns / width;
    }

    /** Columns of the last panel. */
    long rest() {
        return columns % width;
    }

    /** And those with the zeros behind them. */
    long padded() {
        return padded(rest(), lanes);
    }

    private static long padded(long rest, int lanes) {
        return (rest + lanes - 1) / lanes * lanes;
    }

    /** Elements of the panels of a group. */
    long ofGroup() {
        return panels.type().shape().size() / groups;
    }

    /** Packs a kernel; {@code number} is that of the temporary tensor. */
    static KernelPanels pack(List<Launch> launches, Equation e, Convolutions.Tensor w, long groups,
            List<Step> steps, Blocking blocking, DType dtype, long least, int number) {
        long columns = w.length(Convolutions.OUTPUTS) / groups;
        int width = blocking.tileColumns();
        Machine machine = Machine.here();
        int lanes = machine.vectorBits() > 0 ? Blocking.lanes(machine, dtype.bytes()) : 1;
        long depth = w.x().shape().size() / w.length(Convolutions.OUTPUTS);
        long wide = columns - columns % width + padded(columns % width, lanes);
        KernelPanels panels = new KernelPanels(Alone.temporary(e, number,
                TensorType.of(dtype, groups * wide * depth)), steps, groups, columns, width, lanes);
        if (panels.padded() > panels.rest()) {
            launches.addAll(Moves.fill("pad", Operand.of(TensorType.of(dtype), 0), panels.panels()));
        }
        if (panels.whole() > 0) {
            launches.add(panels.launch(e, w, 0, panels.whole(), width, least));
        }
        if (panels.rest() > 0) {
            launches.add(panels.launch(e, w, panels.whole() * width, 1, panels.rest(), least));
        }
        return panels;
    }

    /** Packs some panels of one width. */
    private Launch launch(Equation e, Convolutions.Tensor w, long first, long count, long wide,
            long least) {
        long stored = wide == width ? width : padded();
        LoopNest nest = new LoopNest("pack");
        long lane = w.stride(Convolutions.OUTPUTS);
        Variable.Counter group = nest.serial(groups);
        At read = nest.at(w.x().offset() + first * lane).with(columns * lane, group);
        At write = nest.at(first * depth()).with(ofGroup(), group);
        Variable.Counter panel = nest.open(count, false, Loop.Kind.SERIAL);
        read = read.with(wide * lane, panel);
        write = write.with(stored * depth(), panel);
        boolean isWhole = wide == width;
        int few = lane == 1 || !isWhole ? 1 : IntStream.rangeClosed(1, FEW).filter(n -> wide % n == 0).max()
                .orElse(1);
        Variable.Counter lanes = null;
        if (lane != 1) {
            lanes = nest.serial(wide / few);
            read = read.with(few * lane, lanes);
            write = write.with(few, lanes);
        }
        for (Step step : steps) {
            Variable.Counter k = nest.serial(step.length());
            read = read.with(w.stride(step.part()), k);
            write = write.with(new At.Move(step.stride() * stored, k));
        }
        if (lane == 1) {
            Variable.Counter j = nest.open(wide, isWhole, Loop.Kind.VECTOR);
            nest.write(panels, write.with(1, j), new Sums(e, nest).element(w.x(), read.with(1, j)));
        }
        for (int i = 0; i < few && lane != 1; i++) {
            At.Move away = new At.Move(lane, nest.local(new ricci.loop.Expression.Index(
                    new ricci.loop.Place(ricci.loop.Size.of(i), List.of()))));
            nest.write(panels, write.shifted(i), new Sums(e, nest).element(w.x(), read.with(away)));
        }
        return nest.launch(Math.max(least, groups * count * wide * depth()));
    }
}
