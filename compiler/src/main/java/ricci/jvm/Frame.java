package ricci.jvm;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Storage;
import ricci.loop.Variable;

/** The local variables of a kernel's method, and the code that computes places from them. */
final class Frame {
    static final ClassDesc MEMORY = Memory.class.describeConstable().orElseThrow();
    static final ClassDesc SEGMENT = ClassDesc.of("java.lang.foreign.MemorySegment");

    /** More bits than an address of a process has, and small numbers added to it. */
    private static final long ADDRESSES = (1L << 60) - 1;

    private final CodeBuilder code;
    private final int[] buffers;
    private final int[] sizes;
    private final Map<Variable, Integer> scalars = new HashMap<>();
    private final Map<Variable.Local, List<Integer>> vectors = new HashMap<>();
    /** Variables that hold addresses, in a tile. */
    private final Map<Anchor, Integer> anchors = new HashMap<>();
    /** Counters that are ints for the time being. */
    private final Map<Variable, Integer> ints = new HashMap<>();
    private boolean isTile;

    /** What accesses have in common that are a fixed distance from one another. */
    record Anchor(int buffer, Storage storage, Set<Place.Term> terms) {
        private static Anchor of(Access access) {
            return new Anchor(access.buffer(), access.storage(), Set.copyOf(access.place().terms()));
        }
    }

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

    static TypeKind kind(Variable variable) {
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

    /** Says which variable holds a counter or a local. */
    void bind(Variable variable, int slot) {
        scalars.put(variable, slot);
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
        Integer counter = ints.get(variable);
        if (counter != null) {
            code.iload(counter).i2l();
        } else {
            code.loadLocal(kind(variable), scalar(variable));
        }
    }

    /** From here on, the counter is in the variable that is given, an int. */
    int beginInt(Variable.Counter counter) {
        int variable = code.allocateLocal(TypeKind.INT);
        ints.put(counter, variable);
        return variable;
    }

    /** From here on, the counter is in its own variable again. */
    void endInt(Variable.Counter counter) {
        ints.remove(counter);
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
        int bytes = access.storage().bytes();
        Integer anchor = anchors.get(Anchor.of(access));
        if (anchor != null && access.place().offset() instanceof Size.Fixed(var offset)) {
            code.lload(anchor);
            if (offset != 0) {
                code.loadConstant(offset * bytes).ladd();
            }
            return;
        }
        code.lload(buffers[access.buffer()]);
        offset(access.place(), bytes);
        if (isTile) {
            code.loadConstant(ADDRESSES).land();
        }
    }

    /** From here on, or no longer, addresses are those of a tile, see {@link #anchor}; what was before. */
    boolean setTile(boolean isTile) {
        boolean before = this.isTile;
        this.isTile = isTile;
        return before;
    }

    /**
     * In a tile, keeps the part of addresses in a variable that accesses in a body have in common.
     *
     * <p>An address is masked, which changes nothing, but tells the JVM that it is not negative and that a
     * small number more is not, either: so it leaves out its check of each access. Such checks would keep
     * loads in order, and what is loaded waiting in registers, of which sums need all.
     */
    List<Anchor> anchor(List<Statement> body) {
        Set<Variable> own = body.stream().filter(s -> s instanceof Statement.Let)
                .map(s -> ((Statement.Let) s).local()).collect(Collectors.toSet());
        List<Anchor> made = new ArrayList<>();
        for (Statement statement : body) {
            Access access = switch (statement) {
                case Statement.Let(_, Expression.Load(var loaded)) -> loaded;
                case Statement.Store(var stored, _) -> stored;
                case Statement.Let _, Statement.Loop _ -> null;
            };
            if (isTile && access != null && access.place().offset() instanceof Size.Fixed
                    && access.place().terms().stream().noneMatch(t -> own.contains(t.factor()))
                    && !anchors.containsKey(Anchor.of(access))) {
                address(new Access(access.buffer(), access.storage(),
                        new Place(Size.of(0), access.place().terms())));
                int variable = code.allocateLocal(TypeKind.LONG);
                code.lstore(variable);
                anchors.put(Anchor.of(access), variable);
                made.add(Anchor.of(access));
            }
        }
        return made;
    }

    /** Where the body ends. */
    void weigh(List<Anchor> made) {
        anchors.keySet().removeAll(made);
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
