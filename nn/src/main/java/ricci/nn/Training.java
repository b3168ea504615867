package ricci.nn;

import static ricci.Ricci.jit;

import ricci.Fn;
import ricci.Fn2;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ValueAndGrad;
import ricci.ir.Program;

/**
 * A training loop: a step for every batch of every epoch, compiled as a whole, with progress on the terminal.
 *
 * {@snippet :
 * var trained = new Training<>(valueAndGrad(this::loss), new Adam(0.003), 20)
 *         .fit(params, new Batches<>(train, 64, key),
 *                 p -> new History.Epoch(accuracy(p, train), accuracy(p, test)));
 * }
 *
 * @param gradient the loss of a batch and its gradient with respect to the parameters
 * @param epochs how often every example is visited
 * @param <P> the parameters
 * @param <D> a batch
 */
public record Training<P, D>(Fn2<P, D, ValueAndGrad<P>> gradient, Optimizer optimizer, int epochs) {

    /** The parameters at the end, and how they came to be. */
    public record Trained<P>(P params, History history) {}

    /** What a step gives: the state after it, and the loss before it. */
    public record Step<P>(Optimizer.State<P> state, Tensor loss) {}

    /** Trains from {@code params}; {@code measure} is called after each epoch. */
    public Trained<P> fit(P params, Batches<D> batches, Fn<P, History.Epoch> measure) {
        try (Progress progress = Progress.start(epochs, batches.perEpoch())) {
            return fit(params, batches, measure, progress);
        }
    }

    Trained<P> fit(P params, Batches<D> batches, Fn<P, History.Epoch> measure, Progress progress) {
        Fn2<Optimizer.State<P>, D, Step<P>> step = jit(this::step);
        History.Recorder recorder = new History.Recorder();
        Optimizer.State<P> state = optimizer.init(params);
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (D batch : batches.epoch(epoch)) {
                long start = System.nanoTime();
                Step<P> made = step.apply(state, batch);
                state = made.state();
                double loss = made.loss().item();
                recorder.step(loss, (System.nanoTime() - start) * 1e-9);
                progress.step(loss);
            }
            History.Epoch measured = measure.apply(state.params());
            recorder.epoch(measured);
            progress.epoch(measured.testAccuracy());
        }
        return new Trained<>(state.params(), recorder.history());
    }

    /** The program that each step runs, to be printed and read. */
    public Program program(P params, Batches<D> batches) {
        return Ricci.program(this::step, optimizer.init(params), batches.epoch(0).iterator().next());
    }

    /** Gradient and update as one function, so that they are compiled as one. */
    private Step<P> step(Optimizer.State<P> state, D batch) {
        ValueAndGrad<P> both = gradient.apply(state.params(), batch);
        return new Step<>(optimizer.step(state, both.grad()), both.value());
    }
}
