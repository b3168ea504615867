package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.program;
import static ricci.Ricci.zeros;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.Index;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.jvm.Tiers;

/** What is read along one axis and written along another. */
class TilesTest {
    /** Shorter than a tile, as long, and longer, with rests of whole groups of rows and without. */
    private static long length(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Schedule.TILE;
            case 1 -> Schedule.TILE + random.nextInt(20);
            default -> 8 + random.nextInt(50);
        };
    }

    private static Program some(DType dtype, long rows, long columns) {
        return program((Tensor x) -> {
            Tensor turned = x.transpose(0, 2, 1);
            return List.of(turned, x.transpose(2, 0, 1), x.transpose(1, 2, 0),
                    dtype == DType.BOOL ? x : turned.mul(turned).add(x.reshape(2, columns, rows)));
        }, zeros(dtype, 2, rows, columns));
    }

    @Property(tries = 12)
    void areWhatTheInterpreterSays(@ForAll DType dtype, @ForAll long seed) {
        if (!dtype.isComplex()) {
            Random random = new Random(seed);
            Program f = some(dtype, length(random), length(random));
            AgainstInterpreter.check(f, CompiledProgramTest.samples(f, seed));
        }
    }

    @Property(tries = 8)
    void theBitsAreTheSameWithoutVectors(@ForAll DType dtype, @ForAll long seed) {
        if (!dtype.isComplex()) {
            Random random = new Random(seed);
            Program f = some(dtype, length(random), length(random));
            BothTiers.checkPlan(f, CompiledProgramTest.samples(f, seed));
        }
    }

    /** However many tiles there are, the JVM compiles the code: it does not if that takes 8000 bytes. */
    @Test
    void theCodeIsShortEnough() {
        for (int count : new int[] {1, 2, 3, 5, 8, 13}) {
            Program f = program((Tensor x) -> {
                List<Tensor> turned = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    turned.add(x.at(Index.of(i)).get().transpose());
                }
                return turned.stream().reduce(Tensor::mul).orElseThrow();
            }, zeros(count, 300, 270));
            for (Plan.Action action : Planner.plan(f).single()) {
                Launch launch = ((Plan.Action.Run) action).launch();
                int bytes = Tiers.bytes(launch.kernel());
                assertTrue(bytes < 8000, () -> bytes + " bytes: " + launch.kernel());
            }
            AgainstInterpreter.check(f, CompiledProgramTest.samples(f, count));
        }
    }
}
