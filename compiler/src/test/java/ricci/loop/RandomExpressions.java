package ricci.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ricci.loop.Expression.Beyond;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Fma;
import ricci.loop.Expression.Index;
import ricci.loop.Expression.Load;
import ricci.loop.Expression.Read;
import ricci.loop.Expression.Reinterpret;
import ricci.loop.Expression.Select;
import ricci.loop.Expression.Unary;
import ricci.loop.Variable.Local;

/** Well-typed expressions of a random kernel, over all functions, from constants, memory and locals. */
final class RandomExpressions {
    private static final List<Binary.Function> OF_NUMBERS = List.of(Binary.Function.ADD,
            Binary.Function.SUB, Binary.Function.MUL, Binary.Function.DIV, Binary.Function.REM,
            Binary.Function.MIN, Binary.Function.MAX);
    private static final List<Binary.Function> OF_BITS = List.of(Binary.Function.AND, Binary.Function.OR,
            Binary.Function.XOR);

    private final Random random;
    private final RandomPlaces places;
    /** What may be read here, the innermost body's last. */
    private final List<Local> pool = new ArrayList<>();
    /** Locals that differ between the lanes of the vector loop around. */
    private final Set<Local> varying = new HashSet<>();
    private final Map<Local, Long> tops = new HashMap<>();

    RandomExpressions(Random random, RandomPlaces places) {
        this.random = random;
        this.places = places;
    }

    /** How many locals may be read; all defined since are forgotten by {@link #forget}. */
    int mark() {
        return pool.size();
    }

    void forget(int mark) {
        pool.subList(mark, pool.size()).clear();
    }

    void define(Local local, boolean varies) {
        pool.add(local);
        if (varies) {
            varying.add(local);
        }
    }

    /** Names a value. */
    Expression let(Block block, Expression value, boolean varies) {
        Expression name = block.let(value);
        if (name instanceof Read(var local) && !pool.contains(local)) {
            define(local, varies);
        }
        return name;
    }

    /** Names an index that is clamped, by which memory may be read. */
    void clamp(Block block) {
        long top = random.nextInt(6);
        Expression low = Constant.of(0L);
        Expression high = random.nextBoolean() ? Constant.of(top)
                : new Index(new Place(places.size(top), List.of()));
        Expression x = new Binary(Binary.Function.MAX, draw(Register.I64, 2, true), low);
        if (let(block, new Binary(Binary.Function.MIN, x, high), false) instanceof Read(var local)) {
            tops.put(local, top);
        }
    }

    Expression load(Storage storage, boolean uniform) {
        List<Local> factors = pool.stream().filter(l -> tops.containsKey(l) && !varying.contains(l)).toList();
        Local factor = factors.isEmpty() || random.nextInt(3) == 0 ? null : one(factors);
        return new Load(places.read(storage, uniform, clamped(factor)));
    }

    private RandomPlaces.@Nullable Clamped clamped(@Nullable Local factor) {
        Long top = factor == null ? null : tops.get(factor);
        return factor == null || top == null ? null : new RandomPlaces.Clamped(factor, top);
    }

    Register register() {
        return one(Register.values());
    }

    /** How an element that is computed in a register may lie in memory. */
    Storage storage(Register register) {
        return one(Arrays.stream(Storage.values()).filter(s -> s.register() == register).toList());
    }

