package ricci.compiler;

import ricci.ir.Source;
import ricci.jvm.Memory;
import ricci.runtime.LoopStep;

/** Loops that are one kernel each, see {@link Weave}. */
final class Steps {
    /** Operations on elements between two looks at whether the run goes on. */
    private static final long WORK = 1 << 16;

    private Steps() {}

    /**
     * A carried tensor, by slots.
     *
     * @param rooms the two rooms, that of even steps first; negative if no step changes it
     */
    record Carry(int first, int rooms, int result, long bytes) {
        void begin(long[] at) {
            if (rooms >= 0) {
                Memory.copy(at[first], at[rooms], bytes);
            }
        }

        /** After so many steps. */
        void end(long[] at, long steps) {
            Memory.copy(rooms < 0 ? at[first] : at[rooms] + (steps & 1) * bytes, at[result], bytes);
        }
    }

    /** Steps along an axis. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, nor changed.
    record Scan(Task.Kernel kernel, boolean isReverse, Source source, Carry[] carries) implements Task {
        @Override
        public void run(Frame frame) {
            long[] at = frame.at();
            for (Carry carry : carries) {
                carry.begin(at);
            }
            Launch launch = kernel.launch();
            long length = launch.turns();
            long range = WORK / launch.work() + 1;
            long[] buffers = kernel.buffers(frame, 0);
            long began = frame.clock();
            for (long step = 0; step < length; step += range) {
                LoopStep.proceed("scan", isReverse ? length - 1 - step : step, source);
                long end = Math.min(step + range, length);
                kernel.code().run(buffers, kernel.sizes(), step, end);
            }
            frame.done(launch, length, began);
            for (Carry carry : carries) {
                carry.end(at, length);
            }
        }
    }

    /**
     * Steps as long as a condition holds.
     *
     * @param limit the most steps; negative if there is no such limit
     * @param condition writes whether there is a first step
     * @param holds the slot where that, and each step, writes whether there is another one
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, nor changed.
    record While(Task.Kernel kernel, long limit, Source source, Carry[] carries, Task condition, int holds)
            implements Task {
        @Override
        public void run(Frame frame) {
            long[] at = frame.at();
            condition.run(frame);
            for (Carry carry : carries) {
                carry.begin(at);
            }
            long[] buffers = kernel.buffers(frame, 0);
            long began = frame.clock();
            long step = 0;
            while ((limit < 0 || step < limit) && Memory.truth(at[holds])) {
                LoopStep.proceed("while", step, source);
                // What a step reads moves with its number, which is odd or even.
                kernel.code().run(buffers, kernel.sizes(), step & 1, (step & 1) + 1);
                step++;
            }
            frame.done(kernel.launch(), step, began);
            for (Carry carry : carries) {
                carry.end(at, step);
            }
        }
    }
}
