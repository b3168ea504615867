package user;

import static ricci.Derivatives.grad2;
import static ricci.Derivatives.gradWithAux;
import static ricci.Derivatives.jacfwd;
import static ricci.Derivatives.jacrevTree;
import static ricci.Derivatives.linearTranspose;
import static ricci.Derivatives.linearize;
import static ricci.Ricci.NONE;
import static ricci.Ricci.axis;
import static ricci.Ricci.grad;
import static ricci.Ricci.inAxes;
import static ricci.Ricci.jit;
import static ricci.Ricci.jvp;
import static ricci.Ricci.ones;
import static ricci.Ricci.outAxis;
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
import ricci.Fn;
import ricci.Fn2;
import ricci.Key;
import ricci.Random;
import ricci.Ricci;
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
    private static <T> T nothing() {
        return null;
    }

    static Map<String, Executable> all() {
        Map<String, Executable> all = new LinkedHashMap<>();
        shapes(all);
        types(all);
        tracing(all);
        derivatives(all);
        linearMaps(all);
        compilation(all);
        vectorization(all);
        CollectiveMistakes.add(all);
        patterns(all);
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

    private static void patterns(Map<String, Executable> all) {
        all.put("pattern-unknown-axis", () -> rearrange(ones(2, 3), "b c -> b d"));
        all.put("pattern-rank", () -> rearrange(ones(2, 3), "b h w -> b (h w)"));
        all.put("pattern-length", () -> rearrange(ones(2, 9), "b (h w) -> b h w", axis("h", 2)));
        all.put("pattern-einsum-length", () -> einsum(ones(2, 3), ones(4, 5), "b i, i o -> b o"));
        all.put("pattern-argmax-of-nothing", () -> reduce(ones(2, 0), "b c -> b", Reduction.ARGMAX));
        all.put("pattern-traced", () -> jit((Tensor x) -> reduce(x, "b c -> q", Reduction.MEAN))
                .apply(ones(2, 3)));
    }

    @SuppressWarnings("NullAway")
    private static Tensor missing() {
        return null;
    }
}
