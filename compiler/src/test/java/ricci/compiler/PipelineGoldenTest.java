package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.Checkpoint.checkpoint;
import static ricci.ControlFlow.scan;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.ones;
import static ricci.Ricci.program;
import static ricci.Ricci.relu;
import static ricci.Ricci.softmax;
import static ricci.einops.Einops.einsum;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.Carry;
import ricci.Debug;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.Program;

/**
 * A few programs before and after all passes, as texts to be read. With {@code -Dricci.golden=write} they are
 * written anew.
 */
class PipelineGoldenTest {
    private static final Path TEXTS = Path.of("src/test/resources/passes");

    private static final Tensor MATRIX = ones(DType.F32, 8, 16);
    private static final Tensor ROW = ones(DType.F32, 16);

    private static Map<String, Program> programs() {
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put("softmax-gradient", program(grad(
                (Tensor x, Tensor y) -> softmax(x, 1).mul(y).sum()), MATRIX, MATRIX));
        programs.put("layer-norm", program((Tensor x, Tensor scale) -> {
            Tensor centered = x.sub(x.mean(1).reshape(8, 1));
            return centered.div(centered.pow(2).mean(1).reshape(8, 1).add(1e-5).sqrt()).mul(scale);
        }, MATRIX, ROW));
        programs.put("perceptron-gradient", program(grad((Tensor w, Tensor x) ->
                jit((Tensor z) -> relu(z)).apply(einsum(x, w, "b i, o i -> b o")).sum()), MATRIX, MATRIX));
        programs.put("checkpoint-gradient", program(grad((Tensor x) ->
                checkpoint((Tensor y) -> y.sin().exp()).apply(x).mul(x.sin()).sum()), ROW));
        programs.put("scan-gradient", program(grad((Tensor x) -> scan((Tensor carry, Tensor row) -> {
            Tensor next = carry.mul(row).tanh();
            return new Carry<>(next, next.sum());
        }, ones(DType.F32, 16), x).output().sum()), MATRIX));
        programs.put("second-derivative", program((Tensor x) -> jvp(grad((Tensor y) -> y.pow(3).div(8).sum()),
                x, x).tangent(), ROW));
        programs.put("effects", program((Tensor x) -> jit((Tensor y) -> {
            Debug.print("first {}", y.sum());
            Debug.print("second {}", y.sum());
            return jit((Tensor z) -> {
                Debug.print("third {}", z.sum());
                return z.neg().neg();
            }).apply(y);
        }).apply(x).add(jit((Tensor y) -> y.sum()).apply(x)), ROW));
        return programs;
    }

    @Test
    void programsBecomeTheseTexts() throws IOException {
        for (Map.Entry<String, Program> each : programs().entrySet()) {
            Path path = TEXTS.resolve(each.getKey() + ".txt");
            String text = text("before\n" + each.getValue() + "\nafter\n" + Pipeline.of(each.getValue()));
            if ("write".equals(System.getProperty("ricci.golden"))) {
                Files.createDirectories(TEXTS);
                Files.writeString(path, text);
            }
            assertEquals(Files.readString(path), text, each.getKey());
        }
    }

    /** Without the lines of this file. */
    private static String text(String programs) {
        return programs.replaceAll(" *// .*", "");
    }

    @Test
    void theyComputeTheSame() {
        programs().forEach((name, before) -> {
            if (!name.equals("effects")) {
                Bits.assertSame(new Random(name.hashCode()), before, Pipeline.of(before));
            }
        });
    }
}
