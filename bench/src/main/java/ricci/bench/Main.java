package ricci.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures and prints tables. At each problem the contenders take turns, each in a process of its own, so
 * that what disturbs the machine disturbs all of them; of all turns the fastest counts.
 */
public final class Main {
    private static final String THREADS = "--threads=";

    private final boolean quick;
    private final List<String> names;
    /** For everyone. */
    private final List<String> jvm;

    private Main(boolean quick, int threads, List<String> names) {
        this.quick = quick;
        this.names = names;
        this.jvm = List.of("--enable-native-access=ALL-UNNAMED", "-Dai.djl.pytorch.num_threads=" + threads,
                "-Dai.djl.pytorch.num_interop_threads=1", "-Dai.djl.offline=true",
                "-Dricci.threads=" + threads, "--add-modules=jdk.incubator.vector",
                "-Dslf4j.internal.verbosity=ERROR", "--sun-misc-unsafe-memory-access=allow");
    }

    /**
     * {@code [--quick] [--threads=1] [name …]}: names of problems, or {@code arrays}, {@code programs},
     * {@code products}, {@code peak-by-size}, {@code convolutions}, {@code networks}, {@code calls}, {@code
     * steps}, {@code fresh}, or one of the models that are run in fresh processes, as {@code fresh_softmax}.
     */
    public static void main(String... args) throws RunnerException {
        List<String> names = new ArrayList<>(Arrays.asList(args));
        boolean quick = names.remove("--quick");
        int threads = names.stream().filter(name -> name.startsWith(THREADS)).mapToInt(name ->
                Integer.parseInt(name.substring(THREADS.length()))).findFirst().orElse(1);
        names.removeIf(name -> name.startsWith(THREADS));
        names.replaceAll(name -> name.toUpperCase(Locale.ROOT));
        Main main = new Main(quick, threads, names);
        main.race();
        main.compute();
        main.multiply();
        if (names.isEmpty() || names.contains("PEAK-BY-SIZE")) {
            new PeakBySize(main.jvm, quick ? 1 : 3).print();
        }
        if (names.isEmpty() || names.contains("RANDOM-PRODUCTS")) {
            main.multiplyAtRandom();
        }
        main.convolve();
        main.perform();
        if (names.isEmpty() || names.contains("CALLS")) {
            main.calls(Calls.class);
        }
        if (names.isEmpty() || names.contains("STEPS")) {
            main.calls(Steps.class);
        }
        List<Models> models = main.chosen(Models.class, "FRESH", "FRESH_");
        if (!models.isEmpty()) {
            new Fresh(main.jvm, quick ? 5 : 50).print(models);
        }
    }

    private void race() throws RunnerException {
        List<Problem> problems = chosen(Problem.class, "ARRAYS", "");
        if (problems.isEmpty()) {
            return;
        }
        StringBuilder head = new StringBuilder(String.format("%-15s %-34s", "ms", ""));
        for (Contender contender : Contender.values()) {
            head.append(String.format("%11s", contender.name().toLowerCase(Locale.ROOT)));
        }
        System.out.println(head.append("   ricci's speed as part of: plain, loops, torch, nd4j;"
                + " ricci_into's of plain_into"));
        for (Problem problem : problems) {
            System.out.println(row(problem,
                    best(Race.class, "problem", problem, "contender", Contender.class)));
        }
    }

    private static String row(Problem problem, Map<Contender, Double> best) {
        StringBuilder row = new StringBuilder(String.format("%-15s %-34s",
                problem.name().toLowerCase(Locale.ROOT), problem.pattern()));
        for (Contender contender : Contender.values()) {
            row.append(known("%11.2f", best.getOrDefault(contender, Double.NaN)));
        }
        row.append("  ");
        double own = best.getOrDefault(Contender.RICCI, Double.NaN);
        for (Contender contender : Contender.values()) {
            switch (contender) {
                case PLAIN, LOOPS, TORCH, ND4J -> row.append(part(best, contender, own));
                case RICCI, PLAIN_INTO, RICCI_INTO -> { }
            }
        }
        return row.append(';').append(part(best, Contender.PLAIN_INTO,
                best.getOrDefault(Contender.RICCI_INTO, Double.NaN))).toString();
    }

