package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import ricci.compiler.Butterfly.Pair;
import ricci.jvm.FourierLanes;
import ricci.loop.Access;
import ricci.loop.Block;
import ricci.loop.Expression;
import ricci.loop.Expression.Binary;
import ricci.loop.Expression.Compare;
import ricci.loop.Expression.Constant;
import ricci.loop.Expression.Convert;
import ricci.loop.Expression.Index;
import ricci.loop.Expression.Load;
import ricci.loop.Expression.Select;
import ricci.loop.Kernel;
import ricci.loop.Place;
import ricci.loop.Register;
import ricci.loop.Size;
import ricci.loop.Statement;
import ricci.loop.Statement.Loop;
import ricci.loop.Storage;
import ricci.loop.Variable;

/**
 * The loops of {@link FourierLanes}, in which each lane of a vector belongs to a transform of its own: so
 * nothing in a vector ever meets, and numbers are the same however wide vectors are. In a room, the real
 * parts of a place of all transforms lie next to each other, and after them the imaginary ones. Tensors have
 * the parts in turn; of which a lane takes those that a load and a choice find for it: the even lanes the
 * first half of the transforms, the odd ones the other.
 */
final class FourierKernels {
    private static final int LANES = FourierLanes.LANES;
    private static final long EACH = 2L * LANES;

    private static final int TURNS = 0;
    private static final int INNER = 1;
    private static final int FROM_APART = 2;
    private static final int FROM_STEP = 3;
    private static final int TO_APART = 4;
    private static final int TO_STEP = 5;
    private static final int SWAPPED = 6;
    private static final int COARSE_APART = 7;
    private static final int PASS_SIZES = 8;

    private final Block outermost = Block.kernel();
    private final Variable.Counter outer = outermost.counter();
    private final Variable.Counter inner = outermost.counter();
    private final Variable.Counter lane = outermost.counter();
    private final Block body = outermost.inner();
    private final Block lanes = body.inner();

    private FourierKernels() {}

    /**
     * Takes a factor out. Buffers: from where, to where, and what the results are multiplied by: roots for
     * each turn; or roots of all places and lanes, and one more for each place. Sizes: turns, transforms side
     * by side, from one element of the butterfly to the next and from turn to turn, both in what is read, the
     * same in what is written; 1 if real and imaginary parts are to be exchanged, and as many numbers as lie
     * between two elements' roots that are of all lanes.
     *
     * @param storage what is read are the parts of a tensor; if null, of a room
     */
    static Kernel pass(int factor, @org.jspecify.annotations.Nullable Storage storage,
            FourierLanes.Roots roots) {
        return new FourierKernels().written(factor, storage, roots);
    }

    private Kernel written(int factor, @org.jspecify.annotations.Nullable Storage storage,
            FourierLanes.Roots roots) {
        boolean hasInner = storage == null && roots == FourierLanes.Roots.OF_TURNS;
        Pair[] x = new Pair[factor];
        Variable.Local[] numbers = new Variable.Local[factor];
        Pair[] turnRoots = new Pair[factor];
        for (int j = 0; j < factor; j++) {
            numbers[j] = body.local(Register.I64);
            body.add(new Statement.Let(numbers[j], Constant.of((long) j)));
            if (j > 0 && roots == FourierLanes.Roots.OF_TURNS) {
                Place.Term turn = term(2L * (factor - 1), outer);
                turnRoots[j] = new Pair(body.let(load(2, 2L * (j - 1), turn)),
                        body.let(load(2, 2L * (j - 1) + 1, turn)));
            }
        }
        Variable.Local swapped = body.local(Register.I64);
        if (storage != null) {
            body.add(new Statement.Let(swapped, new Index(new Place(new Size.Argument(SWAPPED), List.of()))));
        }
        for (int j = 0; j < factor; j++) {
            List<Place.Term> terms = terms(FROM_APART, numbers[j], FROM_STEP, hasInner);
            x[j] = storage == null ? pair(0, terms) : parts(storage, terms, swapped);
        }
        Butterfly butterfly = new Butterfly(lanes);
        Pair[] y = butterfly.of(x);
        for (int k = 0; k < factor; k++) {
            List<Place.Term> terms = terms(TO_APART, numbers[k], TO_STEP, hasInner);
            Pair result = switch (roots) {
                case OF_TURNS -> k == 0 ? y[k] : butterfly.product(y[k], turnRoots[k]);
                case OF_PLACES -> {
                    List<Place.Term> coarse = List.of(term(2, outer),
                            new Place.Term(new Size.Argument(COARSE_APART), numbers[k]));
                    Pair common = new Pair(lanes.let(new Load(access(3, 0, coarse))),
                            lanes.let(new Load(access(3, 1, coarse))));
                    yield butterfly.product(y[k], butterfly.product(pair(2, terms), common));
                }
                case NONE -> y[k];
            };
            lanes.add(new Statement.Store(access(1, 0, terms), result.re()));
            lanes.add(new Statement.Store(access(1, LANES, terms), result.im()));
        }
        Loop each = new Loop(lane, Size.of(LANES), Loop.Kind.VECTOR, lanes.statements(), List.of());
        body.add(hasInner ? new Loop(inner, new Size.Argument(INNER), Loop.Kind.SERIAL, List.of(each),
                List.of()) : each);
        int buffers = switch (roots) {
            case NONE -> 2;
            case OF_TURNS -> 3;
            case OF_PLACES -> 4;
        };
        return new Kernel("fourier_" + factor, buffers, PASS_SIZES, new Loop(outer, new Size.Argument(TURNS),
                Loop.Kind.SERIAL, body.statements(), List.of()));
    }

