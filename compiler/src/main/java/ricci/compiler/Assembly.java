package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ricci.ir.Atom;
import ricci.ir.Collective;
import ricci.ir.Control;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.jvm.Code;
import ricci.jvm.Kernels;
import ricci.jvm.TieredCode;
import ricci.jvm.Workers;
import ricci.loop.Kernel;
import ricci.runtime.Buffer;

/**
 * Makes tasks of a plan and of all plans inside of it, which share one frame: gives everything in memory a
 * slot. Where a program inside reads or writes what the one around it has in memory, both have the same slot.
 */
final class Assembly {
    /** From so many operations on elements in a run on, fast code is worth waiting for. */
    private static final long LARGE = 1 << 22;
    /** From so many on, it is worth having. */
    private static final long MEDIUM = 1 << 20;
    /** So many are worth a second thread. */
    private static final long WORTH_A_THREAD = 1 << 16;
    /** For what nobody wants. */
    private static final int NOWHERE = -1;

    private final Map<Long, Integer> fixed = new LinkedHashMap<>();
    private final Map<Atom.Literal, Constant> constants = new LinkedHashMap<>();
    private final Map<TieredCode, Long> work = new LinkedHashMap<>();
    private final Choice choice;
    private final long scratch;
    private final long scratchEach;
    private int slots;
    private int mostBuffers;
    private int mostThreads = 1;
    private int newKernels;

    private final int[] inputs;
    private final int[] results;
    private final Task task;
    private final List<Making> makings = new ArrayList<>();
    private final Map<Plan.Room.Beside, Integer> beside = new LinkedHashMap<>();

    /**
     * How that is made which is kept beside an input.
     *
     * @param places the slots of its parts, and how far from its start they are
     */
    record Making(Kept kept, Task task, Map<Integer, Long> places) {}

    private record Constant(int slot, Buffer buffer) {}

    /**
     * What is open about a plan.
     *
     * @param worthAThread so much work is worth a second thread
     */
    record Choice(long worthAThread, Function<Kernel, TieredCode> code) {
        private static final Choice COMMON = new Choice(WORTH_A_THREAD, Kernels::of);

        int threads(long work) {
            return Math.clamp(work / worthAThread, 1, Workers.count());
        }
    }

    /** Slots of buffers, and how far apart the buffers of two threads are. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Places(int[] at, long[] apart) {}

    private Assembly(Plan plan, Choice choice) {
        this.choice = choice;
        scratch = Launches.aligned(plan.arena());
        scratchEach = plan.scratch();
        inputs = newSlots(plan.inputs().size());
        results = newSlots(plan.results().size());
        for (int i = 0; i < results.length; i++) {
            boolean isNew = plan.results().get(i) instanceof Atom.Var v
                    && plan.rooms().get(v) instanceof Plan.Room.Result && plan.results().indexOf(v) == i;
            results[i] = isNew ? results[i] : NOWHERE;
        }
        Part part = new Part(plan, 0, 1);
        task = part.task(inputs, results);
        int first = 0;
        for (Kept kept : plan.kept()) {
            Task making = part.some(first, kept.actions(), 1);
            Map<Integer, Long> places = new LinkedHashMap<>();
            beside.forEach((room, slot) -> {
                if (room.inputs().equals(kept.inputs())) {
                    places.put(slot, room.offset());
                }
            });
            makings.add(new Making(kept, making, places));
            first += kept.actions();
        }
    }

    static Assembly of(Plan plan) {
        return new Assembly(plan, Choice.COMMON);
    }

    /** The same with other code, or cut otherwise: what it computes is the same. */
    static Assembly of(Plan plan, Choice choice) {
        return new Assembly(plan, choice);
    }

    /** The slots of the inputs. */
    int[] inputs() {
        return inputs;
    }

    /** The slots of the results; negative if a result is an input, a constant or an earlier result. */
    int[] results() {
        return results;
    }

    Task task() {
        return task;
    }

    /** What is to be there before the task runs. */
    List<Making> makings() {
        return makings;
    }

    /**
     * Waits until the code of loops runs at full speed that take so long that it is worth waiting for it, and
     * has that of others made which will soon turn out to be.
     */
    void readyLarge() {
        ready(withWork(LARGE));
        begin(withWork(MEDIUM));
    }

    private List<TieredCode> withWork(long least) {
        return work.entrySet().stream().filter(each -> each.getValue() >= least).map(Map.Entry::getKey)
                .toList();
    }

