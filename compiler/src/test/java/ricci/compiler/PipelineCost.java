package ricci.compiler;

import static ricci.Ricci.grad;
import static ricci.Ricci.program;
import static ricci.Ricci.tensor;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import ricci.Fn;
import ricci.Tensor;
import ricci.ir.Program;
import ricci.transform.Dce;

/** Prints how long the passes take on programs of growing length: run by hand, asserts nothing. */
final class PipelineCost {
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

    private PipelineCost() {}

    public static void main(String[] arguments) {
        Tensor x = tensor(new double[] {0.1, 0.2, 0.3}, 3);
        for (int round = 0; round < 5; round++) {
            for (int equations : new int[] {100, 1_000, 10_000}) {
                print(round, "chain", program(chain(equations), x));
                print(round, "chain's gradient", program(grad(chain(equations / 3)), x));
                print(round, "fan", program(fan(equations), x));
            }
        }
    }

    private static void print(int round, String name, Program p) {
        StringBuilder line = new StringBuilder();
        List<String> changes = new ArrayList<>();
        Program after = time(line, "all", () -> Pipeline.of(p, (pass, _) -> changes.add(pass)));
        time(line, "inline", () -> Inline.of(p));
        time(line, "fold", () -> Fold.of(p));
        time(line, "simplify", () -> Simplify.of(p));
        time(line, "cse", () -> Cse.of(p));
        time(line, "dce", () -> Dce.of(p));
        System.out.printf("%d %-18s %6d -> %6d equations, milliseconds of CPU: %s %s%n", round, name,
                p.equations().size(), after.equations().size(), line, changes);
    }

    private static Program time(StringBuilder line, String step, Supplier<Program> run) {
        long start = THREAD.getCurrentThreadCpuTime();
        Program result = run.get();
        line.append(String.format("%s %.1f  ", step, (THREAD.getCurrentThreadCpuTime() - start) / 1e6));
        return result;
    }

    private static Fn<Tensor, Tensor> chain(int equations) {
        return x -> {
            Tensor y = x;
            for (int i = 0; i < equations; i += 5) {
                y = y.mul(x).add(y.sum().sin()).div(2 + i % 3);
            }
            return y.sum();
        };
    }

    /** All values are used once more, at the end. */
    private static Fn<Tensor, Tensor> fan(int equations) {
        return x -> {
            List<Tensor> all = new ArrayList<>(List.of(x));
            while (all.size() < equations / 3) {
                all.add(all.get(all.size() / 2).sin().mul(all.getLast()));
            }
            return all.reversed().stream().reduce(Tensor::add).orElseThrow().sum();
        };
    }
}
