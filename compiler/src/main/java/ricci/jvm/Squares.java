package ricci.jvm;

import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.loop.Access;
import ricci.loop.Expression.Beyond;
import ricci.loop.Expression;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Two tiled loops, of which one goes along what is read, the other along what is written: in squares of as
 * many elements each way as a vector has lanes. Each row of a square is computed in a vector; then rows half
 * a square apart exchange halves, rows a quarter apart quarters, and so on, until the columns are rows; and
 * these are written.
 *
 * <p>Where squares do not fill a loop, the last one begins earlier, and some elements are computed twice; what
 * is smaller than a square is left to the loops as they are.
 *
 * @param lanes of the loop along which there are vectors to read
 * @param read the counter of that loop
 * @param written the counter of the other one, along which it is written
 */
record Squares(Frame frame, ScalarCode scalars, Loop outer, Loop inner, Lanes lanes, Variable.Counter read,
        Variable.Counter written) {
    private static final ClassDesc EXCHANGE = Exchange.class.describeConstable().orElseThrow();
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    /** Of longer vectors, a square takes so many registers that some would lie in memory. */
    private static final int MOST_BITS = 256;
    /** Squares of fewer lanes are as fast one by one. */
    private static final int FEWEST = 4;
    /** The most values in a turn that are written out for each row of a square. */
    private static final int MOST_VALUES = 40;

    /** Null if the loops are not of such a kind, or the machine has no vectors for what is in them. */
    static @Nullable Squares of(Frame frame, ScalarCode scalars, Loop outer, Machine machine) {
        if (!(outer.body().getFirst() instanceof Loop inner) || !inner.isTiled()
                || !(inner.body().getLast() instanceof Statement.Store(var access, var value))
                || inner.body().stream().filter(s -> s instanceof Statement.Store).count() != 1) {
            return null;
        }
        boolean isOuterWritten = access.place().stride(outer.counter()).is(1);
        Variable.Counter written = isOuterWritten ? outer.counter() : inner.counter();
        Variable.Counter read = isOuterWritten ? inner.counter() : outer.counter();
        Lanes lanes = Lanes.of(along(read, inner, access, value), new Machine(
                Math.min(machine.vectorBits(), MOST_BITS)));
        boolean isPossible = access.place().stride(written).is(1) && value.register() != Register.BOOL
                && lanes.count() >= FEWEST && lanes.count() * value.register().bytes() * 8 <= MOST_BITS
                && inner.body().stream().allMatch(Squares::isBrief) && values(inner) <= MOST_VALUES;
        return isPossible ? new Squares(frame, scalars, outer, inner, lanes, read, written) : null;
    }

    /** A loop along what is read that stores as if it were also along what is written. */
    private static Loop along(Variable.Counter read, Loop inner, Access access, Expression value) {
        List<Statement> body = new ArrayList<>(inner.body().subList(0, inner.body().size() - 1));
        body.add(new Statement.Store(new Access(access.buffer(), access.storage(), new Place(Size.of(0),
                List.of(new Place.Term(Size.of(1), read)))), value));
        return new Loop(read, Size.of(0), Loop.Kind.VECTOR, body, List.of());
    }

    private static boolean isBrief(Statement statement) {
        return switch (statement) {
            case Statement.Let(_, var value) -> !(value instanceof Beyond);
            case Statement.Store(_, var value) -> !(value instanceof Beyond);
            case Loop _ -> false;
        };
    }

    private static int values(Loop loop) {
        int values = 0;
        for (Statement statement : loop.body()) {
            values += switch (statement) {
                case Statement.Let(_, var value) -> value.values();
                case Statement.Store(_, var value) -> value.values();
                case Loop inner -> values(inner);
            };
        }
        return values;
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
            row(vectors);
            code().astore(rows[row]);
        }
        for (int step = rows.length / 2; step > 0; step /= 2) {
            for (int row = 0; row < rows.length; row++) {
                if ((row & step) == 0) {
                    exchange(rows, row, step);
                }
            }
        }
        Statement.Store store = store();
        set(written, writtenFrom, 0);
        for (int row = 0; row < rows.length; row++) {
            set(read, readFrom, row);
            code().aload(rows[row]);
            reinterpret(VectorType.of(register()));
            vectors.store(store.access());
        }
    }

    private void set(Variable.Counter counter, int from, int more) {
        code().lload(from).loadConstant((long) more).ladd();
        frame.store(counter);
    }

    /** Leaves a vector of integers on the stack. */
    private void row(VectorCode vectors) {
        for (Statement statement : inner.body()) {
            switch (statement) {
                case Statement.Let(var local, var value) when lanes.varying().contains(local) -> {
                    vectors.emit(value);
                    code().astore(frame.vector(local, 0));
                }
                case Statement.Let(var local, var value) -> {
                    scalars.emit(value);
                    frame.store(local);
                }
                case Statement.Store(_, var value) -> {
                    vectors.emit(value);
                    reinterpret(integers());
                }
                case Loop _ -> throw new IllegalArgumentException("a loop inside of tiled ones");
            }
        }
    }

    private void exchange(int[] rows, int row, int step) {
        int first = code().allocateLocal(TypeKind.REFERENCE);
        exchanged(rows, row, step, "FIRST");
        code().astore(first);
        exchanged(rows, row, step, "SECOND");
        code().astore(rows[row + step]).aload(first).astore(rows[row]);
    }

    private void exchanged(int[] rows, int row, int step, String which) {
        ClassDesc type = integers().vector();
        String name = (integers() == VectorType.LONG ? Register.I64 : Register.I32) + "_" + lanes.count() + "_"
                + step + "_" + which;
        code().getstatic(EXCHANGE, name, type).aload(rows[row]).aload(rows[row + step])
                .invokevirtual(type, "selectFrom",
                        MethodTypeDesc.of(type, VectorType.VECTOR, VectorType.VECTOR));
    }

    private Statement.Store store() {
        return (Statement.Store) inner.body().getLast();
    }

    private Register register() {
        return store().value().register();
    }

    private VectorType integers() {
        return register().bytes() == 8 ? VectorType.LONG : VectorType.INT;
    }

    /** The vector on the stack, of elements as wide. */
    private void reinterpret(VectorType to) {
        if (register().isFloat()) {
            String name = to.vector().displayName();
            code().invokevirtual(VectorType.VECTOR, "reinterpretAs"
                    + name.substring(0, name.length() - "Vector".length()) + "s",
                    MethodTypeDesc.of(to.vector()));
        }
    }

    private int variable() {
        return code().allocateLocal(TypeKind.LONG);
    }

    private CodeBuilder code() {
        return frame.code();
    }
}
