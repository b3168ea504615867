package ricci.nn.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as a reader wants them: three digits that count, and a unit. The same in every locale. */
public final class Numerals {
    private static final MathContext THREE_DIGITS = new MathContext(3);
    private static final String NO_BREAK = "\u00a0";

    private Numerals() {}

    /** A number in a text or at a mark: 0.1, 2.31, 1.2e-7, NaN, ∞. */
    static String number(double value) {
        return number(value, false);
    }

    /** A number to be compared with others, which keeps its three digits: 0.100, 2.31. */
    static String measured(double value) {
        return number(value, true);
    }

    private static String number(double value, boolean padded) {
        double size = Math.abs(value);
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "∞" : "−∞";
        }
        if (size == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(THREE_DIGITS).stripTrailingZeros();
        if (size < 1e-3 || size >= 1e6) {
            int exponent = rounded.precision() - rounded.scale() - 1;
            return minus(digits(rounded.movePointLeft(exponent), padded) + "e" + exponent);
        }
        return minus(digits(rounded, padded));
    }

    private static String digits(BigDecimal number, boolean padded) {
        BigDecimal shortest = number.stripTrailingZeros();
        int padding = padded ? Math.max(0, THREE_DIGITS.getPrecision() - shortest.precision()) : 0;
        return shortest.setScale(Math.max(0, shortest.scale() + padding)).toPlainString();
    }

    /** One of several numbers that are {@code step} apart, with as many decimals as tell them apart. */
    static String spaced(double value, double step) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return decimals > 6 || Math.abs(value) >= 1e9 ? number(value)
                : minus(String.format(Locale.ROOT, "%,." + decimals + "f", value + 0.0));
    }

    /** A whole number, its thousands set apart: 9,610. */
    public static String count(long value) {
        return minus(String.format(Locale.ROOT, "%,d", value));
    }

    /** A count and what is counted: "1 step", "660 steps". */
    static String count(long value, String one, String many) {
        return count(value) + " " + (value == 1 ? one : many);
    }

    /** A share of 1 in percent; a dash if there is none. */
    static String percent(double share) {
        if (!Double.isFinite(share)) {
            return "–";
        }
        double percent = 100 * share;
        // 99.96 % is not all of it, and neither is 0.04 % nothing.
        int decimals = (percent > 99.9 && percent < 100) || (percent > 0 && percent < 0.1) ? 2 : 1;
        return minus(String.format(Locale.ROOT, "%." + decimals + "f", percent)) + NO_BREAK + "%";
    }

    /** A duration in the unit that suits it: 240 µs, 4.1 ms, 3.52 s, 2 min 05 s. */
    static String seconds(double seconds) {
        if (!Double.isFinite(seconds) || seconds < 0) {
            return "–";
        }
        if (seconds >= 100) {
            return longTime(Math.round(seconds));
        }
        if (seconds >= 1 || seconds == 0) {
            return number(seconds) + NO_BREAK + "s";
        }
        if (seconds >= 1e-3) {
            return number(seconds * 1e3) + NO_BREAK + "ms";
        }
        return seconds >= 1e-6 ? number(seconds * 1e6) + NO_BREAK + "µs"
                : number(seconds * 1e9) + NO_BREAK + "ns";
    }

    private static String longTime(long seconds) {
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d\u00a0min %02d\u00a0s", seconds / 60, seconds % 60);
        }
        return String.format(Locale.ROOT, "%,d\u00a0h %02d\u00a0min", seconds / 3600, seconds / 60 % 60);
    }

    /** A length in a drawing of 1000 by 1000, to a tenth. */
    static String coordinate(double share) {
        double tenths = Math.round(10_000 * share);
        return tenths % 10 == 0 ? String.valueOf((long) tenths / 10) : String.valueOf(tenths / 10);
    }

    private static String minus(String number) {
        return number.replace('-', '−').replace("e−", "e-");
    }
}
