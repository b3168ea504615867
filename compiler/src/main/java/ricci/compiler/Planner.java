package ricci.compiler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.Equation;
import ricci.ir.Program;
import ricci.ir.Windows;

/**
 * Decides what is in memory, and where. Tensors that are needed on the way share an arena: the largest is
 * placed first, each at the lowest place that is free as long as it is needed (Pisarchyk and Lee 2020,
 * "Efficient memory management for deep neural net inference", greedy by size). What is written over another
 * tensor shares its place.
 */
final class Planner {
    private final Fuse.Cut cut;
    private final List<Plan.Action> actions = new ArrayList<>();
    private final Map<Atom.Var, Plan.Room> rooms = new HashMap<>();
    private final Map<Atom.Var, Reuse.Life> variables = new LinkedHashMap<>();
    private final Map<Object, Reuse.Life> lives = new LinkedHashMap<>();
    private final List<Placed> placed = new ArrayList<>();
    private long scratch;

    private record Placed(Reuse.Life life, long offset) {}

    /** The scratch memory of buffer number {@code buffer} of one of the kernels of an action. */
    private record Scratch(int action, int kernel, int buffer) {
        Scratch(int action) {
            this(action, 0, NEST);
        }
    }

    /** In place of the number of a buffer: the memory of a nest. */
    private static final int NEST = -1;

    private Planner(Fuse.Cut cut) {
        this.cut = cut;
    }

    static Plan plan(Program source) {
        return plan(source, true);
    }

    /** As above; if not {@code overwrites}, everything has memory of its own as long as it is needed. */
    static Plan plan(Program source, boolean overwrites) {
        return plan(source, 0, false, overwrites);
    }

    /** A program of whose inputs so many, the first ones, are the same in many runs. */
    static Plan plan(Program source, int constants) {
        return plan(source, constants, false, true);
    }

    /** The body of a loop, of whose inputs so many, the first ones, are the same in all steps. */
    static Plan body(Program source, int constants) {
        return plan(source, constants, true, true);
    }

    private static Plan plan(Program source, int constants, boolean isBody, boolean overwrites) {
        Program program = Pipeline.toPlan(source);
        Fuse.Cut own = Prologue.joined(Merge.joined(
                Fuse.of(program).with(program.inputs(), constants), isBody));
        Fuse.Cut cut = overwrites ? Placement.of(own) : own;
        Planner planner = new Planner(cut);
        planner.actions(program, needed(cut));
        return planner.plan(program, isBody, overwrites);
    }

    private void actions(Program program, Map<Step, Set<Atom.Var>> needed) {
        for (int i = 0; i < program.inputs().size(); i++) {
            rooms.put(program.inputs().get(i), new Plan.Room.Input(i));
        }
        for (Step step : cut.steps()) {
            switch (step) {
                case Step.Fused(var group) -> launches(group,
                        List.copyOf(needed.getOrDefault(step, Set.of()))).forEach(launch ->
                        actions.add(new Plan.Action.Run(launch, List.of())));
                case Step.Alone(var equation) -> Alone.calls(equation, cut).forEach(call ->
                        actions.add(action(call)));
                case Step.Single(var equation, var operands) when Fourier.exists(equation, operands) ->
                        Fourier.of(equation, operands).forEach(routine ->
                        actions.add(new Plan.Action.Perform(routine, List.of())));
                case Step.Single(var equation, var operands) when Factors.exists(equation, operands) ->
                        Factors.of(equation, operands).forEach(call -> actions.add(action(call)));
                case Step.Single(var equation, var operands) -> {
                    Nest nest = Nest.of(equation.op());
                    Weave weave = nest == null ? null : Weave.of(equation, operands, nest);
                    actions.add(nest == null ? new Plan.Action.Interpret(equation, operands)
                            : weave == null ? new Plan.Action.Enter(equation, operands, nest, -1)
                            : new Plan.Action.Step(equation, operands, weave, List.of(), nest, -1));
                }
            }
        }
        for (Atom result : cut.results()) {
            if (result instanceof Atom.Var v) {
                rooms.putIfAbsent(v, new Plan.Room.Result());
            }
        }
    }

    private Plan plan(Program program, boolean isBody, boolean overwrites) {
        List<Kept> kept = new ArrayList<>();
        Map<Atom.Var, Atom.Var> carried = isBody ? carried(program) : Map.of();
        Once once = isBody ? Once.of(actions, cut.constants(), rooms.keySet()) : beside(kept);
        actions.clear();
        List<Plan.Action> before = once.actions().subList(0, once.count());
        actions.addAll(isBody ? Together.of(before, rooms.keySet(), carried) : before);
        int first = actions.size();
        actions.addAll(Together.of(once.actions().subList(once.count(), once.actions().size()),
                rooms.keySet(), carried));
        for (int i = 0; i < actions.size(); i++) {
            live(i, actions.get(i));
        }
        once.kept().forEach(v -> use(v, actions.size()));
        Reuse reuse = Reuse.of(overwrites ? actions : List.of(), variables, rooms);
        variables.forEach((v, life) -> {
            Atom.Var last = reuse.last(v);
            if (!rooms.containsKey(last)) {
                lives.merge(last, life, Reuse.Life::union);
            }
        });
        Map<Object, Long> offsets = offsets();
        long arena = placed.stream().mapToLong(p -> p.offset() + p.life().bytes()).max().orElse(0);
        for (Atom.Var v : variables.keySet()) {
            Atom.Var last = reuse.last(v);
            Long offset = offsets.get(last);
            if (!rooms.containsKey(v)) {
                rooms.put(v, offset == null ? new Plan.Room.Under(last) : new Plan.Room.Arena(offset));
            }
        }
        return new Plan(program.inputs(), placed(offsets), first, kept, cut.results(), rooms,
                reusable(reuse, overwrites ? program.inputs() : List.of()), arena, scratch);
    }

