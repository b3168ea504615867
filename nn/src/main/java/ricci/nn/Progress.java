package ricci.nn;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a training is: on a terminal one line that is redrawn in place, elsewhere one plain line per
 * epoch.
 */
public final class Progress implements AutoCloseable {
    private static final long REDRAW_NANOS = 100_000_000;
    private static final int DEFAULT_WIDTH = 80;
    private static final int LEAST_BAR = 4;
    private static final int LONGEST_BAR = 24;

    private final PrintStream out;
    private final boolean inPlace;
    private final int width;
    private final LongSupplier clock;
    private final long start;
    private State state;
    private long drawn;

    Progress(PrintStream out, boolean inPlace, int width, LongSupplier clock, int epochs, int stepsPerEpoch) {
        this.out = out;
        this.inPlace = inPlace;
        this.width = width;
        this.clock = clock;
        start = clock.getAsLong();
        drawn = start - REDRAW_NANOS;
        state = new State(epochs, stepsPerEpoch, 0, Double.NaN, Double.NaN, 0);
    }

    /** Starts showing on standard output. */
    public static Progress start(int epochs, int stepsPerEpoch) {
        Map<String, String> environment = System.getenv();
        // There may be no console at all, as of JDK 25 again.
        boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
                && !"dumb".equals(environment.getOrDefault("TERM", "dumb"));
        int width = columns(environment.get("COLUMNS"));
        return new Progress(System.out, terminal, width, System::nanoTime, epochs, stepsPerEpoch);
    }

    private static int columns(@Nullable String columns) {
        try {
            return columns == null ? DEFAULT_WIDTH : Math.max(20, Integer.parseInt(columns.strip()));
        } catch (NumberFormatException e) {
            return DEFAULT_WIDTH;
        }
    }

    /** A step was made. */
    public void step(double loss) {
        int steps = state.steps + 1;
        state = new State(state.epochs, state.stepsPerEpoch, steps, loss, state.accuracy, elapsed());
        if (inPlace && clock.getAsLong() - drawn >= REDRAW_NANOS) {
            draw();
        }
    }

    /** An epoch is over. */
    public void epoch(double accuracy) {
        state = new State(state.epochs, state.stepsPerEpoch, state.steps, state.loss, accuracy, elapsed());
        if (inPlace) {
            draw();
        } else {
            out.println(state.line());
        }
    }

    /** Leaves the last line standing. */
    @Override
    public void close() {
        if (inPlace && state.steps > 0) {
            draw();
            out.println();
        }
        out.flush();
    }

    private void draw() {
        // Back to the first column, and clear what a longer line left behind.
        out.print("\r" + state.bar(width - 1) + "\033[K");
        out.flush();
        drawn = clock.getAsLong();
    }

    private double elapsed() {
        return (clock.getAsLong() - start) * 1e-9;
    }

    /** All that is shown; the accuracy is NaN until the first epoch is over. */
    record State(int epochs, int stepsPerEpoch, int steps, double loss, double accuracy, double seconds) {
        /** A line for a log. */
        String line() {
            return String.format(Locale.ROOT, "epoch %d of %d, step %d", epoch(), epochs, steps) + facts();
        }

        /** A line for a terminal, with a bar; in too few columns the bar goes, then the facts are cut. */
        String bar(int width) {
            double share = total() == 0 ? 1 : Math.min(1, (double) steps / total());
            String head = String.format(Locale.ROOT, "epoch %d/%d ", epoch(), epochs);
            String tail = String.format(Locale.ROOT, " %3d %%", (int) Math.floor(100 * share)) + facts();
            int room = Math.min(LONGEST_BAR, width - head.length() - tail.length() - 2);
            if (room < LEAST_BAR) {
                String bare = head.strip() + tail;
                return bare.substring(0, Math.min(bare.length(), Math.max(width, 0)));
            }
            int full = (int) Math.round(share * room);
            return head + "[" + "#".repeat(full) + "-".repeat(room - full) + "]" + tail;
        }

        private String facts() {
            StringBuilder facts = new StringBuilder();
            if (steps > 0) {
                String form = Math.abs(loss) < 1e6 ? ", loss %.4f" : ", loss %.4e";
                facts.append(String.format(Locale.ROOT, form, loss));
            }
            if (!Double.isNaN(accuracy)) {
                facts.append(String.format(Locale.ROOT, ", accuracy %.1f %%", 100 * accuracy));
            }
            double rate = seconds > 0 ? steps / seconds : 0;
            if (rate > 0) {
                String form = rate < 10 ? ", %.2f steps/s" : ", %.0f steps/s";
                facts.append(String.format(Locale.ROOT, form, rate));
                boolean over = steps >= total();
                facts.append(", ").append(over ? time(seconds) : time((total() - steps) / rate) + " left");
            }
            return facts.toString();
        }

        private long total() {
            return (long) epochs * stepsPerEpoch;
        }

        private int epoch() {
            return stepsPerEpoch == 0 ? epochs
                    : Math.clamp(Math.ceilDiv(steps, stepsPerEpoch), 1, Math.max(1, epochs));
        }

        private static String time(double seconds) {
            long whole = Math.round(seconds);
            return whole < 60 ? whole + " s"
                    : whole < 3600 ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
                    : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
        }
    }
}
