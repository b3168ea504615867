// Learns to read handwritten digits. Start it from Ricci's folder: ./ricci run examples/Digits.java [SEED]

import static ricci.Ricci.*;
import static ricci.einops.Einops.*;
import static ricci.nn.Nn.*;

import java.io.*;
import java.nio.file.*;
import java.util.*;
import java.util.zip.GZIPInputStream;
import ricci.*;
import ricci.ir.DType;
import ricci.nn.*;

record Params(Linear patch, Linear mix, Linear out) {}

record Data(Tensor images, Tensor labels) {}

// Four patches of 4x4 pixels: first the pixels of a patch meet, then the patches.
Tensor logits(Params p, Tensor images) {
    var patches = rearrange(images, "b (h p) (w q) -> b (h w) (p q)", axis("p", 4), axis("q", 4)).div(16);
    var features = relu(p.patch().apply(patches));
    var mixed = relu(p.mix().apply(rearrange(features, "b patch f -> b f patch")));
    return p.out().apply(rearrange(mixed, "b f m -> b (f m)"));
}

Tensor loss(Params p, Data batch) {
    return crossEntropy(logits(p, batch.images()), batch.labels()).mean();
}

Data load(Path csv) throws IOException {
    try (var in = new BufferedReader(new InputStreamReader(new GZIPInputStream(Files.newInputStream(csv))))) {
        var rows = in.lines().map(row -> Arrays.stream(row.split(",")).mapToInt(Integer::parseInt).toArray())
                .toArray(int[][]::new);
        var table = tensor(Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray(), rows.length, 65);
        var images = rearrange(table.slice(1, 0, 64), "n (h w) -> n h w", axis("h", 8)).to(DType.F32);
        return new Data(images, rearrange(table.slice(1, 64, 65), "n 1 -> n"));
    }
}

void main(String[] args) throws IOException {
    long seed = args.length > 0 ? Long.parseLong(args[0]) : 42;
    var csv = Path.of("examples/data/digits.csv.gz");
    if (!Files.exists(csv)) {
        System.err.println("no " + csv + " here: start in Ricci's folder: ./ricci run examples/Digits.java");
        System.exit(1);
    }
    var keys = Key.of(seed).split(5);
    var digits = load(csv);
    int count = Batches.countExamples(digits);
    var order = ricci.Random.permutation(keys.get(0), count);
    var test = Batches.rows(digits, order.slice(0, 0, count / 5));
    var train = Batches.rows(digits, order.slice(0, count / 5, count));

    var params = new Params(Linear.init(keys.get(1), 16, 32), Linear.init(keys.get(2), 4, 32),
            Linear.init(keys.get(3), 32 * 32, 10));
    var batches = new Batches<>(train, 64, keys.get(4));
    var training = new Training<>(jit(valueAndGrad(this::loss)), new Adam(0.003), 30);
    var accuracy = jit((Params p, Data d) -> accuracy(logits(p, d.images()), d.labels()));
    var trained = training.fit(params, batches,
            p -> new History.Epoch(accuracy.apply(p, train).item(), accuracy.apply(p, test).item()));

    var report = TrainingReport.of("Handwritten digits", trained).fact("Seed", seed)
            .classified(test.images(), logits(trained.params(), test.images()), test.labels())
            .program(training.program(params, batches))
            .write(Path.of("out/digits/report.html"));
    System.out.println("report: " + report);
    System.out.printf("test accuracy %.1f %%%n", 100 * accuracy.apply(trained.params(), test).item());
}
