package ricci.peak;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import ricci.jvm.Machine;
import ricci.loop.Access;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Fma;
import ricci.loop.Expression.Load;
import ricci.loop.Expression.Read;
import ricci.loop.Kernel;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Storage;
import ricci.loop.Variable;

/** Loops that do one thing as often as the processor can. */
public final class PeakKernels {
    /** Sums in registers, enough of them that none waits for itself. */
    private static final int SUMS = 6;
    private static final int SUMS_READ = 8;
    /** Bytes that what comes out of a loop has room in, whatever the width of vectors. */
    public static final long ROOM = 1 << 12;

    private PeakKernels() {}

    private static long vectorBytes() {
        return Math.max(128, Machine.here().vectorBits()) / 8;
    }

    /** The operations of each step of {@link #multiplyAdd}. */
    public static double operations(Register register) {
        return 2.0 * 2 * vectorBytes() / register.bytes() * SUMS;
    }

    /** The bytes that each step of {@link #read} reads. */
    static long block() {
        return SUMS_READ * vectorBytes();
    }

    /**
     * Each turn takes so many steps as its argument says, {@link Loop#MOST_SHORT} at most, of multiplying and
     * adding in registers; in the end it writes the sums to its buffer. A sum is what is added to, as in a
     * matrix product: the instruction overwrites that operand, and another one would be copied each time.
     *
     * @param register F32 or F64
     */
    public static Kernel multiplyAdd(Register register) {
        return new Sums(register, 2 * vectorBytes() / register.bytes(), SUMS, sum ->
                new Fma(Constant.of(register, 0.5), Constant.of(register, 0.25), sum))
                .kernel("peak", Loop.Kind.SHORT);
    }

    /** Each turn reads so many blocks of its second buffer as its argument says, and adds the floats up. */
    static Kernel read() {
        return new Sums(Register.F32, vectorBytes() / Float.BYTES, SUMS_READ, null)
                .kernel("read", Loop.Kind.SERIAL);
    }

    /** Each turn copies so many floats from its first buffer to its second as its argument says. */
    static Kernel copy() {
        Block kernel = Block.kernel();
        Variable.Counter turn = kernel.counter();
        Block outer = kernel.inner();
        Variable.Counter lane = outer.counter();
        Place place = new Place(Size.of(0), List.of(new Place.Term(Size.of(1), lane)));
        outer.add(new Loop(lane, new Size.Argument(0), Loop.Kind.VECTOR, List.of(new Statement.Store(
                new Access(1, Storage.F32, place), new Load(new Access(0, Storage.F32, place)))), List.of()));
        return new Kernel("copy", 2, 1, new Loop(turn, Size.of(1), Loop.Kind.SERIAL, outer.statements(),
                List.of()));
    }

    /**
     * Sums side by side, which go on in each step of a loop.
     *
     * @param lanes of each sum
     * @param next what a sum becomes; null if what is read is added to it
     */
    private record Sums(Register register, long lanes, int count,
            @Nullable UnaryOperator<Expression> next) {
        Kernel kernel(String name, Loop.Kind kind) {
            Block kernel = Block.kernel();
            Variable.Counter turn = kernel.counter();
            Block outer = kernel.inner();
            Variable.Counter lane = outer.counter();
            Block block = outer.inner();
            Variable.Counter step = block.counter();
            List<Fold> folds = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Variable.Local sum = block.local(register);
                Expression before = new Read(sum);
                folds.add(new Fold(sum, Constant.of(register, i), next == null
                        ? new Binary(Binary.Function.ADD, before, new Load(access(1, i, lane, step)))
                        : next.apply(before), null));
            }
            block.add(new Loop(step, new Size.Argument(0), kind, List.of(), folds));
            for (int i = 0; i < count; i++) {
                block.add(new Statement.Store(access(0, i, lane, null),
                        new Read(folds.get(i).accumulator())));
            }
            outer.add(new Loop(lane, new Size.Fixed(lanes), Loop.Kind.VECTOR, block.statements(), List.of()));
            return new Kernel(name, next == null ? 2 : 1, 1, new Loop(turn, Size.of(1), Loop.Kind.SERIAL,
                    outer.statements(), List.of()));
        }

        private Access access(int buffer, int sum, Variable lane,
                @Nullable Variable step) {
            List<Place.Term> terms = new ArrayList<>(List.of(new Place.Term(Size.of(1), lane)));
            if (step != null) {
                terms.add(new Place.Term(Size.of(lanes * count), step));
            }
            return new Access(buffer, register == Register.F64 ? Storage.F64 : Storage.F32,
                    new Place(new Size.Fixed(sum * lanes), terms));
        }
    }
}
