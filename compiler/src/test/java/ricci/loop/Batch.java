package ricci.loop;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * A formula of the loop IR, worked out for many arguments at once: each expression becomes an array of raw
 * bits. It has the operations that AVX2 has in each lane and no others.
 */
final class Batch {
    private final List<Variable.Local> arguments;
    private final List<Statement> statements;
    private final Expression result;

    /** How a formula is written into a block. */
    interface Formula {
        Expression of(Block block, Expression[] arguments);
    }

    Batch(Register register, int arity, Formula formula) {
        Block block = Block.kernel();
        arguments = IntStream.range(0, arity).mapToObj(_ -> block.local(register)).toList();
        result = formula.of(block, arguments.stream().map(Expression.Read::new).toArray(Expression[]::new));
        statements = block.statements();
    }

    /** Nodes that compute something: bits that are only seen in another register cost nothing. */
    long operations() {
        return statements.stream().map(s -> ((Statement.Let) s).value())
                .filter(e -> !(e instanceof Expression.Reinterpret)).count();
    }

    Register register() {
        return result.register();
    }

    float[] ofFloats(float[]... x) {
        long[][] bits = new long[x.length][x[0].length];
        for (int a = 0; a < x.length; a++) {
            for (int i = 0; i < x[a].length; i++) {
                bits[a][i] = Float.floatToRawIntBits(x[a][i]);
            }
        }
        long[] y = of(bits);
        float[] floats = new float[y.length];
        for (int i = 0; i < y.length; i++) {
            floats[i] = Float.intBitsToFloat((int) y[i]);
        }
        return floats;
    }

    double[] ofDoubles(double[]... x) {
        long[][] bits = new long[x.length][x[0].length];
        for (int a = 0; a < x.length; a++) {
            for (int i = 0; i < x[a].length; i++) {
                bits[a][i] = Double.doubleToRawLongBits(x[a][i]);
            }
        }
        return Arrays.stream(of(bits)).mapToDouble(Double::longBitsToDouble).toArray();
    }

    /** In chunks that stay in the cache. */
    long[] of(long[]... x) {
        int count = x[0].length;
        long[] y = new long[count];
        int chunk = 512;
        for (int from = 0; from < count; from += chunk) {
            int length = Math.min(chunk, count - from);
            Map<Integer, long[]> locals = new HashMap<>();
            for (int a = 0; a < x.length; a++) {
                locals.put(arguments.get(a).id(), Arrays.copyOfRange(x[a], from, from + length));
            }
            for (Statement statement : statements) {
                var let = (Statement.Let) statement;
                locals.put(let.local().id(), evaluate(let.value(), locals, length));
            }
            System.arraycopy(evaluate(result, locals, length), 0, y, from, length);
        }
        return y;
    }

    private static long[] evaluate(Expression e, Map<Integer, long[]> locals, int count) {
        return switch (e) {
            case Expression.Constant(_, var bits) -> fill(count, _ -> bits);
            case Expression.Read(var local) -> Objects.requireNonNull(locals.get(local.id()));
            case Expression.Load _, Expression.Index _ -> throw new AssertionError("memory in a formula");
            case Expression.Unary(var f, var part) ->
                    unary(f, part.register(), evaluate(part, locals, count));
            case Expression.Binary(var f, var l, var r) ->
                    binary(f, l.register(), evaluate(l, locals, count), evaluate(r, locals, count));
            case Expression.Fma(var l, var r, var s) -> fma(l.register(), evaluate(l, locals, count),
                    evaluate(r, locals, count), evaluate(s, locals, count));
            case Expression.Compare(var relation, var l, var r) ->
                    compare(relation, l.register(), evaluate(l, locals, count), evaluate(r, locals, count));
            case Expression.Select(var p, var l, var r) -> {
                long[] x = evaluate(l, locals, count);
                long[] y = evaluate(r, locals, count);
                long[] q = evaluate(p, locals, count);
                yield fill(count, i -> q[i] != 0 ? x[i] : y[i]);
            }
            case Expression.Convert _ -> throw new AssertionError("AVX2 has no conversion from or to i64");
            case Expression.Reinterpret(var _, var part) -> evaluate(part, locals, count);
            case Expression.Beyond(var f, var part, var bound, var usual) -> {
                long[] x = evaluate(part, locals, count);
                long[] y = evaluate(usual, locals, count);
                yield fill(count, i -> Arithmetic.beyond(f, part.register(), x[i], bound, y[i]));
            }
        };
    }

    private static long[] unary(Expression.Unary.Function f, Register register, long[] x) {
        return switch (register) {
            case F32 -> fill(x.length, switch (f) {
                case NEG -> i -> bits(-single(x[i]));
                case ABS -> i -> bits(Math.abs(single(x[i])));
                case SQRT -> i -> bits((float) Math.sqrt(single(x[i])));
                case NOT, POPCNT, CLZ -> throw new AssertionError(f);
            });
            case F64 -> fill(x.length, switch (f) {
                case NEG -> i -> bits(-wide(x[i]));
                case ABS -> i -> bits(Math.abs(wide(x[i])));
                case SQRT -> i -> bits(Math.sqrt(wide(x[i])));
                case NOT, POPCNT, CLZ -> throw new AssertionError(f);
            });
            case BOOL -> fill(x.length, i -> 1 - x[i]);
            case I32, I64 -> throw new AssertionError(f);
        };
    }

