package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ricci.Convolutions;
import ricci.Fft;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.jvm.Machine;

/** Where the module of vectors is not there, programs compute the same, and one line says what is missing. */
class WithoutVectorsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** So large that vectors would be waited for. */
    private static Map<String, Program> programs() {
        Map<String, Program> all = new LinkedHashMap<>();
        Tensor matrix = Ricci.zeros(130, 517);
        all.put("softmax", Ricci.program((Tensor x) -> Ricci.softmax(x, 1), matrix));
        all.put("gradient", Ricci.program(Ricci.grad((Tensor x) ->
                Ricci.softmax(x.sin(), 1).square().sum()), matrix));
        all.put("columns", Ricci.program((Tensor x) -> x.exp().sum(0).add(x.transpose().max(1)), matrix));
        all.put("cumsum", Ricci.program((Tensor x) -> x.cumsum(1), matrix));
        all.put("halves", Ricci.program((Tensor x) -> x.mul(2).tanh(), Ricci.zeros(DType.BF16, 70_001)));
        all.put("longs", Ricci.program((Tensor x) -> x.mul(x).add(1), Ricci.zeros(DType.I64, 70_001)));
        all.put("product", Ricci.program((Tensor x, Tensor y) -> x.matmul(y).tanh(),
                Ricci.zeros(67, 129), Ricci.zeros(129, 65)));
        all.put("convolution", Ricci.program((Tensor x, Tensor w) -> Convolutions.conv(x, w,
                "b h w c, kh kw c o -> b h w o"), Ricci.zeros(2, 9, 9, 16), Ricci.zeros(3, 3, 16, 24)));
        all.put("fft", Ricci.program((Tensor x) -> Fft.fft(x).real(), Ricci.zeros(30, 256)));
        all.put("sort", Ricci.program((Tensor x) -> x.sort(0), Ricci.zeros(70_001)));
        return all;
    }

    /** Prints how wide vectors are, and the names of programs that are right. */
    static final class Child {
        private Child() {}

        @SuppressWarnings("SystemOut")
        public static void main(String[] args) {
            System.out.println(Machine.here().vectorBits());
            programs().forEach((name, program) -> {
                AgainstInterpreter.check(program, CompiledProgramTest.ordinary(program, 17));
                System.out.println(name);
            });
        }
    }

    @Test
    void theSameAndAHint() throws IOException, InterruptedException {
        Processes.Printed printed = Processes.runPlainly(Child.class, List.of(
                "--enable-native-access=ALL-UNNAMED", "-Dricci.tuning=off"), List.of(), folder);
        List<String> lines = printed.output().lines().toList();
        assertEquals("0", lines.getFirst());
        assertEquals(List.copyOf(programs().keySet()), lines.subList(1, lines.size()));
        List<String> logged = printed.errors().lines().filter(line -> line.startsWith("WARNING")).toList();
        assertEquals(1, logged.size(), printed.errors());
        assertTrue(logged.getFirst().endsWith("start java with --add-modules jdk.incubator.vector"),
                printed.errors());
    }
}
