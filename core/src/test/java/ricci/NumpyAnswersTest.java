package ricci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static ricci.Ricci.arange;
import static ricci.Ricci.tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import ricci.Manipulation.Padding;
import ricci.Statistics.Method;
import ricci.ir.DType;

/** Functions that NumPy has too, against its answers. */
class NumpyAnswersTest {
    private static final DType F64 = DType.F64;
    private final Map<String, Tensor> table = NumpyAnswers.table("numpy-answers.tsv");
    private final Map<String, Supplier<Tensor>> cases = new LinkedHashMap<>();
    private final Tensor x = in("x");
    private final Tensor y = in("y");
    private final Tensor z = in("z");
    private final Tensor v = in("v");
    private final Tensor w = in("w");
    private final Tensor n = in("n");
    private final Tensor s = in("s");
    private final Tensor t = in("t");
    private final Tensor i = in("i");
    private final Tensor j = in("j");
    private final Tensor p = in("p");
    private final Tensor order = in("order");
    private final Tensor b = in("b");

    private Tensor in(String name) {
        return NumpyAnswers.of(table, "in " + name);
    }

    @TestFactory
    List<DynamicTest> answersAreNumpys() {
        creation();
        axes();
        padding();
        picking();
        statistics();
        order();
        arithmetic();
        logic();
        searching();
        products();
        List<DynamicTest> tests = new ArrayList<>();
        cases.forEach((name, f) -> tests.add(DynamicTest.dynamicTest(name, () -> check(name, f.get()))));
        TreeSet<String> unasked = new TreeSet<>(table.keySet());
        unasked.removeAll(cases.keySet());
        unasked.removeIf(name -> name.startsWith("in "));
        assertEquals(new TreeSet<>(), unasked);
        return tests;
    }

    private void check(String name, Tensor actual) {
        Tensor expected = NumpyAnswers.of(table, name);
        assertEquals(expected.shape(), actual.shape());
        assertEquals(expected.dtype().isFloat(), actual.dtype().isFloat());
        assertEquals(expected.dtype() == DType.BOOL, actual.dtype() == DType.BOOL);
        double[] a = expected.toDoubles();
        double[] c = actual.toDoubles();
        for (int k = 0; k < a.length; k++) {
            double tolerance = 1e-12 * Math.max(1, Double.isFinite(a[k]) ? Math.abs(a[k]) : 1);
            assertEquals(a[k], c[k], tolerance, name);
        }
    }

    private void creation() {
        cases.put("arange 2 11 3", () -> arange(2, 11, 3));
        cases.put("arange 5 -4 -2", () -> arange(5, -4, -2));
        cases.put("arange 0 1 0.1", () -> Creation.arange(F64, 0, 1, 0.1));
        cases.put("arange empty", () -> arange(3, 1));
        cases.put("linspace", () -> Creation.linspace(F64, -1, 2, 7, true));
        cases.put("linspace open", () -> Creation.linspace(F64, -1, 2, 6, false));
        cases.put("linspace one", () -> Creation.linspace(F64, 3, 5, 1, true));
        cases.put("logspace", () -> Creation.logspace(F64, 0, 2, 5, 2));
        cases.put("geomspace", () -> Creation.geomspace(F64, 1, 1000, 4));
        cases.put("geomspace negative", () -> Creation.geomspace(F64, -8, -1, 4));
        cases.put("eye 3 4 1", () -> Creation.eye(F64, 3, 4, 1));
        cases.put("eye 3 4 -2", () -> Creation.eye(F64, 3, 4, -2));
        cases.put("tri 3 5 -1", () -> Creation.tri(F64, 3, 5, -1));
        cases.put("tril x 1", () -> Creation.tril(x, 1));
        cases.put("triu x -1", () -> Creation.triu(x, -1));
        cases.put("diag v", () -> Creation.diag(v, 0));
        cases.put("diag v 2", () -> Creation.diag(v, 2));
        cases.put("diag v -1", () -> Creation.diag(v, -1));
        cases.put("diag x 1", () -> Creation.diag(x, 1));
        for (int k = 0; k < 2; k++) {
            int each = k;
            cases.put("meshgrid " + k, () -> Creation.meshgrid(v.slice(0, 0, 3), v).get(each));
            cases.put("tril indices " + k, () -> Creation.trilIndices(3, 4, 1).get(each));
        }
        for (int k = 0; k < 3; k++) {
            int each = k;
            cases.put("meshgrid ij " + k, () -> Creation.meshgridIj(
                    v.slice(0, 0, 3), v.slice(0, 0, 2), v.slice(0, 3, 7)).get(each));
        }
        cases.put("indices", () -> Creation.indices(2, 3));
    }

