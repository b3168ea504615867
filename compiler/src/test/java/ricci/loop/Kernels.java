package ricci.loop;

import java.util.Arrays;
import java.util.List;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Fma;
import ricci.loop.Expression.Index;
import ricci.loop.Expression.Load;
import ricci.loop.Expression.Read;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Fold.Merge;
import ricci.loop.Statement.Let;
import ricci.loop.Statement.Loop;
import ricci.loop.Statement.Loop.Kind;
import ricci.loop.Statement.Store;
import ricci.loop.Variable.Counter;
import ricci.loop.Variable.Local;

/** Kernels as people would write them. */
final class Kernels {
    static final Counter I = new Counter(0);
    static final Counter J = new Counter(1);
    static final Counter K = new Counter(2);

    private Kernels() {}

    /** {@code b1[i] = 0.5 * b0[i] * (1 + b0[i])}. */
    static Kernel quadratic() {
        Local x = f32(0);
        Local half = f32(1);
        return new Kernel("quadratic", 2, 1, new Loop(I, n(0), Kind.VECTOR, List.of(
                new Let(x, load(Storage.F32, 0, at(I))),
                new Let(half, mul(new Read(x), Constant.of(0.5f))),
                store(Storage.F32, 1, at(I), mul(new Read(half), add(Constant.of(1f), new Read(x))))),
                List.of()));
    }

    /** {@code b2[m, n] = b0[m, k] * b1[k, n]}; the sizes are m, k, n. */
    static Kernel matrixProduct() {
        Local sum = f32(0);
        Fold fold = new Fold(sum, Constant.of(0f), new Fma(load(Storage.F32, 0, at(I, n(1), K)),
                load(Storage.F32, 1, at(K, n(2), J)), new Read(sum)), Merge.ADD);
        return new Kernel("matrixProduct", 3, 3, new Loop(I, n(0), Kind.SERIAL, List.of(
                new Loop(J, n(2), Kind.VECTOR, List.of(
                new Loop(K, n(1), Kind.SERIAL, List.of(), List.of(fold)),
                store(Storage.F32, 2, at(I, n(2), J), new Read(sum))), List.of())), List.of()));
    }

    /** Rows of b0 by the indices in b1, clamped; sizes are the rows taken, their length, the last row. */
    static Kernel takeRows() {
        Local row = new Local(0, Register.I64);
        Expression index = new Binary(Binary.Function.MAX, load(Storage.I64, 1, at(I)), Constant.of(0L));
        Expression last = new Index(new Place(n(2), List.of()));
        return new Kernel("takeRows", 3, 3, new Loop(I, n(0), Kind.SERIAL, List.of(
                new Let(row, new Binary(Binary.Function.MIN, index, last)),
                new Loop(J, n(1), Kind.VECTOR, List.of(store(Storage.F32, 2, at(I, n(1), J),
                load(Storage.F32, 0, at(row, n(1), J)))), List.of())), List.of()));
    }

    /** The row maximum and where it is first, in order; sizes are the rows and their length. */
    static Kernel argMax() {
        Local x = f32(0);
        Local best = f32(1);
        Local where = new Local(2, Register.I64);
        Expression isBetter = new Expression.Compare(Expression.Compare.Relation.LT, new Read(best),
                new Read(x));
        return new Kernel("argMax", 3, 2, new Loop(I, n(0), Kind.SERIAL, List.of(
                new Loop(J, n(1), Kind.SERIAL, List.of(new Let(x, load(Storage.F32, 0, at(I, n(1), J)))),
                List.of(new Fold(best, Constant.of(Float.NEGATIVE_INFINITY),
                new Expression.Select(isBetter, new Read(x), new Read(best)), null),
                new Fold(where, Constant.of(0L),
                new Expression.Select(isBetter, new Index(at(J)), new Read(where)), null))),
                store(Storage.F32, 1, at(I), new Read(best)),
                store(Storage.I64, 2, at(I), new Read(where))), List.of()));
    }

    /** A kernel of one turn that stores a value. */
    static Kernel value(Expression value, Storage storage) {
        return new Kernel("value", 1, 0, new Loop(I, Size.of(1), Kind.SERIAL,
                List.of(store(storage, 0, at(I), value)), List.of()));
    }

    static Local f32(int id) {
        return new Local(id, Register.F32);
    }

    static Size n(int index) {
        return new Size.Argument(index);
    }

    static Expression add(Expression x, Expression y) {
        return new Binary(Binary.Function.ADD, x, y);
    }

    static Expression mul(Expression x, Expression y) {
        return new Binary(Binary.Function.MUL, x, y);
    }

    static Load load(Storage storage, int buffer, Place place) {
        return new Load(new Access(buffer, storage, place));
    }

    static Store store(Storage storage, int buffer, Place place, Expression value) {
        return new Store(new Access(buffer, storage, place), value);
    }

    /** The sum of the factors. */
    static Place at(Variable... factors) {
        return new Place(Size.of(0), Arrays.stream(factors).map(f -> new Place.Term(Size.of(1), f)).toList());
    }

    /** {@code row * length + column}. */
    static Place at(Variable row, Size length, Variable column) {
        return new Place(Size.of(0), List.of(new Place.Term(length, row), new Place.Term(Size.of(1),
                column)));
    }
}
