package ricci.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.loop.Expression.Load;
import ricci.loop.Expression.Read;
import ricci.loop.Statement.Let;
import ricci.loop.Statement.Loop;
import ricci.loop.Statement.Store;

/** Kernels that read known elements once only are the same kernels. */
class KnownElementsTest {
    private static final Variable.Local EVEN = new Variable.Local(8, Register.I64);
    private static final Variable.Local ODD = new Variable.Local(9, Register.I64);
    private static final Set<Variable> ROOMS = Set.of(EVEN, ODD);

    @Property(tries = 300)
    void computesTheSame(@ForAll long seed, @ForAll @IntRange(min = 1, max = 15) int statements) {
        RandomKernel random = RandomKernel.of(seed, statements);
        assertEquals("", random.difference(reduced(random.kernel())));
    }

    private static Kernel reduced(Kernel kernel) {
        Block block = Block.kernel();
        Loop all = new Renaming(block, size -> size, access -> access, loop -> loop).loop(kernel.loop());
        return new Kernel(kernel.name(), kernel.buffers(), kernel.sizes(), new Loop(all.counter(),
                all.extent(), all.kind(), new KnownElements(block, Set.of()).of(all.body()), all.folds()));
    }

    @Test
    void readsOnceWhatNobodyWrites() {
        assertEquals(2, loads(x(0), x(1), x(0), x(1)));
    }

    @Test
    void knowsWhatItHasWritten() {
        assertEquals(1, loads(x(0), store(1), load(at(1, Storage.F32))));
    }

    @Test
    void readsWhatWasRoundedWhenItWasWritten() {
        assertEquals(2, loads(x(0), new Let(new Variable.Local(1, Register.I32),
                new Expression.Convert(Register.I32, element(0))),
                new Store(at(1, Storage.I8), new Read(new Variable.Local(1, Register.I32))),
                new Let(new Variable.Local(2, Register.I32), new Load(at(1, Storage.I8)))));
    }

    @Test
    void readsAgainWhatMayHaveBeenWritten() {
        Loop writing = new Loop(new Variable.Counter(0), Size.of(3), Loop.Kind.SERIAL,
                List.of(store(0)), List.of());
        assertEquals(2, loads(x(2), store(0), x(2)));
        assertEquals(2, loads(x(0), writing, x(0)));
        assertEquals(1, loads(x(0), new Loop(new Variable.Counter(0), Size.of(3), Loop.Kind.SERIAL,
                List.of(store(1)), List.of()), x(0)));
    }

    @Test
    void roomsAreApart() {
        assertEquals(1, loads(load(room(EVEN)), new Store(room(ODD), element(0)), load(room(EVEN))));
        assertEquals(1, loads(load(room(ODD)), new Store(room(ODD), element(0)), load(room(ODD))));
        assertEquals(2, loads(load(room(EVEN)), store(0), load(room(EVEN))));
        // Also where what says which room it is has another name then.
        assertEquals(1, loads(new Let(EVEN, Expression.Constant.of(0L)), new Let(ODD,
                Expression.Constant.of(1L)), load(room(EVEN)), new Store(room(ODD), element(0)),
                load(room(EVEN)), load(room(ODD))));
    }

    private static Access room(Variable which) {
        return new Access(0, Storage.F32, new Place(Size.of(0),
                List.of(new Place.Term(Size.of(9), which))));
    }

    private static Let load(Access access) {
        return new Let(new Variable.Local(1, Register.F32), new Load(access));
    }

    private static Expression element(int local) {
        return new Read(new Variable.Local(local, Register.F32));
    }

    private static Let x(int element) {
        return new Let(new Variable.Local(0, Register.F32), new Load(new Access(0, Storage.F32,
                new Place(Size.of(element), List.of()))));
    }

    /** Of what was read last, to the first element. */
    private static Store store(int buffer) {
        return new Store(at(buffer, Storage.F32), element(0));
    }

    private static Access at(int buffer, Storage storage) {
        return new Access(buffer, storage, new Place(Size.of(0), List.of()));
    }

    private static long loads(Statement... statements) {
        return new KnownElements(Block.kernel(), ROOMS).of(List.of(statements)).stream()
                .filter(s -> s instanceof Let(_, Load _)).count();
    }
}
