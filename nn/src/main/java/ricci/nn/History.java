package ricci.nn;

import java.util.ArrayList;
import java.util.List;

/**
 * How a training went.
 *
 * @param losses the loss of each step
 * @param seconds the time that each step took
 * @param epochs what was measured after each epoch
 */
public record History(List<Double> losses, List<Double> seconds, List<Epoch> epochs) {
    public History {
        losses = List.copyOf(losses);
        seconds = List.copyOf(seconds);
        epochs = List.copyOf(epochs);
    }

    /** Measured after an epoch: the shares of examples classified rightly, between 0 and 1. */
    public record Epoch(double trainAccuracy, double testAccuracy) {}

    /** The time of all steps together. */
    public double totalSeconds() {
        return seconds.stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Steps per second; 0 if they took no time. */
    public double stepsPerSecond() {
        return totalSeconds() > 0 ? seconds.size() / totalSeconds() : 0;
    }

    /** The history while it is being made. */
    static final class Recorder {
        private final List<Double> losses = new ArrayList<>();
        private final List<Double> seconds = new ArrayList<>();
        private final List<Epoch> epochs = new ArrayList<>();

        void step(double loss, double time) {
            losses.add(loss);
            seconds.add(time);
        }

        void epoch(Epoch epoch) {
            epochs.add(epoch);
        }

        History history() {
            return new History(losses, seconds, epochs);
        }
    }
}
