package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import ricci.ir.Sliding;

/** Segments say of every place, once, which elements of the window meet which ones of the base. */
class SegmentTest {
    @Property(tries = 1000)
    void coverAllPlaces(@ForAll long seed) {
        Random random = new Random(seed);
        Sliding sliding = new Sliding(List.of(1L + random.nextInt(4)), List.of((long) random.nextInt(-4, 6)),
                List.of((long) random.nextInt(-4, 6)), List.of(1L + random.nextInt(4)),
                List.of(1L + random.nextInt(4)));
        long base = 1L + random.nextInt(12);
        long window = 1L + random.nextInt(6);
        int places = Math.toIntExact(sliding.places(0, base, window));
        // What an element of the window meets, or -1; what no segment speaks of is -2.
        long[][] met = new long[places][(int) window];
        for (long[] place : met) {
            Arrays.fill(place, -2);
        }
        for (Segment s : Segment.of(sliding, 0, base, window, places)) {
            for (long i = 0; i < s.places(); i++) {
                long[] place = met[(int) (s.firstPlace() + i * s.placeStep())];
                assertEquals(-2, place[0]);
                Arrays.fill(place, -1);
                for (long j = 0; j < s.taps(); j++) {
                    place[(int) (s.firstTap() + j * s.tapStep())] = s.start() + i * s.perPlace()
                            + j * s.perTap();
                }
            }
        }
        for (int place = 0; place < places; place++) {
            for (int tap = 0; tap < window; tap++) {
                long spread = place * sliding.strides().getFirst()
                        + tap * sliding.windowDilation().getFirst() - sliding.low().getFirst();
                long dilation = sliding.baseDilation().getFirst();
                boolean isHole = spread < 0 || spread % dilation != 0 || spread / dilation >= base;
                assertEquals(isHole ? -1 : spread / dilation, met[place][tap]);
            }
        }
    }
}