    private static String part(Map<Contender, Double> best, Contender contender, double own) {
        return known("%7.0f%%", 100 * best.getOrDefault(contender, Double.NaN) / own);
    }

    private void compute() throws RunnerException {
        List<Computation> computations = chosen(Computation.class, "PROGRAMS", "");
        if (computations.isEmpty()) {
            return;
        }
        System.out.printf("%n%-22s%12s%12s%12s%12s%12s%12s%12s   ricci's speed as part of: limit,"
                + " eager, loop, torch, onnx, nd4j%n", "compiled, us", "limit", "ricci", "eager", "loop",
                "torch", "onnx", "nd4j");
        for (Computation computation : computations) {
            System.out.println(row(computation,
                    best(Compute.class, "computation", computation, "machine", Compute.Machine.class)));
        }
    }

    private static String row(Computation computation, Map<Compute.Machine, Double> best) {
        StringBuilder row = new StringBuilder(String.format("%-22s",
                computation.name().toLowerCase(Locale.ROOT)));
        double own = best.getOrDefault(Compute.Machine.RICCI, Double.NaN);
        StringBuilder parts = new StringBuilder("  ");
        for (Compute.Machine machine : Compute.Machine.values()) {
            double time = best.getOrDefault(machine, Double.NaN);
            row.append(known("%12.2f", time));
            if (machine != Compute.Machine.RICCI) {
                parts.append(known("%7.0f%%", 100 * time / own));
            }
        }
        return row.append(parts).toString();
    }

    private void multiply() throws RunnerException {
        List<Product> products = chosen(Product.class, "PRODUCTS", "");
        if (products.isEmpty()) {
            return;
        }
        System.out.printf("%n%-17s%-18s%12s%10s%8s   ricci's speed as part of: torch, openblas,"
                + " onednn, onnx%n", "products", "", "us", "GFLOP/s", "of peak");
        for (Product product : products) {
            System.out.println(row(product,
                    best(Multiply.class, "product", product, "by", Multiply.By.class)));
        }
    }

    private static String row(Product product, Map<Multiply.By, Double> best) {
        double own = best.getOrDefault(Multiply.By.RICCI, Double.NaN);
        StringBuilder row = new StringBuilder(String.format("%-17s%-18s%12.2f%10.2f%7.0f%%",
                product.name().toLowerCase(Locale.ROOT), (product.batch == 1 ? "" : product.batch + " x ")
                + product.rows + "x" + product.sums + "x" + product.columns, own,
                product.operations() / own / 1000,
                100 * best.getOrDefault(Multiply.By.PEAK, Double.NaN) / own));
        for (Multiply.By by : List.of(Multiply.By.TORCH, Multiply.By.OPENBLAS, Multiply.By.ONEDNN,
                Multiply.By.ONNX)) {
            row.append(known("%7.0f%%", 100 * best.getOrDefault(by, Double.NaN) / own));
        }
        return row.toString();
    }

    private void multiplyAtRandom() {
        new Processes(jvm).lines(RandomProducts.class, Map.of(), quick ? "100" : "300")
                .forEach(System.out::println);
    }

    private void convolve() throws RunnerException {
        beside("convolutions", Convolve.class, "problem",
                chosen(Convolve.Case.class, "CONVOLUTIONS", "CONVOLVE_"), Convolve.Case::work);
    }

    private void perform() throws RunnerException {
        beside("networks, kernels", Perform.class, "workload", chosen(Workload.class, "NETWORKS", ""),
                Workload::work);
    }

