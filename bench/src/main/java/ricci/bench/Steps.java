package ricci.bench;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import ricci.Carry;
import ricci.ControlFlow;
import ricci.Creation;
import ricci.Fn;
import ricci.Fn2;
import ricci.Key;
import ricci.Random;
import ricci.Ricci;
import ricci.Tensor;
import ricci.einops.Einops;
import ricci.ir.DType;

/** What a call of a compiled program costs when there is next to nothing to do; a step of a small loop. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Steps {
    private static final int STEPS = 10_000;

    /** Twenty tensors. */
    record Twenty(List<Tensor> first, List<Tensor> second) {
        static Twenty of(Tensor x) {
            return new Twenty(Collections.nCopies(10, x), Collections.nCopies(10, x));
        }
    }

    private final Tensor scalar = Ricci.tensor(1f);
    private final Twenty twenty = Twenty.of(scalar);
    private final Tensor turn = Ricci.tensor(new double[] {0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1}, 3, 3);
    private final Tensor eye = Creation.eye(DType.F64, 3, 3, 0);
    private final Tensor weights = Random.normal(Key.of(1), 16, 16).mul(0.1);
    private final Tensor inputs = Random.normal(Key.of(2), STEPS, 16);
    private final Tensor hidden = Ricci.zeros(DType.F32, 16);

    private final Fn<Tensor, Tensor> add = Ricci.jit((Tensor x) -> x.add(1));
    private final Fn<Twenty, Tensor> sum = Ricci.jit((Twenty x) -> x.first().getFirst().add(1));
    private final Fn2<Tensor, Tensor, Tensor> turns = Ricci.jit((Tensor m, Tensor x) ->
            ControlFlow.forLoop(0, STEPS, (_, y) -> Einops.einsum(m, y, "i k, k j -> i j"), x));
    private final Fn2<Tensor, Tensor, Tensor> rnn = Ricci.jit((Tensor h, Tensor xs) ->
            ControlFlow.scan((Tensor state, Tensor x) -> {
                Tensor next = Einops.einsum(weights, state, "i j, j -> i").add(x).tanh();
                return new Carry<>(next, next);
            }, h, xs).carry());

    /** One more, compiled. */
    @Benchmark
    public Object jittedScalar() {
        return add.apply(scalar);
    }

    /** The same, with an argument that is a record of twenty tensors. */
    @Benchmark
    public Object jittedTwentyLeaves() {
        return sum.apply(twenty);
    }

    /** A sum that is not compiled. */
    @Benchmark
    public Object eagerAdd() {
        return scalar.add(scalar);
    }

    /** A product of 3 by 3 matrices of doubles. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Object stepOfMatrices() {
        return turns.apply(turn, eye);
    }

    /** A recurrent layer of 16 units. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Object stepOfRnn() {
        return rnn.apply(hidden, inputs);
    }
}
