package ricci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.Ricci.ELLIPSIS;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import ricci.ir.DType;
import ricci.ir.RicciException;

/** Tensors are printed as NumPy prints them. */
class PrintOptionsTest {
    @TestFactory
    List<DynamicTest> textsAreNumpys() {
        List<DynamicTest> tests = new ArrayList<>();
        List<String> lines = NumpyAnswers.lines("numpy-prints.txt");
        for (int start = 0; start < lines.size() - 1;) {
            int end = start + 1;
            while (!lines.get(end).startsWith("#")) {
                end++;
            }
            Tensor x = NumpyAnswers.tensor(List.of(lines.get(start).substring(2).split("\t", -1)));
            String expected = String.join("\n", lines.subList(start + 1, end));
            tests.add(DynamicTest.dynamicTest("line " + (start + 1) + ": " + x.type(),
                    () -> assertEquals(expected, PrintOptions.DEFAULT.print(x))));
            start = end;
        }
        assertEquals(149, tests.size());
        return tests;
    }

    @Test
    void optionsChangeTheText() {
        Tensor x = Ricci.tensor(new double[] {1 / 3.0, 2e-5, 20});
        assertEquals("[3.333e-01 2.000e-05 2.000e+01]", PrintOptions.DEFAULT.withPrecision(3).print(x));
        assertEquals("[ 0.333  0.    20.   ]",
                PrintOptions.DEFAULT.withPrecision(3).withSuppress(true).print(x));
        assertEquals("[0, ..., 9]",
                PrintOptions.DEFAULT.withThreshold(5).withEdgeItems(1).withSeparator(", ")
                        .print(Ricci.arange(10)));
        assertEquals("[0 1 2 3\n 4 5 6 7\n 8 9]", PrintOptions.DEFAULT.withLineWidth(9)
                .print(Ricci.arange(10)));
    }

    /** What NumPy's {@code str} prints of the same. */
    @Test
    void complexNumbersHaveTwoColumns() {
        double inf = Double.POSITIVE_INFINITY;
        assertComplex("[0.+0.j 1.+1.j 2.+2.j]", 0, 0, 1, 1, 2, 2);
        assertComplex("[1.5e+00-2.j 1.0e+10+3.j]", 1.5, -2, 1e10, 3);
        assertComplex("[ 1.  +2.e+00j -1.25+1.e-03j   nan+1.e+00j   inf-2.e+00j]",
                1, 2, -1.25, 0.001, Double.NaN, 1, inf, -2);
        assertComplex("[nan+infj  1. +1.j]", Double.NaN, inf, 1, 1);
        assertComplex("[nan+nanj  2. +0.j]", Double.NaN, Double.NaN, 2, 0);
        assertEquals("[1. +2.e+00j 3.5-1.e-09j]", PrintOptions.DEFAULT.print(
                complex(1, 2, 3.5, -1e-9).to(DType.C64)));
        assertEquals("[1.+0.33j]", PrintOptions.DEFAULT.withPrecision(2).print(complex(1, 1 / 3.0)));
        List<String> alone = List.of("(1.5-2j)", "2j", "(1e+20+1e-07j)", "(nan+1j)", "(1-infj)", "(1+0j)",
                "0j");
        double[][] numbers = {{1.5, -2}, {0, 2}, {1e20, 1e-7}, {Double.NaN, 1}, {1, -inf}, {1, 0}, {0, 0}};
        for (int i = 0; i < numbers.length; i++) {
            assertEquals(alone.get(i), PrintOptions.DEFAULT.print(complex(numbers[i]).reshape()));
        }
    }

    private static void assertComplex(String expected, double... parts) {
        assertEquals(expected, PrintOptions.DEFAULT.print(complex(parts)));
    }

    private static Tensor complex(double... parts) {
        Tensor both = Ricci.tensor(parts).reshape(parts.length / 2, 2);
        return Complex.of(both.get(ELLIPSIS, 0), both.get(ELLIPSIS, 1));
    }

    @Test
    void noRankFillsTheStack() {
        long[] ones = new long[20_000];
        java.util.Arrays.fill(ones, 1);
        Tensor deep = Ricci.zeros(ones);
        assertThrows(RicciException.Depth.class, () -> PrintOptions.DEFAULT.print(deep));
    }

    @Test
    void toStringSaysTheTypeToo() {
        assertEquals("f32[2] [1.  2.5]", Ricci.tensor(new float[] {1, 2.5f}).toString());
        assertEquals("i32[2,2]\n[[0 1]\n [2 3]]", Ricci.arange(4).reshape(2, 2).toString());
        assertEquals("bf16[2] [0.1  3.14]", Ricci.tensor(DType.BF16, new double[] {0.1, 3.14}, 2).toString());
        assertEquals("bool[] True", Ricci.tensor(true).toString());
    }
}
