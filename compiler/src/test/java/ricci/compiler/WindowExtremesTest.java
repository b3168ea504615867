package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.runtime.Buffer;

/** Where the extremes of windows are, however these slide, and wherever there are holes. */
class WindowExtremesTest {
    private static final List<DType> TYPES = List.of(DType.F32, DType.F32, DType.F64, DType.F16, DType.I32,
            DType.U8, DType.I64);

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void areWhereTheInterpreterFindsThem(@ForAll long seed) {
        Random random = new Random(seed);
        int rank = 1 + random.nextInt(4);
        List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(axes, random);
        axes = axes.subList(0, 1 + random.nextInt(Math.min(2, rank)));
        Sliding sliding;
        long[] base = new long[rank];
        long[] window = new long[rank];
        int longest = random.nextBoolean() ? rank - 1 : random.nextInt(rank);
        do {
            List<List<Long>> drawn = new ArrayList<>();
            for (int[] range : new int[][] {{1, 4}, {-1, 3}, {-1, 3}, {1, 3}, {1, 3}}) {
                List<Integer> slid = axes;
                drawn.add(IntStream.range(0, rank).mapToObj(axis -> slid.contains(axis)
                        ? (long) random.nextInt(range[0], range[1]) : range[0] == 1 ? 1L : 0L).toList());
            }
            sliding = new Sliding(drawn.get(0), drawn.get(1), drawn.get(2), drawn.get(3), drawn.get(4));
            for (int axis = 0; axis < rank; axis++) {
                base[axis] = 1L + random.nextInt(axis == longest ? 40 : 6);
                window[axis] = axes.contains(axis) ? 1L + random.nextInt(5) : 1;
            }
        } while (!hasPlaces(sliding, base, window));
        DType dtype = TYPES.get(random.nextInt(TYPES.size()));
        Builder b = new Builder();
        List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(order, random);
        Atom.Var x = b.input(new TensorType(dtype, Shape.of(base).select(order)));
        Atom y = b.apply(new Windows.ArgReduceWindow(random.nextBoolean() ? Op.ArgReduce.Extremum.ARGMAX
                : Op.ArgReduce.Extremum.ARGMIN, Shape.of(window), sliding, axes,
                List.of(DType.I32, DType.I64, DType.U32).get(random.nextInt(3))),
                b.transpose(x, Transposition.inverse(order)));
        Program program = b.program(List.of(x), List.of(y));
        List<Buffer> inputs = Bits.draw(random, program.inputTypes());
        AgainstInterpreter.check(program, inputs);
        BothTiers.check(program, inputs);
    }

    /** As lanes read neighbours, the channels are made neighbours; but for those that are. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCopyIsMadeOnlyOfWhatHasChannelsElsewhereThanLast(boolean areLast) {
        Builder b = new Builder();
        Atom.Var x = b.input(areLast ? TensorType.of(DType.F32, 2, 9, 9, 16)
                : TensorType.of(DType.F32, 2, 16, 9, 9));
        Sliding sliding = new Sliding(List.of(1L, 1L, 2L, 2L), Builder.repeat(4, 0), Builder.repeat(4, 0),
                Builder.repeat(4, 1), Builder.repeat(4, 1));
        Atom y = b.apply(new Windows.ArgReduceWindow(Op.ArgReduce.Extremum.ARGMAX, Shape.of(1, 1, 3, 3),
                sliding, List.of(2, 3), DType.I32), areLast ? b.transpose(x, List.of(0, 3, 1, 2)) : x);
        Program program = b.program(List.of(x), List.of(y));
        String text = Explain.text(Planner.plan(program), false);
        assertEquals(!areLast, Pattern.compile("\\bturned\\b").matcher(text).find(), text);
        AgainstInterpreter.check(program, CompiledProgramTest.samples(program, 4));
    }

    private static boolean hasPlaces(Sliding sliding, long[] base, long[] window) {
        return IntStream.range(0, base.length)
                .allMatch(axis -> sliding.places(axis, base[axis], window[axis]) > 0);
    }
}
