package ricci.compiler;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.jvm.Kernels;
import ricci.jvm.TieredCode;
import ricci.jvm.Workers;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;
import ricci.runtime.Executable;
import ricci.runtime.Watch;

/** A program as kernels and a plan of its memory. */
final class CompiledProgram implements Executable {
    private final Program program;
    private final Plan plan;
    private final List<Task> tasks = new ArrayList<>();
    private final Map<Atom.Var, Integer> slots = new HashMap<>();

    /** An action with all that is known before it runs. */
    private sealed interface Task {
        /**
         * A kernel.
         *
         * @param buffers the slot of each buffer; -1 of scratch
         */
        record Run(Launch launch, TieredCode code, long[] sizes, int[] buffers, long[] shared) implements Task {}

        record Interpret(Equation equation, List<Atom> operands, List<TensorType> types) implements Task {}
    }

    /** From so many operations on elements on, a call is worth waiting for fast code. */
    private static final long LARGE = 1 << 18;
    /** So many are worth a second thread. */
    private static final long WORTH_A_THREAD = 1 << 16;

    CompiledProgram(Program program, Plan plan) {
        this.program = program;
        this.plan = plan;
        plan.inputs().forEach(this::slot);
        for (Plan.Action action : plan.actions()) {
            tasks.add(switch (action) {
                case Plan.Action.Run(var launch, var shared) -> task(launch, shared);
                case Plan.Action.Interpret(var equation, var operands) -> {
                    equation.results().forEach(this::slot);
                    yield new Task.Interpret(equation, operands,
                            equation.operands().stream().map(Atom::type).toList());
                }
            });
        }
        prepare();
    }

    /** Has the code of large loops made, several at once, and waits for it. */
    private void prepare() {
        List<TieredCode> large = new ArrayList<>();
        for (Task task : tasks) {
            if (task instanceof Task.Run run && run.launch().work() >= LARGE) {
                large.add(run.code());
            }
        }
        large.forEach(TieredCode::making);
        large.forEach(TieredCode::prepare);
    }

    private Task task(Launch launch, List<Long> shared) {
        Launches.check(launch);
        int[] buffers = launch.memory().stream().mapToInt(memory -> switch (memory) {
            case Launch.Memory.Of(var v) -> slot(v);
            case Launch.Memory.Scratch _ -> -1;
        }).toArray();
        return new Task.Run(launch, Kernels.of(launch.kernel()),
                launch.sizes().stream().mapToLong(size -> size).toArray(), buffers,
                shared.stream().mapToLong(offset -> offset).toArray());
    }

    private int slot(Atom.Var v) {
        return slots.computeIfAbsent(v, _ -> slots.size());
    }

    Plan plan() {
        return plan;
    }

    @Override
    public String explain() {
        return Explain.text(plan, true);
    }

    @Override
    public List<Buffer> run(List<Buffer> inputs) {
        if (Watch.isOn()) {
            return Eval.run(program, inputs);
        }
        Buffer[] buffers = new Buffer[slots.size()];
        Buffer arena = Buffer.uninitialized(DType.I8, plan.arena());
        slots.forEach((v, slot) -> buffers[slot] = switch (Objects.requireNonNull(plan.rooms().get(v))) {
            case Plan.Room.Input(var index) -> inputs.get(index);
            case Plan.Room.Result _ -> Buffer.uninitialized(v.type().dtype(), v.type().shape().size());
            case Plan.Room.Arena(var offset) -> Buffer.of(v.type().dtype(), arena.segment().asSlice(offset,
                    v.type().shape().size() * v.type().dtype().bytes()));
            case Plan.Room.Interpreted _ -> null;
        });
        for (Task task : tasks) {
            switch (task) {
                case Task.Run run -> run(run, buffers, arena.segment());
                case Task.Interpret interpret -> interpret(interpret, buffers);
            }
        }
        List<Buffer> results = plan.results().stream().map(atom -> buffer(atom, buffers)).toList();
        Reference.reachabilityFence(buffers);
        Reference.reachabilityFence(arena);
        return results;
    }

    private void run(Task.Run run, Buffer[] buffers, MemorySegment arena) {
        Launch launch = run.launch();
        run.code().count(launch.work());
        long threads = Math.clamp(launch.work() / WORTH_A_THREAD, 1, Workers.count());
        long own = Launches.scratch(launch);
        Buffer scratch = Buffer.uninitialized(DType.I8, own * threads);
        Workers.share(launch.turns(), (int) threads, launch.kernel().loop().isVector(), (worker, from, to) ->
                run.code().run(addresses(run, buffers, arena, scratch.segment().address() + worker * own),
                        run.sizes(), from, to));
        Reference.reachabilityFence(scratch);
    }

    private static long[] addresses(Task.Run run, Buffer[] buffers, MemorySegment arena, long scratch) {
        long[] addresses = new long[run.buffers().length];
        long own = scratch;
        for (int i = 0; i < addresses.length; i++) {
            if (run.buffers()[i] >= 0) {
                addresses[i] = buffers[run.buffers()[i]].segment().address();
            } else if (run.shared()[i] >= 0) {
                addresses[i] = arena.address() + run.shared()[i];
            } else {
                addresses[i] = own;
                own += Launches.bytes(run.launch().memory().get(i));
            }
        }
        return addresses;
    }

    private void interpret(Task.Interpret task, Buffer[] buffers) {
        Equation e = task.equation();
        List<Buffer> operands = task.operands().stream().map(atom -> buffer(atom, buffers)).toList();
        List<Buffer> results = Eval.apply(e.op(), task.types(), operands);
        for (int i = 0; i < results.size(); i++) {
            buffers[slot(e.results().get(i))] = results.get(i);
        }
    }

    private Buffer buffer(Atom atom, Buffer[] buffers) {
        return switch (atom) {
            case Atom.Var v -> buffers[Objects.requireNonNull(slots.get(v))];
            case Atom.Literal(var type, var value) -> Buffer.filled(type.dtype(), type.shape().size(), value);
        };
    }
}
