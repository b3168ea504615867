package ricci.jvm;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ricci.loop.Access;
import ricci.loop.Expression;
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
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Storage;
import ricci.loop.Variable;

/**
 * How a vector loop is divided into lanes: how many there are, which is as many as a vector holds of the
 * widest values, and which locals differ from lane to lane.
 *
 * @param count the lanes; 1 if the machine has no instructions for something in the loop, which then runs
 *     element by element
 * @param varying the locals that differ from lane to lane
 * @param carried those of them that are accumulators
 * @param loaded those of them that are loaded, and nothing else
 * @param mask the register whose comparisons the masks come from mostly
 * @param hasMaskedAccess whether some lanes only can be loaded and stored
 */
record Lanes(int count, Set<Variable.Local> varying, Set<Variable.Local> carried,
        Set<Variable.Local> loaded, Register mask, boolean hasMaskedAccess) {
    /** No vectors. */
    static final Lanes NONE = new Lanes(1, Set.of(), Set.of(), Set.of(), Register.I32, false);

    static Lanes of(Statement.Loop loop, Machine machine) {
        Survey survey = new Survey(loop.counter());
        survey.loop(loop);
        int count = machine.vectorBits() / 8 / Math.max(survey.widest, 4);
        Register mask = survey.widest == 8
                ? survey.hasFloats ? Register.F64 : Register.I64
                : survey.hasFloats ? Register.F32 : Register.I32;
        boolean isPossible = count > 1 && survey.isPossible
                && survey.storages.stream().allMatch(s -> s.bytes() * count >= 8)
                && survey.expressions.stream().allMatch(e -> isSupported(e, machine));
        boolean hasMaskedAccess = machine.vectorBits() >= 512
                || survey.storages.stream().allMatch(s -> s.bytes() >= 4);
        return new Lanes(isPossible ? count : 1, survey.varying, survey.carried, survey.loaded, mask,
                hasMaskedAccess);
    }

    boolean isVarying(Expression e, Variable.Counter counter) {
        return isVarying(e, counter, varying);
    }

    private static boolean isVarying(Expression e, Variable.Counter counter, Set<Variable.Local> varying) {
        return switch (e) {
            case Read(var local) -> varying.contains(local);
            case Load(Access(_, _, var place)) -> isVarying(place, counter, varying);
            case Index(var place) -> isVarying(place, counter, varying);
            case Constant _, Unary _, Binary _, Fma _, Compare _, Select _, Convert _, Reinterpret _,
                 Beyond _ ->
                    e.parts().stream().anyMatch(part -> isVarying(part, counter, varying));
        };
    }

    private static boolean isVarying(Place place, Variable.Counter counter, Set<Variable.Local> varying) {
        return place.terms().stream().anyMatch(t -> (t.factor().equals(counter) && !t.stride().is(0))
                || (t.factor() instanceof Variable.Local local && varying.contains(local)));
    }

    /** Whether there is an instruction for it; missing ones run a thousand times slower, not a few times. */
    private static boolean isSupported(Expression e, Machine machine) {
        return switch (e) {
            case Unary(var f, var x) -> switch (f) {
                case NEG, ABS -> x.register() != Register.I64 || f == Unary.Function.NEG;
                case SQRT, NOT -> true;
                case POPCNT, CLZ -> false;
            };
            case Binary(var f, var x, _) -> switch (f) {
                case ADD, SUB, AND, OR, XOR -> true;
                case MUL -> x.register() != Register.I64 || machine.convertsLongs();
                case DIV -> x.register().isFloat();
                case REM -> false;
                case MIN, MAX -> x.register() != Register.I64 || machine.vectorBits() >= 512;
                case SHIFT_LEFT, SHIFT_RIGHT -> true;
                case SHIFT_RIGHT_SIGNED -> x.register() == Register.I32 || machine.vectorBits() >= 512;
            };
            case Convert(var to, var x) -> machine.convertsLongs() || to == Register.BOOL
                    || x instanceof Index
                    || !((to == Register.I64 && x.register().isFloat())
                    || (x.register() == Register.I64 && to.isFloat()));
            case Index _ -> true;
            case Constant _, Read _, Load _, Fma _, Compare _, Select _, Reinterpret _, Beyond _ -> true;
        };
    }

    /** One walk over the loop, that collects what varies and what is needed for it. */
    private static final class Survey {
        private final Variable.Counter counter;
        private final Set<Variable.Local> varying = new HashSet<>();
        private final Set<Variable.Local> carried = new HashSet<>();
        private final Set<Variable.Local> loaded = new HashSet<>();
        private final Set<Storage> storages = new HashSet<>();
        private final Set<Expression> expressions = new HashSet<>();
        private int widest = 4;
        private boolean hasFloats;
        private boolean isPossible = true;

        Survey(Variable.Counter counter) {
            this.counter = counter;
        }

        void loop(Statement.Loop loop) {
            // What is folded differs from lane to lane, as each lane folds other turns or elements.
            loop.folds().forEach(fold -> carried.add(fold.accumulator()));
            varying.addAll(carried);
            body(loop.body());
            for (Statement.Fold fold : loop.folds()) {
                vector(fold.first());
                vector(fold.next());
                width(fold.accumulator().register());
                isPossible &= fold.merge() != null || !loop.counter().equals(counter);
            }
        }

        private void body(List<Statement> body) {
            for (Statement statement : body) {
                switch (statement) {
                    case Statement.Let(var to, var value) -> {
                        if (isVarying(value, counter, varying)) {
                            varying.add(to);
                            vector(value);
                            if (value instanceof Load) {
                                loaded.add(to);
                            }
                        }
                    }
                    case Statement.Store(var access, var value) -> {
                        access(access);
                        isPossible &= access.place().stride(counter).is(1);
                        vector(value);
                    }
                    case Statement.Loop inner -> loop(inner);
                }
            }
        }

        private void vector(Expression e) {
            width(e.register());
            if (!isVarying(e, counter, varying)) {
                return;
            }
            expressions.add(e);
            switch (e) {
                case Load(var access) -> access(access);
                case Index(var place) -> {
                    width(Register.I64);
                    isPossible &= hasNoLocals(place);
                }
                // The number of a lane is made as an i32 at once.
                case Convert(var to, Index(var place)) when to == Register.I32 ->
                        isPossible &= hasNoLocals(place);
                case Constant _, Read _, Unary _, Binary _, Fma _, Compare _, Select _, Convert _,
                     Reinterpret _, Beyond _ -> e.parts().forEach(this::vector);
            }
        }

        private static boolean hasNoLocals(Place place) {
            return place.terms().stream().noneMatch(t -> t.factor() instanceof Variable.Local);
        }

        private void access(Access access) {
            storages.add(access.storage());
            width(access.storage().register());
            Size stride = access.place().stride(counter);
            isPossible &= stride.is(1) && access.place().terms().stream()
                    .noneMatch(t -> t.factor() instanceof Variable.Local local && varying.contains(local));
        }

        private void width(Register register) {
            widest = Math.max(widest, register.bytes());
            hasFloats |= register.isFloat();
        }
    }
}
