package ricci;

import java.util.List;
import java.util.Map;
import ricci.ir.ConvolutionDimensions;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.Windows;

/**
 * Convolutions and pools, with the axes written down.
 *
 * <p>A layout names the axes of input, kernel and result. An axis {@code kh} of the kernel alone slides along
 * {@code h}; what input and kernel share is summed over; what all three share are groups; what only input and
 * result have is a batch; what only kernel and result have are output features. There may be any number of
 * each, and several names in parentheses are one axis.
 *
 * {@snippet :
 * conv(x, w, "b h w c, kh kw c o -> b h w o");                     // channels last
 * conv(x, w, "b c h w, o c kh kw -> b o h w", Slide.by(2).padded(Padding.SAME));
 * conv(x, w, "b h w c, kh kw c -> b h w c");                       // depthwise
 * conv(x, w, "b (g c) h w, (g o) c kh kw -> b (g o) h w");         // in groups
 * conv(x, w, "t c, kt c o -> t o", Slide.by(1).dilated(4));        // one sequence
 * maxPool(x, "b [h w] c", Slide.by(2), 3, 3);
 * }
 */
public final class Convolutions {
    private Convolutions() {}

    /** As {@link #conv(Tensor, Tensor, String, Slide)}, step by step, without padding. */
    public static Tensor conv(Tensor x, Tensor w, String layout) {
        return conv(x, w, layout, Slide.by(1));
    }

    /**
     * At each place of the kernel {@code w} over the input {@code x} the sum of the products of the elements
     * that meet. The kernel is not reversed: in the language of signals this is a correlation.
     *
     * @throws RicciException.Argument if the layout says nothing that is a convolution
     * @throws RicciException.Shape if the shapes do not fit it
     */
    public static Tensor conv(Tensor x, Tensor w, String layout, Slide slide) {
        Prepared p = Prepared.of(x, w, layout);
        return p.apply(p.x(), p.w(), slide.over(p.base(), p.window()));
    }

    /**
     * The transpose of {@link #conv(Tensor, Tensor, String, Slide)}, also called deconvolution: every element
     * of the input is multiplied by the kernel, and the products are added at the places from which a
     * convolution with the same kernel and slide would have read. With {@link Padding#SAME} the result is
     * {@code stride} times as long as the input, with {@link Padding#VALID} {@code (length - 1) · stride +
     * window}.
     *
     * {@snippet :
     * Tensor small = conv(x, w, "b h w c, kh kw c o -> b h w o", slide);
     * Tensor large = convTranspose(small, w, "b h w o, kh kw c o -> b h w c", slide);   // of x's shape
     * }
     *
     * @throws RicciException.Argument if the layout says nothing that is a convolution, or the slide spreads
     * @throws RicciException.Shape if the shapes do not fit it
     */
    public static Tensor convTranspose(Tensor x, Tensor w, String layout, Slide slide) {
        if (slide.spreads().stream().anyMatch(spread -> spread != 1)) {
            throw new RicciException.Argument("transpose a convolution", "spreads " + slide.spreads(),
                    "the transpose spreads its input by the strides, and by nothing else",
                    "leave spread(…) out");
        }
        Prepared p = Prepared.of(x, w, layout);
        List<Integer> spatial = ConvolutionDimensions.spatial(p.dimensions().kernel());
        Tensor reversed = spatial.isEmpty() ? p.w() : Elementwise.one(new Op.Reverse(spatial), p.w());
        Shape large = p.transposedLengths(slide);
        Sliding conv = slide.over(large, p.window());
        return p.apply(p.x(), reversed, conv.transposed(large, p.window(), p.base()));
    }

