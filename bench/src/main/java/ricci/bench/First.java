package ricci.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * A process that is asked for one thing, again and again for some seconds. Prints, in microseconds: from the
 * start of the process to the first result; from the first call to its result; from the first call until
 * calls are as fast as they remain, and how long they then take.
 */
final class First {
    private static final long LONG_ENOUGH = 3_000_000_000L;
    private static final int FEWEST_CALLS = 12;
    private static final int MOST_CALLS = 100_000;

    private First() {}

    /** The name of one of {@link Models}. */
    public static void main(String... args) {
        Supplier<Object> task = Models.valueOf(args[0]).prepare();
        long start = System.nanoTime();
        Object first = task.get();
        long done = System.nanoTime();
        double sinceStart = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
        List<Long> ends = new ArrayList<>(List.of(done));
        while (ends.size() < FEWEST_CALLS
                || (ends.getLast() - start < LONG_ENOUGH && ends.size() < MOST_CALLS)) {
            first = task.get();
            ends.add(System.nanoTime());
        }
        if (first.hashCode() == 0) {
            System.err.println("unlikely");
        }
        List<Long> times = new ArrayList<>();
        for (int i = 1; i < ends.size(); i++) {
            times.add(ends.get(i) - ends.get(i - 1));
        }
        double steady = median(times.subList(times.size() / 2, times.size()));
        System.out.printf("%.0f %.0f %.0f %.3f%n", 1e3 * sinceStart, (done - start) / 1e3,
                (ends.get(settled(times, steady)) - start) / 1e3, steady / 1e3);
    }

    private static double median(List<Long> times) {
        List<Long> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    /** After how many calls most of five take no longer than 1.3 of those at the end. */
    private static int settled(List<Long> times, double steady) {
        for (int i = 0; i + 5 <= times.size(); i++) {
            if (median(times.subList(i, i + 5)) <= 1.3 * steady) {
                return i;
            }
        }
        return times.size();
    }
}
