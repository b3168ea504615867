package ricci.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * ONNX Runtime at an operator of ONNX, as a model of its own. All that it makes lives as long as the process.
 *
 * @param attributes numbers of the class Integer or Float, and arrays of long
 * @param more inputs besides those that the problem has
 */
record Onnx(String operator, Map<String, Object> attributes, List<Supplier<OnnxTensor>> more) {
    Onnx(String operator, Map<String, Object> attributes) {
        this(operator, attributes, List.of());
    }

    /** An input of floats. */
    static Supplier<OnnxTensor> floats(float[] elements, long... shape) {
        return () -> {
            try {
                return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), FloatBuffer.wrap(elements),
                        shape);
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /** A vector of longs as an input. */
    static Supplier<OnnxTensor> longs(long... elements) {
        return () -> {
            try {
                return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), LongBuffer.wrap(elements),
                        new long[] {elements.length});
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /** Runs it, with as many threads as the others have. */
    Supplier<Object> task(List<Supplier<OnnxTensor>> inputs) {
        List<OnnxTensor> tensors = new ArrayList<>();
        inputs.forEach(input -> tensors.add(input.get()));
        more.forEach(input -> tensors.add(input.get()));
        Map<String, OnnxTensor> byName = new LinkedHashMap<>();
        tensors.forEach(tensor -> byName.put(OnnxModel.input(byName.size()), tensor));
        try {
            OrtSession.SessionOptions options = new OrtSession.SessionOptions();
            options.setIntraOpNumThreads(Integer.parseInt(System.getenv("OMP_NUM_THREADS")));
            options.setInterOpNumThreads(1);
            OrtSession session = OrtEnvironment.getEnvironment().createSession(
                    OnnxModel.of(operator, attributes, tensors), options);
            return () -> run(session, byName);
        } catch (OrtException e) {
            throw new IllegalStateException(operator, e);
        }
    }

    private static Object run(OrtSession session, Map<String, OnnxTensor> tensors) {
        try (OrtSession.Result result = session.run(tensors)) {
            return result.size();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
