package ricci.compiler;

import static ricci.loop.Expression.Binary.Function.ADD;
import static ricci.loop.Expression.Binary.Function.OR;
import static ricci.loop.Expression.Binary.Function.SHIFT_LEFT;
import static ricci.loop.Expression.Binary.Function.SHIFT_RIGHT;
import static ricci.loop.Expression.Binary.Function.XOR;

import java.util.List;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;

/** The random bits' block cipher, Threefry-2x32 with 20 rounds (Salmon et al. 2011), as expressions. */
final class Cipher {
    private static final int PARITY = 0x1BD11BDA;
    private static final int[][] ROTATIONS = {{13, 15, 26, 6}, {17, 29, 16, 24}};

    private Cipher() {}

    /** Key words k0 and k1 and counter words x0 and x1 to the two words of the cipher text. */
    static List<Expression> threefry(Block block, List<Expression> words) {
        Expression k0 = block.let(words.get(0));
        Expression k1 = block.let(words.get(1));
        Expression k2 = block.let(new Binary(XOR, new Binary(XOR, k0, k1), Constant.of(PARITY)));
        List<Expression> key = List.of(k0, k1, k2);
        Expression a = block.let(new Binary(ADD, words.get(2), k0));
        Expression b = block.let(new Binary(ADD, words.get(3), k1));
        for (int group = 0; group < 5; group++) {
            for (int rotation : ROTATIONS[group % 2]) {
                a = block.let(new Binary(ADD, a, b));
                b = block.let(new Binary(XOR, rotate(b, rotation), a));
            }
            a = block.let(new Binary(ADD, a, key.get((group + 1) % 3)));
            b = block.let(new Binary(ADD, b, new Binary(ADD, key.get((group + 2) % 3),
                    Constant.of(group + 1))));
        }
        return List.of(a, b);
    }

    private static Expression rotate(Expression x, int bits) {
        return new Binary(OR, new Binary(SHIFT_LEFT, x, Constant.of(bits)),
                new Binary(SHIFT_RIGHT, x, Constant.of(32 - bits)));
    }
}
