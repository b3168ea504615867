package ricci.nn.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An axis: where a value lies on it, as a share of its length, and which values are marked. */
sealed interface Scale {
    /** Beyond this nothing is drawn to scale, so that differences of values never overflow. */
    double GREATEST = 1e300;

    double place(double value);

    List<Double> ticks();

    /** What is written at a tick. */
    String label(double tick);

    /** Equal differences are equal lengths. */
    record Linear(double least, double most, List<Double> ticks) implements Scale {
        public Linear {
            ticks = List.copyOf(ticks);
        }

        @Override
        public double place(double value) {
            return most > least ? Math.clamp((value - least) / (most - least), 0, 1) : 0.5;
        }

        @Override
        public String label(double tick) {
            return ticks.size() < 2 ? Numerals.number(tick)
                    : Numerals.spaced(tick, ticks.get(1) - ticks.get(0));
        }

        /** From exactly the least to the greatest value. */
        static Linear exactly(double least, double most, int count) {
            return new Linear(least, most, between(least, most, step(least, most, count)));
        }

        /** From the first to the last thing that is counted; only whole numbers are marked. */
        static Linear counting(int first, int last, int count) {
            return new Linear(first, last, between(first, last, Math.max(1, step(first, last, count))));
        }

        /** From none to a round number of things at or above {@code most}. */
        static Linear upTo(int most, int count) {
            double step = Math.max(1, step(0, most, count));
            double last = Math.ceil(most / step - 1e-9) * step;
            return new Linear(0, last, between(0, last, step));
        }

        /** From a round number at or below the values to one at or above them. */
        static Linear around(double[] values, int count) {
            double least = bound(Arrays.stream(values).filter(Double::isFinite).min().orElse(0));
            double most = bound(Arrays.stream(values).filter(Double::isFinite).max().orElse(1));
            if (least == most) {
                // One value lies in the middle of something.
                double margin = least == 0 ? 1 : Math.abs(least) / 10;
                least -= margin;
                most += margin;
            }
            double step = step(least, most, count);
            double low = Math.floor(least / step + 1e-9) * step;
            double high = Math.ceil(most / step - 1e-9) * step;
            return new Linear(low, high, between(low, high, step));
        }

        private static double bound(double value) {
            return Math.clamp(value, -GREATEST, GREATEST);
        }

        /** A distance of 1, 2 or 5 times a power of ten that gives about {@code count} marks. */
        private static double step(double least, double most, int count) {
            double rough = Math.max((most - least) / count, Double.MIN_NORMAL);
            double power = Math.pow(10, Math.floor(Math.log10(rough)));
            double leading = rough / power;
            return power * (leading < 1.5 ? 1 : leading < 3.5 ? 2 : leading < 7.5 ? 5 : 10);
        }

        private static List<Double> between(double least, double most, double step) {
            List<Double> ticks = new ArrayList<>();
            double first = Math.ceil(least / step - 1e-9);
            int count = (int) Math.min(20, Math.floor(most / step + 1e-9) - first + 1);
            for (int i = 0; i < count; i++) {
                ticks.add((first + i) * step);
            }
            return ticks;
        }
    }

    /** Equal ratios are equal lengths. */
    record Logarithmic(double least, double most, List<Double> ticks) implements Scale {
        private static final int MOST_TICKS = 6;

        public Logarithmic {
            ticks = List.copyOf(ticks);
        }

        @Override
        public double place(double value) {
            return value > 0 ? Math.clamp(Math.log(value / least) / Math.log(most / least), 0, 1) : 0;
        }

        @Override
        public String label(double tick) {
            return Numerals.number(tick);
        }

        /** What lies at a share of the length. */
        double value(double share) {
            return least * Math.pow(most / least, share);
        }

        /** Around the positive ones of the values, with a small margin. */
        static Logarithmic around(double[] values) {
            double least = Arrays.stream(values).filter(Logarithmic::isShown).min().orElse(0.1);
            double most = Arrays.stream(values).filter(Logarithmic::isShown).max().orElse(1);
            double margin = Math.max(1.05, Math.pow(most / least, 0.06));
            double low = Math.max(least / margin, Double.MIN_NORMAL);
            double high = most * margin;
            return new Logarithmic(low, high, between(low, high));
        }

        private static boolean isShown(double value) {
            return value >= 1 / GREATEST && value <= GREATEST;
        }

        private static List<Double> between(double least, double most) {
            int first = (int) Math.floor(Math.log10(least));
            int last = (int) Math.ceil(Math.log10(most));
            int decades = (int) (Math.floor(Math.log10(most)) - Math.ceil(Math.log10(least))) + 1;
            int[] leadings = decades >= 3 ? new int[] {1} : decades == 2 ? new int[] {1, 3}
                    : new int[] {1, 2, 5};
            int stride = Math.max(1, Math.ceilDiv(decades, MOST_TICKS));
            List<Double> ticks = new ArrayList<>();
            for (int exponent = first; exponent <= last; exponent++) {
                for (int leading : leadings) {
                    double tick = Double.parseDouble(leading + "e" + exponent);
                    if (tick >= least && tick <= most && Math.floorMod(exponent, stride) == 0) {
                        ticks.add(tick);
                    }
                }
            }
            return ticks.size() >= 2 ? ticks : Linear.exactly(least, most, 3).ticks();
        }
    }
}