    /** Waits until all code runs at full speed. */
    void readyAll() {
        ready(work.keySet());
    }

    private static void ready(Collection<TieredCode> code) {
        // Made several at once.
        begin(code);
        code.forEach(TieredCode::prepare);
    }

    private static void begin(Collection<TieredCode> code) {
        List<CompletableFuture<Code>> _ = code.stream().map(TieredCode::making).toList();
    }

    /** How many threads so much work is worth. */
    static int threads(long work) {
        return Choice.COMMON.threads(work);
    }

    /** How much of the code was there before: sizes are arguments, so equal loops of other sizes share it. */
    String explain() {
        int all = work.size();
        String loops = "code of " + all + (all == 1 ? " loop, " : " loops, ");
        return loops + (newKernels == 0 ? "all of it there before, made for these or other sizes"
                : newKernels == all ? "all of it new"
                : newKernels + " of them new; the others were there, made for these or other sizes");
    }

    /** A new frame. */
    Frame frame() {
        Frame frame = new Frame(slots, fixed, scratch + scratchEach * mostThreads, mostThreads, mostBuffers);
        constants.values().forEach(c -> frame.at()[c.slot()] = c.buffer().segment().address());
        return frame;
    }

    private int newSlot() {
        return slots++;
    }

    private int[] newSlots(int count) {
        return IntStream.range(0, count).map(_ -> newSlot()).toArray();
    }

    /** The slot of a place in the frame's memory. */
    private int fixed(long offset) {
        return fixed.computeIfAbsent(offset, _ -> newSlot());
    }

    private int constant(Atom.Literal literal) {
        return constants.computeIfAbsent(literal, l -> new Constant(newSlot(),
                Buffer.filled(l.type().dtype(), l.type().shape().size(), l.value()))).slot();
    }

    /** One of the plans. */
    private final class Part {
        private final Plan plan;
        private final long origin;
        private final long times;
        private final Map<Atom.Var, Integer> own = new HashMap<>();

        /**
         * A plan to be assembled.
         *
         * @param origin where its arena begins
         * @param times about how often it runs in a run of the whole
         */
        Part(Plan plan, long origin, long times) {
            this.plan = plan;
            this.origin = origin;
            this.times = times;
        }

        /** Reads the inputs from these slots, and writes the results to those, unless that is nowhere. */
        Task task(int[] from, int[] to) {
            for (int i = 0; i < from.length; i++) {
                own.put(plan.inputs().get(i), from[i]);
            }
            List<Task> copies = new ArrayList<>();
            for (int i = 0; i < to.length; i++) {
                Atom result = plan.results().get(i);
                if (to[i] == NOWHERE) {
                    continue;
                }
                if (result instanceof Atom.Var v && !own.containsKey(v)) {
                    own.put(v, to[i]);
                } else {
                    copies.add(new Task.Copy(slot(result), to[i], Nest.bytes(result.type())));
                }
            }
            List<Task> tasks = new ArrayList<>();
            plan.actions().stream().skip(plan.once()).forEach(action -> tasks.add(task(action)));
            tasks.addAll(copies);
            return tasks.size() == 1 ? tasks.getFirst() : new Task.Sequence(tasks.toArray(Task[]::new));
        }

        /** What is to run once before the task, which has been made, runs as often as it may. */
        Task first(long times) {
            return some(0, plan.once(), times);
        }

        /** Some of the actions, from number {@code from} on. */
        private Task some(int from, int count, long times) {
            Part some = new Part(plan, origin, times);
            some.own.putAll(own);
            return new Task.Sequence(plan.actions().subList(from, from + count).stream().map(some::task)
                    .toArray(Task[]::new));
        }

        private int slot(Atom atom) {
            return switch (atom) {
                case Atom.Literal literal -> constant(literal);
                case Atom.Var v when own.containsKey(v) -> Objects.requireNonNull(own.get(v));
                case Atom.Var v -> switch (plan.rooms().get(v)) {
                    case Plan.Room.Arena(var offset) -> fixed(origin + offset);
                    case Plan.Room.Under(var result) -> slot(result);
                    case Plan.Room.Beside room -> beside.computeIfAbsent(room, _ -> newSlot());
                    case Plan.Room.Result _, Plan.Room.Input _ ->
                            throw new IllegalStateException(v + " is nowhere");
                    case null -> throw new IllegalStateException(v + " is nowhere");
                };
            };
        }

