package ricci;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import ricci.ir.DType;
import ricci.ir.Op;
import ricci.ir.Op.Binary.Function;
import ricci.ir.RicciException;
import ricci.ir.Shape;
import ricci.ir.TensorType;

/**
 * Random tensors, each a pure function of a {@link Key}. Bits, and what is made of bits alone, equal JAX's;
 * what goes through logarithms and the like equals it to the last digits.
 *
 * <p>Without a dtype numbers are f32. Where a distribution has parameters that are tensors, the result has
 * their dtype (f32 for integers) and, unless lengths are given, their common shape; it is differentiable by
 * them.
 *
 * {@snippet :
 * List<Key> keys = Key.of(0).split(3);
 * Tensor weights = Random.normal(keys.get(0), 64, 10);
 * Tensor dice = Random.randint(keys.get(1), DType.I32, 1, 7, 100);
 * Tensor order = Random.permutation(keys.get(2), 1000);
 * }
 */
public final class Random {
    private Random() {}

    /**
     * Runs {@code f} and refuses any second use of a key: numbers drawn from it, or a split. Keys are told
     * apart by their words, or, while a function is being traced, by where they come from; what a function
     * that has been compiled before does with a key, and how often a loop runs, is not seen.
     *
     * @throws RicciException.KeyReuse that names both lines
     */
    public static <R> R detectReuse(Supplier<R> f) {
        return KeyLedger.watch(Arguments.given("detectReuse", "the function", f));
    }

    // ---- uniform ----

    /** Uniform in [0, 1), f32. */
    public static Tensor uniform(Key key, long... lengths) {
        return uniform(key, DType.F32, 0, 1, lengths);
    }

    /**
     * Uniform in [least, limit), of a float dtype. As in JAX a number may be rounded to the limit, where the
     * dtype has few numbers in between.
     */
    public static Tensor uniform(Key key, DType dtype, double least, double limit, long... lengths) {
        TensorType type = TensorType.of(dtype);
        return atOnce(key, lengths,
                k -> within(unit(k, dtype, lengths), Ricci.full(type, least), Ricci.full(type, limit)));
    }

    /** What is drawn from one key: much of it outside of traces as one program, not as its many steps. */
    private static Tensor atOnce(Key key, long[] lengths, Fn<Key, Tensor> draw) {
        boolean isOne = Trace.current() != null || KeyLedger.isWatching()
                || Shape.of(lengths).size() < Executables.LARGE;
        return isOne ? draw.apply(key) : Ricci.jit(draw).apply(key);
    }

    /** Uniform in [least, limit), bounds of one float dtype that broadcast to the lengths. */
    public static Tensor uniform(Key key, Tensor least, Tensor limit, long... lengths) {
        DType dtype = floats("uniform", least, limit);
        long[] shape = shape("uniform", lengths, least, limit);
        return within(unit(key, dtype, shape), least.to(dtype), limit.to(dtype));
    }

    private static Tensor within(Tensor unit, Tensor least, Tensor limit) {
        Tensor range = limit.sub(least);
        // XLA fuses the product and the sum, but not of halves, which it rounds at each step.
        Tensor number = unit.dtype().bytes() == 2 ? unit.mul(range).add(least)
                : Arithmetic.fma(unit, range, least);
        return number.maximum(least);
    }

    /** In [0, 1): random fraction bits under the exponent of 1 give a number in [1, 2). */
    static Tensor unit(Key key, DType dtype, long... lengths) {
        Arguments.given("draw random numbers", "the key", key);
        Tensor fraction = switch (Arguments.given("draw random numbers", "the dtype", dtype)) {
            case F32 -> fraction(key.bits(DType.U32, lengths), 9, 0x3f800000L);
            case F64 -> fraction(key.bits(DType.U64, lengths), 12, 0x3ff0000000000000L);
            case F16 -> fraction(key.bits(DType.U16, lengths), 6, 0x3c00L);
            case BF16 -> fraction(key.bits(DType.U8, lengths).to(DType.U16), 1, 0x3f80L);
            case I8, U8, U16, U32, U64, I16, I32, I64, BOOL, C64, C128 ->
                    throw new RicciException.DataType("draw uniform floats", dtype.toString(),
                    "uniform numbers are floats", "use a float dtype, or randint for integers");
        };
        return Elementwise.one(new Op.Bitcast(dtype), fraction).sub(1);
    }

