package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import ricci.Ricci;
import ricci.Tensor;
import ricci.ir.RicciException;

/** Reports of trainings that went wrong, were short, or are of unusual size. */
class TrainingReportEdgesTest {
    private static final History SHORT = new History(List.of(1.0, 0.5), List.of(0.1, 0.2),
            List.of(new History.Epoch(0.5, 0.5)));

    private static ReportPage page(History history) {
        return ReportPage.of(TrainingReport.of("Edge", history));
    }

    private static ReportPage classified(Tensor logits, Tensor labels) {
        return ReportPage.of(TrainingReport.of("Edge", SHORT).classified(logits, labels));
    }

    @Provide
    Arbitrary<Double> anything() {
        return Arbitraries.oneOf(Arbitraries.doubles().ofScale(8), Arbitraries.of(Double.NaN, 0.0, -0.0,
                Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MAX_VALUE, -Double.MAX_VALUE,
                Double.MIN_VALUE, Double.MIN_NORMAL, 1.0, 1 + 1e-15));
    }

    @Property(tries = 150)
    void anyNumbersGiveAPageWhoseDrawingsStayInTheirFrames(
            @ForAll List<@From("anything") Double> losses,
            @ForAll List<@From("anything") Double> seconds,
            @ForAll List<@From("anything") Double> shares) {
        ReportPage page = page(new History(losses, seconds,
                shares.stream().map(share -> new History.Epoch(share, 1 - share)).toList()));
        for (Element path : page.all("path")) {
            for (String number : path.getAttribute("d").split("[MHh ]+", -1)) {
                double coordinate = number.isEmpty() ? 0 : Double.parseDouble(number);
                assertTrue(coordinate >= 0 && coordinate <= 1000, path.getAttribute("d"));
            }
        }
        for (Element label : page.withClass("y")) {
            assertFalse(label.getTextContent().isBlank(), "a mark without a number");
            assertFalse(label.getTextContent().contains("NaN"), label.getTextContent());
        }
    }

    @Test
    void nothingHappened() {
        ReportPage page = page(new History(List.of(), List.of(), List.of()));
        assertEquals("–", page.number("Test accuracy"));
        assertEquals("–", page.number("Loss"));
        assertEquals("0 0 epochs", page.number("Steps"));
        assertTrue(page.text().contains("No steps were made."));
        assertTrue(page.text().contains("No epoch was completed."));
    }

    @Test
    void lossesThatAreNotFiniteAreGapsAndSaid() {
        List<Double> losses = new ArrayList<>(Collections.nCopies(100, 1.0));
        losses.set(16, Double.NaN);
        losses.set(40, Double.POSITIVE_INFINITY);
        ReportPage page = page(new History(losses, Collections.nCopies(100, 0.01), List.of()));
        assertTrue(page.text().contains("2 of 100 losses are not finite, first in step 17"), page.text());
        String raw = page.withClass("faint").stream().filter(e -> e.getTagName().equals("path")).findFirst()
                .orElseThrow().getAttribute("d");
        assertEquals(3, raw.chars().filter(c -> c == 'M').count(), "three pieces");
    }

    @Test
    void noFiniteLossAtAll() {
        ReportPage page = page(new History(List.of(Double.NaN), List.of(0.1), List.of()));
        assertTrue(page.text().contains("No loss is a finite number."));
        assertTrue(page.text().contains("1 of 1 loss is not finite"));
        assertEquals("NaN in the last step", page.number("Loss"));
    }

    @Test
    void aSinglePointIsADot() {
        ReportPage page = page(new History(List.of(0.5), List.of(0.1), List.of(new History.Epoch(1, 1))));
        assertEquals(4, page.withClass("dot").size(), "loss, train, test, time");
    }

    @Test
    void stepsThatTookNoTime() {
        ReportPage page = page(new History(List.of(0.5), List.of(0.0), List.of()));
        assertEquals("– steps per second", page.number("Speed"));
        assertTrue(page.text().contains("The steps took no time that can be shown."));
    }

    @Test
    void aLongTrainingGivesASmallPage() {
        int steps = 300_000;
        History history = new History(IntStream.range(0, steps).mapToObj(i -> Math.sin(i)).toList(),
                IntStream.range(0, steps).mapToObj(i -> 1e-4 * (1 + i % 7)).toList(),
                Collections.nCopies(2000, new History.Epoch(0.5, 0.5)));
        assertTrue(TrainingReport.of("Long", history).html().length() < 200_000);
    }

