package ricci.nn;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import ricci.Tensor;
import ricci.Tree;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.nn.report.ConfusionMatrix;
import ricci.nn.report.Headline;
import ricci.nn.report.LearningCurves;
import ricci.nn.report.Mistakes;
import ricci.nn.report.Numerals;
import ricci.nn.report.Page;
import ricci.nn.report.Predictions;
import ricci.nn.report.ProgramText;
import ricci.nn.report.Section;
import ricci.nn.report.StepTimes;

/**
 * How a training went, as a page to look at: one HTML file that needs no other and no network. Immutable:
 * each method that adds something gives a new report.
 *
 * {@snippet :
 * TrainingReport.of("Handwritten digits", trained)
 *         .classified(test.images(), logits, test.labels())
 *         .program(training.program(params, batches))
 *         .write(Path.of("out/digits/report.html"));
 * }
 */
public final class TrainingReport {
    private final String title;
    private final History history;
    private final Map<String, String> facts;
    private final List<String> classes;
    private final Optional<Classified> classified;
    private final Optional<Program> program;

    private record Classified(Optional<Tensor> images, Tensor logits, Tensor labels) {}

    private TrainingReport(String title, History history, Map<String, String> facts, List<String> classes,
            Optional<Classified> classified, Optional<Program> program) {
        this.title = title;
        this.history = history;
        this.facts = facts;
        this.classes = classes;
        this.classified = classified;
        this.program = program;
    }

    /** A report of what the history tells. */
    public static TrainingReport of(String title, History history) {
        return new TrainingReport(title, history, Map.of(), List.of(), Optional.empty(), Optional.empty());
    }

    /** A report of a training, with the number of parameters. */
    public static TrainingReport of(String title, Training.Trained<?> trained) {
        long parameters = Tree.leaves(trained.params()).stream().mapToLong(Tensor::size).sum();
        return of(title, trained.history()).fact("Parameters", Numerals.count(parameters));
    }

    /** With one more entry among the numbers at the top, such as the seed. */
    public TrainingReport fact(String name, Object value) {
        Map<String, String> more = new LinkedHashMap<>(facts);
        more.put(name, String.valueOf(value));
        return new TrainingReport(title, history, Collections.unmodifiableMap(more), classes, classified,
                program);
    }

    /** With names for the classes, in order; otherwise they are called 0, 1, 2, … */
    public TrainingReport classes(String... names) {
        return new TrainingReport(title, history, facts, List.of(names), classified, program);
    }

    /**
     * With what the trained model says of test examples: their confusion matrix, and the mistakes.
     *
     * @param logits [..., classes], float
     * @param labels [...], the index of the right class, integer
     * @throws RicciException if the shapes do not correspond or labels are no integers
     */
    public TrainingReport classified(Tensor logits, Tensor labels) {
        requireClasses(logits, labels);
        Classified now = new Classified(Optional.empty(), logits, labels);
        return new TrainingReport(title, history, facts, classes, Optional.of(now), program);
    }

    /**
     * As {@link #classified(Tensor, Tensor)}; the mistakes are shown as pictures.
     *
     * @param images [examples, height, width]; the least value of all is black, the greatest white
     */
    public TrainingReport classified(Tensor images, Tensor logits, Tensor labels) {
        requireClasses(logits, labels);
        if (images.rank() != 3 || labels.rank() != 1 || images.shape().length(0) != labels.size()) {
            throw new RicciException.Shape("show images",
                    "images " + images.type() + " and labels " + labels.type(),
                    "images are [examples, height, width], labels are [examples]",
                    "rearrange the images, for example rearrange(images, \"b h w 1 -> b h w\")");
        }
        Classified now = new Classified(Optional.of(images), logits, labels);
        return new TrainingReport(title, history, facts, classes, Optional.of(now), program);
    }

    private static void requireClasses(Tensor logits, Tensor labels) {
        String asked = "report how examples were classified";
        Nn.requireClassified(asked, logits, labels);
        if (logits.shape().length(logits.rank() - 1) == 0) {
            throw new RicciException.Shape(asked, "logits " + logits.type(), "there is at least one class",
                    "check which axis of the logits is that of the classes; it comes last");
        }
    }

    /** With the program that a step runs; see {@link Training#program}. */
    public TrainingReport program(Program traced) {
        return new TrainingReport(title, history, facts, classes, classified, Optional.of(traced));
    }

    /** The page. The same report gives the same page. */
    public String html() {
        Optional<Predictions> predictions = classified
                .map(c -> Predictions.of(classes, c.logits(), c.labels()));
        List<Section> sections = new ArrayList<>();
        sections.add(new LearningCurves(history).section());
        predictions.ifPresent(p -> sections.add(new ConfusionMatrix(p).section()));
        predictions.ifPresent(p -> sections.add(
                new Mistakes(p, classified.flatMap(Classified::images)).section()));
        sections.add(new StepTimes(history).section());
        program.ifPresent(p -> sections.add(new ProgramText(p).section()));
        return new Page(title, new Headline(history, facts, predictions).html(), sections).html();
    }

    /**
     * Writes the page to a file, whole or not at all, and makes the folders above it. What was there is
     * replaced.
     *
     * @return the file
     * @throws RicciException.Argument if the file cannot be written
     */
    public Path write(Path file) {
        String page = html();
        Path absolute = file.toAbsolutePath();
        // Beside the file, so that it can be moved there in one go.
        Path draft = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            if (Files.isDirectory(absolute)) {
                throw new FileAlreadyExistsException(absolute.toString(), null, "it is a folder");
            }
            Files.createDirectories(draft.getParent());
            try {
                Files.writeString(draft, page, StandardOpenOption.CREATE_NEW);
                replace(draft, absolute);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            var refusal = new RicciException.Argument("write the training report to " + file, e.toString(),
                    "the file lies in a folder that exists or can be made, and may be written",
                    "choose another file, or mend the permissions");
            refusal.initCause(e);
            throw refusal;
        }
        return file;
    }

    private static void replace(Path draft, Path file) throws IOException {
        try {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
