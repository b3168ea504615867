package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Equation;
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
 *      does   103.8 MFLOP, 33.6 MB moved
 *      takes  4.1 ms at best, 4.3 ms on average of 116 runs, on 2 threads; 2.0 ms if all went at the peak
 *             25.2 GFLOP/s, 32 % of the peak; 8.2 GB/s, 46 % of what the memory gives
 * in all: 16.8 MB read, 16.8 MB written, 0 B on the way
 * memory at the peak: 16.8 MB of arguments, 16.8 MB of results, 0 B on the way, 4.1 kB for each thread
 * }
 *
 * <p>What is done is counted as {@link Cost} says; a table of all actions, {@link TimesTable}, comes after
 * them.
 *
 * <p>Calls of one kernel that run at once are one, over sets of tensors, of which the first few are named.
 *
 * <p>Loops inside of one turn go through the same row, which is in the cache by then.
 */
final class Explain {
    /** As many names as are shown of more. */
    private static final int FEW = 3;

    private final List<String> lines = new ArrayList<>();
    private final boolean showsLoops;
    private final @Nullable Recording recording;
    /** The numbers of tensors of which the program does not know. */
    private final Map<Atom.Var, Integer> temporaries;
    private long read;
    private long written;

    private Explain(boolean showsLoops, @Nullable Recording recording, Map<Atom.Var, Integer> temporaries) {
        this.showsLoops = showsLoops;
        this.recording = recording;
        this.temporaries = temporaries;
    }

    /** Without times. */
    static String text(Plan plan, boolean showsLoops) {
        return text(plan, showsLoops, null, 0);
    }