    /** A table in milliseconds, of all that take part, and Ricci's speed as part of each other's. */
    private <E extends Enum<E>> void beside(String what, Class<?> benchmarks, String param, List<E> cases,
            Function<E, Work> work) throws RunnerException {
        if (cases.isEmpty()) {
            return;
        }
        System.out.printf("%n%-30s%11s%11s%11s%11s%11s%12s   ricci's speed as part of: limit, torch, onnx,"
                + " onednn%n", what + ", ms", "limit", "ricci", "torch", "onnx", "onednn", "GFLOP/s");
        for (E problem : cases) {
            Map<Convolve.Contender, Double> best =
                    best(benchmarks, param, problem, "contender", Convolve.Contender.class);
            double own = best.getOrDefault(Convolve.Contender.RICCI, Double.NaN);
            StringBuilder row = new StringBuilder(String.format("%-30s",
                    problem.name().toLowerCase(Locale.ROOT)));
            StringBuilder parts = new StringBuilder();
            for (Convolve.Contender contender : Convolve.Contender.values()) {
                double time = best.getOrDefault(contender, Double.NaN);
                row.append(known("%11.4f", time));
                if (contender != Convolve.Contender.RICCI) {
                    parts.append(known("%7.0f%%", 100 * time / own));
                }
            }
            System.out.println(row.append(known("%12.1f", work.apply(problem).speed(own))).append("  ")
                    .append(parts));
        }
    }

    /** Of a problem the least time of each contender, who take turns; those who have none are not in it. */
    private <C extends Enum<C>> Map<C, Double> best(Class<?> benchmarks, String param, Enum<?> problem,
            String by, Class<C> contenders) throws RunnerException {
        Map<C, Double> best = new EnumMap<>(contenders);
        for (int turn = 0; turn < (quick ? 1 : 3); turn++) {
            for (C contender : contenders.getEnumConstants()) {
                for (RunResult result : run(options(benchmarks).param(param, problem.name())
                        .param(by, contender.name()))) {
                    best.merge(contender, result.getPrimaryResult().getScore(), Math::min);
                }
            }
        }
        return best;
    }

    /** What was asked for: all, a group of them, or some by name. */
    private <E extends Enum<E>> List<E> chosen(Class<E> all, String group, String prefix) {
        return Arrays.stream(all.getEnumConstants()).filter(each -> names.isEmpty() || names.contains(group)
                || names.contains(prefix + each.name())).toList();
    }

    /** A number, or a dash as wide where there is none. */
    private static String known(String format, double number) {
        String text = String.format(format, number);
        return number > 0 ? text : " ".repeat(text.length() - 1) + "-";
    }

    private void calls(Class<?> benchmarks) throws RunnerException {
        System.out.printf("%n%-20s%12s%12s%n", "", "ns a call", "bytes");
        for (RunResult result : run(options(benchmarks).addProfiler(GCProfiler.class))) {
            double bytes = result.getSecondaryResults().entrySet().stream()
                    .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                    .mapToDouble(entry -> entry.getValue().getScore()).findFirst().orElse(Double.NaN);
            System.out.printf("%-20s%12.1f%12.0f%n", result.getPrimaryResult().getLabel(),
                    result.getPrimaryResult().getScore(), bytes);
        }
    }

    private ChainedOptionsBuilder options(Class<?> benchmarks) {
        // Shorter ones would end before the compiler has done its work.
        TimeValue turn = TimeValue.milliseconds(500);
        return new OptionsBuilder().include("\\b" + benchmarks.getSimpleName() + "\\.").forks(1)
                .warmupIterations(4).warmupTime(turn).measurementIterations(quick ? 2 : 4)
                .measurementTime(turn).verbosity(VerboseMode.SILENT)
                // The heap has its pages from the start, as in a program that runs for long.
                .jvmArgs("-Xms4g", "-Xmx4g", "-XX:+AlwaysPreTouch").jvmArgsAppend(jvm.toArray(String[]::new));
    }

    /** A contender that is not there, or fails, has no results. */
    private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
        return new Runner(options.shouldFailOnError(false).build()).run();
    }
}
