package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.ConvolutionDimensions;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.Sliding;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.ir.Windows;

/** Products written as others. */
class SimplifyProductsTest {
    /** Where batch and places are in the same order in input and result, wherever the features are. */
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void aKernelOfOnePlaceIsAMatrix(@ForAll long seed) {
        Random random = new Random(seed);
        int spatial = random.nextInt(3);
        List<Integer> order = permutation(random, 1 + spatial);
        Builder b = new Builder();
        DType dtype = List.of(DType.F32, DType.F64, DType.I32).get(random.nextInt(3));
        // Batch and places, and the features, among which some are none.
        long[] lengths = random.ints(3 + spatial, 0, 5).mapToLong(i -> i == 0 ? random.nextInt(2) : i)
                .toArray();
        List<Integer> input = withFeatures(random, order);
        List<Integer> result = withFeatures(random, order);
        List<Integer> kernel = permutation(random, 2 + spatial);
        long[] ofX = new long[2 + spatial];
        long[] ofW = new long[2 + spatial];
        for (int part = 0; part < 2 + spatial; part++) {
            ofX[input.get(part)] = lengths[part];
            ofW[kernel.get(part)] = part == 0 ? lengths[2 + spatial] : part == 1 ? lengths[1] : 1;
        }
        Atom.Var x = b.input(new TensorType(dtype, Shape.of(ofX)));
        Atom.Var w = b.input(new TensorType(dtype, Shape.of(ofW)));
        Atom y = b.apply(new Windows.Convolution(new ConvolutionDimensions(input, kernel, result),
                Sliding.plain(spatial), 1, 1, dtype), x, w);
        Program program = b.build("f", List.of(x, w), List.of(y));
        Program simple = Simplify.by(SimplifyProducts.RULES, program);
        assertEquals(0, simple.equations().stream()
                .filter(e -> e.op() instanceof Windows.Convolution).count(), program::toString);
        Bits.assertSame(random, program, TypeChecker.check("simplify", simple));
    }

    /** Places of batch, features, and what is spatial; without the features, the others are in that order. */
    private static List<Integer> withFeatures(Random random, List<Integer> order) {
        int features = random.nextInt(order.size() + 1);
        List<Integer> places = new ArrayList<>(order.stream().map(p -> p < features ? p : p + 1).toList());
        places.add(1, features);
        return places;
    }

    private static List<Integer> permutation(Random random, int count) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Collections.shuffle(all, random);
        return all;
    }
}
