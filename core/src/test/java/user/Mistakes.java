package user;

import static ricci.ControlFlow.associativeScan;
import static ricci.ControlFlow.cond;
import static ricci.ControlFlow.forLoop;
import static ricci.ControlFlow.scan;
import static ricci.ControlFlow.switchOn;
import static ricci.ControlFlow.whileLoop;
import static ricci.Convolutions.conv;
import static ricci.Convolutions.convTranspose;
import static ricci.Convolutions.maxPool;
import static ricci.Derivatives.grad2;
import static ricci.Derivatives.gradWithAux;
import static ricci.Derivatives.jacfwd;
import static ricci.Derivatives.jacrevTree;
import static ricci.Derivatives.linearTranspose;
import static ricci.Derivatives.linearize;
import static ricci.Ricci.ELLIPSIS;
import static ricci.Ricci.NONE;
import static ricci.Ricci.arange;
import static ricci.Ricci.array;
import static ricci.Ricci.at;
import static ricci.Ricci.axis;
import static ricci.Ricci.grad;
import static ricci.Ricci.inAxes;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.onThreads;
import static ricci.Ricci.ones;
import static ricci.Ricci.outAxis;
import static ricci.Ricci.slice;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vjp;
import static ricci.Ricci.vmap;
import static ricci.Ricci.where;
import static ricci.Ricci.zeros;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.einsum;
import static ricci.einops.Einops.rearrange;
import static ricci.einops.Einops.reduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.function.Executable;
import ricci.Carry;
import ricci.Complex;
import ricci.Fft;
import ricci.Fn2;
import ricci.Fn;
import ricci.Key;
import ricci.Linalg;
import ricci.Manipulation;
import ricci.Ordering;
import ricci.Padding;
import ricci.Products;
import ricci.Random;
import ricci.Ricci;
import ricci.Slices;
import ricci.Slide;
import ricci.Statistics;
import ricci.Tensor;
import ricci.Tree;
import ricci.WithAux;
import ricci.einops.Reduction;
import ricci.ir.DType;
import ricci.ir.Program;

/** What users get wrong, each in one line, by the name of the file that holds the expected message. */
final class Mistakes {
    record Params(Tensor w, Tensor b) {}

    record Narrow(ArrayList<Tensor> tensors) {}

    private Mistakes() {}

    /** As many rows as overflow an int, in little memory. */
    private static float[][] sharedRows() {
        float[][] rows = new float[1 << 16][];
        Arrays.fill(rows, new float[1 << 16]);
        return rows;
    }

