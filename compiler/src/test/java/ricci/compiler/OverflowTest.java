package ricci.compiler;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.runtime.Buffer;

/** Sums of products that leave the range of their type in one order, and not in another, have no one answer. */
class OverflowTest {
    @ParameterizedTest
    @ValueSource(strings = {"""
            program(a: f32[40,64], b: f32[64,48]) {
              c: f32[40,48] = dotGeneral{contract=[1], with=[0], batch=[], withBatch=[], result=f32}(a, b)
              return c
            }
            """, """
            program(a: f32[2,50,3], b: f32[5,3,4]) {
              c: f32[2,46,4] = convolution{input=[0,2,1], kernel=[2,1,0], output=[0,2,1], strides=[1], low=[0], \
            high=[0], baseDilation=[1], windowDilation=[1], featureGroups=1, batchGroups=1, result=f32}(a, b)
              return c
            }
            """})
    void aSumMayOverflowOnTheWay(String text) {
        Program program = Program.parse(text);
        List<Buffer> x = program.inputTypes().stream().map(type -> great(type.shape())).toList();
        AgainstInterpreter.check(program, x);
    }

    /** Numbers of which two have a product beyond the greatest float, of either sign. */
    private static Buffer great(Shape shape) {
        double[] values = new double[(int) shape.size()];
        Arrays.setAll(values, i -> (i % 5 < 3 ? 1e19 : -2e19) * (1 + i % 7));
        return Buffer.ofReals(DType.F32, values);
    }
}