    private void axes() {
        cases.put("moveaxis", () -> Manipulation.moveAxis(z, new int[] {0, 1}, new int[] {-1, 0}));
        cases.put("moveAxis 0 2", () -> z.moveAxis(0, 2));
        cases.put("swapaxes", () -> z.swapAxes(0, -1));
        cases.put("stack 1", () -> Ricci.stack(List.of(x, y), 1));
        cases.put("stack -1", () -> Ricci.stack(List.of(x, y), -1));
        cases.put("hstack", () -> Manipulation.hstack(x, y));
        cases.put("hstack v", () -> Manipulation.hstack(v, v));
        cases.put("vstack", () -> Manipulation.vstack(v, v));
        cases.put("dstack", () -> Manipulation.dstack(x, y));
        cases.put("column_stack", () -> Manipulation.columnStack(v, v));
        for (int k = 0; k < 3; k++) {
            int each = k;
            cases.put("array_split " + k, () -> Manipulation.arraySplit(v, 3, 0).get(each));
        }
        for (int k = 0; k < 4; k++) {
            int each = k;
            cases.put("split at " + k, () -> Manipulation.split(v, new long[] {2, -2, 6}, 0).get(each));
        }
        cases.put("tile x 2", () -> Manipulation.tile(x, 2));
        cases.put("tile x 2 1 3", () -> Manipulation.tile(x, 2, 1, 3));
        cases.put("tile v 2 2", () -> Manipulation.tile(v, 2, 2));
        cases.put("repeat x 3 1", () -> Manipulation.repeat(x, 3, 1));
        cases.put("repeat x counts", () -> Manipulation.repeat(x, new long[] {2, 0, 1}, 0));
        cases.put("roll", () -> Manipulation.roll(x, 5));
        cases.put("roll axes", () -> Manipulation.roll(z, new long[] {1, -2}, new int[] {0, 2}));
        cases.put("fliplr", () -> Manipulation.fliplr(x));
        for (int k = -1; k < 4; k++) {
            int times = k;
            cases.put("rot90 " + k, () -> Manipulation.rot90(x, times));
        }
        cases.put("rot90 axes", () -> Manipulation.rot90(z, 1, 2, 0));
        cases.put("atleast_3d", () -> Manipulation.atLeast3d(x));
        cases.put("squeeze", () -> x.expandDims(0, 2).squeeze());
        cases.put("expand_dims", () -> x.expandDims(0, -1));
    }

    private void padding() {
        cases.put("pad", () -> Manipulation.pad(x, new long[][] {{1, 2}, {0, 3}}, 9));
        for (Padding mode : Padding.values()) {
            String name = mode.name().toLowerCase(Locale.ROOT);
            cases.put("pad " + name, () -> Manipulation.pad(x, new long[][] {{1, 2}, {3, 0}}, mode));
            cases.put("pad far " + name,
                    () -> Manipulation.pad(v.slice(0, 0, 3), new long[][] {{8, 10}}, mode));
            cases.put("pad one " + name,
                    () -> Manipulation.pad(v.slice(0, 0, 1), new long[][] {{2, 3}}, mode));
        }
    }

    private void picking() {
        cases.put("take 1", () -> z.take(p, 1));
        cases.put("take -1", () -> z.take(p, -1));
        cases.put("take wrap", () -> Manipulation.take(x, p.add(7), 1, IndexMode.WRAP));
        cases.put("take_along_axis", () -> Manipulation.takeAlongAxis(x, order, 1));
        cases.put("take_along_axis 0", () -> Manipulation.takeAlongAxis(
                x, tensor(new int[] {1, 0, 2, 2}, 1, 4), 0));
        cases.put("put_along_axis", () -> Manipulation.putAlongAxis(
                x, tensor(new int[] {2, 0, 3}, 3, 1), tensor(9.0), 1));
        cases.put("delete", () -> Manipulation.delete(x, new long[] {1, -1}, 1));
        cases.put("diagonal 1", () -> Manipulation.diagonal(z, 1, 1, 2));
        cases.put("diagonal -1", () -> Manipulation.diagonal(z, -1, 2, 0));
    }

