package ricci.compiler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.loop.KernelText;
import ricci.peak.Peak;

/**
 * A plan in words: what runs, in which order, how often each tensor is gone through, how much memory that
 * takes; and where times were recorded, how they compare with what the machine can do.
 *
 * {@snippet lang = text :
 * 1. max_sub_exp_sum, 4096 turns
 *      reads  a: f32[4096,1024], 16.8 MB, in 2 loops
 *      writes f: f32[4096,1024], 16.8 MB, in 1 loop
 *      keeps  f32[1024], 4.1 kB, for each thread
 *      takes  4.1 ms at best, 4.3 ms on average of 116 runs, on 2 threads; 2.0 ms if all went at the peak
 *             25.2 GFLOP/s, 32 % of the peak; 8.2 GB/s, 46 % of what the memory gives
 * in all: 16.8 MB read, 16.8 MB written, 0 B on the way
 * memory at the peak: 16.8 MB of arguments, 16.8 MB of results, 0 B on the way, 4.1 kB for each thread
 * }
 *
 * <p>Loops inside of one turn go through the same row, which is in the cache by then.
 */
final class Explain {
    private final List<String> lines = new ArrayList<>();
    private final boolean showsLoops;
    private final @Nullable Recording recording;
    private long read;
    private long written;

    private Explain(boolean showsLoops, @Nullable Recording recording) {
        this.showsLoops = showsLoops;
        this.recording = recording;
    }

    static String text(Plan plan, boolean showsLoops, @Nullable Recording recording) {
        Explain explain = new Explain(showsLoops, recording);
        explain.actions(plan);
        explain.lines.add("in all: " + bytes(explain.read) + " read, " + bytes(explain.written) + " written, "
                + bytes(plan.arena()) + " on the way");
        explain.lines.add("memory at the peak: " + bytes(inputs(plan)) + " of arguments, "
                + bytes(plan.made()) + " of results, " + bytes(plan.arena()) + " on the way, "
                + bytes(plan.scratch()) + " for each thread" + kept(plan));
        return String.join("\n", explain.lines) + "\n";
    }

    private static String kept(Plan plan) {
        long bytes = plan.kept().stream().mapToLong(Kept::bytes).sum();
        return bytes == 0 ? "" : ", " + bytes(bytes) + " kept from run to run";
    }

    private static long inputs(Plan plan) {
        return plan.inputs().stream().mapToLong(Explain::size).sum();
    }

    private void actions(Plan plan) {
        int number = 1;
        for (Plan.Action action : plan.actions()) {
            action(number++, action);
            if (number == plan.once() + 1 && !plan.kept().isEmpty()) {
                lines.add((number == 2 ? "that" : "these " + plan.once())
                        + " once, for arrays that are the same in all runs");
                read = 0;
                written = 0;
            }
        }
    }

    private void action(int number, Plan.Action action) {
        switch (action) {
            case Plan.Action.Run(var launch, _) -> {
                launch(number, launch);
                rates(launch, Cost.of(launch));
                loops(launch);
            }
            case Plan.Action.Together(var runs) -> {
                runs.forEach(run -> {
                    launch(number, run.launch());
                    loops(run.launch());
                });
                lines.add("     these " + runs.size() + " at once");
                time(runs.getFirst().launch());
            }
            case Plan.Action.Perform(var routine, _) -> {
                routine(number, routine);
                rates(routine, Cost.of(routine));
            }
            case Plan.Action.Step(_, _, var weave, _, _, _) -> {
                launch(number, weave.launch());
                time(weave.launch());
                loops(weave.launch());
            }
            case Plan.Action.Interpret(var equation, _) -> {
                lines.add(number + ". interprets " + equation.op().getClass().getSimpleName());
                time(equation);
            }
            case Plan.Action.Enter(var equation, _, var nest, _) -> {
                lines.add(number + ". " + equation.op().getClass().getSimpleName());
                for (Plan inner : nest.plans()) {
                    Explain explain = new Explain(showsLoops, recording);
                    explain.actions(inner);
                    if (inner.once() > 0) {
                        explain.lines.add("the first " + inner.once() + " once, before the first step");
                    }
                    explain.lines.forEach(line -> lines.add("     " + line));
                }
            }
        }
    }

