package ricci.compiler;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.LinearAlgebra;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Subprograms;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.runtime.Buffer;
import ricci.runtime.Eval;

/**
 * Compares compiled programs with the interpreter, equation by equation: all values of the program are made
 * its results, and each is compared with what the interpreter makes of the compiled values of its operands.
 * So an error of one equation is found there, and not magnified or hidden by those that follow.
 */
final class AgainstInterpreter {
    /** Where values have no more elements, sums are short. */
    private static final long FEW = 256;

    private AgainstInterpreter() {}

    /** Complains about the first equation whose results differ. */
    static void check(Program program, List<Buffer> inputs) {
        check(program, inputs, (p, x) -> new Compiler().compile(p).run(x));
    }

    /**
     * The same of programs as {@code run} runs them.
     *
     * @return what all variables of the program, and then its results, came to
     */
    static List<Buffer> check(Program program, List<Buffer> inputs,
            BiFunction<Program, List<Buffer>, List<Buffer>> run) {
        List<Buffer> all = run.apply(Opened.open(program), inputs);
        check(new Opened(program, inputs, all), run);
        return all;
    }

    private static void check(Opened opened, BiFunction<Program, List<Buffer>, List<Buffer>> run) {
        Program open = Opened.open(opened.program());
        Map<Atom, Buffer> values = new HashMap<>();
        for (int i = 0; i < opened.inputs().size(); i++) {
            values.put(open.inputs().get(i), opened.inputs().get(i));
        }
        for (int i = 0; i < opened.values().size(); i++) {
            values.put(open.results().get(i), opened.values().get(i));
        }
        for (Equation e : open.equations()) {
            List<TensorType> types = e.operands().stream().map(Atom::type).toList();
            List<Buffer> x = e.operands().stream().map(a -> a instanceof Atom.Literal(var type, var value)
                    ? Buffer.filled(type.dtype(), type.shape().size(), value) : values.get(a)).toList();
            if (!e.results().stream().allMatch(v -> hasBound(e, v.type().dtype()))) {
                Opened.of(e, x, run).forEach(step -> check(step, run));
            }
            List<Buffer> expected = Eval.apply(e.op(), types, x);
            for (int i = 0; i < expected.size(); i++) {
                if (hasBound(e, expected.get(i).dtype())) {
                    compare(e, x, expected.get(i), Objects.requireNonNull(values.get(e.results().get(i))),
                            open);
                }
            }
        }
    }

    private static void compare(Equation e, List<Buffer> x, Buffer expected, Buffer actual, Program program) {
        DType dtype = expected.dtype();
        Supplier<String> where = () -> e.op() + " of " + e.operands() + " in\n" + program;
        double few = dtype == DType.C64 || dtype == DType.F32 ? 1e-6 : 1e-13;
        if (e.op() instanceof LinearAlgebra.Fft) {
            double greatest = Arrays.stream(parts(expected)).map(Math::abs).max().orElse(0);
            compareSums(parts(x.getFirst()), parts(expected), parts(actual), few * greatest, where);
        } else if (dtype.isComplex() && e.op() instanceof Op.Reduce) {
            double[] terms = parts(x.getFirst());
            double all = Arrays.stream(terms).map(Math::abs).sum();
            compareSums(terms, parts(expected), parts(actual), few * (1 + terms.length / 4.0) * all, where);
        } else if (e.op() instanceof LinearAlgebra.TriangularSolve) {
            compareSums(parts(x.getFirst()), parts(expected), parts(actual),
                    few * growth(e.operands().getFirst().type().shape(), x.getFirst(), most(expected)),
                    where);
        } else if (dtype.isFloat() && e.op() instanceof LinearAlgebra.Lu) {
            compareSums(parts(x.getFirst()), parts(expected), parts(actual),
                    few * growth(e.result().type().shape(), expected, most(expected)), where);
        } else if (dtype.isFloat()) {
            double[] a = expected.reals();
            double[] b = actual.reals();
            double slack = slack(e, x);
            int ulps = ulps(e, x);
            DType unit = coarsest(e, dtype);
            boolean isProgram = !Subprograms.of(e.op()).isEmpty();
            boolean leaves = leavesRange(e, x, dtype);
            for (int i = 0; i < a.length; i++) {
                boolean isLost = leaves || (isProgram && !Double.isFinite(a[i]));
                // In a program, numbers of about 1 may cancel each other.
                double size = isProgram ? Math.max(Math.abs(a[i]), 1) : a[i];
                if (Double.compare(a[i], b[i]) != 0 && !isLost
                        && !(Math.abs(a[i] - b[i]) <= slack + ulps * ulp(unit, size))) {
                    throw new AssertionError("element " + i + " is " + b[i] + ", not " + a[i] + ": "
                            + where.get());
                }
            }
        } else if (!dtype.isComplex()) {
            long[] a = expected.integers();
            long[] b = actual.integers();
            for (int i = 0; i < a.length; i++) {
                if (a[i] != b[i]) {
                    throw new AssertionError("element " + i + " is " + b[i] + ", not " + a[i] + ": "
                            + where.get());
                }
            }
        } else if (!Arrays.equals(expected.complexes(), actual.complexes())) {
            throw new AssertionError(Arrays.toString(actual.complexes()) + ", not "
                    + Arrays.toString(expected.complexes()) + ": " + where.get());
        }
    }

