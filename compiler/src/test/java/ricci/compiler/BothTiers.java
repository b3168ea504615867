package ricci.compiler;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.jvm.Code;
import ricci.jvm.Tiers;
import ricci.loop.LoopChecker;
import ricci.runtime.Buffer;

/** Runs the loops of equations with and without vectors, and compares the bits. */
final class BothTiers {
    private BothTiers() {}

    private static MemorySegment of(Atom.Var v, Map<Atom.Var, MemorySegment> memory) {
        return Objects.requireNonNull(memory.get(v));
    }

    static void check(Program program, List<Buffer> inputs) {
        Fuse.Cut cut = Fuse.of(program);
        for (Step step : cut.steps()) {
            if (step instanceof Step.Alone(var equation)) {
                check(Alone.calls(equation, cut), equation.results(), program, inputs);
            }
        }
    }

    /**
     * Of a program that is nothing but kernels, with all of them, one after the other. A result that is an
     * input, no kernel computes.
     */
    static void checkPlan(Program program, List<Buffer> inputs) {
        Plan plan = Planner.plan(program);
        check(plan.single().stream().map(action -> ((Plan.Action.Run) action).launch()).toList(),
                plan.results().stream().map(Atom.Var.class::cast).filter(v -> !program.inputs().contains(v))
                        .toList(), program, inputs);
    }

    private static void check(List<? extends Call> calls, List<Atom.Var> results, Program program,
            List<Buffer> inputs) {
        try (Arena arena = Arena.ofConfined()) {
            List<Map<Atom.Var, MemorySegment>> memories = List.of(new HashMap<>(), new HashMap<>());
            for (Call call : calls) {
                List<Code> tiers = tiers(call);
                for (int tier = 0; tier < 2; tier++) {
                    run(call, tiers.get(tier), memories.get(tier), program, inputs, arena);
                }
            }
            for (Atom.Var v : results) {
                if (!isSame(v, of(v, memories.get(0)), of(v, memories.get(1)))) {
                    throw new AssertionError(v + " differs with vectors: " + program + "\n" + calls);
                }
            }
        }
    }

    private static List<Code> tiers(Call call) {
        return switch (call) {
            case Launch launch -> {
                LoopChecker.check("Alone", launch.kernel());
                Launches.check(launch);
                yield Tiers.of(launch.kernel());
            }
            case Routine routine -> List.of(routine.code(), routine.code());
        };
    }

    /** Whether all elements have the same bits; of NaNs that is not asked. */
    private static boolean isSame(Atom.Var v, MemorySegment x, MemorySegment y) {
        DType dtype = v.type().dtype();
        if (!dtype.isFloat()) {
            return x.mismatch(y) < 0;
        }
        long bytes = v.type().shape().size() * dtype.bytes();
        return Arrays.equals(Buffer.of(dtype, x.asSlice(0, bytes)).reals(),
                Buffer.of(dtype, y.asSlice(0, bytes)).reals());
    }

    private static void run(Call call, Code code, Map<Atom.Var, MemorySegment> memory, Program program,
            List<Buffer> inputs, Arena arena) {
        long[] addresses = call.memory().stream().mapToLong(m -> switch (m) {
            case Launch.Memory.Of(var v) -> memory.computeIfAbsent(v, _ -> {
                MemorySegment segment = arena.allocate(Launches.bytes(m) + 64, 64);
                int input = program.inputs().indexOf(v);
                if (input >= 0) {
                    segment.copyFrom(inputs.get(input).segment());
                }
                return segment;
            }).address();
            case Launch.Memory.Scratch _ -> arena.allocate(Launches.bytes(m) + 64, 64).address();
        }).toArray();
        code.run(addresses, call.sizes().stream().mapToLong(size -> size).toArray(), 0, call.turns());
    }
}
