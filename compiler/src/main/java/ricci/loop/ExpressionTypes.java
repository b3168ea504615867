package ricci.loop;

import java.util.Optional;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Unary;

/** Which registers the operands of an expression are in. */
final class ExpressionTypes {
    private static final String AGREE = "the operands are of one register";

    private ExpressionTypes() {}

    /** The rule that an expression breaks, whatever its parts are made of. */
    static Optional<String> brokenRule(Expression e) {
        return switch (e) {
            case Expression.Constant(var register, var bits) ->
                    rule(Arithmetic.normal(register, bits) == bits,
                    "a constant has the bits of its register");
            case Expression.Read _, Expression.Load _, Expression.Index _ -> Optional.empty();
            case Unary(var f, var x) -> unary(f, x.register());
            case Binary(var f, var x, var y) -> x.register() == y.register() ? binary(f, x.register())
                    : Optional.of(AGREE);
            case Expression.Fma(var x, var y, var z) ->
                    rule(x.register().isFloat() && x.register() == y.register()
                    && x.register() == z.register(),
                    "the operands are floats of one register");
            case Expression.Compare(_, var x, var y) ->
                    rule(x.register() != Register.BOOL && x.register() == y.register(),
                    "the operands are numbers of one register");
            case Expression.Select(var p, var x, var y) ->
                    rule(p.register() == Register.BOOL && x.register() == y.register(),
                    "what decides is a truth value, and what it decides between are of one register");
            case Expression.Convert(var register, var x) ->
                    rule(register != x.register(), "the result is in another register");
            case Expression.Reinterpret(var register, var x) ->
                    rule(register != x.register() && register.bytes() == x.register().bytes(),
                    "the result is in another register of the same width");
            case Expression.Beyond(_, var x, var bound, var usual) ->
                    rule(x.register().isFloat() && x.register() == usual.register() && bound > 0,
                    "the operands are floats of one register, and the bound is above 0");
        };
    }

    private static Optional<String> unary(Unary.Function f, Register x) {
        return switch (f) {
            case NEG, ABS -> number(x);
            case SQRT -> rule(x.isFloat(), "the operand is a float");
            case NOT -> bits(x);
            case POPCNT, CLZ -> integer(x);
        };
    }

    private static Optional<String> binary(Binary.Function f, Register x) {
        return switch (f) {
            case ADD, SUB, MUL, DIV, REM, MIN, MAX -> number(x);
            case AND, OR, XOR -> bits(x);
            case SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED -> integer(x);
        };
    }

    private static Optional<String> number(Register x) {
        return rule(x != Register.BOOL, "operands are numbers");
    }

    private static Optional<String> integer(Register x) {
        return rule(x.isInteger(), "operands are integers");
    }

    private static Optional<String> bits(Register x) {
        return rule(!x.isFloat(), "operands are integers or truth values");
    }

    private static Optional<String> rule(boolean holds, String rule) {
        return holds ? Optional.empty() : Optional.of(rule);
    }
}