    private static Tensor fraction(Tensor bits, int shift, long exponentOfOne) {
        Tensor shifted = Key.shifted(Function.SHIFT_RIGHT_LOGICAL, bits, shift);
        return Elementwise.binary(Function.OR, shifted, Ricci.full(bits.type(), exponentOfOne));
    }

    /** The distance from 1 to the next number below. */
    private static double belowOne(DType dtype) {
        return switch (Arguments.given("draw random numbers", "the dtype", dtype)) {
            case F64 -> 0x1p-53;
            case F32 -> 0x1p-24;
            case F16 -> 0x1p-11;
            case BF16, I8, U8, U16, U32, U64, I16, I32, I64, BOOL, C64, C128 -> 0x1p-8;
        };
    }

    /** The least normal number. */
    static double tiny(DType dtype) {
        return switch (Arguments.given("draw random numbers", "the dtype", dtype)) {
            case F64 -> Double.MIN_NORMAL;
            case F16 -> 0x1p-14;
            case F32, BF16, I8, U8, U16, U32, U64, I16, I32, I64, BOOL, C64, C128 -> Float.MIN_NORMAL;
        };
    }

    // ---- normal ----

    /** Standard normal, f32. */
    public static Tensor normal(Key key, long... lengths) {
        return normal(key, DType.F32, lengths);
    }

    /** Standard normal, of a float or complex dtype; each part of a complex number has variance 1/2. */
    public static Tensor normal(Key key, DType dtype, long... lengths) {
        if (Arguments.given("draw normal numbers", "the dtype", dtype).isComplex()) {
            List<Key> keys = key.split(2);
            Tensor parts = Complex.of(normal(keys.getFirst(), dtype.real(), lengths),
                    normal(keys.getLast(), dtype.real(), lengths));
            return parts.div(Math.sqrt(2));
        }
        return atOnce(key, lengths, k ->
                NormalQuantile.fromErf(uniform(k, dtype, -1 + belowOne(dtype), 1, lengths)));
    }

    /** Normal, given that it lies between two bounds, f32. */
    public static Tensor truncatedNormal(Key key, double least, double greatest, long... lengths) {
        return truncatedNormal(key, Ricci.tensor((float) least), Ricci.tensor((float) greatest), lengths);
    }

    /** Standard normal, given that it lies strictly between the bounds. */
    public static Tensor truncatedNormal(Key key, Tensor least, Tensor greatest, long... lengths) {
        DType dtype = floats("truncatedNormal", least, greatest);
        long[] shape = shape("truncatedNormal", lengths, least, greatest);
        Tensor from = least.to(dtype);
        Tensor to = greatest.to(dtype);
        Tensor u = uniform(key, Ricci.erf(from.div(Math.sqrt(2))), Ricci.erf(to.div(Math.sqrt(2))), shape);
        Tensor infinity = Ricci.full(TensorType.of(dtype), Double.POSITIVE_INFINITY);
        Tensor above = SpecialFunctions.nextAfter(Ricci.stopGradient(from), infinity);
        Tensor below = SpecialFunctions.nextAfter(Ricci.stopGradient(to), infinity.neg());
        return NormalQuantile.fromErf(u).maximum(above).minimum(below);
    }

    /** exp of a normal number with standard deviation {@code sigma}. */
    public static Tensor lognormal(Key key, Tensor sigma, long... lengths) {
        long[] shape = shape("lognormal", lengths, sigma);
        return normal(key, sigma.dtype().toFloat(), shape).mul(sigma).exp();
    }

    /** The length of a vector of three standard normal numbers. */
    public static Tensor maxwell(Key key, DType dtype, long... lengths) {
        if (Arguments.given("draw maxwell", "the dtype", dtype).isComplex()) {
            throw new RicciException.DataType("draw maxwell", dtype.toString(), "a length is real",
                    "use a float dtype");
        }
        long[] given = Arguments.given("draw maxwell", "the array of lengths", lengths);
        long[] vectors = Arrays.copyOf(given, given.length + 1);
        vectors[given.length] = 3;
        return normal(key, dtype, vectors).square().sum(-1).sqrt();
    }

    // ---- made of one uniform number each ----

    /** Exponential with rate 1. */
    public static Tensor exponential(Key key, DType dtype, long... lengths) {
        return CephesLogarithm.log1p(unit(key, dtype, lengths).neg()).neg();
    }

