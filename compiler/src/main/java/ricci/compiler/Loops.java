package ricci.compiler;

import ricci.ir.RicciException;
import ricci.ir.Source;
import ricci.jvm.Memory;
import ricci.runtime.LoopStep;

/**
 * Loops whose steps are compiled. Steps write what they carry in turn to two rooms, of which one is that of
 * the loop's result, and both may be that; what is stacked, they read and write where it lies. So a step
 * moves a few addresses, and no elements.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; arrays are what the loop reads fastest.
final class Loops {
    private Loops() {}

    /**
     * A carried tensor, by slots.
     *
     * @param first what it is before the first step
     * @param before where a step finds it
     * @param after where a step writes it; negative if each hands it on as it is
     * @param result the loop's
     * @param spare the second room; the result, if all steps but the first may write over what they read
     */
    record Carry(int first, int before, int after, int result, int spare, long bytes) {
        void begin(long[] at) {
            at[before] = at[first];
        }

        void write(long[] at, boolean isToResult) {
            if (after >= 0) {
                at[after] = at[isToResult ? result : spare];
            }
        }

        void next(long[] at) {
            if (after >= 0) {
                at[before] = at[after];
            }
        }

        void end(long[] at) {
            if (at[before] != at[result]) {
                Memory.copy(at[before], at[result], bytes);
            }
        }
    }

    /** What a step reads, or writes, of a stacked tensor; slots of both, and the bytes of a step. */
    record Slice(int all, int each, long bytes) {}

    /**
     * Steps along an axis.
     *
     * @param first what is the same in all steps
     */
    record Scan(long length, boolean isReverse, Source source, Carry[] carries, Slice[] slices, Task first,
            Task body) implements Task {
        @Override
        public void run(Frame frame) {
            long[] at = frame.at();
            for (Carry carry : carries) {
                carry.begin(at);
            }
            if (length > 0) {
                first.run(frame);
            }
            for (long step = 0; step < length; step++) {
                long place = isReverse ? length - 1 - step : step;
                LoopStep.proceed("scan", place, source);
                boolean isToResult = (length - step & 1) == 1;
                for (Carry carry : carries) {
                    carry.write(at, isToResult);
                }
                for (Slice slice : slices) {
                    at[slice.each] = at[slice.all] + place * slice.bytes;
                }
                try {
                    body.run(frame);
                } catch (RicciException.Check e) {
                    throw e.in(LoopStep.name("scan", place, source));
                }
                for (Carry carry : carries) {
                    carry.next(at);
                }
            }
            for (Carry carry : carries) {
                carry.end(at);
            }
        }
    }

    /**
     * Steps as long as a condition holds.
     *
     * @param limit the most steps; negative if there is no such limit
     * @param first what is the same in all steps
     * @param holds the slot where the condition writes
     */
    record While(long limit, Source source, Carry[] carries, Task first, Task condition, int holds, Task body)
            implements Task {
        @Override
        public void run(Frame frame) {
            long[] at = frame.at();
            for (Carry carry : carries) {
                carry.begin(at);
            }
            first.run(frame);
            for (long step = 0; (limit < 0 || step < limit) && step(frame, step); step++) {
                for (Carry carry : carries) {
                    carry.next(at);
                }
            }
            for (Carry carry : carries) {
                carry.end(at);
            }
        }

        /** Takes a step, unless the condition does not hold. */
        private boolean step(Frame frame, long step) {
            long[] at = frame.at();
            LoopStep.proceed("while", step, source);
            try {
                condition.run(frame);
                if (!Memory.truth(at[holds])) {
                    return false;
                }
                for (Carry carry : carries) {
                    carry.write(at, (step & 1) == 0);
                }
                body.run(frame);
                return true;
            } catch (RicciException.Check e) {
                throw e.in(LoopStep.name("while", step, source));
            }
        }
    }
}
