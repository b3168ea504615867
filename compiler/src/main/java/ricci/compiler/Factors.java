package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.LinearAlgebra;
import ricci.ir.Shape;
import ricci.ir.Source;
import ricci.ir.TensorType;
import ricci.jvm.Factorization;
import ricci.jvm.Factorization.Kind;
import ricci.jvm.Kernels;
import ricci.jvm.Machine;
import ricci.jvm.Products;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Read;
import ricci.loop.Statement;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Factorisations of matrices, and equations with triangular ones: what is the same for all matrices is code
 * of its own, and most of its work is products, whose tiles are a kernel.
 */
final class Factors {
    /** Rows and columns are counted by ints. */
    private static final long LONGEST = 1 << 30;
    /** From so many multiplications on, the kernel is begun to be made before it is needed. */
    private static final long LARGE = 1 << 20;
    /** And from here on, it takes longer to begin without it than to wait for it. */
    private static final long VERY_LARGE = 1 << 26;

    private final Equation e;
    private final List<Atom> operands;
    private final DType dtype;
    private final long rows;
    private final long columns;
    private final long batch;

    private Factors(Equation e, List<Atom> operands) {
        this.e = e;
        this.operands = operands;
        // It may have another shape in memory.
        TensorType type = e.operands().getLast().type();
        Shape shape = type.shape();
        this.dtype = type.dtype();
        this.rows = shape.length(type.rank() - 2);
        this.columns = shape.length(type.rank() - 1);
        this.batch = shape.size() / rows / columns;
    }

    /** Whether there is code for an equation whose operands are in memory. */
    static boolean exists(Equation e, List<Atom> operands) {
        boolean isKnown = e.op() instanceof LinearAlgebra op && switch (op) {
            case LinearAlgebra.Cholesky _, LinearAlgebra.TriangularSolve _, LinearAlgebra.Lu _,
                    LinearAlgebra.Qr _ -> true;
            case LinearAlgebra.Eigh _, LinearAlgebra.Svd _,
                    LinearAlgebra.Fft _ -> false;
        };
        return isKnown && operands.getFirst() instanceof Atom.Var
                && e.results().stream().allMatch(v -> v.type().shape().size() > 0)
                && e.operands().stream().map(Atom::type).allMatch(t -> t.shape().size() > 0
                && t.shape().length(t.rank() - 1) < LONGEST && t.shape().length(t.rank() - 2) < LONGEST)
                && Stream.of(DType.F32, DType.F64).anyMatch(e.operands().getFirst().type().dtype()::equals);
    }

    static List<Call> of(Equation e, List<Atom> operands) {
        List<Call> calls = new ArrayList<>();
        List<Atom> inMemory = new ArrayList<>();
        for (Atom operand : operands) {
            inMemory.add(switch (operand) {
                case Atom.Var v -> v;
                case Atom.Literal(var type, var number) -> {
                    Atom.Var filled = Alone.temporary(e, 0, type);
                    calls.add(fill(filled, number));
                    yield filled;
                }
            });
        }
        calls.add(new Factors(e, inMemory).routine());
        return calls;
    }

    private static Launch fill(Atom.Var to, Number number) {
        LoopNest nest = new LoopNest("fill");
        Variable.Counter i = nest.vector(to.type().shape().size());
        nest.write(to, At.of(0).with(1, i), Constants.of(to.type().dtype(), number));
        return nest.launch(to.type().shape().size());
    }

    private Routine routine() {
        return switch ((LinearAlgebra) e.op()) {
            case LinearAlgebra.Cholesky _ -> routine(Kind.CHOLESKY, List.of(rows), rows * rows * rows / 3, 0,
                    cube((double) rows) / 3);
            case LinearAlgebra.TriangularSolve(var isLeft, var isLower, var isTransposed, var isUnit) ->
                    routine(Kind.SOLVE, List.of(rows, columns, isLeft ? 1L : 0L, isLower ? 1L : 0L,
                            isTransposed ? 1L : 0L, isUnit ? 1L : 0L),
                            rows * columns * (isLeft ? rows : columns), 0,
                            (double) rows * columns * (isLeft ? rows : columns));
            case LinearAlgebra.Lu _ -> routine(Kind.LU, List.of(rows, columns),
                    rows * columns * Math.min(rows, columns), columns, eliminating());
            case LinearAlgebra.Qr(var isFull) -> {
                long inner = isFull ? rows : Math.min(rows, columns);
                yield routine(Kind.QR, List.of(rows, columns, inner),
                        rows * (columns + inner) * Math.min(rows, columns),
                        Factorization.reflections(rows, columns, inner),
                        2 * eliminating() * (columns + inner) / columns);
            }
            case LinearAlgebra.Eigh _, LinearAlgebra.Svd _, LinearAlgebra.Fft _ ->
                    throw new IllegalArgumentException("no code for " + e.op());
        };
    }

    private static double cube(double n) {
        return n * n * n;
    }