    @Test
    void noMistakes() {
        ReportPage page = classified(Ricci.tensor(new float[][] {{1, 0}, {0, 1}}),
                Ricci.tensor(new int[] {0, 1}));
        assertTrue(page.text().contains("None: all 2 examples are classified rightly."));
        assertEquals("100.0\u00a0% 2 of 2", page.number("Test accuracy"));
    }

    @Test
    void noExamples() {
        ReportPage page = classified(Ricci.zeros(0, 3), Ricci.tensor(new int[0], 0));
        assertTrue(page.text().contains("There are no examples."));
        assertEquals("50.0\u00a0%", page.number("Test accuracy"), "as the training measured");
    }

    @Test
    void theConfusionMatrixOfTwoClasses() {
        ReportPage page = classified(Ricci.tensor(new float[][] {{1, 0}, {1, 0}, {0, 1}, {1, 0}}),
                Ricci.tensor(new int[] {0, 0, 1, 1}));
        List<String> cells = page.all("td").stream().map(Element::getTextContent).toList();
        assertEquals(List.of("2", "0", "100.0\u00a0%", "1", "1", "50.0\u00a0%"), cells);
        assertEquals(List.of("", "", "", "", "row", "row"), page.all("th").stream()
                .map(th -> th.getAttribute("scope").equals("row") ? "row" : "").toList());
    }

    @Test
    void aThousandClassesAreAPictureAndTheWorstPairs() {
        int count = 3000;
        double[] logits = new double[count * 1000];
        for (int i = 0; i < count; i++) {
            logits[i * 1000 + (i % 3 == 0 ? (i + 7) % 1000 : i % 1000)] = 5;
        }
        TrainingReport report = TrainingReport.of("Many", SHORT).classified(Ricci.tensor(logits, count, 1000),
                Ricci.tensor(IntStream.range(0, count).map(i -> i % 1000).toArray()));
        ReportPage page = ReportPage.of(report);
        assertEquals(1, page.all("img").size());
        assertEquals(20, page.all("tbody").getFirst().getElementsByTagName("tr").getLength());
        assertEquals(60, page.all("li").size());
        assertTrue(page.text().contains("The 60 most certain of 1,000 mistakes."));
        assertTrue(report.html().length() < 200_000);
    }

    @Property(tries = 30)
    void picturesOfAnySize(@ForAll @IntRange(max = 300) int height, @ForAll @IntRange(max = 300) int width) {
        Tensor images = Ricci.zeros(2, height, width);
        ReportPage page = ReportPage.of(TrainingReport.of("Pictures", SHORT).classified(images,
                Ricci.tensor(new float[][] {{1, 0}, {1, 0}}), Ricci.tensor(new int[] {1, 0})));
        assertEquals(height == 0 || width == 0 ? 0 : 1, page.all("img").size());
        assertEquals(1, page.all("li").size());
    }

    @Test
    void labelsThatAreNoClassesAreLeftOutAndSaid() {
        ReportPage page = classified(Ricci.zeros(3, 2), Ricci.tensor(new int[] {0, -1, 2}));
        assertTrue(page.text().contains("2 more have labels that are no classes and are left out."));
        assertEquals("100.0\u00a0% 1 of 1", page.number("Test accuracy"));
    }

    @Test
    void logitsThatAreNoNumbersHaveNoProbability() {
        Tensor logits = Ricci.tensor(new double[] {0, Double.NaN}, 1, 2);
        Element card = classified(logits, Ricci.tensor(new int[] {0})).all("li").getFirst();
        assertEquals("–", card.getElementsByTagName("small").item(0).getTextContent());
    }

    @Test
    void whatDoesNotCorrespondIsRefused() {
        TrainingReport report = TrainingReport.of("x", SHORT);
        Tensor logits = Ricci.zeros(4, 3);
        Tensor labels = Ricci.tensor(new int[4]);
        assertThrows(RicciException.Shape.class, () -> report.classified(logits, Ricci.tensor(new int[5])));
        assertThrows(RicciException.DataType.class, () -> report.classified(logits, Ricci.zeros(4)));
        assertThrows(RicciException.Shape.class, () -> report.classified(Ricci.zeros(4, 0), labels));
        for (Tensor images : List.of(Ricci.zeros(5, 8, 8), Ricci.zeros(4, 8, 8, 1), Ricci.zeros(4, 8))) {
            assertThrows(RicciException.Shape.class, () -> report.classified(images, logits, labels));
        }
    }
}
