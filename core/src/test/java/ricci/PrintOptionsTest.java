package ricci;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import ricci.ir.DType;

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

    @Test
    void toStringSaysTheTypeToo() {
        assertEquals("f32[2] [1.  2.5]", Ricci.tensor(new float[] {1, 2.5f}).toString());
        assertEquals("i32[2,2]\n[[0 1]\n [2 3]]", Ricci.arange(4).reshape(2, 2).toString());
        assertEquals("bf16[2] [0.1  3.14]", Ricci.tensor(DType.BF16, new double[] {0.1, 3.14}, 2).toString());
        assertEquals("bool[] True", Ricci.tensor(true).toString());
    }
}
