package ricci.compiler;

import static ricci.compiler.Term.rule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Program;

/**
 * Writes equations more simply, by a table of rules. A rule stands in it only if it changes no bit of any
 * result, as the reference interpreter computes it, of all values there are: NaN, infinities, the zero of
 * either sign, integers that wrap around. So {@code x + 0} is not {@code x}, which may be -0; but {@code x -
 * 0} is. Which bits a NaN has is left open.
 */
public @SuppressWarnings("UnnecessaryLambda") // Named for the table.
final class Simplify {
    private static final Predicate<DType> FLOAT = DType::isFloat;
    private static final Predicate<DType> SIGNED = t -> t.isInteger() && !t.isUnsigned();
    private static final Predicate<DType> UNSIGNED = DType::isUnsigned;
    private static final Predicate<DType> INTEGER = DType::isInteger;
    private static final Predicate<DType> BOOL = t -> t == DType.BOOL;
    private static final Predicate<DType> BITS = t -> !t.isInexact();
    private static final Predicate<DType> REAL = t -> t.isInteger() || t.isFloat();
    private static final Predicate<DType> ANY = _ -> true;

    /** The rules on elements: what is written on the left may be written as on the right. */
    static final List<Rule> ELEMENTS = List.of(
            rule("add(x, 0) -> x", INTEGER),
            rule("add(x, -0.0) -> x", FLOAT),
            rule("add(x, neg(y)) -> sub(x, y)", ANY),
            // Three literals would go round.
            rule("add(add(v, c), cc) -> add(v, add(c, cc))", INTEGER),
            rule("sub(x, 0) -> x", REAL),
            rule("sub(x, x) -> 0", INTEGER),
            rule("sub(0, x) -> neg(x)", INTEGER),
            rule("sub(-0.0, x) -> neg(x)", FLOAT),
            rule("sub(x, neg(y)) -> add(x, y)", ANY),
            rule("mul(x, 0) -> 0", INTEGER),
            rule("mul(x, 1) -> x", REAL),
            rule("mul(x, -1) -> neg(x)", SIGNED.or(FLOAT)),
            rule("mul(x, ones) -> neg(x)", UNSIGNED),
            rule("mul(neg(x), neg(y)) -> mul(x, y)", ANY),
            // Of two literals, the negation would go to and fro.
            rule("mul(neg(v), c) -> mul(v, neg(c))", REAL),
            rule("mul(mul(v, c), cc) -> mul(v, mul(c, cc))", INTEGER),
            rule("div(x, 1) -> x", ANY),
            rule("div(x, -1) -> neg(x)", SIGNED.or(FLOAT)),
            rule("div(neg(x), neg(y)) -> div(x, y)", FLOAT),
            rule("div(neg(x), c) -> div(x, neg(c))", FLOAT),
            rule("rem(x, 1) -> 0", INTEGER),
            rule("pow(x, 0) -> 1", ANY),
            rule("pow(x, 1) -> x", REAL),
            rule("neg(neg(x)) -> x", ANY),
            rule("neg(sub(x, y)) -> sub(y, x)", INTEGER),
            rule("neg(mul(x, c)) -> mul(x, neg(c))", REAL),
            rule("abs(abs(x)) -> abs(x)", REAL),
            rule("abs(neg(x)) -> abs(x)", SIGNED.or(FLOAT).or(DType::isComplex)),
            rule("abs(x) -> x", UNSIGNED),
            rule("sign(sign(x)) -> sign(x)", REAL),
            rule("max(x, x) -> x", ANY),
            rule("max(x, least) -> x", ANY),
            rule("max(x, greatest) -> greatest", INTEGER),
            rule("max(max(x, y), x) -> max(x, y)", ANY),
            rule("max(max(x, y), y) -> max(x, y)", ANY),
            rule("min(x, x) -> x", ANY),
            rule("min(x, greatest) -> x", ANY),
            rule("min(x, least) -> least", INTEGER),
            rule("min(min(x, y), x) -> min(x, y)", ANY),
            rule("min(min(x, y), y) -> min(x, y)", ANY),
            rule("floor(floor(x)) -> floor(x)", ANY),
            rule("floor(ceil(x)) -> ceil(x)", ANY),
            rule("floor(round(x)) -> round(x)", ANY),
            rule("floor(trunc(x)) -> trunc(x)", ANY),
            rule("ceil(floor(x)) -> floor(x)", ANY),
            rule("ceil(ceil(x)) -> ceil(x)", ANY),
            rule("ceil(round(x)) -> round(x)", ANY),
            rule("ceil(trunc(x)) -> trunc(x)", ANY),
            rule("round(floor(x)) -> floor(x)", ANY),
            rule("round(ceil(x)) -> ceil(x)", ANY),
            rule("round(round(x)) -> round(x)", ANY),
            rule("round(trunc(x)) -> trunc(x)", ANY),
            rule("trunc(floor(x)) -> floor(x)", ANY),
            rule("trunc(ceil(x)) -> ceil(x)", ANY),
            rule("trunc(round(x)) -> round(x)", ANY),
            rule("trunc(trunc(x)) -> trunc(x)", ANY),
            rule("not(not(x)) -> x", ANY),
            rule("not(eq(x, y)) -> ne(x, y)", ANY),
            rule("not(ne(x, y)) -> eq(x, y)", ANY),
            rule("not(totalLt(x, y)) -> totalLe(y, x)", ANY),
            rule("not(totalLe(x, y)) -> totalLt(y, x)", ANY),
            rule("and(x, x) -> x", ANY),
            rule("and(x, 0) -> 0", ANY),
            rule("and(x, false) -> false", ANY),
            rule("and(x, ones) -> x", ANY),
            rule("or(x, x) -> x", ANY),
            rule("or(x, 0) -> x", ANY),
            rule("or(x, false) -> x", ANY),
            rule("or(x, ones) -> ones", ANY),
            rule("xor(x, x) -> least", BOOL.or(UNSIGNED)),
            rule("xor(x, x) -> 0", SIGNED),
            rule("xor(x, 0) -> x", ANY),
            rule("xor(x, false) -> x", ANY),
            rule("xor(x, ones) -> not(x)", ANY),
            rule("shiftLeft(x, 0) -> x", ANY),
            rule("shiftRightLogical(x, 0) -> x", ANY),
            rule("shiftRightArithmetic(x, 0) -> x", ANY),
            rule("eq(x, x) -> true", BITS),
            rule("eq(x, true) -> x", BOOL),
            rule("eq(x, false) -> not(x)", BOOL),
            rule("ne(x, x) -> false", BITS),
            rule("ne(x, true) -> not(x)", BOOL),
            rule("ne(x, false) -> x", BOOL),
            rule("lt(x, x) -> false", ANY),
            rule("lt(x, 0) -> false", UNSIGNED),
            rule("le(x, x) -> true", BITS),
            rule("gt(x, x) -> false", ANY),
            rule("ge(x, x) -> true", BITS),
            rule("ge(x, 0) -> true", UNSIGNED),
            rule("totalEq(x, x) -> true", ANY),
            rule("totalLt(x, x) -> false", ANY),
            rule("totalLe(x, x) -> true", ANY),
            rule("select(p, x, x) -> x", ANY),
            rule("select(true, x, y) -> x", ANY),
            rule("select(false, x, y) -> y", ANY),
            rule("select(p, true, false) -> p", BOOL),
            rule("select(p, false, true) -> not(p)", BOOL),
            rule("select(not(p), x, y) -> select(p, y, x)", ANY),
            rule("select(p, select(p, x, y), z) -> select(p, x, z)", ANY),
            rule("select(p, x, select(p, y, z)) -> select(p, x, z)", ANY),
            rule("real(complex(x, y)) -> x", ANY),
            rule("imag(complex(x, y)) -> y", ANY),
            rule("real(conj(x)) -> real(x)", ANY),
            rule("imag(conj(x)) -> neg(imag(x))", ANY),
            rule("conj(conj(x)) -> x", ANY),
            rule("complex(real(x), imag(x)) -> x", ANY));