    private void statistics() {
        cases.put("var", () -> Statistics.var(x, 1, 0));
        cases.put("std", () -> Statistics.std(z, 1, 0, 2));
        cases.put("ptp", () -> Statistics.ptp(x, 1));
        cases.put("average", () -> Statistics.average(v, w));
        cases.put("average 1", () -> Statistics.average(x, y.abs(), 1));
        cases.put("cov", () -> Statistics.cov(x));
        cases.put("cov v", () -> Statistics.cov(v));
        cases.put("corrcoef", () -> Statistics.corrcoef(x));
        cases.put("diff", () -> Statistics.diff(x));
        cases.put("diff 2 0", () -> Statistics.diff(x, 2, 0));
        cases.put("diff b", () -> Statistics.diff(b));
        cases.put("gradient", () -> Statistics.gradient(x, 0.5, 1));
        cases.put("trapezoid", () -> Statistics.trapezoid(x, 0.5, 0));
        cases.put("keepdims", () -> z.keepDims(Tensor::mean, 0, 2));
        cases.put("cumsum", () -> x.cumsum(1));
        for (int[] axes : new int[][] {{1}, {}}) {
            String all = axes.length == 0 ? " all" : "";
            cases.put("nansum" + all, () -> Statistics.nanSum(n, axes));
            cases.put("nanprod" + all, () -> Statistics.nanProd(n, axes));
            cases.put("nanmean" + all, () -> Statistics.nanMean(n, axes));
            cases.put("nanmax" + all, () -> Statistics.nanMax(n, axes));
            cases.put("nanmin" + all, () -> Statistics.nanMin(n, axes));
            cases.put("nanmedian" + all, () -> Statistics.nanMedian(n, axes));
        }
        cases.put("nanvar", () -> Statistics.nanVar(n, 1, 1));
        cases.put("nanstd", () -> Statistics.nanStd(n, 0, 0));
        cases.put("nanquantile", () -> Statistics.nanQuantile(n, 0.3, 1));
        cases.put("nanargmax", () -> Statistics.nanArgmax(n, 1));
        cases.put("nanargmin", () -> Statistics.nanArgmin(n, 1));
    }

    private void order() {
        cases.put("median", () -> Statistics.median(x, 1));
        cases.put("median odd", () -> Statistics.median(v));
        cases.put("median z", () -> Statistics.median(z, 0, 2));
        cases.put("median nan", () -> Statistics.median(n, 1));
        cases.put("quantile", () -> Statistics.quantile(x, 0.3, 0));
        cases.put("quantile many", () -> Statistics.quantile(v, new double[] {0, 0.25, 0.9, 1}));
        cases.put("percentile", () -> Statistics.percentile(z, 77, 1, 2));
        for (Method method : Method.values()) {
            String name = method.name().toLowerCase(Locale.ROOT);
            for (String q : method == Method.LINEAR ? List.<String>of()
                    : List.of("0", "0.1", "0.25", "0.5", "0.6", "0.75", "0.93", "1")) {
                cases.put("quantile " + name + " " + q,
                        () -> Statistics.quantile(x, Double.parseDouble(q), method));
                cases.put("quantile odd " + name + " " + q,
                        () -> Statistics.quantile(v, Double.parseDouble(q), method));
            }
        }
    }