    /** A value of a register; {@code uniform} if it is the same in all lanes. */
    Expression draw(Register register, int depth, boolean uniform) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return leaf(register, uniform);
        }
        int d = depth - 1;
        return switch (register) {
            case F32, F64 -> ofFloat(register, d, uniform);
            case I32, I64 -> ofInteger(register, d, uniform);
            case BOOL -> ofTruth(d, uniform);
        };
    }

    private Expression ofFloat(Register r, int d, boolean uniform) {
        Expression x = draw(r, d, uniform);
        return switch (random.nextInt(12)) {
            case 0 -> new Unary(one(List.of(Unary.Function.NEG, Unary.Function.ABS,
                    Unary.Function.SQRT)), x);
            case 1, 2, 3, 4, 5 -> new Binary(one(OF_NUMBERS), x, draw(r, d, uniform));
            case 6 -> new Fma(x, draw(r, d, uniform), draw(r, d, uniform));
            case 7 -> new Select(draw(Register.BOOL, d, uniform), x, draw(r, d, uniform));
            case 8 -> new Reinterpret(r, draw(r == Register.F32 ? Register.I32 : Register.I64, d, uniform));
            case 9 -> new Beyond(one(Beyond.Function.values()), x, one(List.of(0.5, 2.0, 1e9)),
                    draw(r, d, uniform));
            default -> convert(r, d, uniform);
        };
    }

    private Expression ofInteger(Register r, int d, boolean uniform) {
        Expression x = draw(r, d, uniform);
        Expression one = new Constant(r, 1);
        return switch (random.nextInt(14)) {
            case 0, 1 -> new Unary(one(List.of(Unary.Function.NEG, Unary.Function.ABS, Unary.Function.NOT,
                    Unary.Function.POPCNT, Unary.Function.CLZ)), x);
            case 2 -> new Binary(one(List.of(Binary.Function.DIV, Binary.Function.REM)), x,
                    new Binary(Binary.Function.OR, draw(r, d, uniform), one));
            case 3, 4, 5 -> new Binary(one(List.of(Binary.Function.ADD, Binary.Function.SUB,
                    Binary.Function.MUL, Binary.Function.MIN, Binary.Function.MAX)), x, draw(r, d, uniform));
            case 6, 7 -> new Binary(one(OF_BITS), x, draw(r, d, uniform));
            case 8, 9 -> new Binary(one(List.of(Binary.Function.SHIFT_LEFT, Binary.Function.SHIFT_RIGHT,
                    Binary.Function.SHIFT_RIGHT_SIGNED)), x, draw(r, d, uniform));
            case 10 -> new Select(draw(Register.BOOL, d, uniform), x, draw(r, d, uniform));
            case 11 -> bits(r, draw(r == Register.I32 ? Register.F32 : Register.F64, d, uniform));
            default -> convert(r, d, uniform);
        };
    }

    private Expression ofTruth(int d, boolean uniform) {
        Register r = one(List.of(Register.F32, Register.F64, Register.I32, Register.I64));
        return switch (random.nextInt(8)) {
            case 0 -> new Unary(Unary.Function.NOT, draw(Register.BOOL, d, uniform));
            case 1 -> new Binary(one(OF_BITS), draw(Register.BOOL, d, uniform),
                    draw(Register.BOOL, d, uniform));
            case 2 -> new Select(draw(Register.BOOL, d, uniform), draw(Register.BOOL, d, uniform),
                    draw(Register.BOOL, d, uniform));
            case 3 -> convert(Register.BOOL, d, uniform);
            default -> new Compare(one(Compare.Relation.values()), draw(r, d, uniform), draw(r, d, uniform));
        };
    }

    private Expression convert(Register to, int d, boolean uniform) {
        return new Convert(to, draw(one(Arrays.stream(Register.values()).filter(r -> r != to).toList()), d,
                uniform));
    }

    /** The bits of a float; of what is no number they differ between machines, so it becomes 0. */
    private static Expression bits(Register register, Expression x) {
        return new Reinterpret(register, new Select(new Compare(Compare.Relation.EQ, x, x), x,
                Constant.of(x.register(), 0)));
    }

    /** An integer from 0 to 7 in a register of numbers: sums of such are exact in any order. */
    Expression small(Register register, boolean uniform) {
        Expression x = new Binary(Binary.Function.AND, draw(Register.I32, 1, uniform), Constant.of(7));
        return register == Register.I32 ? x : new Convert(register, x);
    }

    private Expression leaf(Register register, boolean uniform) {
        List<Local> known = pool.stream()
                .filter(l -> l.register() == register && !(uniform && varying.contains(l))).toList();
        return switch (random.nextInt(8)) {
            case 0, 1 -> constant(register);
            case 2 -> register == Register.I64 ? new Index(places.index(uniform))
                    : load(storage(register), uniform);
            case 3 -> load(storage(register), uniform);
            case 4 -> known.isEmpty() ? load(storage(register), uniform) : new Read(one(known));
            // The newest depend on most of the others.
            default -> known.isEmpty() ? load(storage(register), uniform) : new Read(known.getLast());
        };
    }

    Expression constant(Register register) {
        return switch (register) {
            case F32 -> Constant.of(one(List.of(0f, -0f, 1f, -1.5f, 0.1f, 3f, 1e10f, 1e-40f, 3e38f,
                    Float.POSITIVE_INFINITY, Float.NaN, (float) random.nextGaussian())));
            case F64 -> Constant.of(one(List.of(0d, -0d, 1d, -1.5, 0.1, 3d, 1e10, Double.MIN_VALUE, 1e308,
                    Double.NEGATIVE_INFINITY, Double.NaN, random.nextGaussian())));
            case I32 -> Constant.of(one(List.of(0, 1, -1, 7, 31, Integer.MIN_VALUE, Integer.MAX_VALUE,
                    random.nextInt())));
            case I64 -> Constant.of(one(List.of(0L, 1L, -1L, 7L, 63L, Long.MIN_VALUE, Long.MAX_VALUE,
                    random.nextLong())));
            case BOOL -> Constant.of(random.nextBoolean());
        };
    }

    <E> E one(List<E> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    <E> E one(E[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
