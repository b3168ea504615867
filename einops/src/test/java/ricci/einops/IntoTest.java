package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static ricci.einops.Einops.axis;
import static ricci.einops.Einops.shaped;

import java.awt.image.BufferedImage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Planner.Operation;

/** A result that is written into given memory is the one that would be made. */
class IntoTest {
    private static final Rearrange TURN = Einops.rearrange("a b -> b a");
    private static final Rearrange TAILS = Einops.rearrange("a (b=2 + c) -> a (c + b)");

    private static Layer layer(Puzzle puzzle, Reduction reduction) {
        return switch (puzzle.operation()) {
            case REARRANGE -> Einops.rearrange(puzzle.pattern(), puzzle.axes());
            case REDUCE -> Einops.reduce(puzzle.pattern(), reduction, puzzle.axes());
            case REPEAT -> Einops.repeat(puzzle.pattern(), puzzle.axes());
        };
    }

    /** What is in the memory before must not matter, so that it is something. */
    private static Object filled(Object array) {
        long[] garbage = new long[Primitives.count(array)];
        Arrays.fill(garbage, 77);
        return Primitives.cast(garbage, array.getClass().getComponentType());
    }

    private static Shaped<?> over(Object elements, StorageKind kind, long[] shape) {
        return new Shaped<>(kind.of(elements), shape);
    }

    @Property
    void isWhatApplyGives(@ForAll long seed, @ForAll Operation operation, @ForAll ElementType type,
            @ForAll StorageKind from, @ForAll StorageKind to, @ForAll Reduction.Named reduction) {
        Assume.that(to != StorageKind.READ_ONLY);
        Puzzle puzzle = Puzzle.random(seed, operation);
        Layer layer = layer(puzzle, reduction);
        Shaped<?> plain = type.of(puzzle.input());
        Shaped<?> x = over(plain.data(), from, plain.shape());
        Shaped<?> expected;
        try {
            expected = layer.apply(x);
        } catch (EinopsException e) {
            Shaped<?> target = over(plain.data(), to, plain.shape());
            assertEquals(e.kind(), assertThrows(EinopsException.class,
                    () -> layer.applyInto(x, target)).kind(), puzzle::toString);
            return;
        }
        // Truths are bytes in buffers, whatever the target is.
        Object kept = layer.apply(new Shaped<>(Storage.array(x.data()), x.shape())).data();
        Shaped<?> target = over(filled(kept), to, expected.shape());
        assertSame(target, layer.applyInto(x, target));
        assertEquals(Arrays.deepToString(new Object[] {Primitives.cast(Storage.array(target.data()),
                kept.getClass().getComponentType())}), Arrays.deepToString(new Object[] {kept}),
                () -> puzzle + " from " + from + " to " + to);
        assertEquals(expected, layer.apply(x), "the argument changed");
    }

    @Property
    void nothingAroundItIsWritten(@ForAll long seed, @ForAll Operation operation) {
        Puzzle puzzle = Puzzle.random(seed, operation);
        Layer layer = layer(puzzle, Reduction.SUM);
        Shaped<float[]> x = puzzle.input();
        Shaped<float[]> expected = layer.apply(x);
        int count = expected.data().length;
        float[] all = new float[count + 6];
        Arrays.fill(all, 5);
        layer.applyInto(x, shaped(FloatBuffer.wrap(all, 4, count), expected.shape()));
        float[] wanted = new float[count + 6];
        Arrays.fill(wanted, 5);
        System.arraycopy(expected.data(), 0, wanted, 4, count);
        assertArrayEquals(wanted, all, puzzle::toString);
        Arrays.fill(all, 5);
        MemorySegment part = MemorySegment.ofArray(all).asSlice(16, 4L * count);
        layer.applyInto(x, shaped(part, ValueLayout.JAVA_FLOAT, expected.shape()));
        assertArrayEquals(wanted, all, puzzle::toString);
    }

    @Property
    void nestedArrays(@ForAll long seed, @ForAll Operation operation) {
        Puzzle puzzle = Puzzle.random(seed, operation);
        Shaped<float[]> x = puzzle.input();
        Layer layer = layer(puzzle, Reduction.MEAN);
        long[] shape = layer.shape(x.shape());
        Assume.that(shape.length > 0 && x.shape().length > 0 && x.data().length > 0);
        Call call = new Call("test", puzzle.pattern(), List.of());
        Object nested = NestedArray.nest(call, x);
        Object target = NestedArray.nest(call, ShapedBackend.blank(x, shape));
        Object expected = NestedArray.nest(call, layer.apply(x));
        assertSame(target, layer.applyInto(nested, target));
        assertEquals(Arrays.deepToString(new Object[] {expected}),
                Arrays.deepToString(new Object[] {target}), puzzle::toString);
        Shaped<float[]> flat = shaped(new float[(int) ShapedBackend.count(shape)], shape);
        assertEquals(layer.apply(x), layer.applyInto(nested, flat), puzzle::toString);
    }

