package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.grad;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import ricci.Fn;
import ricci.SpecialFunctions;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.RandomProgram;
import ricci.ir.RicciException;
import ricci.ir.TensorType;
import ricci.jvm.Kernels;
import ricci.loop.Kernel;
import ricci.runtime.Buffer;

/** Compiled programs compute what the interpreter says. */
class CompiledProgramTest {
    private static final Map<String, Fn<Tensor, Tensor>> FUNCTIONS = Map.of(
            "softmax", CompiledProgramTest::softmax,
            "layerNorm", CompiledProgramTest::layerNorm,
            "logSumExp", x -> x.sub(x.max(1).reshape(rows(x), 1)).exp().sum(1).log(),
            "column sums", x -> x.square().sum(0),
            "all", x -> x.tanh().sum(),
            "turned", x -> x.transpose().mul(2).add(x.transpose().reshape(columns(x), rows(x))),
            "turned back", x -> x.transpose().exp().transpose().add(x),
            "gradient of softmax", grad((Tensor x) -> softmax(x).square().sum()),
            "gradient of layerNorm", grad((Tensor x) -> layerNorm(x).mul(x).sum()),
            "scaled columns", x -> x.mul(x.sum(0)).sub(x.mean(0)));

    private static Tensor softmax(Tensor x) {
        Tensor e = x.sub(x.max(1).reshape(rows(x), 1)).exp();
        return e.div(e.sum(1).reshape(rows(x), 1));
    }

    private static Tensor layerNorm(Tensor x) {
        Tensor centred = x.sub(x.mean(1).reshape(rows(x), 1));
        return centred.div(centred.square().mean(1).reshape(rows(x), 1).add(1e-5).sqrt());
    }

    private static long rows(Tensor x) {
        return x.shape().length(0);
    }

    private static long columns(Tensor x) {
        return x.shape().length(1);
    }

    @Provide
    Arbitrary<String> functions() {
        return Arbitraries.of(FUNCTIONS.keySet().stream().sorted().toList());
    }

    private static Program function(String name, DType dtype, long... shape) {
        return program(Objects.requireNonNull(FUNCTIONS.get(name)), zeros(dtype, shape));
    }

    @Property(tries = 200)
    void functionsOfMatrices(@ForAll @From("functions") String name, @ForAll @IntRange(min = 1,
            max = 70) int rows,
            @ForAll @IntRange(min = 1, max = 70) int columns, @ForAll boolean isWide, @ForAll long seed) {
        Program f = function(name, isWide ? DType.F64 : DType.F32, rows, columns);
        AgainstInterpreter.check(f, samples(f, seed));
    }

    @Property(tries = 300)
    void randomPrograms(@ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @IntRange(min = 1, max = 15) int equations) {
        Program f = RandomProgram.any(seed, equations);
        AgainstInterpreter.check(f, samples(f, seed));
    }

    @Property(tries = 40)
    void resultsDoNotDependOnThreadsOrTiers(@ForAll @From("functions") String name, @ForAll long seed) {
        Program f = function(name, DType.F32, 300, 257);
        List<Buffer> x = samples(f, seed);
        List<Buffer> expected = new CompiledProgram(f, Planner.plan(f)).run(x);
        for (int again = 0; again < 3; again++) {
            List<Buffer> actual = new CompiledProgram(f, Planner.plan(f)).run(x);
            // As doubles: which NaN it is, is left open.
            assertArrayEquals(expected.getFirst().reals(), actual.getFirst().reals());
        }
    }

    @Property(tries = 20)
    void whatFitsInNoMemoryIsRefusedInWords(@ForAll @LongRange(min = 1L << 46) long length) {
        Program f = program((Tensor x) -> List.of(x.broadcastTo(length).add(1),
                x.broadcastTo(length).sort(0)), zeros(1));
        assertThrows(RicciException.Argument.class, () -> new Compiler().compile(f).run(samples(f, 1)));
    }

    /** Of any size, so that some are computed one by one. */
    @Property(tries = 20)
    void periodicFunctions(@ForAll @IntRange(min = 1, max = 70) int rows, @ForAll boolean isWide,
            @ForAll long seed) {
        Program f = program((Tensor x) -> {
            Tensor great = x.mul(x.square().mul(isWide ? 5 : 1).exp());
            return great.sin().add(great.cos()).add(SpecialFunctions.tan(great));
        }, zeros(isWide ? DType.F64 : DType.F32, rows, 3));
        AgainstInterpreter.check(f, samples(f, seed));
    }

