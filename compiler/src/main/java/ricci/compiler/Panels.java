package ricci.compiler;

import java.util.List;
import java.util.stream.LongStream;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.jvm.Machine;
import ricci.loop.Expression;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * An operand of a product as tiles read it: panels of as many lanes as a tile has rows, or columns. A packed
 * operand has the lanes of a panel next to one another, for each step of the sum, and the panels one after
 * the other; the last one may be narrower.
 *
 * @param batch which of the strides of batch axes are its
 * @param offset of the first element
 * @param lane from a lane to the next
 * @param step from a step of the sum to the next; of packed ones it is the width of the panel
 * @param depth how many steps the sum has, of packed ones
 */
record Panels(Operand x, boolean isPacked, int batch, long offset, long lane, long step, long depth) {
    /** An operand as it lies: {@code batch} and {@code lanes} have its strides first. */
    static Panels of(Operand x, int side, Axis lanes, long step) {
        return new Panels(x, false, side, x.offset(), lanes.stride(0), step, 0);
    }

    /** The same from a step of the sum on. */
    Panels from(long first) {
        return new Panels(x, isPacked, batch, offset + first * step, lane, step, depth);
    }

    /** Where the panels of some tiles begin. */
    long start(Tile.Part part) {
        return isPacked ? part.before() * depth : offset + part.first() * lane;
    }

    /** From a panel to the next. */
    long panel(long width) {
        return isPacked ? width * depth : width * lane;
    }

    /**
     * What is packed.
     *
     * @param least how much work it counts as at least, as a part of something large
     */
    record Source(Equation e, Operand x, int side, Axis lanes, long step, long least) {
        /** Where an element is. */
        private long offset(long lane, long at) {
            return x.offset() + lane * lanes.stride(0) + at * step;
        }
    }

    /**
     * Packs some panels and some steps of an operand.
     *
     * @param batch axes, with the strides of the operand at {@code side} and of the panels at
     *     {@code side + 3}
     * @param first the lane from which on those of panels are counted
     */
    static Panels pack(List<Launch> launches, Source source, List<Axis> batch, long first,
            List<Tile.Part> parts, Gemm.Range deep, Atom.Var to) {
        Packing packing = new Packing(source, batch, deep, to);
        for (Tile.Part part : parts) {
            launches.add(packing.launch(source.offset(first + part.first(), deep.first()),
                    part.before() * deep.count(), part.each() * part.blocks(), part.width(), part.isWhole()));
        }
        return new Panels(Operand.whole(to), true, source.side() + 3, 0, 1,
                parts.getFirst().width(), deep.count());
    }

    /** So many lanes of operands far apart have place in the first cache, wherever they lie. */
    private static final int FEW_LANES = 8;

    /** The loops that pack. */
    private record Packing(Source source, List<Axis> batch, Gemm.Range deep, Atom.Var to) {
        /** Some panels of one width, which is part of the kernel if it is that of most. */
        Launch launch(long from, long at, long panels, long width, boolean isKnown) {
            LoopNest nest = new LoopNest("pack");
            List<Variable.Counter> b = nest.serial(batch);
            Variable.Counter panel = nest.serial(panels);
            long lane = source.lanes().stride(0);
            At read = nest.at(from).along(batch, source.side(), b).with(width * lane, panel);
            At write = nest.at(at).along(batch, source.side() + 3, b).with(width * deep.count(), panel);
            int lanes = Blocking.lanes(Machine.here(), to.type().dtype().bytes());
            if (lane == 1 && isKnown && width % lanes == 0) {
                acrossLanes(nest, read, write, width);
            } else {
                alongSteps(nest, read, write, width, isKnown);
            }
            return nest.launch(Math.max(source.least(), Axis.size(batch) * panels * width * deep.count()));
        }

        /** Lanes lie next to one another. */
        private void acrossLanes(LoopNest nest, At read, At write, long width) {
            Variable.Counter lane = nest.open(width, true, Loop.Kind.VECTOR);
            Variable.Counter k = nest.open(deep.count(), false, Loop.Kind.SHORT);
            move(nest, read.with(source.step(), k).with(1, lane),
                    write.with(new At.Move(width, true, k)).with(1, lane));
        }

        /** A few lanes at once, each of which is read along the steps. */
        private void alongSteps(LoopNest nest, At read, At write, long width, boolean isKnown) {
            long few = LongStream.rangeClosed(1, FEW_LANES).filter(n -> width % n == 0).max().orElse(1);
            Variable.Counter group = nest.serial(width / few);
            long lane = source.lanes().stride(0);
            List<At> from = LongStream.range(0, few).mapToObj(i -> nest.at(i * lane).with(few * lane, group))
                    .toList();
            Variable.Counter k = nest.open(deep.count(), false, Loop.Kind.SHORT);
            At.Move step = new At.Move(source.step(), k);
            At to = write.with(few, group).with(new At.Move(width, isKnown, k));
            for (int i = 0; i < few; i++) {
                At at = from.get(i);
                for (At.Move move : read.moves()) {
                    at = at.with(move);
                }
                move(nest, at.with(step), to.shifted(i));
            }
        }

        private void move(LoopNest nest, At read, At write) {
            Expression element = new Sums(source.e(), nest).element(source.x(), read);
            nest.write(to, write, element);
        }
    }
}
