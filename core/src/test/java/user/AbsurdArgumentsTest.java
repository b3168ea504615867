package user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import ricci.Ricci;
import ricci.Tensor;
import ricci.einops.UserError;
import ricci.ir.DType;
import ricci.ir.TensorType;

/**
 * Each method of the surface, called with arguments that make little sense: extreme numbers, lengths that fit
 * into no memory, no axes and a hundred, nothing at all. It gives a result or Ricci's error, and soon.
 */
class AbsurdArgumentsTest {
    /** Calls of a method in which all arguments are drawn, beyond those in which one is absurd. */
    private static final int DRAWN = 40;
    /** What even the slowest machine needs no more than; only a hang takes longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final List<TensorType> HUGE = List.of(TensorType.of(DType.F32, 1L << 40),
            TensorType.of(DType.F64, 1L << 31, 1L << 31), TensorType.of(DType.I32, 1L << 62),
            TensorType.of(DType.F32, 1 << 20, 1 << 20, 1 << 20), TensorType.of(DType.BOOL, 0, 1L << 40));
    /** What goes on for as long as it is told to, and is interrupted here. */
    private static final Set<String> LOOPS = Set.of("forLoop", "scan", "whileLoop");
    private static final Duration LONG_ENOUGH = Duration.ofMillis(500);

    @TestFactory
    Stream<DynamicTest> nothingCrashesOrHangs() {
        return Surface.methods().stream().map(method -> DynamicTest.dynamicTest(method.toGenericString(),
                () -> assertClear(method)));
    }

    private static void assertClear(Method method) {
        List<String> failures = new ArrayList<>();
        for (Object[] arguments : calls(method)) {
            assertTimeoutPreemptively(PATIENCE, () -> {
                String failure = failure(method, arguments);
                if (failure != null) {
                    failures.add(failure);
                }
            }, () -> Surface.text(method, arguments));
        }
        assertEquals("", String.join("\n", failures));
    }

    /** While a function is traced there are types only, so what would fit into no memory costs nothing. */
    @TestFactory
    Stream<DynamicTest> hugeTensorsAreTraced() {
        return HUGE.stream().map(type -> DynamicTest.dynamicTest(type.toString(), () -> {
            List<String> failures = new ArrayList<>();
            for (Method method : Surface.methods()) {
                assertTimeoutPreemptively(PATIENCE, () -> Ricci.program((Tensor x) -> {
                    Object[] arguments = Arrays.stream(method.getGenericParameterTypes())
                            .map(p -> p == Tensor.class ? x : p == Tensor[].class ? new Tensor[] {x, x}
                            : Surface.ordinary(p)).toArray();
                    String failure = failure(method, x, x, arguments);
                    if (failure != null) {
                        failures.add(failure);
                    }
                    return x;
                }, Ricci.placeholder(type)), () -> method + " of " + type);
            }
            assertEquals("", String.join("\n", failures));
        }));
    }

    /** With one absurd argument each, then with several. */
    private static List<Object[]> calls(Method method) {
        List<List<?>> candidates = new ArrayList<>();
        for (var type : method.getGenericParameterTypes()) {
            candidates.add(Surface.candidates(type));
        }
        List<Object[]> calls = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            for (Object absurd : candidates.get(i)) {
                Object[] call = candidates.stream().map(List::getFirst).toArray();
                call[i] = absurd;
                calls.add(call);
            }
        }
        Random random = new Random(method.toGenericString().hashCode());
        for (int n = 0; n < DRAWN && candidates.size() > 1; n++) {
            calls.add(candidates.stream()
                    .map(each -> (Object) each.get(random.nextInt(each.size()))).toArray());
        }
        return calls;
    }

    private static @Nullable String failure(Method method, Object... arguments) {
        if (!LOOPS.contains(method.getName())) {
            return failureOfEach(method, arguments);
        }
        Thread caller = Thread.currentThread();
        Thread alarm = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(LONG_ENOUGH);
                caller.interrupt();
            } catch (InterruptedException e) {
                // It has ended by itself.
            }
        });
        try {
            return failureOfEach(method, arguments);
        } finally {
            alarm.interrupt();
        }
    }

    private static @Nullable String failureOfEach(Method method, Object... arguments) {
        for (Tensor self : selves(method)) {
            String failure = failure(method, self, Surface.matrix(), arguments);
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    private static @Nullable String failure(Method method, Tensor self, Tensor x, Object... arguments) {
        try {
            Surface.callResult(Surface.call(method, self, arguments), x);
            return null;
        } catch (Throwable e) {
            return e instanceof UserError ? null
                    : Surface.text(method, arguments) + " of " + self.type() + ": " + e
                    + Arrays.stream(e.getStackTrace()).limit(3).toList();
        }
    }

    private static List<Tensor> selves(Method method) {
        return method.getDeclaringClass() == Tensor.class ? Surface.tensors() : List.of(Surface.matrix());
    }
}