    /** All rules, those on elements first. */
    static final List<Rule> RULES = Stream.of(ELEMENTS, Finite.RULES, SimplifyTypes.RULES,
            SimplifyMoves.RULES, SimplifyProducts.RULES, Counts.RULES, OneHotProducts.RULES,
            WindowScatters.RULES).flatMap(List::stream).toList();

    private static final Map<Object, List<Rule>> BY_ROOT = byRoot(RULES);

    private Simplify() {}

    public static Program of(Program program) {
        return Draft.rewrite(program, () -> (draft, e) -> first(BY_ROOT, draft, e));
    }

    /** The program after some rules only. */
    static Program by(List<Rule> rules, Program program) {
        Map<Object, List<Rule>> table = byRoot(rules);
        return Draft.rewrite(program, () -> (draft, e) -> first(table, draft, e));
    }

    private static Map<Object, List<Rule>> byRoot(List<Rule> rules) {
        Map<Object, List<Rule>> table = new HashMap<>();
        rules.forEach(rule -> table.computeIfAbsent(rule.root(), _ -> new ArrayList<>()).add(rule));
        return table;
    }

    /** What the first rule that applies makes of the equation. */
    private static @Nullable List<Atom> first(Map<Object, List<Rule>> table, Draft draft, Equation e) {
        for (Rule rule : table.getOrDefault(Rule.kind(e.op()), List.of())) {
            Atom instead = rule.rewrite().of(draft, e);
            if (instead != null) {
                return List.of(instead);
            }
        }
        return null;
    }
}
