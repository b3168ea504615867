package ricci.nn;

import static ricci.Ricci.jit;

import ricci.Fn;
import ricci.Fn2;
import ricci.ValueAndGrad;

/**
 * A training loop: for every batch of every epoch a gradient and a step, with progress on the terminal.
 *
 * {@snippet :
 * var trained = new Training<>(jit(valueAndGrad(this::loss)), new Adam(0.003), 20)
 *         .fit(params, new Batches<>(train, 64, key), p -> new History.Epoch(accuracy(p, train), accuracy(p, test)));
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

    /** Trains from {@code params}; {@code measure} is called after each epoch. */
    public Trained<P> fit(P params, Batches<D> batches, Fn<P, History.Epoch> measure) {
        Fn2<Optimizer.State<P>, P, Optimizer.State<P>> step = jit(
                (Optimizer.State<P> state, P slope) -> optimizer.step(state, slope));
        History.Recorder recorder = new History.Recorder();
        Optimizer.State<P> state = optimizer.init(params);
        try (Progress progress = Progress.start(epochs, batches.perEpoch())) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (D batch : batches.epoch(epoch)) {
                    long start = System.nanoTime();
                    ValueAndGrad<P> both = gradient.apply(state.params(), batch);
                    state = step.apply(state, both.grad());
                    double loss = both.value().item();
                    recorder.step(loss, (System.nanoTime() - start) * 1e-9);
                    progress.step(loss);
                }
                History.Epoch measured = measure.apply(state.params());
                recorder.epoch(measured);
                progress.epoch(measured.testAccuracy());
            }
        }
        return new Trained<>(state.params(), recorder.history());
    }
}
