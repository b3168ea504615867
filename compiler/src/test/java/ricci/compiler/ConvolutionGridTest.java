package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import ricci.Convolutions;
import ricci.Padding;
import ricci.Ricci;
import ricci.Slide;
import ricci.Tensor;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.ConvolutionDimensions;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.runtime.Buffer;

/**
 * The arithmetic of convolutions over a grid of all of its parameters, small, and each time the same: what is
 * compiled is what the interpreter computes, gradients and transposes too.
 */
class ConvolutionGridTest {
    private static final List<List<DType>> DTYPES = List.of(List.of(DType.F32, DType.F32),
            List.of(DType.F64, DType.F64), List.of(DType.F32, DType.F32), List.of(DType.I8, DType.I32),
            List.of(DType.F16, DType.F32), List.of(DType.F32, DType.F32), List.of(DType.BF16, DType.BF16));
    private static final List<List<Integer>> LAYOUTS = List.of(List.of(0, 3, 1, 2), List.of(0, 1, 2, 3));
    private static final long[] BASE = {7, 6};

    /** How a window of some length slides along an axis. */
    private record Along(long window, long stride, long low, long high, long spread, long dilation) {
        static List<Along> grid() {
            List<Along> all = new ArrayList<>();
            for (long window = 1; window <= 4; window++) {
                for (long stride = 1; stride <= 2; stride++) {
                    for (long low = -1; low <= 1; low++) {
                        for (long high : new long[] {-1, 0, 2}) {
                            for (long spread = 1; spread <= 2; spread++) {
                                for (long dilation = 1; dilation <= 2; dilation++) {
                                    all.add(new Along(window, stride, low, high, spread, dilation));
                                }
                            }
                        }
                    }
                }
            }
            return all;
        }
    }

    private static final List<Along> GRID = Along.grid();

    /** What slides along both axes: a point of the grid along the first, and another one along the second. */
    private record Both(Along first, Along second) {
        static Both of(int number) {
            return new Both(GRID.get(number % GRID.size()), GRID.get((number * 37 + 11) % GRID.size()));
        }

        Sliding sliding() {
            return new Sliding(List.of(first.stride, second.stride), low(), high(),
                    List.of(first.spread, second.spread), List.of(first.dilation, second.dilation));
        }

        List<Long> low() {
            return List.of(first.low, second.low);
        }

        List<Long> high() {
            return List.of(first.high, second.high);
        }

        Slide slide(boolean isSpread) {
            Slide slide = Slide.by(first.stride, second.stride).padded(Padding.of(low(), high()))
                    .dilated(first.dilation, second.dilation);
            return isSpread ? slide.spread(first.spread, second.spread) : slide;
        }

        boolean hasPlaces() {
            return sliding().places(0, BASE[0], first.window) > 0
                    && sliding().places(1, BASE[1], second.window) > 0;
        }
    }

    private static Program program(Both both, List<DType> dtypes, List<Integer> layout, long groups,
            long batchGroups) {
        long[] x = {2 * batchGroups, 3 * groups, BASE[0], BASE[1]};
        long[] w = {5 * groups * batchGroups, 3, both.first.window, both.second.window};
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>();
        for (long[] lengths : List.of(x, w)) {
            long[] shape = new long[4];
            for (int part = 0; part < 4; part++) {
                shape[layout.get(part)] = lengths[part];
            }
            inputs.add(b.input(TensorType.of(dtypes.getFirst(), shape)));
        }
        Atom result = b.apply(new Windows.Convolution(new ConvolutionDimensions(layout, layout, layout),
                both.sliding(), groups, batchGroups, dtypes.getLast()), inputs.getFirst(), inputs.getLast());
        return b.build("Grid", inputs, List.of(result));
    }

    private static List<Buffer> samples(Program program, long seed) {
        Random random = new Random(seed);
        return program.inputTypes().stream().map(type -> {
            int count = (int) type.shape().size();
            return type.dtype().isFloat()
                    ? Buffer.ofReals(type.dtype(), random.doubles(count, -1, 1).toArray())
                    : Buffer.ofIntegers(type.dtype(), random.longs(count, -9, 9).toArray());
        }).toList();
    }

    /** Each point of the grid, with the next one of the groups, layouts and types. */
    @Test
    void forward() {
        int places = 0;
        int tiles = 0;
        for (int i = 0; i < GRID.size(); i++) {
            Both both = Both.of(i);
            if (!both.hasPlaces()) {
                continue;
            }
            places++;
            int kind = i / 3 + i;
            Program program = program(both, DTYPES.get(i % DTYPES.size()), LAYOUTS.get(kind % 2),
                    i % 3 == 1 ? 2 : 1, i % 3 == 2 ? 2 : 1);
            AgainstInterpreter.check(program, samples(program, i));
            tiles += hasTiles(program) ? 1 : 0;
        }
        String counts = places + " with places, " + tiles + " by tiles, of " + GRID.size();
        assertTrue(places > 0.9 * GRID.size(), counts);
        assertTrue(tiles > 0.5 * places, counts);
    }

    private static boolean hasTiles(Program program) {
        Fuse.Cut cut = Fuse.of(program);
        var e = program.equations().getLast();
        Windows.Convolution op = (Windows.Convolution) e.op();
        return !ImplicitGemm.of(e, op, ricci.compiler.Convolutions.input(e, op, cut),
                ricci.compiler.Convolutions.kernel(e, op, cut),
                Blocking.here(e.result().type().dtype().bytes()), 1, null).isEmpty();
    }

    /** Of some of the grid: to the input and to the kernel; and that of a transposed convolution. */
    @Test
    void gradients() {
        for (int i = 0; i < GRID.size(); i += 5) {
            Both both = Both.of(i);
            if (both.hasPlaces()) {
                boolean isTransposed = i % 3 == 2;
                String layout = i % 3 == 1 ? "b (g c) h w, (g o) c kh kw -> b (g o) h w"
                        : "b h w c, kh kw c o -> b h w o";
                Slide slide = both.slide(!isTransposed);
                long[] window = {both.first.window, both.second.window};
                long[] x = i % 3 == 1 ? new long[] {2, 6, BASE[0], BASE[1]}
                        : new long[] {2, BASE[0], BASE[1], 3};
                long[] w = i % 3 == 1 ? LongStream.of(8, 3, window[0], window[1]).toArray()
                        : LongStream.of(window[0], window[1], 3, 4).toArray();
                Program program = Ricci.program((Tensor u, Tensor v) -> Ricci.grad((List<Tensor> of) -> {
                    Tensor y = isTransposed ? Convolutions.convTranspose(of.getFirst(), of.getLast(), layout,
                            slide) : Convolutions.conv(of.getFirst(), of.getLast(), layout, slide);
                    return y.square().sum();
                }).apply(List.of(u, v)), Ricci.zeros(x), Ricci.zeros(w));
                AgainstInterpreter.check(program, samples(program, i));
            }
        }
    }
}
