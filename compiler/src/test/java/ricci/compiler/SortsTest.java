package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.loop.KernelText;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Long and short rows, of all dtypes, are sorted as the interpreter sorts them, whatever they consist of. */
class SortsTest {
    private static final List<DType> DTYPES = List.of(DType.F32, DType.F64, DType.F16, DType.BF16, DType.I8,
            DType.U8, DType.I16, DType.U16, DType.I32, DType.U32, DType.I64, DType.U64, DType.BOOL);
    private static final double[] SPECIAL = {0, -0.0, Double.NaN, -Double.NaN, Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY, 1, -1, Double.MIN_VALUE, Float.MIN_VALUE, -Float.MIN_VALUE, 65504};

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void elements(@ForAll long seed) {
        Random random = new Random(seed);
        TensorType type = type(random);
        check(random, new Op.Sort(random.nextInt(type.rank()), 1), List.of(type));
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void severalKeysAndWhatGoesWithThem(@ForAll long seed) {
        Random random = new Random(seed);
        List<TensorType> types = new ArrayList<>(List.of(type(random)));
        for (int i = random.nextInt(3); i >= 0; i--) {
            types.add(types.getFirst().with(DTYPES.get(random.nextInt(DTYPES.size()))));
        }
        check(random, new Op.Sort(random.nextInt(types.getFirst().rank()), 1 + random.nextInt(types.size())),
                types);
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void greatest(@ForAll long seed) {
        Random random = new Random(seed);
        TensorType type = type(random);
        long length = type.shape().length(type.rank() - 1);
        long few = 1 + random.nextLong(length);
        check(random, new Windows.TopK(random.nextBoolean() ? few : Math.min(few, 70), DType.I32),
                List.of(type));
    }

    /** Also where no sample tells the range, and where the last one has many equals. */
    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void greatestFewOfLongRows(@ForAll long seed) {
        Random random = new Random(seed);
        TensorType type = TensorType.of(List.of(DType.F32, DType.I32, DType.BF16).get(random.nextInt(3)),
                1 + random.nextInt(4), 150 + random.nextInt(2000));
        Program program = program(new Windows.TopK(random.nextInt(70), DType.I64), List.of(type));
        Buffer x = values(random, type);
        int outliers = random.nextInt(100);
        double[] reals = x.dtype().isFloat() ? x.reals() : new double[0];
        long[] integers = x.dtype().isFloat() ? new long[0] : x.integers();
        for (int i = 0; i < outliers; i++) {
            int at = random.nextInt(Math.toIntExact(type.shape().size()));
            if (x.dtype().isFloat()) {
                reals[at] = SPECIAL[random.nextInt(SPECIAL.length)] + random.nextInt(3) * 1e9;
            } else {
                integers[at] = random.nextBoolean() ? Integer.MAX_VALUE : Integer.MIN_VALUE;
            }
        }
        check(program, List.of(x.dtype().isFloat() ? Buffer.ofReals(type.dtype(), reals)
                : Buffer.ofIntegers(type.dtype(), integers)));
    }

    /** Lengths about those of blocks, and few different elements: many equal the last that is chosen. */
    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void greatestOfManyEquals(@ForAll long seed) {
        Random random = new Random(seed);
        long length = (1L << (6 + random.nextInt(6))) + random.nextInt(3) - 1;
        TensorType type = TensorType.of(random.nextBoolean() ? DType.F32 : DType.I32, 1 + random.nextInt(3),
                length);
        int kinds = 1 + random.nextInt(SPECIAL.length);
        Program program = program(new Windows.TopK(1 + random.nextLong(Math.min(length, 400)), DType.I32),
                List.of(type));
        int count = Math.toIntExact(type.shape().size());
        check(program, List.of(type.dtype().isFloat()
                ? Buffer.ofReals(type.dtype(), random.ints(count, 0, kinds).mapToDouble(i -> SPECIAL[i])
                        .toArray())
                : Buffer.ofIntegers(type.dtype(), random.ints(count, 0, kinds).asLongStream().toArray())));
    }

    /**
     * Many rows at once, not all lanes full; with few kinds of elements, or with elements that are alike in
     * places that are compared with each other, too many are left to be sorted so.
     */
    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void greatestFewOfManyRows(@ForAll long seed) {
        Random random = new Random(seed);
        int length = 300 + random.nextInt(2500);
        TensorType type = TensorType.of(random.nextBoolean() ? DType.F32 : DType.I32,
                2, (1 << 15) / length + 17 + random.nextInt(20), length);
        Program program = program(new Windows.TopK(1 + random.nextInt(140),
                random.nextBoolean() ? DType.I32 : DType.I64), List.of(type));
        int count = Math.toIntExact(type.shape().size());
        int kind = random.nextInt(4);
        int period = 1 << random.nextInt(10);
        double[] x = new double[count];
        Arrays.setAll(x, i -> switch (kind) {
            case 0 -> (double) i * 7919 % period;
            case 1 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 2 -> random.nextInt(20) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)]
                    : (float) random.nextGaussian();
            default -> (random.nextBoolean() ? 1 : -1) * (double) (i % 3000);
        });
        if (type.dtype().isFloat()) {
            check(program, List.of(Buffer.ofReals(type.dtype(), x)));
        } else {
            long[] integers = Arrays.stream(x).mapToLong(e -> Math.clamp((long) (e * 1e5),
                    Integer.MIN_VALUE, Integer.MAX_VALUE)).toArray();
            check(program, List.of(Buffer.ofIntegers(type.dtype(), integers)));
        }
    }