    /** How much an error of one step of a substitution can grow in those that follow, by triangles. */
    private static double growth(Shape shape, Buffer triangles, double greatest) {
        long rows = shape.length(shape.rank() - 2);
        long columns = shape.length(shape.rank() - 1);
        double[] matrices = triangles.reals();
        double least = 1;
        for (int i = 0; i < matrices.length; i++) {
            boolean isDiagonal = i % columns == i / columns % rows;
            least = isDiagonal ? Math.min(least, Math.abs(matrices[i])) : least;
        }
        return greatest * Math.pow(Math.max(1, most(triangles)) / least, (double) Math.min(rows, columns));
    }

    /** Each element is a sum of all; what is not finite is lost in it. */
    private static void compareSums(double[] x, double[] expected, double[] actual, double slack,
            Supplier<String> where) {
        if (!Arrays.stream(x).allMatch(Double::isFinite)) {
            return;
        }
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(expected[i] - actual[i]) <= slack)
                    && Double.compare(expected[i], actual[i]) != 0) {
                throw new AssertionError("part " + i + " is " + actual[i] + ", not " + expected[i] + ": "
                        + where.get());
            }
        }
    }

    private static double[] parts(Buffer x) {
        return x.dtype().isComplex() ? x.complexes() : x.reals();
    }

    /** The float type with the greatest unit among those that an equation computes with. */
    private static DType coarsest(Equation e, DType dtype) {
        return Subprograms.of(e.op()).stream().flatMap(p -> p.equations().stream())
                .flatMap(inner -> inner.results().stream().map(v -> coarsest(inner, v.type().dtype())))
                .filter(DType::isFloat).reduce(dtype, (a, b) -> ulp(a, 1) >= ulp(b, 1) ? a : b);
    }

    /**
     * Whether it is known how far a result may be off. In a program of any kind, what an error of a rounding
     * comes to as a whole number, or by way of one, has no bound, nor have those of long sums, as in the sine
     * of one. What is in such a program is compared instead.
     */
    private static boolean hasBound(Equation e, DType dtype) {
        return Subprograms.of(e.op()).isEmpty() || (dtype.isFloat() && !hasLongSums(e)
                && Subprograms.of(e.op()).stream().flatMap(EveryTier::everything)
                .noneMatch(AgainstInterpreter::isJump));
    }

    /** Whether a small error may become a great one: in what is made of floats, but is none. */
    private static boolean isJump(Equation e) {
        boolean isOfItself = e.op() instanceof Op.Compare
                && e.operands().getFirst().equals(e.operands().getLast());
        return !isOfItself && e.operands().stream().anyMatch(x -> x.type().dtype().isInexact())
                && e.results().stream().anyMatch(v -> !v.type().dtype().isInexact());
    }

    /** Whether there is a program inside that sums up, or the like, among values of many elements. */
    private static boolean hasLongSums(Equation e) {
        List<Equation> inside = Subprograms.of(e.op()).stream().flatMap(EveryTier::everything).toList();
        return inside.stream().anyMatch(EveryTier::hasOrder) && inside.stream()
                .flatMap(inner -> inner.results().stream()).anyMatch(v -> v.type().shape().size() > FEW);
    }

    private static double ulp(DType dtype, double x) {
        double unit = switch (dtype) {
            case F64 -> 0x1p-52;
            case F32 -> 0x1p-23;
            case F16 -> 0x1p-10;
            default -> 0x1p-7;
        };
        double least = switch (dtype) {
            case F64 -> Double.MIN_VALUE;
            case F32, BF16 -> Float.MIN_VALUE * (dtype == DType.BF16 ? 0x1p16 : 1);
            default -> 0x1p-24;
        };
        return Math.max(Math.abs(x) * unit, least);
    }

    /** How far a result may be off: not at all, but for functions that are approximated. */
    private static int ulps(Equation e, List<Buffer> x) {
        if (!Subprograms.of(e.op()).isEmpty()) {
            return 1 << 12;
        }
        return switch (e.op()) {
            case Op.Unary(var f) -> switch (f) {
                case NEG, ABS, SIGN, FLOOR, CEIL, ROUND, TRUNC, SQRT, NOT, POPCNT, CLZ -> 0;
                default -> 4;
            };
            case Op.Binary(var f) -> switch (f) {
                case POW, ATAN2 -> 4;
                default -> 0;
            };
            case Op.IntegerPower _ -> 4;
            case Op.Cumulative _ -> isHalf(e.result().type().dtype()) ? 1 : 0;
            case Op.DotGeneral _, Windows.Convolution _, Windows.ReduceWindow _ -> 1;
            // Halves are added in f32 and rounded again, which may meet a tie.
            case Op.Reduce _ -> isHalf(e.result().type().dtype()) ? 1 : 0;
            case Op.Scatter(_, var combiner, _) -> switch (combiner) {
                case SET, MIN, MAX -> 0;
                case ADD -> 1;
                case MUL -> 1 + (int) x.getLast().count();
            };
            default -> 0;
        };
    }

    private static boolean isHalf(DType dtype) {
        return dtype == DType.F16 || dtype == DType.BF16;
    }

    /** The rounding errors of a sum or product of many. */
    private static double slack(Equation e, List<Buffer> x) {
        if (x.isEmpty() || e.result().type().shape().size() == 0) {
            return 0;
        }
        DType of = x.getFirst().dtype();
        DType to = e.result().type().dtype();
        double unit = of == DType.F64 || to == DType.F64 ? 0x1p-52 : 0x1p-23;
        double results = e.result().type().shape().size();
        return switch (e.op()) {
            case Op.Reduce(var monoid, _) -> slack(monoid, unit, x.getFirst(),
                    x.getFirst().count() / results);
            case Windows.ReduceWindow(var monoid, var window, _) ->
                    slack(monoid, unit, x.getFirst(), (double) window.size());
            case Op.Cumulative(var f, _, _) -> {
                double count = x.getFirst().count();
                yield switch (f) {
                    case SUM -> slack(Monoid.SUM, unit, x.getFirst(), count);
                    case PROD -> slack(Monoid.PROD, unit, x.getFirst(), count);
                    case MAX, MIN -> 0;
                    // A sum near 1 has a logarithm near 0, and keeps the errors of the greatest on the way.
                    case LOGSUMEXP -> (4 + count) * ulp(of, most(x.getFirst()) + Math.log1p(count));
                };
            }
            case Op.DotGeneral _, Windows.Convolution _ -> 2 * unit * most(x.get(0)) * most(x.get(1))
                    * Math.pow(terms(e), 2);
            case Op.Scatter(_, var combiner, _) -> combiner == Op.Scatter.Combiner.ADD
                    ? 2 * unit * x.getLast().count() * (most(x.getFirst()) + sum(x.getLast())) : 0;
            default -> 0;
        };
    }

    /** How many products are added for an element of a contraction. */
    private static double terms(Equation e) {
        return switch (e.op()) {
            case Op.DotGeneral(var contraction, _) -> e.operands().getFirst().type().shape()
                    .select(contraction.leftContracted()).size();
            case Windows.Convolution(var d, _, _, _, _) -> {
                Shape kernel = e.operands().getLast().type().shape();
                yield (double) kernel.size() / kernel.length(d.kernel().getFirst());
            }
            default -> throw new IllegalArgumentException(e.op() + " is no contraction");
        };
    }

    private static double slack(Monoid monoid, double unit, Buffer x, double count) {
        return switch (monoid) {
            case SUM -> 2 * count * unit * sum(x);
            case PROD -> 2 * count * unit * Math.min(product(x), Double.MAX_VALUE);
            case MAX, MIN, AND, OR, XOR -> 0;
        };
    }

    /**
     * Whether a product or sum may overflow, or a product underflow, on the way, which it may do in one order
     * and not in another, and in the numbers that are combined and not in wider ones.
     */
    private static boolean leavesRange(Equation e, List<Buffer> x, DType dtype) {
        double least = dtype == DType.F64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
        return switch (e.op()) {
            case Op.Reduce(var monoid, _) -> leavesRange(monoid, x.getFirst(), product(x.getFirst()),
                    smallProduct(x.getFirst()), greatest(dtype), least);
            case Windows.ReduceWindow(var monoid, var window, _) -> leavesRange(monoid, x.getFirst(),
                    Math.pow(Math.max(most(x.getFirst()), 1), (double) window.size()),
                    Math.pow(Math.min(least(x.getFirst()), 1), (double) window.size()), greatest(dtype),
                    least);
            case Op.Cumulative(var f, _, _) -> switch (f) {
                case SUM -> sum(x.getFirst()) > greatest(dtype);
                case PROD -> product(x.getFirst()) > greatest(dtype) || smallProduct(x.getFirst()) < least;
                case MAX, MIN, LOGSUMEXP -> false;
            };
            case Op.Scatter(_, var combiner, _) -> switch (combiner) {
                case ADD -> sum(x.getFirst()) + sum(x.getLast()) > greatest(dtype);
                case MUL -> product(x.getFirst()) * product(x.getLast()) > greatest(dtype)
                        || smallProduct(x.getFirst()) * smallProduct(x.getLast()) < least;
                case SET, MIN, MAX -> false;
            };
            case Op.DotGeneral _, Windows.Convolution _ ->
                    terms(e) * most(x.get(0)) * most(x.get(1)) > greatest(dtype);
            default -> false;
        };
    }

    private static boolean leavesRange(Monoid monoid, Buffer x, double product, double smallProduct,
            double greatest, double least) {
        return switch (monoid) {
            case SUM -> sum(x) > greatest;
            case PROD -> product > greatest || smallProduct < least;
            case MAX, MIN, AND, OR, XOR -> false;
        };
    }

    /** What a product of some of the elements may come to on the way. */
    private static double product(Buffer x) {
        return Arrays.stream(x.reals()).filter(Double::isFinite).map(v -> Math.max(Math.abs(v), 1))
                .reduce(1, (a, b) -> a * b);
    }

    /** How small that may be without being zero. */
    private static double smallProduct(Buffer x) {
        return Arrays.stream(x.reals()).map(Math::abs).filter(v -> v > 0).map(v -> Math.min(v, 1))
                .reduce(1, (a, b) -> a * b);
    }

    /** The least magnitude but zero. */
    private static double least(Buffer x) {
        return Arrays.stream(x.reals()).map(Math::abs).filter(v -> v > 0).min().orElse(1);
    }

    private static double greatest(DType dtype) {
        return dtype == DType.F64 ? Double.MAX_VALUE : dtype == DType.F16 ? 65504 : Float.MAX_VALUE;
    }

    /** The greatest magnitude. */
    private static double most(Buffer x) {
        return Arrays.stream(x.reals()).filter(Double::isFinite).map(Math::abs).max().orElse(0);
    }

    private static double sum(Buffer x) {
        return Arrays.stream(x.reals()).filter(Double::isFinite).map(Math::abs).sum();
    }
}
