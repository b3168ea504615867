package ricci.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Well-typed programs over all primitives, drawn by a seed. With fewer equations, the same seed gives the
 * beginning of the same program, so a failing one shrinks.
 *
 * <p>A smooth program has f64 inputs and results, finite almost everywhere and with derivatives almost
 * everywhere: its derivatives can be compared with finite differences.
 */
public final class RandomProgram {
    private static final List<Op.Unary.Function> BOUNDED_ONLY =
            List.of(Op.Unary.Function.ASIN, Op.Unary.Function.ACOS,
            Op.Unary.Function.ERF_INV, Op.Unary.Function.TAN, Op.Unary.Function.EXP, Op.Unary.Function.EXPM1,
            Op.Unary.Function.SINH, Op.Unary.Function.COSH, Op.Unary.Function.EXP2, Op.Unary.Function.ATANH);
    private static final List<Op.Unary.Function> POSITIVE_ONLY = List.of(Op.Unary.Function.LOG,
            Op.Unary.Function.LOG1P, Op.Unary.Function.SQRT, Op.Unary.Function.RSQRT, Op.Unary.Function.CBRT,
            Op.Unary.Function.LGAMMA, Op.Unary.Function.DIGAMMA);

    private final Random random;
    private final boolean smooth;
    private final LargeShapes large;
    private final Builder b = new Builder();
    private final List<Atom> pool = new ArrayList<>();

    private RandomProgram(long seed, boolean smooth) {
        this(seed, smooth, LargeShapes.NONE);
    }

    private RandomProgram(long seed, boolean smooth, LargeShapes large) {
        random = new Random(seed);
        this.smooth = smooth;
        this.large = large;
    }

    /** A program over all dtypes, with about that many equations and up to four results. */
    public static Program any(long seed, int equations) {
        return new RandomProgram(seed, false).program(1 + Math.floorMod(seed, 3), equations, 3);
    }

    /** A program like these, most of whose values have thousands of elements, along axes of odd lengths. */
    public static Program large(long seed, int equations) {
        return new RandomProgram(seed, false, LargeShapes.of(new Random(~seed)))
                .program(1 + Math.floorMod(seed, 3), equations, 3);
    }

    /** A smooth program, with at least that many equations and up to three results. */
    public static Program smooth(long seed, int equations) {
        return new RandomProgram(seed, true).program(1 + Math.floorMod(seed, 3), equations, 2);
    }