        private int[] slots(List<? extends Atom> atoms) {
            return atoms.stream().mapToInt(this::slot).toArray();
        }

        private Task task(Plan.Action action) {
            return switch (action) {
                case Plan.Action.Run(var launch, var shared) -> kernel(launch, shared);
                case Plan.Action.Together together -> together(together);
                case Plan.Action.Perform(var routine, var shared) -> routine(routine, shared);
                case Plan.Action.Interpret(var e, var operands) -> e.op() instanceof Collective.Pmap map
                        ? new Task.Timed(e, new Task.Spread(map, new CompiledProgram(map.body(),
                                Planner.plan(map.body())), e.operands().stream().map(Atom::type).toList(),
                                slots(operands), slots(e.results())))
                        : Task.Interpret.of(e, slots(operands), slots(e.results()));
                case Plan.Action.Enter(var e, var operands, var nest, var memory) ->
                        new Task.Timed(e, enter(e, slots(operands), slots(e.results()), nest,
                                origin + memory));
                case Plan.Action.Step(var e, var operands, var weave, var shared, var nest, var memory) ->
                        step(e, slots(operands), weave, shared, nest, origin + memory);
            };
        }

        // ---- kernels ----

        private Task.Kernel kernel(Launch launch, List<Long> shared) {
            return kernel(launch, shared, launch.work(), choice.threads(launch.work()));
        }

        private Task together(Plan.Action.Together together) {
            List<Plan.Action.Run> runs = together.runs();
            int threads = choice.threads(runs.stream().mapToLong(run -> run.launch().work()).sum());
            return new Task.Together(runs.getFirst().launch().name() + together.others(),
                    runs.stream().map(run -> kernel(run.launch(), run.shared(), run.launch().work(), threads))
                            .toArray(Task.Kernel[]::new), threads);
        }

        private Task routine(Routine routine, List<Long> shared) {
            int threads = choice.threads(routine.work());
            Places places = places(routine, shared, threads);
            return new Task.Perform(routine, places.at, places.apart, Launches.sizes(routine), threads);
        }

        /** One that does so much work each time. */
        private Task.Kernel kernel(Launch launch, List<Long> shared, long each, int threads) {
            Launches.check(launch);
            Places places = places(launch, shared, threads);
            TieredCode known = Kernels.known(launch.kernel());
            TieredCode code = choice.code().apply(launch.kernel());
            newKernels += known == null ? 1 : 0;
            work.merge(code, Math.min(each, LARGE) * times, (a, b) -> Math.min(a + b, LARGE));
            return new Task.Kernel(launch, code, places.at, places.apart, Launches.sizes(launch), threads,
                    InPlace.isCopy(launch));
        }

        /** Where the buffers of a call are, and how far apart those of two threads. */
        private Places places(Call call, List<Long> shared, int threads) {
            int buffers = call.memory().size();
            int[] at = new int[buffers];
            long[] apart = new long[buffers];
            long next = scratch;
            for (int i = 0; i < buffers; i++) {
                Launch.Memory memory = call.memory().get(i);
                if (memory instanceof Launch.Memory.Of(var v)) {
                    at[i] = slot(v);
                } else if (shared.get(i) >= 0) {
                    at[i] = fixed(origin + shared.get(i));
                } else {
                    at[i] = fixed(next);
                    apart[i] = scratchEach;
                    next += Launches.bytes(memory);
                }
            }
            mostBuffers = Math.max(mostBuffers, buffers);
            mostThreads = Math.max(mostThreads, threads);
            return new Places(at, apart);
        }

        // ---- programs inside ----

        private Task enter(Equation e, int[] from, int[] to, Nest nest, long memory) {
            return switch (e.op()) {
                case Control.Cond _ -> {
                    int[] x = Arrays.copyOfRange(from, 1, from.length);
                    yield new Task.Choose(from[0], nest.plans().stream()
                            .map(branch -> new Part(branch, memory + nest.arena(), times).task(x, to))
                            .toArray(Task[]::new));
                }
                case Control.While loop -> loop(loop, e, from, to, nest, memory);
                case Control.Scan scan -> scan(scan, e, from, to, nest, memory);
                case Op _ -> new Part(nest.plans().getFirst(), memory + nest.arena(), times).task(from, to);
            };
        }

