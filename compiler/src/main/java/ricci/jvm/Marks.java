package ricci.jvm;

import java.util.Arrays;

/**
 * Which of some i32 are not greater than a limit: a bit for each, found in loops that the JVM makes vectors
 * of. Bits that are next to each other are those of elements that lie far apart.
 */
final class Marks {
    /** How many at once. */
    static final int BLOCK = 1 << 10;
    static final int WORDS = BLOCK / Long.SIZE;
    /** How far apart the elements are whose bits are next to each other. */
    private static final int APART = BLOCK / Byte.SIZE;

    private final int[] marks = new int[BLOCK];
    private final int[] eights = new int[APART];
    private final int[] words = new int[APART / 4];

    /** Marks some elements, at most a block of them. */
    void mark(int[] x, int from, int count, int limit) {
        System.arraycopy(x, from, marks, 0, count);
        mark(marks, count, limit);
        Arrays.fill(marks, count, BLOCK, 0);
        join(marks, eights);
        joinEights(eights, words);
    }

    private static void mark(int[] x, int count, int limit) {
        for (int i = 0; i < count; i++) {
            x[i] = 1 - isGreater(x[i], limit);
        }
    }

    /** The offsets are written out, so that the JVM knows that they are not in the way of vectors. */
    private static void join(int[] marks, int[] eights) {
        for (int i = 0; i < APART; i++) {
            eights[i] = marks[i] | marks[i + APART] << 1 | marks[i + 2 * APART] << 2
                    | marks[i + 3 * APART] << 3 | marks[i + 4 * APART] << 4 | marks[i + 5 * APART] << 5
                    | marks[i + 6 * APART] << 6 | marks[i + 7 * APART] << 7;
        }
    }

    private static void joinEights(int[] eights, int[] words) {
        for (int i = 0; i < APART / 4; i++) {
            words[i] = eights[i] | eights[i + APART / 4] << 8 | eights[i + APART / 2] << 16
                    | eights[i + 3 * APART / 4] << 24;
        }
    }

    /** 1 if it is, else 0. */
    private static int isGreater(int x, int limit) {
        int above = Math.max(x, limit) - limit;
        return (above | -above) >>> (Integer.SIZE - 1);
    }

    /** The bits of one of the words. */
    long bits(int word) {
        return (words[2 * word] & 0xffff_ffffL) | (long) words[2 * word + 1] << Integer.SIZE;
    }

    /** Where in the block the element of a bit is. */
    static int place(int word, int bit) {
        int eight = bit / Byte.SIZE;
        return 2 * word + eight / 4 + APART / 4 * (eight % 4) + APART * (bit % Byte.SIZE);
    }

    /** How many of the first ones are not greater. */
    static int count(int[] x, int count, int limit) {
        int greater = 0;
        for (int i = 0; i < count; i++) {
            greater += isGreater(x[i], limit);
        }
        return count - greater;
    }
}
