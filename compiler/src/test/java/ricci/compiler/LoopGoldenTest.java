package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.Ricci.concatenate;
import static ricci.Ricci.logSoftmax;
import static ricci.Ricci.logSumExp;
import static ricci.Ricci.oneHot;
import static ricci.Ricci.program;
import static ricci.Ricci.rsqrt;
import static ricci.Ricci.softmax;
import static ricci.Ricci.valueAndGrad;
import static ricci.Ricci.where;
import static ricci.Ricci.zeros;
import static ricci.einops.Einops.reduce;
import static ricci.einops.Reduction.MAX;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import ricci.Manipulation;
import ricci.Tensor;
import ricci.ValueAndGrad;
import ricci.ir.DType;
import ricci.ir.Program;

/**
 * The loops that a few programs become, as texts to be read. With {@code -Dricci.golden=write} they are
 * written anew.
 */
class LoopGoldenTest {
    private static final Path TEXTS = Path.of("src/test/resources/loops");

    private static final Tensor MATRIX = zeros(64, 129);
    private static final Tensor ROW = zeros(129);
    private static final Tensor LABELS = zeros(DType.I32, 64);

    private static Map<String, Program> programs() {
        Map<String, Program> all = new LinkedHashMap<>();
        all.put("softmax", program((Tensor x) -> softmax(x, 1), MATRIX));
        all.put("logsumexp", program((Tensor x) -> logSumExp(x, 1), MATRIX));
        all.put("rmsnorm", program((Tensor x, Tensor scale) -> x.mul(scaled(x.square().mean(1))).mul(scale),
                MATRIX, ROW));
        all.put("layernorm", program((Tensor x, Tensor scale, Tensor shift) -> {
            Tensor centred = x.sub(x.mean(1).expandDims(1));
            return centred.mul(scaled(centred.square().mean(1))).mul(scale).add(shift);
        }, MATRIX, ROW, ROW));
        all.put("cross-entropy", program((Tensor x, Tensor labels) -> {
            ValueAndGrad<Tensor> both = valueAndGrad((Tensor y) -> crossEntropy(y, labels)).apply(x);
            return List.of(both.value(), both.grad());
        }, MATRIX, LABELS));
        all.put("concatenation", program((Tensor x, Tensor y) -> concatenate(List.of(x.tanh(), y.neg(), x), 1)
                .mul(2), MATRIX, MATRIX));
        all.put("windows", program((Tensor x) -> reduce(x, "b (y*2 p=3) -> b y", MAX), MATRIX));
        all.put("pad", program((Tensor x) -> Manipulation.pad(x.mul(2), new long[][] {{1, 2}, {0, 3}}, 0.5),
                MATRIX));
        return all;
    }

    private static Tensor scaled(Tensor squares) {
        return rsqrt(squares.add(1e-5)).expandDims(1);
    }

    private static Tensor crossEntropy(Tensor x, Tensor labels) {
        return where(oneHot(labels, 129).gt(0), logSoftmax(x, 1), 0).sum(1).neg().mean();
    }

    private static String text(Program program) {
        return Planner.plan(program).single().stream().map(action -> action instanceof Plan.Action.Run(
                var launch, _) ? launch.kernel() + "of sizes " + launch.sizes() + "\n" : action + "\n")
                .collect(Collectors.joining("\n"));
    }

    @Test
    void programsBecomeTheseLoops() throws IOException {
        for (Map.Entry<String, Program> each : programs().entrySet()) {
            Path path = TEXTS.resolve(each.getKey() + ".txt");
            String text = text(each.getValue());
            if ("write".equals(System.getProperty("ricci.golden"))) {
                Files.createDirectories(TEXTS);
                Files.writeString(path, text);
            }
            assertEquals(Files.readString(path), text, each.getKey());
        }
    }

    /** One where whole rows are at hand; of a concatenation one for each part, of a pad one for each side. */
    @Test
    void theirNumber() {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        programs().forEach((name, program) -> numbers.put(name, Planner.plan(program).single().size()));
        assertEquals(Map.of("softmax", 1, "logsumexp", 1, "rmsnorm", 1, "layernorm", 1, "cross-entropy", 2,
                "concatenation", 4, "windows", 1, "pad", 4), numbers);
    }

    @Test
    void theyComputeTheSame() {
        programs().forEach((_, program) ->
                AgainstInterpreter.check(program, CompiledProgramTest.ordinary(program, 17)));
    }
}