        private Task loop(Control.While op, Equation e, int[] from, int[] to, Nest nest, long memory) {
            int constants = op.conditionConstants() + op.bodyConstants();
            Loops.Carry[] carries = carries(op, constants, from, to, nest, memory);
            int[] carried = before(carries);
            int[] conditionFrom = join(Arrays.copyOf(from, op.conditionConstants()), carried);
            int[] bodyFrom = join(Arrays.copyOfRange(from, op.conditionConstants(),
                    from.length - carries.length), carried);
            int holds = fixed(memory + nest.holds());
            Task condition = new Part(nest.plans().getFirst(), memory + nest.arena(), times)
                    .task(conditionFrom, new int[] {holds});
            Part body = new Part(nest.plans().getLast(), memory + nest.bodyArena(), times);
            Task step = body.task(bodyFrom, after(carries));
            return new Loops.While(op.limit(), e.source(), carries, body.first(times), condition, holds,
                    step);
        }

        private Task scan(Control.Scan op, Equation e, int[] from, int[] to, Nest nest, long memory) {
            Plan body = nest.plans().getFirst();
            Loops.Carry[] carries = carries(op, op.constants(), from, to, nest, memory);
            int[] xs = newSlots(op.xs());
            int[] ys = newSlots(op.outputs());
            List<Loops.Slice> slices = new ArrayList<>();
            for (int i = 0; i < xs.length; i++) {
                int input = op.constants() + op.carries() + i;
                slices.add(new Loops.Slice(from[input], xs[i], Nest.bytes(body.inputs().get(input).type())));
            }
            for (int i = 0; i < ys.length; i++) {
                int result = op.carries() + i;
                slices.add(new Loops.Slice(to[result], ys[i], Nest.bytes(body.results().get(result).type())));
            }
            int[] stepFrom = join(join(Arrays.copyOf(from, op.constants()), before(carries)), xs);
            long oftener = Math.min(times * Math.clamp(op.length(), 1, LARGE), LARGE);
            Part part = new Part(body, memory + nest.bodyArena(), oftener);
            Task step = part.task(stepFrom, join(after(carries), ys));
            return new Loops.Scan(op.length(), op.reverse(), e.source(), carries,
                    slices.toArray(Loops.Slice[]::new), part.first(times), step);
        }

        // ---- loops that are one kernel ----

        private Task step(Equation e, int[] from, Weave weave, List<Long> shared, Nest nest, long memory) {
            Launch launch = weave.launch();
            long all = Math.min(launch.work(), LARGE) * Math.clamp(launch.turns(), 1, LARGE);
            Task.Kernel kernel = kernel(launch, shared, all, 1);
            Steps.Carry[] carries = weave.carries().stream().map(c -> new Steps.Carry(slot(c.first()),
                    c.buffer() < 0 ? NOWHERE : kernel.slots()[c.buffer()], slot(c.result()), c.bytes()))
                    .toArray(Steps.Carry[]::new);
            return switch (e.op()) {
                case Control.While loop -> {
                    int constants = loop.conditionConstants();
                    int[] carried = Arrays.copyOfRange(from, from.length - carries.length, from.length);
                    int holds = kernel.slots()[weave.holds()];
                    Task condition = new Part(nest.plans().getFirst(), memory + nest.arena(), times)
                            .task(join(Arrays.copyOf(from, constants), carried), new int[] {holds});
                    yield new Steps.While(kernel, loop.limit(), e.source(), carries, condition, holds);
                }
                case Control.Scan scan -> new Steps.Scan(kernel, scan.reverse(), e.source(), carries);
                case Op _ -> throw new IllegalArgumentException(e.op() + " is no loop");
            };
        }

        private Loops.Carry[] carries(Op op, int first, int[] from, int[] to, Nest nest, long memory) {
            Plan body = nest.plans().getLast();
            return IntStream.range(0, nest.spares().size()).mapToObj(i -> {
                boolean isInvariant = Nest.isInvariant(op, body, i);
                int spare = Nest.isInPlace(op, body, i) ? to[i] : fixed(memory + nest.spares().get(i));
                return new Loops.Carry(from[first + i], newSlot(), isInvariant ? NOWHERE : newSlot(), to[i],
                        spare, Nest.bytes(body.results().get(i).type()));
            }).toArray(Loops.Carry[]::new);
        }

        private static int[] before(Loops.Carry[] carries) {
            return Stream.of(carries).mapToInt(Loops.Carry::before).toArray();
        }

        private static int[] after(Loops.Carry[] carries) {
            return Stream.of(carries).mapToInt(Loops.Carry::after).toArray();
        }

        private static int[] join(int[] first, int[] second) {
            return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
        }
    }
}
