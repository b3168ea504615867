package ricci.bench;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_sgemm;

import java.util.function.Supplier;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/** oneDNN, called as from C: into memory that is there. */
final class OneDnn {
    private OneDnn() {}

    /** Of images and results in memory. */
    enum Order {
        CHANNELS_LAST,
        CHANNELS_FIRST,
        /** As oneDNN likes best. */
        ANY;

        private memory.format_tag tag() {
            return switch (this) {
                case CHANNELS_LAST -> memory.format_tag.acdb;
                case CHANNELS_FIRST -> memory.format_tag.abcd;
                case ANY -> memory.format_tag.any;
            };
        }
    }

    /** A product of matrices of floats. */
    static Supplier<Object> product(float[] left, float[] right, int rows, int sums, int columns) {
        FloatPointer x = new FloatPointer(left);
        FloatPointer y = new FloatPointer(right);
        FloatPointer result = new FloatPointer((long) rows * columns);
        byte asIs = 'N';
        return () -> {
            if (dnnl_sgemm(asIs, asIs, rows, columns, sums, 1, x, sums, y, columns, 0, result, columns)
                    != 0) {
                throw new IllegalStateException("oneDNN has not multiplied");
            }
            return result;
        };
    }

    /**
     * A convolution, whose kernel is brought into the order that oneDNN likes best before.
     *
     * @param input  images, channels, rows, columns
     * @param kernel outputs, inputs in a group, rows, columns
     */
    static Supplier<Object> convolution(long[] input, long[] kernel, Order order, long stride, long padding,
            long groups) {
        engine cpu = new engine(engine.kind.cpu, 0);
        stream calls = new stream(cpu);
        memory.desc x = desc(input, order.tag());
        memory.desc y = desc(new long[] {input[0], kernel[0], length(input[2], kernel[2], stride, padding),
                length(input[3], kernel[3], stride, padding)}, order.tag());
        long[] grouped = {groups, kernel[0] / groups, kernel[1], kernel[2], kernel[3]};
        long[] weights = groups == 1 ? kernel : grouped;
        var plan = new convolution_forward.primitive_desc(cpu, prop_kind.forward_inference,
                algorithm.convolution_direct, x, desc(weights, memory.format_tag.any), y,
                new long[] {stride, stride}, new long[] {padding, padding}, new long[] {padding, padding});
        memory own = new memory(plan.weights_desc(0), cpu);
        memory plain = filled(desc(weights, groups == 1 ? memory.format_tag.abcd : memory.format_tag.abcde),
                cpu, weights);
        new reorder(plain, own).execute(calls, plain, own);
        memory result = new memory(plan.dst_desc(0), cpu);
        IntMemoryMap arguments = new IntMemoryMap();
        arguments.put(DNNL_ARG_SRC, filled(plan.src_desc(0), cpu, input));
        arguments.put(DNNL_ARG_WEIGHTS, own);
        arguments.put(DNNL_ARG_DST, result);
        primitive convolution = new convolution_forward(plan);
        return () -> {
            convolution.execute(calls, arguments);
            calls._wait();
            return result;
        };
    }

    private static memory.desc desc(long[] shape, memory.format_tag order) {
        return new memory.desc(shape, memory.data_type.f32, order);
    }

    private static long length(long input, long kernel, long stride, long padding) {
        return (input + 2 * padding - kernel) / stride + 1;
    }

    private static memory filled(memory.desc layout, engine cpu, long[] shape) {
        memory filled = new memory(layout, cpu);
        new FloatPointer(filled.get_data_handle()).put(Product.elements(shape));
        return filled;
    }
}
