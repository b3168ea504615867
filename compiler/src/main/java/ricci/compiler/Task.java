package ricci.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ricci.ir.Atom;
import ricci.ir.Collective;
import ricci.ir.Equation;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.jvm.Memory;
import ricci.jvm.TieredCode;
import ricci.jvm.Workers;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;
import ricci.runtime.Executable;
import ricci.runtime.SpmdEngine;

/**
 * An action with all that is known before it runs. Keeps nothing from run to run; what changes is in the
 * frame.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; arrays are what the loop reads fastest.
sealed interface Task permits Task.Kernel, Task.Together, Task.Perform, Task.Interpret, Task.Spread,
        Task.Copy, Task.Sequence, Task.Choose, Task.Timed, Loops.Scan, Loops.While, Steps.Scan, Steps.While {

    void run(Frame frame);

    /**
     * Runs a kernel.
     *
     * @param slots of its buffers
     * @param own how far from one another the buffers of two workers are; 0 if they are the same
     * @param threads how many the work is worth
     * @param isCopy whether it copies one of its two buffers to the other, so that there is nothing to do if
     *     they are the same
     */
    record Kernel(Launch launch, TieredCode code, int[] slots, long[] own, long[] sizes, int threads,
            boolean isCopy) implements Task {
        @Override
        public void run(Frame frame) {
            if (isDone(frame)) {
                return;
            }
            if (threads == 1 && !frame.isRecorded()) {
                code.run(buffers(frame, 0), sizes, 0, launch.turns());
            } else {
                frame.share(launch, threads, launch.kernel().loop().isVector(),
                        (worker, from, to) -> code.run(buffers(frame, worker), sizes, from, to));
            }
        }

        private boolean isDone(Frame frame) {
            return isCopy && frame.at()[slots[0]] == frame.at()[slots[1]];
        }

        /** Runs some turns. */
        private void run(Frame frame, int worker, long from, long to) {
            if (from < to && !isDone(frame)) {
                code.run(buffers(frame, worker), sizes, from, to);
            }
        }

        /** The addresses of the buffers, for a worker. */
        long[] buffers(Frame frame, int worker) {
            return Task.buffers(frame, worker, slots, own);
        }
    }

    /** Runs kernels that need nothing of one another: their turns are shared as if they were one's. */
    record Together(String name, Kernel[] kernels, long[][] ends, int threads) implements Task {
        /** Each thread gets its part of all kernels' turns; of a kernel with few turns, one gets all. */
        Together(String name, Kernel[] kernels, int threads) {
            this(name, kernels, new long[kernels.length][], threads);
            long[] load = new long[threads];
            for (int i = 0; i < kernels.length; i++) {
                Launch launch = kernels[i].launch;
                boolean isVector = launch.kernel().loop().isVector();
                ends[i] = Workers.ends(launch.turns(), threads, isVector);
                if (ends[i][0] == launch.turns()) {
                    int least = 0;
                    for (int thread = 1; thread < threads; thread++) {
                        least = load[thread] < load[least] ? thread : least;
                    }
                    Arrays.fill(ends[i], 0, least, 0);
                    load[least] += launch.work();
                }
            }
        }

        @Override
        public void run(Frame frame) {
            long began = frame.clock();
            if (threads == 1) {
                part(frame, 0, 0);
            } else {
                Workers.share(threads, threads, false, (worker, from, to) -> {
                    for (long part = from; part < to; part++) {
                        part(frame, worker, (int) part);
                    }
                });
            }
            frame.time(kernels[0].launch, began);
        }

        private void part(Frame frame, int worker, int part) {
            long began = frame.clock();
            for (int i = 0; i < kernels.length; i++) {
                kernels[i].run(frame, worker, part == 0 ? 0 : ends[i][part - 1], ends[i][part]);
            }
            frame.span(name, began);
        }
    }

    /**
     * Runs code that was not generated.
     *
     * @param slots as those of a kernel
     * @param own as that of a kernel
     */
    record Perform(Routine routine, int[] slots, long[] own, long[] sizes, int threads) implements Task {
        @Override
        public void run(Frame frame) {
            frame.share(routine, threads, false, (worker, from, to) ->
                    routine.code().run(buffers(frame, worker, slots, own), sizes, from, to));
        }
    }

    /**
     * Runs an equation in the interpreter.
     *
     * @param of the equation
     * @param equation the same as a program of its own
     */
    record Interpret(Equation of, Program equation, int[] operands, int[] results) implements Task {
        static Interpret of(Equation e, int[] operands, int[] results) {
            List<Atom.Var> inputs = new ArrayList<>();
            for (Atom operand : e.operands()) {
                inputs.add(new Atom.Var(inputs.size(), operand.type()));
            }
            List<Atom.Var> outputs = new ArrayList<>();
            for (Atom.Var result : e.results()) {
                outputs.add(new Atom.Var(inputs.size() + outputs.size(), result.type()));
            }
            Equation renamed = new Equation(outputs, e.op(), List.copyOf(inputs), e.source());
            Program program = new Program(inputs, List.of(renamed), List.copyOf(outputs));
            return new Interpret(e, program, operands, results);
        }

        @Override
        public void run(Frame frame) {
            long began = frame.clock();
            List<Buffer> x = load(frame, operands, equation.inputTypes());
            store(frame, Eval.run(equation, x), results);
            frame.done(of, of.op().getClass().getSimpleName(), began);
        }
    }

    /** Runs a program on each shard of a mesh. */
    record Spread(Collective.Pmap map, Executable shard, List<TensorType> types, int[] operands,
            int[] results) implements Task {
        @Override
        public void run(Frame frame) {
            List<Buffer> x = load(frame, operands, types);
            store(frame, SpmdEngine.installed().run(map, shard, x), results);
        }
    }

    /** Copies so many bytes. */
    record Copy(int from, int to, long bytes) implements Task {
        @Override
        public void run(Frame frame) {
            Memory.copy(frame.at()[from], frame.at()[to], bytes);
        }
    }

    /** One after the other. */
    record Sequence(Task[] tasks) implements Task {
        @Override
        public void run(Frame frame) {
            for (Task task : tasks) {
                task.run(frame);
            }
        }
    }

    /** The one of the branches that an index in memory, an i32, names; the nearest to it if there is none. */
    record Choose(int index, Task[] branches) implements Task {
        @Override
        public void run(Frame frame) {
            int chosen = Memory.integer(frame.at()[index]);
            branches[Math.clamp(chosen, 0, branches.length - 1)].run(frame);
        }
    }

    /** Runs what an equation with programs inside has become, whose time is told as that of the equation. */
    record Timed(Equation of, Task task) implements Task {
        @Override
        public void run(Frame frame) {
            long began = frame.clock();
            task.run(frame);
            frame.time(of, began);
        }
    }

    private static long[] buffers(Frame frame, int worker, int[] slots, long[] own) {
        long[] at = frame.at();
        long[] buffers = frame.buffers(worker);
        for (int i = 0; i < slots.length; i++) {
            buffers[i] = at[slots[i]] + worker * own[i];
        }
        return buffers;
    }

    private static List<Buffer> load(Frame frame, int[] slots, List<TensorType> types) {
        List<Buffer> buffers = new ArrayList<>();
        for (int i = 0; i < slots.length; i++) {
            buffers.add(Buffer.of(types.get(i).dtype(),
                    Memory.segment(frame.at()[slots[i]], Nest.bytes(types.get(i)))));
        }
        return buffers;
    }

    private static void store(Frame frame, List<Buffer> buffers, int[] slots) {
        for (int i = 0; i < slots.length; i++) {
            Buffer buffer = buffers.get(i);
            Memory.segment(frame.at()[slots[i]], buffer.segment().byteSize()).copyFrom(buffer.segment());
        }
    }
}
