package ricci.runtime;

import java.util.List;

/**
 * Threefry-2x32 with 20 rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC
 * 2011.
 */
final class Threefry {
    private static final int PARITY = 0x1BD11BDA;
    private static final int[][] ROTATIONS = {{13, 15, 26, 6}, {17, 29, 16, 24}};

    private Threefry() {}

    /** Key words k0 and k1 and counter words x0 and x1, elementwise, to the two words of the cipher text. */
    static List<Value> encrypt(List<long[]> words) {
        int count = words.getFirst().length;
        long[] y0 = new long[count];
        long[] y1 = new long[count];
        for (int i = 0; i < count; i++) {
            int k0 = (int) words.get(0)[i];
            int k1 = (int) words.get(1)[i];
            int[] key = {k0, k1, k0 ^ k1 ^ PARITY};
            int a = (int) words.get(2)[i] + k0;
            int b = (int) words.get(3)[i] + k1;
            for (int group = 0; group < 5; group++) {
                for (int rotation : ROTATIONS[group % 2]) {
                    a += b;
                    b = Integer.rotateLeft(b, rotation) ^ a;
                }
                a += key[(group + 1) % 3];
                b += key[(group + 2) % 3] + group + 1;
            }
            y0[i] = a;
            y1[i] = b;
        }
        return List.of(new Value.Integers(y0), new Value.Integers(y1));
    }
}
