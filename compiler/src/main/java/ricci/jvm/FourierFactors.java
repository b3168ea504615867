package ricci.jvm;

import java.util.ArrayList;
import java.util.List;

/** The factors of lengths that {@link FourierLanes} take out one by one. */
final class FourierFactors {
    private static final int[] ODD = {3, 5, 7};
    /** With fewer registers, of eight complex numbers some would have to go to memory. */
    private static final int REGISTERS_OF_EIGHT = 32;

    private FourierFactors() {}

    /** None if there is a larger prime among them, or if the length is 1. */
    static List<Integer> of(int length) {
        return of(length, Machine.here().registers() >= REGISTERS_OF_EIGHT);
    }

    static List<Integer> of(int length, boolean hasEight) {
        List<Integer> factors = new ArrayList<>();
        int twos = Integer.numberOfTrailingZeros(length);
        // An eight and a two are two fours.
        int eights = !hasEight ? 0 : twos % 3 == 1 ? Math.max(twos / 3 - 1, 0) : twos / 3;
        int left = twos - 3 * eights;
        add(factors, 8, eights);
        add(factors, 4, left / 2);
        add(factors, 2, left % 2);
        int rest = length >> twos;
        for (int factor : ODD) {
            for (; rest % factor == 0; rest /= factor) {
                factors.add(factor);
            }
        }
        return rest == 1 ? factors : List.of();
    }

    private static void add(List<Integer> factors, int factor, int times) {
        for (int i = 0; i < times; i++) {
            factors.add(factor);
        }
    }
}