    /** Of the results of a loop's body, the input in which each comes back in the next step. */
    private Map<Atom.Var, Atom.Var> carried(Program program) {
        List<Atom.Var> changing = program.inputs().subList(cut.constants().size(), program.inputs().size());
        Map<Atom.Var, Atom.Var> carried = new HashMap<>();
        for (int i = 0; i < Math.min(changing.size(), cut.results().size()); i++) {
            if (cut.results().get(i) instanceof Atom.Var v) {
                carried.put(v, changing.get(i));
            }
        }
        return carried;
    }

    /** What runs once for each of the constants, or for some of them together, one after the other. */
    private Once beside(List<Kept> kept) {
        List<List<Integer>> sources = Kept.sources(actions, cut.constants());
        IdentityHashMap<Plan.Action, List<Integer>> source = new IdentityHashMap<>();
        for (int i = 0; i < actions.size(); i++) {
            source.put(actions.get(i), sources.get(i));
        }
        Once once = Once.ofRuns(actions, sources, cut.constants(), rooms.keySet());
        Map<List<Integer>, List<Plan.Action>> all = new LinkedHashMap<>();
        once.actions().stream().limit(once.count()).forEach(action -> all.computeIfAbsent(
                Objects.requireNonNull(source.get(action)), _ -> new ArrayList<>()).add(action));
        all.forEach((inputs, some) -> kept.add(Kept.of(inputs, cut.constants(), some.stream()
                .map(action -> ((Plan.Action.Run) action).launch()).toList(), once.kept(), rooms)));
        List<Plan.Action> ordered = new ArrayList<>(all.values().stream().flatMap(List::stream).toList());
        ordered.addAll(once.actions().subList(once.count(), once.actions().size()));
        return new Once(ordered, once.count(), once.kept());
    }

    private static Plan.Action action(Call call) {
        return switch (call) {
            case Launch launch -> new Plan.Action.Run(launch, List.of());
            case Routine routine -> new Plan.Action.Perform(routine, List.of());
        };
    }

    private List<Launch> launches(Group group, List<Atom.Var> outputs) {
        Equation product = group.product();
        return product == null ? Lower.launches(group, cut, outputs)
                : product.op() instanceof Windows.Convolution ? Convolutions.of(group, cut, outputs)
                : Dots.of(group, cut, outputs);
    }

    private List<List<Integer>> reusable(Reuse reuse, List<Atom.Var> inputs) {
        List<List<Integer>> all = new ArrayList<>();
        for (Atom result : cut.results()) {
            all.add(result instanceof Atom.Var v && rooms.get(v) instanceof Plan.Room.Result
                    ? reuse.inputs(v, inputs, cut.results()) : List.of());
        }
        return all;
    }

    /** The values of each step that others read, or that are results. */
    private static Map<Step, Set<Atom.Var>> needed(Fuse.Cut cut) {
        Map<Atom.Var, Step> makers = new HashMap<>();
        for (Step step : cut.steps()) {
            if (step instanceof Step.Fused(var group)) {
                Stream.concat(Stream.ofNullable(group.product()), group.members().stream())
                        .forEach(e -> e.results().forEach(v -> makers.put(v, step)));
            }
        }
        Map<Step, Set<Atom.Var>> needed = new HashMap<>();
        for (Step step : cut.steps()) {
            for (Atom atom : cut.reads(step)) {
                Step maker = makers.get(atom);
                if (maker != null && !maker.equals(step)) {
                    needed.computeIfAbsent(maker, _ -> new LinkedHashSet<>()).add((Atom.Var) atom);
                }
            }
        }
        for (Atom atom : cut.results()) {
            Step maker = makers.get(atom);
            if (maker != null) {
                needed.computeIfAbsent(maker, _ -> new LinkedHashSet<>()).add((Atom.Var) atom);
            }
        }
        return needed;
    }

    /** What a step reads from memory. */
    static List<Atom> reads(Step step, Map<Atom.Var, View> views) {
        return switch (step) {
            case Step.Fused(var group) -> bases(Stream.concat(Stream.ofNullable(group.product()),
                    group.members().stream()), views);
            case Step.Alone(var e) -> bases(Stream.of(e), views);
            case Step.Single(_, var operands) -> operands;
        };
    }

