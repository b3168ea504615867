package ricci.compiler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ricci.compiler.Butterfly.Pair;
import ricci.jvm.FourierLanes;
import ricci.jvm.Machine;
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
    private static final int SIZES = FourierLanes.SIZES;
    private static final int LANES = FourierLanes.LANES;
    private static final long EACH = 2L * LANES;

    // The sizes that kernels have, by number.
    private static final int ROWS = 0;
    private static final int BLOCKS = 1;
    private static final int TO_ROW = 2;
    private static final int TO_BLOCK = 3;
    private static final int FROM_ROW = 4;
    private static final int FROM_BLOCK = 5;
    private static final int TURNS = 6;
    // Of passes.
    private static final int INNER = 7;
    private static final int FROM_APART = 8;
    private static final int FROM_STEP = 9;
    private static final int TO_APART = 10;
    private static final int TO_STEP = 11;
    private static final int SWAPPED = 12;
    private static final int COARSE_APART = 13;
    private static final int COARSE_BLOCK = 14;
    // Of what moves results.
    private static final int RE = 7;
    private static final int IM = 8;
    private static final int SCALE = 9;
    private static final int DOWN = 10;
    private static final int PLACES = 11;
    private static final int LAST = 12;
    private static final int ACROSS = 13;

    private final Block outermost = Block.kernel();
    private final Variable.Counter row = outermost.counter();
    private final Variable.Counter block = outermost.counter();
    private final Variable.Counter outer = outermost.counter();
    private final Variable.Counter inner = outermost.counter();
    private final Variable.Counter lane = outermost.counter();
    private final Variable.Counter part = outermost.counter();
    private final int width = width(Machine.here());
    private final Block body = outermost.inner();
    private final Block lanes = body.inner();
    private @Nullable Expression isOdd;

    private FourierKernels() {}

    /** How many lanes a vector has, of which there is an even number. */
    private static int width(Machine machine) {
        int width = machine.vectorBits() / Double.SIZE;
        return width < 2 ? LANES : Math.min(width, LANES);
    }

    /**
     * Takes a factor out. Buffers: from where, to where, and what the results are multiplied by: roots for
     * each turn; or roots of all places and lanes, and one more for each place. Sizes, as numbered above:
     * rows, blocks of lanes in each, and how far apart they are, in what is written and read; turns;
     * transforms side by side; from one element of the butterfly to the next and from turn to turn, in what
     * is read and written; 1 if real and imaginary parts are to be exchanged; and how many numbers lie
     * between the roots of two elements, and of two blocks, that all lanes have in common.
     *
     * @param storage what is read are the parts of a tensor; if null, of a room
     */
    static Kernel pass(int factor, @Nullable Storage storage, FourierLanes.Roots roots) {
        FourierKernels kernel = new FourierKernels();
        boolean hasInner = storage == null && roots == FourierLanes.Roots.OF_TURNS;
        List<Place.Term> more = new ArrayList<>(kernel.lane());
        if (hasInner) {
            more.add(term(EACH, kernel.inner));
        }
        List<Variable.Local> numbers = new ArrayList<>();
        for (int j = 0; j < factor; j++) {
            numbers.add(kernel.local(Constant.of((long) j)));
        }
        Pair[] x = kernel.read(numbers, storage, more);
        Butterfly butterfly = new Butterfly(kernel.lanes);
        kernel.store(numbers, butterfly.of(x), roots, butterfly, more);
        Loop each = kernel.each();
        kernel.body.add(hasInner ? new Loop(kernel.inner, new Size.Argument(INNER), Loop.Kind.SERIAL,
                List.of(each), List.of()) : each);
        int buffers = switch (roots) {
            case NONE -> 2;
            case OF_TURNS -> 3;
            case OF_PLACES -> 4;
        };
        return kernel.kernel("fourier_" + factor, buffers);
    }

    private Pair[] read(List<Variable.Local> numbers, @Nullable Storage storage, List<Place.Term> more) {
        Variable.Local swapped = local(SWAPPED);
        Pair[] x = new Pair[numbers.size()];
        for (int j = 0; j < x.length; j++) {
            List<Place.Term> from = new ArrayList<>(from());
            from.addAll(List.of(argument(FROM_STEP, outer), argument(FROM_APART, numbers.get(j))));
            List<Place.Term> terms = at(from, more);
            x[j] = storage == null ? pair(0, terms) : parts(storage, terms, swapped);
        }
        return x;
    }

    /** Writes products with roots. */
    private void store(List<Variable.Local> numbers, Pair[] y, FourierLanes.Roots roots, Butterfly butterfly,
            List<Place.Term> more) {
        for (int k = 0; k < y.length; k++) {
            List<Place.Term> place = List.of(argument(TO_STEP, outer), argument(TO_APART, numbers.get(k)));
            Pair result = switch (roots) {
                case OF_TURNS -> k == 0 ? y[k] : butterfly.product(y[k], turnRoot(k, y.length));
                case OF_PLACES -> butterfly.product(y[k], butterfly.product(pair(2, at(place, more)),
                        commonRoot(numbers.get(k))));
                case NONE -> y[k];
            };
            List<Place.Term> all = new ArrayList<>(to());
            all.addAll(place);
            List<Place.Term> to = at(all, more);
            lanes.add(new Statement.Store(access(1, 0, to), result.re()));
            lanes.add(new Statement.Store(access(1, LANES, to), result.im()));
        }
    }

    private Pair turnRoot(int k, int factor) {
        Place.Term turn = term(2L * (factor - 1), outer);
        return new Pair(body.let(load(2, 2L * (k - 1), turn)), body.let(load(2, 2L * (k - 1) + 1, turn)));
    }

    private Pair commonRoot(Variable.Local number) {
        Place.Term place = term(1, local(new Index(new Place(Size.of(0), List.of(term(2, outer),
                argument(COARSE_BLOCK, block), argument(COARSE_APART, number))))));
        return new Pair(lanes.let(load(3, 0, place)), lanes.let(load(3, 1, place)));
    }

    /** A place of which some terms are added up once for all lanes: accesses are short then. */
    private List<Place.Term> at(List<Place.Term> once, List<Place.Term> more) {
        List<Place.Term> terms = new ArrayList<>(more);
        terms.add(term(1, local(new Index(new Place(Size.of(0), once)))));
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
        if (isOdd == null) {
            isOdd = lanes.let(new Compare(Compare.Relation.NE, new Binary(Binary.Function.AND,
                    new Index(new Place(Size.of(0), List.of(term(1, lane)))), Constant.of(1L)),
                    Constant.of(0L)));
        }
        return lanes.let(new Select(isOdd, odd, even));
    }

    /**
     * Writes numbers of a room to a tensor, with the parts in turn. Buffers: both. Sizes: of rows and blocks
     * as above; turns, which are places; where the real parts are, and the imaginary ones; the bits of a
     * number to multiply by; and elements from place to place in the tensor.
     */
    static Kernel write(Storage storage) {
        FourierKernels kernel = new FourierKernels();
        Variable.Local[] parts = {kernel.local(RE), kernel.local(IM)};
        List<Place.Term> to = new ArrayList<>(kernel.to());
        to.add(argument(DOWN, kernel.outer));
        kernel.interleave(storage, parts, kernel.scale(), List.of(term(EACH, kernel.outer)), to);
        kernel.body.add(kernel.each());
        return kernel.kernel("fourier_write", 2);
    }

    /**
     * Writes numbers of a room to a tensor where they are not next to each other. Buffers: the room, one
     * for as many places of the tensor as a turn does, and the tensor. Sizes: as above, but in words of 64
     * bits; how many places a turn does; the last transform; and words from one to the next.
     */
    static Kernel scatter(Storage storage) {
        FourierKernels kernel = new FourierKernels();
        Variable.Local[] parts = {kernel.local(RE), kernel.local(IM)};
        Variable.Local begin = kernel.begin();
        kernel.interleave(storage, parts, kernel.scale(),
                List.of(term(EACH, kernel.inner), term(EACH, begin)), List.of(term(EACH, kernel.inner)));
        kernel.body.add(new Loop(kernel.inner, new Size.Argument(PLACES), Loop.Kind.SHORT,
                List.of(kernel.each()), List.of()));
        kernel.move(storage, begin, false);
        return kernel.kernel("fourier_scatter", 3);
    }

    /** Copies numbers of a tensor to where those of all transforms are next to each other; sizes as above. */
    static Kernel gather(Storage storage) {
        FourierKernels kernel = new FourierKernels();
        kernel.move(storage, kernel.begin(), true);
        return kernel.kernel("fourier_gather", 3);
    }

    private Kernel kernel(String name, int buffers) {
        Loop turns = new Loop(outer, new Size.Argument(TURNS), Loop.Kind.SERIAL, body.statements(),
                List.of());
        Loop blocks = new Loop(block, new Size.Argument(BLOCKS), Loop.Kind.SERIAL, List.of(turns), List.of());
        return new Kernel(name, buffers, SIZES, new Loop(row, new Size.Argument(ROWS), Loop.Kind.SERIAL,
                List.of(blocks), List.of()));
    }

    private List<Place.Term> from() {
        return List.of(argument(FROM_ROW, row), argument(FROM_BLOCK, block));
    }

    private List<Place.Term> to() {
        return List.of(argument(TO_ROW, row), argument(TO_BLOCK, block));
    }

    private static Place.Term argument(int argument, Variable factor) {
        return new Place.Term(new Size.Argument(argument), factor);
    }

    /** The loop over lanes: that of a vector, so often that it is all of them. */
    private Loop each() {
        Loop vector = new Loop(lane, Size.of(width), Loop.Kind.VECTOR, lanes.statements(), List.of());
        return width == LANES ? vector
                : new Loop(part, Size.of(LANES / width), Loop.Kind.SERIAL, List.of(vector), List.of());
    }

    private List<Place.Term> lane() {
        return width == LANES ? List.of(term(1, lane)) : List.of(term(1, lane), term(width, part));
    }

    private Variable.Local local(int argument) {
        return local(new Index(new Place(new Size.Argument(argument), List.of())));
    }

    private Variable.Local local(Expression value) {
        Variable.Local local = body.local(Register.I64);
        body.add(new Statement.Let(local, value));
        return local;
    }

    private Expression scale() {
        return body.let(new Expression.Reinterpret(Register.F64,
                new Index(new Place(new Size.Argument(SCALE), List.of()))));
    }

    /** The first place of a turn that does several. */
    private Variable.Local begin() {
        return local(new Index(new Place(Size.of(0), List.of(argument(PLACES, outer)))));
    }

    private void interleave(Storage storage, Variable.Local[] parts, Expression scale,
            List<Place.Term> from, List<Place.Term> to) {
        List<Place.Term> written = new ArrayList<>(to);
        written.addAll(lane());
        for (int half = 0; half < 2; half++) {
            Expression[] x = new Expression[2];
            for (int part = 0; part < 2; part++) {
                List<Place.Term> terms = new ArrayList<>(from);
                terms.addAll(from());
                terms.add(term(1, parts[part]));
                terms.addAll(lane());
                x[part] = lanes.let(new Load(access(0, half - part, terms)));
            }
            Expression scaled = lanes.let(new Binary(Binary.Function.MUL, chosen(x[1], x[0]), scale));
            lanes.add(new Statement.Store(
                    new Access(1, storage, new Place(Size.of((long) LANES * half), written)),
                    storage == Storage.F64 ? scaled : lanes.let(new Convert(Register.F32, scaled))));
        }
    }

    /**
     * Copies complex numbers from or to where those of all transforms are next to each other. Lanes beyond
     * the last transform do as its lane does.
     */
    private void move(Storage storage, Variable.Local begin, boolean isGathering) {
        Variable.Counter place = body.counter();
        Block moves = body.inner();
        int words = 2 * storage.bytes() / Long.BYTES;
        Expression last = new Index(new Place(new Size.Argument(LAST), List.of()));
        for (int transform = 0; transform < LANES; transform++) {
            Variable.Local number = local(new Binary(Binary.Function.MIN, Constant.of((long) transform),
                    last));
            List<Place.Term> terms = new ArrayList<>(isGathering ? from() : to());
            terms.addAll(List.of(argument(DOWN, begin), argument(ACROSS, number)));
            Place.Term base = term(1, local(new Index(new Place(Size.of(0), terms))));
            List<Place.Term> near = new ArrayList<>(List.of(term((long) words * LANES, place)));
            if (isGathering) {
                near.add(term((long) words * LANES, begin));
                near.addAll(to());
            }
            for (int word = 0; word < words; word++) {
                Access together = new Access(1, Storage.I64,
                        new Place(Size.of((long) words * transform + word), near));
                Access apart = new Access(2, Storage.I64, new Place(Size.of(word),
                        List.of(argument(DOWN, place), base)));
                moves.add(new Statement.Store(isGathering ? together : apart,
                        moves.let(new Load(isGathering ? apart : together))));
            }
        }
        body.add(new Loop(place, new Size.Argument(PLACES), Loop.Kind.SHORT, moves.statements(), List.of()));
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
