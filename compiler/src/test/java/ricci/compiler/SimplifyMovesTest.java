package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Monoid;
import ricci.ir.Op;
import ricci.ir.Program;
import ricci.ir.Shape;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;
import ricci.ir.Windows;
import ricci.transform.Dce;

/** The rules on moves, conversions and reductions: alone on examples, and together on chains of them. */
class SimplifyMovesTest {
    /** Equations to which a rule applies. */
    private record Example(String rule, TensorType type, BiFunction<Builder, Atom, Atom> equations) {
        Program program() {
            Builder b = new Builder();
            Atom.Var x = b.input(type);
            return b.build(rule, List.of(x), List.of(equations.apply(b, x)));
        }
    }

    private final List<Example> examples = new ArrayList<>();

    private void example(String rule, TensorType type, BiFunction<Builder, Atom, Atom> equations) {
        examples.add(new Example(rule, type, equations));
    }

    private void example(String rule, TensorType type, Op... chain) {
        example(rule, type, (b, x) -> Arrays.stream(chain).reduce(x, (y, op) -> b.apply(op, y), (y, _) -> y));
    }

    private static TensorType f32(long... lengths) {
        return TensorType.of(DType.F32, lengths);
    }

    private static Op.Reshape reshape(long... lengths) {
        return new Op.Reshape(Shape.of(lengths));
    }

    private static Op.Slice slice(long start, long limit, long stride) {
        return new Op.Slice(List.of(start), List.of(limit), List.of(stride));
    }

    private static Op.Pad pad(long low, long high, long interior) {
        return new Op.Pad(List.of(low), List.of(high), List.of(interior));
    }

    private void moves() {
        Op flip = new Op.Transpose(List.of(1, 0));
        String row = "reshapes and transposes in a row -> one";
        example(row, f32(2, 3), reshape(6), reshape(3, 2));
        example(row, f32(2, 3), reshape(2, 3));
        example(row, f32(2, 3), flip, reshape(6));
        example(row, f32(4, 3), reshape(2, 2, 3), new Op.Transpose(List.of(2, 0, 1)), reshape(3, 4));
        String turn = "transposes and reshapes in a row -> one";
        example(turn, f32(2, 3), flip, flip);
        example(turn, f32(2, 3, 1), new Op.Transpose(List.of(2, 0, 1)));
        example(turn, f32(6), reshape(2, 3), flip);
        String rearrange = "rearrange, alone or in a row -> the simplest";
        example(rearrange, f32(2, 3), new Op.Rearrange(Shape.of(2, 3), List.of(1, 0), Shape.of(3, 2)));
        example(rearrange, f32(2, 3), new Op.Rearrange(Shape.of(2, 3, 1), List.of(0, 2, 1), Shape.of(6)));
        example(rearrange, f32(4, 3),
                new Op.Rearrange(Shape.of(2, 2, 3), List.of(2, 0, 1), Shape.of(3, 4)));
        example("broadcast of broadcast -> one", f32(3, 1),
                new Op.Broadcast(Shape.of(2, 3, 1), List.of(1, 2)),
                new Op.Broadcast(Shape.of(2, 3, 2, 4), List.of(0, 1, 3)));
        example("broadcast of new axes -> broadcast", f32(3), reshape(1, 3, 1),
                new Op.Broadcast(Shape.of(2, 3, 4), List.of(0, 1, 2)));
        example("broadcast of new axes -> broadcast", f32(1, 2, 1, 3), reshape(1, 1, 2, 1, 1, 3, 1),
                new Op.Broadcast(Shape.of(1, 4, 2, 5, 1, 3, 7), List.of(0, 1, 2, 3, 4, 5, 6)));
        example("broadcast that repeats nothing -> reshape", f32(3),
                new Op.Broadcast(Shape.of(1, 3), List.of(1)));
        example("reverse of reverse -> one", f32(3, 2), new Op.Reverse(List.of(0, 1)),
                new Op.Reverse(List.of(1)));
        example("reverse of reverse -> one", f32(3, 2), new Op.Reverse(List.of(0)),
                new Op.Reverse(List.of(0)));
        example("reverse of axes of length 1 -> x", f32(3, 1), new Op.Reverse(List.of(1, 0)));
    }

