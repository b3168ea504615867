package ricci.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ricci.ir.Atom;
import ricci.ir.Builder;
import ricci.ir.DType;
import ricci.ir.Program;
import ricci.ir.RicciException;
import ricci.ir.TensorType;
import ricci.ir.TypeChecker;

/** Each rule on elements, on values of every type among which are all special ones. */
class SimplifyElementsTest {
    @Property(tries = 60)
    void noRuleChangesABit(@ForAll long seed) {
        Random random = new Random(seed);
        for (Rule rule : Simplify.ELEMENTS) {
            for (DType dtype : DType.values()) {
                Program before = left(rule, dtype, random);
                if (before != null) {
                    Program after = Simplify.by(List.of(rule), before);
                    Bits.assertSame(random, before, TypeChecker.check(rule.name(), after));
                }
            }
        }
    }

    @Test
    void everyRuleApplies() {
        Random random = new Random(1);
        Set<String> idle = new HashSet<>();
        for (Rule rule : Simplify.ELEMENTS) {
            idle.add(rule.name());
            for (DType dtype : DType.values()) {
                // Operands of what is commutative are drawn in either order.
                for (int draw = 0; draw < 8; draw++) {
                    Program before = left(rule, dtype, random);
                    if (before != null && !Simplify.by(List.of(rule), before).equals(before)) {
                        idle.remove(rule.name());
                    }
                }
            }
        }
        assertEquals(Set.of(), idle);
    }

    /** What Fold would compute may come about while rules are applied. */
    @Test
    void noRuleGoesToAndFroBetweenLiterals() {
        for (String op : List.of("mul", "div", "add", "sub")) {
            Program program = Program.parse("program(x: f64[2]) {\n"
                    + "  a: f64[2] = neg(2.0:f64[2])\n"
                    + "  b: f64[2] = " + op + "(a, 3.0:f64[2])\n"
                    + "  c: f64[2] = " + op + "(3.0:f64[2], a)\n"
                    + "  return b, c\n"
                    + "}\n");
            assertEquals(program.resultTypes(), Simplify.of(program).resultTypes());
        }
    }

    @Test
    void whatChangesABitIsNoRule() {
        List<String> wrong = List.of("add(x, 0) -> x", "sub(x, x) -> 0", "mul(x, 0) -> 0", "div(x, x) -> 1",
                "sub(0, x) -> neg(x)", "neg(sub(x, y)) -> sub(y, x)", "eq(x, x) -> true", "sub(x, -0.0) -> x",
                "max(x, greatest) -> greatest", "add(add(v, c), cc) -> add(v, add(c, cc))",
                "sqrt(mul(x, x)) -> abs(x)", "log(exp(x)) -> x", "mul(div(x, y), y) -> x");
        for (String text : wrong) {
            Rule rule = Term.rule(text, DType::isFloat);
            assertThrows(AssertionError.class, () -> {
                for (long seed = 0; seed < 200; seed++) {
                    Random random = new Random(seed);
                    Program before = Objects.requireNonNull(left(rule, DType.F32, random));
                    Bits.assertSame(random, before, Simplify.by(List.of(rule), before));
                }
            }, text);
        }
    }

    /** The left side of a rule as a program of variables of one type; null if the type is not for it. */
    private static @Nullable Program left(Rule rule, DType dtype, Random random) {
        Builder b = new Builder();
        List<Atom.Var> inputs = new ArrayList<>();
        Map<String, Atom> named = new HashMap<>();
        try {
            Term left = Term.read(rule.name().split("->", -1)[0].strip());
            Atom result = write(left, TensorType.of(dtype, 40), b, inputs, named, random);
            return result == null ? null : b.build(rule.name(), inputs, List.of(result));
        } catch (RicciException.DataType e) {
            return null;
        }
    }


    private static @Nullable Atom write(Term term, TensorType type, Builder b, List<Atom.Var> inputs,
            Map<String, Atom> named, Random random) {
        return switch (term) {
            case Term.Name name -> named.computeIfAbsent(name.text(), text -> {
                boolean isPredicate = text.equals("p");
                if (name.isLiteral()) {
                    return Bits.literal(random, type);
                }
                inputs.add(b.input(isPredicate ? type.with(DType.BOOL) : type));
                return inputs.getLast();
            });
            case Term.Constant constant -> {
                Number value = constant.in(type.dtype());
                yield value == null ? null : new Atom.Literal(type, value);
            }
            case Term.Apply(var op, var terms) -> {
                List<Atom> operands = new ArrayList<>();
                for (int i = 0; i < terms.size(); i++) {
                    boolean isPredicate = terms.size() == 3 && i == 0;
                    Atom atom = write(terms.get(i), isPredicate ? type.with(DType.BOOL) : type, b, inputs,
                            named, random);
                    if (atom == null) {
                        yield null;
                    }
                    operands.add(atom);
                }
                boolean swaps = Arithmetic.isCommutative(op) && random.nextBoolean();
                yield b.apply(op, swaps ? operands.reversed() : operands).getFirst();
            }
        };
    }

    /** Literals that meet only when other rules have been applied, in any order. */
    @Test
    void threeLiteralsDoNotGoRound() {
        for (String op : List.of("add", "mul")) {
            Program program = Program.parse("""
                    program(a: i32[3]) {
                      b: i32[3] = mul(a, 0:i32[3])
                      c: i32[3] = add(b, 7:i32[3])
                      d: i32[3] = OP(5:i32[3], c)
                      e: i32[3] = OP(d, 11:i32[3])
                      return e
                    }
                    """.replace("OP", op));
            AgainstInterpreter.check(program, CompiledProgramTest.samples(program, 1));
            Program simple = Pipeline.of(program);
            assertEquals(List.of(), simple.equations(), simple::toString);
        }
    }
}
