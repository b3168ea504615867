package ricci.compiler;

import java.util.List;
import ricci.ir.Atom;
import ricci.ir.Equation;

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
    record Source(Equation e, Operand x, int side, Axis lanes, long step, long least) {}

    /**
     * Packs some panels and some steps of an operand.
     *
     * @param batch axes, with the strides of the operand at {@code side} and of the panels at
     *     {@code side + 3}
     * @param first the lane from which on those of panels are counted
     */
    static Panels pack(List<Launch> launches, Source source, List<Axis> batch, long first,
            List<Tile.Part> parts, Gemm.Range deep, Atom.Var to) {
        Packing packing = Packing.of(source, batch, deep, to);
        for (Tile.Part part : parts) {
            launches.add(packing.launch(first + part.first(), part.before() * deep.count(),
                    part.each() * part.blocks(), part.width(), part.isWhole()));
        }
        return new Panels(Operand.whole(to), true, source.side() + 3, 0, 1,
                parts.getFirst().width(), deep.count());
    }
}