    private void parts() {
        example("slice of all -> x", f32(3), slice(0, 3, 1));
        example("slice of slice -> one", f32(20), slice(1, 20, 2), slice(1, 8, 3));
        String beyond = "slice beyond its last element -> up to it";
        example(beyond, f32(9), slice(0, 9, 5));
        example(beyond, f32(9), slice(2, 5, 7));
        for (long[] part : new long[][] {{0, 3, 1}, {1, 2, 1}, {3, 7, 2}, {4, 6, 1}}) {
            example("slice of one part of concatenate -> slice of that", f32(3), (b, x) ->
                    b.apply(slice(part[0], part[1], part[2]), b.apply(new Op.Concatenate(0), x,
                            b.fill(f32(0), 1), b.neg(b.broadcast(b.slice(x, 0, 1, 2), Shape.of(4),
                                    List.of(0))))));
        }
        example("pad by nothing -> x", f32(2), (b, x) -> b.apply(pad(0, 0, 0), x, b.fill(f32(), 5)));
        example("pad of pad with the same -> one", f32(2), (b, x) -> b.apply(pad(1, 2, 0),
                b.apply(pad(0, 1, 2), x, b.fill(f32(), 5)), b.fill(f32(), 5)));
        example("add of pads that lie apart -> concatenate", f32(2), (b, x) -> b.add(
                b.apply(pad(1, 5, 0), x, b.fill(f32(), 0)),
                b.apply(pad(4, 2, 0), b.neg(x), b.fill(f32(), 0))));
        example("concatenate of one -> x", f32(2), new Op.Concatenate(0));
        example("concatenate with nothing -> without", f32(2), (b, x) ->
                b.apply(new Op.Concatenate(0), x, b.slice(x, 0, 1, 1), x));
        example("dynamicSlice of all -> x", f32(4), (b, x) -> b.apply(
                new Windows.DynamicSlice(Shape.of(4)), x, b.fill(TensorType.of(DType.I32), 7)));
        example("dynamicUpdateSlice of all -> the part", f32(4), (b, x) -> b.apply(
                new Windows.DynamicUpdateSlice(), x, b.neg(x), b.fill(TensorType.of(DType.I32), 7)));
        for (int start : new int[] {0, -1, -3, 2, 7, -9}) {
            example("dynamicSlice from known places -> slice", f32(5, 2), (b, x) -> b.apply(
                    new Windows.DynamicSlice(Shape.of(2, 1)), x, b.fill(TensorType.of(DType.I64), start),
                    b.fill(TensorType.of(DType.U8), 1)));
        }
    }

    private void numbers() {
        example("convert to the same type -> x", f32(9), new Op.Convert(DType.F32));
        example("bitcast to the same type -> x", f32(9), new Op.Bitcast(DType.F32));
        example("bitcast after a bitcast to integers -> bitcast", f32(30), new Op.Bitcast(DType.I32),
                new Op.Bitcast(DType.U32));
        example("the same reducePrecision twice -> once", f32(40), new Op.ReducePrecision(5, 4),
                new Op.ReducePrecision(5, 4));
        for (DType dtype : List.of(DType.F64, DType.F32, DType.BF16, DType.F16, DType.I16, DType.U64)) {
            TensorType type = TensorType.of(dtype, 60);
            for (int power : new int[] {0, 1, 2, 3, 9, -1, -3, 1 << 30}) {
                boolean exists = dtype.isFloat() ? dtype.round(power) == power : power >= 0 && power < 10;
                if (exists) {
                    example("pow by a whole number -> integerPower", type, (b, x) ->
                            b.binary(Op.Binary.Function.POW, x, b.fill(type, power)));
                }
            }
            example("integerPower 0 -> 1", type, new Op.IntegerPower(0));
            example("integerPower 1 -> x", type, new Op.IntegerPower(1));
            example("integerPower 2 -> mul(x, x)", type, new Op.IntegerPower(2));
            example("clamp without bounds -> x", type, (b, x) -> b.apply(new Windows.Clamp(),
                    b.fill(type, dtype.least()), x, b.fill(type, dtype.greatest())));
            if (dtype.isFloat()) {
                for (double divisor : new double[] {8, -0.25, 1024, 0x1p-14}) {
                    example("div by a power of 2 -> mul by its reciprocal", type, (b, x) ->
                            b.div(x, b.fill(type, divisor)));
                }
            }
        }
        example("integerPower 0 -> 1", TensorType.of(DType.C64, 40), new Op.IntegerPower(0));
    }

    private void reductions() {
        String single = "reduce over axes of length 1 -> reshape";
        for (Monoid monoid : List.of(Monoid.SUM, Monoid.PROD, Monoid.MAX, Monoid.MIN)) {
            example(single, f32(1, 40), new Op.Reduce(monoid, List.of(0)));
            example(single, f32(40), new Op.Reduce(monoid, List.of()));
            example(single, TensorType.of(DType.U64, 1, 40), new Op.Reduce(monoid, List.of(0)));
        }
        example(single, TensorType.of(DType.C64, 40, 1), new Op.Reduce(Monoid.SUM, List.of(1)));
        String exact = "reduce of an exact reduce -> reduce";
        example(exact, f32(3, 4, 5), new Op.Reduce(Monoid.MAX, List.of(1)),
                new Op.Reduce(Monoid.MAX, List.of(1)));
        example(exact, TensorType.of(DType.I8, 3, 4, 5), new Op.Reduce(Monoid.SUM, List.of(0)),
                new Op.Reduce(Monoid.SUM, List.of(1)));
        example("accumulate along an axis of length 1 -> x", f32(40, 1),
                new Op.Cumulative(Op.Cumulative.Function.SUM, 1, true));
        example("index of the extreme of one -> 0", f32(4, 1),
                new Op.ArgReduce(Op.ArgReduce.Extremum.ARGMAX, 1, DType.I32));
    }

