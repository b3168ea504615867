package frameworks.examples;

import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.reduce;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import ricci.einops.Reduction;

/** What stands before and after a model: the order of axes it wants, and the answer it gives. */
public final class OnnxExample {
    private OnnxExample() {}

    public static void main(String... args) throws OrtException {
        OrtEnvironment ort = OrtEnvironment.getEnvironment();
        FloatBuffer pixels = FloatBuffer.allocate(2 * 4 * 4 * 3);
        for (int i = 0; i < pixels.capacity(); i++) {
            pixels.put(i, i);
        }
        try (OnnxTensor images = OnnxTensor.createTensor(ort, pixels, new long[] {2, 4, 4, 3});
                OnnxTensor input = rearrange(images, "b h w c -> b c h w");
                OnnxTensor pooled = reduce(input, "b c h w -> b c", Reduction.MEAN);
                OnnxTensor best = reduce(pooled, "b c -> b", Reduction.ARGMAX)) {
            System.out.println("input    " + Arrays.toString(input.getInfo().getShape()));
            System.out.println("pooled   " + Arrays.deepToString((float[][]) pooled.getValue()));
            System.out.println("best     " + Arrays.toString((long[]) best.getValue()));
        }
    }
}
