package user;

import static ricci.Ricci.array;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.ones;
import static ricci.Ricci.tensor;

import java.util.Map;
import org.junit.jupiter.api.function.Executable;
import ricci.ControlFlow;
import ricci.Creation;
import ricci.Fn;
import ricci.Manipulation;
import ricci.Ricci;
import ricci.Statistics;
import ricci.Tensor;
import ricci.ir.DType;

/** Requests that would never end or fit, and null in the place of arguments. */
final class SafetyMistakes {
    private SafetyMistakes() {}

    static void add(Map<String, Executable> all) {
        all.put("recursion", () -> jit(SafetyMistakes::endless).apply(tensor(1.0)));
        all.put("interrupted", SafetyMistakes::interrupted);
        all.put("places-too-many", () -> Creation.trilIndices(1 << 30, 1 << 30, 0));
        all.put("complex-least", () -> Statistics.nanMax(ones(2).to(DType.C64)));
        all.put("diff-negative", () -> Statistics.diff(ones(2), -1, 0));
        all.put("pad-overflowing",
                () -> Manipulation.pad(ones(2), Long.MAX_VALUE, Manipulation.Padding.EDGE));
        all.put("null-function", () -> grad(SafetyMistakes.<Fn<Tensor, Tensor>>missing()).apply(ones()));
        all.put("null-axes", () -> Ricci.inAxes(SafetyMistakes.<int[]>missing()));
        all.put("null-number", () -> ones(2).add(SafetyMistakes.<Number>missing()));
        all.put("null-shape", () -> ones(SafetyMistakes.<long[]>missing()));
        all.put("null-in-list", () -> Ricci.stack(ones(2), missing()));
        all.put("null-array", () -> array(missing()));
    }

    @SuppressWarnings("InfiniteRecursion") // the mistake itself
    private static Tensor endless(Tensor x) {
        return endless(x.mul(0.5));
    }

    private static void interrupted() {
        Thread.currentThread().interrupt();
        try {
            ControlFlow.forLoop(0, 3, (i, x) -> x.add(1), tensor(0.0));
        } finally {
            Thread.interrupted();
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T missing() {
        return null;
    }
}
