import static ricci.einops.Einops.*;

import java.util.List;
import ricci.einops.Reduction;

class AboveEinops {
    static Object all(float[][] x, int[][] index, float[][] values, List<float[][]> list) {
        softmax(x, "a b"); // wrong
        softmax(x, "a [b"); // wrong
        logSoftmax(x, "a [b] -> a c"); // wrong
        sort(x, "a b]"); // wrong
        argsort(x, "[a] [a b]]"); // wrong
        cumulative(x, "a b", Reduction.SUM); // wrong
        flip(x, "a [b] -> a"); // wrong
        roll(x, "a b", 1); // wrong
        getAt(x, index, "[a] b, p [1] -> p c"); // wrong
        getAt(x, index, "[a] b -> b"); // wrong
        setAt(x, index, values, "[a] b, p [1] -> a b"); // wrong
        addAt(x, index, values, "a b, p [1], p b"); // wrong
        rearrangeAll(x, "a (b1 + b2) -> a b1, a b3"); // wrong
        rearrangeAll(list, "a b, a c -> a (b + d)"); // wrong
        repeatAll(x, "a (b1 + ) -> a b1"); // wrong
        rearrange(x, "a (b p=) -> a b p"); // wrong
        reduce(x, "a [b] -> a b", Reduction.MEAN); // wrong
        return rearrange(x, "a (s ds)... -> a s"); // wrong
    }
}