    private void arithmetic() {
        cases.put("floor_divide int", () -> Arithmetic.floorDivide(i, j));
        cases.put("mod int", () -> Arithmetic.mod(i, j));
        cases.put("rem int", () -> i.rem(j));
        cases.put("floor_divide", () -> Arithmetic.floorDivide(x, y));
        cases.put("mod", () -> Arithmetic.mod(x, y));
        cases.put("floor", () -> Arithmetic.floor(s));
        cases.put("ceil", () -> Arithmetic.ceil(s));
        cases.put("rint", () -> Arithmetic.round(s));
        cases.put("trunc", () -> Arithmetic.trunc(s));
        cases.put("round 1", () -> Arithmetic.round(x, 1));
        cases.put("round int -1", () -> Arithmetic.round(i.mul(13), -1));
        cases.put("fmax", () -> Arithmetic.fmax(s, t));
        cases.put("fmin", () -> Arithmetic.fmin(s, t));
        cases.put("maximum", () -> s.maximum(t));
        cases.put("minimum", () -> s.minimum(t));
        cases.put("reciprocal", () -> Arithmetic.reciprocal(x));
        cases.put("hypot", () -> Arithmetic.hypot(s, t));
        cases.put("hypot large", () -> Arithmetic.hypot(x.mul(1e200), y.mul(1e200)));
        cases.put("logaddexp", () -> Arithmetic.logAddExp(s, t));
        cases.put("logaddexp2", () -> Arithmetic.logAddExp2(x, y));
        cases.put("sinc", () -> Arithmetic.sinc(tensor(new double[] {0, 0.5, 1.5, -2.25})));
        cases.put("copysign", () -> Arithmetic.copySign(s, t));
        cases.put("heaviside", () -> Arithmetic.heaviside(s, 0.25));
        cases.put("deg2rad", () -> Arithmetic.deg2rad(x));
        cases.put("rad2deg", () -> Arithmetic.rad2deg(x));
        cases.put("nan_to_num", () -> Arithmetic.nanToNum(s));
        cases.put("nan_to_num given", () -> Arithmetic.nanToNum(s, 1, 2, 3));
        cases.put("sign", () -> s.sign());
        cases.put("clip", () -> x.clip(-0.5, 0.5));
        cases.put("interp", () -> Arithmetic.interp(tensor(new double[] {-9, 0, 0.3, 1, 1.5, 9}, 2, 3),
                tensor(new double[] {-1, 0, 1, 3}), v.slice(0, 0, 4)));
    }

    private void logic() {
        cases.put("logical_and", () -> Logic.logicalAnd(i, b));
        cases.put("logical_or", () -> Logic.logicalOr(i, b));
        cases.put("logical_xor", () -> Logic.logicalXor(i, b));
        cases.put("logical_not", () -> Logic.logicalNot(i));
        cases.put("bitwise_and", () -> Logic.bitwiseAnd(i, j));
        cases.put("bitwise_or", () -> Logic.bitwiseOr(i, j));
        cases.put("bitwise_xor", () -> Logic.bitwiseXor(i, j));
        cases.put("invert", () -> Logic.bitwiseNot(i));
        cases.put("left_shift", () -> Logic.leftShift(i, Ricci.fullLike(i, 3)));
        cases.put("right_shift", () -> Logic.rightShift(i, Ricci.fullLike(i, 1)));
        cases.put("isnan", () -> Logic.isNaN(s));
        cases.put("isinf", () -> Logic.isInf(s));
        cases.put("isfinite", () -> Logic.isFinite(s));
        cases.put("signbit", () -> Logic.signBit(s));
        cases.put("isposinf", () -> Logic.isPosInf(s));
        cases.put("isneginf", () -> Logic.isNegInf(s));
        cases.put("isclose", () -> Logic.isClose(s, t, 0.5, 0.1, false));
        cases.put("isclose nan", () -> Logic.isClose(n, n, 1e-5, 1e-8, true));
        double inf = Double.POSITIVE_INFINITY;
        cases.put("isclose inf", () -> Logic.isClose(
                tensor(new double[] {1, inf, 1}), tensor(new double[] {inf, inf, 1 + 1e-9})));
    }

    private void searching() {
        cases.put("nonzero 0", () -> Ricci.where(b).get(0));
        cases.put("nonzero 1", () -> Searching.nonzero(b).get(1));
        cases.put("argwhere", () -> Searching.argwhere(i.gt(2)));
        cases.put("flatnonzero", () -> Searching.flatnonzero(i.gt(2)));
        cases.put("extract", () -> Searching.extract(b, i));
        cases.put("count_nonzero", () -> Searching.countNonzero(i, 1));
        cases.put("unique", () -> Searching.unique(p));
        cases.put("unique indices", () -> Searching.uniqueAll(p).indices());
        cases.put("unique inverse", () -> Searching.uniqueAll(p).inverse());
        cases.put("unique counts", () -> Searching.uniqueAll(p).counts());
        double nan = Double.NaN;
        cases.put("unique nan", () -> Searching.unique(tensor(new double[] {2, nan, 1, nan, 2})));
        cases.put("isin", () -> Searching.isIn(i, tensor(new int[] {1, 5, -7})));
        cases.put("lexsort", () -> Searching.lexsort(
                tensor(new int[] {4, 1, 3, 1, 4}), tensor(new int[] {1, 0, 1, 0, 0})));
        cases.put("bincount", () -> Ordering.bincount(tensor(new int[] {1, 4, 1, 0, 4, 4}), 6));
        cases.put("bincount weights", () -> Ordering.bincount(
                tensor(new int[] {1, 4, 1, 0, 4, 4, 2}), v, 5));
    }

