package ricci.compiler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ricci.ir.Atom;
import ricci.ir.Complex;
import ricci.ir.DType;
import ricci.ir.Equation;
import ricci.ir.Op;
import ricci.ir.OpText;
import ricci.ir.TensorType;

/**
 * The language of rules on elements: {@code mul(x, 1) -> x}.
 *
 * <p>Operations have the names that they have in printed programs. Numbers, {@code true}, {@code false} and
 * {@code least} and {@code greatest}, the bounds of the type, stand for literals, to the bit: {@code 0} is no
 * {@code -0.0}. A name that begins with {@code c} stands for any literal, one with {@code v} for anything
 * else, other names for anything; a name that occurs twice, for the same thing. Operands of what commutes
 * match in either order.
 */
sealed interface Term {
    /** Any operand, always the same one. */
    record Name(String text) implements Term {
        boolean isLiteral() {
            return text.startsWith("c");
        }

        boolean isVariable() {
            return text.startsWith("v");
        }
    }

    /** The literal that has this value everywhere. */
    record Constant(String text) implements Term {
        /** The value as an element of a type; null if it has none. */
        @Nullable Number in(DType dtype) {
            return switch (text) {
                case "true" -> dtype == DType.BOOL ? (Number) 1L : null;
                case "false" -> dtype == DType.BOOL ? (Number) 0L : null;
                case "least" -> dtype.isComplex() ? null : dtype.element(dtype.least());
                case "greatest" -> dtype.isComplex() ? null : dtype.element(dtype.greatest());
                case "ones" -> dtype.isInexact() ? null
                        : dtype.element(dtype.isUnsigned() || dtype == DType.BOOL ? dtype.greatest() : -1);
                case String number -> {
                    double value = Double.parseDouble(number);
                    boolean isMissing = dtype == DType.BOOL || (dtype.isUnsigned() && value < 0);
                    yield isMissing ? null : dtype.element(value);
                }
            };
        }
    }

    /** An operation on operands. */
    record Apply(Op op, List<Term> operands) implements Term {}

    /** What the names stand for: few, so a list that is cut back where a match fails. */
    final class Match {
        private final List<String> names = new ArrayList<>();
        private final List<Atom> atoms = new ArrayList<>();

        @Nullable Atom get(String name) {
            int place = names.indexOf(name);
            return place < 0 ? null : atoms.get(place);
        }

        boolean bind(String name, Atom atom) {
            Atom same = get(name);
            if (same == null) {
                names.add(name);
                atoms.add(atom);
            }
            return same == null || same.equals(atom);
        }

        int size() {
            return names.size();
        }

        void cut(int size) {
            names.subList(size, names.size()).clear();
            atoms.subList(size, atoms.size()).clear();
        }
    }

    /** The rule that {@code text}, two terms with an arrow between, states for operands of some types. */
    static Rule rule(String text, Predicate<DType> accepted) {
        Sides sides = new Sides(text);
        return new Rule(text, Rule.kind(Names.op(text.substring(0, text.indexOf('(')))), (draft, e) -> {
            Match match = new Match();
            boolean fits = accepted.test(e.operands().getLast().type().dtype())
                    && matches((Apply) sides.terms().getFirst(), e, draft, match);
            return fits ? write(sides.terms().getLast(), e.result().type(), draft, match) : null;
        });
    }

    /** The two terms of a rule, read when the rule is first tried: most never are. */
    final class Sides {
        private final String text;
        private volatile @Nullable List<Term> terms;

        Sides(String text) {
            this.text = text;
        }

        List<Term> terms() {
            List<Term> known = terms;
            if (known == null) {
                known = Stream.of(text.split("->", -1)).map(side -> read(side.strip())).toList();
                terms = known;
            }
            return known;
        }
    }

    // ---- reading a term ----

    /** The term that {@code text} says. */
    static Term read(String text) {
        int open = text.indexOf('(');
        if (open >= 0) {
            return new Apply(Names.op(text.substring(0, open)),
                    operands(text.substring(open + 1, text.length() - 1)));
        }
        boolean isWord = Character.isLetter(text.charAt(0));
        return isWord && !List.of("true", "false", "least", "greatest", "ones").contains(text)
                ? new Name(text) : new Constant(text);
    }

    private static List<Term> operands(String text) {
        List<Term> operands = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char next = i == text.length() ? ',' : text.charAt(i);
            depth += next == '(' ? 1 : next == ')' ? -1 : 0;
            if (next == ',' && depth == 0) {
                operands.add(read(text.substring(start, i).strip()));
                start = i + 1;
            }
        }
        return List.copyOf(operands);
    }

    /** The operations that terms are made of. */
    final class Names {
        private static final Map<String, Op> OPS = new LinkedHashMap<>();

        static {
            Stream.of(Op.Unary.Function.values()).forEach(f -> add(new Op.Unary(f)));
            Stream.of(Op.Binary.Function.values()).forEach(f -> add(new Op.Binary(f)));
            Stream.of(Op.Compare.Relation.values()).forEach(r -> add(new Op.Compare(r)));
            Stream.of(new Op.Select(), new Complex.OfParts(), new Complex.Real(), new Complex.Imag(),
                    new Complex.Conj()).forEach(Names::add);
        }

        private Names() {}

        private static void add(Op op) {
            OPS.put(OpText.name(op), op);
        }

        static Op op(String name) {
            Op op = OPS.get(name);
            if (op == null) {
                throw new IllegalArgumentException("no operation is called " + name);
            }
            return op;
        }
    }

    // ---- matching ----

    private static boolean matches(Apply term, Equation e, Draft draft, Match match) {
        if (!term.op().equals(e.op())) {
            return false;
        }
        int before = match.size();
        if (matches(term.operands(), e.operands(), draft, match)) {
            return true;
        }
        match.cut(before);
        return Arithmetic.isCommutative(e.op())
                && matches(term.operands(), e.operands().reversed(), draft, match);
    }

    private static boolean matches(List<Term> terms, List<Atom> atoms, Draft draft, Match match) {
        for (int i = 0; i < terms.size(); i++) {
            if (!matches(terms.get(i), atoms.get(i), draft, match)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(Term term, Atom atom, Draft draft, Match match) {
        return switch (term) {
            case Name name -> (!name.isLiteral() || atom instanceof Atom.Literal)
                    && (!name.isVariable() || atom instanceof Atom.Var) && match.bind(name.text(), atom);
            case Constant constant -> atom instanceof Atom.Literal(var type, var value)
                    && value.equals(constant.in(type.dtype()));
            case Apply apply -> {
                Equation e = draft.definition(atom);
                yield e != null && matches(apply, e, draft, match);
            }
        };
    }

    // ---- writing ----

    /** The term, whose literals have the given type, written into the draft; null if they do not fit it. */
    private static @Nullable Atom write(Term term, TensorType type, Draft draft, Match match) {
        return switch (term) {
            case Name(var text) -> match.get(text);
            case Constant constant -> {
                Number value = constant.in(type.dtype());
                yield value == null ? null : new Atom.Literal(type, value);
            }
            case Apply(var op, var terms) -> {
                List<Atom> operands = new ArrayList<>();
                for (Term operand : terms) {
                    Atom atom = write(operand, type, draft, match);
                    if (atom == null) {
                        yield null;
                    }
                    operands.add(atom);
                }
                yield draft.apply(op, operands);
            }
        };
    }
}