    /** The operands of a convolution with one axis per part that they play. */
    private record Prepared(ConvolutionLayout layout, ConvolutionLayout.Roles roles,
                            Map<String, Long> lengths, Tensor x, Tensor w) {

        static Prepared of(Tensor x, Tensor w, String text) {
            ConvolutionLayout layout = ConvolutionLayout.parse(text);
            ConvolutionLayout.Roles roles = layout.roles();
            Map<String, Long> lengths = layout.lengths(x, w);
            DType dtype = DType.promote(x.dtype(), w.dtype());
            return new Prepared(layout, roles, lengths,
                    layout.toParts(0, x.to(dtype), roles.input(), lengths),
                    layout.toParts(1, w.to(dtype), roles.kernel(), lengths));
        }

        ConvolutionDimensions dimensions() {
            return new ConvolutionDimensions(
                    roles.input().axes(), roles.kernel().axes(), roles.result().axes());
        }

        Shape base() {
            return x.shape().select(ConvolutionDimensions.spatial(roles.input().axes()));
        }

        Shape window() {
            return w.shape().select(ConvolutionDimensions.spatial(roles.kernel().axes()));
        }

        /** The lengths from which a convolution would lead to those of x. */
        Shape transposedLengths(Slide slide) {
            Shape base = base();
            Shape window = window();
            Sliding steps = slide.padded(Padding.VALID).over(base, window);
            long[] lengths = new long[base.rank()];
            for (int axis = 0; axis < lengths.length; axis++) {
                long stride = steps.strides().get(axis);
                long spread = Sliding.spread(window.length(axis), steps.windowDilation().get(axis));
                long whole = base.length(axis) == 0 ? 0 : (base.length(axis) - 1) * stride + spread;
                lengths[axis] = switch (slide.padding()) {
                    case Padding.Named.VALID -> whole;
                    case Padding.Named.SAME, Padding.Named.SAME_LOWER -> base.length(axis) * stride;
                    case Padding.Explicit explicit -> {
                        long[] sides = Slide.sides(explicit, axis, lengths.length, 0, 0, 1);
                        yield Math.max(whole - sides[0] - sides[1], 0);
                    }
                };
            }
            return Shape.of(lengths);
        }

        Tensor apply(Tensor input, Tensor kernel, Sliding sliding) {
            long groups = roles.groups().stream().mapToLong(lengths::get).reduce(1, (a, b) -> a * b);
            Tensor y = Elementwise.one(new Windows.Convolution(
                    dimensions(), sliding, groups, 1, input.dtype()), input, kernel);
            return layout.fromParts(y, roles.result(), lengths);
        }
    }

    // ---- pools ----

    /**
     * The greatest element of each window. The layout names all axes, those along which the window slides in
     * brackets; {@code ...} stands for any others. Padding is less than all; the derivative goes to the first
     * of equal elements.
     *
     * {@snippet :
     * maxPool(x, "b [h w] c", Slide.by(2), 2, 2);
     * maxPool(x, "... [t]", Slide.by(1).padded(Padding.SAME), 3);
     * }
     *
     * @param window its length along each axis in brackets, or one for all
     * @throws RicciException.Argument if the layout or the window does not fit the tensor
     */
    public static Tensor maxPool(Tensor x, String layout, Slide slide, long... window) {
        return pool("maxPool", Monoid.MAX, x, layout, slide, window);
    }

    /** The least element of each window; otherwise as {@link #maxPool}. */
    public static Tensor minPool(Tensor x, String layout, Slide slide, long... window) {
        return pool("minPool", Monoid.MIN, x, layout, slide, window);
    }

    /** The sum of each window; otherwise as {@link #maxPool}. */
    public static Tensor sumPool(Tensor x, String layout, Slide slide, long... window) {
        return pool("sumPool", Monoid.SUM, x, layout, slide, window);
    }

    /**
     * The mean of each window's elements, a float; padding is not counted, and the mean of only padding is
     * NaN. Otherwise as {@link #maxPool}.
     */
    public static Tensor avgPool(Tensor x, String layout, Slide slide, long... window) {
        Tensor floats = Elementwise.toFloat(x);
        // The sum of halves, and their count, may be out of their range where the mean is not.
        Tensor wide = floats.dtype() == DType.F64 ? floats : floats.to(DType.F32);
        Tensor ones = Trace.fill(wide.type(), 1);
        Tensor mean = pool("avgPool", Monoid.SUM, wide, layout, slide, window)
                .div(pool("avgPool", Monoid.SUM, ones, layout, slide, window));
        return mean.to(floats.dtype());
    }

    private static Tensor pool(String asked, Monoid monoid, Tensor x, String layout, Slide slide,
            long... window) {
        WindowLayout windows = WindowLayout.of(asked, x, layout, slide, window);
        return Elementwise.one(new Windows.ReduceWindow(monoid, windows.window(), windows.sliding()), x);
    }

    /**
     * The windows themselves: in place of each axis in brackets the places, and after all axes the elements
     * of the window, one axis for each in brackets. Padding is 0. Otherwise as {@link #maxPool}.
     *
     * {@snippet :
     * Tensor rows = patches(signal, "b [t] c", Slide.by(1), 3);   // b places c 3
     * }
     */
    public static Tensor patches(Tensor x, String layout, Slide slide, long... window) {
        Tensor zero = Trace.fill(x.type().with(Shape.SCALAR), 0);
        return WindowLayout.of("patches", x, layout, slide, window).patches(x, zero);
    }
}