    private Program program(int inputs, int equations, int calls) {
        List<Atom.Var> variables = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            variables.add(b.input(new TensorType(dtype(), shape())));
        }
        pool.addAll(variables);
        for (int i = 0; i < equations; i++) {
            step(calls);
        }
        int results = 1 + random.nextInt(smooth ? 2 : 3);
        // The newest value depends on most of the others.
        List<Atom> chosen = new ArrayList<>(List.of(pool.getLast()));
        for (int i = 1; i < results; i++) {
            chosen.add(any());
        }
        return b.build("RandomProgram", variables, chosen);
    }

    /** A program of the given types, with few equations; a smooth one's results are bounded. */
    Program body(List<TensorType> inputs, List<TensorType> results, int calls) {
        RandomProgram inner = inside();
        Builder b = inner.b;
        List<Atom.Var> variables = b.inputs(inputs);
        inner.pool.addAll(variables);
        inner.pool.add(b.fill(TensorType.of(inner.dtype(), 2), 1));
        for (int i = 0; i < 3; i++) {
            inner.step(calls);
        }
        List<Atom> made = new ArrayList<>();
        for (TensorType type : results) {
            Atom value = inner.fit(made.isEmpty() ? inner.pool.getLast() : inner.any(), type);
            made.add(smooth ? b.unary(Op.Unary.Function.TANH, value) : value);
        }
        return b.build("RandomProgram", variables, made);
    }

    /** For a program inside of this one. */
    private RandomProgram inside() {
        return new RandomProgram(random.nextLong(), smooth, large);
    }

    private void step(int calls) {
        int kind = random.nextInt(39);
        most = large.most(kind);
        List<Atom> made = switch (kind) {
            case 0, 1 -> List.of(unary());
            case 2, 3 -> List.of(binary());
            case 4 -> List.of(select());
            case 35, 36 -> List.of(power());
            case 37 -> List.of(smooth ? incompleteBeta() : oneFloat());
            case 38 -> List.of(fma());
            case 5 -> List.of(convert());
            case 6 -> List.of(reshape());
            case 7 -> List.of(transpose());
            case 8 -> List.of(broadcast());
            case 9 -> List.of(reduce());
            case 10 -> List.of(argReduce());
            case 11 -> List.of(dotGeneral());
            case 12 -> List.of(slice());
            case 13 -> List.of(pad());
            case 14 -> List.of(concatenate());
            case 15 -> List.of(b.apply(new Op.Reverse(axes(at(1))), last()));
            case 16 -> sort();
            case 17, 18 -> List.of(new RandomIndexing(this, random, b, smooth).gather());
            case 19 -> List.of(new RandomIndexing(this, random, b, smooth).scatter());
            case 20 -> List.of(smooth ? binary() : b.apply(new Op.StopGradient(), any()));
            case 21 -> List.of(rearrange());
            case 22 -> List.of(cumulative());
            case 23 -> smooth ? List.of(unary()) : bits();
            case 24 -> new RandomMatrices(this, random, b, smooth).draw();
            case 25, 26 -> calls == 0 ? List.of(binary())
                    : new RandomControl(this, random, smooth, b, calls).any();
            case 27, 28, 29, 30, 31 -> new RandomWindows(this, random, b, smooth).draw();
            case 32, 33 -> List.of(new RandomComplex(this, random, b, smooth).draw());
            default -> calls == 0 ? List.of(unary()) : List.of(
                    random.nextInt(3) == 0 ? call(calls) : custom(calls));
        };
        // Drawn by what there is, so that programs are otherwise the same.
        if (pool.size() % 11 == 3) {
            check(made.getLast());
        }
        // Of nothing there is nothing to differentiate.
        pool.addAll(smooth ? made.stream().filter(a -> a.type().dtype() == DType.F64
                && a.type().shape().size() > 0).toList() : made);
    }

    /** A check that holds whatever the operand is. */
    private void check(Atom x) {
        Atom isSame = b.compare(Op.Compare.Relation.EQ, x, x);
        Atom holds = b.binary(Op.Binary.Function.OR, isSame, b.unary(Op.Unary.Function.NOT, isSame));
        b.apply(new Effect.Check("all is well", 0), List.of(holds));
    }

    // ---- drawing operands ----

    private Atom picked = new Atom.Literal(TensorType.of(DType.F64), 0);
    /** The most elements of an operand. */
    private long most = LargeShapes.UNBOUNDED;

    <E> E one(E[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    DType dtype() {
        return smooth ? DType.F64 : one(DType.values());
    }

    private Shape shape() {
        if (large.exist()) {
            return large.shape(random);
        }
        long[] lengths = new long[random.nextInt(4)];
        Arrays.setAll(lengths, _ -> smooth || random.nextInt(12) > 0 ? 1 + random.nextInt(3) : 0);
        return Shape.of(lengths);
    }

    Atom any() {
        picked = large.bounded(b, pool.get(random.nextInt(pool.size())), most);
        return picked;
    }

    /** The value drawn last. */
    private Atom last() {
        return picked;
    }

    /** A value of at least that rank. */
    Atom at(int rank) {
        Atom x = any();
        while (x.type().rank() < rank) {
            long[] longer = Arrays.copyOf(x.type().shape().toArray(), x.type().rank() + 1);
            longer[longer.length - 1] = 1;
            x = b.reshape(x, Shape.of(longer));
        }
        picked = x;
        return x;
    }

    int axis(Atom x) {
        return random.nextInt(x.type().rank());
    }

    /** Some axes of x, in any order. */
    List<Integer> axes(Atom x) {
        List<Integer> all = permutation(x.type().rank());
        return all.subList(0, random.nextInt(all.size() + 1));
    }

    List<Integer> permutation(int rank) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(all, random);
        return all;
    }

    /** A value made from {@code x} that has the given type. */
    Atom fit(Atom x, TensorType type) {
        Atom y = b.convert(x, type.dtype());
        if (y.type().shape().size() == type.shape().size()) {
            return b.reshape(y, type.shape());
        }
        List<Integer> axes = large.axes(y.type().shape(), type.shape());
        if (!axes.isEmpty()) {
            return b.broadcast(y, type.shape(), axes);
        }
        if (y.type().dtype() == DType.BOOL) {
            return b.fill(type, random.nextInt(2));
        }
        return b.broadcast(b.reduce(Monoid.SUM, y, IntStream.range(0, y.type().rank()).boxed().toList()),
                type.shape(), List.of());
    }

    Atom like(TensorType type) {
        return random.nextInt(5) == 0 ? b.fill(type, 1) : fit(any(), type);
    }

    boolean accepted(Op op, TensorType... operands) {
        try {
            InferTypes.of(op, List.of(operands));
            return true;
        } catch (RicciException.DataType e) {
            return false;
        }
    }

    // ---- one method per primitive ----

    private Atom unary() {
        Atom x = any();
        Op.Unary op;
        do {
            op = new Op.Unary(one(Op.Unary.Function.values()));
        } while (!accepted(op, x.type()));
        return b.apply(op, smooth ? inDomain(op.function(), x) : x);
    }

    private Atom inDomain(Op.Unary.Function f, Atom x) {
        if (POSITIVE_ONLY.contains(f)) {
            return positive(x);
        }
        if (f == Op.Unary.Function.ACOSH) {
            return b.add(positive(x), b.fill(x.type(), 1));
        }
        return BOUNDED_ONLY.contains(f) ? b.mul(b.unary(Op.Unary.Function.TANH, x), 0.8) : x;
    }

    private Atom positive(Atom x) {
        return b.add(b.mul(x, x), b.fill(x.type(), 0.5));
    }

    /** Of a float, or of an integer to a power that it has. */
    private Atom power() {
        Atom x = any();
        if (x.type().dtype() == DType.BOOL) {
            return x;
        }
        int exponent = random.nextInt(6) - (x.type().dtype().isInexact() ? 2 : 0);
        Atom base = smooth ? exponent < 0 ? positive(x) : b.unary(Op.Unary.Function.TANH, x) : x;
        return b.apply(new Op.IntegerPower(exponent), base);
    }

    private Atom fma() {
        Atom x = any();
        if (!x.type().dtype().isFloat()) {
            return b.convert(x, DType.F32);
        }
        Atom y = b.unary(Op.Unary.Function.TANH, fit(any(), x.type()));
        return b.apply(new Op.Fma(), x, y, fit(any(), x.type()));
    }

    private Atom incompleteBeta() {
        Atom x = any();
        Atom alpha = b.fill(x.type(), 0.5 + random.nextInt(3));
        Atom beta = b.fill(x.type(), 1 + random.nextInt(3));
        // Well inside of 0 and 1, where the derivatives of any order are finite.
        Atom inside = b.unary(Op.Unary.Function.LOGISTIC, b.unary(Op.Unary.Function.TANH, x));
        return b.apply(new Op.RegularizedIncompleteBeta(), alpha, beta, inside);
    }

    /** The primitives that jump, or have no derivative by all their operands. */
    private Atom oneFloat() {
        Atom x = any();
        if (!x.type().dtype().isFloat()) {
            return b.convert(x, DType.F32);
        }
        return switch (random.nextInt(3)) {
            case 0 -> b.apply(new Op.IsFinite(), x);
            case 1 -> b.apply(new Op.ReducePrecision(1 + random.nextInt(11), random.nextInt(25)), x);
            default -> b.apply(new Op.RegularizedIncompleteBeta(), constant(x), constant(x), x);
        };
    }

    /** For operands by which there is no derivative, or none of second order. */
    private Atom constant(Atom x) {
        return b.fill(x.type(), 0.5 + random.nextInt(4));
    }

    private Atom binary() {
        Atom x = any();
        Op.Binary op;
        do {
            op = new Op.Binary(one(Op.Binary.Function.values()));
        } while (!accepted(op, x.type(), x.type()));
        Atom y = like(x.type());
        if (!smooth) {
            boolean isGamma = switch (op.function()) {
                case POLYGAMMA, ZETA, IGAMMA, IGAMMAC, IGAMMA_GRAD_A, RANDOM_GAMMA_GRAD -> true;
                case ADD, SUB, MUL, DIV, REM, MAX, MIN, POW, ATAN2, NEXTAFTER, AND, OR, XOR, SHIFT_LEFT,
                     SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC, MULHI -> false;
            };
            return b.apply(op, isGamma ? constant(x) : x, y);
        }
        Atom positive = positive(y);
        return switch (op.function()) {
            case DIV, REM, ATAN2 -> b.apply(op, x, positive);
            case POW -> b.apply(op, positive, b.unary(Op.Unary.Function.TANH, x));
            case MUL -> b.apply(op, x, b.unary(Op.Unary.Function.TANH, y));
            case ZETA -> b.apply(op, b.fill(x.type(), 1.5 + random.nextInt(3)), positive);
            case POLYGAMMA -> b.apply(op, b.fill(x.type(), random.nextInt(4)), positive);
            case IGAMMA_GRAD_A, RANDOM_GAMMA_GRAD ->
                    b.apply(op, b.fill(x.type(), 0.7 + random.nextInt(4)), positive);
            case IGAMMA, IGAMMAC -> b.apply(op, constant(x), positive);
            case NEXTAFTER -> b.add(x, y);
            case ADD, SUB, MAX, MIN, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC,
                 MULHI -> b.apply(op, x, y);
        };
    }

    Atom predicate(TensorType type) {
        Atom x = like(type);
        Op.Compare.Relation relation = type.dtype().isComplex()
                ? random.nextBoolean() ? Op.Compare.Relation.EQ : Op.Compare.Relation.NE
                : one(Op.Compare.Relation.values());
        Atom y = like(type);
        // Two sums of the same numbers may differ by rounding alone; which is greater would not be smooth.
        return b.compare(relation, x, smooth ? b.add(y, b.fill(type, 0.0123)) : y);
    }

    private Atom select() {
        Atom x = any();
        Atom p = predicate(x.type());
        pool.add(p);
        Atom y = b.select(p, x, like(x.type()));
        if (smooth) {
            pool.remove(p);
        }
        return y;
    }

    private Atom convert() {
        if (smooth) {
            // There and back through fewer bits would not be smooth, but f64 is a type like the others.
            return b.apply(new Op.Convert(DType.F64), any());
        }
        Atom x = any();
        DType dtype = dtype();
        boolean sameWidth = dtype.bytes() == x.type().dtype().bytes();
        boolean hasBits = sameWidth && !dtype.isComplex() && !x.type().dtype().isComplex();
        return b.apply(hasBits && dtype != DType.BOOL && random.nextBoolean() ? new Op.Bitcast(dtype)
                : new Op.Convert(dtype), x);
    }

    private Atom reshape() {
        Atom x = any();
        List<Long> lengths = new ArrayList<>(Arrays.stream(x.type().shape().toArray()).boxed().toList());
        Collections.shuffle(lengths, random);
        lengths.add(random.nextInt(lengths.size() + 1), 1L);
        return b.apply(new Op.Reshape(Shape.of(lengths.stream().mapToLong(v -> v).toArray())), x);
    }

    private Atom transpose() {
        Atom x = any();
        return b.apply(new Op.Transpose(permutation(x.type().rank())), x);
    }

    private Atom rearrange() {
        Atom x = any();
        List<Long> split = new ArrayList<>();
        for (long length : x.type().shape().toArray()) {
            long outer = 1 + random.nextLong(3);
            boolean divides = length % outer == 0;
            split.addAll(divides ? List.of(outer, length / outer) : List.of(length));
        }
        List<Integer> permutation = permutation(split.size());
        int merged = random.nextInt(split.size() + 1);
        long[] lengths = permutation.stream().mapToLong(split::get).toArray();
        long[] result = Arrays.copyOf(lengths, merged + 1);
        result[merged] = Arrays.stream(lengths, merged, lengths.length).reduce(1, (i, j) -> i * j);
        Shape shape = Shape.of(split.stream().mapToLong(v -> v).toArray());
        return b.apply(new Op.Rearrange(shape, permutation, Shape.of(result)), x);
    }

    private Atom cumulative() {
        Atom x = at(1);
        if (x.type().dtype() == DType.BOOL) {
            return x;
        }
        Op.Cumulative op;
        do {
            op = new Op.Cumulative(one(Op.Cumulative.Function.values()), axis(x), random.nextBoolean());
        } while (!accepted(op, x.type()));
        boolean grows = smooth && op.function() == Op.Cumulative.Function.PROD;
        return b.apply(op, grows ? b.unary(Op.Unary.Function.TANH, x) : x);
    }

    private Atom broadcast() {
        Atom x = any();
        List<Long> lengths = new ArrayList<>();
        List<Integer> axes = new ArrayList<>();
        for (long length : x.type().shape().toArray()) {
            if (random.nextInt(4) == 0 && lengths.size() < 4) {
                lengths.add(2L);
            }
            axes.add(lengths.size());
            lengths.add(length == 1 && random.nextBoolean() ? 3 : length);
        }
        return b.apply(new Op.Broadcast(Shape.of(lengths.stream().mapToLong(v -> v).toArray()), axes), x);
    }

    private Atom reduce() {
        Atom x = any();
        Op.Reduce op;
        do {
            op = new Op.Reduce(one(Monoid.values()), axes(x));
        } while (!accepted(op, x.type()));
        boolean grows = smooth && op.monoid() == Monoid.PROD;
        return b.apply(op, grows ? b.unary(Op.Unary.Function.TANH, x) : x);
    }

    private Atom argReduce() {
        Atom x = at(1);
        int axis = axis(x);
        if (x.type().shape().length(axis) == 0 || x.type().dtype() == DType.BOOL
                || x.type().dtype().isComplex()) {
            return x;
        }
        Op op = new Op.ArgReduce(random.nextBoolean() ? Op.ArgReduce.Extremum.ARGMAX
                : Op.ArgReduce.Extremum.ARGMIN,
                axis, random.nextBoolean() ? DType.I32 : DType.I64);
        Atom index = b.apply(op, x);
        return smooth ? b.mul(b.convert(index, DType.F64), like(index.type().with(DType.F64))) : index;
    }

    private Atom dotGeneral() {
        Atom x = any();
        Atom y = any();
        if (x.type().dtype() == DType.BOOL) {
            return x;
        }
        y = b.convert(y, x.type().dtype());
        List<Integer> left = new ArrayList<>();
        List<Integer> right = new ArrayList<>();
        for (int i : permutation(x.type().rank())) {
            for (int j : permutation(y.type().rank())) {
                if (!left.contains(i) && !right.contains(j) && random.nextBoolean()
                        && x.type().shape().length(i) == y.type().shape().length(j)) {
                    left.add(i);
                    right.add(j);
                }
            }
        }
        int batch = random.nextInt(left.size() + 1);
        Contraction c = new Contraction(left.subList(0, batch), right.subList(0, batch),
                left.subList(batch, left.size()), right.subList(batch, right.size()));
        Atom bounded = smooth ? b.unary(Op.Unary.Function.TANH, y) : y;
        return small(b.apply(new Op.DotGeneral(c, x.type().dtype()), x, bounded));
    }

    /** Keeps programs from growing without end. */
    Atom small(Atom x) {
        boolean isSmall = x.type().shape().size() <= large.room() && x.type().rank() <= 5;
        if (isSmall || x.type().dtype() == DType.BOOL) {
            return x;
        }
        return b.reduce(Monoid.SUM, x, IntStream.range(1, x.type().rank()).boxed().toList());
    }

    private Atom slice() {
        Atom x = any();
        List<Long> starts = new ArrayList<>();
        List<Long> limits = new ArrayList<>();
        List<Long> strides = new ArrayList<>();
        for (long length : x.type().shape().toArray()) {
            long start = random.nextLong(smooth ? length : length + 1);
            starts.add(start);
            limits.add(start + (smooth ? 1 + random.nextLong(length - start)
                    : random.nextLong(length - start + 1)));
            strides.add(1 + random.nextLong(3));
        }
        return b.apply(new Op.Slice(starts, limits, strides), x);
    }

    private Atom pad() {
        Atom x = any();
        List<Long> low = new ArrayList<>();
        List<Long> high = new ArrayList<>();
        List<Long> interior = new ArrayList<>();
        for (long length : x.type().shape().toArray()) {
            low.add(length > 1 ? random.nextLong(4) - 1 : random.nextLong(2));
            high.add(length > 2 ? random.nextLong(4) - 1 : random.nextLong(2));
            interior.add(random.nextLong(3));
        }
        return small(b.apply(new Op.Pad(low, high, interior), x, like(x.type().with(Shape.SCALAR))));
    }

    private Atom concatenate() {
        Atom x = at(1);
        int axis = axis(x);
        Atom y = like(x.type().with(x.type().shape().with(axis, 1 + random.nextInt(2))));
        return small(random.nextBoolean() ? b.apply(new Op.Concatenate(axis), x, y)
                : b.apply(new Op.Concatenate(axis), x, y, x));
    }

    private List<Atom> sort() {
        Atom x = at(1);
        Op sort = new Op.Sort(axis(x), 1 + random.nextInt(2));
        return List.copyOf(b.apply(sort, List.of(x, like(x.type()))));
    }

    private Atom call(int calls) {
        Program body = inside().program(1 + random.nextInt(2), 3, calls - 1);
        List<Atom> arguments = body.inputTypes().stream().map(type -> fit(any(), type)).toList();
        List<Atom.Var> results = b.apply(new Op.Call("body", body), arguments);
        return small(results.getFirst());
    }

    /** The real part of a complex number; other values as they are. */
    Atom real(Atom x) {
        return x.type().dtype().isComplex() ? b.apply(new Complex.Real(), x) : x;
    }

    /** A program with rules of its own, which are the true ones, or one to be computed again. */
    private Atom custom(int calls) {
        if (random.nextInt(5) == 0) {
            return b.apply(new Custom.Named(random.nextBoolean() ? "left" : "right"), any());
        }
        Program body = inside().program(1 + random.nextInt(2), 3, calls - 1);
        List<Atom> arguments = body.inputTypes().stream().map(type -> fit(any(), type)).toList();
        return small(b.apply(CustomExamples.of(random.nextInt(3), body), arguments).getFirst());
    }

    private List<Atom> bits() {
        Atom x = any();
        TensorType words = x.type().with(DType.I32);
        List<Atom> operands = List.of(fit(x, words), like(words), b.apply(new Op.Iota(
                TensorType.of(DType.I32, 1, x.type().shape().size()), 1)), like(words));
        return List.copyOf(b.apply(new Op.Threefry(), operands.stream().map(a -> fit(a, words)).toList()));
    }
}
