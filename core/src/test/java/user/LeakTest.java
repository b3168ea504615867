package user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ricci.Ricci.grad;
import static ricci.Ricci.jit;
import static ricci.Ricci.tensor;
import static ricci.Ricci.vmap;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ricci.Checkpoint;
import ricci.ControlFlow;
import ricci.Fn;
import ricci.Key;
import ricci.Parallel;
import ricci.Pair;
import ricci.Random;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.DType;
import ricci.ir.RicciException;

/** A tensor of a trace, used where the trace is not: always refused, with the line on which it was made. */
class LeakTest {
    private @Nullable Tensor field;

    /** The ways to have a function traced. */
    enum Scope {
        JIT(f -> jit((Tensor x) -> f.apply(x))),
        GRAD(f -> grad((Tensor x) -> f.apply(x).sum())),
        VMAP(f -> vmap((Tensor x) -> f.apply(x))),
        PMAP(f -> Parallel.pmap((Tensor x) -> f.apply(x))),
        SCAN(f -> xs -> ControlFlow.map(f::apply, xs)),
        FOR(f -> x -> ControlFlow.forLoop(0, 2, (i, y) -> f.apply(y), x)),
        COND(f -> x -> ControlFlow.cond(x.sum().gt(0), f::apply, y -> y, x)),
        CHECKPOINT(f -> grad((Tensor x) -> Checkpoint.checkpoint((Tensor y) -> f.apply(y)).apply(x).sum())),
        JVP(f -> x -> Ricci.jvp((Tensor y) -> f.apply(y), x, x).tangent()),
        GRAD_IN_JIT(f -> jit(grad((Tensor x) -> f.apply(x).sum())));

        @SuppressWarnings("ImmutableEnumChecker") // a lambda that captures nothing
        final Function<UnaryOperator<Tensor>, Fn<Tensor, Tensor>> trace;

        Scope(Function<UnaryOperator<Tensor>, Fn<Tensor, Tensor>> trace) {
            this.trace = trace;
        }
    }

    private Tensor leaked(Scope scope) {
        scope.trace.apply(x -> {
            field = x.mul(3);
            return x.mul(2);
        }).apply(tensor(new double[] {1, 2}));
        return Objects.requireNonNull(field);
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void usedAfterItsTrace(Scope scope) {
        Tensor x = leaked(scope);
        Tensor y = tensor(new double[] {1, 2});
        List<Supplier<?>> uses = new ArrayList<>(List.of(() -> x.add(1), () -> y.add(x), x::toDoubles,
                x::toFloats,
                () -> x.sum().item(), () -> x.get(Ricci.ELLIPSIS, Ricci.NEWAXIS).neg(),
                () -> y.at(0).set(x.sum()), () -> Ricci.concatenate(y, x.reshape(-1)),
                () -> ControlFlow.cond(x.sum().gt(0), () -> y, () -> y),
                () -> ControlFlow.forLoop(0, 2, (i, s) -> s.add(x), y),
                () -> ControlFlow.forLoop(0, 2, (i, s) -> s.add(1), x),
                () -> Random.normal(new Key(x.to(DType.U32)), 3),
                () -> Ricci.jvp((Tensor t) -> t.sin(), x, x), () -> Ricci.vjp((Tensor t) -> t.sin(), x),
                () -> Ricci.vjp((Tensor t) -> t.sin().sum(), y).pullback().apply(x.sum())));
        for (Scope other : Scope.values()) {
            uses.add(() -> other.trace.apply(t -> t.add(x)).apply(y));
            uses.add(() -> other.trace.apply(t -> x).apply(y));
            uses.add(() -> other.trace.apply(t -> t.sin()).apply(x.rank() == 0 ? x.reshape(1) : x));
            uses.add(() -> other.trace.apply(t -> t.mul(x.sum().item())).apply(y));
        }
        for (Supplier<?> use : uses) {
            RicciException e = assertThrows(RicciException.Leak.class, use::get, "use " + uses.indexOf(use));
            assertTrue(e.toString().contains("made at LeakTest.java"), e.toString());
        }
        assertTrue(x.toString().contains("f64"), x.toString());
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void usedInAnotherThread(Scope scope) {
        Tensor y = tensor(new double[] {1, 2});
        Fn<Tensor, Tensor> f = scope.trace.apply(x -> {
            Tensor other = CompletableFuture.supplyAsync(() -> x.add(1)).join();
            return x.add(other);
        });
        CompletionException e = assertThrows(CompletionException.class, () -> f.apply(y));
        RicciException leak = assertInstanceOf(RicciException.Leak.class, e.getCause());
        assertTrue(leak.toString().contains("thread"), leak.toString());
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void usedInAFunctionThatWasReturned(Scope scope) {
        Tensor y = tensor(new double[] {1, 2});
        List<Fn<Tensor, Tensor>> returned = new ArrayList<>();
        scope.trace.apply(x -> {
            returned.add(t -> t.add(x));
            return x;
        }).apply(y);
        assertThrows(RicciException.Leak.class, () -> returned.getFirst().apply(y));
        Fn<Tensor, Pair<Tensor, Fn<Tensor, Tensor>>> pair = jit((Tensor x) -> new Pair<>(x, t -> t.add(x)));
        assertThrows(RicciException.Leak.class, () -> pair.apply(y).second().apply(y));
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void ofAnInnerTraceInTheOuterOne(Scope scope) {
        Tensor y = tensor(new double[] {1, 2});
        for (Scope outer : Scope.values()) {
            assertThrows(RicciException.Leak.class, () -> outer.trace.apply(t -> {
                scope.trace.apply(x -> {
                    field = x.mul(3);
                    return x;
                }).apply(t);
                return Objects.requireNonNull(field).sum().add(t);
            }).apply(tensor(new double[] {1, 2}).reshape(1, 2)), scope + " in " + outer);
        }
        assertEquals(2, y.size());
    }

    @Test
    void ofAnOuterTraceInAnInnerOneIsFine() {
        Tensor y = tensor(new double[] {1, 2});
        Tensor all = jit((Tensor x) -> vmap((Tensor t) -> t.mul(grad((Tensor u) -> u.mul(x.sum()).sum())
                .apply(t))).apply(x)).apply(y);
        assertEquals(3 + 6, all.sum().item());
    }
}
