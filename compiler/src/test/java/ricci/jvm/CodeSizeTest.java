package ricci.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.classfile.ClassFile;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Load;
import ricci.loop.Kernel;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Storage;
import ricci.loop.Variable;

/** Code is no larger than what the JVM sees through: beyond, it takes vectors for objects. */
class CodeSizeTest {
    private static final Variable.Counter I = new Variable.Counter(0);
    private static final Variable.Counter J = new Variable.Counter(1);
    private static final int LANES = Math.max(1, Machine.here().vectorBits() / 32);

    /** Where lanes are left out, no way is left that asks which of them lie outside of memory. */
    @ParameterizedTest
    @EnumSource
    void maskedAccessesAreKnownToBeInside(Storage storage) {
        Kernel kernel = new Kernel("copy", 2, 1, new Loop(I, new Size.Argument(0), Loop.Kind.VECTOR,
                List.of(new Statement.Store(access(1, storage, I), new Load(access(0, storage, I)))),
                List.of()));
        List<Instruction> code = ClassFile.of().parse(Emitter.emit(kernel, Machine.here(), true)).methods()
                .stream().flatMap(method -> method.code().stream()).flatMap(c -> c.elementStream())
                .filter(Instruction.class::isInstance).map(Instruction.class::cast).toList();
        int masked = 0;
        int order = -1;
        for (int at = 0; at < code.size(); at++) {
            if (code.get(at) instanceof FieldInstruction f && f.name().equalsString("LITTLE_ENDIAN")) {
                order = at;
            } else if (code.get(at) instanceof InvokeInstruction call
                    && call.name().stringValue().endsWith("MemorySegment")
                    && call.type().stringValue().contains("VectorMask")) {
                masked++;
                assertEquals(Opcode.LAND, code.get(order - 1).opcode(), () -> call + " of " + storage);
            }
        }
        boolean hasMasks = Lanes.of(kernel.loop(), Machine.here()).hasMaskedAccess();
        assertEquals(hasMasks ? 2 : 0, masked);
    }

    /** The vectors of a short loop are written out one after the other only if little is done with them. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 5, 8})
    void shortLoopsAreWrittenOutIfLittleIsDone(int vectors) {
        assertTrue(bytes(vectors, 100) < 1.5 * bytes(1, 100));
        assertTrue(LANES == 1 || bytes(vectors, 4) < bytes(vectors, 100));
    }

    private static int bytes(int vectors, int operations) {
        Expression sum = new Load(access(0, Storage.F32, J));
        for (int i = 0; i < operations; i++) {
            sum = new Binary(Binary.Function.ADD, sum, Expression.Constant.of(Register.F32, i));
        }
        Loop inner = new Loop(J, Size.of((long) vectors * LANES), Loop.Kind.VECTOR,
                List.of(new Statement.Store(access(1, Storage.F32, J), sum)), List.of());
        return Tiers.bytes(new Kernel("sums", 2, 1, new Loop(I, new Size.Argument(0), Loop.Kind.SERIAL,
                List.of(inner), List.of())));
    }

    private static Access access(int buffer, Storage storage, Variable.Counter counter) {
        return new Access(buffer, storage, new Place(Size.of(0), List.of(new Place.Term(Size.of(1),
                counter))));
    }
}