    /** The standard Gumbel distribution, that of the maximum. */
    public static Tensor gumbel(Key key, DType dtype, long... lengths) {
        Tensor u = uniform(key, dtype, tiny(dtype), 1, lengths);
        return CephesLogarithm.log(CephesLogarithm.log(u).neg()).neg();
    }

    /** The standard Laplace distribution. */
    public static Tensor laplace(Key key, DType dtype, long... lengths) {
        Tensor u = uniform(key, dtype, -1 + belowOne(dtype), 1, lengths);
        return u.sign().mul(CephesLogarithm.log1p(u.abs().neg()));
    }

    /** The standard Cauchy distribution. */
    public static Tensor cauchy(Key key, DType dtype, long... lengths) {
        Tensor u = uniform(key, dtype, 2 * belowOne(dtype), 1, lengths);
        return SpecialFunctions.tan(u.sub(0.5).mul(Math.PI));
    }

    /** The standard logistic distribution. */
    public static Tensor logistic(Key key, DType dtype, long... lengths) {
        Tensor u = uniform(key, dtype, tiny(dtype), 1, lengths);
        return CephesLogarithm.log(u).sub(CephesLogarithm.log1p(u.neg()));
    }

    /** Pareto on [1, ∞) with shape {@code b}. */
    public static Tensor pareto(Key key, Tensor b, long... lengths) {
        long[] shape = shape("pareto", lengths, b);
        return exponential(key, b.dtype().toFloat(), shape).div(b).exp();
    }

    /** Rayleigh with a scale. */
    public static Tensor rayleigh(Key key, Tensor scale, long... lengths) {
        long[] shape = shape("rayleigh", lengths, scale);
        return CephesLogarithm.log(unit(key, scale.dtype().toFloat(), shape)).mul(-2).sqrt().mul(scale);
    }

    /** Weibull of minima with a scale and a concentration (shape). */
    public static Tensor weibull(Key key, Tensor scale, Tensor concentration, long... lengths) {
        DType dtype = floats("weibull", scale, concentration);
        Tensor e = exponential(key, dtype, shape("weibull", lengths, scale, concentration));
        return e.pow(Ricci.full(TensorType.of(dtype), 1).div(concentration)).mul(scale);
    }

    /** Triangular on [least, greatest] with its peak at {@code mode}. */
    public static Tensor triangular(Key key, Tensor least, Tensor mode, Tensor greatest, long... lengths) {
        DType dtype = floats("triangular", least, mode, greatest);
        Tensor u = unit(key, dtype, shape("triangular", lengths, least, mode, greatest));
        Tensor range = greatest.sub(least);
        Tensor rising = u.mul(range).mul(mode.sub(least)).sqrt().add(least);
        Tensor falling = greatest.sub(u.neg().add(1).mul(range).mul(greatest.sub(mode)).sqrt());
        return Ricci.where(u.lt(mode.sub(least).div(range)), rising, falling);
    }

    /** Wald (inverse Gaussian) with a mean and scale 1. */
    public static Tensor wald(Key key, Tensor mean, long... lengths) {
        List<Key> keys = key.split(2);
        DType dtype = floats("wald", mean);
        long[] shape = shape("wald", lengths, mean);
        Tensor m = mean.to(dtype).broadcastTo(shape);
        Tensor y = normal(keys.getFirst(), dtype, shape).pow(2);
        Tensor z = unit(keys.getLast(), dtype, shape);
        Tensor root = m.mul(4).mul(y).add(m.pow(2).mul(y.pow(2))).sqrt();
        Tensor x = m.add(m.pow(2).mul(y).div(2)).sub(m.div(2).mul(root));
        return Ricci.where(z.le(m.div(m.add(x))), x, m.pow(2).div(x));
    }

    // ---- made of gamma numbers, and counts ----

    /**
     * Gamma with shape {@code a} and scale 1. Differentiable by {@code a} once: the probability of what lies
     * below a number is held fixed.
     */
    public static Tensor gamma(Key key, Tensor a, long... lengths) {
        long[] shape = shape("gamma", lengths, a);
        return GammaSampler.sample(key, a.to(floats("gamma", a)).broadcastTo(shape), false);
    }

    /** The logarithm of {@link #gamma}, also where that is too small for its dtype. */
    public static Tensor loggamma(Key key, Tensor a, long... lengths) {
        long[] shape = shape("loggamma", lengths, a);
        return GammaSampler.sample(key, a.to(floats("loggamma", a)).broadcastTo(shape), true);
    }

