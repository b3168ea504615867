package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;
import ricci.Convolutions;
import ricci.Padding;
import ricci.Ricci;
import ricci.Slide;
import ricci.Tensor;
import ricci.Tensors;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.TensorType;
import ricci.ir.Windows;
import ricci.jvm.Tiers;
import ricci.runtime.Buffer;

/** What follows a convolution in its loops gives the bits that it gives by itself. */
class ConvolutionEndTest {
    private static final List<Blocking> BLOCKINGS = List.of(
            new Blocking(6, 16, 5000, 1 << 15, 1 << 16), new Blocking(6, 16, 7, 100, 1 << 16),
            new Blocking(4, 24, 2000, 1, 1), new Blocking(8, 48, 640, 1000, 96));
    private static final List<DType> DTYPES = List.of(DType.F32, DType.F32, DType.F64, DType.F16, DType.BF16);

    /** What is made of a convolution, a number for each feature, one for each place, and a tensor like it. */
    private interface End {
        List<Tensor> of(Tensor c, Tensor feature, Tensor place, Tensor like);
    }

    private static final Map<String, End> ENDS = Map.ofEntries(
            Map.entry("bias", (c, feature, _, _) -> List.of(c.add(feature))),
            Map.entry("scale", (c, feature, place, _) -> List.of(c.mul(0.125f).mul(feature).sub(place))),
            Map.entry("residual", (c, feature, place, like) -> List.of(like.add(c).mul(place))),
            Map.entry("relu", (c, feature, _, _) -> List.of(Tensors.relu(c.add(feature)))),
            Map.entry("gelu", (c, feature, _, _) -> {
                Tensor x = c.add(feature);
                return List.of(x.mul(Tensors.erf(x.mul(0.70710677f)).add(1f)).mul(0.5f));
            }),
            Map.entry("silu", (c, _, _, _) -> List.of(c.div(c.neg().exp().add(1f)))),
            Map.entry("sigmoid", (c, feature, _, _) -> List.of(Tensors.sigmoid(c.add(feature)))),
            Map.entry("clamp", (c, _, _, like) -> List.of(c.clip(-0.5, 0.5).sub(like))),
            Map.entry("narrow", (c, feature, _, _) -> List.of(c.add(feature).to(DType.BF16))),
            Map.entry("wide", (c, _, _, like) -> List.of(c.to(DType.F64).mul(like.to(DType.F64)))),
            Map.entry("truth", (c, _, _, like) -> List.of(c.gt(like))),
            Map.entry("several", (c, feature, _, like) ->
                    List.of(Tensors.relu(c.add(feature)), c.mul(like))));

