package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ricci.einops.Planner.Operation;

/** A plan holds the steps that are needed, and no others. */
class PlanTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            REARRANGE | a b -> a b            | 2,3 | nothing to do
            REARRANGE | ... -> ...            | 2,3 | nothing to do
            REARRANGE | a (b) -> (a) b        | 2,3 | nothing to do
            REARRANGE | a b -> b a            | 2,3 | transpose by [1, 0]
            REARRANGE | a b -> (a b)          | 2,3 | reshape to [6]
            REARRANGE | (a b) -> a b          | 6   | reshape to [2, 3]
            REARRANGE | 1 b -> b 1            | 1,3 | reshape to [3], then reshape to [3, 1]
            REARRANGE | (a b) c -> c (b a)    | 6,4 | reshape to [2, 3, 4], transpose by [2, 1, 0], reshape to [4, 6]
            REARRANGE | a ... -> ... a        | 2,3,4 | transpose by [1, 2, 0]
            REARRANGE | (a b) c -> c b a      | 6,4 | reshape to [2, 3, 4], transpose by [2, 1, 0], reshape to [4, 3, 2]
            REARRANGE | a a -> a              | 3,3 | take the diagonal of axes 0 and 1
            REARRANGE | (a*2 b=3) -> a b      | 9   | take windows [4, 3] of axis 0 with strides [2, 1]
            REARRANGE | (a*2 b=3) (c*3 d=2) -> a b c d | 7,5 | take windows [3, 3] of axis 0 with strides [2, 1], then take windows [2, 2] of axis 2 with strides [3, 1]
            REDUCE    | a b -> a              | 2,3 | reduce over [1]
            REDUCE    | a b -> b              | 2,3 | transpose by [1, 0], then reduce over [1]
            REDUCE    | a ... -> ...          | 2,3 | transpose by [1, 0], then reduce over [1]
            REDUCE    | (a 3) -> a            | 6   | reshape to [2, 3], then reduce over [1]
            REPEAT    | b -> b 5              | 3   | broadcast to [3, 5] from axes [0]
            REPEAT    | b -> (5 b) 1          | 3   | broadcast to [5, 3] from axes [1], then reshape to [15, 1]
            """)
    void steps(Operation operation, String pattern, String shape, String steps) {
        List<Axis> axes = pattern.startsWith("(a b)") ? List.of(new Axis("a", 2))
                : List.of();
        Plan plan = Planner.plan(operation, null, axes, new Call(operation.toString(), pattern, List.of()),
                List.of(shape(shape)));
        assertEquals(steps, plan.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            i j, j k -> i k       | 2,3;3,4     | contract [1] with [0]
            b i j, b j k -> b i k | 5,2,3;5,3,4 | contract [2] with [1], batch [0] with [0]
            i, j -> j i           | 2;3         | contract [] with [], then transpose by [1, 0]
            """)
    void contractions(String pattern, String shapes, String steps) {
        List<long[]> all = Stream.of(shapes.split(";", -1)).map(PlanTest::shape).toList();
        assertEquals(steps, EinsumPlanner.plan(new Call("einsum", pattern, List.of()), List.of(), all)
                .toString());
    }

    private static long[] shape(String text) {
        return Invocation.shape(text);
    }
}
