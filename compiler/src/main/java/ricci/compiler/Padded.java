package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.TensorType;
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
        Direct.Sizes sizes = Direct.Sizes.of(product);
        int lanes = sizes.lanes();
        long vectors = sizes.vectors();
        boolean exists = product.isAlongColumns() && product.batch().isEmpty() && sizes.m() >= LEAST_ROWS
                && sizes.n() % lanes != 0 && sizes.n() * MOST_WASTE >= vectors * lanes
                && vectors <= Direct.MOST_VECTORS && sizes.k() > 0 && sizes.k() <= Loop.MOST_SHORT
                && (product.epilogue() != null || sizes.n() < lanes);
        if (!exists) {
            return List.of();
        }
        Direct.Sizes whole = new Direct.Sizes(sizes.machine(), sizes.bytes(), sizes.m(), vectors * lanes,
                sizes.k());
        Direct.Shape shape = Direct.Shape.wide(whole);
        long time = shape.time(whole) + Direct.CALL + vectors * (sizes.k() * COPY + sizes.m() * WRITE);
        if (sizes.n() > lanes && time >= Direct.Shape.of(sizes).time(sizes)) {
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
