package ricci.compiler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ricci.ir.Atom;
import ricci.ir.OpText;
import ricci.loop.Access;
import ricci.loop.Expression;
import ricci.loop.KernelText;
import ricci.loop.Statement;

/**
 * A plan in words: what runs, in which order, how often each tensor is gone through, and how much memory that
 * takes.
 *
 * {@snippet lang = text :
 * 1. max_sub_exp_sum, 4096 turns
 *      reads  a: f32[4096,1024], 16.8 MB, in 2 loops
 *      writes f: f32[4096,1024], 16.8 MB, in 1 loop
 *      keeps  f32[1024], 4.1 kB, for each thread
 * in all: 16.8 MB read, 16.8 MB written, 0 B on the way
 * memory at the peak: 16.8 MB of arguments, 16.8 MB of results, 0 B on the way, 4.1 kB for each thread
 * }
 *
 * <p>Loops inside of one turn go through the same row, which is in the cache by then.
 */
final class Explain {
    private final List<String> lines = new ArrayList<>();
    private long read;
    private long written;

    private Explain() {}

    static String text(Plan plan, boolean showsLoops) {
        Explain explain = new Explain();
        explain.actions(plan, showsLoops);
        explain.lines.add("in all: " + bytes(explain.read) + " read, " + bytes(explain.written) + " written, "
                + bytes(plan.arena()) + " on the way");
        explain.lines.add("memory at the peak: " + bytes(inputs(plan)) + " of arguments, "
                + bytes(plan.made()) + " of results, " + bytes(plan.arena()) + " on the way, "
                + bytes(plan.scratch()) + " for each thread");
        return String.join("\n", explain.lines) + "\n";
    }

    private static long inputs(Plan plan) {
        return plan.inputs().stream().mapToLong(Explain::size).sum();
    }

    private void actions(Plan plan, boolean showsLoops) {
        int number = 1;
        for (Plan.Action action : plan.actions()) {
            action(number++, action, showsLoops);
        }
    }

    private void action(int number, Plan.Action action, boolean showsLoops) {
        switch (action) {
            case Plan.Action.Run(var launch, _) -> launch(number, launch, showsLoops);
            case Plan.Action.Together(var runs) -> {
                runs.forEach(run -> launch(number, run.launch(), showsLoops));
                lines.add("     these " + runs.size() + " at once");
            }
            case Plan.Action.Perform(var routine, _) -> routine(number, routine);
            case Plan.Action.Step(_, _, var weave, _, _, _) -> launch(number, weave.launch(), showsLoops);
            case Plan.Action.Interpret(var equation, _) ->
                    lines.add(number + ". interprets " + equation.op().getClass().getSimpleName());
            case Plan.Action.Enter(var equation, _, var nest, _) -> {
                lines.add(number + ". " + equation.op().getClass().getSimpleName());
                for (Plan inner : nest.plans()) {
                    Explain explain = new Explain();
                    explain.actions(inner, showsLoops);
                    if (inner.once() > 0) {
                        explain.lines.add("the first " + inner.once() + " once, before the first step");
                    }
                    explain.lines.forEach(line -> lines.add("     " + line));
                }
            }
        }
    }

    private void launch(int number, Launch launch, boolean showsLoops) {
        lines.add(number + ". " + launch.kernel().name() + ", " + launch.turns() + " turns");
        Map<Integer, Integer> loads = new LinkedHashMap<>();
        Map<Integer, Integer> stores = new LinkedHashMap<>();
        count(launch.kernel().loop(), loads, stores);
        loads.forEach((buffer, loops) -> read += memory("reads ", launch.memory().get(buffer), loops));
        stores.forEach((buffer, loops) ->
                written += memory("writes", launch.memory().get(buffer), loops));
        launch.memory().forEach(this::scratch);
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

    /** In how many loops each buffer is loaded from and stored to. */
    private static void count(Statement.Loop loop, Map<Integer, Integer> loads,
            Map<Integer, Integer> stores) {
        List<Integer> loaded = new ArrayList<>();
        List<Integer> stored = new ArrayList<>();
        for (Statement statement : loop.body()) {
            switch (statement) {
                case Statement.Let(_, var value) -> loads(value, loaded);
                case Statement.Store(Access(var buffer, _, _), var value) -> {
                    loads(value, loaded);
                    stored.add(buffer);
                }
                case Statement.Loop inner -> count(inner, loads, stores);
            }
        }
        loop.folds().forEach(fold -> loads(fold.next(), loaded));
        loaded.stream().distinct().forEach(buffer -> loads.merge(buffer, 1, Integer::sum));
        stored.stream().distinct().forEach(buffer -> stores.merge(buffer, 1, Integer::sum));
    }

    private static void loads(Expression e, List<Integer> buffers) {
        if (e instanceof Expression.Load(Access(var buffer, _, _))) {
            buffers.add(buffer);
        }
        e.parts().forEach(part -> loads(part, buffers));
    }

    private static String bytes(long bytes) {
        return bytes < 1000 ? bytes + " B" : bytes < 1_000_000 ? number(bytes / 1e3) + " kB"
                : bytes < 1_000_000_000 ? number(bytes / 1e6) + " MB" : number(bytes / 1e9) + " GB";
    }

    private static String number(double x) {
        return String.format(Locale.ROOT, "%.1f", x);
    }
}
