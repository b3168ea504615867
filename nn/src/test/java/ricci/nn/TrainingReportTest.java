package ricci.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import ricci.Key;
import ricci.Random;
import ricci.Ricci;
import ricci.Tensor;

/** The page of a training as a reader finds it. */
class TrainingReportTest {
    private static final int CLASSES = 4;

    private static History history(int steps, int epochs) {
        return new History(IntStream.range(0, steps).mapToObj(i -> 3.0 / (1 + i)).toList(),
                IntStream.range(0, steps).mapToObj(i -> 0.001 + 0.1 / (1 + i * i)).toList(),
                IntStream.range(0, epochs).mapToObj(i -> new History.Epoch(0.9, 0.75)).toList());
    }

    /** Logits whose greatest is the label, but for the first {@code wrong} examples. */
    private static Tensor logits(int count, int wrong) {
        double[] logits = new double[count * CLASSES];
        for (int i = 0; i < count; i++) {
            logits[i * CLASSES + (i + (i < wrong ? 1 : 0)) % CLASSES] = 2 + i;
        }
        return Ricci.tensor(logits, count, CLASSES);
    }

    private static Tensor labels(int count) {
        return Ricci.tensor(IntStream.range(0, count).map(i -> i % CLASSES).toArray());
    }

    private static TrainingReport full() {
        return TrainingReport.of("Digits", history(60, 3)).fact("Seed", 42L)
                .classified(Random.uniform(Key.of(1), 12, 8, 6), logits(12, 3), labels(12))
                .program(Ricci.program(x -> x.mul(2), Ricci.zeros(3)));
    }

    @Test
    void hasAllSectionsInReadingOrder() {
        ReportPage page = ReportPage.of(full());
        List<Element> headings = page.all("h2");
        assertEquals(List.of("Learning", "Confusion", "Mistakes", "Time", "Program"),
                headings.stream().map(Element::getTextContent).toList());
        assertEquals(1, page.all("h1").size());
        assertEquals("Digits", page.all("h1").getFirst().getTextContent());
    }

    @Test
    void theNumbersAtTheTopAreThoseOfTheTraining() {
        ReportPage page = ReportPage.of(full());
        assertEquals("75.0\u00a0% 9 of 12", page.number("Test accuracy"));
        assertEquals("60 3 epochs", page.number("Steps"));
        assertEquals("42", page.number("Seed"));
        double mean = IntStream.range(40, 60).mapToDouble(i -> 3.0 / (1 + i)).average().orElseThrow();
        assertEquals(String.format(Locale.ROOT, "%.4f mean, last epoch", mean), page.number("Loss"));
    }

    @Test
    void countsTheParameters() {
        var trained = new Training.Trained<>(new Linear(Ricci.zeros(30, 40), Ricci.zeros(40)), history(4, 1));
        assertEquals("1,240", ReportPage.of(TrainingReport.of("x", trained)).number("Parameters"));
    }

    @Test
    void refersToNothingOutsideItself() {
        String html = full().html();
        assertFalse(html.toLowerCase(Locale.ROOT).contains("http"), "no address");
        assertFalse(html.contains("@import") || html.contains("url("), "no style from elsewhere");
        ReportPage page = ReportPage.of(full());
        List<String> references = page.all("*").stream()
                .flatMap(e -> Stream.of(e.getAttribute("src"), e.getAttribute("href")))
                .filter(reference -> !reference.isEmpty()).toList();
        assertEquals(1 + 3, references.size(), "the empty icon and three mistakes");
        assertTrue(references.stream().allMatch(reference -> reference.startsWith("data:")));
    }

    @Test
    void whatTheUserWroteIsTextAndNoMarkup() {
        String nasty = "</title><script>alert('1')</script> & \"quoted\" \u0000\ud800 <b>";
        ReportPage page = ReportPage.of(TrainingReport.of(nasty, history(3, 1)).fact(nasty, nasty)
                .classes(nasty, "b", "c", "d").classified(logits(8, 4), labels(8)));
        String shown = nasty.replace('\u0000', '\ufffd').replace('\ud800', '\ufffd');
        assertEquals(shown, page.all("h1").getFirst().getTextContent());
        assertEquals(1, page.all("script").size());
        assertEquals(0, page.all("b").size());
        assertEquals(shown.strip(), page.number(shown));
    }

    @Test
    void aBlankTitleHasAName() {
        assertEquals("Untitled", ReportPage.of(TrainingReport.of("  ", history(1, 1))).all("h1").getFirst()
                .getTextContent());
    }

    @Test
    void theSameReportGivesTheSamePageInEveryLocale() {
        String page = full().html();
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertEquals(page, full().html());
            Locale.setDefault(Locale.GERMANY);
            assertEquals(page, full().html());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void stepsOfBuildingDoNotChangeWhatTheyStartFrom() {
        TrainingReport plain = TrainingReport.of("x", history(2, 1));
        String before = plain.html();
        plain.fact("a", 1).classes("b").classified(logits(4, 0), labels(4));
        assertEquals(before, plain.html());
    }

    @Test
    void chartsAreImagesWithANameForThoseWhoDoNotSeeThem() {
        List<Element> plots = ReportPage.of(full()).withClass("plot");
        assertEquals(4, plots.size());
        for (Element plot : plots) {
            assertEquals("img", plot.getAttribute("role"));
            assertTrue(plot.getAttribute("aria-label").length() > 30, plot.getAttribute("aria-label"));
        }
        for (Element picture : ReportPage.of(full()).all("img")) {
            assertTrue(picture.getAttribute("alt").startsWith("Example "));
        }
    }

    @Test
    void readOutsHaveOneTextPerPlace() {
        for (Element plot : ReportPage.of(full()).withClass("plot")) {
            assertEquals(plot.getAttribute("data-at").split(" ", -1).length,
                    plot.getAttribute("data-text").split("\\|", -1).length);
        }
    }

    @Test
    void theProgramIsShownAsItIsPrinted() {
        var program = Ricci.program(x -> x.mul(2).lt(1), Ricci.zeros(3));
        ReportPage page = ReportPage.of(TrainingReport.of("x", history(1, 1)).program(program));
        assertEquals(program.toString().strip(), page.all("pre").getFirst().getTextContent().strip());
    }
}