    /** Beta with parameters {@code a} and {@code b}. */
    public static Tensor beta(Key key, Tensor a, Tensor b, long... lengths) {
        List<Key> keys = key.split(2);
        DType dtype = floats("beta", a, b);
        long[] shape = shape("beta", lengths, a, b);
        Tensor logA = loggamma(keys.getFirst(), a.to(dtype), shape);
        Tensor logB = loggamma(keys.getLast(), b.to(dtype), shape);
        Tensor top = logA.maximum(logB);
        Tensor scaledA = logA.sub(top).exp();
        return scaledA.div(scaledA.add(logB.sub(top).exp()));
    }

    /**
     * Dirichlet: probabilities along a last axis, as long as the last of {@code alpha}; lengths are those
     * before it.
     */
    public static Tensor dirichlet(Key key, Tensor alpha, long... lengths) {
        if (alpha.rank() == 0) {
            throw new RicciException.Shape("draw from a Dirichlet distribution", alpha.type().toString(),
                    "the last axis runs over the categories", "pass a vector");
        }
        long[] shape = lengths.length == 0 ? alpha.shape().toArray()
                : Arrays.copyOf(lengths, lengths.length + 1);
        shape[shape.length - 1] = alpha.shape().length(alpha.rank() - 1);
        return Tensors.softmax(loggamma(key, alpha, shape), -1);
    }

    /** Student's t with {@code df} degrees of freedom. */
    public static Tensor t(Key key, Tensor df, long... lengths) {
        List<Key> keys = key.split(2);
        DType dtype = floats("t", df);
        long[] shape = shape("t", lengths, df);
        Tensor half = df.to(dtype).div(2);
        Tensor n = normal(keys.getFirst(), dtype, shape);
        return n.mul(half.div(gamma(keys.getLast(), half, shape)).sqrt());
    }

    /** χ² with {@code df} degrees of freedom. */
    public static Tensor chisquare(Key key, Tensor df, long... lengths) {
        Tensor half = df.to(floats("chisquare", df)).div(2);
        return loggamma(key, half, shape("chisquare", lengths, df)).exp().mul(2);
    }

    /** Fisher's F with degrees of freedom of numerator and denominator. */
    public static Tensor f(Key key, Tensor numerator, Tensor denominator, long... lengths) {
        List<Key> keys = key.split(2);
        long[] shape = shape("f", lengths, numerator, denominator);
        DType dtype = floats("f", numerator, denominator);
        Tensor m = numerator.to(dtype);
        Tensor n = denominator.to(dtype);
        Tensor above = chisquare(keys.getLast(), m, shape).div(m);
        return above.div(chisquare(keys.getFirst(), n, shape).div(n));
    }

    /** Poisson with rate {@code lambda}, i32; -1 where the rate is negative, infinite or NaN. */
    public static Tensor poisson(Key key, Tensor lambda, long... lengths) {
        long[] shape = shape("poisson", lengths, lambda);
        return PoissonSampler.sample(key, lambda.to(DType.F32).broadcastTo(shape));
    }

    // ---- vectors and matrices ----

    /**
     * Normal vectors with a mean, [...,n], and a symmetric, positive definite covariance, [...,n,n]; NaN
     * where it is not definite. Lengths are those before the vectors'.
     */
    public static Tensor multivariateNormal(Key key, Tensor mean, Tensor covariance, long... lengths) {
        return NormalVectors.sample(key, mean, covariance, lengths);
    }

    /**
     * Matrices with orthonormal columns, or rows if these are fewer, each equally likely (Haar's measure),
     * f32 or f64; lengths are those before the two axes of the matrix.
     */
    public static Tensor orthogonal(Key key, DType dtype, int rows, int columns, long... lengths) {
        return NormalVectors.orthogonal(key, dtype, rows, columns, lengths);
    }

    // ---- integers and choices ----

    /** True with probability {@code p}. */
    public static Tensor bernoulli(Key key, double p, long... lengths) {
        return uniform(key, lengths).lt(p);
    }

    /** True with probability {@code p} each. */
    public static Tensor bernoulli(Key key, Tensor p, long... lengths) {
        return unit(key, p.dtype().toFloat(), shape("bernoulli", lengths, p)).lt(p);
    }

