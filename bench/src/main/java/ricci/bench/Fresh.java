package ricci.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command()
                .orElseThrow(), "-cp", System.getProperty("java.class.path")));
        command.addAll(options);
        command.addAll(List.of(First.class.getName(), model.name()));
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(),
                    StandardCharsets.UTF_8))) {
                String line = lines.readLine();
                if (line == null) {
                    throw new IllegalStateException(model + " ended with " + process.waitFor());
                }
                return Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
