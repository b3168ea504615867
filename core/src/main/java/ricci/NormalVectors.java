package ricci;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import ricci.ir.DType;
import ricci.ir.RicciException;
import ricci.ir.Shape;

/** Vectors and matrices made of normal numbers. */
final class NormalVectors {
    private NormalVectors() {}

    /** The mean plus L·z, where L·Lᵀ is the covariance. */
    static Tensor sample(Key key, Tensor mean, Tensor covariance, long... lengths) {
        long n = mean.rank() == 0 ? -1 : mean.shape().length(mean.rank() - 1);
        Shape square = covariance.shape();
        if (covariance.rank() < 2 || square.length(square.rank() - 1) != n
                || square.length(square.rank() - 2) != n) {
            throw new RicciException.Shape("draw normal vectors", "mean " + mean.type() + " and covariance "
                    + covariance.type(), "the mean is a vector, and the covariance a square matrix of as many "
                    + "rows; either may have axes before", "pass a mean [n] and a covariance [n,n]");
        }
        DType dtype = DType.promote(mean.dtype(), covariance.dtype()).toFloat();
        long[] batch = Random.shape("multivariateNormal", lengths, Ricci.zeros(before(mean.shape(), 1)),
                Ricci.zeros(before(square, 2)));
        Tensor z = Random.normal(key, dtype, with(batch, n));
        Tensor factor = Linalg.cholesky(covariance.to(dtype));
        return mean.to(dtype).add(factor.mul(z.reshape(with(batch, 1, n))).sum(-1));
    }

    /** The Q of a normal matrix, with signs such that R has a positive diagonal. */
    static Tensor orthogonal(Key key, DType dtype, long rows, long columns, long... lengths) {
        Arguments.given("orthogonal", "the shape", lengths);
        long longer = Math.max(rows, columns);
        long shorter = Math.min(rows, columns);
        Linalg.Qr qr = Linalg.qr(Random.normal(key, dtype, with(lengths, longer, shorter)));
        Tensor diagonal = qr.r().mul(Tensors.eye(shorter).to(dtype)).sum(-2);
        Tensor q = qr.q().mul(diagonal.sign().reshape(with(lengths, 1, shorter)));
        int rank = lengths.length;
        return rows >= columns ? q : q.transpose(IntStream.concat(IntStream.range(0, rank),
                IntStream.of(rank + 1, rank)).toArray());
    }

    private static long[] before(Shape shape, int last) {
        return Arrays.copyOf(shape.toArray(), shape.rank() - last);
    }

    private static long[] with(long[] lengths, long... more) {
        return LongStream.concat(LongStream.of(lengths), LongStream.of(more)).toArray();
    }
}
