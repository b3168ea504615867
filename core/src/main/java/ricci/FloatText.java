package ricci;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import ricci.ir.DType;

/**
 * Floats as NumPy prints them: all of one tensor in one notation, aligned at the point, each with the fewest
 * digits that tell it from its neighbours of the same dtype, at most {@code precision} of them.
 *
 * @param precision digits after the point, at most
 * @param left characters before the point, sign included
 * @param right characters after the point
 * @param exponent characters of the exponent, sign included; 0 without one
 * @param isSigned whether positive numbers have a sign, too
 */
record FloatText(DType dtype, int precision, int left, int right, int exponent, boolean isSigned) {

    /** A number's text: what is before the point, what is after it, the exponent with its sign. */
    private record Parts(String whole, String fraction, String exponent) {}

    static FloatText of(PrintOptions options, DType dtype, double[] values, boolean isSigned) {
        double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
        boolean scientific = isScientific(options, dtype, finite);
        int left = 0;
        int right = 0;
        int exponent = 0;
        for (double value : finite) {
            Parts parts = scientific ? scientific(dtype, value, options.precision())
                    : positional(dtype, value, options.precision());
            left = Math.max(left, signed(parts.whole(), isSigned).length());
            right = Math.max(right, parts.fraction().length());
            exponent = Math.max(exponent, parts.exponent().length());
        }
        int behind = scientific ? exponent + 1 + right : right;
        if (finite.length < values.length) {
            boolean hasSign = isSigned || Arrays.stream(values).anyMatch(v -> v == Double.NEGATIVE_INFINITY);
            left = Math.max(left, 3 + (hasSign ? 1 : 0) - (behind + 1));
        }
        return new FloatText(dtype, options.precision(), left, right, exponent, isSigned);
    }

    /** Very large and very small numbers, and both together, are not aligned but written with exponents. */
    private static boolean isScientific(PrintOptions options, DType dtype, double[] finite) {
        double[] magnitudes = Arrays.stream(finite).filter(v -> v != 0).map(Math::abs).toArray();
        if (magnitudes.length == 0) {
            return false;
        }
        double greatest = Arrays.stream(magnitudes).max().orElseThrow();
        double least = Arrays.stream(magnitudes).min().orElseThrow();
        return greatest >= Math.pow(10, Math.min(8, decimals(dtype)))
                || (!options.suppress() && (least < 0.0001 || dtype.round(greatest / least) > 1000));
    }

    /** The decimal digits that every number of the dtype can carry. */
    private static int decimals(DType dtype) {
        return switch (dtype.bytes()) {
            case 8 -> 15;
            case 4 -> 6;
            // A bf16 is printed as the f32 that it is the upper half of.
            default -> dtype == DType.F16 ? 3 : 6;
        };
    }

    String print(double value) {
        if (!Double.isFinite(value)) {
            String word = Double.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
            return padded(signed(word, isSigned), left + 1 + (exponent > 0 ? exponent + 1 + right : right));
        }
        if (exponent > 0) {
            // Where others have more digits, the exact value's are shown, not zeros.
            Parts shortest = scientific(dtype, value, precision);
            Parts parts = shortest.fraction().length() < right
                    ? parts(value, new BigDecimal(value).round(
                            new MathContext(right + 1, RoundingMode.HALF_EVEN))) : shortest;
            String sign = parts.exponent().substring(0, 1);
            String digits = parts.exponent().substring(1);
            return padded(signed(parts.whole(), isSigned), left) + "." + parts.fraction()
                    + "0".repeat(Math.max(0, right - parts.fraction().length()))
                    + "e" + sign + "0".repeat(Math.max(0, exponent - 1 - digits.length())) + digits;
        }
        Parts parts = positional(dtype, value, precision);
        return padded(signed(parts.whole(), isSigned), left) + "." + parts.fraction()
                + " ".repeat(Math.max(0, right - parts.fraction().length()));
    }

    /** A number alone: with an exponent if it is very small or large, else with a digit after the point. */
    static String scalar(DType dtype, double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
        }
        double magnitude = Math.abs(value);
        double large = dtype == DType.F64 ? 1e16 : Math.pow(10, decimals(dtype));
        if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= large)) {
            Parts parts = scientific(dtype, value, Integer.MAX_VALUE);
            return parts.whole() + (parts.fraction().isEmpty() ? "" : "." + parts.fraction()) + "e"
                    + parts.exponent();
        }
        Parts parts = positional(dtype, value, Integer.MAX_VALUE);
        return parts.whole() + "." + (parts.fraction().isEmpty() ? "0" : parts.fraction());
    }

    private static String signed(String text, boolean isSigned) {
        return isSigned && !text.startsWith("-") ? "+" + text : text;
    }

    private static String padded(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    private static Parts positional(DType dtype, double value, int precision) {
        BigDecimal digits = shortest(dtype, value);
        if (digits.scale() > precision) {
            // The exact value is rounded, not its shortest text, which is rounded already.
            digits = new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN);
        }
        String plain = digits.signum() == 0 ? "0" : digits.stripTrailingZeros().abs().toPlainString();
        int point = plain.indexOf('.');
        return new Parts(sign(value) + (point < 0 ? plain : plain.substring(0, point)),
                point < 0 ? "" : plain.substring(point + 1), "");
    }

    private static Parts scientific(DType dtype, double value, int precision) {
        BigDecimal digits = shortest(dtype, value);
        if (digits.precision() - 1L > precision) {
            digits = new BigDecimal(value).round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        }
        return parts(value, digits);
    }

    private static Parts parts(double value, BigDecimal digits) {
        String all = digits.signum() == 0 ? "0"
                : digits.stripTrailingZeros().unscaledValue().abs().toString();
        int power = digits.signum() == 0 ? 0 : digits.precision() - digits.scale() - 1;
        String width = Math.abs(power) < 10 ? "0" : "";
        return new Parts(sign(value) + all.charAt(0), all.substring(1),
                (power < 0 ? "-" : "+") + width + Math.abs(power));
    }

    private static String sign(double value) {
        return Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    }

    /** The number of fewest digits that rounds to the value in its dtype; of several, the nearest. */
    private static BigDecimal shortest(DType dtype, double value) {
        if (value == 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal first = exact.round(new MathContext(1, RoundingMode.HALF_EVEN));
        // Java's own texts are the shortest of two digits or more.
        if (dtype.bytes() > 2 && dtype.round(first.doubleValue()) != value) {
            String text = dtype == DType.F64 ? Double.toString(value) : Float.toString((float) value);
            return new BigDecimal(text).stripTrailingZeros();
        }
        for (int digits = 1;; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (dtype.round(rounded.doubleValue()) == value) {
                return rounded.stripTrailingZeros();
            }
        }
    }
}
