package ricci.einops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ricci.einops.EinopsException.Kind;
import ricci.einops.Planner.Operation;

/** Patterns are read as they are written, and every part knows its place. */
class ParserTest {
    private static Pattern parse(String pattern) {
        return Parser.pattern(new Call("rearrange", pattern, List.of()));
    }

    private static String spell(Pattern pattern) {
        return pattern.inputs().stream().map(side -> spell(side.items())).collect(Collectors.joining(", "))
                + " -> "
                + spell(pattern.output().items());
    }

    private static String spell(List<Expr> exprs) {
        return exprs.stream().map(expr -> switch (expr) {
            case Expr.Name(var name, var length, _) ->
                    name + (length.isPresent() ? "=" + length.getAsLong() : "");
            case Expr.Anonymous(var length, _) -> Long.toString(length);
            case Expr.Ellipsis _ -> "...";
            case Expr.Group(var parts, _) -> "(" + spell(parts) + ")";
            case Expr.Sum(var terms, _) -> terms.stream().map(term -> spell(term.parts()))
                    .collect(Collectors.joining(" + ", "(", ")"));
            case Expr.Bracket(var parts, _) -> "[" + spell(parts) + "]";
            case Expr.Repeated(var part, _) -> spell(List.of(part)) + "...";
            case Expr.Strided(var axis, var stride, _) -> spell(List.of(axis)) + "*" + stride;
        }).collect(Collectors.joining(" "));
    }

    private static void checkSpans(String text, Expr expr) {
        String part = text.substring(expr.span().start(), expr.span().end());
        switch (expr) {
            case Expr.Name(var name, _, _) -> assertEquals(name, part);
            case Expr.Anonymous(var length, _) -> assertEquals(length, Long.parseLong(part));
            case Expr.Ellipsis _ -> assertEquals("...", part);
            case Expr.Group(var parts, _) -> {
                assertTrue(part.startsWith("(") && part.endsWith(")"), part);
                parts.forEach(inner -> checkSpans(text, inner));
            }
            case Expr.Sum _, Expr.Bracket _, Expr.Repeated _, Expr.Strided _ ->
                    assertEquals(part.replace(" ", ""), spell(List.of(expr)).replace(" ", ""));
        }
    }

    @Property
    void spellingAPatternGivesThePattern(@ForAll long seed, @ForAll Operation operation) {
        Pattern pattern = parse(Puzzle.random(seed, operation).pattern());
        String spelt = spell(pattern);
        assertEquals(spelt, spell(parse(spelt)));
        assertEquals(pattern.text().replaceAll("\\b01\\b", "1").replaceAll("[ ]+", ""),
                spelt.replace(" ", ""));
    }

    @Property
    void everyPartKnowsItsPlace(@ForAll long seed, @ForAll Operation operation) {
        Pattern pattern = parse(Puzzle.random(seed, operation).pattern());
        pattern.input().items().forEach(expr -> checkSpans(pattern.text(), expr));
        pattern.output().items().forEach(expr -> checkSpans(pattern.text(), expr));
        String left = pattern.text().substring(pattern.input().span().start(), pattern.input().span().end());
        assertEquals(pattern.text().split("->", -1)[0].strip(), left);
    }

    @Test
    void inputsOfAnEinsum() {
        Pattern pattern = Parser.einsum(new Call("einsum", " i _ ,, ... j  j->i j", List.of()));
        assertEquals("i _, , ... j j -> i j", spell(pattern));
    }

    @Test
    void anEmptyPatternOfTwoSides() {
        assertEquals(" -> ", spell(parse("->")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "Z", "ab1", "a_b", "a__b", "class", "axis", "ß", "é", "日", "日本", "α2", "Ⅷ",
        "x٣", "𝒳"})
    void names(String name) {
        assertTrue(Parser.isName(name));
        assertEquals(name + " -> " + name, spell(parse(name + "->" + name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "_", "_a", "a_", "1a", "a²", "²", "a-b", "a b", "a.b", "😀", "e\u0301",
        "a\u200b", "a\u200c",
        "℘", "…", "a‿b", "٣a", "a\u00b7", "\ud800"})
    void noNames(String name) {
        assertFalse(Parser.isName(name));
        assertThrows(EinopsException.class,
                () -> Einops.rearrange(Tensors.counting(1), "(" + name + " b) -> b", new Axis(name, 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "03", "٣", "３", "𝟛", "0000000000000000000000000003"})
    void numbersInTheDigitsOfAnyScript(String three) {
        assertEquals("a -> a 3", spell(parse("a -> a " + three)));
    }

    /** The character … is what einops puts for three dots internally, and accepts as a name by accident. */
    @Test
    void theEllipsisIsThreeDots() {
        EinopsException e = assertThrows(EinopsException.class,
                () -> Einops.rearrange(Tensors.counting(2, 3), "… a -> a …"));
        assertEquals(Kind.UNKNOWN_CHARACTER, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("three dots"), e::getMessage);
    }
}
