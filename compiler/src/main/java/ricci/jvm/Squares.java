package ricci.jvm;

import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.Expression.Load;
import ricci.loop.Place;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Storage;
import ricci.loop.Variable;

/**
 * Two tiled loops that copy elements of 4 or 8 bytes, of which one goes along what is read, the other along
 * what is written: in squares of as many elements each way as a vector has lanes. Each row of a square is
 * read as a vector of integers; then rows half a square apart exchange halves, rows a quarter apart quarters,
 * and so on, until the columns are rows; and these are written.
 *
 * <p>Where squares do not fill a loop, the last one begins earlier, and some elements are copied twice; what
 * is smaller than a square is left to the loops as they are.
 *
 * @param from what is read, as integers
 * @param to what is written, as integers
 * @param lanes of the loop along which there are vectors to read
 * @param read the counter of that loop
 * @param written the counter of the other one, along which it is written
 */
record Squares(Frame frame, ScalarCode scalars, Loop outer, Loop inner, Access from, Access to, Lanes lanes,
        Variable.Counter read, Variable.Counter written) {
    private static final ClassDesc EXCHANGE = Exchange.class.describeConstable().orElseThrow();
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    /** Of longer vectors, a square takes so many registers that some would lie in memory. */
    private static final int MOST_BITS = 256;
    /** Squares of fewer lanes are as fast one by one. */
    private static final int FEWEST = 4;

    /** Null if the loops are not of such a kind, or the machine has no vectors for them. */
    static @Nullable Squares of(Frame frame, ScalarCode scalars, Loop outer, Machine machine) {
        if (!(outer.body().getFirst() instanceof Loop inner) || !inner.isTiled()
                || !(inner.body().getLast() instanceof Statement.Store(var stored, var value))
                || !(loaded(inner.body(), value) instanceof Load(var loaded))
                || loaded.storage() != stored.storage() || loaded.storage().bytes() < 4) {
            return null;
        }
        boolean isOuterWritten = stored.place().stride(outer.counter()).is(1);
        Variable.Counter written = isOuterWritten ? outer.counter() : inner.counter();
        Variable.Counter read = isOuterWritten ? inner.counter() : outer.counter();
        Storage integers = stored.storage().bytes() == 8 ? Storage.I64 : Storage.I32;
        Access from = new Access(loaded.buffer(), integers, loaded.place());
        Loop along = new Loop(read, Size.of(0), Loop.Kind.VECTOR, List.of(new Statement.Store(
                new Access(stored.buffer(), integers, new Place(Size.of(0), List.of(
                new Place.Term(Size.of(1), read)))), new Load(from))), List.of());
        Lanes lanes = Lanes.of(along, new Machine(Math.min(machine.vectorBits(), MOST_BITS)));
        return stored.place().stride(written).is(1) && from.place().stride(read).is(1)
                && lanes.count() >= FEWEST ? new Squares(frame, scalars, outer, inner, from,
                new Access(stored.buffer(), integers, stored.place()), lanes, read, written) : null;
    }

    /** What a body stores, if nothing comes before that but its name. */
    private static @Nullable Expression loaded(List<Statement> body, Expression stored) {
        return body.size() == 1 ? stored
                : body.size() == 2 && body.getFirst() instanceof Statement.Let(var local, var value)
                && stored.equals(new Expression.Read(local)) ? value : null;
    }

    /**
     * From where the outer counter is.
     *
     * @param end the variable that holds the outer loop's extent
     * @param oneByOne writes the loops as they are
     */
    void emit(int end, Runnable oneByOne) {
        Label few = code().newLabel();
        Label done = code().newLabel();
        int extent = variable();
        frame.size(inner.extent());
        code().lstore(extent);
        code().lload(end);
        frame.load(outer.counter());
        code().lsub().loadConstant((long) lanes.count()).lcmp().iflt(few);
        code().lload(extent).loadConstant((long) lanes.count()).lcmp().iflt(few);
        boolean isTile = frame.setTile(true);
        steps(outer.counter(), end, row -> {
            code().loadConstant(0L);
            frame.store(inner.counter());
            steps(inner.counter(), extent, column -> square(outer.counter().equals(read) ? row : column,
                    outer.counter().equals(read) ? column : row));
        });
        frame.setTile(isTile);
        code().goto_(done).labelBinding(few);
        oneByOne.run();
        code().labelBinding(done);
    }

    /** What is done for a step, given the variable that holds where it begins. */
    private interface Step {
        void from(int begin);
    }

    /** Steps of as many turns as there are lanes, from where the counter is, the last one up to the end. */
    private void steps(Variable.Counter counter, int end, Step step) {
        Label top = code().newLabel();
        Label last = code().newLabel();
        int next = variable();
        int begin = variable();
        frame.load(counter);
        code().lstore(next).labelBinding(top).lload(next).lload(end).lcmp().ifge(last);
        code().lload(next).lload(end).loadConstant((long) lanes.count()).lsub()
                .invokestatic(MATH, "min", MethodTypeDesc.of(CD_long, CD_long, CD_long)).lstore(begin);
        step.from(begin);
        code().lload(next).loadConstant((long) lanes.count()).ladd().lstore(next).goto_(top);
        code().labelBinding(last);
    }

    private void square(int readFrom, int writtenFrom) {
        int[] rows = new int[lanes.count()];
        VectorCode vectors = new VectorCode(frame, scalars, lanes, read, 0, -1);
        set(read, readFrom, 0);
        for (int row = 0; row < rows.length; row++) {
            set(written, writtenFrom, row);
            rows[row] = code().allocateLocal(TypeKind.REFERENCE);
            vectors.emit(new Load(from));
            code().astore(rows[row]);
        }
        for (int step = rows.length / 2; step > 0; step /= 2) {
            for (int row = 0; row < rows.length; row++) {
                if ((row & step) == 0) {
                    exchange(rows, row, step);
                }
            }
        }
        set(written, writtenFrom, 0);
        for (int row = 0; row < rows.length; row++) {
            set(read, readFrom, row);
            code().aload(rows[row]);
            vectors.store(to);
        }
    }

    private void set(Variable.Counter counter, int from, int more) {
        code().lload(from).loadConstant((long) more).ladd();
        frame.store(counter);
    }

    private void exchange(int[] rows, int row, int step) {
        int first = code().allocateLocal(TypeKind.REFERENCE);
        exchanged(rows, row, step, "FIRST");
        code().astore(first);
        exchanged(rows, row, step, "SECOND");
        code().astore(rows[row + step]).aload(first).astore(rows[row]);
    }

    private void exchanged(int[] rows, int row, int step, String which) {
        ClassDesc type = VectorType.of(to.storage().register()).vector();
        code().getstatic(EXCHANGE, to.storage() + "_" + lanes.count() + "_" + step + "_" + which, type)
                .aload(rows[row]).aload(rows[row + step]).invokevirtual(type, "selectFrom",
                        MethodTypeDesc.of(type, VectorType.VECTOR, VectorType.VECTOR));
    }

    private int variable() {
        return code().allocateLocal(TypeKind.LONG);
    }

    private CodeBuilder code() {
        return frame.code();
    }
}