    /** Operations by which all below the diagonal become zeros: of a square matrix, 2/3 of its cube. */
    private double eliminating() {
        double least = Math.min(rows, columns);
        return (double) rows * columns * least * 2 - (rows + columns) * least * least + cube(least) * 2 / 3;
    }

    /**
     * A call.
     *
     * @param each about how many multiplications a matrix takes
     * @param more room than products need
     * @param operations what textbooks say that a matrix takes, up to terms that hardly count
     */
    private Routine routine(Kind kind, List<Long> sizes, long each, long more, double operations) {
        Products products = products(dtype);
        boolean hasProducts = Math.min(rows, columns) > 2 * Factorization.SMALL;
        if (hasProducts && each * batch >= LARGE) {
            var _ = products.tile().making();
        }
        if (hasProducts && each * batch >= VERY_LARGE) {
            products.tile().prepare();
        }
        List<Launch.Memory> memory = new ArrayList<>();
        Stream.concat(operands.stream(), e.results().stream())
                .forEach(v -> memory.add(new Launch.Memory.Of((Atom.Var) v)));
        memory.add(new Launch.Memory.Scratch(dtype, more + products.room(Math.max(rows, columns)),
                batch > 1));
        return new Routine(kind.name().toLowerCase(Locale.ROOT), new Factorization(kind, products), sizes,
                batch, memory, operands.size(), batch * each, dtype == DType.F32
                ? new Routine.Operations(batch * operations, 0)
                : new Routine.Operations(0, batch * operations));
    }

    // ---- products ----

    /** How products are computed here. */
    private static Products products(DType dtype) {
        Blocking blocking = Blocking.of(Machine.here(), dtype.bytes());
        return new Products(Kernels.of(tile(dtype, blocking).kernel()), dtype.bytes(),
                blocking.tileRows(), blocking.tileColumns(), blocking.depth(), blocking.rows(),
                blocking.columns());
    }

    /**
     * The loops of {@link Products}: their buffers and sizes are numbered in the order in which they come up
     * here. Whatever stands for a size is not 0 or 1, which would be part of the kernel.
     */
    private static Launch tile(DType dtype, Blocking blocking) {
        TensorType type = TensorType.of(dtype, 2);
        Atom.Var right = new Atom.Var(0, type);
        Atom.Var left = new Atom.Var(1, type);
        Atom.Var c = new Atom.Var(2, type);
        Equation product = new Equation(List.of(c), new LinearAlgebra.Cholesky(), List.of(left, right),
                Source.UNKNOWN);
        int height = blocking.tileRows();
        int width = blocking.tileColumns();
        LoopNest nest = new LoopNest("factors_product");
        Variable.Counter rowPanel = nest.open(2, false, Loop.Kind.SERIAL);
        Variable.Counter columnPanel = nest.open(2, false, Loop.Kind.SERIAL);
        Sums sums = new Sums(product, nest);
        Variable.Counter j = nest.open(width, true, Loop.Kind.VECTOR);
        Variable.Counter k = nest.open(2, false, Loop.Kind.SHORT);
        Expression element = sums.element(Operand.whole(right), At.known(0).with(2, columnPanel)
                .with(new At.Move(width, true, k)).with(1, j));
        At.Move panel = new At.Move(2, rowPanel);
        At.Move step = new At.Move(height, true, k);
        List<Fold> folds = new ArrayList<>();
        for (int row = 0; row < height; row++) {
            Variable.Local sum = sums.accumulator();
            Expression factor = sums.element(Operand.whole(left), At.known(row).with(panel).with(step));
            folds.add(sums.fold(sum, sums.plus(new Read(sum), factor, element)));
        }
        nest.close(folds);
        Launch.Memory.Scratch room = new Launch.Memory.Scratch(dtype, (long) height * width, true);
        for (int row = 0; row < height; row++) {
            nest.block().add(new Statement.Store(nest.scratch(room, At.known((long) row * width).with(1, j)),
                    sums.result(new Read(folds.get(row).accumulator()))));
        }
        nest.close(List.of());
        add(nest, c, room, width, height, rowPanel, columnPanel);
        return nest.launch(1);
    }

    /** Adds the sums of a tile to the result. */
    private static void add(LoopNest nest, Atom.Var c, Launch.Memory.Scratch room, int width, int height,
            Variable.Counter rowPanel, Variable.Counter columnPanel) {
        Variable.Counter j = nest.open(width, true, Loop.Kind.VECTOR);
        Variable.Counter row = nest.open(height, true, Loop.Kind.SHORT);
        Expression more = nest.let(new Expression.Load(nest.scratch(room,
                At.known(0).with(new At.Move(width, true, row)).with(1, j))));
        At at = At.known(0).with(2, rowPanel).with(2, row).with(new At.Move(width, true, columnPanel))
                .with(1, j);
        nest.write(c, at, nest.let(new Binary(Binary.Function.ADD, nest.read(Operand.whole(c), at), more)));
        nest.close(List.of());
    }
}
