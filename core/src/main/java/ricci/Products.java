package ricci;

import java.util.List;
import java.util.stream.IntStream;
import ricci.ir.Contraction;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.RicciException;

/** Sums of products over axes, by NumPy's names. {@code einsum} says all of them, and more, in one line. */
public final class Products {
    private Products() {}

    /**
     * Of vectors the scalar product; else the sum of products over the last axis of {@code x} and the last
     * but one of {@code y}, or its only one. A scalar multiplies.
     */
    public static Tensor dot(Tensor x, Tensor y) {
        return x.rank() == 0 || y.rank() == 0 ? x.mul(y)
                : contract("dot", x, y, List.of(x.rank() - 1), List.of(Math.max(y.rank() - 2, 0)));
    }

    /** The scalar product of all elements. */
    public static Tensor vdot(Tensor x, Tensor y) {
        return contract("vdot", x.reshape(-1), y.reshape(-1), List.of(0), List.of(0));
    }

    /** The sum of products over the last axes. */
    public static Tensor inner(Tensor x, Tensor y) {
        return x.rank() == 0 || y.rank() == 0 ? x.mul(y)
                : contract("inner", x, y, List.of(x.rank() - 1), List.of(y.rank() - 1));
    }

    /** All products of an element of {@code x}, by rows, and one of {@code y}, by columns. */
    public static Tensor outer(Tensor x, Tensor y) {
        return x.reshape(x.size(), 1).mul(y.reshape(1, y.size()));
    }

    /** The sum of products over the last {@code axes} axes of {@code x} and the first ones of {@code y}. */
    public static Tensor tensordot(Tensor x, Tensor y, int axes) {
        if (axes < 0 || axes > Math.min(x.rank(), y.rank())) {
            throw new RicciException.Axis("tensordot over " + axes + " axes", x.type() + " and " + y.type(),
                    "both tensors have that many axes", "contract fewer, or say which with einsum");
        }
        return contract("tensordot", x, y, IntStream.range(x.rank() - axes, x.rank()).boxed().toList(),
                IntStream.range(0, axes).boxed().toList());
    }

    /** The sum of products over axes of {@code x} and the axes of {@code y} that correspond. */
    public static Tensor tensordot(Tensor x, Tensor y, int[] xAxes, int[] yAxes) {
        return contract("tensordot", x, y, xAxes.length == 0 ? List.of() : Axes.all("tensordot", x, xAxes),
                yAxes.length == 0 ? List.of() : Axes.all("tensordot", y, yAxes));
    }

    static Tensor matmul(Tensor x, Tensor y) {
        if (x.rank() != 2 || y.rank() != 2) {
            throw new RicciException.Shape("multiply matrices", x.type() + " and " + y.type(),
                    "a matrix has two axes",
                    "say which axes run together, for example einsum(x, y, \"b i k, k j -> b i j\")");
        }
        if (x.shape().length(1) != y.shape().length(0)) {
            throw new RicciException.Shape("multiply matrices", x.type() + " and " + y.type(),
                    "the left one has as many columns as the right one has rows; here " + x.shape().length(1)
                    + " and " + y.shape().length(0),
                    "transpose one of them, or say which axes run together with einsum");
        }
        DType dtype = DType.promote(x.dtype(), y.dtype());
        Contraction rowsByColumns = new Contraction(List.of(), List.of(), List.of(1), List.of(0));
        return Elementwise.one(new Op.DotGeneral(rowsByColumns, dtype), x.to(dtype), y.to(dtype));
    }

    private static Tensor contract(
            String asked, Tensor x, Tensor y, List<Integer> left, List<Integer> right) {
        DType dtype = DType.promote(x.dtype(), y.dtype());
        if (dtype == DType.BOOL) {
            throw new RicciException.DataType(asked, x.type() + " and " + y.type(),
                    "a sum of products is one of numbers", "convert first, for example x.to(DType.I32)");
        }
        if (!x.shape().select(left).equals(y.shape().select(right))) {
            throw new RicciException.Shape(asked, x.type() + " and " + y.type(),
                    "axes that run together have one length; here axes " + left + " of the first and "
                    + right + " of the second", "transpose one of them, or say which axes with einsum");
        }
        Contraction axes = new Contraction(List.of(), List.of(), left, right);
        return Elementwise.one(new Op.DotGeneral(axes, dtype), x.to(dtype), y.to(dtype));
    }

    /** The cross product of vectors of length 3 along the last axis; the others broadcast. */
    public static Tensor cross(Tensor x, Tensor y) {
        return cross(x, y, -1);
    }

    /** The cross product of vectors of length 3 along an axis of both; the others broadcast. */
    public static Tensor cross(Tensor x, Tensor y, int axis) {
        Tensor a = x.moveAxis(axis, -1);
        Tensor b = y.moveAxis(axis, -1);
        if (a.shape().length(a.rank() - 1) != 3 || b.shape().length(b.rank() - 1) != 3) {
            throw new RicciException.Shape("cross along axis " + axis, x.type() + " and " + y.type(),
                    "vectors that have a cross product have length 3", "name the axis of length 3");
        }
        Tensor product = turned(a, 1).mul(turned(b, 2)).sub(turned(a, 2).mul(turned(b, 1)));
        return product.moveAxis(-1, axis);
    }

    private static Tensor turned(Tensor x, int places) {
        return x.roll(-places, -1);
    }

    /** The Kronecker product: each element of {@code x} times the whole of {@code y}, as blocks. */
    public static Tensor kron(Tensor x, Tensor y) {
        int rank = Math.max(x.rank(), y.rank());
        long[] left = new long[2 * rank];
        long[] right = new long[2 * rank];
        long[] merged = new long[rank];
        for (int i = 0; i < rank; i++) {
            int ofX = i - (rank - x.rank());
            int ofY = i - (rank - y.rank());
            left[2 * i] = ofX < 0 ? 1 : x.shape().length(ofX);
            left[2 * i + 1] = 1;
            right[2 * i] = 1;
            right[2 * i + 1] = ofY < 0 ? 1 : y.shape().length(ofY);
            merged[i] = left[2 * i] * right[2 * i + 1];
        }
        return x.reshape(left).mul(y.reshape(right)).reshape(merged);
    }

    /** The sum of the diagonal of the matrices along the first two axes. */
    public static Tensor trace(Tensor x) {
        return Manipulation.diagonal(x, 0, 0, 1).sum(-1);
    }
}