    private static List<Atom> bases(Stream<Equation> equations, Map<Atom.Var, View> views) {
        return equations.flatMap(e -> e.operands().stream()).filter(a -> a instanceof Atom.Var)
                .<Atom>map(a -> Objects.requireNonNull(views.get((Atom.Var) a)).base()).toList();
    }

    private void live(int number, Plan.Action action) {
        switch (action) {
            case Plan.Action.Run(var launch, _) -> use(launch, number, 0);
            case Plan.Action.Together(var runs) ->
                    IntStream.range(0, runs.size()).forEach(i -> use(runs.get(i).launch(), number, i));
            case Plan.Action.Perform(var routine, _) -> use(routine, number, 0);
            case Plan.Action.Interpret(var equation, var operands) -> use(equation, operands, number);
            case Plan.Action.Enter(var equation, var operands, var nest, _) -> {
                use(equation, operands, number);
                use(nest, number);
            }
            case Plan.Action.Step(var equation, var operands, var weave, _, var nest, _) -> {
                use(equation, operands, number);
                use(weave.launch(), number, 0);
                use(nest, number);
            }
        }
    }

    private void use(Call call, int number, int kernel) {
        for (int i = 0; i < call.memory().size(); i++) {
            switch (call.memory().get(i)) {
                case Launch.Memory.Of(var v) -> use(v, number);
                case Launch.Memory.Scratch(var dtype, var count, var isPerThread) -> {
                    if (!isPerThread) {
                        lives.put(new Scratch(number, kernel, i),
                                new Reuse.Life(number, number, count * dtype.bytes()));
                    }
                }
            }
        }
        scratch = Math.max(scratch, Launches.scratch(call));
    }

    private void use(Nest nest, int number) {
        lives.put(new Scratch(number), new Reuse.Life(number, number, nest.bytes()));
        scratch = Math.max(scratch, nest.scratch());
    }

    private void use(Equation equation, List<Atom> operands, int number) {
        operands.stream().filter(a -> a instanceof Atom.Var).forEach(a -> use((Atom.Var) a, number));
        equation.results().forEach(v -> use(v, number));
    }

    private void use(Atom.Var v, int number) {
        variables.merge(v, new Reuse.Life(number, number, Nest.bytes(v.type())), Reuse.Life::union);
    }

    private Map<Object, Long> offsets() {
        Map<Object, Long> offsets = new HashMap<>();
        List<Map.Entry<Object, Reuse.Life>> largest = new ArrayList<>(lives.entrySet());
        largest.sort(Comparator.comparingLong(e -> -e.getValue().bytes()));
        for (Map.Entry<Object, Reuse.Life> entry : largest) {
            Reuse.Life life = entry.getValue();
            long offset = 0;
            for (Placed other : placed) {
                if (other.life().overlaps(life)) {
                    if (offset + life.bytes() <= other.offset()) {
                        break;
                    }
                    offset = Math.max(offset, Launches.aligned(other.offset() + other.life().bytes()));
                }
            }
            placed.add(new Placed(life, offset));
            placed.sort(Comparator.comparingLong(Placed::offset));
            offsets.put(entry.getKey(), offset);
        }
        return offsets;
    }

    private List<Plan.Action> placed(Map<Object, Long> offsets) {
        List<Plan.Action> placed = new ArrayList<>();
        for (int i = 0; i < actions.size(); i++) {
            int number = i;
            placed.add(switch (actions.get(i)) {
                case Plan.Action.Run(var launch, _) ->
                        new Plan.Action.Run(launch, shared(launch, i, 0, offsets));
                case Plan.Action.Together(var runs) -> new Plan.Action.Together(
                        IntStream.range(0, runs.size()).mapToObj(kernel -> {
                            Launch launch = runs.get(kernel).launch();
                            return new Plan.Action.Run(launch, shared(launch, number, kernel, offsets));
                        }).toList());
                case Plan.Action.Perform(var routine, _) ->
                        new Plan.Action.Perform(routine, shared(routine, i, 0, offsets));
                case Plan.Action.Interpret interpret -> interpret;
                case Plan.Action.Enter(var equation, var operands, var nest, _) -> new Plan.Action.Enter(
                        equation, operands, nest, Objects.requireNonNull(offsets.get(new Scratch(i))));
                case Plan.Action.Step(var equation, var operands, var weave, _, var nest, _) ->
                        new Plan.Action.Step(equation, operands, weave, shared(weave.launch(), i, 0, offsets),
                                nest, Objects.requireNonNull(offsets.get(new Scratch(i))));
            });
        }
        return placed;
    }

    /** Where each buffer of a call lies that is scratch for all threads together. */
    private static List<Long> shared(Call call, int number, int kernel, Map<Object, Long> offsets) {
        return IntStream.range(0, call.memory().size())
                .mapToObj(buffer -> offsets.getOrDefault(new Scratch(number, kernel, buffer), -1L)).toList();
    }
}
