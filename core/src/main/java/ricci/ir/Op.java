package ricci.ir;

import java.util.List;

/**
 * The primitives: all that a program can do. Every transformation is one exhaustive switch over this type, so
 * a new primitive does not compile until each of them knows it.
 *
 * <p>A primitive never converts or broadcasts on its own: operands of an elementwise one have equal types.
 * What each computes is stated here in one line and defined by {@link ricci.runtime.Eval}; what it accepts,
 * by {@link InferTypes}. Axes count from 0.
 */
public sealed interface Op permits Op.Unary, Op.IntegerPower, Op.IsFinite, Op.ReducePrecision,
        Op.Binary, Op.Fma, Op.RegularizedIncompleteBeta, Op.Compare, Op.Select, Op.Convert, Op.Bitcast,
        Op.Iota, Op.Reshape, Op.Transpose, Op.Rearrange, Op.Broadcast, Op.Reduce, Op.Cumulative,
        Op.ArgReduce, Op.DotGeneral, Op.Slice, Op.Pad, Op.Concatenate, Op.Reverse, Op.Sort, Op.Gather,
        Op.Scatter, Op.Threefry, Op.StopGradient, Op.Call,
        Complex,
        Windows,
        LinearAlgebra,
        Collective,
        Control,
        Custom,
        Effect {

    /** {@code y[i] = f(x[i])}, for operand and result of one dtype. */
    record Unary(Unary.Function function) implements Op {
        /**
         * The functions. Those up to {@link #SIGN} are for integers and floats, the last three, on bits, for
         * integers; the others are for floats. Most are for complex numbers too, of which the absolute value
         * is real.
         */
        public enum Function {
            NEG, ABS, SIGN,
            FLOOR, CEIL, ROUND, TRUNC,
            EXP, EXP2, EXPM1, LOG, LOG1P, SQRT, RSQRT, CBRT,
            SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, TANH, ASINH, ACOSH, ATANH,
            LOGISTIC, ERF, ERFC, ERF_INV,
            /** {@code log|Γ(x)|}. */
            LGAMMA,
            /** The derivative of {@link #LGAMMA}. */
            DIGAMMA,
            /** The modified Bessel function I0, times {@code exp(-|x|)}. */
            BESSEL_I0E,
            /** The modified Bessel function I1, times {@code exp(-|x|)}. */
            BESSEL_I1E,
            /** Bitwise complement, for bool too. */
            NOT,
            /** How many bits are 1. */
            POPCNT,
            /** How many bits lie above the highest 1. */
            CLZ
        }
    }

    /** {@code y[i] = x[i]^exponent}, of a float or complex number, or of an integer with an exponent of 0
     * or more. */
    record IntegerPower(int exponent) implements Op {}

    /** Whether a float is neither infinite nor NaN, a bool. */
    record IsFinite() implements Op {}

    /**
     * A float rounded as a type would with that many bits for the exponent, at least 1, and for the fraction:
     * beyond its greatest value to infinity, below its least normal one to zero.
     */
    record ReducePrecision(int exponentBits, int fractionBits) implements Op {}

    /** {@code z[i] = f(x[i], y[i])}, for operands and result of one dtype. */
    record Binary(Binary.Function function) implements Op {
        /**
         * The functions. Those up to {@link #POW} are for integers and floats, from {@link #AND} on for
         * integers (the logical three for bool too); the others are for floats.
         */
        public enum Function {
            ADD, SUB, MUL, DIV, REM, MAX, MIN, POW,
            ATAN2,
            /** The value of the dtype next to x in the direction of y. */
            NEXTAFTER,
            /** The derivative of order x, a whole number, of the digamma function at y. */
            POLYGAMMA,
            /** The sum of {@code (y + k)^-x} over all k from 0 (Hurwitz), x > 1. */
            ZETA,
            /** The lower incomplete gamma function P(x, y), from 0 to 1 in y. */
            IGAMMA,
            /** The upper one, {@code 1 - P(x, y)}. */
            IGAMMAC,
            /** The derivative of {@link #IGAMMA} by x. */
            IGAMMA_GRAD_A,
            /** How a sample y of the gamma distribution varies with its shape parameter x. */
            RANDOM_GAMMA_GRAD,
            AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC,
            /** The upper half of the product in twice the width. */
            MULHI
        }
    }

    /**
     * {@code x[i]·y[i] + z[i]} of floats, rounded once; of f16 and bf16 as in f32, and then rounded.
     */
    record Fma() implements Op {}

    /** Operands a, b, x: the regularised incomplete beta function I_x(a, b), from 0 to 1 in x. */
    record RegularizedIncompleteBeta() implements Op {}

    /** {@code z[i] = x[i] ? y[i]}, a bool; with NaN on either side only {@code NE} holds. Complex
     * numbers have no order. */
    record Compare(Relation relation) implements Op {
        /** The six order relations, and three of a total order. */
        public enum Relation {
            EQ, NE, LT, LE, GT, GE,
            /**
             * Of floats: by sign and bits, so that -NaN < -inf < -0 < 0 < inf < NaN; else the same as EQ.
             */
            TOTAL_EQ,
            /** As {@link #TOTAL_EQ}, below. */
            TOTAL_LT,
            /** As {@link #TOTAL_EQ}, below or the same. */
            TOTAL_LE
        }
    }

    /** {@code z[i] = p[i] ? x[i] : y[i]}, operands p (bool), x, y. */
    record Select() implements Op {}

    /** The value in another dtype: floats round to nearest even, float to integer truncates and saturates. */
    record Convert(DType dtype) implements Op {}

    /** The same bits as another dtype of the same width. */
    record Bitcast(DType dtype) implements Op {}

    /** No operands; each element is its own index along {@code axis}. */
    record Iota(TensorType type, int axis) implements Op {}

    /** The same elements in row-major order under another shape. */
    record Reshape(Shape shape) implements Op {}

    /** Axis {@code i} of the result is axis {@code permutation[i]} of the operand. */
    record Transpose(List<Integer> permutation) implements Op {
        public Transpose {
            permutation = List.copyOf(permutation);
        }
    }

    /**
     * The elements under the shape {@code split}, its axes permuted as by {@link Transpose}, then under the
     * shape {@code result}.
     */
    record Rearrange(Shape split, List<Integer> permutation, Shape result) implements Op {
        public Rearrange {
            permutation = List.copyOf(permutation);
        }
    }

    /**
     * Axis {@code i} of the operand becomes axis {@code axes[i]} of the result; length 1 stretches. Axes
     * increase.
     */
    record Broadcast(Shape shape, List<Integer> axes) implements Op {
        public Broadcast {
            axes = List.copyOf(axes);
        }
    }

    /** The monoid's sum over {@code axes}, which disappear; of nothing, its neutral element. */
    record Reduce(Monoid monoid, List<Integer> axes) implements Op {
        public Reduce {
            axes = List.copyOf(axes);
        }
    }

    /**
     * Along {@code axis}, each element combined with all before it, or with all after it if {@code reverse}.
     */
    record Cumulative(Cumulative.Function function, int axis, boolean reverse) implements Op {
        /** How two are combined; the last for floats only, none for bool. */
        public enum Function {
            SUM, PROD, MAX, MIN,
            /** {@code log(exp(x) + exp(y))}, without overflow on the way. */
            LOGSUMEXP
        }
    }

    /**
     * The first index along {@code axis}, which disappears, of the extreme value; NaN is the most extreme.
     */
    record ArgReduce(Extremum extremum, int axis, DType index) implements Op {
        /** Which extreme. */
        public enum Extremum { ARGMAX, ARGMIN }
    }

    /**
     * The product of two tensors summed over the contracted axes: result axes are the batch axes, then the
     * free ones of the left, then of the right operand. Sums and result have dtype {@code result}.
     */
    record DotGeneral(Contraction contraction, DType result) implements Op {}

    /** Along each axis, every stride-th element from its start, below its limit. */
    record Slice(List<Long> starts, List<Long> limits, List<Long> strides) implements Op {
        public Slice {
            starts = List.copyOf(starts);
            limits = List.copyOf(limits);
            strides = List.copyOf(strides);
        }
    }

    /**
     * Operands x and a scalar: x with {@code interior} scalars between its elements, then {@code low} before
     * and {@code high} after; negative low and high crop.
     */
    record Pad(List<Long> low, List<Long> high, List<Long> interior) implements Op {
        public Pad {
            low = List.copyOf(low);
            high = List.copyOf(high);
            interior = List.copyOf(interior);
        }
    }

    /** One or more operands, one after the other along {@code axis}. */
    record Concatenate(int axis) implements Op {}

    /** The elements of {@code axes} in reverse order. */
    record Reverse(List<Integer> axes) implements Op {
        public Reverse {
            axes = List.copyOf(axes);
        }
    }

    /**
     * Sorts all operands, of one shape, along {@code axis} by the first {@code keys} of them, ascending and
     * stable; NaN comes last and -0 equals 0.
     */
    record Sort(int axis, int keys) implements Op {}

    /** Operands x and integer indices: windows of x, as {@link GatherDimensions} says. */
    record Gather(GatherDimensions dimensions, Shape window, OutOfBounds outOfBounds) implements Op {}

    /**
     * Operands x, indices and updates: x with each window of updates combined into the place that the index
     * names, one element of the updates after the other in row-major order.
     */
    record Scatter(GatherDimensions dimensions, Combiner combiner, OutOfBounds outOfBounds) implements Op {
        /** How an update meets what is there. */
        public enum Combiner {
            /** It replaces it, so that the last of several stays. */
            SET,
            /** Not for bool. */
            ADD,
            /** Not for bool. */
            MUL,
            MIN, MAX
        }
    }

    /** What a gather or scatter does with a window that does not lie inside the operand. */
    enum OutOfBounds {
        /** The window is moved inside. */
        CLIP,
        /** Gather gives NaN (integers: the least value), scatter leaves the update out. */
        FILL,
        /** Gather gives 0, so that it is linear; scatter leaves the update out. */
        ZERO
    }

    /**
     * Four i32 tensors of one shape, key words k0, k1 and counter words x0, x1, to two: Threefry-2x32 with 20
     * rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), the same as JAX's.
     */
    record Threefry() implements Op {}

    /** The identity, with derivative 0. */
    record StopGradient() implements Op {}

    /** Runs a program that is compiled as one unit; it is closed: it reads only its operands. */
    record Call(String name, Program body) implements Op {}
}