    /** -1 or 1, equally likely. */
    public static Tensor rademacher(Key key, DType dtype, long... lengths) {
        return bernoulli(key, 0.5, lengths).to(dtype).mul(2).sub(1);
    }

    /** The number of the first success in trials with probability {@code p}, from 1; i32. */
    public static Tensor geometric(Key key, Tensor p, long... lengths) {
        Tensor u = unit(key, p.dtype().toFloat(), shape("geometric", lengths, p));
        Tensor log = Ricci.where(u.eq(0), u.mul(0).add(1), u).log();
        return SpecialFunctions.floor(log.div(Ricci.log1p(p.neg()))).add(1).to(DType.I32);
    }

    /**
     * Whole numbers from {@code least} up to {@code limit}, exclusive, of an integer dtype; a bound outside
     * the dtype stands for its own, and an empty interval for {@code least} alone. They are remainders of
     * numbers of 64 bits, for 64-bit dtypes of 128, and so as good as equally likely.
     */
    public static Tensor randint(Key key, DType dtype, long least, long limit, long... lengths) {
        return Integers.between(key, dtype, least, limit, lengths);
    }

    /** The integers below {@code count} in random order, i32. */
    public static Tensor permutation(Key key, int count) {
        return Integers.shuffle(key, Ricci.arange(count), 0);
    }

    /**
     * The slices along an axis in random order; if {@code independent}, each lane along the axis in an
     * order of its own.
     */
    public static Tensor permutation(Key key, Tensor x, int axis, boolean independent) {
        int counted = Axes.of("permutation", x, axis);
        if (independent || x.rank() == 1) {
            return Integers.shuffle(key, x, counted);
        }
        Tensor order = Integers.shuffle(key, Ricci.arange(x.shape().length(counted)), 0);
        return Integers.take(x, order, counted);
    }

    /** Slices of {@code from} along axis 0, each equally likely; without replacement each at most once. */
    public static Tensor choice(Key key, Tensor from, boolean replace, long... lengths) {
        return Integers.choice(key, from, replace, lengths);
    }

    /** Slices of {@code from} along axis 0 with probabilities {@code p}, a vector that sums to 1. */
    public static Tensor choice(Key key, Tensor from, Tensor p, boolean replace, long... lengths) {
        return Integers.choice(key, from, p, replace, lengths);
    }

    /**
     * Indices along an axis with the probabilities whose logarithms, up to a constant, are given; i32 of
     * shape {@code lengths}, then that of the logits without the axis.
     */
    public static Tensor categorical(Key key, Tensor logits, int axis, long... lengths) {
        return Integers.categorical(key, logits, Axes.of("categorical", logits, axis), lengths);
    }

    /** As {@link #categorical}, but the draws for the same place all differ. */
    public static Tensor categoricalWithoutReplacement(Key key, Tensor logits, int axis, long... lengths) {
        return Integers.withoutReplacement(
                key, logits, Axes.of("categoricalWithoutReplacement", logits, axis), lengths);
    }

    /** The float dtype of numbers with such parameters. */
    private static DType floats(String asked, Tensor... parameters) {
        Elementwise.requirePresent(asked, parameters);
        DType dtype = Arrays.stream(parameters).map(Tensor::dtype).reduce(DType::promote).orElseThrow();
        if (dtype.isComplex()) {
            throw new RicciException.DataType("draw " + asked, dtype.toString(), "its parameters are real",
                    "draw two numbers, and make a complex one of them: Complex.of(x, y)");
        }
        return dtype.toFloat();
    }

    /** The lengths asked for, or the parameters' common shape; they broadcast to it. */
    static long[] shape(String asked, long[] lengths, Tensor... parameters) {
        Arguments.given("draw " + asked, "the array of lengths", lengths);
        Shape common = Elementwise.common(asked, Arrays.asList(parameters));
        if (lengths.length == 0) {
            return common.toArray();
        }
        Shape shape = Shape.of(lengths);
        boolean fits = common.rank() <= shape.rank();
        for (int i = 1; fits && i <= common.rank(); i++) {
            long length = common.length(common.rank() - i);
            fits = length == 1 || length == shape.length(shape.rank() - i);
        }
        if (!fits) {
            throw new RicciException.Shape("draw " + asked + " of shape " + shape,
                    "parameters of shape " + common,
                    "parameters broadcast to the shape asked for", "give lengths that end in " + common);
        }
        return lengths;
    }
}
