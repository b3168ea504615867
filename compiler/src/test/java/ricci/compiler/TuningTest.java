package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ricci.ir.DType;
import ricci.jvm.Machine;

/** What has been tuned is used, unless that is switched off. */
class TuningTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path caches;

    /** Prints whether tuning is on, and how deep blocks of floats are; after having written others first. */
    static final class Child {
        private Child() {}

        @SuppressWarnings("SystemOut")
        public static void main(String[] args) throws IOException {
            if (args.length > 0) {
                new Tuning(List.of(Tuning.choice(DType.F32, other(), true, 0.1))).save();
            }
            System.out.print(Tuning.isOn() + " " + Blocking.here(DType.F32.bytes()).depth());
        }
    }

    private static Blocking other() {
        Blocking usual = Blocking.of(Machine.here(), DType.F32.bytes());
        return usual.with(usual.depth() - 1, usual.rows(), usual.columns(), DType.F32.bytes()).orElseThrow();
    }

    @Test
    void isOnUnlessItIsSwitchedOff() throws IOException, InterruptedException {
        long usual = Blocking.of(Machine.here(), DType.F32.bytes()).depth();
        assertEquals("true " + usual, run(List.of(), List.of()));
        assertEquals("true " + (usual - 1), run(List.of(), List.of("save")));
        assertEquals("true " + (usual - 1), run(List.of(), List.of()));
        assertEquals("false " + usual, run(List.of("-Dricci.tuning=off"), List.of()));
        assertEquals("true " + (usual - 1), run(List.of("-Dricci.tuning=on"), List.of()));
    }

    private String run(List<String> options, List<String> arguments)
            throws IOException, InterruptedException {
        return Processes.run(Child.class, options, arguments, caches);
    }
}
