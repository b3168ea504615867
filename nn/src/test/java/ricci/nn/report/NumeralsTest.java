package ricci.nn.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers as text. */
class NumeralsTest {
    @ParameterizedTest
    @CsvSource({"0.1, 0.1", "0.01334, 0.0133", "2.3149, 2.31", "100, 100", "1234.5, 1230", "0, 0", "-0.0, 0",
        "-0.25, −0.25", "0.00012, 1.2e-4", "-4.56e-9, −4.56e-9", "1.5e6, 1.5e6", "1e300, 1e300",
        "999999, 1000000", "NaN, NaN", "Infinity, ∞", "-Infinity, −∞"})
    void threeDigitsThatCount(double value, String text) {
        assertEquals(text, Numerals.number(value));
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0.100", "0.02, 0.0200", "2.3, 2.30", "12, 12.0", "250, 250", "1234, 1230",
        "1e-7, 1.00e-7"})
    void threeDigitsAlways(double value, String text) {
        assertEquals(text, Numerals.measured(value));
    }

    @ParameterizedTest
    @CsvSource({"1, 100.0 %", "0.9996, 99.96 %", "0.972, 97.2 %", "0, 0.0 %", "0.0004, 0.04 %", "NaN, –",
        "-0.5, −50.0 %"})
    void shares(double share, String text) {
        assertEquals(text, Numerals.percent(share).replace('\u00a0', ' '));
    }

    @ParameterizedTest
    @CsvSource({"0, 0 s", "3e-9, 3 ns", "2.4e-4, 240 µs", "0.0041, 4.1 ms", "3.519, 3.52 s", "99, 99 s",
        "125, 2 min 05 s", "3599.9, 1 h 00 min", "36061, 10 h 01 min", "NaN, –", "-1, –"})
    void durations(double seconds, String text) {
        assertEquals(text, Numerals.seconds(seconds).replace('\u00a0', ' '));
    }

    @ParameterizedTest
    @CsvSource({"1.005, 0.005, 1.005", "0.3, 0.1, 0.3", "0, 50, 0", "200000, 50000, '200,000'",
        "-1, 1, −1"})
    void marksAreToldApart(double value, double step, String text) {
        assertEquals(text, Numerals.spaced(value, step));
    }

    @Property
    void isAboutTheNumberThatItShows(@ForAll @DoubleRange(min = -1e12, max = 1e12) double value) {
        double shown = Double.parseDouble(Numerals.measured(value).replace('−', '-'));
        assertTrue(Math.abs(shown - value) <= 0.005 * Math.abs(value), Numerals.measured(value));
    }
}