    private void launch(int number, Launch launch) {
        lines.add(number + ". " + launch.name() + ", " + launch.turns() + " turns");
        Map<Integer, Integer> loads = new LinkedHashMap<>();
        Map<Integer, Integer> stores = new LinkedHashMap<>();
        Cost.passes(launch.kernel().loop(), loads, stores);
        loads.forEach((buffer, loops) -> read += memory("reads ", launch.memory().get(buffer), loops));
        stores.forEach((buffer, loops) ->
                written += memory("writes", launch.memory().get(buffer), loops));
        launch.memory().forEach(this::scratch);
    }

    private void loops(Launch launch) {
        if (showsLoops) {
            KernelText.of(launch.kernel()).lines().forEach(line -> lines.add("     | " + line));
        }
    }

    private void routine(int number, Routine routine) {
        lines.add(number + ". " + routine.name() + ", " + routine.turns()
                + (routine.turns() == 1 ? " turn" : " turns"));
        List<Launch.Memory> memory = routine.memory();
        memory.stream().limit(routine.reads()).forEach(m -> read += memory("reads ", m, 1));
        memory.stream().skip(routine.reads()).forEach(m -> written += memory("writes", m, 1));
        memory.forEach(this::scratch);
    }

    // ---- times ----

    private Recording.@Nullable Times times(Object part) {
        return recording == null ? null : recording.times(part);
    }

    /** How long a part of the program takes of which no more is known. */
    private void time(Object part) {
        Recording.Times times = times(part);
        if (times != null) {
            lines.add("     takes  " + time(times));
        }
    }

    private static String time(Recording.Times times) {
        return time((double) times.least()) + (times.count() == 1 ? "" : " at best, "
                + time((double) times.total() / times.count()) + " on average of " + times.count() + " runs");
    }

    /** How long a call takes, beside what the machine could do. */
    private void rates(Call call, Cost cost) {
        Recording.Times times = times(call);
        if (times == null) {
            return;
        }
        Peak peak = Peak.here();
        int threads = (int) Math.min(Assembly.threads(call.work()), call.turns());
        double computing = cost.computing(peak, threads);
        double moving = cost.moving(peak, threads);
        double least = Math.max(1, (double) times.least());
        double launch = threads > 1 ? peak.share() : peak.launch();
        lines.add("     takes  " + time(times) + (threads > 1 ? ", on " + threads + " threads" : "") + "; "
                + time(Math.max(computing, moving) + launch) + " if all went at the peak");
        List<String> rates = new ArrayList<>();
        if (cost.operations() > 0) {
            rates.add(number(cost.operations() / least) + " GFLOP/s, " + percent(computing / least)
                    + " of the peak");
        }
        if (cost.bytes() > 0) {
            rates.add(number(cost.bytes() / least) + " GB/s, " + percent(moving / least) + " of what the "
                    + peak.level(cost.bytes()).name() + " gives");
        }
        if (!rates.isEmpty()) {
            lines.add("            " + String.join("; ", rates));
        }
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * part);
    }

    /** Nanoseconds, in words. */
    static String time(double nanoseconds) {
        return nanoseconds < 1e3 ? String.format(Locale.ROOT, "%.0f ns", nanoseconds)
                : nanoseconds < 1e6 ? number(nanoseconds / 1e3) + " µs"
                : nanoseconds < 1e9 ? number(nanoseconds / 1e6) + " ms" : number(nanoseconds / 1e9) + " s";
    }

    // ---- memory ----

    private long memory(String verb, Launch.Memory memory, int loops) {
        if (!(memory instanceof Launch.Memory.Of(var v))) {
            return 0;
        }
        lines.add("     " + verb + " " + v + ", " + bytes(size(v)) + ", in " + loops
                + (loops == 1 ? " loop" : " loops"));
        return size(v);
    }

    private void scratch(Launch.Memory memory) {
        if (memory instanceof Launch.Memory.Scratch(var dtype, var count, var isPerThread)) {
            lines.add("     keeps  " + dtype + "[" + count + "], " + bytes(count * dtype.bytes())
                    + (isPerThread ? ", for each thread" : ""));
        }
    }

    private static long size(Atom.Var v) {
        return Nest.bytes(v.type());
    }

    private static String bytes(long bytes) {
        return bytes < 1000 ? bytes + " B" : bytes < 1_000_000 ? number(bytes / 1e3) + " kB"
                : bytes < 1_000_000_000 ? number(bytes / 1e6) + " MB" : number(bytes / 1e9) + " GB";
    }

    private static String number(double x) {
        return String.format(Locale.ROOT, "%.1f", x);
    }
}