    /** What only code without nullness checks gives. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    static <T> T nothing() {
        return null;
    }

    static Map<String, Executable> all() {
        Map<String, Executable> all = new LinkedHashMap<>();
        shapes(all);
        types(all);
        indexing(all);
        manipulation(all);
        tracing(all);
        derivatives(all);
        linearMaps(all);
        compilation(all);
        vectorization(all);
        CollectiveMistakes.add(all);
        RandomMistakes.add(all);
        DebugMistakes.add(all);
        SafetyMistakes.add(all);
        patterns(all);
        control(all);
        windows(all);
        matrices(all);
        CustomMistakes.add(all);
        return all;
    }

    private static void shapes(Map<String, Executable> all) {
        all.put("shape-mismatch", () -> ones(2, 3).add(ones(4)));
        all.put("shape-mismatch-traced", () -> jit((Tensor x) -> x.mul(ones(5))).apply(ones(2, 3)));
        all.put("null-operand", () -> ones(2, 3).add(missing()));
        all.put("matmul-lengths", () -> ones(2, 3).matmul(ones(4, 5)));
        all.put("matmul-rank", () -> ones(2, 3, 4).matmul(ones(4, 5)));
        all.put("reshape-count", () -> ones(2, 3).reshape(4, 2));
        all.put("reshape-two-unknown", () -> ones(2, 3).reshape(-1, -1));
        all.put("broadcast", () -> ones(2, 3).broadcastTo(3, 2));
        all.put("slice-bounds", () -> ones(2, 3).slice(1, 2, 5));
        all.put("item-of-many", () -> ones(2, 3).item());
        all.put("max-of-nothing", () -> zeros(0, 3).max(0));
        all.put("negative-length", () -> zeros(2, -3));
        all.put("overflowing-size", () -> zeros(1L << 40, 1L << 40));
        all.put("too-large", () -> zeros(1L << 40));
        all.put("values-count", () -> tensor(new float[5], 2, 3));
        all.put("ragged-rows", () -> tensor(new float[][] {{1, 2}, {3}}));
        all.put("rows-too-many", () -> tensor(sharedRows()));
        all.put("mean-axis", () -> ones(2, 3).mean(2));
        all.put("take-of-none", () -> zeros(0, 3).take(tensor(new int[] {0})));
        all.put("concatenate", () -> Ricci.concatenate(List.of(ones(2, 3), ones(2, 4)), 0));
        all.put("stack-nothing", () -> Ricci.stack(List.of()));
        all.put("axis-missing", () -> ones(2, 3).sum(2));
        all.put("axis-of-scalar", () -> tensor(1f).argmax(0));
        all.put("axis-twice", () -> ones(2, 3).sum(1, -1));
        all.put("cumsum-axis", () -> ones(2, 3).cumsum(2));
        all.put("flip-twice", () -> ones(2, 3).flip(0, -2));
        all.put("transpose-too-few", () -> ones(2, 3, 4).transpose(1, 0));
    }

    private static void types(Map<String, Executable> all) {
        all.put("dtype-condition", () -> where(ones(2), ones(2), zeros(2)));
        all.put("dtype-constant", () -> tensor(new int[] {1}).to(DType.U8).add(300));
        all.put("dtype-bool-arithmetic", () -> ones(2).gt(0).add(ones(2).gt(0)));
        all.put("dtype-bool-max", () -> ones(2).gt(0).max());
        all.put("dtype-bool-cummax", () -> ones(2).gt(0).cummax(0));
        all.put("dtype-indices", () -> ones(3).take(ones(2)));
        all.put("dtype-longs-of-floats", () -> ones(2).toLongs());
        all.put("dtype-uniform", () -> Random.uniform(Key.of(1), DType.I32, 0, 9, 3));
        all.put("dtype-labels", () -> grad((Tensor x) -> x.sum()).apply(tensor(new int[] {1, 2})));
    }

    private static void indexing(Map<String, Executable> all) {
        Tensor x = ones(2, 3);
        all.put("index-outside", () -> x.get(0, 3));
        all.put("index-too-many", () -> x.get(0, slice(0, 2), 1));
        all.put("index-two-ellipses", () -> x.get(ELLIPSIS, 1, ELLIPSIS));
        all.put("index-step", () -> x.get(slice(0, 2, 0)));
        all.put("index-floats", () -> x.get(ones(2)));
        all.put("index-null", () -> x.get(0, null));
        all.put("index-entry", () -> x.get("first"));
        all.put("index-broadcast", () -> x.get(at(0, 1), at(0, 1, 2)));
        all.put("index-nothing", () -> zeros(0, 3).get(at(0)));
        all.put("index-mask-lengths", () -> x.get(ones(3).gt(0)));
        all.put("index-mask-lengths-set", () -> x.at(ones(3).gt(0)).set(1));
        all.put("index-mask-traced", () -> jit((Tensor y) -> y.get(y.gt(0))).apply(x));
        all.put("index-set-floats", () -> tensor(new int[] {1, 2}).at(0).set(tensor(0.5f)));
        all.put("index-set-shape", () -> x.at(0).set(ones(2)));
        all.put("nonzero-traced", () -> jit((Tensor y) -> where(y).getFirst()).apply(x));
    }

    private static void manipulation(Map<String, Executable> all) {
        Tensor x = ones(2, 3);
        all.put("squeeze", () -> x.squeeze(1));
        all.put("expand-dims", () -> x.expandDims(4));
        all.put("stack-axis", () -> Ricci.stack(List.of(x, x), 3));
        all.put("split-unequal", () -> Manipulation.split(x, 2, 1));
        all.put("pad-widths", () -> Manipulation.pad(x, new long[][] {{1, 1}}, 0));
        all.put("pad-nothing", () -> Manipulation.pad(zeros(0), 1, Manipulation.Padding.EDGE));
        all.put("tile-negative", () -> Manipulation.tile(x, -1));
        all.put("take-along-axis", () -> Manipulation.takeAlongAxis(x, tensor(new int[] {0}), 0));
        all.put("array-ragged", () -> array(new int[][] {{1, 2}, {3}}));
        all.put("array-of-strings", () -> array(new String[] {"a"}));
        all.put("range-step", () -> arange(0, 1, 0.0));
        all.put("range-infinite", () -> arange(0, Double.POSITIVE_INFINITY, 1));
        all.put("keep-dims", () -> x.keepDims((y, axes) -> y, 1));
        all.put("quantile-percents", () -> Statistics.quantile(x, 25));
        all.put("median-of-nothing", () -> Statistics.median(zeros(0, 3), 0));
        all.put("cross-lengths", () -> Products.cross(ones(2), ones(2)));
        all.put("tensordot-lengths", () -> Products.tensordot(x, x, 1));
    }

    private static void tracing(Map<String, Executable> all) {
        all.put("read-traced", () -> jit((Tensor x) -> x.sum().item() > 0 ? x : x.neg()).apply(ones(2)));
        all.put("leak", () -> {
            List<Tensor> kept = new ArrayList<>();
            jit((Tensor x) -> {
                kept.add(x.add(1));
                return x;
            }).apply(ones(2));
            kept.getFirst().mul(2);
        });
        all.put("leak-read", () -> {
            List<Tensor> kept = new ArrayList<>();
            grad((Tensor x) -> {
                kept.add(x.mul(2));
                return x.sum();
            }).apply(ones(2));
            kept.getFirst().toFloats();
        });
        all.put("tree-array", () -> jit((float[] x) -> tensor(x)).apply(new float[3]));
        all.put("tree-structure", () -> Tree.map(List.of(ones(1)), List.of(ones(1), ones(1)), Tensor::add));
        all.put("tree-narrow", () -> Tree.map(new Narrow(new ArrayList<>(List.of(ones(1)))), x -> x));
        all.put("program-syntax", () ->
                Program.parse("program(a: f32[2]) {\n  b: f32[2] = ad(a, a)\n  return b\n}\n"));
        all.put("program-rearrange", () -> Program.parse("program(a: f32[2,3]) {\n  b: f32[4] = rearrange{"
                + "split=[3,2], permutation=[1,0], result=[4]}(a)\n  return b\n}\n"));
        all.put("program-truth", () -> Program.parse("program(a: f32[2]) {\n  b: f32[2] = cumulative{"
                + "function=sum, axis=0, reverse=maybe}(a)\n  return b\n}\n"));
        all.put("program-scatter-bool", () -> Program.parse("""
                program(a: bool[3], i: i32[2,1], b: bool[2]) {
                  c: bool[3] = scatter{offset=[], collapsed=[0], operandBatch=[], indexBatch=[], \
                indexed=[0], combiner=add, outOfBounds=fill}(a, i, b)
                  return c
                }
                """));
        all.put("program-ill-typed",
                () -> Program.parse("program(a: f32[2]) {\n  b: f32[3] = add(a, a)\n  return b\n}\n"));
    }

    private static void derivatives(Map<String, Executable> all) {
        Fn<Params, Tensor> perRow = p -> p.w().mul(2).add(p.b());
        all.put("grad-not-scalar", () -> grad(perRow).apply(new Params(ones(2, 3), ones(3))));
        Fn<Tensor, Tensor> count = x -> x.argmax(0);
        all.put("grad-of-integer", () -> grad(count).apply(ones(3)));
        all.put("grad-integer-component", () -> grad((Params p) -> p.w().sum())
                .apply(new Params(ones(2), tensor(new int[] {1}))));
        all.put("grad-of-null", () -> grad((Tensor x) -> nothing()).apply(ones(3)));
        all.put("grad-by-constant", () -> grad((Double x) -> tensor(x).square()).apply(3.0));
        all.put("jvp-direction", () -> jvp(x -> x, ones(2), ones(3)));
        all.put("vjp-cotangent", () -> vjp((Tensor x) -> x.sum(), ones(2)).pullback().apply(ones(2)));
    }

    private static void linearMaps(Map<String, Executable> all) {
        Fn<Params, Tensor> f = p -> p.w().mul(2).add(p.b().exp());
        all.put("linear-transpose-nonlinear",
                () -> linearTranspose(f, new Params(ones(3), ones(3))));
        all.put("linear-transpose-affine", () -> linearTranspose((Tensor x) -> x.mul(2).add(1), ones(3)));
        all.put("linear-transpose-constant", () -> linearTranspose((Tensor x) -> ones(2), ones(3)));
        all.put("linear-transpose-cotangent",
                () -> linearTranspose((Tensor x) -> x.mul(2), ones(3)).apply(ones(2)));
        all.put("linearize-direction", () -> linearize((Tensor x) -> x.exp(), ones(3)).derivative()
                .apply(ones(3, 1)));
        all.put("grad-second-argument", () -> grad2((Tensor x, Tensor i) -> x.sum())
                .apply(ones(2), tensor(new int[] {1})));
        all.put("grad-aux-not-scalar", () -> gradWithAux((Tensor x) -> new WithAux<>(x, x)).apply(ones(2)));
        all.put("jacobian-of-integers", () -> jacfwd((Tensor x) -> x.argmax(0)).apply(ones(3)));
        all.put("jacobian-part", () -> jacrevTree((Tensor x) -> List.of(x, x.exp())).apply(ones(3))
                .of(r -> r.getLast().neg()));
    }

    private static void compilation(Map<String, Executable> all) {
        Fn2<Tensor, Tensor, Tensor> add = Tensor::add;
        all.put("jit-donated", () -> {
            Tensor x = ones(3);
            jit(add).donate(0).apply(x, ones(3));
            x.toFloats();
        });
        all.put("jit-donated-twice", () -> {
            Tensor x = ones(3);
            jit(add).donate(0).apply(x, x);
        });
        all.put("threads", () -> onThreads(0, () -> ones(3)));
        all.put("jit-donate-argument", () -> jit(add).donate(2));
        all.put("jit-ahead-arity", () -> jit(add).trace(ones(2)));
        all.put("jit-ahead-types", () -> jit((Params p) -> p.w().add(p.b()))
                .trace(new Params(ones(3), ones(3))).compile().apply(new Params(ones(3), ones(1))));
        all.put("placeholder-read", () -> Ricci.placeholder(ones(3).type()).toFloats());
    }

    private static void vectorization(Map<String, Executable> all) {
        Fn2<Params, Tensor, Tensor> f = (p, x) -> x.matmul(p.w()).add(p.b());
        all.put("vmap-lengths", () -> vmap(f).apply(new Params(ones(4, 3, 2), ones(4, 2)), ones(5, 3)));
        all.put("vmap-lengths-many", () -> vmap((List<Tensor> x) -> x)
                .apply(List.of(ones(2), ones(2), ones(2), ones(2), ones(2), ones(3, 1))));
        all.put("vmap-axis", () -> vmap(f, inAxes(axis(0).except(Params::b, 2), axis(0)))
                .apply(new Params(ones(4, 3, 2), ones(4, 2)), ones(4, 3)));
        all.put("vmap-axis-of-scalar", () -> vmap((Tensor x) -> x).apply(tensor(1f)));
        all.put("vmap-nothing-mapped", () -> vmap(f, inAxes(NONE, NONE))
                .apply(new Params(ones(3, 2), ones(2)), ones(3)));
        all.put("vmap-no-tensors", () -> vmap((Integer n) -> ones(n)).apply(3));
        all.put("vmap-entries", () -> vmap(f, inAxes(0)));
        all.put("vmap-part-of-another-type", () -> vmap(f, inAxes(axis(0), axis(0).except(Params::b, NONE)))
                .apply(new Params(ones(4, 3, 2), ones(4, 2)), ones(4, 3)));
        all.put("vmap-part-computed", () -> vmap((Tensor x) -> x, inAxes(axis(0).except(Tensor::exp, NONE)))
                .apply(ones(3)));
        all.put("vmap-out-axis", () -> vmap((Tensor x) -> x, inAxes(0), outAxis(2)).apply(ones(3, 2)));
        all.put("vmap-out-none", () -> vmap((Tensor x) -> List.of(ones(2), x), inAxes(0), outAxis(NONE))
                .apply(ones(3, 2)));
        all.put("vmap-read", () -> vmap((Tensor x) -> x.item() > 0 ? x : x.neg()).apply(ones(2)));
        all.put("vmap-inside", () -> vmap((Tensor x) -> x.matmul(ones(4, 5))).apply(ones(8, 2, 3)));
        all.put("key-of-many", () -> Random.normal(Key.of(1).batch(8), 3));
        all.put("key-words", () -> new Key(ones(2)));
    }

    record Body(Tensor position, Tensor velocity) {}

    private static void control(Map<String, Executable> all) {
        Tensor holds = ones(2).sum().gt(0);
        Body start = new Body(ones(3), ones(3));
        all.put("cond-predicate", () -> cond(ones(2).gt(0), () -> ones(1), () -> zeros(1)));
        all.put("cond-predicate-dtype", () -> cond(ones(2).sum(), () -> ones(1), () -> zeros(1)));
        all.put("cond-branches", () -> cond(holds, x -> x, x -> x.to(DType.F64), ones(3)));
        all.put("cond-structures", () -> cond(holds, () -> List.of(ones(3)), () -> List.of()));
        all.put("cond-read", () -> cond(holds, x -> x.item() > 0 ? x : x.neg(), x -> x, ones(1)));
        all.put("switch-index", () -> switchOn(ones(1).sum(), List.of((Tensor x) -> x), ones(3)));
        all.put("switch-nothing", () -> switchOn(tensor(new int[1]).reshape(), List.of(), ones(3)));
        all.put("while-condition", () -> whileLoop((Tensor x) -> x.lt(3), x -> x.add(1), ones(3)));
        all.put("while-carry", () -> whileLoop((Body b) -> b.position().sum().lt(9), b -> new Body(
                b.position().add(b.velocity()), b.velocity().to(DType.F64)), start));
        all.put("while-limit", () -> whileLoop((Tensor x) -> x.lt(3), x -> x.add(1), tensor(1f), -3));
        all.put("while-gradient", () -> grad((Tensor x) -> whileLoop((Tensor y) -> y.lt(100),
                y -> y.mul(x), x)).apply(tensor(2f)));
        all.put("for-bound", () -> forLoop(tensor(0f), tensor(3f), (i, x) -> x.add(i), ones(3)));
        all.put("scan-carry", () -> scan((Body b, Tensor x) -> new Carry<>(
                new Body(x, b.velocity().sum()), x), start, ones(5, 3)));
        all.put("scan-lengths", () -> scan((Tensor c, List<Tensor> x) -> new Carry<>(c, x), ones(1),
                List.of(ones(5, 3), ones(4), ones(5))));
        all.put("scan-scalar", () -> scan((Tensor c, Tensor x) -> new Carry<>(c, x), ones(1), tensor(1f)));
        all.put("scan-no-tensors", () -> scan((Tensor c, Integer x) -> new Carry<>(c, x), ones(1), 3));
        all.put("scan-negative", () -> scan((Tensor c) -> new Carry<>(c, c), ones(1), -1));
        all.put("associative-scan-lengths", () -> associativeScan((x, _) -> x,
                List.of(ones(5, 3), ones(4, 3)), 0, false));
        all.put("associative-scan-types", () -> associativeScan((x, y) -> x.matmul(y).sum(0),
                ones(4, 2, 2), 0, false));
        all.put("program-while", () -> Program.parse("""
                program(a: f32[]) {
                  b: f32[] = while{limit=-1} program(a: f32[]) {
                    return a
                  } program(a: f32[]) {
                    return a
                  }(a)
                  return b
                }
                """));
    }

    private static void patterns(Map<String, Executable> all) {
        all.put("pattern-unknown-axis", () -> rearrange(ones(2, 3), "b c -> b d"));
        all.put("pattern-rank", () -> rearrange(ones(2, 3), "b h w -> b (h w)"));
        all.put("pattern-length", () -> rearrange(ones(2, 9), "b (h w) -> b h w", axis("h", 2)));
        all.put("pattern-einsum-length", () -> einsum(ones(2, 3), ones(4, 5), "b i, i o -> b o"));
        all.put("pattern-argmax-of-nothing", () -> reduce(ones(2, 0), "b c -> b", Reduction.ARGMAX));
        all.put("pattern-traced", () -> jit((Tensor x) -> reduce(x, "b c -> q", Reduction.MEAN))
                .apply(ones(2, 3)));
    }

    private static void windows(Map<String, Executable> all) {
        String layout = "b h w c, kh kw c o -> b h w o";
        all.put("conv-features", () -> conv(ones(1, 5, 5, 3), ones(3, 3, 4, 8), layout));
        all.put("conv-rank", () -> conv(ones(5, 5, 3), ones(3, 3, 3, 8), layout));
        all.put("conv-layout", () -> conv(ones(1, 5, 3), ones(3, 3, 8), "b h c, k c o -> b h o"));
        all.put("conv-text", () -> conv(ones(1, 5, 3), ones(3, 3, 8), "b h c, kh c o"));
        all.put("conv-strides", () -> conv(ones(1, 5, 5, 3), ones(3, 3, 3, 8), layout, Slide.by(1, 2, 3)));
        all.put("conv-stride-zero", () -> conv(ones(1, 5, 5, 3), ones(3, 3, 3, 8), layout, Slide.by(0)));
        all.put("conv-cropped", () -> conv(ones(1, 5, 5, 3), ones(3, 3, 3, 8), layout,
                Slide.by(1).padded(Padding.of(-3))));
        all.put("conv-dtype", () -> conv(ones(1, 5, 5, 3).gt(0), ones(3, 3, 3, 8).gt(0), layout));
        all.put("conv-transposed-spread", () -> convTranspose(ones(1, 5, 5, 3), ones(3, 3, 3, 8), layout,
                Slide.by(1).spread(2)));
        all.put("conv-overflow", () -> conv(ones(1, 5, 5, 3), ones(3, 3, 3, 8), layout,
                Slide.by(1).padded(Padding.of(Long.MAX_VALUE / 2 + 1))));
        all.put("program-groups", () -> Program.parse("""
                program(a: f32[3,4], b: f32[6,2]) {
                  c: f32[3,6] = convolution{input=[0,1], kernel=[0,1], output=[0,1], strides=[], low=[], \
                high=[], baseDilation=[], windowDilation=[], featureGroups=3, batchGroups=1, result=f32}(a, b)
                  return c
                }
                """));
        all.put("pool-layout", () -> maxPool(ones(1, 5, 5, 3), "b h w c", Slide.by(2), 2));
        all.put("pool-window", () -> maxPool(ones(1, 5, 5, 3), "b [h w] c", Slide.by(2), 2, 2, 2));
        all.put("pool-dtype", () -> maxPool(ones(5).gt(0), "[t]", Slide.by(2), 2));
        all.put("padding-entries", () -> Padding.of(List.of(1L, 2L), List.of(1L)));
        all.put("dynamic-slice-lengths", () -> Slices.dynamicSlice(ones(3, 4), 0, tensor(new int[] {1})
                .reshape(), 5));
        all.put("dynamic-slice-starts", () -> Slices.dynamicSlice(ones(3, 4), List.of(tensor(1f)), 1, 1));
        all.put("dynamic-slice-start", () -> Slices.dynamicSlice(ones(3, 4), 1, tensor(1f), 1));
        all.put("dynamic-update", () -> Slices.dynamicUpdateSlice(ones(3), ones(4), 0, tensor(1f)));
        all.put("split", () -> Manipulation.splitLengths(ones(5), 0, 2, 2));
        all.put("top-k", () -> Ordering.topK(ones(2, 3), 4));
        all.put("clamp-dtype", () -> Ordering.clamp(ones(2).gt(0), ones(2).gt(0), ones(2).gt(0)));
        all.put("search-sorted", () -> Ordering.searchSorted(ones(2, 3), ones(2), Ordering.Side.LEFT));
        all.put("bincount", () -> Ordering.bincount(ones(3), 3));
        all.put("histogram", () -> Ordering.histogram(ones(3), 0, 0, 1));
    }

    private static void matrices(Map<String, Executable> all) {
        all.put("matrix-not-square", () -> Linalg.cholesky(ones(2, 3)));
        all.put("matrix-rank", () -> Linalg.svd(ones(3)));
        all.put("matrix-halves", () -> Linalg.lu(ones(2, 2).to(DType.F16)));
        all.put("solve-rows", () -> Linalg.solve(ones(3, 3), ones(2, 3)));
        all.put("solve-batches", () -> Linalg.solve(ones(4, 3, 3), ones(5, 3, 1)));
        all.put("qr-full-derivative",
                () -> grad((Tensor x) -> Linalg.qr(x, true).q().sum()).apply(ones(3, 2)));
        all.put("complex-order", () -> Complex.of(ones(2), ones(2)).gt(0));
        all.put("complex-constant", () -> tensor(1f).to(DType.I32).maximum(Complex.number(0, 1)));
        all.put("complex-values", () -> Complex.of(ones(2), ones(2)).toFloats());
        all.put("complex-parts", () -> Complex.tensor(new double[3], new double[2]));
        all.put("complex-gradient", () -> grad((Tensor x) -> x.mul(x)).apply(Complex.of(ones(), ones())));
        all.put("holomorphic-real", () -> Complex.<Tensor>holomorphicGrad(x -> x).apply(ones()));
        all.put("rfft-complex", () -> Fft.rfft(Complex.of(ones(2), ones(2))));
        all.put("fft-nothing", () -> Fft.fft(zeros(2, 0)));
        all.put("irfft-length", () -> Fft.irfft(ones(3), 0));
        all.put("program-triangular-solve", () -> Program.parse("program(a: f32[2,2], b: f32[3,2]) {\n"
                + "  c: f32[3,2] = triangularSolve{leftSide=true, lower=true, transpose=false, "
                + "unitDiagonal=false}(a, b)\n  return c\n}\n"));
    }

    @SuppressWarnings("NullAway")
    private static Tensor missing() {
        return null;
    }
}