    /**
     * A convolution.
     *
     * @param feature the shape of what has a number for each feature
     * @param place of what has one for each place
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Case(String layout, Slide slide, DType dtype, long[] x, long[] w, long[] feature,
            long[] place) {
        static Case of(Random random) {
            DType dtype = DTYPES.get(random.nextInt(DTYPES.size()));
            long b = 1L + random.nextInt(3);
            long h = 5L + random.nextInt(9);
            long w = 4L + random.nextInt(9);
            long c = 1L + random.nextInt(6);
            long o = 8L + random.nextInt(40);
            long kh = 1L + random.nextInt(3);
            long kw = 1L + random.nextInt(3);
            long groups = 1L + random.nextInt(3);
            Slide slide = Slide.by(1L + random.nextInt(2), 1L + random.nextInt(3))
                    .dilated(1L + random.nextInt(2), 1L + random.nextInt(2))
                    .spread(1L + random.nextInt(2), 1)
                    .padded(random.nextInt(3) == 0 ? Padding.VALID : Padding.SAME);
            boolean isFirst = random.nextBoolean();
            long[] feature = isFirst ? new long[] {o, 1, 1} : new long[] {o};
            return switch (random.nextInt(3)) {
                case 0 -> isFirst ? new Case("b c h w, o c kh kw -> b o h w", slide, dtype,
                        new long[] {b, c, h, w}, new long[] {o, c, kh, kw}, feature, new long[] {1, h, w})
                        : new Case("b h w c, kh kw c o -> b h w o", slide, dtype, new long[] {b, h, w, c},
                        new long[] {kh, kw, c, o}, feature, new long[] {h, w, 1});
                case 1 -> isFirst ? new Case("b c h w, c kh kw -> b c h w", slide, dtype,
                        new long[] {b, o, h, w}, new long[] {o, kh, kw}, feature, new long[] {1, h, w})
                        : new Case("b h w c, kh kw c -> b h w c", slide, dtype, new long[] {b, h, w, o},
                        new long[] {kh, kw, o}, feature, new long[] {h, w, 1});
                default -> isFirst ? new Case("b (g c) h w, (g o) c kh kw -> b (g o) h w", slide, dtype,
                        new long[] {b, groups * c, h, w}, new long[] {groups * o, c, kh, kw},
                        new long[] {groups * o, 1, 1}, new long[] {1, h, w})
                        : new Case("b h w (g c), kh kw c (g o) -> b h w (g o)", slide, dtype,
                        new long[] {b, h, w, groups * c}, new long[] {kh, kw, c, groups * o},
                        new long[] {groups * o}, new long[] {h, w, 1});
            };
        }

        Tensor convolve(Tensor a, Tensor b) {
            return Convolutions.conv(a, b, layout, slide);
        }

        Program product() {
            return Ricci.program((Tensor a, Tensor b) -> convolve(a, b), Ricci.zeros(dtype, x),
                    Ricci.zeros(dtype, w));
        }

        TensorType result() {
            return product().resultTypes().getFirst();
        }

        List<Tensor> others() {
            long[] all = result().shape().toArray();
            boolean isLast = place[place.length - 1] == 1;
            long[] places = isLast ? new long[] {all[1], all[2], 1} : new long[] {1, all[2], all[3]};
            return List.of(Ricci.zeros(dtype, feature), Ricci.zeros(dtype, places),
                    Ricci.zeros(dtype, all));
        }

        Program after(End end) {
            return Ricci.program((Tensor c, List<Tensor> o) -> end.of(c, o.get(0), o.get(1), o.get(2)),
                    Ricci.zeros(dtype, result().shape().toArray()), others());
        }

        Program both(End end, boolean keeps) {
            return Ricci.program((Tensor a, Tensor b, List<Tensor> o) -> {
                Tensor c = convolve(a, b);
                List<Tensor> results = new ArrayList<>(end.of(c, o.get(0), o.get(1), o.get(2)));
                if (keeps) {
                    results.add(c);
                }
                return results;
            }, Ricci.zeros(dtype, x), Ricci.zeros(dtype, w), others());
        }
    }

    private static End end(String name) {
        return Objects.requireNonNull(ENDS.get(name));
    }

    /** By tiles, however these are cut, and channel by channel. */
    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void tilesGiveTheBitsThatItGivesByItself(@ForAll long seed) {
        Random random = new Random(seed);
        Case c = Case.of(random);
        String name = new ArrayList<>(ENDS.keySet()).get(random.nextInt(ENDS.size()));
        if (name.equals("several")) {
            return;
        }
        Blocking blocking = BLOCKINGS.get(random.nextInt(BLOCKINGS.size()));
        Program product = c.product();
        Program both = c.both(end(name), false);
        List<Buffer> values = values(random, both);
        List<Launch> alone = launches(product, blocking, 1, false);
        if (alone.isEmpty() || !isJoined(both)) {
            return;
        }
        List<Buffer> inputs = new ArrayList<>(List.of(
                Launched.run(product, values.subList(0, 2), alone).getLast()));
        inputs.addAll(values.subList(2, values.size()));
        Buffer expected = new Compiler().compile(c.after(end(name))).run(inputs).getFirst();
        for (int threads = 1; threads <= 3; threads++) {
            for (Buffer actual : Launched.run(both, values, launches(both, blocking, threads, true))) {
                assertArrayEquals(bytes(expected), bytes(actual), name + " of " + both);
            }
        }
    }

    private static List<Launch> launches(Program program, Blocking blocking, int threads, boolean hasEnd) {
        Fuse.Cut cut = Fuse.of(program);
        Group group = group(cut);
        var e = hasEnd ? Objects.requireNonNull(Objects.requireNonNull(group).product())
                : program.equations().getLast();
        var op = (Windows.Convolution) e.op();
        ConvolutionEnd end = hasEnd ? ConvolutionEnd.of(Objects.requireNonNull(group), cut,
                List.of(program.equations().getLast().result())) : null;
        var x = ricci.compiler.Convolutions.input(e, op, cut);
        var w = ricci.compiler.Convolutions.kernel(e, op, cut);
        boolean isDepthwise = op.featureGroups() > 1 && w.length(1) == 1
                && w.length(0) == op.featureGroups();
        return isDepthwise ? Depthwise.of(e, op, x, w, end)
                : ImplicitGemm.of(e, op, x, w, blocking, threads, end);
    }

    private static @Nullable Group group(Fuse.Cut cut) {
        return cut.steps().stream().filter(step -> step instanceof Step.Fused)
                .map(step -> ((Step.Fused) step).group()).filter(g -> g.product() != null).findFirst()
                .orElse(null);
    }

