package ricci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import ricci.ir.DType;
import ricci.ir.GatherDimensions;
import ricci.ir.InferTypes;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.Windows;

/**
 * Windows over some axes of a tensor, written down as {@code b [h w] c}.
 *
 * @param axes those in brackets
 * @param window the window's length along every axis of the tensor
 * @param sliding how it slides along every axis
 */
record WindowLayout(List<Integer> axes, Shape window, Sliding sliding) {

    static WindowLayout of(String asked, Tensor x, String layout, Slide slide, long... window) {
        List<Integer> axes = slidAxes(asked, layout, x);
        List<Long> lengths = Arrays.stream(window).boxed().toList();
        if (lengths.isEmpty() || (lengths.size() != 1 && lengths.size() != axes.size())) {
            throw new RicciException.Argument(asked + " by \"" + layout + "\"", "a window of " + lengths,
                    "the window has one length per axis in brackets, or one for all",
                    "give " + axes.size() + " lengths, or one");
        }
        Shape size = Shape.of(LongStream.range(0, axes.size())
                .map(i -> Slide.entry("window", lengths, (int) i, axes.size(), 1)).toArray());
        Sliding along = Arguments.given(asked, "the slide", slide).over(x.shape().select(axes), size);
        Sliding plain = Sliding.plain(x.rank());
        return new WindowLayout(axes,
                shape(spread(axes, plain.strides(), Arrays.stream(size.toArray()).boxed().toList())),
                new Sliding(spread(axes, plain.strides(), along.strides()),
                        spread(axes, plain.low(), along.low()), spread(axes, plain.high(), along.high()),
                        spread(axes, plain.baseDilation(), along.baseDilation()),
                        spread(axes, plain.windowDilation(), along.windowDilation())));
    }

    /** A list for all axes, with the entries for some of them replaced. */
    private static List<Long> spread(List<Integer> axes, List<Long> all, List<Long> some) {
        List<Long> entries = new ArrayList<>(all);
        for (int i = 0; i < axes.size(); i++) {
            entries.set(axes.get(i), some.get(i));
        }
        return entries;
    }

    private static Shape shape(List<Long> lengths) {
        return Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
    }

    /** The axes in brackets. */
    private static List<Integer> slidAxes(String asked, String layout, Tensor x) {
        List<Integer> axes = new ArrayList<>();
        boolean inside = false;
        boolean fits = true;
        int axis = 0;
        String[] tokens = Arguments.given(asked, "the layout", layout).replace("[", " [ ")
                .replace("]", " ] ").trim().split("\\s+", -1);
        long others = Arrays.stream(tokens).filter(token -> token.matches("[A-Za-z]\\w*")).count();
        for (String token : tokens) {
            switch (token) {
                case "[", "]" -> {
                    fits &= inside == token.equals("]");
                    inside = token.equals("[");
                }
                case "..." -> {
                    fits &= !inside && axis + x.rank() - others >= axis;
                    axis += (int) Math.max(x.rank() - others, 0);
                }
                default -> {
                    fits &= token.matches("[A-Za-z]\\w*");
                    if (inside) {
                        axes.add(axis);
                    }
                    axis++;
                }
            }
        }
        if (!fits || inside || axis != x.rank() || axes.isEmpty()) {
            throw new RicciException.Argument(asked + " by \"" + layout + "\"", x.type().toString(),
                    "a layout names all axes, and those along which the window slides stand in brackets",
                    "write, for example, \"b [h w] c\", or \"... [h w] c\" for any axes before");
        }
        return axes;
    }

    // ---- the windows themselves ----

    /** In place of each axis in brackets the places; after all axes, for each of them, the window. */
    Tensor patches(Tensor x, Tensor padding) {
        List<Long> interior = sliding.baseDilation().stream().map(dilation -> dilation - 1).toList();
        // The primitive's own typing rule refuses what is no window.
        Shape places = InferTypes.of(new Windows.ReduceWindow(
                Monoid.MAX, window, sliding), List.of(x.type().with(DType.I32))).getFirst().shape();
        Shape result = places.then(window.select(axes));
        if (result.size() == 0) {
            return Trace.fill(x.type().with(result), 0);
        }
        Tensor y = Elementwise.one(new Op.Pad(sliding.low(), sliding.high(), interior), x, padding);
        for (int axis : axes) {
            y = laidOut(y, axis, places.length(axis));
        }
        return y;
    }

    private Tensor laidOut(Tensor x, int axis, long places) {
        TensorType index = TensorType.of(DType.I64, places, window.length(axis));
        Tensor place = Elementwise.one(new Op.Iota(index, 0)).mul(sliding.strides().get(axis));
        Tensor element = Elementwise.one(new Op.Iota(index, 1)).mul(sliding.windowDilation().get(axis));
        List<Integer> offset = IntStream.range(0, x.rank()).filter(a -> a != axis).boxed().toList();
        GatherDimensions d = new GatherDimensions(offset, List.of(axis), List.of(), List.of(), List.of(axis));
        return Elementwise.one(new Op.Gather(d, x.shape().with(axis, 1), Op.OutOfBounds.CLIP), x,
                place.add(element).reshape(places, window.length(axis), 1));
    }
}
