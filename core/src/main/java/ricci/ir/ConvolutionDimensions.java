package ricci.ir;

import java.util.List;
import java.util.stream.Stream;

/**
 * Which axes play which part in a convolution; each list is a permutation of the axes of its tensor.
 *
 * @param input the axis of the batch, that of the features, then the spatial axes
 * @param kernel the axis of the output features, that of the input features, then the spatial axes
 * @param result the axis of the batch, that of the features, then the spatial axes
 */
public record ConvolutionDimensions(List<Integer> input, List<Integer> kernel, List<Integer> result) {
    public ConvolutionDimensions {
        input = List.copyOf(input);
        kernel = List.copyOf(kernel);
        result = List.copyOf(result);
    }

    /** The number of spatial axes. */
    public int spatial() {
        return input.size() - 2;
    }

    /** The spatial axes among those of one tensor. */
    public static List<Integer> spatial(List<Integer> axes) {
        return axes.subList(2, axes.size());
    }

    /** The same axes with the parts of the first two exchanged. */
    public static List<Integer> exchanged(List<Integer> axes) {
        return Stream.concat(Stream.of(axes.get(1), axes.get(0)),
                spatial(axes).stream()).toList();
    }
}
