package user;

import static ricci.ControlFlow.scan;
import static ricci.Ricci.jit;
import static ricci.Ricci.program;
import static ricci.Ricci.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import ricci.Carry;
import ricci.Fn;
import ricci.Fn2;
import ricci.Tensor;
import ricci.ir.Program;
import ricci.ir.Subprograms;
import ricci.ir.TypeChecker;
import ricci.transform.Jvp;
import ricci.transform.Vjp;
import ricci.transform.Vmap;

/**
 * Prints how long each step takes for programs of growing length: run by hand, asserts nothing. It stands
 * outside of Ricci's packages, as its users do: the search for their line ends at the first of theirs.
 */
final class TransformationCost {
    private static final int ROUNDS = 3;

    private TransformationCost() {}

    public static void main(String[] arguments) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("chain", TransformationCost::chain);
        shapes.put("fan", TransformationCost::fan);
        shapes.put("calls", TransformationCost::calls);
        shapes.put("nested calls", TransformationCost::nested);
        shapes.put("scan", TransformationCost::loop);
        shapes.put("captures", TransformationCost::captures);
        shapes.forEach((name, shape) -> {
            for (int equations : new int[] {100, 1_000, 10_000, 40_000}) {
                System.out.printf("%-12s %6d %s%n", name, equations, times(shape.of(equations)));
            }
        });
        for (int depth : new int[] {1, 2, 4, 8}) {
            System.out.printf("%-12s %6d %s%n", "nested loops", depth, times(loops(depth)));
        }
    }

    /** A function of one tensor to one number, of about that many equations. */
    private interface Shape {
        Fn<Tensor, Tensor> of(int equations);
    }

    /** Milliseconds of each step, the best of some rounds. */
    private static String times(Fn<Tensor, Tensor> f) {
        Map<String, Double> best = new LinkedHashMap<>();
        Tensor x = tensor(new double[] {0.1, 0.2, 0.3}, 3);
        int equations = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Program p = time(best, "trace", () -> program(f, x));
            equations = equations(p);
            List<Boolean> active = Collections.nCopies(p.inputs().size(), true);
            Program jvp = time(best, "jvp", () -> Jvp.of(p, active).program());
            Program grad = time(best, "grad", () -> Vjp.valueAndGrad(p, active));
            List<Integer> axes = Collections.nCopies(p.inputs().size(), 0);
            time(best, "vmap", () -> Vmap.of(p, 8, axes).program());
            time(best, "vmap of grad", () -> Vmap.of(grad, 8, axes).program());
            time(best, "jvp of grad", () -> Jvp.of(grad, active).program());
            time(best, "check", () -> TypeChecker.check("cost", jvp));
            String text = time(best, "print", p::toString);
            time(best, "parse", () -> Program.parse(text));
            Map<Program, Integer> compiled = Map.of(program(f, x), 1);
            time(best, "lookup", () -> compiled.get(p));
        }
        StringBuilder line = new StringBuilder("(" + equations + ")");
        best.forEach((step, ms) -> line.append(String.format("  %s %.1f", step, ms)));
        return line.toString();
    }

    private static <T> T time(Map<String, Double> best, String step, Supplier<T> run) {
        long start = System.nanoTime();
        T result = run.get();
        best.merge(step, (System.nanoTime() - start) / 1e6, Math::min);
        return result;
    }

    private static int equations(Program p) {
        return p.equations().stream().mapToInt(e -> 1 + Subprograms.of(e.op()).stream()
                .mapToInt(TransformationCost::equations).sum()).sum();
    }

    private static Tensor steps(Tensor x, int equations) {
        Tensor y = x;
        for (int i = 0; i < equations; i += 4) {
            y = y.mul(x).add(y.sum().sin());
        }
        return y;
    }

    private static Fn<Tensor, Tensor> chain(int equations) {
        return x -> steps(x, equations).sum();
    }

    /** All values are used once more, at the end. */
    private static Fn<Tensor, Tensor> fan(int equations) {
        return x -> {
            List<Tensor> all = new ArrayList<>(List.of(x));
            while (all.size() < equations / 3) {
                all.add(all.get(all.size() / 2).sin().mul(all.getLast()));
            }
            return all.reversed().stream().reduce(Tensor::add).orElseThrow().sum();
        };
    }

    private static Fn<Tensor, Tensor> calls(int equations) {
        return x -> {
            Tensor y = x;
            for (int i = 0; i < equations; i += 20) {
                y = jit((Tensor z) -> steps(z, 19)).apply(y);
            }
            return y.sum();
        };
    }

    /** Each call calls the next; as deep as people nest, and each with many equations. */
    private static Fn<Tensor, Tensor> nested(int equations) {
        return x -> nested(x, 10, equations / 10).sum();
    }

    private static Tensor nested(Tensor x, int depth, int equations) {
        return depth == 0 ? x
                : jit((Tensor z) -> nested(steps(z, equations - 1), depth - 1, equations)).apply(x);
    }

    private static Fn<Tensor, Tensor> loop(int equations) {
        return x -> {
            Fn<Tensor, Carry<Tensor, Tensor>> step = c -> {
                Tensor d = steps(c, equations);
                return new Carry<>(d, d.sum());
            };
            Carry<Tensor, Tensor> all = scan(step, x, 10);
            return all.output().sum().add(all.carry().sum());
        };
    }

    /** A loop in a loop, so deep, each with some equations of its own and one more carry. */
    private static Fn<Tensor, Tensor> loops(int depth) {
        return x -> loops(x, depth).sum();
    }

    private static Tensor loops(Tensor x, int depth) {
        if (depth == 0) {
            return steps(x, 8);
        }
        Fn2<Tensor, Tensor, Carry<Tensor, Tensor>> step = (c, y) ->
                new Carry<>(loops(steps(c, 8), depth - 1).mul(y), c.sum());
        Carry<Tensor, Tensor> all = scan(step, x, x);
        return all.carry().mul(all.output());
    }

    /** Each equation reads another array from outside. */
    private static Fn<Tensor, Tensor> captures(int equations) {
        List<Tensor> outside = new ArrayList<>();
        for (int i = 0; i < equations / 2; i++) {
            outside.add(tensor(new double[] {1, 0.5 + i, 2}, 3));
        }
        return x -> {
            Tensor y = x;
            for (Tensor array : outside) {
                y = y.mul(array).sin();
            }
            return y.sum();
        };
    }
}
