package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Load;
import ricci.loop.Expression.Select;
import ricci.loop.Kernel;
import ricci.loop.Place;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Storage;
import ricci.loop.Variable;

/** Single elements of code with vectors decide nothing by a branch that a warm-up may not have taken. */
class BranchFreeTest {
    private static final Variable.Counter I = new Variable.Counter(0);
    private static final float[] NUMBERS = {0, -0f, 1, -1, Float.NaN, Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY, Float.MIN_VALUE, 1e30f};

    @ParameterizedTest
    @EnumSource
    void elementsDecideByNoBranch(Storage storage) {
        Expression x = load(0, storage);
        Expression y = load(1, storage);
        long loops = branches(kernel(storage, x));
        for (Compare.Relation relation : Compare.Relation.values()) {
            assertEquals(loops, branches(kernel(storage, new Select(new Compare(relation, x, y), x, y))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void numbersOfEveryKindAreCompared(Compare.Relation relation) {
        Kernel kernel = kernel(Storage.F32, new Select(new Compare(relation, load(0, Storage.F32),
                load(1, Storage.F32)), load(0, Storage.F32), load(1, Storage.F32)));
        Code code = Kernels.define(kernel, Machine.here(), true);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(ValueLayout.JAVA_FLOAT, 3);
            long at = memory.address();
            for (float x : NUMBERS) {
                for (float y : NUMBERS) {
                    memory.setAtIndex(ValueLayout.JAVA_FLOAT, 0, x);
                    memory.setAtIndex(ValueLayout.JAVA_FLOAT, 1, y);
                    code.run(new long[] {at, at + Float.BYTES, at + 2 * Float.BYTES}, new long[] {1}, 0, 1);
                    boolean holds = switch (relation) {
                        case EQ -> x == y;
                        case NE -> x != y;
                        case LT -> x < y;
                        case LE -> x <= y;
                    };
                    assertEquals(holds ? x : y, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 2),
                            () -> relation + " " + x + " " + y);
                }
            }
        }
    }

    private static long branches(Kernel kernel) {
        return ClassFile.of().parse(Emitter.emit(kernel, Machine.here(), true)).methods().stream()
                .flatMap(method -> method.code().stream()).flatMap(code -> code.elementStream())
                .filter(BranchInstruction.class::isInstance).count();
    }

    private static Kernel kernel(Storage storage, Expression value) {
        return new Kernel("choice", 3, 1, new Loop(I, new Size.Argument(0), Loop.Kind.SERIAL,
                List.of(new Statement.Store(access(2, storage), value)), List.of()));
    }

    private static Load load(int buffer, Storage storage) {
        return new Load(access(buffer, storage));
    }

    private static Access access(int buffer, Storage storage) {
        return new Access(buffer, storage, new Place(Size.of(0), List.of(new Place.Term(Size.of(1), I))));
    }
}