    @Test
    void everyRuleAppliesToItsExamplesAndChangesNoBit() {
        moves();
        parts();
        numbers();
        reductions();
        example("convert after a widening convert -> convert", f32(9), new Op.Convert(DType.F64),
                new Op.Convert(DType.I32));
        Set<String> untested = new HashSet<>();
        SimplifyTypes.RULES.forEach(rule -> untested.add(rule.name()));
        SimplifyMoves.RULES.forEach(rule -> untested.add(rule.name()));
        for (Example example : examples) {
            List<Rule> rules = Simplify.RULES.stream().filter(r -> r.name().equals(example.rule())).toList();
            Program before = example.program();
            Program after = Simplify.by(rules, before);
            assertNotEquals(before, after, example.rule());
            TypeChecker.check(example.rule(), after);
            for (int seed = 0; seed < 20; seed++) {
                Bits.assertSame(new Random(seed), before, after);
            }
            untested.remove(example.rule());
        }
        assertEquals(Set.of(), untested);
    }

    @Test
    void conversionsOverAnyTypesKeepTheirBits() {
        for (DType from : DType.values()) {
            for (DType middle : DType.values()) {
                for (DType to : DType.values()) {
                    Builder b = new Builder();
                    Atom.Var x = b.input(TensorType.of(from, 60));
                    Program before = b.build("test", List.of(x), List.of(b.apply(new Op.Convert(to),
                            b.apply(new Op.Convert(middle), x))));
                    Bits.assertSame(new Random(1), before, Simplify.of(before));
                }
            }
        }
    }

    @Test
    void divisionByWhatHasNoExactReciprocalStays() {
        for (double divisor : new double[] {3, 0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, 0x1p-149}) {
            Builder b = new Builder();
            Atom.Var x = b.input(f32(2));
            Program before = b.build("test", List.of(x), List.of(b.div(x, b.fill(x.type(), divisor))));
            assertEquals(before, Simplify.of(before));
        }
    }

    @Property(tries = 1000)
    void chainsOfMovesBecomeShorterAndKeepTheirBits(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8)
            int length) {
        Program before = chain(new Random(seed), length);
        Program after = TypeChecker.check("Simplify", Dce.of(Simplify.of(before)));
        assertTrue(after.equations().size() <= before.equations().size(), () -> before + "\n" + after);
        assertEquals(after, Dce.of(Simplify.of(after)), () -> "not at once: " + before);
        Bits.assertSame(new Random(seed), before, after);
    }

    private static Program chain(Random random, int length) {
        Builder b = new Builder();
        Atom.Var x = b.input(TensorType.of(DType.I32, 1 + random.nextInt(4), 1 + random.nextInt(3), 2));
        Atom y = x;
        for (int i = 0; i < length; i++) {
            y = move(b, y, random);
        }
        return b.build("test", List.of(x), List.of(y));
    }

    private static Atom move(Builder b, Atom x, Random random) {
        int rank = x.type().rank();
        List<Long> lengths = Arrays.stream(x.type().shape().toArray()).boxed().toList();
        List<Integer> permutation = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(permutation, random);
        return switch (random.nextInt(8)) {
            case 0, 1 -> b.apply(new Op.Transpose(permutation), x);
            case 2, 3, 4 -> b.apply(new Op.Reshape(Shape.of(split(x.type().shape(), random))), x);
            case 5 -> {
                Shape split = Shape.of(split(x.type().shape(), random));
                List<Integer> axes = new ArrayList<>(IntStream.range(0, split.rank()).boxed().toList());
                Collections.shuffle(axes, random);
                yield b.apply(new Op.Rearrange(split, axes, Shape.of(split(x.type().shape(), random))), x);
            }
            case 6 -> rank > 5 || x.type().shape().size() > 100 ? x : b.apply(new Op.Broadcast(Shape.of(
                    IntStream.rangeClosed(0, rank).mapToLong(a -> a == 0 ? 2 : lengths.get(a - 1)).toArray()),
                    IntStream.rangeClosed(1, rank).boxed().toList()), x);
            default -> b.apply(new Op.Reverse(permutation.subList(0, random.nextInt(rank + 1))), x);
        };
    }

    /** Another shape of as many elements. */
    private static long[] split(Shape shape, Random random) {
        List<Long> lengths = new ArrayList<>();
        long rest = shape.size();
        while (rest > 1) {
            long divisor = 1 + random.nextLong(rest);
            if (rest % divisor == 0) {
                lengths.add(random.nextInt(lengths.size() + 1), divisor);
                rest /= divisor;
            }
        }
        return lengths.stream().mapToLong(n -> n).toArray();
    }
}
