package ricci.compiler;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import ricci.Convolutions;
import ricci.Ricci;
import ricci.Tensor;
import ricci.einops.Einops;
import ricci.ir.Program;
import ricci.runtime.Buffer;

/** Rows that lie pages apart, or nearly so, and therefore share sets of caches: views of wide tensors. */
class AliasedStridesTest {
    private static final long[] WIDTHS = {1024, 1025, 2048, 4096};

    private static void check(Program program) {
        Random random = new Random(5);
        List<Buffer> x = program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                random.doubles(type.shape().size(), -1, 1).toArray())).toList();
        AgainstInterpreter.check(program, x);
        BothTiers.check(program, x);
    }

    /** Of the first columns, or of some in the middle, of both operands, each in both orders. */
    @Test
    void products() {
        for (long width : WIDTHS) {
            for (String pattern : List.of("i k, k j -> i j", "k i, k j -> i j", "i k, j k -> i j",
                    "k i, j k -> i j")) {
                for (long[] size : new long[][] {{33, 65, 40}, {3, 50, 70}, {70, 70, 129}}) {
                    boolean isLeftTurned = pattern.startsWith("k");
                    boolean isRightTurned = pattern.contains("j k");
                    check(Ricci.program((Tensor x, Tensor y) -> Einops.einsum(
                            columns(x, isLeftTurned ? size[0] : size[2]),
                            columns(y, isRightTurned ? size[2] : size[1]), pattern),
                            Ricci.zeros(isLeftTurned ? size[2] : size[0], width),
                            Ricci.zeros(isRightTurned ? size[1] : size[2], width)));
                }
            }
        }
    }

    private static Tensor columns(Tensor x, long count) {
        return x.slice(1, 16, 16 + count);
    }

    @Test
    void transposes() {
        for (long width : WIDTHS) {
            for (long count : new long[] {1, 7, 64, 100}) {
                check(Ricci.program((Tensor x) -> columns(x, count).transpose(), Ricci.zeros(61, width)));
                check(Ricci.program((Tensor x) -> columns(x, count).transpose().mul(2).exp(),
                        Ricci.zeros(61, width)));
            }
        }
    }

    /** Pixels, or images, a page apart. */
    @Test
    void convolutions() {
        for (long width : WIDTHS) {
            check(Ricci.program((Tensor x, Tensor w) -> Convolutions.conv(x.slice(3, 8, 24), w,
                    "b h w c, kh kw c o -> b h w o"), Ricci.zeros(2, 5, 6, width),
                    Ricci.zeros(3, 3, 16, 20)));
            check(Ricci.program((Tensor x, Tensor w) -> Convolutions.conv(x.slice(1, 1, 4), w,
                    "b c w, o c kw -> b o w"), Ricci.zeros(2, 5, width), Ricci.zeros(20, 3, 3)));
            check(Ricci.program((Tensor x, Tensor w) -> Convolutions.conv(x.slice(3, 8, 24), w,
                    "b h w c, kh kw c -> b h w c"), Ricci.zeros(1, 5, 6, width), Ricci.zeros(3, 3, 16)));
        }
    }
}