    /** With those of so many runs. */
    static String text(Plan plan, boolean showsLoops, @Nullable Recording recording, long runs) {
        Explain explain = new Explain(showsLoops, recording, new HashMap<>());
        explain.actions(plan);
        List<String> table = recording == null ? List.of() : TimesTable.of(plan, recording, runs);
        if (!table.isEmpty()) {
            explain.lines.add("");
            explain.lines.addAll(table);
            explain.lines.add("");
        }
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
                launches(number, List.of(launch));
                cost(Cost.of(launch), "");
                times(action, "runs");
                loops(launch);
            }
            case Plan.Action.Together together -> {
                together(number, together.byKernel());
                times(action, "runs");
                if (together.byKernel().size() == 1) {
                    loops(together.runs().getFirst().launch());
                }
            }
            case Plan.Action.Perform(var routine, _) -> {
                routine(number, routine);
                cost(Cost.of(routine), "");
                times(action, "runs");
            }
            case Plan.Action.Step(_, _, var weave, _, _, _) -> {
                launches(number, List.of(weave.launch()));
                cost(Cost.of(weave.launch(), 1), " in each step");
                times(action, "steps");
                loops(weave.launch());
            }
            case Plan.Action.Interpret _ -> {
                lines.add(number + ". interprets " + shortName(action));
                times(action, "runs");
            }
            case Plan.Action.Enter(_, _, var nest, _) -> {
                lines.add(number + ". " + shortName(action));
                times(action, "runs");
                for (Plan inner : nest.plans()) {
                    Explain explain = new Explain(showsLoops, recording, temporaries);
                    explain.actions(inner);
                    if (inner.once() > 0) {
                        explain.lines.add("the first " + inner.once() + " once, before the first step");
                    }
                    explain.lines.forEach(line -> lines.add("     " + line));
                }
            }
        }
    }

    /** In a few words. */
    static String shortName(Plan.Action action) {
        return switch (action) {
            case Plan.Action.Run(var launch, _) -> shortName(launch);
            case Plan.Action.Perform(var routine, _) -> shortName(routine);
            case Plan.Action.Together together -> shortName(together.runs().getFirst().launch())
                    + together.others();
            case Plan.Action.Step(_, _, var weave, _, _, _) -> shortName(weave.launch()) + ", a step";
            case Plan.Action.Interpret(var equation, _) -> shortName(equation);
            case Plan.Action.Enter(var equation, _, _, _) -> shortName(equation);
        };
    }

    /** What follows the first word is how it is cut. */
    private static String shortName(Call call) {
        return call.name().split(" ", 2)[0];
    }

    private static String shortName(Equation equation) {
        return equation.op().getClass().getSimpleName();
    }

    /** Some kernels at once, each called once or more often. */
    private void together(int number, List<List<Launch>> kernels) {
        for (List<Launch> calls : kernels) {
            launches(number, calls);
            cost(calls.stream().map(Cost::of).reduce(Cost.NONE, Cost::plus), "");
            if (kernels.size() > 1) {
                loops(calls.getFirst());
            }
        }
        if (kernels.size() > 1) {
            lines.add("     these " + kernels.size() + " at once");
        }
    }

    /** Calls of one kernel. */
    private void launches(int number, List<Launch> calls) {
        Launch any = calls.getFirst();
        title(number, any.name() + (calls.size() == 1 ? "" : " over " + calls.size()
                + " sets of tensors at once"), calls.stream().mapToLong(Launch::turns).sum());
        Map<Integer, Integer> loads = new LinkedHashMap<>();
        Map<Integer, Integer> stores = new LinkedHashMap<>();
        Cost.passes(any.kernel().loop(), loads, stores);
        loads.forEach((buffer, loops) -> read += memory("reads ", buffer(calls, buffer), loops));
        stores.forEach((buffer, loops) -> written += memory("writes", buffer(calls, buffer), loops));
        for (int buffer = 0; buffer < any.memory().size(); buffer++) {
            scratch(buffer(calls, buffer));
        }
    }

    /** What a buffer is in each of some calls. */
    private static List<Launch.Memory> buffer(List<Launch> calls, int buffer) {
        return calls.stream().map(call -> call.memory().get(buffer)).toList();
    }

    private void title(int number, String name, long turns) {
        lines.add(number + ". " + name + ", " + turns + (turns == 1 ? " turn" : " turns"));
    }

    private void loops(Launch launch) {
        if (showsLoops) {
            KernelText.of(launch.kernel()).lines().forEach(line -> lines.add("     | " + line));
        }
    }

    private void routine(int number, Routine routine) {
        title(number, routine.name(), routine.turns());
        List<Launch.Memory> memory = routine.memory();
        memory.stream().limit(routine.reads()).forEach(m -> read += memory("reads ", List.of(m), 1));
        memory.stream().skip(routine.reads()).forEach(m -> written += memory("writes", List.of(m), 1));
        memory.forEach(m -> scratch(List.of(m)));
    }

    // ---- what it takes ----

    private void cost(Cost cost, String when) {
        List<String> does = new ArrayList<>();
        if (cost.operations() > 0) {
            does.add(count(cost.operations()) + "FLOP");
        }
        if (cost.bytes() > 0) {
            does.add(bytes(cost.bytes()) + " moved");
        }
        if (!does.isEmpty()) {
            lines.add("     does   " + String.join(", ", does) + when);
        }
    }

    /** How long it took, beside what the machine could do. */
    private void times(Plan.Action action, String unit) {
        Reached reached = recording == null ? null : Reached.of(action, recording);
        if (reached == null) {
            return;
        }
        int threads = reached.threads();
        String shared = threads > 1 ? ", on " + threads + " threads" : "";
        String possible = reached.possible() == 0 ? ""
                : "; " + time(reached.possible()) + " if all went at the peak";
        lines.add("     takes  " + time(reached.times(), unit) + shared + possible);
        List<String> rates = new ArrayList<>();
        Cost cost = reached.cost();
        double least = reached.least();
        if (cost.operations() > 0) {
            rates.add(number(cost.operations() / least) + " GFLOP/s, " + percent(reached.computing() / least)
                    + " of the peak");
        }
        if (cost.bytes() > 0) {
            rates.add(number(cost.bytes() / least) + " GB/s, " + percent(reached.moving() / least)
                    + " of what the " + Peak.here().level(cost.bytes()).name() + " gives");
        }
        if (!rates.isEmpty()) {
            lines.add("            " + String.join("; ", rates));
        }
    }

    private static String time(Recording.Times times, String unit) {
        return time(times.least()) + (times.count() == 1 ? "" : " at best, " + time(times.average())
                + " on average of " + times.count() + " " + unit);
    }

    static String percent(double part) {
        return String.format(Locale.ROOT, part > 0 && part < 0.01 ? "%.1f %%" : "%.0f %%", 100 * part);
    }

    /** Nanoseconds, in words. */
    static String time(double nanoseconds) {
        return nanoseconds < 10 ? number(nanoseconds) + " ns"
                : nanoseconds < 1e3 ? String.format(Locale.ROOT, "%.0f ns", nanoseconds)
                : nanoseconds < 1e6 ? number(nanoseconds / 1e3) + " µs"
                : nanoseconds < 1e9 ? number(nanoseconds / 1e6) + " ms" : number(nanoseconds / 1e9) + " s";
    }

    // ---- memory ----

    /** A line of tensors that are read or written in as many loops; how many bytes that are. */
    private long memory(String verb, List<Launch.Memory> memory, int loops) {
        List<Atom.Var> tensors = memory.stream().filter(Launch.Memory.Of.class::isInstance)
                .map(m -> ((Launch.Memory.Of) m).variable()).distinct().toList();
        if (tensors.isEmpty()) {
            return 0;
        }
        long bytes = tensors.stream().mapToLong(Explain::size).sum();
        lines.add("     " + verb + " " + some(tensors.stream().map(this::name).toList()) + ", "
                + bytes(bytes) + ", in " + loops + (loops == 1 ? " loop" : " loops"));
        return bytes;
    }

    /** The first few of some names, and how many others there are. */
    private static String some(List<String> names) {
        int others = names.size() - FEW;
        return others <= 1 ? String.join(", ", names)
                : String.join(", ", names.subList(0, FEW)) + " and " + others + " others";
    }

    private String name(Atom.Var v) {
        return !Alone.isTemporary(v) ? v.toString()
                : "t" + temporaries.computeIfAbsent(v, _ -> temporaries.size() + 1) + ": " + v.type();
    }

    /** A line of what calls keep for themselves; those that run at once share what each thread has. */
    private void scratch(List<Launch.Memory> memory) {
        List<Launch.Memory.Scratch> kept = memory.stream().filter(Launch.Memory.Scratch.class::isInstance)
                .map(Launch.Memory.Scratch.class::cast).toList();
        if (kept.isEmpty()) {
            return;
        }
        boolean isPerThread = kept.getFirst().isPerThread();
        List<Launch.Memory.Scratch> apart = isPerThread
                ? List.of(Collections.max(kept, Comparator.comparingLong(Launch.Memory.Scratch::count)))
                : kept;
        lines.add("     keeps  " + some(apart.stream().map(s -> s.dtype() + "[" + s.count() + "]").toList())
                + ", " + bytes(apart.stream().mapToLong(s -> s.count() * s.dtype().bytes()).sum())
                + (isPerThread ? ", for each thread" : ""));
    }

    private static long size(Atom.Var v) {
        return Nest.bytes(v.type());
    }

    static String bytes(long bytes) {
        return bytes < 1000 ? bytes + " B" : bytes < 1_000_000 ? number(bytes / 1e3) + " kB"
                : bytes < 1_000_000_000 ? number(bytes / 1e6) + " MB" : number(bytes / 1e9) + " GB";
    }

    /** How many, in thousands, millions or so. */
    static String count(double many) {
        return many < 1e3 ? String.format(Locale.ROOT, "%.0f ", many)
                : many < 1e6 ? number(many / 1e3) + " k" : many < 1e9 ? number(many / 1e6) + " M"
                : many < 1e12 ? number(many / 1e9) + " G" : number(many / 1e12) + " T";
    }

    static String number(double x) {
        return String.format(Locale.ROOT, "%.1f", x);
    }
}
