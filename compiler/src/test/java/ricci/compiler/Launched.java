package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import ricci.ir.Program;
import ricci.jvm.Code;
import ricci.jvm.Tiers;
import ricci.loop.Kernel;
import ricci.loop.LoopChecker;
import ricci.runtime.Buffer;

/** Runs the loops of a program's last equation, without a plan. */
final class Launched {
    private Launched() {}

    /** The results without and with vectors, of which each launch runs in three parts. */
    static List<Buffer> run(Program program, List<Buffer> values, List<Launch> launches) {
        return run(program, values, launches, kernel -> {
            LoopChecker.check("Launched", kernel);
            return Tiers.of(kernel);
        });
    }

    /** The same with code that somebody keeps. */
    static List<Buffer> run(Program program, List<Buffer> values, List<Launch> launches,
            Function<Kernel, List<Code>> tiers) {
        List<Buffer> results = new ArrayList<>();
        for (int tier = 0; tier < 2; tier++) {
            Arena arena = Arena.ofAuto();
            Map<Launch.Memory, MemorySegment> memory = new HashMap<>();
            for (Launch launch : launches) {
                Launches.check(launch);
                run(launch, tiers.apply(launch.kernel()).get(tier), program, values, memory, arena);
            }
            Launch.Memory result = new Launch.Memory.Of(program.equations().getLast().result());
            results.add(Buffer.of(program.resultTypes().getFirst().dtype(),
                    Objects.requireNonNull(memory.get(result))));
        }
        return results;
    }

    /** Whether numbers are the same, or no farther off than they may be. */
    static void assertClose(double[] expected, double[] slack, double[] actual, Program program) {
        for (int i = 0; i < expected.length; i++) {
            int element = i;
            boolean isSame = Double.compare(expected[i], actual[i]) == 0
                    || (Double.isNaN(expected[i]) && Double.isNaN(actual[i]))
                    || Math.abs(expected[i] - actual[i]) <= slack[i];
            assertTrue(isSame, () -> "element " + element + " is " + actual[element] + ", not "
                    + expected[element] + ":\n" + program);
        }
    }

    private static void run(Launch launch, Code code, Program program, List<Buffer> values,
            Map<Launch.Memory, MemorySegment> memory, Arena arena) {
        long[] at = launch.memory().stream().mapToLong(m -> memory.computeIfAbsent(m, _ -> {
            long bytes = switch (m) {
                case Launch.Memory.Of(var v) -> Nest.bytes(v.type());
                case Launch.Memory.Scratch(var dtype, var count, _) -> count * dtype.bytes();
            };
            MemorySegment segment = arena.allocate(Math.max(bytes, 1), 64);
            // What is not written first is noticed.
            segment.fill((byte) -1);
            int input = m instanceof Launch.Memory.Of(var v) ? program.inputs().indexOf(v) : -1;
            if (input >= 0) {
                segment.copyFrom(values.get(input).segment());
            }
            return segment;
        }).address()).toArray();
        long[] sizes = launch.sizes().stream().mapToLong(size -> size).toArray();
        long third = launch.turns() / 3;
        code.run(at, sizes, 2 * third, launch.turns());
        code.run(at, sizes, 0, third);
        code.run(at, sizes, third, 2 * third);
    }
}
