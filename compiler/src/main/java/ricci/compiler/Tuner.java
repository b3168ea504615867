package ricci.compiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import ricci.ir.Builder;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.jvm.Machine;
import ricci.runtime.Buffer;

/**
 * Measures a large product with other blocks than those of the analytical model. All run in turn, so that a
 * disturbance hits all; those that are clearly slower drop out. The model's stay if none is faster by more
 * than what two measurements of the same differ by.
 */
final class Tuner {
    /** For all that is measured. */
    static final long NANOSECONDS = 1_850_000_000L;
    /** Less is no gain. */
    private static final double GAIN = 0.02;
    /** So much slower than the best, blocks drop out. */
    private static final double SLOWER = 0.04;
    /** Fewer turns say nothing. */
    private static final int LEAST_TURNS = 3;
    private static final double MOST = 0.75;
    private static final long ROWS = 512;
    private static final long DEPTH = 2048;
    private static final long COLUMNS = 3072;

    private final DType dtype;
    private final long end;
    private long prepared;

    Tuner(DType dtype, long end) {
        this.dtype = dtype;
        this.end = end;
    }

    /** The best that is found in the time. */
    Tuning.Choice choose() {
        Blocking usual = Blocking.of(Machine.here(), dtype.bytes());
        Program program = product();
        List<Buffer> inputs = program.inputTypes().stream()
                .map(type -> Buffer.filled(type.dtype(), type.shape().size(), 0.5)).toList();
        Map<Blocking, CompiledProgram> compiled = new HashMap<>();
        ToLongFunction<Blocking> time = blocking -> {
            long asked = System.nanoTime();
            CompiledProgram runs = compiled.computeIfAbsent(blocking, b ->
                    ScopedValue.where(Blocking.TRIED, b).call(() ->
                    new CompiledProgram(program, Planner.plan(program))));
            prepared = Math.max(prepared, System.nanoTime() - asked);
            long began = System.nanoTime();
            runs.run(inputs);
            return System.nanoTime() - began;
        };
        Best best = best(others(usual), time, longest -> System.nanoTime() + longest < end);
        return Tuning.choice(dtype, best.blocking(), !best.blocking().equals(usual), best.gain());
    }

    /** How long, in nanoseconds, it took at most until a product could run. */
    long prepared() {
        return prepared;
    }

    /** Whether there is time for one more measurement, of which the longest so far took so long. */
    interface Clock {
        boolean hasTime(long longest);
    }

    /** What is chosen, and how much faster than the first it is. */
    record Best(Blocking blocking, double gain) {}

    /** Blocks, the least time they took, and in how many turns they were faster than the usual ones. */
    private static final class Runs {
        private final Blocking blocking;
        private long least = Long.MAX_VALUE;
        private int wins;

        Runs(Blocking blocking) {
            this.blocking = blocking;
        }
    }

    /** The fastest of some, of which the first is the usual one. */
    static Best best(List<Blocking> all, ToLongFunction<Blocking> time, Clock clock) {
        Runs usual = new Runs(all.getFirst());
        List<Runs> left = new ArrayList<>(List.of(usual));
        all.stream().skip(1).map(Runs::new).forEach(left::add);
        long longest = 0;
        for (int turns = 0; left.size() > 1; turns++) {
            long now = 0;
            for (Runs each : left) {
                if (!clock.hasTime(longest)) {
                    return turns < LEAST_TURNS ? new Best(usual.blocking, 0) : fastest(usual, left, turns);
                }
                long took = Math.max(1, time.applyAsLong(each.blocking));
                longest = Math.max(longest, took);
                each.least = Math.min(each.least, took);
                now = each == usual ? took : now;
                each.wins += took < now ? 1 : 0;
            }
            double best = left.stream().mapToLong(each -> each.least).min().orElse(1);
            left.removeIf(each -> each != usual && each.least > best * (1 + SLOWER));
        }
        return new Best(usual.blocking, 0);
    }

    /** Which was faster than the usual one in most of the turns, too, so that it is no chance. */
    private static Best fastest(Runs usual, List<Runs> all, int turns) {
        Runs best = usual;
        for (Runs each : all) {
            best = each.wins >= MOST * turns && each.least < best.least ? each : best;
        }
        double gain = (double) usual.least / best.least - 1;
        return gain < GAIN ? new Best(usual.blocking, 0) : new Best(best.blocking, gain);
    }

    /** The usual blocks, and some of which one side is shorter or longer. */
    private List<Blocking> others(Blocking usual) {
        Set<Blocking> all = new LinkedHashSet<>(List.of(usual));
        for (double factor : new double[] {0.5, 2}) {
            long depth = (long) (usual.depth() * factor);
            // As much of the operands is in the caches if blocks are narrower as they are deeper.
            add(all, usual, depth, usual.rows(), usual.columns());
            add(all, usual, depth, (long) (usual.rows() / factor), (long) (usual.columns() / factor));
            add(all, usual, usual.depth(), (long) (usual.rows() * factor), usual.columns());
            add(all, usual, usual.depth(), usual.rows(), (long) (usual.columns() * factor));
        }
        return List.copyOf(all);
    }

    private void add(Set<Blocking> all, Blocking usual, long depth, long rows, long columns) {
        usual.with(depth, Math.max(1, rows / usual.tileRows()) * usual.tileRows(),
                Math.max(1, columns / usual.tileColumns()) * usual.tileColumns(), dtype.bytes())
                .ifPresent(all::add);
    }

    private Program product() {
        Builder builder = new Builder();
        var inputs = builder.inputs(List.of(TensorType.of(dtype, ROWS, DEPTH),
                TensorType.of(dtype, DEPTH, COLUMNS)));
        var contraction = new Contraction(List.of(), List.of(), List.of(1), List.of(0));
        return builder.build("tune", inputs, builder.apply(new Op.DotGeneral(contraction, dtype),
                List.copyOf(inputs)));
    }
}
