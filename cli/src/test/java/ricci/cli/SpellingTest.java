package ricci.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** One slip in a word is forgiven; a word that is nowhere near suggests nothing. */
class SpellingTest {
    @Property
    void aKnownWordIsNearestToItself(@ForAll("words") String word, @ForAll("words") String other) {
        var nearest = new Spelling(word).nearest(Set.of(word, other + word + other + "x"));
        assertEquals(word, nearest.getFirst());
    }

    @Property
    void upperAndLowerCaseAreTheSame(@ForAll("words") String word) {
        assertEquals(List.of(word), new Spelling(word.toUpperCase(Locale.ROOT)).nearest(List.of(word)));
    }

    @Property
    void oneLetterTooMany(@ForAll("words") String word, @ForAll @IntRange(max = 20) int at,
            @ForAll("letters") char letter) {
        int place = at % (word.length() + 1);
        assertFound(word, word.substring(0, place) + letter + word.substring(place));
    }

    @Property
    void oneLetterTooFew(@ForAll("words") String word, @ForAll @IntRange(max = 20) int at) {
        int place = at % word.length();
        assertFound(word, word.substring(0, place) + word.substring(place + 1));
    }

    @Property
    void oneLetterWrong(@ForAll("words") String word, @ForAll @IntRange(max = 20) int at,
            @ForAll("letters") char letter) {
        int place = at % word.length();
        assertFound(word, word.substring(0, place) + letter + word.substring(place + 1));
    }

    @Property
    void twoNeighboursSwapped(@ForAll("words") String word, @ForAll @IntRange(max = 20) int at) {
        int place = at % (word.length() - 1);
        assertFound(word, word.substring(0, place) + word.charAt(place + 1) + word.charAt(place)
                + word.substring(place + 2));
    }

    @Property
    void aWordWithoutACommonLetterSuggestsNothing(@ForAll("words") String word,
            @ForAll @IntRange(max = 9) int n) {
        assertEquals(List.of(), new Spelling("#".repeat(n)).nearest(Set.of(word)));
    }

    @Property
    void atMostThreeAreNamedAndEachIsKnown(@ForAll("words") String word,
            @ForAll("vocabularies") Set<String> known) {
        var nearest = new Spelling(word).nearest(known);
        assertTrue(nearest.size() <= 3 && known.containsAll(nearest), nearest::toString);
    }

    private static void assertFound(String word, String slip) {
        assertEquals(List.of(word), new Spelling(slip).nearest(List.of(word)), slip);
    }

    /** At least four letters: a slip in a shorter word leaves too little of it. */
    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings().withCharRange('a', 'z').ofMinLength(4).ofMaxLength(12);
    }

    @Provide
    Arbitrary<Character> letters() {
        return Arbitraries.chars().range('a', 'z');
    }

    @Provide
    Arbitrary<Set<String>> vocabularies() {
        return Arbitraries.strings().withCharRange('a', 'c').ofMaxLength(5).set().ofMaxSize(9);
    }
}
