package ricci.compiler;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;

/**
 * Where the places of a convolution lie: in its result, which is the first of these tensors, and in those
 * that are read at its end.
 *
 * @param end what is made of the sums where they are written, if that is anything
 */
record Targets(Convolutions.Tensor y, @Nullable ConvolutionEnd end) {
    int count() {
        return 1 + (end == null ? 0 : end.others());
    }

    /** What holds the elements of one of them. */
    Atom.Var base(int tensor) {
        return tensor == 0 || end == null ? y.base() : end.other(tensor - 1).base();
    }

    /** How it moves along a part of the result. */
    long stride(int tensor, int part) {
        return tensor == 0 || end == null ? y.stride(part) : end.stride(tensor - 1, part);
    }

    /** Where its first place of a part is. */
    long start(int tensor, List<Segment> part) {
        long offset = tensor == 0 || end == null ? y.x().offset() : end.other(tensor - 1).offset();
        return offset + IntStream.range(0, part.size()).mapToLong(axis -> part.get(axis).firstPlace()
                * stride(tensor, Convolutions.SPATIAL + axis)).sum();
    }
}
