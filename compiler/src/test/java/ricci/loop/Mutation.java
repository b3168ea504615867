package ricci.loop;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Index;
import ricci.loop.Expression.Read;
import ricci.loop.Expression.Unary;
import ricci.loop.Place.Term;
import ricci.loop.Statement.Fold;
import ricci.loop.Statement.Let;
import ricci.loop.Statement.Loop;
import ricci.loop.Statement.Loop.Kind;
import ricci.loop.Statement.Store;
import ricci.loop.Variable.Counter;
import ricci.loop.Variable.Local;

/** What makes a well-formed kernel break a rule, at a place that is drawn. */
enum Mutation {
    NO_DEFINITION("is defined before it is used") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            Set<Local> used = new HashSet<>();
            Rewriting.none().expressions(e -> {
                if (e instanceof Read(var local)) {
                    used.add(local);
                }
                return e;
            }).of(kernel);
            return statement(kernel, random, s -> s instanceof Let(var local, _) && used.contains(local),
                    _ -> List.of());
        }
    },
    DEFINED_TWICE("is defined once") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return statement(kernel, random, s -> s instanceof Let, s -> List.of(s, s));
        }
    },
    COUNTER_TWICE("counts one loop only") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return inner(kernel, random, _ -> true, loop -> List.of(loop, loop));
        }
    },
    COUNTER_OUTSIDE("is used inside of its loop only") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return inner(kernel, random, _ -> true, loop -> List.of(loop,
                    new Let(NEW, new Index(Kernels.at(loop.counter())))));
        }
    },
    LOCAL_OUTSIDE("is defined before it is used") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return inner(kernel, random, loop -> loop.body().stream().anyMatch(s -> s instanceof Let),
                    loop -> List.of(loop, loop.body().stream().filter(s -> s instanceof Let)
                    .map(s -> ((Let) s).local()).map(l -> new Let(new Local(NEW.id(), l.register()),
                    new Read(l))).findFirst().orElseThrow()));
        }
    },
    ACCUMULATOR_IN_BODY("is defined before it is used") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return inner(kernel, random, loop -> loop.folds().stream().anyMatch(f -> f.merge() != null),
                    loop -> List.of(beginning(loop, loop.folds().stream().filter(f -> f.merge() != null)
                    .map(Fold::accumulator).map(a -> new Let(new Local(NEW.id(), a.register()),
                    new Read(a))).findFirst().orElseThrow())));
        }
    },
    NO_BUFFER("is none of them") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return access(kernel, random, a -> new Access(kernel.buffers(), a.storage(), a.place()));
        }
    },
    NO_SIZE("is none of them") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return place(kernel, random, p -> new Place(new Size.Argument(kernel.sizes()), p.terms()));
        }
    },
    NEGATIVE_EXTENT("an extent is not negative") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return statement(kernel, random, s -> s instanceof Loop, s -> s instanceof Loop loop
                    ? List.of(new Loop(loop.counter(), new Size.Fixed(-1), loop.kind(), loop.body(),
                    loop.folds())) : List.of(s));
        }
    },
    UNKNOWN_FACTOR("is used inside of its loop only") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return place(kernel, random, p -> with(p, new Counter(NEW.id())));
        }
    },
    FACTOR_TWICE("the factors of a place differ") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            Counter counter = kernel.loop().counter();
            return place(kernel, random, p -> with(with(p, counter), counter));
        }
    },
    FACTOR_NOT_I64("is an i64") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return statement(kernel, random,
                    s -> s instanceof Let(var local, _) && local.register() != Register.I64,
                    s -> s instanceof Let(var local, _)
                            ? List.of(s, new Let(NEW, new Index(Kernels.at(local)))) : List.of(s));
        }
    },
    FACTOR_VARIES("is the same in all lanes of a vector") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            Local other = new Local(NEW.id() + 1, Register.I64);
            return loop(kernel, random, Loop::isVector, loop -> List.of(beginning(loop,
                    new Let(NEW, new Index(Kernels.at(loop.counter()))),
                    new Let(other, new Index(Kernels.at(NEW))))));
        }
    },
    OPERANDS_DIFFER("of one register") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return expression(kernel, random, e -> e instanceof Binary, e -> e instanceof Binary(var f, var x,
                    var y) ? new Binary(f, x, another(y)) : e);
        }
    },
    CONVERTED_TO_ITSELF("the result is in another register") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return expression(kernel, random, _ -> true, e -> new Convert(e.register(), e));
        }
    },
    NOT_OF_ITS_REGISTER("operands are ") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return expression(kernel, random, e -> e.register() != Register.I32,
                    e -> switch (e.register()) {
                        case F32, F64 -> new Binary(Binary.Function.SHIFT_LEFT, e, e);
                        case I32, I64 -> new Unary(Unary.Function.POPCNT, another(e));
                        case BOOL -> new Binary(Binary.Function.ADD, e, e);
                    });
        }
    },
    BITS_TOO_MANY("has the bits of its register") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return expression(kernel, random, e -> e instanceof Constant && e.register().bytes() < 8,
                    e -> new Constant(e.register(), 0x1234_0000_0000_0000L));
        }
    },
    LET_OF_ANOTHER_REGISTER("is of the register of its value") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return statement(kernel, random, s -> s instanceof Let,
                    s -> s instanceof Let(var local, var value) ? List.of(new Let(local, another(value)))
                            : List.of(s));
        }
    },
    STORE_OF_ANOTHER_REGISTER("is computed in") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return statement(kernel, random, s -> s instanceof Store,
                    s -> s instanceof Store(var to, var value) ? List.of(new Store(to, another(value)))
                            : List.of(s));
        }
    },
    STORE_DOES_NOT_MOVE("moves with its counter") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return loop(kernel, random, loop -> loop.isVector() && !loop.extent().is(1)
                    && loop.body().stream().anyMatch(s -> s instanceof Store), loop -> List.of(
                    new Loop(loop.counter(), loop.extent(), loop.kind(), loop.body().stream()
                    .map(s -> s instanceof Store(var to, var value) ? new Store(new Access(to.buffer(),
                    to.storage(), new Place(Size.of(0), List.of())), value) : s).toList(), loop.folds())));
        }
    },
    OUTERMOST_FOLDS("the outermost loop has no folds") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            Loop loop = kernel.loop();
            return Optional.of(new Kernel(kernel.name(), kernel.buffers(), kernel.sizes(), new Loop(
                    loop.counter(), loop.extent(), loop.kind(), loop.body(),
                    List.of(new Fold(NEW, Constant.of(0L), new Read(NEW), Fold.Merge.ADD)))));
        }
    },
    VECTOR_IN_VECTOR("no vector loop inside of a vector loop") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            Loop empty = new Loop(new Counter(NEW.id()), Size.of(1), Kind.VECTOR, List.of(), List.of());
            return loop(kernel, random, Loop::isVector, loop -> List.of(beginning(loop, empty)));
        }
    },
    VECTOR_FOLD_IN_ORDER("the folds of a vector loop merge") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return inner(kernel, random, loop -> loop.isVector() && !loop.folds().isEmpty(),
                    loop -> List.of(new Loop(loop.counter(), loop.extent(), loop.kind(), loop.body(),
                    loop.folds().stream().map(f -> new Fold(f.accumulator(), f.first(), f.next(), null))
                    .toList())));
        }
    },
    FOLD_OF_ANOTHER_REGISTER("are of its accumulator's register") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return fold(kernel, random, f -> true, f -> random.nextBoolean()
                    ? new Fold(f.accumulator(), another(f.first()), f.next(), f.merge())
                    : new Fold(f.accumulator(), f.first(), another(f.next()), f.merge()));
        }
    },
    FOLD_NOT_NEUTRAL("the constant that is neutral") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return fold(kernel, random, f -> f.merge() == Fold.Merge.ADD || f.merge() == Fold.Merge.MUL,
                    f -> new Fold(f.accumulator(), Constant.of(f.accumulator().register(), 2), f.next(),
                    f.merge()));
        }
    },
    FOLD_JOINS_ITSELF("with what does not depend on it") {
        @Override
        Optional<Kernel> of(Kernel kernel, Random random) {
            return fold(kernel, random, f -> f.merge() != null, f -> new Fold(f.accumulator(), f.first(),
                    new Binary(Binary.Function.valueOf(String.valueOf(f.merge())), f.next(),
                    new Read(f.accumulator())), f.merge()));
        }
    };

    private static final Local NEW = new Local(9999, Register.I64);

    private final String rule;

    Mutation(String rule) {
        this.rule = rule;
    }

    /** What the error says. */
    String rule() {
        return rule;
    }

    /** The kernel, broken; none if nothing of it can be broken so. */
    abstract Optional<Kernel> of(Kernel kernel, Random random);

    private static Expression another(Expression e) {
        return new Convert(e.register() == Register.F32 ? Register.F64 : Register.F32, e);
    }

    private static Place with(Place place, Variable factor) {
        List<Term> terms = new ArrayList<>(place.terms());
        terms.add(new Term(Size.of(1), factor));
        return new Place(place.offset(), terms);
    }

    private static Loop beginning(Loop loop, Statement... first) {
        List<Statement> body = new ArrayList<>(List.of(first));
        body.addAll(loop.body());
        return new Loop(loop.counter(), loop.extent(), loop.kind(), body, loop.folds());
    }

    // ---- one place of a kernel ----

    /** Whether it is the turn of this one, of those that are asked about; how many have been. */
    private static final class Chosen {
        private final int which;
        private int seen;

        Chosen(int which) {
            this.which = which;
        }

        boolean isNext() {
            return seen++ == which;
        }
    }

    /** A rewriting of one of the places that another, which changes none, counts. */
    private static Optional<Kernel> one(Kernel kernel, Random random,
            Function<Chosen, Rewriting> rewriting) {
        Chosen none = new Chosen(-1);
        rewriting.apply(none).of(kernel);
        return none.seen == 0 ? Optional.empty()
                : Optional.of(rewriting.apply(new Chosen(random.nextInt(none.seen))).of(kernel));
    }

    private static Optional<Kernel> statement(Kernel kernel, Random random, Predicate<Statement> where,
            Function<Statement, List<Statement>> f) {
        return one(kernel, random, chosen -> Rewriting.none().statements(
                s -> where.test(s) && chosen.isNext() ? f.apply(s) : List.of(s)));
    }

    private static Optional<Kernel> loop(Kernel kernel, Random random, Predicate<Loop> where,
            Function<Loop, List<Statement>> f) {
        return one(kernel, random, chosen -> Rewriting.none().statements(
                s -> s instanceof Loop l && where.test(l) && chosen.isNext() ? f.apply(l) : List.of(s)));
    }

    /** One of the loops that are not the outermost. */
    private static Optional<Kernel> inner(Kernel kernel, Random random, Predicate<Loop> where,
            Function<Loop, List<Statement>> f) {
        return loop(kernel, random, l -> !l.counter().equals(kernel.loop().counter()) && where.test(l), f);
    }

    private static Optional<Kernel> expression(Kernel kernel, Random random, Predicate<Expression> where,
            UnaryOperator<Expression> f) {
        return one(kernel, random, chosen -> Rewriting.none().expressions(
                e -> where.test(e) && chosen.isNext() ? f.apply(e) : e));
    }

    private static Optional<Kernel> access(Kernel kernel, Random random, UnaryOperator<Access> f) {
        return one(kernel, random, chosen -> Rewriting.none().accesses(
                a -> chosen.isNext() ? f.apply(a) : a));
    }

    private static Optional<Kernel> place(Kernel kernel, Random random, UnaryOperator<Place> f) {
        return one(kernel, random, chosen -> Rewriting.none().places(p -> chosen.isNext() ? f.apply(p) : p));
    }

    private static Optional<Kernel> fold(Kernel kernel, Random random, Predicate<Fold> where,
            UnaryOperator<Fold> f) {
        return one(kernel, random, chosen -> Rewriting.none().folds(
                fold -> where.test(fold) && chosen.isNext() ? f.apply(fold) : fold));
    }
}