    @Test
    void aNewSizeNeedsNoNewCode() {
        var first = new Compiler().compile(function("softmax", DType.F32, 20, 30));
        int before = Kernels.count();
        String text = new Compiler().compile(function("softmax", DType.F32, 40, 31)).explain();
        // What programs had that are gone may have been collected meanwhile.
        assertTrue(Kernels.count() <= before);
        assertTrue(text.endsWith("code of 1 loop, all of it there before, made for these or other sizes\n"),
                text);
        // Code is there as long as a program that needs it, so it is needed to the end.
        assertTrue(first.explain().contains("code of 1 loop"));
    }

    /** Of a mean, the factor depends on the size. */
    @Test
    void factorsThatDependOnSizesNeedNoNewCode() {
        for (String name : List.of("layerNorm", "gradient of layerNorm", "scaled columns", "softmax")) {
            assertEquals(kernels(function(name, DType.F32, 200, 300)),
                    kernels(function(name, DType.F32, 401, 310)), name);
        }
    }

    /** Products of tiles: of whole ones, and of those with an edge of few or of many rows. */
    @Test
    void productsOfManySizesShareTheirCode() {
        Set<Kernel> whole = new HashSet<>();
        for (int rows = 240; rows <= 2400; rows += 240) {
            whole.addAll(kernels(layer(rows)));
        }
        assertEquals(kernels(layer(240)), whole);
        Set<Kernel> all = new HashSet<>(whole);
        for (int rows = 240; rows < 264; rows++) {
            all.addAll(kernels(layer(rows)));
        }
        // At edges, tiles have half of the rows, or skip some; each as wide as others, or as what is left.
        assertTrue(all.size() <= whole.size() + 4, all::toString);
    }

    private static Program layer(long rows) {
        return program((Tensor x, Tensor w, Tensor b) -> x.matmul(w).add(b).maximum(0),
                zeros(DType.F32, rows, 1000), zeros(DType.F32, 1000, 1000), zeros(DType.F32, 1000));
    }

    private static Set<Kernel> kernels(Program program) {
        return Planner.plan(program).single().stream().filter(Plan.Action.Run.class::isInstance)
                .map(run -> ((Plan.Action.Run) run).launch().kernel()).collect(Collectors.toSet());
    }

    @Test
    void softmaxIsOneLoop() {
        for (String name : List.of("softmax", "layerNorm", "gradient of softmax", "gradient of layerNorm")) {
            assertEquals(1, Planner.plan(function(name, DType.F32, 64, 128)).actions().size(), name);
        }
    }

    @Test
    void explains() {
        String text = Explain.text(Planner.plan(function("softmax", DType.F32, 64, 128)), false);
        assertTrue(text.contains("reads") && text.contains("writes"), text);
    }

    /** Elements of every kind, some of them special. */
    static List<Buffer> samples(Program program, long seed) {
        Random random = new Random(seed);
        return program.inputs().stream().map(v -> samples(v.type(), random)).toList();
    }

    private static Buffer samples(TensorType type, Random random) {
        int count = (int) type.shape().size();
        DType dtype = type.dtype();
        if (dtype.isComplex()) {
            return Buffer.ofComplexes(dtype, random.doubles(2L * count, -3, 3).toArray());
        }
        if (dtype.isFloat()) {
            List<Double> special = specials(dtype);
            boolean hasSpecial = random.nextBoolean();
            double[] x = new double[count];
            for (int i = 0; i < count; i++) {
                x[i] = hasSpecial && random.nextInt(20) == 0 ? special.get(random.nextInt(special.size()))
                        : 3 * random.nextGaussian();
            }
            return Buffer.ofReals(dtype, x);
        }
        long[] x = new long[count];
        for (int i = 0; i < count; i++) {
            x[i] = dtype == DType.BOOL ? random.nextInt(2)
                    : random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(20) - 8;
        }
        return Buffer.ofIntegers(dtype, x);
    }

    /** Elements of which none is special. */
    static List<Buffer> ordinary(Program program, long seed) {
        Random random = new Random(seed);
        return program.inputs().stream().map(v -> v.type().dtype().isFloat()
                ? Buffer.ofReals(v.type().dtype(), random.doubles(v.type().shape().size(), -1, 1).toArray())
                : samples(v.type(), random)).toList();
    }

    /** What may be computed otherwise than other floats; not so great that sums depend on their order. */
    static List<Double> specials(DType dtype) {
        double normal = switch (dtype) {
            case F64 -> Double.MIN_NORMAL;
            case F16 -> 0x1p-14;
            default -> Float.MIN_NORMAL;
        };
        return List.of(0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1.0, -1.0,
                normal, normal / 2, -normal / 64, normal * 0.75);
    }
}