    private void products() {
        cases.put("dot x y", () -> Products.dot(x, y.T()));
        cases.put("dot z y", () -> Products.dot(z, y.T()));
        cases.put("dot v v", () -> Products.dot(v, v));
        cases.put("dot z z", () -> Products.dot(z, z.swapAxes(1, 2)));
        cases.put("vdot", () -> Products.vdot(x, y));
        cases.put("inner", () -> Products.inner(z, x));
        cases.put("outer", () -> Products.outer(v, x));
        cases.put("tensordot 2", () -> Products.tensordot(z, x, 2));
        cases.put("tensordot axes", () -> Products.tensordot(z, z, new int[] {1, 0}, new int[] {1, 0}));
        cases.put("cross", () -> Products.cross(x.slice(1, 0, 3), y.slice(1, 0, 3)));
        cases.put("cross 0", () -> Products.cross(x, y, 0));
        cases.put("kron", () -> Products.kron(x, z));
        cases.put("trace", () -> Products.trace(z));
    }

    /** Traced, the same functions give the same; so they read no values and make the same programs. */
    @Test
    void tracedTheyGiveTheSame() {
        Map<String, Fn<Tensor, Tensor>> functions = Map.ofEntries(
                Map.entry("median", a -> Statistics.median(a, 1)),
                Map.entry("nanmedian", a -> Statistics.nanMedian(a, 1)),
                Map.entry("cov", Statistics::cov), Map.entry("corrcoef", Statistics::corrcoef),
                Map.entry("pad", a -> Manipulation.pad(a, 3, Padding.REFLECT)),
                Map.entry("rot90", a -> Manipulation.rot90(a, 1)),
                Map.entry("diag", a -> Creation.diag(a, 1)),
                Map.entry("triu", a -> Creation.triu(a, 0)), Map.entry("mod", a -> Arithmetic.mod(a, 0.7)),
                Map.entry("floorDivide", a -> Arithmetic.floorDivide(a, 0.7)),
                Map.entry("sinc", Arithmetic::sinc), Map.entry("hypot", a -> Arithmetic.hypot(a, a.exp())),
                Map.entry("logAddExp", a -> Arithmetic.logAddExp(a, a.neg())),
                Map.entry("gradient", a -> Statistics.gradient(a, 0.5, 0)),
                Map.entry("kron", a -> Products.kron(a, a)),
                Map.entry("cross", a -> Products.cross(a, a.exp(), 0)),
                Map.entry("take", a -> a.take(p, 1)), Map.entry("tile", a -> Manipulation.tile(a, 2, 3)),
                Map.entry("along", a -> Manipulation.takeAlongAxis(a, order, 1)),
                Map.entry("interp", a -> Arithmetic.interp(
                        a, tensor(new double[] {-1, 0, 1}), v.slice(0, 0, 3))));
        Tensor many = Ricci.stack(x, y, x.add(0.3));
        functions.forEach((name, f) -> {
            Tensor expected = f.apply(x);
            assertArrayEquals(expected.toDoubles(), Ricci.jit(f).apply(x).toDoubles(), name);
            Tensor mapped = Ricci.vmap(f).apply(many);
            for (int k = 0; k < 3; k++) {
                assertArrayEquals(f.apply(many.get(k)).toDoubles(), mapped.get(k).toDoubles(), 1e-12, name);
            }
        });
        for (String name : List.of("median", "mod", "sinc", "hypot", "logAddExp", "along", "interp", "pad")) {
            Fn<Tensor, Tensor> f = Objects.requireNonNull(functions.get(name));
            Jacobians.check(a -> f.apply(a).square().sum(), x);
        }
    }
}
