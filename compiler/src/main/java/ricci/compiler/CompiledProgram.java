package ricci.compiler;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Effect;
import ricci.ir.Equation;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.Source;
import ricci.ir.TensorType;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;
import ricci.runtime.Executable;
import ricci.runtime.Pool;
import ricci.runtime.Watch;

/**
 * A program as kernels and a plan of its memory. Any number of threads may run it at once: each run has a
 * frame of its own, which is kept for the next; so a run allocates nothing but its results.
 */
final class CompiledProgram implements Executable {
    /** How long, in nanoseconds, and how often it runs to be measured. */
    private static final long LONG = 500_000_000;
    private static final int MOST_RUNS = 200;
    private static final int LEAST_RUNS = 3;

    private final Program program;
    private final Plan plan;
    private final Assembly assembly;
    private final AtomicReference<@Nullable Frame> idle = new AtomicReference<>();

    CompiledProgram(Program program, Plan plan) {
        this(program, plan, Assembly.of(plan));
        assembly.readyLarge();
    }

    /** With tasks that were made of the plan. */
    CompiledProgram(Program program, Plan plan, Assembly assembly) {
        this.program = program;
        this.plan = plan;
        this.assembly = assembly;
    }

    Plan plan() {
        return plan;
    }

    /** Where it comes from, for people. */
    String name() {
        int equations = program.equations().size();
        return program.equations().stream().map(Equation::source).filter(Source::isKnown).findFirst()
                .map(Source::toString).orElse("a program") + " (" + equations
                + (equations == 1 ? " equation)" : " equations)");
    }

    @Override
    public String explain() {
        return Explain.text(plan, true) + assembly.explain() + "\n";
    }

    /** With the times that were recorded. */
    String explain(Recording recording, boolean showsLoops, boolean showsPasses) {
        Recording.Times times = recording.times(this);
        return (showsPasses ? passes() : "")
                + Explain.text(plan, showsLoops, recording, times == null ? 1 : times.count())
                + assembly.explain() + "\n";
    }

    private String passes() {
        StringBuilder text = new StringBuilder("the program:\n").append(program).append('\n');
        Pipeline.toPlan(program, (name, after) ->
                text.append("\nafter ").append(name).append(":\n").append(after).append('\n'));
        return text.append('\n').toString();
    }

    /** Runs it until times hardly change; once if it does something that is seen outside. */
    @Override
    public String explain(List<Buffer> inputs) {
        Recording recording = new Recording();
        if (Effect.isIn(program)) {
            run(inputs, List.of(), recording);
        } else {
            run(inputs, List.of(), null);
            assembly.readyAll();
            long end = System.nanoTime() + LONG;
            for (int i = 0; i < MOST_RUNS && (i < LEAST_RUNS || System.nanoTime() < end); i++) {
                giveBack(run(inputs, List.of(), recording), inputs);
            }
        }
        return explain(recording, true, true);
    }

    /** What only this class has seen goes back at once, or to touch fresh memory would be measured, too. */
    private static void giveBack(List<Buffer> results, List<Buffer> inputs) {
        for (int i = 0; i < results.size(); i++) {
            Buffer result = results.get(i);
            boolean isItsOwn = Stream.concat(inputs.stream(), results.subList(0, i).stream())
                    .noneMatch(result::sharesMemory);
            if (isItsOwn) {
                result.free();
            }
        }
    }

    @Override
    public List<Buffer> run(List<Buffer> inputs) {
        return run(inputs, List.of());
    }

    @Override
    public List<Buffer> run(List<Buffer> inputs, List<Boolean> donated) {
        return Watch.isOn() ? Eval.run(program, inputs) : run(inputs, donated, Recording.current());
    }

