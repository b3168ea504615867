package ricci.jvm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import ricci.loop.Expression;
import ricci.loop.Kernel;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Loop;
import ricci.loop.Variable;

/**
 * Writes a kernel as a class that implements {@link Code}.
 *
 * <p>A vector loop becomes up to three loops: one that takes several vectors in a turn, if it has folds,
 * since one accumulator would wait for itself, or is short; one that takes a vector; and one turn for the
 * elements that are left, in as many lanes as there are, or one by one where the machine cannot leave lanes
 * out. Where that is more code than the JVM compiles, the turn that can leave lanes out takes all vectors.
 *
 * <p>The class can also be written without vectors, for problems so small that it would take longer to have
 * them compiled than to do without. It gives the same bits: {@link LaneFolds} folds in the same order.
 */
final class Emitter {
    /** The package and beginning of the names of generated classes. */
    static final String VECTORS = "ricci.jvm.GeneratedVectors";
    static final String SCALARS = "ricci.jvm.GeneratedScalars";

    private static final ClassDesc LONGS = CD_long.arrayType();
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    /** The most vectors that a loop takes in a turn. */
    private static final int MOST_PARTS = 4;
    /** The most vectors of a loop that are written out, if their number is known. */
    private static final int MOST_AT_ONCE = 8;
    /**
     * The most values of those vectors. Of many more, the JVM gives up before it has seen that they are
     * vectors, and makes each an object; and to enter a loop takes no time beside them.
     */
    private static final int MOST_VALUES_AT_ONCE = 256;
    /** Beyond so many values in a turn, there is enough to do while an accumulator waits for itself. */
    private static final int MOST_VALUES = 40;
    /** Up to so many values in a turn, counting the turns is worth to be halved; more need all registers. */
    private static final int MOST_SHORT = 64;

    /** Of a loop whose number of turns is not part of the kernel. */
    private static final long UNKNOWN = -1;

    /** The JVM compiles no method of so many bytes. */
    private static final int HUGE = 8000;

    private final Machine machine;
    private final boolean hasVectors;
    private final boolean isBrief;
    private final Frame frame;
    private final CodeBuilder code;
    private final ScalarCode scalars;
    /** The loops that become methods of their own. */
    private final List<Outline> outlines;

    private Emitter(Machine machine, boolean hasVectors, boolean isBrief, Frame frame,
            List<Outline> outlines) {
        this.outlines = outlines;
        this.machine = machine;
        this.hasVectors = hasVectors;
        this.isBrief = isBrief;
        this.frame = frame;
        this.code = frame.code();
        this.scalars = new ScalarCode(frame, !hasVectors);
    }

    /**
     * The class file.
     *
     * @param hasVectors whether to write vectors; if not, the results are the same all the same
     */
    static byte[] emit(Kernel kernel, Machine machine, boolean hasVectors) {
        byte[] emitted = emit(kernel, machine, hasVectors, false);
        return hasVectors && !isCompiled(emitted) ? emit(kernel, machine, true, true) : emitted;
    }

    /** Whether the JVM compiles all methods of a class, none of which is too long for it. */
    static boolean isCompiled(byte[] type) {
        return longest(type) < HUGE;
    }

    /** The bytes of the longest method of a class. */
    static int longest(byte[] type) {
        return type.length < HUGE ? type.length : ClassFile.of().parse(type).methods().stream()
                .flatMap(method -> method.code().stream())
                .mapToInt(code -> ((CodeAttribute) code).codeLength()).max().orElseThrow();
    }

