package frameworks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import frameworks.examples.TensorFlowExample;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.tensorflow.EagerSession;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;
import ricci.einops.Einops;
import ricci.einops.EinopsException;
import ricci.einops.Reduction;
import ricci.einops.Shaped;

/** Operands of TensorFlow, eager and in a graph. */
class TensorFlowOperandsTest extends FrameworkTest<Operand<?>> {
    private final EagerSession session = EagerSession.create();
    private final Ops tf = Ops.create(session);

    @AfterEach
    void close() {
        session.close();
    }

    /** TensorFlow's Java API has no signed integers of 8 and 16 bits. */
    @Override
    Set<ElementType> types() {
        return EnumSet.complementOf(EnumSet.of(ElementType.SHORT, ElementType.BYTE));
    }

    @Override
    Operand<?> tensor(Shaped<?> x) {
        try (TType value = Values.tensor(x)) {
            return tf.constantOf(value);
        }
    }

    @Override
    Shaped<?> elements(Operand<?> x) {
        return Values.elements(x.asTensor());
    }

    /** TensorFlow's tensors are always in row-major order. */
    @Override
    Stream<Operand<?>> layouts(Operand<?> x) {
        return Stream.of(x, x.asOutput());
    }

    @Override
    String described(long... shape) {
        return "TFloat32" + Arrays.toString(shape);
    }

    @Override
    @SuppressWarnings("unchecked")
    Reduction norm() {
        return Reduction.of(Operand.class, (x, axes) -> tf.math.sqrt(tf.reduceSum(
                tf.math.square((Operand<TFloat32>) x), tf.constant(axes))));
    }

    @Test
    void resultsBelongToTheSessionOfTheArgument() {
        Operand<TFloat32> x = tf.constant(new float[][] {{1, 2, 3}, {4, 5, 6}});
        Operand<TFloat32> y = Einops.rearrange(x, "a b -> b a");
        assertSame(session, y.op().env());
        assertEquals(Shape.of(3, 2), y.shape());
        Operand<TFloat32> sums = Einops.reduce(y, "b a -> a", Reduction.SUM);
        assertEquals(6, sums.asTensor().getFloat(0));
    }

    @Test
    void otherTypes() {
        Operand<?> bytes = tf.dtypes.cast(tf.constant(new int[][] {{1, 200}, {255, 4}}), TUint8.class);
        Operand<?> turned = Einops.rearrange(bytes, "a b -> b a");
        assertEquals(TUint8.class, turned.type());
        assertArrayEquals(new double[] {201, 259}, ElementType.reals(
                elements(Einops.<Operand<?>>reduce(bytes, "a b -> a", Reduction.SUM)).data()));
        Operand<?> halves = tf.dtypes.cast(tf.constant(new float[][] {{1, 2}, {3, 4}}), TFloat16.class);
        assertEquals(TFloat16.class, Einops.<Operand<?>>einsum(halves, halves, "i j, j k -> i k").type());
        Operand<?> words = tf.array("a", "b");
        assertEquals(Shape.of(2, 1), Einops.<Operand<?>>rearrange(words, "a -> a 1").shape());
    }

    @Test
    void graphs() {
        try (Graph graph = new Graph(); Session run = new Session(graph)) {
            Ops ops = Ops.create(graph);
            Operand<TFloat32> x = ops.placeholder(TFloat32.class, Placeholder.shape(Shape.of(2, 3)));
            Operand<TFloat32> y = Einops.reduce(x, "a b -> b", Reduction.LOGSUMEXP);
            Operand<TFloat32> z = Einops.einsum(List.of(x, y), "a b, b -> a");
            Shaped<float[]> value = new Shaped<>(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
            Shaped<float[]> expected = Einops.einsum(value, Einops.reduce(value, "a b -> b", "logsumexp"),
                    "a b, b -> a");
            try (TFloat32 fed = TFloat32.tensorOf(Shape.of(2, 3), DataBuffers.of(value.data()));
                    var results = run.runner().feed(x, fed).fetch(z).run()) {
                assertClose(expected, Values.elements((TType) results.get(0)), "fed");
            }
        }
    }

    /** What depends on values runs on Java arrays, and a graph has none yet. */
    @Test
    void whatAGraphRefuses() {
        try (Graph graph = new Graph()) {
            Ops ops = Ops.create(graph);
            Operand<?> x = ops.placeholder(TFloat32.class, Placeholder.shape(Shape.of(2, 3)));
            Operand<?> at = ops.placeholder(TInt32.class, Placeholder.shape(Shape.of(4)));
            for (Executable call : List.<Executable>of(() -> Einops.sort(x, "a [b]"),
                    () -> Einops.cumulative(x, "a [b]", Reduction.MAX),
                    () -> Einops.<Operand<?>>getAt(x, at, "[a] b, p -> p b"))) {
                EinopsException e = assertThrows(EinopsException.class, call);
                assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
                assertTrue(e.getMessage().contains("is of a graph and has no elements yet"), e.getMessage());
            }
            assertEquals(Shape.of(3, 2), Einops.<Operand<?>>softmax(x, "a [b] -> b a").shape());
            assertEquals(Shape.of(2, 3), Einops.<Operand<?>>roll(x, "a [b]", 1).shape());
            assertEquals(Shape.of(2, 2, 2),
                    Einops.<Operand<?>>rearrange(x, "a (y*1 p=2) -> a y p").shape());
        }
    }

    @Test
    void lengthsThatAreNotKnown() {
        try (Graph graph = new Graph()) {
            Operand<TFloat32> x = Ops.create(graph).placeholder(TFloat32.class,
                    Placeholder.shape(Shape.of(-1, 3)));
            EinopsException e = assertThrows(EinopsException.class,
                    () -> Einops.rearrange(x, "a b -> b a"));
            assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
            assertTrue(e.getMessage().contains("TFloat32[-1, 3]"), e.getMessage());
        }
    }

    @Test
    void sessionsThatAreClosed() {
        Operand<TFloat32> x = tf.constant(new float[2][3]);
        session.close();
        EinopsException e = assertThrows(EinopsException.class, () -> Einops.rearrange(x, "a b -> b a"));
        assertEquals(EinopsException.Kind.BACKEND_FAILED, e.kind());
    }

    @Test
    void example() throws Throwable {
        assertEquals(List.of("scores   [1, 2, 5, 5]", "mixed    [1, 5, 8]", "greatest 39.0"),
                Printed.by(TensorFlowExample::main));
    }
}