    private List<Buffer> run(List<Buffer> inputs, List<Boolean> donated, @Nullable Recording recording) {
        long began = recording == null ? 0 : System.nanoTime();
        Frame kept = idle.getAndSet(null);
        Frame frame = kept == null ? assembly.frame() : kept;
        List<Buffer> results;
        int read = 0;
        try {
            frame.begin(recording);
            for (; read < inputs.size(); read++) {
                inputs.get(read).beginReading();
            }
            results = run(frame, inputs, donated);
        } catch (StackOverflowError e) {
            // It may have come in the middle of begin(), so this frame is not used again.
            throw new RicciException.Depth("run a program");
        } finally {
            for (int i = 0; i < read; i++) {
                inputs.get(i).endReading();
            }
            frame.end();
        }
        idle.setRelease(frame);
        if (recording != null) {
            recording.ran(this, began);
        }
        return results;
    }

    private List<Buffer> run(Frame frame, List<Buffer> inputs, List<Boolean> donated) {
        long[] at = frame.at();
        int[] from = assembly.inputs();
        for (int i = 0; i < from.length; i++) {
            at[from[i]] = inputs.get(i).segment().address();
        }
        List<Buffer> kept = new ArrayList<>();
        for (Assembly.Making making : assembly.makings()) {
            kept.add(kept(frame, making, inputs));
        }
        List<Buffer> results = results(at, inputs, donated);
        try {
            assembly.task().run(frame);
        } finally {
            Reference.reachabilityFence(inputs);
            Reference.reachabilityFence(kept);
            Reference.reachabilityFence(results);
            Reference.reachabilityFence(this);
        }
        return results;
    }

    /** What is kept beside an input; made now, if it is not there yet, or was made of other ones, too. */
    private static Buffer kept(Frame frame, Assembly.Making making, List<Buffer> inputs) {
        Kept kept = making.kept();
        Buffer input = inputs.get(kept.input());
        List<Buffer> others = kept.others().stream().map(inputs::get).toList();
        Buffer known = input.made(kept.how());
        if (known != null && !others.isEmpty() && known.made(others) == null) {
            known = null;
        }
        Buffer memory = known == null ? Buffer.uninitialized(DType.I8, kept.bytes()) : known;
        making.places().forEach((slot, offset) -> frame.at()[slot] = memory.segment().address() + offset);
        if (known == null) {
            making.task().run(frame);
            if (Kept.isAffordable(Pool.process().state())) {
                if (!others.isEmpty()) {
                    memory.keep(others, memory);
                }
                input.keep(kept.how(), memory);
            }
        }
        return memory;
    }

    /** Buffers for the results, of which some hold them already. */
    private List<Buffer> results(long[] at, List<Buffer> inputs, List<Boolean> donated) {
        List<Buffer> results = new ArrayList<>();
        boolean[] isFree = new boolean[inputs.size()];
        for (int i = 0; i < donated.size(); i++) {
            isFree[i] = donated.get(i);
        }
        int[] to = assembly.results();
        for (int i = 0; i < to.length; i++) {
            Atom atom = plan.results().get(i);
            if (to[i] >= 0) {
                Buffer buffer = room(atom.type(), plan.reusable().get(i), inputs, isFree);
                at[to[i]] = buffer.segment().address();
                results.add(buffer);
                continue;
            }
            results.add(switch (atom) {
                case Atom.Literal(var type, var value) ->
                        Buffer.filled(type.dtype(), type.shape().size(), value);
                case Atom.Var v -> plan.rooms().get(v) instanceof Plan.Room.Input(var index)
                        ? inputs.get(index) : results.get(plan.results().indexOf(v));
            });
        }
        return results;
    }

    /** A buffer for a result: in the memory of one of those inputs, if one of them is free, or a new one. */
    private static Buffer room(TensorType type, List<Integer> reusable, List<Buffer> inputs,
            boolean[] isFree) {
        for (int input : reusable) {
            if (isFree[input]) {
                isFree[input] = false;
                return inputs.get(input).as(type.dtype(), type.shape().size());
            }
        }
        return Buffer.uninitialized(type.dtype(), type.shape().size());
    }
}
