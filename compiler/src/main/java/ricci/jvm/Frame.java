package ricci.jvm;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ricci.loop.Access;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Variable;

/** The local variables of a kernel's method, and the code that computes places from them. */
final class Frame {
    static final ClassDesc MEMORY = Memory.class.describeConstable().orElseThrow();
    static final ClassDesc SEGMENT = ClassDesc.of("java.lang.foreign.MemorySegment");

    private final CodeBuilder code;
    private final int[] buffers;
    private final int[] sizes;
    private final Map<Variable, Integer> scalars = new HashMap<>();
    private final Map<Variable.Local, List<Integer>> vectors = new HashMap<>();

    /** Of a method {@code run(long[] buffers, long[] sizes, long from, long to)} of an object. */
    Frame(CodeBuilder code, int buffers, int sizes) {
        this.code = code;
        this.buffers = unpack(code, 1, buffers);
        this.sizes = unpack(code, 2, sizes);
    }

    private static int[] unpack(CodeBuilder code, int array, int length) {
        int[] slots = new int[length];
        for (int i = 0; i < length; i++) {
            slots[i] = code.allocateLocal(TypeKind.LONG);
            code.aload(array).loadConstant(i).laload().lstore(slots[i]);
        }
        return slots;
    }

    CodeBuilder code() {
        return code;
    }

    /** The variable that holds a counter or a local that is the same in all lanes. */
    int scalar(Variable variable) {
        return scalars.computeIfAbsent(variable, v -> code.allocateLocal(kind(v)));
    }

    private static TypeKind kind(Variable variable) {
        return switch (variable) {
            case Variable.Counter _ -> TypeKind.LONG;
            case Variable.Local(_, var register) -> kind(register);
        };
    }

    static TypeKind kind(Register register) {
        return switch (register) {
            case F32 -> TypeKind.FLOAT;
            case F64 -> TypeKind.DOUBLE;
            case I32, BOOL -> TypeKind.INT;
            case I64 -> TypeKind.LONG;
        };
    }

    /** The variable that holds vector number {@code part} of a local that differs from lane to lane. */
    int vector(Variable.Local local, int part) {
        List<Integer> parts = vectors.computeIfAbsent(local, _ -> new ArrayList<>());
        while (parts.size() <= part) {
            parts.add(code.allocateLocal(TypeKind.REFERENCE));
        }
        return parts.get(part);
    }

    void load(Variable variable) {
        code.loadLocal(kind(variable), scalar(variable));
    }

    void store(Variable variable) {
        code.storeLocal(kind(variable), scalar(variable));
    }

    void size(Size size) {
        switch (size) {
            case Size.Fixed(var value) -> code.loadConstant(value);
            case Size.Argument(var index) -> code.lload(sizes[index]);
        }
    }

    /** The segment of all memory. */
    void memory() {
        code.getstatic(MEMORY, "ALL", SEGMENT);
    }

    /** The address of an element. */
    void address(Access access) {
        code.lload(buffers[access.buffer()]);
        offset(access.place(), access.storage().bytes());
    }

    /** A place as a number. */
    void index(Place place) {
        code.loadConstant(0L);
        offset(place, 1);
    }

    /**
     * Adds a place to what is on the stack. What moves fastest comes last, so that the rest of the sum does
     * not change in the innermost loop.
     */
    private void offset(Place place, int bytes) {
        if (!place.offset().is(0)) {
            size(place.offset());
            scale(bytes);
            code.ladd();
        }
        place.terms().stream().sorted((s, t) -> Boolean.compare(s.stride().is(1), t.stride().is(1)))
                .forEach(term -> {
            if (!term.stride().is(0)) {
                load(term.factor());
                if (!term.stride().is(1)) {
                    size(term.stride());
                    code.lmul();
                }
                scale(bytes);
                code.ladd();
            }
        });
    }

    private void scale(int bytes) {
        if (bytes > 1) {
            code.loadConstant((long) bytes).lmul();
        }
    }
}
