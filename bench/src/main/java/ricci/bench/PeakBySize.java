package ricci.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What part of its peak the processor reaches in products of square matrices, by size: a table and a drawing.
 * Contenders take turns, each in a process of its own; of all turns the fastest counts.
 */
final class PeakBySize {
    private static final Path DRAWING = Path.of("docs", "peak-by-size.svg");
    private static final int THREADS = 2;
    private static final List<Multiply.By> CONTENDERS =
            List.of(Multiply.By.RICCI, Multiply.By.OPENBLAS, Multiply.By.ONEDNN);
    /** Of their curves. */
    private static final List<String> STYLES = List.of("own", "other", "third");
    private static final List<String> NAMES = List.of("Ricci", "OpenBLAS", "oneDNN");

    private final List<String> options;
    private final int turns;

    /**
     * A measurement.
     *
     * @param options of the JVM
     */
    PeakBySize(List<String> options, int turns) {
        this.options = options;
        this.turns = turns;
    }

    /** Prints the table, and writes the drawing. */
    void print() {
        double[] peak = {Double.NaN};
        int many = CONTENDERS.size();
        List<double[]> speeds = IntStream.range(0, many * THREADS).mapToObj(_ -> none()).toList();
        for (int turn = 0; turn < turns; turn++) {
            merge(peak, Multiply.By.PEAK, 1);
            for (int column = 0; column < speeds.size(); column++) {
                merge(speeds.get(column), CONTENDERS.get(column % many), threads(column));
            }
        }
        double most = peak[0];
        StringBuilder head = new StringBuilder(String.format(
                "%nsquares, GFLOP/s and percent of the peak, %.1f a thread%n%-6s", most, ""));
        for (int column = 0; column < speeds.size(); column++) {
            head.append(String.format("%20s", name(column)));
        }
        System.out.println(head);
        for (int i = 0; i < Squares.SIZES.length; i++) {
            StringBuilder row = new StringBuilder(String.format("%-6d", Squares.SIZES[i]));
            for (int column = 0; column < speeds.size(); column++) {
                double speed = speeds.get(column)[i];
                row.append(String.format("%12.1f%7.0f%%", speed, 100 * speed / (most * threads(column))));
            }
            System.out.println(row);
        }
        write(speeds, most);
    }

    /** The columns are the contenders on one thread, then again on two. */
    private static int threads(int column) {
        return 1 + column / CONTENDERS.size();
    }

    private static String name(int column) {
        return NAMES.get(column % CONTENDERS.size()) + (threads(column) == 1 ? ", 1 thread" : ", 2 threads");
    }

    private static double[] none() {
        double[] speeds = new double[Squares.SIZES.length];
        Arrays.fill(speeds, Double.NaN);
        return speeds;
    }

    private void write(List<double[]> speeds, double peak) {
        List<Plot.Curve> curves = new ArrayList<>();
        for (int column = 0; column < speeds.size(); column++) {
            double most = threads(column) * peak;
            curves.add(new Plot.Curve(name(column), STYLES.get(column % CONTENDERS.size())
                    + (threads(column) == 1 ? "" : " second"),
                    Arrays.stream(speeds.get(column)).map(x -> 100 * x / most).toArray()));
        }
        String note = String.format(Locale.ROOT, "%s, %.1f GFLOP/s a thread at most; JDK %s; calls included",
                processor(), peak, Runtime.version().feature());
        Plot plot = new Plot("Products of square matrices of 32-bit floats", note,
                "rows of a matrix", "percent of what the processor can multiply and add", Squares.SIZES,
                curves);
        try {
            Files.writeString(DRAWING, plot.svg());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println("drawn in " + DRAWING);
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /** Of a contender that is not there, nothing is known. */
    private void merge(double[] best, Multiply.By by, int threads) {
        List<String> all = new ArrayList<>(options);
        all.add("-Dricci.threads=" + threads);
        String number = String.valueOf(threads);
        List<String> lines = new Processes(all).lines(Squares.class,
                Map.of("OMP_NUM_THREADS", number, "OPENBLAS_NUM_THREADS", number), by.name());
        for (int i = 0; i < Math.min(lines.size(), best.length); i++) {
            double speed = Double.parseDouble(lines.get(i));
            best[i] = Double.isNaN(best[i]) ? speed : Math.max(best[i], speed);
        }
    }
}