    /** Whether one group has all that follows: some functions of 16-bit floats are too long. */
    private static boolean isJoined(Program program) {
        Group group = group(Fuse.of(program));
        return group != null && group.role(program.equations().getLast().result()) != null;
    }

    /** Whatever loops there are. */
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void givesTheBitsThatItGivesByItself(@ForAll long seed) {
        Random random = new Random(seed);
        check(random, Case.of(random), new ArrayList<>(ENDS.keySet()).get(random.nextInt(ENDS.size())));
    }

    /** Of which sums are cut, or not. */
    @Test
    void largeOnes() {
        Random random = new Random(3);
        for (String layout : List.of("b h w c, kh kw c o -> b h w o", "b c h w, o c kh kw -> b o h w")) {
            boolean isLast = layout.startsWith("b h");
            for (long c : new long[] {24, 600}) {
                long o = c == 24 ? 70 : 33;
                Case large = new Case(layout, Slide.by(1).padded(Padding.SAME), DType.F32,
                        isLast ? new long[] {2, 15, 17, c} : new long[] {2, c, 15, 17},
                        isLast ? new long[] {3, 3, c, o} : new long[] {o, c, 3, 3},
                        isLast ? new long[] {o} : new long[] {o, 1, 1},
                        isLast ? new long[] {1, 1, 1} : new long[] {1, 1, 2});
                for (String end : List.of("relu", "several", "truth")) {
                    check(random, large, end);
                }
            }
        }
    }

    private static void check(Random random, Case c, String name) {
        boolean keeps = random.nextInt(3) == 0;
        Program both = c.both(end(name), keeps);
        List<Buffer> values = values(random, both);
        Buffer product = new Compiler().compile(c.product()).run(values.subList(0, 2)).getFirst();
        List<Buffer> inputs = new ArrayList<>(List.of(product));
        inputs.addAll(values.subList(2, values.size()));
        List<Buffer> expected = new ArrayList<>(new Compiler().compile(c.after(end(name))).run(inputs));
        expected.addAll(keeps ? List.of(product) : List.of());
        List<Buffer> actual = new Compiler().compile(both).run(values);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(bytes(expected.get(i)), bytes(actual.get(i)), name + " of " + both);
        }
    }

    private static List<Buffer> values(Random random, Program program) {
        return program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                random.doubles(type.shape().size()).map(x -> random.nextInt(200) == 0
                ? Double.NEGATIVE_INFINITY : x - 0.5).toArray())).toList();
    }

    private static byte[] bytes(Buffer buffer) {
        return buffer.segment().toArray(ValueLayout.JAVA_BYTE);
    }

    /** No kernel but those of the tiles writes the result, and there is no convolution in memory. */
    @Test
    void isNoPassOfItsOwn() {
        for (String layout : List.of("b h w c, kh kw c o -> b h w o", "b h w c, kh kw c -> b h w c")) {
            boolean isEach = layout.endsWith("c");
            Slide slide = Slide.by(1).padded(Padding.SAME);
            Program program = Ricci.program((Tensor x, Tensor w, Tensor b) ->
                    Tensors.relu(Convolutions.conv(x, w, layout, slide).add(b)), Ricci.zeros(2, 28, 28, 64),
                    isEach ? Ricci.zeros(3, 3, 64) : Ricci.zeros(3, 3, 64, 64), Ricci.zeros(64));
            Launch.Memory result = new Launch.Memory.Of(program.equations().getLast().result());
            List<String> names = Planner.plan(program).single().stream()
                    .map(action -> ((Plan.Action.Run) action).launch())
                    .filter(launch -> launch.memory().contains(result)).map(Launch::name).toList();
            assertTrue(!names.isEmpty() && names.stream().allMatch(name -> name.contains("convolution")),
                    names::toString);
        }
    }

    /** The JVM compiles no longer methods. */
    @Test
    void kernelsAreCompiledAsAWhole() {
        for (String name : ENDS.keySet()) {
            Random random = new Random(name.hashCode());
            for (int i = 0; i < 12; i++) {
                Program program = Case.of(random).both(end(name), false);
                Blocking blocking = Blocking.here(Math.max(Float.BYTES,
                        program.inputTypes().getFirst().dtype().bytes()));
                List<Launch> launches = isJoined(program)
                        ? launches(program, blocking, 1, true) : List.of();
                for (Launch launch : launches) {
                    int bytes = Tiers.bytes(launch.kernel());
                    assertTrue(bytes < 8000,
                            () -> name + ": " + bytes + " bytes of " + launch.name() + " for " + program);
                }
            }
        }
    }
}
