package ricci.jvm;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Storage;
import ricci.loop.Variable;

/** The local variables of a kernel's method, and the code that computes places from them. */
final class Frame {
    static final ClassDesc MEMORY = Memory.class.describeConstable().orElseThrow();
    static final ClassDesc SEGMENT = ClassDesc.of("java.lang.foreign.MemorySegment");

    /** More bits than an address of a process has, and small numbers added to it. */
    private static final long ADDRESSES = (1L << 60) - 1;
    /** So far a short loop may move in a turn for what it moves to be a small number. */
    private static final long MOST_STRIDE = 1 << 20;

    private final CodeBuilder code;
    private final int[] buffers;
    private final int[] sizes;
    private final Map<Variable, Integer> scalars = new HashMap<>();
    private final Map<Variable.Local, List<Integer>> vectors = new HashMap<>();
    /** Variables that hold addresses, in a tile. */
    private final Map<Anchor, Integer> anchors = new HashMap<>();
    /** Variables that hold the addresses that short loops begin with. */
    private final Map<Row, Integer> rows = new HashMap<>();
    /** Counters that are ints for the time being. */
    private final Map<Variable.Counter, Integer> ints = new HashMap<>();
    private boolean isTile;

    /** What accesses have in common that are a fixed distance from one another. */
    record Anchor(int buffer, Storage storage, Set<Place.Term> terms) {
        private static Anchor of(Access access) {
            return new Anchor(access.buffer(), access.storage(), Set.copyOf(access.place().terms()));
        }
    }

    /** What accesses in a short loop have in common, but for constants. */
    private record Row(int buffer, Storage storage, Size offset, Set<Place.Term> others,
            Variable.Counter counter) {
        /** Null if the access moves by a stride that is not known here, or backwards. */
        static @Nullable Row of(Access access, Variable.Counter counter) {
            Place place = access.place();
            Set<Place.Term> others = place.terms().stream().filter(t -> !t.factor().equals(counter))
                    .collect(Collectors.toSet());
            boolean isKnown = place.stride(counter) instanceof Size.Fixed(var stride) && stride > 0
                    && stride < MOST_STRIDE && others.size() == place.terms().size() - 1;
            return isKnown ? new Row(access.buffer(), access.storage(),
                    place.offset() instanceof Size.Fixed ? Size.of(0) : place.offset(), others, counter)
                    : null;
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
        if (isInRow(access)) {
            return;
        }
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

    /** The address of an element of a row that a short loop goes along, if there is one. */
    private boolean isInRow(Access access) {
        Row row = row(access);
        if (row == null) {
            return false;
        }
        int bytes = access.storage().bytes();
        code.lload(Objects.requireNonNull(rows.get(row)));
        load(row.counter());
        size(access.place().stride(row.counter()));
        code.lmul();
        scale(bytes);
        code.ladd();
        if (access.place().offset() instanceof Size.Fixed(var offset) && offset != 0) {
            code.loadConstant(offset * bytes).ladd();
        }
        return true;
    }

    private @Nullable Row row(Access access) {
        return ints.keySet().stream().map(counter -> Row.of(access, counter))
                .filter(r -> r != null && rows.containsKey(r)).findFirst().orElse(null);
    }

    /**
     * Before a short loop, keeps the addresses in variables that what it reads and writes begins with. They
     * are masked as in {@link #anchor}, once and not in each turn.
     */
    void beginRows(Loop loop) {
        for (Access access : accesses(loop.body())) {
            Row row = Row.of(access, loop.counter());
            if (row != null && !rows.containsKey(row)
                    && row.others().stream().noneMatch(t -> own(loop.body()).contains(t.factor()))) {
                address(new Access(access.buffer(), access.storage(), new Place(row.offset(),
                        List.copyOf(row.others()))));
                int variable = code.allocateLocal(TypeKind.LONG);
                code.lstore(variable);
                rows.put(row, variable);
            }
        }
    }

    /** After a short loop, forgets them. */
    void endRows(Loop loop) {
        rows.keySet().removeIf(row -> row.counter().equals(loop.counter()));
    }

    private static Set<Variable> own(List<Statement> body) {
        return body.stream().filter(s -> s instanceof Statement.Let)
                .map(s -> ((Statement.Let) s).local()).collect(Collectors.toSet());
    }

    /** What a body loads and stores by itself. */
    private static List<Access> accesses(List<Statement> body) {
        List<Access> accesses = new ArrayList<>();
        for (Statement statement : body) {
            switch (statement) {
                case Statement.Let(_, Expression.Load(var loaded)) -> accesses.add(loaded);
                case Statement.Store(var stored, _) -> accesses.add(stored);
                case Statement.Let _, Loop _ -> { }
            }
        }
        return accesses;
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
        Set<Variable> own = own(body);
        List<Anchor> made = new ArrayList<>();
        for (Access access : isTile ? accesses(body) : List.<Access>of()) {
            if (access.place().offset() instanceof Size.Fixed
                    && access.place().terms().stream().noneMatch(t -> own.contains(t.factor()))
                    && !anchors.containsKey(Anchor.of(access)) && row(access) == null) {
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
