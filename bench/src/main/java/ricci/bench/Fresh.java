package ricci.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** What a process that has just started takes, over many of them. */
final class Fresh {
    private final List<String> options;
    private final int processes;

    /**
     * Processes to be measured.
     *
     * @param options of the JVM
     * @param processes for each model
     */
    Fresh(List<String> options, int processes) {
        this.options = options;
        this.processes = processes;
    }

    /** Prints a row for each model. */
    void print(List<Models> models) {
        System.out.printf("%n%-14s%22s%22s%22s%26s%n", processes + " processes", "start to result, ms",
                "first call, ms", "full speed after, ms", "then a call, us");
        for (Models model : models) {
            List<double[]> all = IntStream.range(0, processes).mapToObj(_ -> measure(model)).toList();
            System.out.printf("%-14s%22s%22s%22s%26s%n", model.name().toLowerCase(Locale.ROOT),
                    spread(all, 0, 1e3, "%.0f"), spread(all, 1, 1e3, "%.0f"), spread(all, 2, 1e3, "%.0f"),
                    spread(all, 3, 1, "%.1f"));
        }
        System.out.println("median (least to greatest)");
    }

    private static String spread(List<double[]> all, int column, double unit, String format) {
        double[] sorted = all.stream().mapToDouble(row -> row[column] / unit).sorted().toArray();
        return String.format(format + " (" + format + " to " + format + ")", sorted[sorted.length / 2],
                sorted[0], sorted[sorted.length - 1]);
    }

    private double[] measure(Models model) {
        List<String> lines = new Processes(options).lines(First.class, Map.of(), model.name());
        if (lines.isEmpty()) {
            throw new IllegalStateException(model + " ended before it had a result");
        }
        return Arrays.stream(lines.getFirst().split(" ")).mapToDouble(Double::parseDouble).toArray();
    }
}
