package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.TensorType;
import ricci.jvm.Machine;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Products of a few columns that fill no whole vectors. The right operand, which is small, is copied to rows
 * of whole vectors with zeros at their ends, so that one tile is as wide as the result; only columns that the
 * result has are written. So no column is computed twice, and each element of the left operand is read once.
 */
final class Padded {
    /** So many rows pay for the copy. */
    private static final long LEAST_ROWS = 8;
    /** So many times as many multiplications as there need be are too many. */
    private static final long MOST_WASTE = 3;
    /** To copy a vector takes so long, in tenths of a multiplication of vectors. */
    private static final long COPY = 30;
    /** And to write a part of the result, by way of memory that the tile has for itself. */
    private static final long WRITE = 300;
    /** Of temporary tensors. */
    private static final int NUMBER = 1;

    private Padded() {}

    /** The loops, if there are any that are faster than others. */
    static List<Launch> of(Dots.Product product, int threads) {
        int bytes = product.e().result().type().dtype().bytes();
        int lanes = Blocking.lanes(Machine.here(), bytes);
        long rows = Axis.size(product.rows());
        long columns = Axis.size(product.columns());
        long depth = Axis.size(product.sum());
        long vectors = (columns + lanes - 1) / lanes;
        boolean exists = product.isAlongColumns() && product.batch().isEmpty() && rows >= LEAST_ROWS
                && columns % lanes != 0 && columns * MOST_WASTE >= vectors * lanes
                && vectors <= Direct.MOST_VECTORS && depth > 0
                && depth <= Loop.MOST_SHORT;
        if (!exists) {
            return List.of();
        }
        Direct.Shape shape = Direct.Shape.wide(Machine.here(), bytes, rows, vectors, depth);
        long time = shape.time(lanes, rows, vectors * lanes, depth) + Direct.CALL
                + vectors * (depth * COPY + rows * WRITE);
        if (columns > lanes && time >= Direct.Shape.of(Machine.here(), bytes, rows, columns, depth)
                .time(lanes, rows, columns, depth)) {
            return List.of();
        }
        List<Launch> launches = new ArrayList<>();
        Operand wide = copy(launches, product, vectors * lanes, lanes);
        launches.add(Direct.padded(product, wide, shape, threads));
        return launches;
    }

    /** The right operand in rows of so many columns. */
    private static Operand copy(List<Launch> launches, Dots.Product product, long width, int lanes) {
        DType dtype = product.e().result().type().dtype();
        Axis sum = product.sum().getFirst();
        Atom.Var to = Alone.temporary(product.e(), NUMBER, TensorType.of(dtype, sum.length(), width));
        LoopNest nest = new LoopNest("pad");
        Sums sums = new Sums(product.e(), nest);
        Variable.Counter k = nest.open(sum.length(), false, Loop.Kind.SERIAL);
        Variable.Counter last = nest.open(lanes, true, Loop.Kind.VECTOR);
        nest.write(to, nest.at(width - lanes).with(width, k).with(1, last), sums.zero());
        nest.close(List.of());
        Variable.Counter j = nest.open(Axis.size(product.columns()), false, Loop.Kind.VECTOR);
        nest.write(to, nest.at(0).with(width, k).with(1, j), sums.element(product.y(),
                nest.at(product.y().offset()).with(sum.stride(1), k).with(1, j)));
        nest.close(List.of());
        nest.close(List.of());
        launches.add(nest.launch(sum.length() * width));
        return Operand.whole(to);
    }
}
