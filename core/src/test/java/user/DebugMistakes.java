package user;

import static ricci.Ricci.array;
import static ricci.Ricci.explain;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.ones;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import java.util.Map;
import org.junit.jupiter.api.function.Executable;
import ricci.Carry;
import ricci.ControlFlow;
import ricci.Debug;
import ricci.Fn;
import ricci.Tensor;
import ricci.ir.Program;

/** Mistakes that are found while a program runs, and in looking for them. */
final class DebugMistakes {
    private DebugMistakes() {}

    static void add(Map<String, Executable> all) {
        Tensor xs = array(new double[] {4, 0, -1});
        all.put("check", () -> jit(DebugMistakes::checked).apply(xs));
        all.put("check-mapped", () -> vmap(DebugMistakes::checked).apply(xs.reshape(3, 1)));
        all.put("check-step", () -> jit(DebugMistakes::loop).apply(xs));
        all.put("check-no-bool", () -> Debug.check(xs, "x is positive"));
        all.put("check-null", () -> Debug.check(xs.gt(0), Mistakes.nothing()));
        all.put("print-places", () -> Debug.print("x = {}, y = {}", xs));
        all.put("nan-forward", () -> Debug.nanOrigin(() -> jit(DebugMistakes::log).apply(xs)));
        all.put("nan-backward", () -> Debug.nanOrigin(() -> jit(grad(DebugMistakes::norm)).apply(tensor(0.0))));
        all.put("nan-step", () -> Debug.nanOrigin(() -> jit(DebugMistakes::steps).apply(xs)));
        all.put("nan-mapped", () -> Debug.nanOrigin(() -> vmap(DebugMistakes::log).apply(xs)));
        all.put("explain-traced", () -> jit((Tensor x) -> {
            explain((Tensor y) -> y.exp(), x);
            return x;
        }).apply(xs));
        all.put("infinity", () -> Debug.infinityOrigin(() -> jit((Tensor x) -> ones(3).div(x)).apply(xs)));
        all.put("program-check", () -> Program.parse("""
                program(a: f32[4]) {
                  = check{message="x"}(a)
                  return a
                }
                """));
    }

    private static Tensor checked(Tensor x) {
        Debug.check(x.gt(0), "x is positive");
        return x.log();
    }

    private static Tensor log(Tensor x) {
        return x.log().sum();
    }

    private static Tensor norm(Tensor x) {
        return x.square().sqrt();
    }

    private static final Fn<Tensor, Tensor> ROOTS = x -> x.sqrt();

    private static Tensor steps(Tensor xs) {
        return ControlFlow.scan((Tensor c, Tensor x) -> new Carry<>(c.add(ROOTS.apply(x)), c), tensor(0.0), xs)
                .carry();
    }

    private static Tensor loop(Tensor xs) {
        return ControlFlow.scan((Tensor c, Tensor x) -> new Carry<>(c.add(checked(x)), c), tensor(0.0), xs)
                .carry();
    }
}