    /**
     * The class file.
     *
     * @param isBrief whether single vectors and what is left of them share their code
     */
    static byte[] emit(Kernel kernel, Machine machine, boolean hasVectors, boolean isBrief) {
        List<Outline> outlines = new ArrayList<>();
        return ClassFile.of().build(owner(hasVectors), type -> {
            type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                    .withInterfaceSymbols(Code.class.describeConstable().orElseThrow())
                    .withMethodBody(ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, 0, code -> code.aload(0)
                            .invokespecial(CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                            .return_())
                    .withMethodBody("run", MethodTypeDesc.of(CD_void, LONGS, LONGS, CD_long, CD_long),
                            ClassFile.ACC_PUBLIC, code -> {
                                Frame frame = new Frame(code, kernel.buffers(), kernel.sizes());
                                outlines.clear();
                                new Emitter(machine, hasVectors, isBrief, frame, outlines)
                                        .outermost(kernel.loop());
                            });
            for (Outline outline : outlines) {
                type.withMethodBody(outline.name(), outline.type(), 0, code -> {
                    Outline.returnForNothing(code);
                    Frame frame = new Frame(code, kernel.buffers(), kernel.sizes());
                    outline.begin(frame);
                    new Emitter(machine, hasVectors, isBrief, frame, new ArrayList<>())
                            .inner(outline.loop());
                    code.return_();
                });
            }
        });
    }

    private static ClassDesc owner(boolean hasVectors) {
        return ClassDesc.of(hasVectors ? VECTORS : SCALARS);
    }

    /**
     * The whole kernel. Turns that end before they begin are asked for by {@link WarmUp}: each method that is
     * a part of the code is then called, and does nothing.
     */
    private void outermost(Loop loop) {
        Label nothing = code.newLabel();
        code.lload(code.parameterSlot(2)).lload(code.parameterSlot(3)).lcmp().ifgt(nothing);
        code.lload(code.parameterSlot(2));
        frame.store(loop.counter());
        loop(loop, code.parameterSlot(3), lanes(loop), UNKNOWN);
        code.return_().labelBinding(nothing);
        outlines.forEach(outline -> outline.callForNothing(code, owner(hasVectors)));
        code.return_();
    }

    private void inner(Loop loop) {
        code.loadConstant(0L);
        frame.store(loop.counter());
        Lanes lanes = lanes(loop);
        if (hasVectors && isShort(loop, lanes)) {
            atOnce(loop, lanes);
        } else {
            loop(loop, extent(loop), lanes,
                    loop.extent() instanceof Size.Fixed(var length) ? length : UNKNOWN);
        }
    }

    private Lanes lanes(Loop loop) {
        return loop.isVector() ? Lanes.of(loop, machine) : Lanes.NONE;
    }

    /** Whether a loop is known to be so short that to enter it would take longer than its turns. */
    private static boolean isShort(Loop loop, Lanes lanes) {
        return lanes.count() > 1 && loop.extent() instanceof Size.Fixed(var length) && loop.folds().isEmpty()
                && !hasLoops(loop) && length <= (long) MOST_AT_ONCE * lanes.count()
                && hasFewValues(loop, length, lanes);
    }

    /** The turns of a short loop, one after the other, without a loop; all its accesses are near. */
    private void atOnce(Loop loop, Lanes lanes) {
        boolean isTile = frame.setTile(true);
        long length = ((Size.Fixed) loop.extent()).value();
        int step = MOST_PARTS * lanes.count();
        long whole = length - length % lanes.count();
        for (long from = 0; from < whole; from += step) {
            code.loadConstant(from);
            frame.store(loop.counter());
            turn(loop, vectors(loop, lanes, (int) Math.min(MOST_PARTS, (whole - from) / lanes.count())));
        }
        if (whole < length) {
            code.loadConstant(whole);
            frame.store(loop.counter());
            int extent = extent(loop);
            if (lanes.hasMaskedAccess()) {
                rest(loop, extent, lanes);
            } else {
                turns(loop, extent, 1, List.of());
            }
        }
        frame.setTile(isTile);
    }

    private int extent(Loop loop) {
        int extent = code.allocateLocal(TypeKind.LONG);
        frame.size(loop.extent());
        code.lstore(extent);
        return extent;
    }

    /**
     * A loop that is not inside of one that runs in lanes.
     *
     * @param extent the variable that holds its extent
     * @param length how many turns it takes, if that is known
     */
    private void loop(Loop loop, int extent, Lanes lanes, long length) {
        if (loop.isTiled() && hasVectors) {
            Squares squares = Squares.of(frame, scalars, loop, machine);
            if (squares != null) {
                squares.emit(extent, () -> turns(loop, extent, 1, List.of()));
                return;
            }
        }
        if (lanes.count() > 1 && hasVectors) {
            vectors(loop, extent, lanes, length);
        } else if (lanes.count() > 1 && !loop.folds().isEmpty()) {
            new LaneFolds(frame, scalars, loop, lanes, parts(loop)).emit(extent, () -> body(loop.body(),
                    List.of()));
        } else {
            first(loop.folds());
            turns(loop, extent, 1, List.of());
        }
    }

    private void first(List<Fold> folds) {
        for (Fold fold : folds) {
            scalars.emit(fold.first());
            frame.store(fold.accumulator());
        }
    }

    private void vectors(Loop loop, int extent, Lanes lanes, long length) {
        boolean isTile = frame.setTile(hasLoops(loop));
        if (isTile(loop, lanes)) {
            code.loadConstant(0L);
            frame.store(loop.counter());
            turn(loop, vectors(loop, lanes, (int) ((Size.Fixed) loop.extent()).value() / lanes.count()));
        } else {
            vectorTurns(loop, extent, lanes, length);
        }
        frame.setTile(isTile);
    }

    private void vectorTurns(Loop loop, int extent, Lanes lanes, long length) {
        List<VectorCode> parts = vectors(loop, lanes, parts(loop));
        parts.forEach(part -> first(loop.folds(), part));
        int together = parts.size() * lanes.count();
        long left = length == UNKNOWN ? together - 1 : length % together;
        if (parts.size() > 1) {
            if (length == together) {
                turn(loop, parts);
            } else {
                turns(loop, extent, together, parts);
            }
            merge(loop.folds(), parts);
        }
        boolean isWhole = length != UNKNOWN && length % lanes.count() == 0;
        if ((!isBrief || !lanes.hasMaskedAccess()) && (left >= lanes.count() || parts.size() == 1)) {
            turns(loop, extent, lanes.count(), parts.subList(0, 1));
        }
        if (lanes.hasMaskedAccess() && (isBrief || !isWhole)) {
            rest(loop, extent, lanes);
        }
        for (Fold fold : loop.folds()) {
            new AcrossLanes(parts.getFirst()).emit(fold);
            frame.store(fold.accumulator());
        }
        if (!lanes.hasMaskedAccess() && !isWhole) {
            turns(loop, extent, 1, List.of());
        }
    }

    /** Whether a loop is so short that all its vectors are taken at once, with their sums in registers. */
    private static boolean isTile(Loop loop, Lanes lanes) {
        return loop.extent() instanceof Size.Fixed(var length) && length > 0 && length % lanes.count() == 0
                && length <= (long) MOST_PARTS * lanes.count() && loop.folds().isEmpty() && hasLoops(loop)
                && (hasSums(loop) || hasFewValues(loop, length, lanes));
    }

    private static boolean hasSums(Loop loop) {
        return loop.body().stream().anyMatch(s -> s instanceof Loop inner && !inner.folds().isEmpty());
    }

    private static boolean hasFewValues(Loop loop, long length, Lanes lanes) {
        return (length + lanes.count() - 1) / lanes.count() * values(loop) <= MOST_VALUES_AT_ONCE;
    }

    /** Whether each lane goes through short loops, with nothing to be known after. */
    private static boolean hasShortLoops(Statement statement) {
        return statement instanceof Loop loop && loop.isVector() && loop.folds().isEmpty()
                && loop.body().stream().anyMatch(s -> s instanceof Loop inner
                && inner.kind() == Loop.Kind.SHORT);
    }

    private static boolean isTiled(Statement statement) {
        return statement instanceof Loop loop && loop.isTiled();
    }

    /** Whether there are loops inside, which each lane goes through. */
    private static boolean hasLoops(Loop loop) {
        return loop.body().stream().anyMatch(s -> s instanceof Loop);
    }

    private List<VectorCode> vectors(Loop loop, Lanes lanes, int count) {
        return IntStream.range(0, count)
                .mapToObj(part -> new VectorCode(frame, scalars, lanes, loop.counter(), part, -1)).toList();
    }

    /** How many vectors a loop takes in a turn. */
    private static int parts(Loop loop) {
        int values = values(loop);
        if (!hasLoops(loop) && loop.folds().isEmpty()) {
            return values <= MOST_SHORT ? 2 : 1;
        }
        int parts = MOST_PARTS;
        while (parts > 1 && values * parts > MOST_VALUES) {
            parts /= 2;
        }
        return parts;
    }

    private static int values(Loop loop) {
        int values = loop.folds().stream().mapToInt(fold -> fold.next().values()).sum();
        for (Statement statement : loop.body()) {
            values += switch (statement) {
                case Statement.Let(_, var value) -> value.values();
                case Statement.Store(_, var value) -> value.values();
                case Loop inner -> values(inner);
            };
        }
        return values;
    }

    /** A turn for fewer elements than lanes, if there are any left; all turns, if the code is to be brief. */
    private void rest(Loop loop, int extent, Lanes lanes) {
        Label top = code.newBoundLabel();
        Label end = code.newLabel();
        frame.load(loop.counter());
        code.lload(extent).lcmp().ifge(end);
        VectorCode rest = new VectorCode(frame, scalars, lanes, loop.counter(), 0,
                code.allocateLocal(TypeKind.REFERENCE));
        rest.makeMask(extent);
        turn(loop, List.of(rest));
        if (isBrief) {
            advance(loop, lanes.count());
            code.goto_(top);
        }
        code.labelBinding(end);
    }

    /** Turns of {@code step} elements, as long as there are as many left. */
    private void turns(Loop loop, int extent, int step, List<VectorCode> parts) {
        Label top = code.newLabel();
        Label end = code.newLabel();
        int limit = code.allocateLocal(TypeKind.LONG);
        code.lload(extent).loadConstant(step - 1L).lsub().lstore(limit);
        code.labelBinding(top);
        frame.load(loop.counter());
        code.lload(limit).lcmp().ifge(end);
        turn(loop, parts);
        advance(loop, step);
        code.goto_(top).labelBinding(end);
    }

    private void advance(Loop loop, int step) {
        frame.load(loop.counter());
        code.loadConstant((long) step).ladd();
        frame.store(loop.counter());
    }

    /**
     * Turns of a short loop. Its counter is an int and its end is known to the JVM to be near, so the JVM
     * makes one loop of it, without a place to stop at, where all sums would have to lie in memory.
     */
    private void fewTurns(Loop loop, List<VectorCode> parts) {
        MethodTypeDesc two = MethodTypeDesc.of(CD_int, CD_int, CD_int);
        int limit = code.allocateLocal(TypeKind.INT);
        frame.size(loop.extent());
        code.l2i().loadConstant(Loop.MOST_SHORT).invokestatic(MATH, "min", two).istore(limit);
        int counter = frame.beginInt(loop.counter());
        Label top = code.newLabel();
        Label end = code.newLabel();
        code.loadConstant(0).istore(counter).labelBinding(top);
        code.iload(counter).iload(limit).if_icmpge(end);
        turn(loop, parts);
        code.iinc(counter, 1).goto_(top).labelBinding(end);
        frame.endInt(loop.counter());
    }

    /** One turn: of one element, if there are no parts. */
    private void turn(Loop loop, List<VectorCode> parts) {
        body(loop.body(), parts);
        // All are computed before one is changed.
        if (parts.isEmpty()) {
            loop.folds().forEach(fold -> scalars.emit(fold.next()));
            loop.folds().reversed().forEach(fold -> frame.store(fold.accumulator()));
        }
        for (VectorCode part : parts) {
            // Each lane of an inner loop's fold is an element of its own, so it does not matter what those
            // become that take no part.
            loop.folds().forEach(loop.isVector() ? part::next : fold -> part.argument(fold.next()));
            loop.folds().reversed().forEach(
                    fold -> code.astore(frame.vector(fold.accumulator(), part.part())));
        }
    }

    private void body(List<Statement> body, List<VectorCode> parts) {
        List<Frame.Anchor> anchors = frame.anchor(body);
        List<Statement> large = body.stream().filter(s -> hasShortLoops(s) || isTiled(s)).toList();
        // One alone may stay; with another after it, the method may become too large for the JVM's compiler.
        List<Statement> apart = parts.isEmpty() && large.size() > 1 ? large : List.of();
        for (Statement statement : body) {
            switch (statement) {
                case Statement.Let(var local, var value) -> let(local, value, parts);
                case Statement.Store(var access, var value) -> {
                    if (parts.isEmpty()) {
                        scalars.store(access, value);
                    }
                    parts.forEach(part -> part.store(access, value));
                }
                case Loop loop when apart.contains(loop) -> {
                    Outline outline = Outline.of("part" + outlines.size(), loop);
                    outlines.add(outline);
                    outline.call(frame, owner(hasVectors));
                }
                case Loop loop -> innerLoop(loop, parts);
            }
        }
        frame.weigh(anchors);
    }

    private void innerLoop(Loop loop, List<VectorCode> parts) {
        if (loop.kind() == Loop.Kind.SHORT) {
            boolean isTile = frame.setTile(true);
            if (parts.isEmpty()) {
                first(loop.folds());
                frame.beginRows(loop);
            }
            parts.forEach(part -> first(loop.folds(), part));
            fewTurns(loop, parts);
            frame.endRows(loop);
            frame.setTile(isTile);
        } else if (parts.isEmpty()) {
            inner(loop);
        } else {
            parts.forEach(part -> first(loop.folds(), part));
            code.loadConstant(0L);
            frame.store(loop.counter());
            turns(loop, extent(loop), 1, parts);
        }
    }

    private void let(Variable.Local local, Expression value, List<VectorCode> parts) {
        if (parts.isEmpty() || !parts.getFirst().lanes().varying().contains(local)) {
            scalars.emit(value);
            frame.store(local);
            return;
        }
        for (VectorCode part : parts) {
            part.emit(value);
            code.astore(frame.vector(local, part.part()));
        }
    }

    private void first(List<Fold> folds, VectorCode part) {
        for (Fold fold : folds) {
            part.emit(fold.first());
            code.astore(frame.vector(fold.accumulator(), part.part()));
        }
    }

    /** Joins what the parts have folded, in the first one. */
    private void merge(List<Fold> folds, List<VectorCode> parts) {
        for (Fold fold : folds) {
            for (int step = 1; step < parts.size(); step *= 2) {
                for (int part = 0; part + step < parts.size(); part += 2 * step) {
                    parts.get(part).emit(new Expression.Read(fold.accumulator()));
                    code.aload(frame.vector(fold.accumulator(), part + step));
                    parts.getFirst().merge(fold.merging(), fold.accumulator().register());
                    code.astore(frame.vector(fold.accumulator(), part));
                }
            }
        }
    }
}