    private List<Place.Term> terms(int apart, Variable.Local number, int step, boolean hasInner) {
        List<Place.Term> terms = new ArrayList<>(List.of(new Place.Term(new Size.Argument(step), outer),
                new Place.Term(new Size.Argument(apart), number)));
        if (hasInner) {
            terms.add(term(EACH, inner));
        }
        terms.add(term(1, lane));
        return terms;
    }

    private Pair pair(int buffer, List<Place.Term> terms) {
        return new Pair(lanes.let(new Load(access(buffer, 0, terms))),
                lanes.let(new Load(access(buffer, LANES, terms))));
    }

    /** Of numbers whose parts lie in turn. */
    private Pair parts(Storage storage, List<Place.Term> terms, Variable.Local swapped) {
        List<Place.Term> real = new ArrayList<>(terms);
        real.add(term(1, swapped));
        List<Place.Term> imaginary = new ArrayList<>(terms);
        imaginary.add(term(-1, swapped));
        return new Pair(chosen(part(storage, LANES - 1, real), part(storage, 0, real)),
                chosen(part(storage, LANES, imaginary), part(storage, 1, imaginary)));
    }

    private Expression part(Storage storage, long offset, List<Place.Term> terms) {
        Expression x = lanes.let(new Load(new Access(0, storage, new Place(Size.of(offset), terms))));
        return storage == Storage.F64 ? x : lanes.let(new Convert(Register.F64, x));
    }

    /** One in the odd lanes, another in the even ones. */
    private Expression chosen(Expression odd, Expression even) {
        Expression number = new Index(new Place(Size.of(0), List.of(term(1, lane))));
        Expression isOdd = new Compare(Compare.Relation.NE,
                new Binary(Binary.Function.AND, number, Constant.of(1L)), Constant.of(0L));
        return lanes.let(new Select(isOdd, odd, even));
    }

    /**
     * Writes numbers of a room to a tensor, with the parts in turn. Buffers: both. Sizes: turns, which are
     * places; where the real parts are, and the imaginary ones; elements from place to place in the tensor;
     * and the bits of a number to multiply by.
     */
    static Kernel interleave(Storage storage) {
        return new FourierKernels().interleaved(storage);
    }

    private Kernel interleaved(Storage storage) {
        Variable.Local re = body.local(Register.I64);
        body.add(new Statement.Let(re, new Index(new Place(new Size.Argument(1), List.of()))));
        Variable.Local im = body.local(Register.I64);
        body.add(new Statement.Let(im, new Index(new Place(new Size.Argument(2), List.of()))));
        Expression scale = body.let(new Expression.Reinterpret(Register.F64,
                new Index(new Place(new Size.Argument(4), List.of()))));
        for (int half = 0; half < 2; half++) {
            Expression x = chosen(
                    lanes.let(load(0, half - 1L, term(EACH, outer), term(1, im), term(1, lane))),
                    lanes.let(load(0, half, term(EACH, outer), term(1, re), term(1, lane))));
            Expression scaled = lanes.let(new Binary(Binary.Function.MUL, x, scale));
            lanes.add(new Statement.Store(new Access(1, storage, new Place(Size.of((long) LANES * half),
                    List.of(new Place.Term(new Size.Argument(3), outer), term(1, lane)))),
                    storage == Storage.F64 ? scaled : lanes.let(new Convert(Register.F32, scaled))));
        }
        body.add(new Loop(lane, Size.of(LANES), Loop.Kind.VECTOR, lanes.statements(), List.of()));
        return new Kernel("fourier_interleave", 2, 5, new Loop(outer, new Size.Argument(TURNS),
                Loop.Kind.SERIAL, body.statements(), List.of()));
    }

    private static Expression load(int buffer, long offset, Place.Term... terms) {
        return new Load(access(buffer, offset, List.of(terms)));
    }

    private static Access access(int buffer, long offset, List<Place.Term> terms) {
        return new Access(buffer, Storage.F64, new Place(Size.of(offset), terms));
    }

    private static Place.Term term(long stride, Variable factor) {
        return new Place.Term(Size.of(stride), factor);
    }
}