    private static long[] binary(Expression.Binary.Function f, Register register, long[] x, long[] y) {
        return fill(x.length, switch (register) {
            case F32 -> singles(f, x, y);
            case F64 -> doubles(f, x, y);
            case I32 -> integers(f, x, y);
            case I64 -> longs(f, x, y);
            case BOOL -> longs(f, x, y);
        });
    }

    private static IntToLongFunction singles(Expression.Binary.Function f, long[] x, long[] y) {
        return switch (f) {
            case ADD -> i -> bits(single(x[i]) + single(y[i]));
            case SUB -> i -> bits(single(x[i]) - single(y[i]));
            case MUL -> i -> bits(single(x[i]) * single(y[i]));
            case DIV -> i -> bits(single(x[i]) / single(y[i]));
            case MIN -> i -> bits(Math.min(single(x[i]), single(y[i])));
            case MAX -> i -> bits(Math.max(single(x[i]), single(y[i])));
            case REM, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED ->
                    throw new AssertionError(f);
        };
    }

    private static IntToLongFunction doubles(Expression.Binary.Function f, long[] x, long[] y) {
        return switch (f) {
            case ADD -> i -> bits(wide(x[i]) + wide(y[i]));
            case SUB -> i -> bits(wide(x[i]) - wide(y[i]));
            case MUL -> i -> bits(wide(x[i]) * wide(y[i]));
            case DIV -> i -> bits(wide(x[i]) / wide(y[i]));
            case MIN -> i -> bits(Math.min(wide(x[i]), wide(y[i])));
            case MAX -> i -> bits(Math.max(wide(x[i]), wide(y[i])));
            case REM, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED ->
                    throw new AssertionError(f);
        };
    }

    private static IntToLongFunction integers(Expression.Binary.Function f, long[] x, long[] y) {
        return switch (f) {
            case ADD -> i -> (int) (x[i] + y[i]);
            case SUB -> i -> (int) (x[i] - y[i]);
            case MUL -> i -> (int) (x[i] * y[i]);
            case AND -> i -> x[i] & y[i];
            case OR -> i -> x[i] | y[i];
            case XOR -> i -> x[i] ^ y[i];
            case SHIFT_LEFT -> i -> (int) x[i] << y[i];
            case SHIFT_RIGHT -> i -> (int) x[i] >>> y[i];
            case SHIFT_RIGHT_SIGNED -> i -> (int) x[i] >> y[i];
            case MIN -> i -> Math.min((int) x[i], (int) y[i]);
            case MAX -> i -> Math.max((int) x[i], (int) y[i]);
            case DIV, REM -> throw new AssertionError(f);
        };
    }

    /** What AVX2 has; also of truth values. */
    private static IntToLongFunction longs(Expression.Binary.Function f, long[] x, long[] y) {
        return switch (f) {
            case ADD -> i -> x[i] + y[i];
            case SUB -> i -> x[i] - y[i];
            case AND -> i -> x[i] & y[i];
            case OR -> i -> x[i] | y[i];
            case XOR -> i -> x[i] ^ y[i];
            case SHIFT_LEFT -> i -> x[i] << y[i];
            case SHIFT_RIGHT -> i -> x[i] >>> y[i];
            case MUL, DIV, REM, MIN, MAX, SHIFT_RIGHT_SIGNED -> throw new AssertionError(f);
        };
    }

    private static long[] fma(Register register, long[] x, long[] y, long[] z) {
        return switch (register) {
            case F32 -> fill(x.length, i -> bits(Math.fma(single(x[i]), single(y[i]), single(z[i]))));
            case F64 -> fill(x.length, i -> bits(Math.fma(wide(x[i]), wide(y[i]), wide(z[i]))));
            case I32, I64, BOOL -> throw new AssertionError(register);
        };
    }

    private static long[] compare(Expression.Compare.Relation relation, Register register, long[] x,
            long[] y) {
        return switch (register) {
            case F32 -> fill(x.length, i -> holds(relation, single(x[i]), single(y[i])));
            case F64 -> fill(x.length, i -> holds(relation, wide(x[i]), wide(y[i])));
            case I32, I64 -> fill(x.length, switch (relation) {
                case EQ -> i -> x[i] == y[i] ? 1 : 0;
                case NE -> i -> x[i] != y[i] ? 1 : 0;
                case LT -> i -> x[i] < y[i] ? 1 : 0;
                case LE -> i -> x[i] <= y[i] ? 1 : 0;
            });
            case BOOL -> throw new AssertionError(relation);
        };
    }

    private static long holds(Expression.Compare.Relation relation, double x, double y) {
        return switch (relation) {
            case EQ -> x == y;
            case NE -> x != y;
            case LT -> x < y;
            case LE -> x <= y;
        } ? 1 : 0;
    }

    private static long[] fill(int count, IntToLongFunction f) {
        long[] z = new long[count];
        for (int i = 0; i < count; i++) {
            z[i] = f.applyAsLong(i);
        }
        return z;
    }

    private static float single(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    private static double wide(long bits) {
        return Double.longBitsToDouble(bits);
    }

    private static long bits(float x) {
        return Float.floatToRawIntBits(x);
    }

    private static long bits(double x) {
        return Double.doubleToRawLongBits(x);
    }
}