    @Test
    void joinedPartsAndReductionsOfOnesOwn() {
        Shaped<float[]> x = Tensors.counting(2, 5);
        assertEquals(TAILS.apply(x), TAILS.applyInto(x, Tensors.counting(2, 5)));
        Reduce own = Einops.reduce("a b -> a", Reduction.of(Shaped.class,
                (y, axes) -> Einops.reduce((Shaped<?>) y, "a b -> a", Reduction.MAX)));
        assertEquals(shaped(new float[] {4, 9}, 2), own.applyInto(x, shaped(new float[2], 2)));
        assertEquals(Kind.TARGET_SHAPE, kind(own, x, Tensors.counting(1, 2)));
    }

    @Test
    void plansThatAreMoreThanOnePass() {
        Rearrange turned = TURN.andThen(Einops.rearrange("(b c) a -> c (a b)", axis("c", 2)));
        Shaped<float[]> x = Tensors.counting(3, 4);
        assertEquals(turned.apply(x), turned.applyInto(x, Tensors.filled(i -> -1, turned.shape(3, 4))));
    }

    @Test
    void imagesAreRead() {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 0, 0x010203);
        Shaped<int[]> planes = Einops.rearrange("h w c -> c h w").applyInto(image,
                shaped(new int[18], 3, 2, 3));
        assertArrayEquals(new int[] {0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0}, planes.data());
    }

    private static Kind kind(Layer layer, Object x, Object target) {
        return assertThrows(EinopsException.class, () -> layer.applyInto(x, target)).kind();
    }

    @Test
    @SuppressWarnings("NullAway")
    void targetsThatDoNotFit() {
        Shaped<float[]> x = Tensors.counting(2, 3);
        assertEquals(Kind.NULL_ARGUMENT, kind(TURN, x, null));
        assertEquals(Kind.NULL_ARGUMENT, kind(TURN, null, x));
        assertEquals(Kind.TARGET_UNKNOWN, kind(TURN, x, "text"));
        assertEquals(Kind.UNKNOWN_TENSOR, kind(TURN, "text", x));
        assertEquals(Kind.TARGET_SHAPE, kind(TURN, x, Tensors.counting(6)));
        assertEquals(Kind.TARGET_SHAPE, kind(TURN, x, new float[2][3]));
        assertEquals(Kind.TARGET_TYPE, kind(TURN, x, shaped(new int[6], 3, 2)));
        assertEquals(Kind.TARGET_TYPE, kind(TURN, x, new double[3][2]));
        assertEquals(Kind.RAGGED_ARRAY, kind(TURN, x, new float[][] {{1, 2}, {3, 4}, {5}}));
        assertEquals(Kind.TARGET_TYPE, kind(Einops.reduce("a b -> a", Reduction.SUM),
                shaped(new int[6], 2, 3), shaped(new int[2], 2)));
        assertEquals(Kind.WRONG_RANK, kind(TURN, Tensors.counting(6), x));
    }

    @Test
    void sharedRowsOfNestedArrays() {
        float[] row = {1, 2};
        float[][] square = {row, {3, 4}};
        assertEquals(Kind.TARGET_SHARED, kind(TURN, Tensors.counting(2, 2), new float[][] {row, row}));
        assertEquals(Kind.TARGET_SHARED, kind(TURN, square, square));
        assertEquals(Kind.TARGET_SHARED, kind(TURN, square, new float[][] {{5, 6}, row}));
        assertEquals(Kind.TARGET_SHARED, kind(TURN, new float[][] {row}, shaped(row, 2, 1)));
        assertEquals(Kind.TARGET_SHARED, kind(TURN, shaped(row, 2, 1), new float[][] {row}));
        assertEquals(Kind.TARGET_SHARED, kind(Einops.rearrange("(a b) -> (b a)", axis("a", 2)), row, row));
        assertArrayEquals(new float[] {1, 2}, row);
        float[][] into = new float[2][2];
        TURN.applyInto(square, into);
        assertArrayEquals(new float[][] {{1, 3}, {2, 4}}, into);
        Einops.rearrange("a b -> b a").applyInto(new float[2][0], new float[0][]);
    }

    @Test
    void sharedMemory() {
        float[] all = new float[16];
        Shaped<?> x = shaped(FloatBuffer.wrap(all, 2, 6), 2, 3);
        assertEquals(Kind.TARGET_SHARED, kind(TURN, x, shaped(FloatBuffer.wrap(all, 7, 6), 3, 2)));
        TURN.applyInto(x, shaped(FloatBuffer.wrap(all, 8, 6), 3, 2));
        assertEquals(Kind.TARGET_SHARED, kind(TURN, shaped(all, 4, 4), shaped(FloatBuffer.wrap(all), 4, 4)));
        assertEquals(Kind.TARGET_SHARED, kind(TURN, shaped(all, 4, 4), shaped(MemorySegment.ofArray(all),
                ValueLayout.JAVA_FLOAT, 4, 4)));
        boolean[] truths = new boolean[4];
        assertEquals(Kind.TARGET_SHARED, kind(TURN, shaped(truths, 2, 2), shaped(truths, 2, 2)));
        MemorySegment segment = Arena.ofAuto().allocate(64, 4);
        assertEquals(Kind.TARGET_SHARED, kind(TURN, shaped(segment, ValueLayout.JAVA_FLOAT, 4, 4),
                shaped(segment.asByteBuffer().order(java.nio.ByteOrder.nativeOrder()).asFloatBuffer(), 4,
                        4)));
    }
}
