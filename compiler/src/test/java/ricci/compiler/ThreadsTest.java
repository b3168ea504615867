package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ricci.Convolutions;
import ricci.Fft;
import ricci.Linalg;
import ricci.Ordering;
import ricci.Ricci;
import ricci.Tensor;
import ricci.Tensors;
import ricci.einops.Einops;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.jvm.Workers;
import ricci.runtime.Buffer;

/** Whole programs, so large that they are cut, have the same bits on one thread as on two. */
class ThreadsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static Map<String, Program> programs() {
        Map<String, Program> all = new LinkedHashMap<>();
        Tensor images = Ricci.zeros(2, 28, 28, 64);
        all.put("convolution", Ricci.program((Tensor x, Tensor w) -> Convolutions.conv(x, w,
                "b h w c, kh kw c o -> b h w o"), images, Ricci.zeros(3, 3, 64, 72)));
        all.put("its gradient", Ricci.program((Tensor x, Tensor w) -> Ricci.grad((List<Tensor> of) ->
                Convolutions.conv(of.getFirst(), of.getLast(), "b h w c, kh kw c o -> b h w o").square()
                        .sum()).apply(List.of(x, w)), images, Ricci.zeros(3, 3, 64, 40)));
        all.put("depthwise", Ricci.program((Tensor x, Tensor w) -> Ricci.grad((List<Tensor> of) ->
                Convolutions.conv(of.getFirst(), of.getLast(), "b h w c, kh kw c -> b h w c").square()
                        .sum()).apply(List.of(x, w)), images, Ricci.zeros(3, 3, 64)));
        all.put("attention", Ricci.program((Tensor q, Tensor k, Tensor v) -> Ricci.grad((Tensor of) -> {
            Tensor e = Einops.einsum(of, k, "b t d, b s d -> b t s").mul(0.125).exp();
            return Einops.einsum(e.div(e.sum(2).expandDims(2)), v, "b t s, b s d -> b t d").square().sum();
        }).apply(q), Ricci.zeros(4, 200, 64), Ricci.zeros(4, 200, 64), Ricci.zeros(4, 200, 64)));
        Tensor square = Ricci.zeros(260, 260);
        all.put("cholesky", Ricci.program((Tensor x) -> Linalg.cholesky(x.matmul(x.transpose())
                .add(Ricci.eye(260).mul(260))), square));
        all.put("solve", Ricci.program((Tensor x, Tensor y) -> Linalg.solve(x.add(Ricci.eye(260).mul(20)), y),
                square, Ricci.zeros(260, 70)));
        all.put("qr", Ricci.program((Tensor x) -> Linalg.qr(x).r(), Ricci.zeros(260, 130)));
        all.put("sort", Ricci.program((Tensor x) -> x.sort(0), Ricci.zeros(300_000)));
        all.put("argsort", Ricci.program((Tensor x) -> x.argsort(1), Ricci.zeros(600, 300)));
        all.put("topK", Ricci.program((Tensor x) -> Ordering.topK(x, 20).values(), Ricci.zeros(900, 500)));
        all.put("scan", Ricci.program((Tensor x) -> x.cumsum(1), Ricci.zeros(500, 700)));
        all.put("long scan", Ricci.program((Tensor x) -> x.cumsum(0), Ricci.zeros(500_000)));
        all.put("sum", Ricci.program((Tensor x) -> x.sin().sum(), Ricci.zeros(1000, 701)));
        all.put("sum of all", Ricci.program((Tensor x) -> x.square().sum(), Ricci.zeros(700_001)));
        all.put("place of the greatest", Ricci.program((Tensor x) -> x.argmax(0), Ricci.zeros(700_001)));
        all.put("scatter", Ricci.program((Tensor x, Tensor y) -> x.at(y.mul(100).to(DType.I32)).add(
                x.slice(0, 0, 700).exp()), Ricci.zeros(1000, 128), Ricci.zeros(700)));
        all.put("sums of columns", Ricci.program((Tensor x) -> x.exp().sum(0), Ricci.zeros(1000, 701)));
        all.put("product", Ricci.program((Tensor x, Tensor y) -> x.matmul(y).tanh(), Ricci.zeros(301, 257),
                Ricci.zeros(257, 403)));
        all.put("few rows", Ricci.program((Tensor x, Tensor y) -> x.matmul(y), Ricci.zeros(5, 1100),
                Ricci.zeros(1100, 1500)));
        all.put("few rows and a bias", Ricci.program((Tensor x, Tensor y, Tensor b) ->
                Tensors.relu(x.matmul(y).add(b)), Ricci.zeros(8, 1024), Ricci.zeros(1024, 1500),
                Ricci.zeros(1500)));
        all.put("few rows, steps left over, and a bias", Ricci.program((Tensor x, Tensor y, Tensor b) ->
                x.matmul(y).add(b).tanh(), Ricci.zeros(11, 1101), Ricci.zeros(1101, 1500),
                Ricci.zeros(1500)));
        List<Tensor> tree = List.of(Ricci.zeros(512, 10), Ricci.zeros(10), Ricci.zeros(2048, 513),
                Ricci.zeros(2048, 1025), Ricci.zeros(1_300_001));
        all.put("updates of a tree", Ricci.program((List<Tensor> p, List<Tensor> g) -> IntStream.range(0, 5)
                .mapToObj(i -> p.get(i).sub(g.get(i).div(g.get(i).abs().sqrt().add(0.1)))).toList(),
                tree, tree));
        all.put("fft", Ricci.program((Tensor x) -> Fft.fft(x).real(), Ricci.zeros(300, 256)));
        return all;
    }

    /** Prints how many threads there are, and for each program a hash of its results. */
    static final class Child {
        private Child() {}

        @SuppressWarnings("SystemOut")
        public static void main(String[] args) {
            System.out.println(Workers.count());
            programs().forEach((name, program) -> System.out.println(name + ": " + hash(program)));
        }

        private static int hash(Program program) {
            Random random = new Random(17);
            List<Buffer> x = program.inputTypes().stream().map(type -> Buffer.ofReals(type.dtype(),
                    random.doubles(type.shape().size(), -1, 1).toArray())).toList();
            var compiled = new Compiler().compile(program);
            int hash = 0;
            // First by one tier of code, and then by the other.
            for (int turn = 0; turn < 2; turn++) {
                for (Buffer result : compiled.run(x)) {
                    hash = 31 * hash + (result.dtype().isFloat() ? Arrays.hashCode(result.reals())
                            : Arrays.hashCode(result.integers()));
                }
            }
            return hash;
        }
    }

    @Test
    void oneAndTwo() throws IOException, InterruptedException {
        List<String> one = run(1);
        List<String> two = run(2);
        assertEquals("2", two.getFirst());
        assertEquals(1 + programs().size(), one.size());
        assertEquals(one.subList(1, one.size()), two.subList(1, two.size()));
    }

    private List<String> run(int threads) throws IOException, InterruptedException {
        return Processes.run(Child.class, List.of("-Dricci.threads=" + threads, "-Dricci.tuning=off"),
                List.of(), folder).lines().toList();
    }
}
