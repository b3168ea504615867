package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.Manipulation.pad;
import static ricci.Ricci.concatenate;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.Fn;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/** Parts of concatenations and pads are written where they belong, and are what they would be elsewhere. */
class PlacementTest {
    private static final int ELEMENTS = 1 << 15;
    private static final List<DType> DTYPES = List.of(DType.F32, DType.F64, DType.F16, DType.I32, DType.I8);

    /** Functions of a line of elements: sums of what was joined of parts, which may be joined themselves. */
    private record Joins(Random random, Tensor x, List<Tensor> made) {
        Tensor tensor(long[] shape, int depth) {
            int axis = random.nextInt(shape.length);
            long[] part = shape.clone();
            Tensor result;
            if (depth > 0 && random.nextInt(3) > 0) {
                List<Tensor> parts = new ArrayList<>();
                for (long left = shape[axis]; left > 0; left -= part[axis]) {
                    part[axis] = Math.min(left, 1 + random.nextInt((int) shape[axis]));
                    parts.add(tensor(part.clone(), depth - 1));
                }
                if (parts.size() == 2 && shape[axis] % 2 == 0 && random.nextInt(4) == 0) {
                    part[axis] = shape[axis] / 2;
                    Tensor twice = tensor(part, depth - 1);
                    parts = List.of(twice, twice);
                }
                result = concatenate(parts, axis);
            } else if (depth > 0 && shape[axis] > 2 && random.nextBoolean()) {
                long[][] widths = new long[shape.length][2];
                widths[axis] = new long[] {random.nextInt(2), 1};
                part[axis] -= widths[axis][0] + 1;
                result = pad(tensor(part, depth - 1), widths, 3);
            } else {
                result = leaf(shape);
            }
            made.add(result);
            return random.nextInt(5) == 0 ? result.neg() : result;
        }

        private Tensor leaf(long[] shape) {
            long size = IntStream.range(0, shape.length).mapToLong(i -> shape[i]).reduce(1, (a, b) -> a * b);
            long first = random.nextInt((int) (ELEMENTS - 2 * size));
            return switch (random.nextInt(5)) {
                case 0 -> x.slice(0, first, first + size).reshape(shape);
                case 1 -> x.slice(0, first, first + 2 * size).reshape(size, 2).max(1).reshape(shape).add(1);
                case 2 -> x.slice(0, first, first + 2 * size).reshape(2, size).sum(0).reshape(shape);
                case 3 -> made.stream().filter(t -> t.shape().equals(Shape.of(shape))).findAny()
                        .orElse(x.slice(0, first, first + size).neg().reshape(shape));
                default -> x.slice(0, first, first + size).reshape(shape).add(2).neg();
            };
        }
    }

    private static Program random(long seed) {
        Random random = new Random(seed);
        DType dtype = DTYPES.get(random.nextInt(DTYPES.size()));
        long[] shape = random.nextBoolean() ? new long[] {1 + random.nextInt(70), 1 + random.nextInt(200)}
                : new long[] {1 + random.nextInt(12), 1 + random.nextInt(9), 1 + random.nextInt(130)};
        Fn<Tensor, List<Tensor>> f = x -> {
            Joins joins = new Joins(random, x, new ArrayList<>());
            List<Tensor> results = new ArrayList<>();
            results.add(joins.tensor(shape, 3));
            results.add(joins.tensor(shape, 2).add(joins.tensor(shape, 2)));
            if (random.nextInt(3) == 0) {
                results.add(joins.made().get(random.nextInt(joins.made().size())));
            }
            return results;
        };
        return program(f, zeros(dtype, ELEMENTS));
    }

    @Property(tries = 150)
    void randomJoins(@ForAll long seed) {
        Program f = random(seed);
        check(f, CompiledProgramTest.samples(f, seed));
    }