    @Test
    void rowsAreSharedByThreads() {
        Random random = new Random(1);
        check(random, new Op.Sort(1, 1), List.of(TensorType.of(DType.F32, 300, 700)));
        check(random, new Op.Sort(0, 1), List.of(TensorType.of(DType.F32, 700, 300)));
        check(random, new Op.Sort(1, 1), List.of(TensorType.of(DType.F32, 1001, 256)));
        check(random, new Windows.TopK(9, DType.I64), List.of(TensorType.of(DType.BF16, 300, 700)));
        check(random, new Windows.TopK(9, DType.I64), List.of(TensorType.of(DType.F32, 5001, 900)));
    }

    /** With whole groups of rows and what remains, whatever fits into the first cache. */
    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void shortRowsInLanes(@ForAll long seed) {
        Random random = new Random(seed);
        check(random, new Op.Sort(1, 1), List.of(TensorType.of(
                random.nextBoolean() ? DType.F32 : DType.I32, 30 + random.nextInt(300),
                1 + random.nextInt(random.nextBoolean() ? 100 : 1100))));
    }

    /** With as many lanes as an argument says, the JVM makes code that is several times slower. */
    @Test
    void lanesOfShortRowsArePartOfTheKernel() {
        TensorType rows = TensorType.of(DType.I32, 256, 64);
        ShortRows sort = new ShortRows(new Atom.Var(0, rows), new Atom.Var(1, rows),
                new Atom.Var(2, ShortRows.table(64)));
        String text = KernelText.of(((Launch) sort.calls().getLast()).kernel());
        assertTrue(text.lines().filter(line -> line.contains("vector ")).allMatch(
                line -> line.strip().matches("vector i\\d+ < \\d+")), text);
        assertTrue(text.contains("vector "), text);
    }

    @Test
    void rowsAtOnceStayInACache() {
        assertEquals(128, ShortRows.lanes(1000, 64, 32 << 10));
        assertEquals(64, ShortRows.lanes(1000, 128, 48 << 10));
        assertEquals(128, ShortRows.lanes(128, 512, 256 << 10));
        assertEquals(64, ShortRows.lanes(127, 512, 256 << 10));
        assertEquals(32, ShortRows.lanes(1000, 1024, 64 << 10));
    }

    @Test
    void explainTellsHowItIsSorted() {
        TensorType type = TensorType.of(DType.F32, 1000);
        CompiledProgram sort = new CompiledProgram(program(new Op.Sort(0, 1), List.of(type)),
                Planner.plan(program(new Op.Sort(0, 1), List.of(type))));
        assertTrue(sort.explain().contains("sort_f32, 1 turn"), sort.explain());
    }

    private static TensorType type(Random random) {
        DType dtype = DTYPES.get(random.nextInt(DTYPES.size()));
        int around = new int[] {1, 20, 45, 300, 9000}[random.nextInt(5)];
        long length = 1L + random.nextInt(around);
        return switch (random.nextInt(4)) {
            case 0 -> TensorType.of(dtype, length);
            case 1 -> TensorType.of(dtype, 1 + random.nextInt(3), length);
            case 2 -> TensorType.of(dtype, 20 + random.nextInt(300), 1 + random.nextInt(90));
            default -> TensorType.of(dtype, length, 2, 1 + random.nextInt(3));
        };
    }

    private static Program program(Op op, List<TensorType> types) {
        Builder b = new Builder();
        List<Atom.Var> inputs = b.inputs(types);
        return b.build("sort", inputs, b.apply(op, List.copyOf(inputs)));
    }

    private static void check(Random random, Op op, List<TensorType> types) {
        Program program = program(op, types);
        check(program, types.stream().map(type -> values(random, type)).toList());
    }

    private static void check(Program program, List<Buffer> x) {
        List<Buffer> expected = Eval.run(program, x);
        List<Buffer> actual = new CompiledProgram(program, Planner.plan(program)).run(x);
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i).dtype().isFloat()) {
                assertArrayEquals(expected.get(i).reals(), actual.get(i).reals(), program::toString);
            } else {
                assertArrayEquals(expected.get(i).integers(), actual.get(i).integers(), program::toString);
            }
        }
    }

    /** Few different ones or many, of a few digits or of all. */
    private static Buffer values(Random random, TensorType type) {
        int count = Math.toIntExact(type.shape().size());
        int kind = random.nextInt(5);
        if (type.dtype().isFloat()) {
            double[] x = new double[count];
            Arrays.setAll(x, i -> switch (kind) {
                case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
                case 1 -> random.nextInt(7) - 3;
                case 2 -> random.nextInt(10) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)]
                        : random.nextGaussian();
                case 3 -> i;
                default -> random.nextGaussian() * 100;
            });
            return Buffer.ofReals(type.dtype(), x);
        }
        long[] x = new long[count];
        Arrays.setAll(x, i -> switch (type.dtype() == DType.BOOL ? -1 : kind) {
            case -1 -> random.nextInt(2);
            case 0 -> random.nextInt(3) - 1;
            case 1 -> random.nextInt(1000);
            case 2 -> (long) random.nextInt(200) << 40;
            case 3 -> -i;
            default -> random.nextLong();
        });
        return Buffer.ofIntegers(type.dtype(), x);
    }
}
