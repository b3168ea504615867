package ricci.loop;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Fma;
import ricci.loop.Expression.Load;
import ricci.loop.Expression.Read;
import ricci.loop.Expression.Select;
import ricci.loop.RandomPlaces.Around;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Fold.Merge;
import ricci.loop.Statement.Loop;
import ricci.loop.Statement.Loop.Kind;
import ricci.loop.Variable.Counter;
import ricci.loop.Variable.Local;

/**
 * Well-formed kernels over the whole language, drawn by a seed, with the sizes and buffers of a call. With
 * fewer statements, a kernel is smaller.
 *
 * <p>What such a kernel computes does not depend on the order of turns, nor on where folds start again: sums
 * of floats are of small integers, products of powers of two, and bits of what is no number are not looked
 * at.
 * So all code made from it must leave the same memory as the interpreter, up to which NaN it is:
 *
 * {@snippet lang = java :
 * RandomKernel random = RandomKernel.of(seed, 10);
 * List<MemorySegment> expected = random.memory();
 * LoopInterpreter.run(random.kernel(), expected, random.sizes(), 0, random.turns());
 * List<MemorySegment> actual = random.memory();
 * // … run the code on actual …
 * assertEquals("", random.difference(expected, actual));
 * }
 */
public final class RandomKernel {
    private static final long[] EXTENTS = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 70, 130};
    private static final int MOST_TURNS = 3000;
    private static final int MOST_LOOPS = 4;

    /** How elements of a buffer lie, and how many there are. */
    public record Buffer(Storage storage, long elements) {}

    private final long seed;
    private final Kernel kernel;
    private final long[] sizes;
    private final List<Buffer> buffers;

    private RandomKernel(long seed, Loop loop, RandomPlaces places) {
        this.seed = seed;
        sizes = places.sizes();
        buffers = places.buffers();
        kernel = new Kernel("random" + seed, buffers.size(), sizes.length, loop);
    }

    /** A kernel of about that many statements. */
    public static RandomKernel of(long seed, int statements) {
        Drawing drawing = new Drawing(new Random(seed), statements);
        return new RandomKernel(seed, drawing.outermost(), drawing.places);
    }

    public Kernel kernel() {
        return kernel;
    }

    /** The arguments of the call. */
    public long[] sizes() {
        return sizes.clone();
    }

    public List<Buffer> buffers() {
        return buffers;
    }

    /** How many elements each buffer has. */
    public long[] elements() {
        return buffers.stream().mapToLong(Buffer::elements).toArray();
    }

    /** How many turns the outermost loop takes. */
    public long turns() {
        return kernel.loop().extent().in(sizes);
    }

    /** New memory for the call, each time with the same content. */
    public List<MemorySegment> memory() {
        Random random = new Random(seed);
        return buffers.stream().map(b -> memory(b, random)).toList();
    }

    private static MemorySegment memory(Buffer buffer, Random random) {
        Storage storage = buffer.storage();
        int bytes = storage.bytes();
        // Memory of a buffer begins at any element.
        MemorySegment memory = Arena.ofAuto().allocate((buffer.elements() + 3) * bytes, 64)
                .asSlice((long) random.nextInt(4) * bytes, buffer.elements() * bytes);
        for (long i = 0; i < buffer.elements(); i++) {
            boolean isSmall = random.nextBoolean();
            switch (storage) {
                case F32 -> memory.set(FLOAT, i * bytes, (float) number(random));
                case F64 -> memory.set(DOUBLE, i * bytes, number(random));
                case I8, U8 -> memory.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
                case I16, U16 -> memory.set(SHORT, i * bytes, (short) random.nextInt());
                case I32 -> memory.set(INT, i * bytes, isSmall ? random.nextInt(-9, 10) : random.nextInt());
                case I64 -> memory.set(LONG, i * bytes, isSmall ? random.nextInt(-9, 10) : random.nextLong());
                case BOOL -> memory.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(2));
            }
        }
        return memory;
    }

    private static double number(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> -0.0;
            case 1 -> random.nextBoolean() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            case 2 -> Double.NaN;
            case 3 -> random.nextGaussian() * 1e-40;
            case 4 -> random.nextGaussian() * 1e12;
            case 5, 6, 7 -> random.nextInt(-9, 10);
            default -> random.nextGaussian();
        };
    }

    /** How a kernel that should compute the same differs from this one; empty if it does not. */
    String difference(Kernel other) {
        Bounds.check(LoopChecker.check("a test", other), sizes(), elements());
        List<MemorySegment> expected = memory();
        LoopInterpreter.run(kernel, expected, sizes(), 0, turns());
        List<MemorySegment> actual = memory();
        LoopInterpreter.run(other, actual, sizes(), 0, turns());
        return difference(expected, actual);
    }

    /** The first element that differs, empty if none does. One NaN is as good as another. */
    public String difference(List<MemorySegment> expected, List<MemorySegment> actual) {
        for (int b = 0; b < buffers.size(); b++) {
            Storage storage = buffers.get(b).storage();
            for (long i = 0; i < buffers.get(b).elements(); i++) {
                Object wanted = element(storage, expected.get(b), i);
                Object found = element(storage, actual.get(b), i);
                // Floats in boxes are compared by their bits, all NaN being one.
                if (!wanted.equals(found)) {
                    return "b" + b + "[" + i + "] is " + found + ", not " + wanted + ", in\n" + kernel;
                }
            }
        }
        return "";
    }

    private static Object element(Storage storage, MemorySegment memory, long i) {
        long at = i * storage.bytes();
        return switch (storage) {
            case F32 -> (Object) memory.get(FLOAT, at);
            case F64 -> memory.get(DOUBLE, at);
            case I8, U8, BOOL -> memory.get(ValueLayout.JAVA_BYTE, at);
            case I16, U16 -> memory.get(SHORT, at);
            case I32 -> memory.get(INT, at);
            case I64 -> memory.get(LONG, at);
        };
    }

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public String toString() {
        return kernel.toString();
    }

    /** A kernel while it is being drawn. */
    private static final class Drawing {
        private final Random random;
        private final RandomPlaces places;
        private final RandomExpressions expressions;
        private int statements;
        private boolean stores;

        private Drawing(Random random, int statements) {
            this.random = random;
            this.statements = statements;
            places = new RandomPlaces(random);
            expressions = new RandomExpressions(random, places);
        }

        /** What one loop of a body has stored, which a later one may read. */
        private record Row(Access access, Around loop) {}

        /** A fold without what it does. */
        private record Draft(Local accumulator, Expression first, @Nullable Merge merge) {}

        private Loop outermost() {
            return loop(Block.kernel(), null, new ArrayList<>());
        }

        private Loop loop(Block outer, @Nullable Row read, List<Row> rows) {
            boolean isOutermost = places.depth() == 0;
            Kind kind = !places.isInVector() && random.nextInt(5) > 1 ? Kind.VECTOR : Kind.SERIAL;
            long turns = read == null ? turns(kind) : read.loop().turns();
            Counter counter = outer.counter();
            Around around = new Around(counter, read == null ? places.size(turns) : read.loop().extent(),
                    turns, kind == Kind.VECTOR);
            List<Draft> drafts = isOutermost ? List.of() : drafts(outer, kind);
            int mark = expressions.mark();
            boolean varies = places.isInVector();
            drafts.stream().filter(d -> d.merge() == null)
                    .forEach(d -> expressions.define(d.accumulator(), varies));
            places.enter(around);
            Block body = outer.inner();
            if (read != null) {
                expressions.let(body, new Load(moved(read.access(), read.loop().counter(), counter)),
                        places.isInVector());
            }
            body(body, rows);
            List<Fold> folds = drafts.stream().map(d -> new Fold(d.accumulator(), d.first(), next(d, turns),
                    d.merge())).toList();
            places.leave();
            expressions.forget(mark);
            drafts.forEach(d -> expressions.define(d.accumulator(), varies));
            List<Statement> all = body.statements();
            return new Loop(counter, around.extent(), kind == Kind.SERIAL ? serial(all.size()) : kind, all,
                    folds);
        }

        private Kind serial(int number) {
            return switch (number % 3) {
                case 1 -> places.isInVector() ? Kind.SERIAL : Kind.ORDERED;
                case 2 -> Kind.SHORT;
                default -> Kind.SERIAL;
            };
        }

        private static Access moved(Access access, Counter from, Counter to) {
            return new Access(access.buffer(), access.storage(), new Place(access.place().offset(),
                    access.place().terms().stream().map(t -> t.factor().equals(from)
                            ? new Place.Term(t.stride(), to) : t).toList()));
        }

        private long turns(Kind kind) {
            if (random.nextInt(25) == 0) {
                return 0;
            }
            long most = Math.max(1, MOST_TURNS / places.turns());
            long turns = EXTENTS[random.nextInt(kind == Kind.VECTOR ? EXTENTS.length : 9)];
            return Math.min(most, turns);
        }

        /** Statements of a body; {@code rows} get what it stores itself. */
        private void body(Block block, List<Row> rows) {
            List<Row> inner = new ArrayList<>();
            for (int i = 1 + random.nextInt(4); i > 0 && statements > 0; i--) {
                statements--;
                step(block, rows, inner);
            }
            boolean isLast = places.depth() == 1 && !stores;
            if (isLast || random.nextInt(3) > 0) {
                rows.add(store(block));
            }
        }

        private void step(Block block, List<Row> rows, List<Row> inner) {
            boolean varies = places.isInVector();
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> expressions.let(block, expressions.draw(expressions.register(), 3, false),
                        varies);
                case 3 -> expressions.let(block, expressions.load(
                        expressions.storage(expressions.register()), false), varies);
                case 4 -> expressions.clamp(block);
                case 5 -> rows.add(store(block));
                default -> {
                    if (places.depth() < MOST_LOOPS) {
                        Row read = inner.isEmpty() || random.nextInt(3) == 0 ? null : expressions.one(inner);
                        block.add(loop(block, read, inner));
                    }
                }
            }
        }

        /** Writes an element, at times one that is read before. */
        private Row store(Block block) {
            Register register = expressions.register();
            Access access = places.write(expressions.storage(register));
            if (random.nextInt(3) == 0) {
                expressions.let(block, new Load(access), places.isInVector());
            }
            block.add(new Statement.Store(access, expressions.draw(register, 2, false)));
            stores = true;
            return new Row(access, places.innermost());
        }

        private List<Draft> drafts(Block block, Kind kind) {
            return Stream.generate(() -> draft(block, kind)).limit(random.nextInt(3)).toList();
        }

        private Draft draft(Block block, Kind kind) {
            Register register = expressions.register();
            if (kind == Kind.SERIAL && random.nextInt(3) == 0) {
                return new Draft(block.local(register), expressions.draw(register, 1, false), null);
            }
            Merge merge = expressions.one(switch (register) {
                case F32, F64 -> List.of(Merge.ADD, Merge.MUL, Merge.MIN, Merge.MAX);
                case I32, I64 -> List.of(Merge.values());
                case BOOL -> List.of(Merge.AND, Merge.OR, Merge.XOR);
            });
            return new Draft(block.local(register), switch (merge) {
                case ADD, XOR -> Constant.of(register, 0);
                case MUL -> Constant.of(register, 1);
                case MIN, MAX, AND, OR -> expressions.constant(register);
            }, merge);
        }

        private Expression next(Draft draft, long turns) {
            Expression accumulator = new Read(draft.accumulator());
            Register register = draft.accumulator().register();
            Merge merge = draft.merge();
            if (merge == null) {
                return new Binary(register == Register.BOOL ? Binary.Function.XOR : Binary.Function.ADD,
                        accumulator, expressions.draw(register, 2, false));
            }
            Expression x = summand(merge, register, turns);
            Binary.Function f = Binary.Function.valueOf(merge.name());
            return switch (random.nextInt(6)) {
                case 0 -> new Binary(f, x, accumulator);
                case 1 -> new Select(expressions.draw(Register.BOOL, 2, false), new Binary(f, accumulator, x),
                        accumulator);
                case 2, 3 -> merge == Merge.ADD && register.isFloat()
                        ? new Fma(x, summand(merge, register, turns), accumulator)
                        : new Binary(f, accumulator, x);
                case 4 -> new Binary(merge == Merge.ADD ? Binary.Function.SUB : f, accumulator, x);
                default -> new Binary(f, accumulator, x);
            };
        }

        /** A value with which folding is exact in any order. */
        private Expression summand(Merge merge, Register register, long turns) {
            if (!register.isFloat() || merge == Merge.MIN || merge == Merge.MAX) {
                return expressions.draw(register, 2, false);
            }
            if (merge == Merge.ADD) {
                return expressions.small(register, false);
            }
            double power = turns < 60 ? 2 : 1;
            return new Select(expressions.draw(Register.BOOL, 2, false), Constant.of(register, power),
                    Constant.of(register, -1 / power));
        }
    }
}