    /** Small whole numbers, of which all sums are exact. */
    private static void check(Program f, List<Buffer> samples) {
        List<Buffer> x = samples.stream().map(b -> b.dtype().isFloat() ? whole(b) : b).toList();
        List<Buffer> expected = Eval.run(f, x);
        CompiledProgram compiled = new CompiledProgram(f, Planner.plan(f));
        same(expected, compiled.run(x), f);
        // The argument may be overwritten.
        same(expected, compiled.run(x, x.stream().map(_ -> true).toList()), f);
    }

    private static void same(List<Buffer> expected, List<Buffer> actual, Program f) {
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i).dtype().isFloat()) {
                assertArrayEquals(expected.get(i).reals(), actual.get(i).reals(), f::toString);
            } else {
                assertArrayEquals(expected.get(i).integers(), actual.get(i).integers(), f::toString);
            }
        }
    }

    private static Buffer whole(Buffer x) {
        return Buffer.ofReals(x.dtype(), IntStream.range(0, (int) x.count())
                .mapToDouble(i -> i * 7 % 13 - 5).toArray());
    }

    // ---- that nothing is copied ----

    private static Plan plan(Fn<Tensor, Tensor> f, long... shape) {
        return Planner.plan(program(f, zeros(DType.F32, shape)));
    }

    private static List<String> kernels(Plan plan) {
        return plan.single().stream().map(action -> ((Plan.Action.Run) action).launch().name()).toList();
    }

    @Test
    void elementsAreWrittenSideBySide() {
        for (int axis = 0; axis < 2; axis++) {
            int along = axis;
            Plan plan = plan(x -> concatenate(List.of(x.exp(), x.tanh()), along), 100, 80);
            assertEquals(1, plan.single().size());
            assertEquals(0, plan.arena());
        }
    }

    @Test
    void aPadIsFilledAroundWhatIsComputed() {
        Plan plan = plan(x -> pad(x.exp(), new long[][] {{1, 1}, {1, 1}, {0, 0}}, 0), 20, 20, 64);
        assertEquals(0, plan.arena());
        assertEquals(5, plan.single().size());
        assertEquals(List.of("exp"), kernels(plan).stream().filter(name -> !name.equals("pad")).toList());
    }

    @Test
    void partsOfPartsAreWrittenOnce() {
        Plan plan = plan(x -> concatenate(List.of(concatenate(List.of(x.exp(), x.tanh()), 1),
                concatenate(List.of(x.sin(), x.cos()), 1)), 0), 100, 80);
        assertEquals(1, plan.single().size());
        assertEquals(0, plan.arena());
    }

    @Test
    void rowsOfReductionsAreWrittenInPlace() {
        Plan plan = plan(x -> concatenate(List.of(x.sub(x.max(1).reshape(100, 1)).exp(), x), 1), 100, 80);
        assertEquals(0, plan.arena());
        assertEquals(1, kernels(plan).stream().filter("concatenate"::equals).count());
    }

    @Test
    void shortRowsAreCopied() {
        assertEquals(2, kernels(plan(x -> concatenate(List.of(x.exp(), x.tanh()), 1), 1000, 3)).stream()
                .filter("concatenate"::equals).count());
    }

    @Test
    void whatOthersReadIsCopied() {
        assertEquals(1, kernels(plan(x -> {
            Tensor y = x.exp();
            return concatenate(List.of(y, x.tanh()), 0).mul(y.cumsum(0).sum());
        }, 100, 80)).stream().filter("concatenate"::equals).count());
    }

    @Test
    void whatALoopComputesOnceIsStillComputedOnce() {
        Program body = program((Tensor x, Tensor s) -> concatenate(List.of(x.exp(),
                s.slice(0, 0, 50).add(1)), 0), zeros(DType.F32, 50, 80), zeros(DType.F32, 100, 80));
        Plan plan = Planner.body(body, 1);
        assertEquals(1, plan.once());
        assertEquals(List.of("exp"), kernels(plan).subList(0, 1));
    }
}
