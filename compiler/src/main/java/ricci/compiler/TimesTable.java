package ricci.compiler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The actions of a plan as rows of a table: how often each was called in a run, how long that took, and how a
 * call compares with what the machine can do; those inside of a loop below it.
 *
 * {@snippet lang = text :
 *                     calls     time  share  at best  at the peak  reached  limit          FLOP  GFLOP/s
 *  1. matmul_add_max      1  41.2 µs   84 %  40.1 µs      37.5 µs     94 %  computing     9.9 M    246.0
 *  2. sum                 1   7.6 µs   16 %   7.4 µs       6.9 µs     93 %  last cache  100.4 k     13.5
 *     all                    48.8 µs
 * }
 *
 * and then the bytes that are moved, and GB/s.
 *
 * <p>What is reached is the part of the peak of computing, or of what a cache or the memory gives: of the one
 * that takes longer, the limit.
 */
final class TimesTable {
    private static final int LONGEST_NAME = 36;
    private static final List<String> TITLES = List.of("", "calls", "time", "share", "at best",
            "at the peak", "reached", "limit", "FLOP", "GFLOP/s", "bytes", "GB/s");
    /** The columns of words; numbers end where their title ends. */
    private static final List<Integer> WORDS = List.of(0, TITLES.indexOf("limit"));

    private final Recording recording;
    private final long runs;
    private final double total;
    private final List<List<String>> rows = new ArrayList<>(List.of(TITLES));

    private TimesTable(Recording recording, long runs, double total) {
        this.recording = recording;
        this.runs = runs;
        this.total = total;
    }

    /** Of a plan that has run so many times; no lines, if nothing of it took time. */
    static List<String> of(Plan plan, Recording recording, long runs) {
        double total = plan.actions().stream().map(action -> Reached.of(action, recording))
                .mapToDouble(reached -> reached == null ? 0 : reached.times().total()).sum();
        TimesTable table = new TimesTable(recording, runs, total);
        table.add(plan, "");
        List<String> last = new ArrayList<>(Collections.nCopies(TITLES.size(), ""));
        last.set(0, "    all");
        last.set(TITLES.indexOf("time"), Explain.time(total / runs));
        table.rows.add(last);
        return total > 0 ? table.lines() : List.of();
    }

    private void add(Plan plan, String indent) {
        int number = 1;
        for (Plan.Action action : plan.actions()) {
            Reached reached = Reached.of(action, recording);
            if (reached != null) {
                String name = (number < 10 ? " " : "") + number + ". " + Explain.shortName(action);
                rows.add(row(indent + name, reached));
            }
            if (action instanceof Plan.Action.Enter(_, _, var nest, _)) {
                nest.plans().forEach(inner -> add(inner, indent + "   "));
            }
            number++;
        }
    }

    private List<String> row(String name, Reached reached) {
        Cost cost = reached.cost();
        double least = reached.least();
        double each = (double) reached.times().total() / runs;
        return List.of(name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME - 1) + "…" : name,
                often((double) reached.times().count() / runs), Explain.time(each),
                Explain.percent(reached.times().total() / total), Explain.time(least),
                Explain.time(reached.possible()), Explain.percent(reached.possible() / least),
                reached.limit(),
                cost.operations() == 0 ? "" : Explain.count(cost.operations()),
                cost.operations() == 0 ? "" : Explain.number(cost.operations() / least),
                cost.bytes() == 0 ? "" : Explain.bytes(cost.bytes()),
                cost.bytes() == 0 ? "" : Explain.number(cost.bytes() / least));
    }

    private static String often(double times) {
        return String.format(Locale.ROOT, times == Math.rint(times) ? "%.0f" : "%.1f", times);
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < TITLES.size(); column++) {
                int width = width(column);
                String text = row.get(column);
                String space = " ".repeat(width - text.length());
                line.append(column == 0 ? "" : "  ")
                        .append(WORDS.contains(column) ? text + space : space + text);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
