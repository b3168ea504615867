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

    /** The fastest of some, of which the first is the usual one. */
    static Best best(List<Blocking> all, ToLongFunction<Blocking> time, Clock clock) {
        Blocking usual = all.getFirst();
        List<Blocking> left = new ArrayList<>(all);
        Map<Blocking, Long> least = new HashMap<>();
        Map<Blocking, Integer> wins = new HashMap<>();
        long longest = 0;
        int turns = 0;
        long now = 0;
        while (left.size() > 1) {
            for (Blocking each : left) {
                if (!clock.hasTime(longest)) {
                    return turns < LEAST_TURNS ? new Best(usual, 0) : fastest(left, least, wins, turns);
                }
                long took = Math.max(1, time.applyAsLong(each));
                longest = Math.max(longest, took);
                least.merge(each, took, Math::min);
                now = each.equals(usual) ? took : now;
                wins.merge(each, took < now ? 1 : 0, Integer::sum);
            }
            turns++;
            double best = left.stream().mapToLong(least::get).min().orElse(1);
            left.removeIf(each -> !each.equals(usual) && least.get(each) > best * (1 + SLOWER));
        }
        return new Best(usual, 0);
    }

    /** Which was faster than the first in most of the turns, too, so that it is no chance. */
    private static Best fastest(List<Blocking> all, Map<Blocking, Long> least, Map<Blocking, Integer> wins,
            int turns) {
        Blocking usual = all.getFirst();
        Blocking best = usual;
        for (Blocking each : all) {
            boolean isBetter = wins.get(each) >= MOST * turns && least.get(each) < least.get(best);
            best = isBetter ? each : best;
        }
        double gain = (double) least.get(usual) / least.get(best) - 1;
        return gain < GAIN ? new Best(usual, 0) : new Best(best, gain);
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
