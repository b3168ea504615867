package ricci.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A model of one operator, in ONNX's
 * <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">format</a>, whose messages are Protocol
 * Buffers: of each field its number and kind, then a number, or a length and as many bytes.
 */
final class OnnxModel {
    private static final int IR_VERSION = 10;
    private static final int OPERATORS_VERSION = 20;
    /** Kinds of elements of tensors, and of attributes. */
    private static final int FLOATS = 1;
    private static final int LONGS = 7;
    private static final int OF_INTEGER = 2;
    private static final int OF_INTEGERS = 7;
    private static final int OF_FLOAT = 1;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private OnnxModel() {}

    /** The name of an input. */
    static String input(int number) {
        return "input" + number;
    }

    /** A model for such inputs, which gives the operator's first result. */
    static byte[] of(String operator, Map<String, Object> attributes, List<OnnxTensor> inputs) {
        OnnxModel node = new OnnxModel();
        OnnxModel graph = new OnnxModel();
        for (int i = 0; i < inputs.size(); i++) {
            node.text(1, input(i));
        }
        node.text(2, "result").text(4, operator);
        attributes.forEach((name, value) -> node.message(5, attribute(name, value)));
        graph.message(1, node).text(2, "graph");
        for (int i = 0; i < inputs.size(); i++) {
            graph.message(11, value(input(i), inputs.get(i).getInfo()));
        }
        graph.message(12, new OnnxModel().text(1, "result"));
        OnnxModel operators = new OnnxModel().text(1, "").number(2, OPERATORS_VERSION);
        return new OnnxModel().number(1, IR_VERSION).message(7, graph).message(8, operators).bytes
                .toByteArray();
    }

    private static OnnxModel attribute(String name, Object value) {
        OnnxModel attribute = new OnnxModel().text(1, name);
        return switch (value) {
            case Integer number -> attribute.number(3, number).number(20, OF_INTEGER);
            case Float number -> attribute.fixed(2, number).number(20, OF_FLOAT);
            case long[] numbers -> {
                for (long number : numbers) {
                    attribute.number(8, number);
                }
                yield attribute.number(20, OF_INTEGERS);
            }
            default -> throw new IllegalArgumentException(name + " of " + value.getClass());
        };
    }

    private static OnnxModel value(String name, TensorInfo info) {
        OnnxModel shape = new OnnxModel();
        for (long length : info.getShape()) {
            shape.message(1, new OnnxModel().number(1, length));
        }
        int elements = info.type == OnnxJavaType.INT64 ? LONGS : FLOATS;
        OnnxModel tensor = new OnnxModel().number(1, elements).message(2, shape);
        return new OnnxModel().text(1, name).message(2, new OnnxModel().message(1, tensor));
    }

    // ---- fields ----

    private OnnxModel number(int field, long value) {
        integer((long) field << 3);
        integer(value);
        return this;
    }

    private OnnxModel fixed(int field, float value) {
        integer((long) field << 3 | 5);
        int bits = Float.floatToRawIntBits(value);
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.write(bits >>> shift);
        }
        return this;
    }

    private OnnxModel text(int field, String text) {
        return raw(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private OnnxModel message(int field, OnnxModel message) {
        return raw(field, message.bytes.toByteArray());
    }

    private OnnxModel raw(int field, byte[] content) {
        integer((long) field << 3 | 2);
        integer(content.length);
        bytes.writeBytes(content);
        return this;
    }

    /** Seven bits a byte, the lowest first. */
    private void integer(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }
}
