package ricci.compiler;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.ir.Equation;
import ricci.peak.Peak;

/**
 * How long an action took, beside what the machine could do at most. All but the times is of one time that
 * it runs; of a loop that is one kernel, of one step.
 *
 * @param threads that share it
 * @param computing nanoseconds that its operations take at the peak
 * @param moving nanoseconds that what it reads and writes takes at the peak
 * @param possible nanoseconds that it takes if all goes at the peak
 * @param limit which part of the machine it waits for then
 */
record Reached(Recording.Times times, Cost cost, int threads, double computing, double moving,
        double possible, String limit) {
    /** That of an action; null if it did not run while times were recorded. */
    static @Nullable Reached of(Plan.Action action, Recording recording) {
        return switch (action) {
            case Plan.Action.Run(var launch, _) -> of(launch, recording, Cost.of(launch),
                    (int) Math.min(Assembly.threads(launch.work()), launch.turns()), true);
            case Plan.Action.Perform(var routine, _) -> of(routine, recording, Cost.of(routine),
                    (int) Math.min(Assembly.threads(routine.work()), routine.turns()), true);
            case Plan.Action.Together(var runs) -> {
                List<Launch> launches = runs.stream().map(Plan.Action.Run::launch).toList();
                yield of(launches.getFirst(), recording,
                        launches.stream().map(Cost::of).reduce(Cost.NONE, Cost::plus),
                        Assembly.threads(launches.stream().mapToLong(Launch::work).sum()), true);
            }
            case Plan.Action.Step(_, _, var weave, _, _, _) ->
                    of(weave.launch(), recording, Cost.of(weave.launch(), 1), 1, false);
            case Plan.Action.Interpret(var equation, var operands) ->
                    of(equation, recording, Cost.of(equation, operands), 1, false);
            case Plan.Action.Enter(var equation, _, var nest, _) -> inside(equation, nest, recording);
        };
    }

    private static @Nullable Reached of(Object part, Recording recording, Cost cost, int threads,
            boolean isCalled) {
        Recording.Times times = recording.times(part);
        if (times == null) {
            return null;
        }
        Peak peak = Peak.here();
        double computing = cost.computing(peak, threads);
        double moving = cost.moving(peak, threads);
        double call = isCalled ? threads > 1 ? peak.share() : peak.launch() : 0;
        String limit = call > Math.max(computing, moving) ? "the call"
                : computing >= moving ? "computing" : peak.level(cost.bytes()).name();
        return new Reached(times, cost, threads, computing, moving, Math.max(computing, moving) + call,
                limit);
    }

    /**
     * All that is computed inside, on average of the times that the whole ran. What is moved there does not
     * add up: what a step writes, the next one reads from a cache.
     */
    private static @Nullable Reached inside(Equation equation, Nest nest, Recording recording) {
        Recording.Times whole = recording.times(equation);
        if (whole == null) {
            return null;
        }
        Reached all = new Reached(whole, Cost.NONE, 1, 0, 0, 0, "its parts");
        for (Plan.Action action : nest.plans().stream().flatMap(plan -> plan.actions().stream()).toList()) {
            Reached inner = of(action, recording);
            if (inner != null) {
                double often = (double) inner.times.count() / whole.count();
                all = new Reached(whole, all.cost.plus(inner.cost.operationsOf(often)),
                        Math.max(all.threads, inner.threads), all.computing + often * inner.computing, 0,
                        all.possible + often * inner.possible, all.limit);
            }
        }
        return all;
    }

    /** Nanoseconds at best. */
    double least() {
        return Math.max(times.least(), 1e-3);
    }
}
